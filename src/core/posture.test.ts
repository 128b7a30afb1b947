import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definition, goodReadings, present, settings } from './posture/good-posture.fixture.ts';
import type { BackupJobFacts } from './protection/facts.ts';
import type { PostureReadings } from './posture/posture-readings.ts';
import { findWeakenings, judgePosture } from './posture.ts';

const good = goodReadings();
const { protection } = good;
const states = (readings: PostureReadings): Record<string, string> =>
  Object.fromEntries(judgePosture(readings).map(({ id, state }) => [id, state]));
const allPass = Object.fromEntries(Object.keys(states(good)).map((id) => [id, 'pass']));

type Protection = PostureReadings['protection'];

/** The good readings with one part of what protects changed. */
function withProtection(change: Partial<Protection>): PostureReadings {
  return { ...good, protection: { ...protection, ...change } };
}

function account(change: { readonly [field: string]: unknown }): PostureReadings {
  return withProtection({ account: present({ ...protection.account.facts, ...change }) });
}

function service(change: { readonly [field: string]: unknown }): PostureReadings {
  return withProtection({
    blobService: present({ ...protection.blobService.facts, ...change }),
  });
}

function vault(change: { readonly [field: string]: unknown }): PostureReadings {
  return withProtection({ vault: present({ ...protection.vault.facts, ...change }) });
}

function container(change: { readonly [field: string]: unknown }): PostureReadings {
  const apigee = { ...protection.containers.apigee.facts, ...change };
  return withProtection({ containers: { apigee: present(apigee) } });
}

function instance(change: { readonly [field: string]: unknown }): PostureReadings {
  const [own] = protection.instances.facts;
  assert.ok(own !== undefined);
  return withProtection({ instances: present([{ ...own, ...change }]) });
}

function role(principalId: string, roleId: string): PostureReadings {
  const [first] = protection.roles.facts;
  assert.ok(first !== undefined);
  const others = protection.roles.facts.filter((one) => one.principalId !== principalId);
  const roles = present([...others, { ...first, principalId, roleId }]);
  const owner = definition(
    'Storage Blob Data Owner',
    [],
    ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*'],
  );
  const contributor = definition('Contributor', ['*'], []);
  const writerRoles = present(roles.facts.filter((one) => one.principalId === 'the-writer'));
  return {
    ...withProtection({ roles }),
    writerRoles,
    roleDefinitions: { ...good.roleDefinitions, owner, contributor },
  };
}

test('every action by which a vault or its protection could be destroyed is harmful, by name and by wildcard', () => {
  const storage = 'Microsoft.Storage/storageAccounts';
  const backup = 'Microsoft.DataProtection/backupVaults';
  const actions = [
    'Microsoft.Authorization/roleAssignments/write',
    'Microsoft.Authorization/*',
    `${storage}/write`,
    `${storage}/*`,
    `${storage}/regenerateKey/action`,
    `${storage}/listAccountSas/action`,
    `${storage}/listServiceSas/action`,
    `${storage}/listKeys/action`,
    `${storage}/blobServices/write`,
    `${storage}/managementPolicies/write`,
    `${storage}/blobServices/containers/write`,
    `${storage}/blobServices/containers/immutabilityPolicies/write`,
    `${storage}/blobServices/containers/immutabilityPolicies/*`,
    `${backup}/delete`,
    `${backup}/backupInstances/delete`,
    `${backup}/backupInstances/stopProtection/action`,
    'Microsoft.DataProtection/*/delete',
  ];
  for (const action of actions) {
    for (const [principal, id] of [
      ['somebody', 'role-assignments'],
      ['the-writer', 'writer-cannot-delete'],
    ] as const) {
      const readings = role(principal, 'crafted');
      const roleDefinitions = { ...readings.roleDefinitions, crafted: definition('Crafted', [action], []) };
      assert.equal(states({ ...readings, roleDefinitions })[id], 'fail', `${principal} with ${action}`);
    }
  }
});

test('a job that has not ended says nothing; the one before it does', () => {
  assert.ok(job !== undefined);
  for (const status of ['InProgress', 'Paused', 'Cancelling']) {
    const one: BackupJobFacts = { ...job, id: 'running', status };
    const running: readonly BackupJobFacts[] = [{ ...one, id: 'running-too' }, one];
    assert.equal(states({ ...good, jobs: present([...running, job]) })['last-job'], 'pass', status);
    assert.equal(states({ ...good, jobs: present(running) })['last-job'], 'unknown', status);
  }
});

test('a guard that is asked for is found among others', () => {
  const [proxy] = protection.guardProxies.facts;
  assert.ok(proxy !== undefined);
  const other = { ...proxy, id: 'other', guardId: `/subscriptions/${settings.subscription}/x` };
  const readings = withProtection({ guardProxies: present([other, proxy]) });
  const guardId = proxy.guardId.toUpperCase();
  assert.equal(states({ ...readings, settings: { ...settings, guardId } })['resource-guard'], 'pass');
});

test('a good set-up passes every check, and nothing needs a remedy', () => {
  assert.deepEqual(states(good), allPass);
  assert.equal(
    judgePosture(good).some(({ remedy }) => remedy !== undefined),
    false,
  );
  assert.ok(Object.keys(allPass).length >= 22);
});

const [newest] = good.recoveryPoints.facts;
const [job] = good.jobs.facts;
const flips: readonly (readonly [what: string, id: string, state: 'fail' | 'unknown', readings: PostureReadings])[] = [
  ['soft delete off', 'vault-soft-delete', 'fail', vault({ softDelete: { state: 'Off', days: 14 } })],
  [
    'a soft delete that is not known',
    'vault-soft-delete',
    'unknown',
    vault({ softDelete: { state: 'Enabled', days: 14 } }),
  ],
  ['fewer days of soft delete', 'vault-soft-delete-days', 'fail', vault({ softDelete: { state: 'On', days: 7 } })],
  [
    'days that are not said',
    'vault-soft-delete-days',
    'unknown',
    vault({ softDelete: { state: 'On', days: undefined } }),
  ],
  ['immutability off', 'vault-immutability', 'fail', vault({ immutability: 'Disabled' })],
  ['immutability not said', 'vault-immutability', 'unknown', vault({ immutability: undefined })],
  ['one region only', 'vault-redundancy', 'fail', vault({ redundancy: 'LocallyRedundant' })],
  ['no guard', 'resource-guard', 'fail', withProtection({ guardProxies: present([]) })],
  [
    'a guard of the same subscription',
    'resource-guard',
    'fail',
    withProtection({
      guardProxies: present([{ id: 'p', guardId: `/subscriptions/${settings.subscription}/x`, operations: [] }]),
    }),
  ],
  [
    'a guard that is not the one asked for',
    'resource-guard',
    'fail',
    { ...good, settings: { ...settings, guardId: '/subscriptions/other/resourceGuards/another' } },
  ],
  ['protection stopped', 'backup-instance', 'fail', instance({ state: 'ProtectionStopped' })],
  ['another vault', 'backup-instance', 'fail', instance({ vaultId: '/subscriptions/x/other' })],
  ['the container left out', 'container-covered', 'fail', instance({ containers: ['logs'] })],
  ['left out by a prefix', 'container-covered', 'fail', instance({ autoProtection: { excludedPrefixes: ['api'] } })],
  [
    'an old recovery point',
    'last-recovery-point',
    'fail',
    {
      ...good,
      recoveryPoints: present([
        { ...newest, id: 'r', time: '2026-02-26T02:00:00Z', state: 'Completed', expiresAt: undefined },
      ]),
    },
  ],
  ['no recovery point', 'last-recovery-point', 'fail', { ...good, recoveryPoints: present([]) }],
  [
    'a partial one',
    'last-recovery-point',
    'fail',
    {
      ...good,
      recoveryPoints: present([
        { id: 'r3', time: '2026-03-01T08:00:00Z', state: 'Partial', expiresAt: undefined },
        ...good.recoveryPoints.facts,
      ]),
    },
  ],
  ...(['Failed', 'Cancelled', 'CompletedWithWarnings'] as const).map(
    (status) =>
      [
        `a job that is ${status}`,
        'last-job',
        'fail',
        { ...good, jobs: present(job === undefined ? [] : [{ ...job, status }]) },
      ] as const,
  ),
  ['no versions', 'versioning', 'fail', service({ versioning: false })],
  [
    'no soft delete of blobs',
    'blob-soft-delete',
    'fail',
    service({ softDelete: { enabled: false, days: 30, permanentDelete: false } }),
  ],
  [
    'fewer days for blobs',
    'blob-soft-delete',
    'fail',
    service({ softDelete: { enabled: true, days: 3, permanentDelete: false } }),
  ],
  [
    'permanent deletion',
    'blob-soft-delete',
    'fail',
    service({ softDelete: { enabled: true, days: 30, permanentDelete: true } }),
  ],
  [
    'no soft delete of containers',
    'container-soft-delete',
    'fail',
    service({ containerSoftDelete: { enabled: false, days: 30 } }),
  ],
  ['no policy', 'immutability', 'fail', container({ immutability: undefined })],
  [
    'a policy that is too short, although locked',
    'immutability',
    'fail',
    container({ immutability: { state: 'Locked', days: 60, etag: '' } }),
  ],
  [
    'a policy of an unknown state',
    'immutability',
    'unknown',
    container({ immutability: { state: 'Frozen', days: 61, etag: '' } }),
  ],
  [
    'policies of versions',
    'immutability',
    'unknown',
    container({ immutability: undefined, versionImmutability: true }),
  ],
  ['shared keys', 'shared-key-access', 'fail', account({ sharedKeyAccess: undefined })],
  ['public access', 'public-access', 'fail', account({ publicBlobAccess: true })],
  ['old TLS', 'tls', 'fail', account({ minimumTls: 'TLS1_0' })],
  ['plain http', 'tls', 'fail', account({ httpsOnly: false })],
  ['a hierarchical namespace', 'hierarchical-namespace', 'fail', account({ hierarchicalNamespace: true })],
  [
    'an archiving rule',
    'archiving-rules',
    'fail',
    withProtection({ archiving: present([{ name: 'cold', prefixes: ['apigee/orgs'] }]) }),
  ],
  ['an owner of data', 'role-assignments', 'fail', role('somebody', 'owner')],
  ['a contributor', 'role-assignments', 'fail', role('somebody', 'contributor')],
  ['a role that cannot be read', 'role-assignments', 'unknown', role('somebody', 'mystery')],
  ['a writer who deletes', 'writer-cannot-delete', 'fail', role('the-writer', 'owner')],
  ['an unknown writer', 'writer-cannot-delete', 'unknown', { ...good, writer: undefined }],
  [
    'a capture that writes',
    'capture-cannot-write',
    'fail',
    { ...good, capture: present({ canWrite: true, evidence: 'It may write.' }) },
  ],
  [
    'a secret overdue',
    'secrets-overdue',
    'fail',
    { ...good, secrets: present({ overdue: ['writer.key, 120 days'], checked: 4 }) },
  ],
  [
    'an old proof',
    'verified-point',
    'fail',
    { ...good, verified: present({ point: 'p0', endedAt: '2026-02-20T00:00:00Z' }) },
  ],
  ['no proof', 'verified-point', 'fail', { ...good, verified: present(undefined) }],
];

for (const [what, id, state, readings] of flips) {
  test(`one property flipped changes one check: ${what}`, () => {
    assert.deepEqual(states(readings), { ...allPass, [id]: state });
    const check = judgePosture(readings).find((one) => one.id === id);
    assert.ok(check?.remedy !== undefined && check.evidence.endsWith('.'));
  });
}

const denied = { state: 'unreadable', reason: 'The client does not have authorization.', next: 'Let it.' } as const;
const missing = { state: 'absent', code: 'ResourceNotFound' } as const;
const rights: readonly (readonly [
  right: string,
  readings: (reading: typeof denied | typeof missing) => PostureReadings,
  ids: readonly string[],
])[] = [
  [
    'the Backup vault',
    (vaultReading) => withProtection({ vault: vaultReading }),
    ['backup-vault', 'vault-soft-delete', 'vault-soft-delete-days', 'vault-immutability', 'vault-redundancy'],
  ],
  ['the guards', (guardProxies) => withProtection({ guardProxies }), ['resource-guard']],
  ['the instances', (instances) => withProtection({ instances }), ['backup-instance', 'container-covered']],
  ['the recovery points', (recoveryPoints) => ({ ...good, recoveryPoints }), ['last-recovery-point']],
  ['the jobs', (jobs) => ({ ...good, jobs }), ['last-job']],
  [
    'the blob service',
    (blobService) => withProtection({ blobService }),
    ['versioning', 'blob-soft-delete', 'container-soft-delete'],
  ],
  ['the container', (apigee) => withProtection({ containers: { apigee } }), ['immutability']],
  [
    'the account',
    (accountReading) => withProtection({ account: accountReading }),
    ['shared-key-access', 'public-access', 'tls', 'hierarchical-namespace'],
  ],
  ['the lifecycle', (archiving) => withProtection({ archiving }), ['archiving-rules']],
  ['the roles', (roles) => withProtection({ roles }), ['role-assignments']],
  [
    'all roles, and those of the writer',
    (roles) => ({ ...withProtection({ roles }), writerRoles: roles }),
    ['role-assignments', 'writer-cannot-delete'],
  ],
  ['the capture identity', (capture) => ({ ...good, capture }), ['capture-cannot-write']],
  ['the secrets', (secrets) => ({ ...good, secrets }), ['secrets-overdue']],
  ['the proofs', (verified) => ({ ...good, verified }), ['verified-point']],
];

for (const [right, make, ids] of rights) {
  for (const reading of [denied, missing]) {
    test(`what may not be read or is missing is unknown, and nothing else changes: ${right}, ${reading.state}`, () => {
      const expected = { ...allPass, ...Object.fromEntries(ids.map((id) => [id, 'unknown'])) };
      // Whose role the vault's is can only be told when the vault is known.
      if (right === 'the Backup vault') expected['role-assignments'] = 'unknown';
      assert.deepEqual(states(make(reading)), expected);
    });
  }
}

test('nobody protecting the account is no matter of rights', () => {
  const found = states({ ...withProtection({ instances: present([]) }) });
  assert.deepEqual(found, { ...allPass, 'backup-instance': 'fail', 'container-covered': 'unknown' });
});

test('a Recovery Services vault that was named by mistake is explained', () => {
  const recoveryServicesVault = present({
    id: '/x',
    name: 'holdfast-vault',
    softDelete: 'AlwaysON',
    softDeleteDays: 14,
  });
  const [check] = judgePosture(withProtection({ vault: missing, recoveryServicesVault }));
  assert.equal(check?.state, 'fail');
  assert.match(
    check.evidence,
    /is a Recovery Services vault \(Microsoft\.RecoveryServices\/vaults, soft delete AlwaysON\).*never blobs/,
  );
  assert.match(check.remedy ?? '', /Microsoft\.DataProtection\/backupVaults/);
});

test('the arithmetic of immutability is shown', () => {
  const check = judgePosture(container({ immutability: { state: 'Locked', days: 40, etag: '' } })).find(
    ({ id }) => id === 'immutability',
  );
  assert.match(
    check?.evidence ?? '',
    /immutable for 40 days \(Locked\); 31 days of an epoch \+ 30 guaranteed days = 61 are needed/,
  );
});

test('what became weaker since is called out, also where it still passes; what became stronger is not', () => {
  const before = judgePosture(vault({ softDelete: { state: 'AlwaysOn', days: 30 } }));
  const now = judgePosture(vault({ softDelete: { state: 'On', days: 14 }, immutability: 'Disabled' }));
  assert.deepEqual(
    findWeakenings(before, now).map(({ id }) => id),
    ['vault-soft-delete', 'vault-soft-delete-days', 'vault-immutability'],
  );
  assert.deepEqual(findWeakenings(now, before), []);
  const unread = judgePosture(withProtection({ guardProxies: denied }));
  assert.deepEqual(
    findWeakenings(judgePosture(good), unread).map(({ id }) => id),
    ['resource-guard'],
  );
  assert.deepEqual(findWeakenings(judgePosture(good), judgePosture(good)), []);
});

test('what the writer has through a group counts; where that cannot be read, no group with a role is passed over', () => {
  const [first] = protection.roles.facts;
  assert.ok(first !== undefined);
  const ofGroup = { ...first, id: 'g1', principalId: 'backup-team', principalType: 'Group' };
  const judge = (roleId: string, writerRoles: PostureReadings['writerRoles']) => {
    const roles = present([...protection.roles.facts, { ...ofGroup, roleId }]);
    const deleter = definition(
      'Deleter',
      [],
      ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete'],
    );
    return states({
      ...withProtection({ roles }),
      writerRoles,
      roleDefinitions: { ...good.roleDefinitions, deleter },
    });
  };
  const withGroup = (roleId: string) => present([...good.writerRoles.facts, { ...ofGroup, roleId }]);
  assert.deepEqual(judge('deleter', withGroup('deleter')), {
    ...allPass,
    'role-assignments': 'fail',
    'writer-cannot-delete': 'fail',
  });
  assert.deepEqual(judge('reader-role', withGroup('reader-role')), allPass);
  assert.deepEqual(judge('reader-role', denied), { ...allPass, 'writer-cannot-delete': 'unknown' });
  assert.equal(judge('deleter', denied)['writer-cannot-delete'], 'unknown');
  // Without any group what it has by itself is all.
  assert.deepEqual(states({ ...good, writerRoles: denied }), allPass);
  assert.equal(states({ ...role('the-writer', 'owner'), writerRoles: denied })['writer-cannot-delete'], 'fail');
});

test('a guard in another subscription says that its tenant is not known', () => {
  const check = judgePosture(good).find(({ id }) => id === 'resource-guard');
  assert.match(
    check?.evidence ?? '',
    /subscription, 99999999-2222-4333-8444-555555555555\. In which tenant, .* is not known here/,
  );
});
