import type { Hasher } from '../hasher.ts';
import { digestOf } from './protection-plan.ts';
import type { ProtectionReadings, Reading } from './readings.ts';

/** What Azure counts up by itself is no change. */
const volatile: readonly string[] = ['secureScore', 'keysCreatedAt'];

/** A digest of each thing that was read. */
export function groundOf(
  readings: ProtectionReadings,
  hasher: Pick<Hasher, 'digest'>,
): Readonly<Record<string, string>> {
  const { containers, ...others } = readings;
  const named: readonly (readonly [string, Reading<unknown>])[] = [
    ...Object.entries(others),
    ...Object.entries(containers).map(([name, reading]) => [`container ${name}`, reading] as const),
  ];
  return Object.fromEntries(named.map(([name, reading]) => [name, digestOf({ reading: lasting(reading) }, hasher)]));
}

/** The names of what is not as it was. */
export function movedGround(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].filter((name) => before[name] !== now[name]).map((name) => words[name] ?? name);
}

const words: Readonly<Record<string, string>> = {
  account: 'the storage account',
  blobService: 'the blob service',
  archiving: 'the lifecycle rules',
  vault: 'the Backup vault',
  recoveryServicesVault: 'the Recovery Services vault',
  policy: 'the backup policy',
  instances: 'the backup instances of the account',
  deletedInstances: 'the deleted instances',
  guardProxies: 'the guards of the vault',
  roles: 'the role assignments of the account',
  drillAccount: 'the drill account',
  drillRoles: 'the role assignments of the drill account',
  guard: 'the resource guard',
};

function lasting(reading: Reading<unknown>): unknown {
  if (reading.state !== 'present' || typeof reading.facts !== 'object' || reading.facts === null) return reading;
  if (Array.isArray(reading.facts)) return reading;
  return Object.fromEntries(Object.entries(reading.facts).filter(([field]) => !volatile.includes(field)));
}
