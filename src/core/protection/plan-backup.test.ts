import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { present, settings } from '../posture/good-posture.fixture.ts';
import { instanceProperties, roleAssignmentProperties } from './desired.ts';
import type { BackupPolicyFacts, BackupVaultFacts } from './facts.ts';
import type { ProtectionReadings } from './readings.ts';
import { BACKUP_ROLE } from './settings.ts';
import {
  accountId,
  vaultId,
  policyId,
  instanceId,
  planWith,
  vaultWith,
  policyWith,
  instanceWith,
  step,
} from './protection-readings.fixture.ts';

const hasher = { digest: (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex') };
const plan = planWith(hasher);

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
