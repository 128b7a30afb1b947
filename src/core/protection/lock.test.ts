import assert from 'node:assert/strict';
import { test } from 'node:test';
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

const BLOBS =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/acct/blobServices/default/containers/apigee/immutabilityPolicies/default';

test('a lock of the container says for how long it binds, and names the day until which what is written today stays', () => {
  assert.deepEqual(lockContainer(container('Unlocked', 61), request()), {
    target: 'container',
    name: 'apigee',
    what: 'The immutability of the container apigee will be locked at 61 days.',
    binds: [
      'It can never be unlocked or shortened again, by nobody.',
      'No blob can be deleted or overwritten for 61 days from its creation: what is written today stays until 2026-03-03, and so do the container and the account.',
    ],
    bindsUntil: '2026-03-03',
    method: 'POST',
    path: `${BLOBS}/lock`,
    ifMatch: '"1"',
  });
  assert.equal(lockContainer(container('Unlocked', 61), request(61))?.path, `${BLOBS}/lock`, 'the days that it has');
});

test('a locked container grows to the days that are asked for, else to those that are needed', () => {
  assert.deepEqual(lockContainer(container('Locked', 40), request()), {
    target: 'container',
    name: 'apigee',
    what: 'The locked immutability of the container apigee will be extended from 40 to 61 days.',
    binds: [
      'It can never be unlocked or shortened again, by nobody.',
      'No blob can be deleted or overwritten for 61 days from its creation: what is written today stays until 2026-03-03, and so do the container and the account.',
      'It can be extended five times in all.',
    ],
    bindsUntil: '2026-03-03',
    method: 'POST',
    path: `${BLOBS}/extend`,
    body: { properties: { immutabilityPeriodSinceCreationInDays: 61 } },
    ifMatch: '"1"',
  });
  assert.deepEqual(lockContainer(container('Locked', 61), request(62))?.body, {
    properties: { immutabilityPeriodSinceCreationInDays: 62 },
  });
  assert.equal(lockContainer(container('Locked', 61), request()), undefined);
  assert.equal(lockContainer(container('Locked', 90), request(80)), undefined);
});

test('what is too short or has no policy is not locked, and it is said what to do', () => {
  const code = 'PROTECTION_REFUSED';
  const tooFew = (days: number) => ({
    code,
    message: `${days} days are too few for the container apigee: needed are 61 (31 days of an epoch + 30 guaranteed days).`,
    next: 'Run holdfast protect apply, or give --days accordingly.',
  });
  assert.throws(() => lockContainer(container('Unlocked', 60), request()), tooFew(60));
  assert.throws(() => lockContainer(container('Locked', 40), request(59)), tooFew(59));
  assert.throws(() => lockContainer(container('Unlocked', 61), request(90)), {
    code,
    message: 'The policy of the container apigee is unlocked: --days is for one that is locked.',
    next: 'Leave --days away; change protect.immutability and run holdfast protect apply for another number.',
  });
  assert.throws(() => lockContainer({ ...container('Locked', 61), immutability: undefined }, request()), {
    code,
    message: 'The container apigee has no immutability policy to lock.',
    next: 'Run holdfast protect apply first.',
  });
});

test('a soft delete that is always on binds for ever and keeps the days that it has', () => {
  const lock = lockSoftDelete(vault, request());
  assert.deepEqual(lock, {
    target: 'soft-delete',
    name: 'vault',
    what: 'Soft delete of the Backup vault vault will be AlwaysOn.',
    binds: [
      'It can never be switched off again, by nobody.',
      'What is deleted stays, and is billed beyond 14 days, for 30 days: if you delete everything today, the vault itself cannot go before 2026-01-31.',
    ],
    bindsUntil: undefined,
    method: 'PATCH',
    path: '/vault',
    body: {
      properties: { securitySettings: { softDeleteSettings: { state: 'AlwaysOn', retentionDurationInDays: 30 } } },
    },
  });
  const untold = lockSoftDelete({ ...vault, softDelete: { state: 'On', days: undefined } }, request());
  assert.match(untold?.binds[1] ?? '', /for 14 days: .* before 2026-01-15\.$/);
  assert.equal(lockSoftDelete({ ...vault, softDelete: { state: 'AlwaysOn', days: 14 } }, request()), undefined);
});

test('a lock of the Backup vault binds for ever, and each point of today until the last of them expires', () => {
  const point = (expiresAt: string | undefined) => ({
    id: 'r',
    time: '2026-01-01T02:00:00Z',
    state: 'Completed',
    expiresAt,
  });
  const lock = lockVault(vault, [point('2026-01-31T02:00:00Z'), point('2026-01-30T02:00:00Z'), point(undefined)]);
  assert.deepEqual(lock, {
    target: 'vault',
    name: 'vault',
    what: 'Immutability of the Backup vault vault will be Locked.',
    binds: [
      'It can never be unlocked again, by nobody.',
      'No recovery point can be deleted before it expires.',
      'The recovery points of today bind until 2026-01-31, later ones longer.',
    ],
    bindsUntil: undefined,
    method: 'PATCH',
    path: '/vault',
    body: { properties: { securitySettings: { immutabilitySettings: { state: 'Locked' } } } },
  });
  const none = 'There is no recovery point yet; each one binds until it expires.';
  assert.equal(lockVault(vault, [])?.binds[2], none);
  assert.equal(lockVault({ ...vault, immutability: 'Locked' }, [point('2026-01-31T02:00:00Z')]), undefined);
});
