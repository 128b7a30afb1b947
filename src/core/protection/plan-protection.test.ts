import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { goodReadings, present, settings } from '../posture/good-posture.fixture.ts';
import {
  blobServiceProperties,
  instanceProperties,
  policyBody,
  roleAssignmentProperties,
  vaultBody,
} from './desired.ts';
import type { BackupInstanceFacts, BackupPolicyFacts, BackupVaultFacts, BlobServiceFacts } from './facts.ts';
import { movedGround } from './ground.ts';
import { planProtection } from './plan-protection.ts';
import { digestOf, isUntouched, VAULT_PRINCIPAL } from './protection-plan.ts';
import type { ProtectionReadings, Reading } from './readings.ts';
import { BACKUP_ROLE, protectionIds, type ProtectionSettings } from './settings.ts';

const hasher = { digest: (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex') };
const { accountId, blobServiceId, vaultId, policyId, instanceId } = protectionIds(settings);
const absent: Reading<never> = { state: 'absent', code: 'ResourceNotFound' };

const goodPolicy: BackupPolicyFacts = {
  id: policyId,
  name: 'holdfast',
  backupRules: [{ name: 'HoldfastBackup', intervals: ['R/2024-02-03T02:00:00+00:00/P1D'] }],
  retention: 'P30D',
  otherRules: [],
  rules: [],
};

const { protection } = goodReadings();
const good: ProtectionReadings = {
  ...protection,
  vault: present({ ...protection.vault.facts, alerts: 'Enabled' }),
  policy: present(goodPolicy),
};

function plan(over: Partial<ProtectionReadings> = {}, wanted: Partial<ProtectionSettings> = {}) {
  const request = {
    settings: { ...settings, ...wanted },
    readings: { ...good, ...over },
    createdAt: '2026-05-10T00:00:00.000Z',
    tool: 'holdfast 0',
  };
  return planProtection(request, hasher);
}

function factsIn<Facts>(reading: Reading<Facts>): Facts {
  assert.ok(reading.state === 'present');
  return reading.facts;
}

const vaultWith = (over: Partial<BackupVaultFacts>) => ({ vault: present({ ...factsIn(good.vault), ...over }) });
const serviceWith = (over: Partial<BlobServiceFacts>) => ({
  blobService: present({ ...factsIn(good.blobService), ...over }),
});
const policyWith = (over: Partial<BackupPolicyFacts>) => ({ policy: present({ ...goodPolicy, ...over }) });
const [goodInstance] = factsIn(good.instances);

function instanceWith(over: Partial<BackupInstanceFacts>) {
  assert.ok(goodInstance);
  return { instances: present([{ ...goodInstance, ...over }]) };
}

const containerWith = (immutability: { readonly state: string; readonly days: number } | undefined) => {
  const [container] = Object.values(good.containers);
  assert.ok(container);
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
function step(made: ReturnType<typeof plan>, id: string) {
  const found = made.steps.filter((one) => one.id === id);
  assert.equal(found.length, 1, `one step ${id} of ${made.steps.map((one) => one.id).join(', ')}`);
  return found[0];
}

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

test('a Backup vault is given what it lacks, and keeps what is more than asked for', () => {
  const changed = (over: Partial<BackupVaultFacts>) => {
    const made = plan(vaultWith(over));
    const found = made.steps.find(({ id }) => id === 'vault');
    return found && [found.method, found.path, found.body, found.changes];
  };
  const soft = (state: string | undefined, days: number | undefined) => ({ softDelete: { state, days } });
  const softBody = (state: string, days: number) => ({
    properties: { securitySettings: { softDeleteSettings: { state, retentionDurationInDays: days } } },
  });
  const field = 'soft delete';
  assert.equal(changed({}), undefined);
  assert.equal(changed(soft('AlwaysOn', 20)), undefined);
  for (const [over, from, to, body] of [
    [soft('On', 13), 'On, 13 days', 'On, 14 days', softBody('On', 14)],
    [soft('AlwaysOn', undefined), 'AlwaysOn, 0 days', 'AlwaysOn, 14 days', softBody('AlwaysOn', 14)],
    [soft('Off', 60), 'Off, 60 days', 'On, 60 days', softBody('On', 60)],
    [soft(undefined, 14), 'unknown, 14 days', 'On, 14 days', softBody('On', 14)],
  ] as const)
    assert.deepEqual(changed(over), ['PATCH', vaultId, body, [{ field, from, to }]]);
  assert.equal(changed({ immutability: 'Locked' }), undefined);
  const immutable = { properties: { securitySettings: { immutabilitySettings: { state: 'Unlocked' } } } };
  for (const immutability of ['Disabled', undefined]) {
    const change = { field: 'immutability', from: immutability ?? null, to: 'Unlocked' };
    assert.deepEqual(changed({ immutability }), ['PATCH', vaultId, immutable, [change]]);
  }
  const alerting = {
    properties: { monitoringSettings: { azureMonitorAlertSettings: { alertsForAllJobFailures: 'Enabled' } } },
  };
  for (const alerts of ['Disabled', undefined]) {
    const change = { field: 'alerts on failed jobs', from: alerts ?? null, to: 'Enabled' };
    assert.deepEqual(changed({ alerts }), ['PATCH', vaultId, alerting, [change]]);
  }
  assert.deepEqual(changed({ principalId: undefined }), [
    'PATCH',
    vaultId,
    { identity: { type: 'SystemAssigned' } },
    [{ field: 'identity', from: null, to: 'SystemAssigned' }],
  ]);
  const made = plan(vaultWith({ immutability: 'Disabled' }));
  assert.deepEqual(
    [step(made, 'vault')?.what, step(made, 'vault')?.why],
    ['change the Backup vault holdfast-vault', 'Its protection is less than asked for.'],
  );
});

test('redundancy is what it is, and said where it is another', () => {
  const note = (what: string) =>
    `The Backup vault is ${what}, asked for is GeoRedundant: that cannot be changed once something is protected. Another vault would have it.`;
  assert.deepEqual(plan(vaultWith({ redundancy: 'LocallyRedundant' })).notes, [note('LocallyRedundant')]);
  assert.deepEqual(plan(vaultWith({ redundancy: undefined })).notes, [note('of unknown redundancy')]);
});

test('a policy is changed where its schedule, its name or its retention is not as asked for', () => {
  const changes = (over: Partial<BackupPolicyFacts>) => {
    const made = plan(policyWith(over));
    const found = made.steps.find(({ id }) => id === 'policy');
    if (found !== undefined)
      assert.deepEqual(
        [found.what, found.why, found.method, found.path],
        ['change the backup policy holdfast', 'It is not as asked for.', 'PUT', policyId],
      );
    return found?.changes;
  };
  const rule = (name: string, ...intervals: readonly string[]) => ({ backupRules: [{ name, intervals }] });
  const daily = 'R/2026-01-01T02:00:00+00:00/P1D';
  const weekly = 'R/2026-01-04T03:30:00+00:00/P1W';
  const to = ['HoldfastBackup: daily at 02:00'];
  assert.equal(changes({}), undefined);
  assert.deepEqual(changes(rule('Other', daily)), [{ field: 'schedule', from: ['Other: daily at 02:00'], to }]);
  assert.deepEqual(changes(rule('HoldfastBackup', weekly)), [
    { field: 'schedule', from: ['HoldfastBackup: weekly at 03:30'], to },
  ]);
  assert.deepEqual(changes(rule('HoldfastBackup', daily, weekly)), [
    { field: 'schedule', from: ['HoldfastBackup: daily at 02:00, weekly at 03:30'], to },
  ]);
  assert.deepEqual(changes({ backupRules: [] }), [{ field: 'schedule', from: [], to }]);
  assert.deepEqual(changes({ retention: 'P29D' }), [{ field: 'retention', from: 'P29D', to: 'P30D' }]);
  assert.deepEqual(changes({ retention: undefined }), [{ field: 'retention', from: null, to: 'P30D' }]);
  assert.equal(changes({ retention: 'P1Y' }), undefined);
});

test('what a policy has beyond what is asked for is said, and stays', () => {
  assert.deepEqual(plan(policyWith({ retention: 'P1Y', otherRules: ['Weekly', 'Monthly'] })).notes, [
    'The policy holdfast keeps points for P1Y, asked for is P30D: it stays so.',
    'The policy holdfast has rules beside those asked for, which stay: Weekly, Monthly.',
  ]);
});

test('the role is given where the vault’s identity has it not, or only under a condition', () => {
  const assignment = { id: 'a1', scope: accountId, principalType: undefined, hasCondition: false };
  const own = { ...assignment, roleId: BACKUP_ROLE, principalId: 'the-vault' };
  const isGiven = (over: Partial<ProtectionReadings>) => plan(over).steps.some(({ id }) => id === 'role');
  assert.equal(isGiven({ roles: present([{ ...own, principalId: 'THE-VAULT' }]) }), false);
  assert.equal(isGiven({ roles: present([{ ...own, roleId: BACKUP_ROLE.toUpperCase() }]) }), false);
  assert.equal(isGiven({ roles: present([{ ...own, principalId: 'other' }]) }), true);
  assert.equal(isGiven({ roles: present([{ ...own, roleId: 'other' }]) }), true);
  assert.equal(isGiven({ roles: present([{ ...own, hasCondition: true }]) }), true);
  assert.equal(isGiven({ ...vaultWith({ principalId: undefined }), roles: present([own]) }), true);
  assert.equal(isGiven({ roles: { state: 'notAsked' } }), true);
  const made = step(plan({ roles: present([]) }), 'role');
  assert.deepEqual(made?.body, { properties: roleAssignmentProperties(settings, 'the-vault') });

  // The same wish has the same name, unless a stale assignment has it.
  const name = made?.path.split('/').at(-1) ?? '';
  assert.equal(step(plan({ roles: present([]) }), 'role')?.path, made?.path);
  const stale = { ...own, principalId: 'gone', id: `${accountId}/x/${name.toUpperCase()}` };
  const next = step(plan({ roles: present([stale]) }), 'role')?.path;
  assert.notEqual(next, made?.path);
  assert.match(next ?? '', /\/[0-9a-f-]{36}$/);
});

test('the drill account gets the role too, where one is named', () => {
  const drillAccountId = accountId.replace('apigeebackup', 'drills');
  const made = plan({ drillRoles: present([]) }, { drillAccountId });
  const given = step(made, 'drill-role');
  assert.deepEqual(
    [given?.what, given?.why],
    [
      'give the vault’s identity Storage Account Backup Contributor on the drill account',
      'Without it Azure cannot restore there.',
    ],
  );
  assert.ok(given?.path.startsWith(`${drillAccountId}/providers/Microsoft.Authorization/roleAssignments/`));
  const role = { id: 'a1', scope: '', principalType: undefined, hasCondition: false };
  const own = { ...role, roleId: BACKUP_ROLE, principalId: 'the-vault' };
  const done = plan({ drillRoles: present([own]) }, { drillAccountId });
  assert.deepEqual(done.steps, []);
  assert.ok(done.inPlace.includes('the role of the vault’s identity on the drill account'));
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

test('an instance is widened to the containers that it lacks, and set to the policy', () => {
  const wide = plan(instanceWith({ id: `${vaultId}/backupInstances/mine`, containers: ['zeta', 'alpha'] }));
  const own = `${vaultId}/backupInstances/mine`;
  assert.equal(wide.instanceId, own);
  const containers = ['alpha', 'apigee', 'zeta'];
  assert.deepEqual(wide.steps, [
    {
      id: 'instance',
      what: 'change what is backed up, or by which policy',
      why: 'The backup instance is not as asked for.',
      method: 'PUT',
      path: own,
      body: { properties: instanceProperties({ accountId, location: 'westeurope', policyId, containers }) },
      changes: [{ field: 'containers', from: ['zeta', 'alpha'], to: containers }],
    },
  ]);
  const other = plan(instanceWith({ policyId: 'other' }));
  assert.deepEqual(step(other, 'instance')?.changes, [{ field: 'policy', from: 'other', to: policyId }]);
  assert.deepEqual(plan(instanceWith({ policyId: policyId.toUpperCase() })).steps, []);
  assert.deepEqual(plan(instanceWith({ vaultId: vaultId.toUpperCase() })).steps, []);
  // Of another vault it is none of this one; that it is in the way is a refusal.
  assert.equal(step(plan(instanceWith({ vaultId: 'other' })), 'instance')?.path, instanceId);
});

test('an instance that protects by rule is left alone, and a policy that is another is said', () => {
  const made = plan(instanceWith({ autoProtection: { excludedPrefixes: [] }, policyId: 'other', containers: [] }));
  assert.deepEqual(made.steps, []);
  assert.deepEqual(made.notes, [
    `The backup instance protects by rule and by another policy than ${policyId}: change that in the portal.`,
  ]);
  assert.ok(made.inPlace.includes('the backup instance apigeebackup covers the containers'));
});

test('an instance that takes no backups is made to, as its state asks for', () => {
  const resume = {
    id: 'resume',
    what: 'resume protection',
    method: 'POST',
    path: `${instanceId}/resumeProtection`,
    awaitsRole: 'repeated',
    changes: [{ field: 'state', from: 'ProtectionStopped', to: 'ProtectionConfigured' }],
  };
  assert.deepEqual(plan(instanceWith({ state: 'ProtectionStopped' })).steps, [
    { ...resume, why: 'Protection is stopped: no backup is taken.' },
  ]);
  for (const state of ['BackupSchedulesSuspended', 'RetentionSchedulesSuspended'])
    assert.deepEqual(plan(instanceWith({ state })).steps, [
      { ...resume, why: 'The schedules are suspended: no backup is taken.', path: `${instanceId}/resumeBackups` },
    ]);
  const sync = {
    ...resume,
    id: 'sync',
    what: 'let Azure try again to protect the account',
    path: `${instanceId}/sync`,
  };
  const error = { code: 'E1', message: 'no role' };
  for (const state of ['ProtectionError', 'ConfiguringProtectionFailed']) {
    assert.deepEqual(plan(instanceWith({ state, error })).steps, [
      { ...sync, why: 'Protection could not be configured: no role' },
    ]);
    assert.deepEqual(plan(instanceWith({ state })).steps, [
      { ...sync, why: 'Protection could not be configured: Azure does not say why' },
    ]);
  }
  const waiting = plan(instanceWith({ state: 'ConfiguringProtection' }));
  assert.deepEqual(
    [waiting.steps, waiting.notes],
    [[], ['The backup instance apigeebackup is ConfiguringProtection: look again when it is not.']],
  );
});

test('a deleted instance of the account is brought back and resumed', () => {
  const deleted = {
    id: `${vaultId}/deletedBackupInstances/old`,
    name: 'old',
    vaultId,
    sourceId: accountId.toUpperCase(),
    deletedAt: '2026-05-01',
    purgedAt: '2026-05-15',
  };
  const made = plan({ instances: present([]), deletedInstances: present([deleted]) });
  assert.deepEqual(made.steps, [
    {
      id: 'undelete',
      what: 'bring the deleted backup instance old back',
      why: 'It was deleted on 2026-05-01 and would be gone for good on 2026-05-15.',
      method: 'POST',
      path: `${vaultId}/deletedBackupInstances/old/undelete`,
      changes: [{ field: 'state', from: 'SoftDeleted', to: 'ProtectionStopped' }],
    },
    {
      id: 'resume',
      what: 'resume protection',
      why: 'An undeleted instance stays stopped until it is resumed.',
      method: 'POST',
      path: `${vaultId}/backupInstances/old/resumeProtection`,
      awaitsRole: 'repeated',
      changes: [{ field: 'state', from: 'ProtectionStopped', to: 'ProtectionConfigured' }],
    },
  ]);
  assert.deepEqual(made.notes, ['What the instance backs up is known when it is back: make another plan then.']);
  const foreign = { ...deleted, sourceId: 'other' };
  assert.deepEqual(plan({ deletedInstances: present([foreign]) }).steps, []);
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
