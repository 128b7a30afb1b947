import type { Hasher } from '../hasher.ts';
import { goodReadings, present, settings } from '../posture/good-posture.fixture.ts';
import type { BackupInstanceFacts, BackupPolicyFacts, BackupVaultFacts, BlobServiceFacts } from './facts.ts';
import { planProtection } from './plan-protection.ts';
import type { ProtectionPlan } from './protection-plan.ts';
import type { ProtectionReadings, Reading } from './readings.ts';
import { protectionIds, type ProtectionSettings } from './settings.ts';

export const { accountId, blobServiceId, vaultId, policyId, instanceId } = protectionIds(settings);
export const absent: Reading<never> = { state: 'absent', code: 'ResourceNotFound' };

const goodPolicy: BackupPolicyFacts = {
  id: policyId,
  name: 'holdfast',
  backupRules: [{ name: 'HoldfastBackup', intervals: ['R/2024-02-03T02:00:00+00:00/P1D'] }],
  retention: 'P30D',
  otherRules: [],
  rules: [],
};

const { protection } = goodReadings();
export const good: ProtectionReadings = {
  ...protection,
  vault: present({ ...protection.vault.facts, alerts: 'Enabled' }),
  policy: present(goodPolicy),
};

/** Plans for the good readings, but for what is given. Ids of role assignments are made of digests, so the hasher is a real one. */
export const planWith =
  (hasher: Pick<Hasher, 'digest'>) =>
  (over: Partial<ProtectionReadings> = {}, wanted: Partial<ProtectionSettings> = {}) => {
    const request = {
      settings: { ...settings, ...wanted },
      readings: { ...good, ...over },
      createdAt: '2026-05-10T00:00:00.000Z',
      tool: 'holdfast 0',
    };
    return planProtection(request, hasher);
  };

export function factsIn<Facts>(reading: Reading<Facts>): Facts {
  if (reading.state !== 'present') throw new TypeError('nothing was read');
  return reading.facts;
}

export const vaultWith = (over: Partial<BackupVaultFacts>) => ({ vault: present({ ...factsIn(good.vault), ...over }) });
export const serviceWith = (over: Partial<BlobServiceFacts>) => ({
  blobService: present({ ...factsIn(good.blobService), ...over }),
});
export const policyWith = (over: Partial<BackupPolicyFacts>) => ({ policy: present({ ...goodPolicy, ...over }) });
const [goodInstance] = factsIn(good.instances);

export function instanceWith(over: Partial<BackupInstanceFacts>) {
  if (goodInstance === undefined) throw new TypeError('the good readings have no instance');
  return { instances: present([{ ...goodInstance, ...over }]) };
}

export const containerWith = (immutability: { readonly state: string; readonly days: number } | undefined) => {
  const [container] = Object.values(good.containers);
  if (container === undefined) throw new TypeError('the good readings have no container');
  return {
    containers: {
      apigee: present({
        ...factsIn(container),
        immutability: immutability === undefined ? undefined : { ...immutability, etag: '"7"' },
      }),
    },
  };
};

/** The only step of that id, without what every plan of these tests has. */
export function step(made: ProtectionPlan, id: string) {
  const found = made.steps.filter((one) => one.id === id);
  if (found.length !== 1) throw new TypeError(`not one step ${id} in ${made.steps.map((one) => one.id).join(', ')}`);
  return found[0];
}
