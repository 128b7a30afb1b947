import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BackupInstanceFacts, BackupJobFacts, BackupVaultFacts, RecoveryPointFacts } from '../protection/facts.ts';
import { protectionIds } from '../protection/settings.ts';
import { goodReadings, present, settings } from './good-posture.fixture.ts';
import type { PostureCheck } from './posture-check.ts';
import type { PostureReadings } from './posture-readings.ts';
import { checkBackups, checkVault, judgeDays } from './vault-checks.ts';

const good = goodReadings();
const { protection } = good;
const { vaultId } = protectionIds(settings);
const RAISE = 'Raise the days: holdfast protect plan. It does not help what is deleted already.';
const GUARD =
  'Put a resource guard of another subscription, better of another tenant, on the vault, owned by somebody else.';

function withProtection(change: Partial<PostureReadings['protection']>): PostureReadings {
  return { ...good, protection: { ...protection, ...change } };
}

function vault(change: Partial<BackupVaultFacts>): PostureReadings {
  return withProtection({ vault: present({ ...protection.vault.facts, ...change }) });
}

function find(readings: PostureReadings, id: string): Partial<PostureCheck> | undefined {
  const check = [...checkVault(readings), ...checkBackups(readings)].find((one) => one.id === id);
  if (check === undefined) return undefined;
  const { id: _, ...rest } = check;
  return rest;
}

test('a good vault is told check by check, each with how strong it is', () => {
  assert.deepEqual(checkVault(good), [
    { id: 'backup-vault', state: 'pass', evidence: `The Backup vault is ${vaultId}.` },
    { id: 'vault-soft-delete', state: 'pass', evidence: 'Soft delete of backups is on.', strength: 1 },
    {
      id: 'vault-soft-delete-days',
      state: 'pass',
      evidence: 'Deleted backups can be brought back for 14 days.',
      strength: 14,
    },
    {
      id: 'vault-immutability',
      state: 'pass',
      evidence: 'Immutability of the vault is on; an owner can still switch it off.',
      strength: 1,
    },
    { id: 'vault-redundancy', state: 'pass', evidence: 'The vault is GeoRedundant.', strength: 2 },
    {
      id: 'resource-guard',
      state: 'pass',
      evidence: `The resource guard ${protection.guardProxies.facts[0]?.guardId} lives in another subscription, 99999999-2222-4333-8444-555555555555. In which tenant, and so who its owners are, is not known here: look that it is not the vault's.`,
      strength: 2,
    },
  ]);
});

test('good backups are told check by check', () => {
  assert.deepEqual(checkBackups(good), [
    { id: 'backup-instance', state: 'pass', evidence: 'The instance apigeebackup protects the account.' },
    { id: 'container-covered', state: 'pass', evidence: 'The backup takes apigee.' },
    {
      id: 'last-recovery-point',
      state: 'pass',
      evidence: 'The newest recovery point is of 2026-03-01T02:00:00Z, and completed.',
    },
    { id: 'last-job', state: 'pass', evidence: 'The last backup job, of 2026-03-01T02:00:00Z, is Completed.' },
  ]);
});

test('soft delete is stronger where it cannot be switched off, and a word that is not known is no pass', () => {
  const remedy = 'Switch soft delete on: holdfast protect plan.';
  const of = (state: string | undefined) => find(vault({ softDelete: { state, days: 14 } }), 'vault-soft-delete');
  assert.deepEqual(of('AlwaysOn'), {
    state: 'pass',
    evidence: 'Soft delete of backups is on and cannot be switched off.',
    strength: 2,
  });
  assert.deepEqual(of('Off'), { state: 'fail', evidence: 'Soft delete of backups is off.', remedy, strength: 0 });
  for (const [state, word] of [
    ['Enabled', 'Enabled'],
    [undefined, 'nothing'],
  ] as const) {
    assert.deepEqual(of(state), {
      state: 'unknown',
      evidence: `Azure calls the soft delete of backups ${word}, which is not known here.`,
      remedy,
    });
  }
});

test('days pass from those that are asked for on', () => {
  assert.deepEqual(judgeDays(14, 14, 'It stays'), { state: 'pass', evidence: 'It stays for 14 days.', strength: 14 });
  assert.deepEqual(judgeDays(13, 14, 'It stays'), {
    state: 'fail',
    evidence: 'It stays for 13 days only; 14 are asked for.',
    strength: 13,
  });
  assert.deepEqual(find(vault({ softDelete: { state: 'On', days: undefined } }), 'vault-soft-delete-days'), {
    state: 'unknown',
    evidence: 'Deleted backups can be brought back, for how many days is not said.',
    remedy: RAISE,
  });
});

test('immutability is stronger where it is locked, and a word that is not known is no pass', () => {
  const remedy = 'Switch immutability on (unlocked): holdfast protect plan; lock it with holdfast protect lock.';
  const of = (immutability: string | undefined) => find(vault({ immutability }), 'vault-immutability');
  assert.deepEqual(of('Locked'), { state: 'pass', evidence: 'Immutability of the vault is locked.', strength: 2 });
  assert.deepEqual(of('Disabled'), {
    state: 'fail',
    evidence: 'Immutability of the vault is off.',
    remedy,
    strength: 0,
  });
  for (const [state, word] of [
    ['On', 'On'],
    [undefined, 'nothing'],
  ] as const) {
    assert.deepEqual(of(state), {
      state: 'unknown',
      evidence: `Azure calls the immutability of the vault ${word}, which is not known here.`,
      remedy,
    });
  }
});

test('a vault passes with the redundancy that is asked for or more', () => {
  const remedy = 'Make a vault of more redundancy: it cannot be changed once something is protected.';
  const of = (redundancy: string | undefined, wanted: typeof settings.vault.redundancy) =>
    find(
      { ...vault({ redundancy }), settings: { ...settings, vault: { ...settings.vault, redundancy: wanted } } },
      'vault-redundancy',
    );
  assert.deepEqual(of('ZoneRedundant', 'ZoneRedundant'), {
    state: 'pass',
    evidence: 'The vault is ZoneRedundant.',
    strength: 1,
  });
  assert.deepEqual(of('LocallyRedundant', 'ZoneRedundant'), {
    state: 'fail',
    evidence: 'The vault is LocallyRedundant; ZoneRedundant is asked for.',
    remedy,
    strength: 0,
  });
  assert.equal(of('LocallyRedundant', 'LocallyRedundant')?.state, 'pass');
  assert.equal(of('ZoneRedundant', 'GeoRedundant')?.state, 'fail');
  for (const [state, word] of [
    ['Galactic', 'Galactic'],
    [undefined, 'nothing'],
  ] as const) {
    assert.deepEqual(of(state, 'LocallyRedundant'), {
      state: 'unknown',
      evidence: `Azure calls the redundancy of the vault ${word}, which is not known here.`,
      remedy,
    });
  }
});

test('a guard is missing, is another, or lives with those it is to guard against', () => {
  const guards = (...ids: readonly string[]) =>
    withProtection({ guardProxies: present(ids.map((guardId) => ({ id: 'p', guardId, operations: [] }))) });
  assert.deepEqual(find(guards(), 'resource-guard'), {
    state: 'fail',
    evidence: 'No resource guard is on the vault: one person can remove its protection.',
    remedy: GUARD,
    strength: 0,
  });
  const own = `/subscriptions/${settings.subscription.toUpperCase()}/g`;
  assert.deepEqual(find(guards(own), 'resource-guard'), {
    state: 'fail',
    evidence: `The resource guard ${own} lives in the vault's own subscription: who owns that owns both.`,
    remedy: GUARD,
    strength: 1,
  });
  assert.deepEqual(
    find({ ...guards('/subscriptions/a/g'), settings: { ...settings, guardId: '/x' } }, 'resource-guard'),
    {
      state: 'fail',
      evidence: 'The resource guard of the vault is /subscriptions/a/g; /x is asked for.',
      remedy: GUARD,
      strength: 0,
    },
  );
});

test('a Recovery Services vault named by mistake is explained, unless the Backup vault is there too', () => {
  const other = { id: '/x', name: 'holdfast-vault', softDelete: undefined, softDeleteDays: undefined };
  const recoveryServicesVault = present(other);
  const absent = { state: 'absent', code: 'ResourceNotFound' } as const;
  const remedy = 'A Backup vault is of type Microsoft.DataProtection/backupVaults. Make one: holdfast protect plan.';
  assert.deepEqual(find(withProtection({ vault: absent, recoveryServicesVault }), 'backup-vault'), {
    state: 'fail',
    evidence:
      'holdfast-vault is a Recovery Services vault (Microsoft.RecoveryServices/vaults, soft delete unknown): it protects machines and file shares, never blobs, and so not this container.',
    remedy,
  });
  assert.equal(find(withProtection({ recoveryServicesVault }), 'backup-vault')?.state, 'pass');
  assert.match(
    find(withProtection({ vault: absent }), 'backup-vault')?.evidence ?? '',
    /^The Backup vault could not be found/,
  );
  assert.equal(
    find(withProtection({ vault: absent, recoveryServicesVault: absent }), 'backup-vault')?.state,
    'unknown',
  );
});

test('what backs the account up is the instance in our vault, whatever its case, else that of another', () => {
  const remedy = 'Protect the account: holdfast protect plan. An instance that was undeleted is still stopped.';
  const [own] = protection.instances.facts;
  assert.ok(own !== undefined);
  const judge = (...instances: readonly BackupInstanceFacts[]) => withProtection({ instances: present(instances) });
  const other = { ...own, vaultId: '/subscriptions/x/other' };
  const upper = { ...own, vaultId: vaultId.toUpperCase() };
  assert.equal(find(judge(other, upper), 'backup-instance')?.state, 'pass');
  assert.deepEqual(find(judge(other), 'backup-instance'), {
    state: 'fail',
    evidence: 'The storage account is protected by another Backup vault: /subscriptions/x/other.',
    remedy,
  });
  assert.deepEqual(find(judge(), 'backup-instance'), {
    state: 'fail',
    evidence: 'No Backup vault protects the storage account.',
    remedy,
  });
  assert.deepEqual(find(judge(), 'container-covered'), {
    state: 'unknown',
    evidence: 'The containers of the backup instance could not be looked at, because what stands above is not known.',
    remedy: 'See to the checks before this one first.',
  });
  assert.deepEqual(find(judge({ ...own, state: 'ProtectionStopped' }), 'backup-instance'), {
    state: 'fail',
    evidence: 'The instance is ProtectionStopped: no backup is taken.',
    remedy,
  });
  const error = { code: 'UserErrorRole', message: 'm' };
  assert.equal(
    find(judge({ ...own, state: 'ProtectionError', error }), 'backup-instance')?.evidence,
    'The instance is ProtectionError (UserErrorRole): no backup is taken.',
  );
});

test('the containers that a backup leaves out are named', () => {
  const more = { ...good, settings: { ...settings, containers: ['apigee', 'logs', 'audit'] } };
  assert.deepEqual(find(more, 'container-covered'), {
    state: 'fail',
    evidence: 'The backup does not take logs, audit.',
    remedy: 'Add the container: holdfast protect plan.',
  });
  const all = present(protection.instances.facts.map((one) => ({ ...one, autoProtection: { excludedPrefixes: [] } })));
  assert.equal(
    find({ ...more, protection: { ...protection, instances: all } }, 'container-covered')?.evidence,
    'The backup takes apigee, logs, audit.',
  );
});

test('a recovery point is completed, the newest, and no older than two days or eight of a weekly schedule', () => {
  const remedy = 'Look at the jobs of the vault, then: holdfast protect backup-now.';
  const point = (time: string, state: string | undefined = 'Completed'): RecoveryPointFacts => ({
    id: time,
    time,
    state,
    expiresAt: undefined,
  });
  const judge = (points: readonly RecoveryPointFacts[], every: 'day' | 'week' = 'day') =>
    find(
      { ...good, recoveryPoints: present(points), settings: { ...settings, policy: { ...settings.policy, every } } },
      'last-recovery-point',
    );
  const failed = (evidence: string) => ({ state: 'fail', evidence, remedy });
  assert.deepEqual(judge([]), failed('There is no recovery point.'));
  assert.deepEqual(
    judge([point('2026-03-01T02:00:00Z', 'Partial')]),
    failed('No recovery point is Completed; the newest is Partial.'),
  );
  const untold: RecoveryPointFacts = { ...point('2026-03-01T08:00:00Z'), state: undefined };
  assert.deepEqual(judge([untold]), failed('No recovery point is Completed; the newest is of no known state.'));
  assert.deepEqual(
    judge([untold, point('2026-03-01T02:00:00Z')]),
    failed('The newest recovery point, of 2026-03-01T08:00:00Z, is of no known state: it may lack data.'),
  );
  assert.deepEqual(
    judge([point('2026-03-01T08:00:00Z', 'Partial'), point('2026-03-01T02:00:00Z')]),
    failed('The newest recovery point, of 2026-03-01T08:00:00Z, is Partial: it may lack data.'),
  );
  assert.equal(judge([point('2026-02-27T12:00:00Z')])?.state, 'pass', 'two days to the second');
  assert.deepEqual(
    judge([point('2026-02-27T11:59:59Z')]),
    failed('The newest completed recovery point is of 2026-02-27T11:59:59Z: more than 2 days old.'),
  );
  assert.equal(judge([point('2026-02-21T12:00:00Z')], 'week')?.state, 'pass');
  assert.deepEqual(
    judge([point('2026-02-21T11:59:59Z')], 'week'),
    failed('The newest completed recovery point is of 2026-02-21T11:59:59Z: more than 8 days old.'),
  );
});

test('a job that has ended is told with what went wrong', () => {
  const remedy = 'Look at the job in the portal; try again: holdfast protect backup-now.';
  const [job] = good.jobs.facts;
  assert.ok(job !== undefined);
  const judge = (...jobs: readonly BackupJobFacts[]) => find({ ...good, jobs: present(jobs) }, 'last-job');
  const problems = ['A', 'B'].map((code) => ({ code, message: 'm' }));
  assert.deepEqual(judge({ ...job, status: 'Failed', problems }), {
    state: 'fail',
    evidence: 'The last backup job, of 2026-03-01T02:00:00Z, is Failed (A, B).',
    remedy,
  });
  assert.deepEqual(judge({ ...job, status: 'InProgress' }), {
    state: 'unknown',
    evidence: 'No backup job has ended yet.',
    remedy,
  });
});

test('what cannot be read is named', () => {
  const denied = { state: 'unreadable', reason: 'denied.' } as const;
  const unread: PostureReadings = {
    ...withProtection({ vault: denied, guardProxies: denied, instances: denied }),
    recoveryPoints: denied,
    jobs: denied,
  };
  assert.deepEqual(
    [...checkVault(unread), ...checkBackups(unread)].map(({ evidence }) =>
      evidence.replace(/ could not be read.*/, ''),
    ),
    [
      ...Array.from({ length: 5 }, () => 'The Backup vault'),
      'The resource guard of the vault',
      'What backs the account up',
      'The containers of the backup instance',
      'The recovery points',
      'The backup jobs',
    ],
  );
});
