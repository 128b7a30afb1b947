import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goodReadings, present, settings } from '../posture/good-posture.fixture.ts';
import type { AccountFacts, BackupInstanceFacts } from './facts.ts';
import type { ProtectionReadings, Reading } from './readings.ts';
import { findRefusals } from './refusals.ts';
import { protectionIds, type ProtectionSettings } from './settings.ts';

const good: ProtectionReadings = goodReadings().protection;
const { accountId, blobServiceId, vaultId, instanceId, recoveryServicesId } = protectionIds(settings);
const containerId = `${blobServiceId}/containers/apigee`;
const unreadable: Reading<never> = { state: 'unreadable', reason: '403' };
const absent = (code: string): Reading<never> => ({ state: 'absent', code });

function refusals(
  over: Partial<ProtectionReadings> = {},
  wanted: Partial<ProtectionSettings> = {},
  undelete = false,
): readonly (readonly [string, string, string])[] {
  const context = { settings: { ...settings, ...wanted }, readings: { ...good, ...over }, undelete };
  return findRefusals(context).map(({ resource, message, next }) => [resource, message, next]);
}

function factsIn<Facts>(reading: Reading<Facts>): Facts {
  assert.ok(reading.state === 'present');
  return reading.facts;
}

const accountWith = (over: Partial<AccountFacts>) => ({ account: present({ ...factsIn(good.account), ...over }) });

function instanceWith(over: Partial<BackupInstanceFacts>) {
  const [instance] = factsIn(good.instances);
  assert.ok(instance);
  return { ...instance, ...over };
}

const locked = (days: number, state = 'Locked') => {
  const [container] = Object.values(good.containers);
  assert.ok(container);
  return { containers: { apigee: present({ ...factsIn(container), immutability: { state, days, etag: '' } }) } };
};

test('nothing is in the way of what can be protected', () => {
  assert.deepEqual(refusals(), []);
  assert.deepEqual(refusals(locked(61)), []);
  assert.deepEqual(refusals(locked(1, 'Unlocked')), []);
  assert.deepEqual(refusals({}, { location: 'West Europe' }), []);
});

test('an account that Azure Backup does not take is refused with the reason', () => {
  const next = 'Move the vault to a general-purpose v2 account without it, and name that one.';
  assert.deepEqual(refusals(accountWith({ hierarchicalNamespace: true })), [
    [
      accountId,
      'The storage account apigeebackup has a hierarchical namespace: Azure backs Data Lake accounts up as another kind of source, with other rules.',
      next,
    ],
  ]);
  assert.deepEqual(refusals(accountWith({ networkFileSystem: true })), [
    [accountId, 'The storage account apigeebackup has NFS 3.0, with which Azure does not back blobs up.', next],
  ]);
  for (const facts of [{ kind: 'BlobStorage' }, { sku: 'Premium_LRS' }]) {
    const { kind, sku } = { kind: 'StorageV2', sku: 'Standard_ZRS', ...facts };
    assert.deepEqual(refusals(accountWith(facts)), [
      [
        accountId,
        `The storage account apigeebackup is ${kind} ${sku}: Azure backs blobs of standard general-purpose v2 accounts up only.`,
        'Move the vault to a standard StorageV2 account, and name that one.',
      ],
    ]);
  }
  assert.deepEqual(refusals({}, { location: 'northeurope' }), [
    [
      accountId,
      'protect.location is northeurope, and the storage account is in westeurope: a Backup vault protects what is in its own region.',
      'Correct protect.location, or leave it away.',
    ],
  ]);
});

test('what is not there says what to check', () => {
  const of = (code: string) => refusals({ account: absent(code) });
  assert.deepEqual(of('ResourceNotFound'), [
    [
      accountId,
      'There is no Microsoft.Storage/storageAccounts apigeebackup in resource group rg-backup.',
      'Check protect.storageAccount.',
    ],
  ]);
  assert.deepEqual(of('SubscriptionNotFound'), [
    [
      accountId,
      `There is no subscription ${settings.subscription}, or this identity may not see it.`,
      'Check protect.subscription, and that the identity has a role in it.',
    ],
  ]);
  assert.deepEqual(of('ResourceGroupNotFound'), [
    [
      accountId,
      `There is no resource group rg-backup in subscription ${settings.subscription}.`,
      'Check the resource group under protect, or make it: az group create --name rg-backup --location REGION.',
    ],
  ]);
  assert.deepEqual(refusals({ containers: { apigee: absent('ContainerNotFound') } }), [
    [
      containerId,
      'There is no container apigee in resource group rg-backup.',
      'Check protect.containers, or make the vault first: holdfast init.',
    ],
  ]);
  const guardId = `${accountId}/guard`;
  const drillAccountId = accountId.replace('apigeebackup', 'drills');
  const gone = absent('ResourceNotFound');
  assert.deepEqual(refusals({ guard: gone, drillAccount: gone }), [], 'none is asked for');
  assert.deepEqual(refusals({ guard: gone, drillAccount: gone }, { guardId, drillAccountId }), [
    [
      guardId,
      'There is no Microsoft.DataProtection/resourceGuards guard in resource group rg-backup.',
      'Check protect.guard.',
    ],
    [
      drillAccountId,
      'There is no Microsoft.Storage/storageAccounts drills in resource group rg-backup.',
      'Check protect.drill.',
    ],
  ]);
});

test('what cannot be read is never taken for good', () => {
  const next = 'Give the identity Reader there.';
  const drillAccountId = accountId.replace('apigeebackup', 'drills');
  const cases: readonly (readonly [Partial<ProtectionReadings>, string, string])[] = [
    [{ account: unreadable }, accountId, 'The Microsoft.Storage/storageAccounts apigeebackup'],
    [{ blobService: unreadable }, blobServiceId, 'The blob service of the storage account'],
    [{ containers: { apigee: unreadable } }, containerId, 'The container apigee'],
    [{ archiving: unreadable }, accountId, 'The lifecycle rules of the storage account'],
    [{ vault: unreadable }, vaultId, 'The Microsoft.DataProtection/backupVaults holdfast-vault'],
    [{ instances: unreadable }, accountId, 'Who backs the storage account up'],
    [{ policy: unreadable }, vaultId, 'The backup policy'],
    [{ deletedInstances: unreadable }, vaultId, 'The soft-deleted instances of the Backup vault'],
    [{ roles: unreadable }, accountId, 'The role assignments of the storage account'],
    [{ drillRoles: unreadable }, drillAccountId, 'The role assignments of the drill account'],
  ];
  for (const [over, resource, what] of cases)
    assert.deepEqual(refusals(over, { drillAccountId }), [[resource, `${what} cannot be read: 403`, next]]);
  assert.deepEqual(refusals({ drillRoles: unreadable })[0]?.[0], '');
  const helped: Reading<never> = { state: 'unreadable', reason: '403', next: 'Ask Bob.' };
  assert.deepEqual(refusals({ policy: helped }), [[vaultId, 'The backup policy cannot be read: 403', 'Ask Bob.']]);
});

test('a locked immutability that is too short says by how much', () => {
  assert.deepEqual(refusals(locked(60)), [
    [
      containerId,
      'The container apigee is immutable for 60 days, locked; needed are 61: 31 days of an epoch + 30 guaranteed days. 1 days are short, in which points would rest on blobs that can be deleted.',
      'Extend it: holdfast protect lock container --days 61 (a locked policy can be extended five times, never shortened), or guarantee fewer days.',
    ],
  ]);
});

test('a rule that archives blobs of a container is refused, by each form of its prefixes', () => {
  const archived = (...prefixes: readonly string[]) => refusals({ archiving: present([{ name: 'cold', prefixes }]) });
  const refusal = [
    [
      accountId,
      'The lifecycle rule cold moves blobs of the container apigee to the archive tier, which Azure Backup leaves out and a restore cannot read.',
      'Take the container out of the rule, or use the cool or cold tier.',
    ],
  ];
  for (const prefixes of [[], ['apigee/orgs'], ['apigee'], ['api'], ['other', 'apigee/']])
    assert.deepEqual(archived(...prefixes), refusal, prefixes.join());
  for (const prefixes of [['other'], ['apigee-long'], ['apigee2/x']]) assert.deepEqual(archived(...prefixes), []);
});

test('a vault of the other kind, of another region or of no group protects nothing', () => {
  const other = present({ id: '', name: 'holdfast-vault', softDelete: 'AlwaysON', softDeleteDays: 14 });
  const gone = absent('ResourceNotFound');
  assert.deepEqual(refusals({ vault: gone, recoveryServicesVault: other }), [
    [
      recoveryServicesId,
      'holdfast-vault is a Recovery Services vault (Microsoft.RecoveryServices/vaults; its soft delete is AlwaysON). Such a vault protects machines, databases and file shares, never blobs: it does nothing for this container.',
      'Name a Backup vault (Microsoft.DataProtection/backupVaults) in protect.vault.name; a new name makes one.',
    ],
  ]);
  const unknown = present({ ...other.facts, softDelete: undefined });
  assert.match(refusals({ vault: gone, recoveryServicesVault: unknown })[0]?.[1] ?? '', /its soft delete is unknown\)/);
  assert.deepEqual(refusals({ vault: gone }), [], 'it is made');
  assert.deepEqual(refusals({ recoveryServicesVault: other }), [], 'there is a Backup vault too');
  assert.deepEqual(refusals({ vault: absent('ResourceGroupNotFound') })[0]?.[0], vaultId);
  const far = present({ ...factsIn(good.vault), location: 'northeurope' });
  assert.deepEqual(refusals({ vault: far }), [
    [
      vaultId,
      'The Backup vault holdfast-vault is in northeurope, and the storage account is in westeurope: a vault protects what is in its own region.',
      'Name another vault in protect.vault.name; a new name makes one.',
    ],
  ]);
});

test('an instance in another vault, or a deleted one, is in the way', () => {
  const id = vaultId.replace('holdfast-vault', 'other');
  const foreign = instanceWith({ id: `${id}/backupInstances/theirs`, vaultId: id, state: 'ProtectionStopped' });
  assert.deepEqual(refusals({ instances: present([foreign]) }), [
    [
      foreign.id,
      `The storage account is already protected by another Backup vault: ${id} (instance theirs, ProtectionStopped). An account has one backup instance.`,
      `Name that vault in protect.vault.name (subscription ${settings.subscription}), or stop its protection first.`,
    ],
  ]);
  const dates = { deletedAt: '2026-05-01', purgedAt: '2026-05-15' };
  const deleted = { id: 'd1', name: 'old', vaultId, sourceId: accountId.toUpperCase(), ...dates };
  const over = { deletedInstances: present([deleted]) };
  assert.deepEqual(refusals(over), [
    [
      'd1',
      'A backup instance of the storage account was deleted on 2026-05-01 and is kept until 2026-05-15: until then no new one can be made in this vault.',
      'Bring it back with its recovery points: holdfast protect plan --undelete. It comes back stopped; the plan then also resumes protection, without which no backup is taken.',
    ],
  ]);
  assert.deepEqual(refusals(over, {}, true), []);
  assert.deepEqual(refusals({ deletedInstances: present([{ ...deleted, sourceId: 'other' }]) }), []);
});

test('an instance by rule has to take the containers, and one by name takes a hundred at most', () => {
  const byRule = (prefix: string) =>
    refusals({ instances: present([instanceWith({ autoProtection: { excludedPrefixes: [prefix] } })]) });
  assert.deepEqual(byRule('other'), []);
  assert.deepEqual(byRule('api'), [
    [
      instanceId,
      'The backup instance protects containers by rule, and leaves apigee out by a prefix.',
      'Take the prefix out of the rule in the portal.',
    ],
  ]);
  const many = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);
  const next = 'Name fewer in protect.containers, or take others out of the backup instance.';
  const message = '101 containers would be backed up, and Azure takes at most 100 of an account.';
  assert.deepEqual(refusals({ instances: present([]) }, { containers: many(100) }), []);
  assert.deepEqual(refusals({ instances: present([]) }, { containers: many(101) }), [[instanceId, message, next]]);
  const own = instanceWith({ id: 'mine', containers: many(99) });
  assert.deepEqual(refusals({ instances: present([own]) }), []);
  const full = instanceWith({ id: 'mine', containers: many(100) });
  assert.deepEqual(refusals({ instances: present([full]) }), [['mine', message, next]]);
});

test('a drill goes into another account', () => {
  assert.deepEqual(refusals({}, { drillAccountId: accountId.toUpperCase() }), [
    [
      accountId.toUpperCase(),
      'protect.drill names the storage account of the vault itself; a vaulted backup is restored into another account only.',
      'Make a second storage account for drills and name it.',
    ],
  ]);
});

test('where the account is not there nothing hangs on it', () => {
  const over = {
    account: absent('ResourceNotFound'),
    instances: unreadable,
    archiving: unreadable,
    blobService: unreadable,
  };
  assert.equal(refusals(over).length, 1);
});
