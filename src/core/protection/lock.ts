import { UserError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { immutabilityPath, immutabilityProperties } from './desired.ts';
import type { BackupVaultFacts, ContainerFacts, RecoveryPointFacts } from './facts.ts';
import { neededImmutabilityDays, type ProtectionSettings } from './settings.ts';

export const lockTargets = ['soft-delete', 'vault', 'container'] as const;
/** `soft-delete`: always on. `vault`: its immutability, locked. `container`: the immutability of its blobs, locked or extended. */
export type LockTarget = (typeof lockTargets)[number];

/** Something that cannot be taken back, before it is done. */
export interface Lock {
  readonly target: LockTarget;
  /** What has to be typed. */
  readonly name: string;
  readonly what: string;
  /** What can no longer be done, until when. */
  readonly binds: readonly string[];
  /** The day until which at least it binds; undefined: for ever. */
  readonly bindsUntil: string | undefined;
  readonly method: 'PATCH' | 'POST';
  readonly path: string;
  readonly body?: JsonObject;
  readonly ifMatch?: string;
}

export interface LockRequest {
  readonly target: LockTarget;
  readonly settings: ProtectionSettings;
  readonly nowMs: number;
  /** Of the container's policy, to extend it. */
  readonly days: number | undefined;
}

const DAY_MS = 86_400_000;

/** Undefined when it is always on already. */
export function lockSoftDelete(vault: BackupVaultFacts, { nowMs }: LockRequest): Lock | undefined {
  const { state, days = 14 } = vault.softDelete;
  if (state === 'AlwaysOn') return undefined;
  const until = dayOf(nowMs + days * DAY_MS);
  return {
    target: 'soft-delete',
    name: vault.name,
    what: `Soft delete of the Backup vault ${vault.name} will be AlwaysOn.`,
    binds: [
      'It can never be switched off again, by nobody.',
      `What is deleted stays, and is billed beyond 14 days, for ${days} days: if you delete everything today, the vault itself cannot go before ${until}.`,
    ],
    bindsUntil: undefined,
    method: 'PATCH',
    path: vault.id,
    body: {
      properties: { securitySettings: { softDeleteSettings: { state: 'AlwaysOn', retentionDurationInDays: days } } },
    },
  };
}

export function lockVault(vault: BackupVaultFacts, points: readonly RecoveryPointFacts[]): Lock | undefined {
  if (vault.immutability === 'Locked') return undefined;
  const last = points
    .flatMap(({ expiresAt }) => (expiresAt === undefined ? [] : [Date.parse(expiresAt)]))
    .reduce((latest, one) => Math.max(latest, one), 0);
  const until = last === 0 ? undefined : dayOf(last);
  return {
    target: 'vault',
    name: vault.name,
    what: `Immutability of the Backup vault ${vault.name} will be Locked.`,
    binds: [
      'It can never be unlocked again, by nobody.',
      'No recovery point can be deleted before it expires.',
      until === undefined
        ? 'There is no recovery point yet; each one binds until it expires.'
        : `The recovery points of today bind until ${until}, later ones longer.`,
    ],
    bindsUntil: undefined,
    method: 'PATCH',
    path: vault.id,
    body: { properties: { securitySettings: { immutabilitySettings: { state: 'Locked' } } } },
  };
}

/**
 * Locks the policy of the container, or extends a locked one. UserError `PROTECTION_REFUSED` when there is none, when it is
 * shorter than the vault needs, or would become so.
 */
export function lockContainer(container: ContainerFacts, request: LockRequest): Lock | undefined {
  const { settings, nowMs, days } = request;
  const needed = neededImmutabilityDays(settings);
  const policy = container.immutability;
  if (policy === undefined) {
    throw refused(
      `The container ${container.name} has no immutability policy to lock.`,
      'Run holdfast protect apply first.',
    );
  }
  const path = immutabilityPath(settings, container.name);
  if (policy.state !== 'Locked') {
    if (days !== undefined && days !== policy.days) {
      throw refused(
        `The policy of the container ${container.name} is unlocked: --days is for one that is locked.`,
        'Leave --days away; change protect.immutability and run holdfast protect apply for another number.',
      );
    }
    if (policy.days < needed) throw tooShort(container.name, policy.days, settings);
    return {
      target: 'container',
      name: container.name,
      what: `The immutability of the container ${container.name} will be locked at ${policy.days} days.`,
      binds: bindingOf(policy.days, nowMs),
      bindsUntil: dayOf(nowMs + policy.days * DAY_MS),
      method: 'POST',
      path: `${path}/lock`,
      ifMatch: policy.etag,
    };
  }
  const wanted = days ?? needed;
  if (wanted < needed) throw tooShort(container.name, wanted, settings);
  if (wanted <= policy.days) return undefined;
  return {
    target: 'container',
    name: container.name,
    what: `The locked immutability of the container ${container.name} will be extended from ${policy.days} to ${wanted} days.`,
    binds: [...bindingOf(wanted, nowMs), 'It can be extended five times in all.'],
    bindsUntil: dayOf(nowMs + wanted * DAY_MS),
    method: 'POST',
    path: `${path}/extend`,
    body: { properties: immutabilityProperties(wanted) },
    ifMatch: policy.etag,
  };
}

function bindingOf(days: number, nowMs: number): readonly string[] {
  return [
    'It can never be unlocked or shortened again, by nobody.',
    `No blob can be deleted or overwritten for ${days} days from its creation: what is written today stays until ${dayOf(nowMs + days * DAY_MS)}, and so do the container and the account.`,
  ];
}

function tooShort(container: string, days: number, { immutability }: ProtectionSettings): UserError {
  const { epochDays, guaranteedDays } = immutability;
  const needed = epochDays + guaranteedDays;
  return refused(
    `${days} days are too few for the container ${container}: needed are ${needed} (${epochDays} days of an epoch + ${guaranteedDays} guaranteed days).`,
    'Run holdfast protect apply, or give --days accordingly.',
  );
}

function refused(message: string, next: string): UserError {
  return new UserError({ code: 'PROTECTION_REFUSED', message, next });
}

function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
