import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { present, settings } from '../posture/good-posture.fixture.ts';
import {
  blobServiceProperties,
  instanceProperties,
  policyBody,
  roleAssignmentProperties,
  vaultBody,
} from './desired.ts';
import type { BlobServiceFacts } from './facts.ts';
import { movedGround } from './ground.ts';
import { digestOf, isUntouched, VAULT_PRINCIPAL } from './protection-plan.ts';
import {
  accountId,
  blobServiceId,
  vaultId,
  policyId,
  instanceId,
  absent,
  good,
  planWith,
  factsIn,
  vaultWith,
  serviceWith,
  instanceWith,
  containerWith,
  step,
} from './protection-readings.fixture.ts';

const hasher = { digest: (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex') };
const plan = planWith(hasher);

test('where all is as asked for there is nothing to do, and all of it is named', () => {
  const made = plan();
  assert.deepEqual(made.steps, []);
  assert.deepEqual(made.notes, []);
  assert.deepEqual(made.inPlace, [
    'versioning, change feed and soft delete of the blob service',
    'immutability of the container apigee: 61 days, locked',
    'the Backup vault holdfast-vault',
    'the policy holdfast: daily at 02:00',
    'the role of the vault’s identity on the storage account',
    'the backup instance apigeebackup covers the containers',
  ]);
  const { schema, createdAt, tool, hash, ...rest } = made;
  assert.deepEqual([schema, createdAt, tool], ['holdfast/protect-plan/1', '2026-05-10T00:00:00.000Z', 'holdfast 0']);
  assert.deepEqual(
    [rest.accountId, rest.vaultId, rest.instanceId, rest.settings],
    [accountId, vaultId, instanceId, settings],
  );
  const wish = { accountId, location: 'westeurope', policyId, containers: ['apigee'] };
  assert.deepEqual(rest.instance, instanceProperties(wish));
  assert.equal(hash, digestOf({ schema, createdAt, tool, ...rest }, hasher));
  assert.equal(isUntouched(made, hasher), true);
  assert.equal(isUntouched({ ...made, notes: ['x'] }, hasher), false);
});

test('where nothing is there all is made, in an order that works', () => {
  const made = plan({
    ...serviceWith({
      versioning: false,
      changeFeed: false,
      softDelete: { enabled: false, days: 90, permanentDelete: true },
      containerSoftDelete: { enabled: false, days: undefined },
      settings: { cors: { corsRules: [] }, changeFeed: { enabled: false, retentionInDays: 5 } },
    }),
    ...containerWith(undefined),
    vault: absent,
    policy: absent,
    roles: present([]),
    instances: present([]),
  });
  assert.deepEqual([made.inPlace, made.notes], [[], []]);
  assert.deepEqual(made.steps, [
    {
      id: 'blob-service',
      what: 'switch on what keeps deleted and overwritten blobs',
      why: 'Azure Backup needs versioning and the change feed; soft delete brings back what somebody deletes.',
      method: 'PUT',
      path: blobServiceId,
      body: {
        properties: {
          cors: { corsRules: [] },
          ...blobServiceProperties(settings),
          changeFeed: { enabled: true, retentionInDays: 5 },
        },
      },
      changes: [
        { field: 'versioning', from: false, to: true },
        { field: 'change feed', from: false, to: true },
        { field: 'blob soft delete, days', from: null, to: 30 },
        { field: 'permanent delete allowed', from: true, to: false },
        { field: 'container soft delete, days', from: null, to: 30 },
      ],
    },
    {
      id: 'immutability:apigee',
      what: 'make blobs of the container apigee immutable for 61 days, unlocked',
      why: '31 days of an epoch + 30 guaranteed days: no point may rest on a blob that can be deleted.',
      method: 'PUT',
      path: `${blobServiceId}/containers/apigee/immutabilityPolicies/default`,
      body: { properties: { immutabilityPeriodSinceCreationInDays: 61 } },
      changes: [{ field: 'immutable, days', from: null, to: 61 }],
    },
    {
      id: 'vault',
      what: 'make the Backup vault holdfast-vault in westeurope',
      why: 'There is none of that name.',
      method: 'PUT',
      path: vaultId,
      body: vaultBody(settings, 'westeurope'),
      changes: [
        { field: 'redundancy', from: null, to: 'GeoRedundant' },
        { field: 'soft delete', from: null, to: 'On, 14 days' },
        { field: 'immutability', from: null, to: 'Unlocked' },
        { field: 'alerts on failed jobs', from: null, to: 'Enabled' },
      ],
    },
    {
      id: 'policy',
      what: 'make the backup policy holdfast',
      why: 'There is none of that name.',
      method: 'PUT',
      path: policyId,
      body: policyBody(settings),
      changes: [
        { field: 'schedule', from: null, to: 'daily at 02:00' },
        { field: 'retention', from: null, to: 'P30D' },
      ],
    },
    {
      id: 'role',
      what: 'give the vault’s identity Storage Account Backup Contributor on the storage account',
      why: 'Without it Azure cannot read the blobs.',
      method: 'PUT',
      path: made.steps[4]?.path,
      body: { properties: roleAssignmentProperties(settings, VAULT_PRINCIPAL) },
      changes: [{ field: 'role assignment', from: null, to: 'Storage Account Backup Contributor' }],
    },
    {
      id: 'instance',
      what: 'back the containers apigee up',
      why: 'No backup instance protects the account.',
      method: 'PUT',
      path: instanceId,
      body: {
        properties: instanceProperties({ accountId, location: 'westeurope', policyId, containers: ['apigee'] }),
      },
      awaitsRole: 'validated',
      changes: [{ field: 'containers', from: null, to: ['apigee'] }],
    },
  ]);
  assert.match(
    made.steps[4]?.path ?? '',
    new RegExp(
      `^${accountId}/providers/Microsoft.Authorization/roleAssignments/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$`,
    ),
  );
  const placed = plan({ vault: absent }, { location: 'north' });
  assert.equal(step(placed, 'vault')?.what, 'make the Backup vault holdfast-vault in north');
});

test('soft delete of the blob service is raised to what is asked for, and never lowered', () => {
  const changesOf = (over: Partial<BlobServiceFacts>) => {
    const [only] = plan(serviceWith(over)).steps;
    return only === undefined
      ? undefined
      : [only.changes, (only.body?.['properties'] ?? {}) as { readonly [field: string]: unknown }];
  };
  const soft = (days: number | undefined, enabled = true) => ({
    softDelete: { enabled, days, permanentDelete: false },
  });
  assert.equal(changesOf(soft(30)), undefined);
  assert.equal(changesOf(soft(31)), undefined);
  for (const [days, from] of [
    [29, 29],
    [undefined, null],
  ] as const) {
    const [changes, properties] = changesOf(soft(days)) ?? [];
    assert.deepEqual(changes, [{ field: 'blob soft delete, days', from, to: 30 }]);
    assert.deepEqual(Object(properties).deleteRetentionPolicy, {
      enabled: true,
      days: 30,
      allowPermanentDelete: false,
    });
  }
  const [, longer] = changesOf({ ...soft(90), versioning: false }) ?? [];
  assert.equal(Object(longer).deleteRetentionPolicy.days, 90, 'what is there is longer');
  const [, off] = changesOf(soft(90, false)) ?? [];
  assert.equal(Object(off).deleteRetentionPolicy.days, 30, 'it was off');
  const [changes, properties] = changesOf({ containerSoftDelete: { enabled: true, days: 29 } }) ?? [];
  assert.deepEqual(changes, [{ field: 'container soft delete, days', from: 29, to: 30 }]);
  assert.deepEqual(Object(properties).containerDeleteRetentionPolicy, { enabled: true, days: 30 });
  const [, kept] = changesOf({ containerSoftDelete: { enabled: true, days: 45 }, changeFeed: false }) ?? [];
  assert.equal(Object(kept).containerDeleteRetentionPolicy.days, 45);
  assert.deepEqual(plan({ blobService: absent }).inPlace.includes('versioning'), false);
  assert.deepEqual(plan({ blobService: absent }).steps, []);
});

test('immutability is as long as an epoch and the guaranteed days; what is not locked is said', () => {
  const short = plan(containerWith({ state: 'Unlocked', days: 60 }));
  assert.deepEqual(
    [step(short, 'immutability:apigee')?.changes, step(short, 'immutability:apigee')?.ifMatch],
    [[{ field: 'immutable, days', from: 60, to: 61 }], '"7"'],
  );
  const unlocked = plan(containerWith({ state: 'Unlocked', days: 62 }));
  assert.deepEqual(unlocked.steps, []);
  assert.ok(unlocked.inPlace.includes('immutability of the container apigee: 62 days, unlocked'));
  assert.deepEqual(unlocked.notes, [
    'The immutability of the container apigee is not locked: an owner can take it away. `holdfast protect lock container` makes it irrevocable.',
  ]);
  const unread = plan({ containers: {} });
  assert.equal(step(unread, 'immutability:apigee')?.ifMatch, undefined);
});

test('a guard is looked for, and never put there', () => {
  const guardId =
    '/subscriptions/99999999-2222-4333-8444-555555555555/resourceGroups/rg/providers/Microsoft.DataProtection/resourceGuards/g';
  const there = plan({}, { guardId: guardId.toUpperCase() });
  assert.deepEqual([there.steps, there.notes], [[], []]);
  assert.ok(there.inPlace.includes('the resource guard on the Backup vault'));
  const note = (id: string, rest: string) =>
    `The resource guard ${id} is not on the Backup vault: its owner and a Backup Contributor put it there together (portal: Properties, Multi-User Authorization).${rest}`;
  assert.deepEqual(plan({ guardProxies: present([]) }, { guardId }).notes, [note(guardId, '')]);
  const own = guardId.replace('99999999-2222-4333-8444-555555555555', settings.subscription);
  assert.deepEqual(plan({ guardProxies: absent }, { guardId: own }).notes, [
    note(own, ' It lies in the subscription of the vault: whoever owns that owns both.'),
  ]);
  const unreadable = { guardProxies: { state: 'unreadable', reason: '403' } } as const;
  assert.deepEqual(plan(unreadable, { guardId }).notes, [
    'Whether the resource guard is on the Backup vault is not known: 403',
  ]);
  assert.deepEqual(plan(unreadable).notes, [], 'none is asked for');
});

test('the ground is all that was read, but for what Azure counts up by itself', () => {
  const before = plan().ground;
  assert.deepEqual(movedGround(before, plan().ground), []);
  assert.deepEqual(movedGround(before, plan(vaultWith({ secureScore: 'Better' })).ground), []);
  const account = { ...factsIn(good.account), keysCreatedAt: { key1: 'today' } };
  assert.deepEqual(movedGround(before, plan({ account: present(account) }).ground), []);
  const absents = Object.fromEntries(
    Object.keys(good)
      .filter((name) => name !== 'containers')
      .map((name) => [name, { state: 'unreadable', reason: '403' }]),
  );
  assert.deepEqual(movedGround(before, plan({ ...absents, containers: { other: absent } }).ground).toSorted(), [
    'container apigee',
    'container other',
    'the Backup vault',
    'the Recovery Services vault',
    'the backup instances of the account',
    'the backup policy',
    'the blob service',
    'the deleted instances',
    'the drill account',
    'the guards of the vault',
    'the lifecycle rules',
    'the resource guard',
    'the role assignments of the account',
    'the role assignments of the drill account',
    'the storage account',
  ]);
  assert.deepEqual(movedGround(before, plan(instanceWith({ state: 'ProtectionStopped' })).ground), [
    'the backup instances of the account',
  ]);
  assert.deepEqual(movedGround({ a: '1' }, { b: '2' }), ['a', 'b']);
});
