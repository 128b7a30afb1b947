import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../errors.ts';
import type { BackupVaultFacts, ContainerFacts } from './facts.ts';
import { lockContainer, type LockRequest, lockSoftDelete, lockVault } from './lock.ts';
import type { ProtectionSettings } from './settings.ts';

const settings: ProtectionSettings = {
  subscription: 's',
  resourceGroup: 'g',
  location: undefined,
  account: { name: 'acct', resourceGroup: 'g' },
  containers: ['apigee'],
  vault: { name: 'vault', redundancy: 'GeoRedundant', softDeleteDays: 14 },
  policy: { name: 'holdfast', every: 'day', day: 'Sunday', at: '02:00', retentionDays: 30 },
  blobSoftDeleteDays: 30,
  containerSoftDeleteDays: 30,
  immutability: { epochDays: 31, guaranteedDays: 30 },
  drillAccountId: undefined,
  guardId: undefined,
  replicationMarginMinutes: 60,
};
const request = (days?: number): LockRequest => ({
  target: 'container',
  settings,
  nowMs: Date.UTC(2026, 0, 1, 12),
  days,
});
const container = (state: string, days: number): ContainerFacts => ({
  id: 'c',
  name: 'apigee',
  publicAccess: 'None',
  immutability: { state, days, etag: '"1"' },
  legalHold: false,
  versionImmutability: false,
});
const vault: BackupVaultFacts = {
  id: '/vault',
  name: 'vault',
  location: 'westeurope',
  principalId: 'p',
  redundancy: 'GeoRedundant',
  softDelete: { state: 'On', days: 30 },
  immutability: 'Unlocked',
  guarded: false,
  crossRegionRestore: undefined,
  alerts: 'Enabled',
  provisioningState: 'Succeeded',
  secureScore: undefined,
};

test('a lock of the container names the day until which what is written today stays', () => {
  const lock = lockContainer(container('Unlocked', 61), request());
  assert.deepEqual([lock?.bindsUntil, lock?.ifMatch], ['2026-03-03', '"1"']);
  assert.match(lock?.path ?? '', /\/lock$/);
});

test('what is too short is not locked, and a locked one only grows', () => {
  const refused = (act: () => unknown, pattern: RegExp): void => {
    assert.throws(act, (error: unknown) => error instanceof UserError && pattern.test(error.message));
  };
  refused(() => lockContainer(container('Unlocked', 60), request()), /needed are 61 \(31 days of an epoch \+ 30/);
  refused(() => lockContainer(container('Locked', 61), request(60)), /60 days are too few/);
  refused(() => lockContainer(container('Unlocked', 61), request(90)), /--days is for one that is locked/);
  refused(
    () => lockContainer({ ...container('Locked', 61), immutability: undefined }, request()),
    /no immutability policy/,
  );
  assert.equal(lockContainer(container('Locked', 61), request()), undefined);
  assert.equal(lockContainer(container('Locked', 90), request(80)), undefined);
  const extended = lockContainer(container('Locked', 40), request());
  assert.deepEqual(
    [extended?.bindsUntil, extended?.body],
    ['2026-03-03', { properties: { immutabilityPeriodSinceCreationInDays: 61 } }],
  );
});

test('locks of the Backup vault bind for ever, keep the days that it has, and are not made twice', () => {
  const always = lockSoftDelete(vault, request());
  assert.deepEqual(
    [always?.bindsUntil, always?.body],
    [
      undefined,
      { properties: { securitySettings: { softDeleteSettings: { state: 'AlwaysOn', retentionDurationInDays: 30 } } } },
    ],
  );
  assert.match(always?.binds.join(' ') ?? '', /before 2026-01-31/);
  assert.equal(lockSoftDelete({ ...vault, softDelete: { state: 'AlwaysOn', days: 14 } }, request()), undefined);
  const point = { id: 'r', time: '2026-01-01T02:00:00Z', state: 'Completed', expiresAt: '2026-01-31T02:00:00Z' };
  assert.match(lockVault(vault, [point])?.binds.join(' ') ?? '', /bind until 2026-01-31/);
  assert.equal(lockVault({ ...vault, immutability: 'Locked' }, [point]), undefined);
});
