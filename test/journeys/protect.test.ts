import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../src/core/errors.ts';
import { ACCOUNT_ID, DRILL_ID, VAULT_ID } from '../harness/azure-world.ts';
import { configure, createAzureWorkplace, protectSection } from '../harness/azure-workplace.ts';

const INSTANCE_ID = `${VAULT_ID}/backupInstances/apigeebackup`;

test('plan, apply, apply again, apply after an edit', async (t) => {
  const place = await createAzureWorkplace(t);
  const { simulator } = place.world;

  const planned = await place.json('protect-plan', ['protect', 'plan', '--out', 'protect.json', '--exit-code']);
  assert.equal(planned.exit, 2, planned.stderr);
  assert.deepEqual(
    planned.document.steps.map(({ id, method }) => `${method} ${id}`),
    [
      'PUT blob-service',
      'PUT immutability:apigee',
      'PUT vault',
      'PUT policy',
      'PUT role',
      'PUT drill-role',
      'PUT instance',
    ],
  );
  assert.deepEqual(simulator.writes, [], 'a plan writes nothing');

  const applied = await place.run(['protect', 'apply', 'protect.json'], { typed: 'holdfast-vault\r' });
  assert.equal(applied.exit, 0, applied.stderr);
  assert.match(applied.stderr, /does not count yet/);
  assert.match(applied.stdout, /Done: the Backup vault holdfast-vault protects as asked for/);
  assert.deepEqual(
    simulator.writes,
    planned.document.steps.map(({ method, path }) => `${method} ${path}`),
    'what was sent is what was planned',
  );

  const { document: trail } = await place.json('audit-list', ['audit', 'list']);
  const told = trail.actions.find(({ action }) => action === 'protect apply');
  assert.equal(told?.result, 'done');
  assert.equal(told?.facts['planHash'], planned.document.hash);
  assert.match(String(told.facts['azureIdentity']), /\S/, 'as whom Azure was called');

  simulator.forget();
  const again = await place.json('protect-apply', ['protect', 'apply', '--yes']);
  assert.deepEqual([again.exit, again.document.status, again.document.steps], [0, 'done', []]);
  assert.deepEqual(simulator.writes, [], 'a second apply sends nothing');

  const edits: readonly (readonly [string, string, (properties: Record<string, unknown>) => void])[] = [
    [
      'vault',
      VAULT_ID,
      (vault) =>
        Object.assign(vault, {
          securitySettings: {
            softDeleteSettings: { state: 'Off', retentionDurationInDays: 14 },
            immutabilitySettings: { state: 'Unlocked' },
          },
        }),
    ],
    [
      'blob-service',
      `${ACCOUNT_ID}/blobServices/default`,
      (service) => Object.assign(service, { isVersioningEnabled: false }),
    ],
    ['resume', INSTANCE_ID, (instance) => Object.assign(instance, { currentProtectionState: 'ProtectionStopped' })],
    [
      'immutability:apigee',
      `${ACCOUNT_ID}/blobServices/default/containers/apigee`,
      (container) => Reflect.deleteProperty(container, 'immutabilityPolicy'),
    ],
  ];
  for (const [step, id, edit] of edits) {
    simulator.edit(id, ({ properties }) => edit(properties));
    simulator.forget();
    const mended = await place.json('protect-apply', ['protect', 'apply', '--yes']);
    assert.deepEqual([mended.exit, mended.document.steps.map((one) => one.id)], [0, [step]], mended.stderr);
    assert.equal(simulator.writes.length, 1, `one request mends ${step}`);
  }
  const done = await place.json('protect-plan', ['protect', 'plan', '--exit-code']);
  assert.deepEqual([done.exit, done.document.steps], [0, []]);
});

test('a plan whose ground has moved is refused, and so is one that was edited', async (t) => {
  const place = await createAzureWorkplace(t);
  const { simulator } = place.world;
  await place.run(['protect', 'plan', '--out', 'plan.json']);
  simulator.edit(`${ACCOUNT_ID}/blobServices/default`, ({ properties }) => {
    properties['isVersioningEnabled'] = true;
  });
  const stale = await place.run(['protect', 'apply', 'plan.json', '--yes']);
  assert.deepEqual([stale.exit, simulator.writes], [5, []]);
  assert.match(stale.stderr, /Not as it was when the plan was made: the blob service/);
  const text = await readFile(join(place.folder, 'plan.json'), 'utf8');
  await place.run(['protect', 'plan', '--out', 'plan.json']);
  const { writeFile } = await import('node:fs/promises');
  await writeFile(join(place.folder, 'plan.json'), text.replace('"On"', '"Off"'));
  const edited = await place.run(['protect', 'apply', 'plan.json', '--yes']);
  assert.equal(edited.exit, 1);
  assert.match(edited.stderr, /PLAN_INVALID/);
});

test('a request that fails in the middle leaves a partial report that says what was not sent', async (t) => {
  const place = await createAzureWorkplace(t);
  const { simulator } = place.world;
  simulator.denials.push({ action: 'Microsoft.Authorization/roleAssignments/write' });
  const outcome = await place.json('protect-apply', ['protect', 'apply', '--yes']);
  assert.equal(outcome.exit, 3);
  assert.deepEqual(
    outcome.document.steps.map(({ state }) => state),
    ['done', 'done', 'done', 'done', 'failed', 'notExecuted', 'notExecuted'],
  );
  assert.equal(outcome.document.steps[4]?.error?.code, 'REMOTE_DENIED');
  simulator.denials.length = 0;
  const rest = await place.json('protect-apply', ['protect', 'apply', '--yes']);
  assert.deepEqual(
    rest.document.steps.map(({ id }) => id),
    ['role', 'drill-role', 'instance'],
  );
});

test('without consent nothing is changed', async (t) => {
  const place = await createAzureWorkplace(t);
  const nobody = await place.run(['protect', 'apply']);
  assert.deepEqual([nobody.exit, place.world.simulator.exchanges.length], [64, 0]);
  const wrong = await place.run(['protect', 'apply'], { typed: 'another-vault\r' });
  assert.equal(wrong.exit, 1);
  assert.match(wrong.stderr, /CONFIRMATION_REFUSED/);
  assert.deepEqual(place.world.simulator.writes, []);
});

test('backup-now waits for the job, and says what it came to', async (t) => {
  const place = await createAzureWorkplace(t);
  const { switches } = place.world.simulator;
  const early = await place.run(['protect', 'backup-now']);
  assert.equal(early.exit, 1);
  assert.match(early.stderr, /does not protect the storage account\s+apigeebackup/);
  assert.equal((await place.run(['protect', 'apply', '--yes'])).exit, 0);
  const good = await place.json('protect-backup-now', ['protect', 'backup-now']);
  assert.deepEqual(
    [good.exit, good.document.status, good.document.recoveryPoint?.state],
    [0, 'completed', 'Completed'],
  );
  const { document: trail } = await place.json('audit-list', ['audit', 'list', '--action', 'protect backup-now']);
  const { facts } = trail.actions.at(-1) ?? {};
  assert.deepEqual([facts?.['backupVault'], facts?.['status']], [VAULT_ID, 'completed']);
  assert.match(String(facts?.['azureIdentity']), /\S/);
  const started = await place.json('protect-backup-now', ['protect', 'backup-now', '--no-wait']);
  assert.deepEqual([started.exit, started.document.status], [0, 'started']);
  await place.world.clock.sleep(600_000);
  const ends = [
    [{ outcome: 'Failed' }, 1, 'failed', 'BACKUP_JOB_FAILED'],
    [{ outcome: 'Cancelled' }, 1, 'failed', 'BACKUP_JOB_FAILED'],
    [{ outcome: 'CompletedWithWarnings' }, 3, 'warnings', 'BACKUP_JOB_INCOMPLETE'],
    [{ state: 'Partial' }, 3, 'partial', 'BACKUP_JOB_INCOMPLETE'],
  ] as const;
  for (const [next, exit, status, code] of ends) {
    switches.nextBackups.push(next);
    const outcome = await place.json('protect-backup-now', ['protect', 'backup-now']);
    assert.deepEqual([outcome.exit, outcome.document.status], [exit, status]);
    assert.match(outcome.stderr, new RegExp(`"code":"${code}"`));
  }
});

test('status: a point is expected whole only in a recovery point that began well after it', async (t) => {
  const place = await createAzureWorkplace(t);
  const { clock, simulator } = place.world;
  const nothing = await place.json('protect-status', ['protect', 'status']);
  assert.deepEqual([nothing.exit, nothing.document.findings], [2, ['No Backup vault protects the storage account.']]);
  await place.run(['protect', 'apply', '--yes']);
  assert.equal((await place.run(['backup'])).exit, 0);
  // Some minutes after the point: its last blobs may not have been replicated.
  await place.run(['protect', 'backup-now']);
  const early = await place.json('protect-status', ['protect', 'status']);
  assert.equal(early.exit, 2);
  assert.equal(early.document.newestExpectedWhole, null);
  assert.match(early.document.findings.join(), /not expected to be whole in any completed recovery point/);
  await clock.sleep(3_600_000);
  await place.run(['protect', 'backup-now']);
  const good = await place.json('protect-status', ['protect', 'status']);
  assert.deepEqual([good.exit, good.document.result], [0, 'ok'], JSON.stringify(good.document));
  assert.equal(good.document.newestExpectedWhole?.id, good.document.newestPoint?.id);
  // An instance that does not take every container may not have taken the vault.
  await configure(place, { ...protectSection, containers: ['apigee', 'theirs'] });
  const apart = await place.json('protect-status', ['protect', 'status']);
  assert.deepEqual([apart.exit, apart.document.newestExpectedWhole], [2, null]);
  assert.match(apart.document.findings.join(), /does not take the container theirs/);
  await configure(place, protectSection);
  // A newer point, and a recovery point that is only partial: what is whole stays the older one.
  const whole = good.document.newestPoint?.id;
  await place.run(['backup']);
  await clock.sleep(2 * 3_600_000);
  simulator.switches.nextBackups.push({ state: 'Partial' });
  await place.run(['protect', 'backup-now']);
  const partial = await place.json('protect-status', ['protect', 'status']);
  assert.deepEqual([partial.exit, partial.document.newestExpectedWhole?.id], [2, whole]);
  assert.notEqual(partial.document.newestPoint?.id, whole);
  assert.match(partial.document.findings.join(), /is Partial: it may lack data/);
  // Not being able to look is not good.
  simulator.denials.push({ action: 'Microsoft.DataProtection/backupVaults/backupInstances/recoveryPoints/read' });
  const unknown = await place.json('protect-status', ['protect', 'status']);
  assert.deepEqual([unknown.document.newestRecoveryPoint, unknown.document.unknown.length], [null, 1]);
  assert.equal(unknown.exit, 3);
});

test('locks need the name typed, and say until when they bind', async (t) => {
  const place = await createAzureWorkplace(t);
  const { simulator } = place.world;
  await place.run(['protect', 'apply', '--yes']);
  simulator.forget();
  const unasked = await place.run(['protect', 'lock', 'container']);
  assert.equal(unasked.exit, 64);
  const yes = await place.run(['protect', 'lock', 'container', '--yes']);
  assert.match(yes.stderr, /--yes does not go with/);
  const wrong = await place.run(['protect', 'lock', 'container'], { typed: 'holdfast-vault\r' });
  assert.deepEqual([wrong.exit, simulator.writes], [1, []]);
  const variable = await place.run(['protect', 'lock', 'container'], { environment: { HOLDFAST_CONFIRM: 'apigee' } });
  assert.deepEqual([variable.exit, simulator.writes], [64, []], 'a variable agrees to nothing');
  const misnamed = await place.run(['protect', 'lock', 'container', '--confirm', 'holdfast-vault']);
  assert.deepEqual([misnamed.exit, simulator.writes], [1, []]);
  const locked = await place.run(['protect', 'lock', 'container'], { typed: 'apigee\r' });
  assert.equal(locked.exit, 0, locked.stderr);
  assert.match(locked.stdout, /It binds until 2026-03-17 at least/);
  const { document: trail } = await place.json('audit-list', ['audit', 'list', '--action', 'protect lock']);
  const { facts } = trail.actions.findLast(({ result }) => result === 'done') ?? {};
  assert.equal(facts?.['target'], 'container', 'declared before it locks');
  assert.match(String(facts?.['azureIdentity']), /\S/);
  const extended = await place.json('protect-lock', [
    'protect',
    'lock',
    'container',
    '--days',
    '90',
    '--confirm',
    'apigee',
  ]);
  assert.deepEqual([extended.exit, extended.document.locks[0]?.bindsUntil], [0, '2026-04-15']);
  const again = await place.json('protect-lock', [
    'protect',
    'lock',
    'container',
    '--days',
    '90',
    '--confirm',
    'apigee',
  ]);
  assert.deepEqual([again.exit, again.document.locks], [0, []]);
  const always = await place.run(['protect', 'lock', 'soft-delete', '--confirm', 'holdfast-vault']);
  assert.match(always.stdout, /AlwaysOn\. It binds for ever/);
  const vault = await place.run(['protect', 'lock', 'vault', '--confirm', 'holdfast-vault']);
  assert.equal(vault.exit, 0, vault.stderr);
  simulator.forget();
  const after = await place.json('protect-apply', ['protect', 'apply', '--yes']);
  assert.deepEqual([after.document.status, simulator.writes], ['done', []], 'what is stronger than asked for stays');
});

test('a deleted instance in the way is offered to be brought back, and protection resumed', async (t) => {
  const place = await createAzureWorkplace(t);
  const { simulator, clock } = place.world;
  await place.run(['protect', 'apply', '--yes']);
  simulator.edit(VAULT_ID, ({ properties }) => {
    properties['securitySettings'] = {
      softDeleteSettings: { state: 'On', retentionDurationInDays: 14 },
      immutabilitySettings: { state: 'Disabled' },
    };
  });
  const headers = { authorization: 'Bearer somebody' };
  await simulator.handle({ method: 'DELETE', target: `${INSTANCE_ID}?api-version=2026-06-01`, headers, body: '' });
  await clock.sleep(60_000);
  const refused = await place.run(['protect', 'plan']);
  assert.equal(refused.exit, 1);
  assert.match(refused.stderr, /was deleted on/);
  assert.match(refused.stderr, /--undelete/);
  const back = await place.json('protect-apply', ['protect', 'apply', '--undelete', '--yes']);
  assert.deepEqual(
    [back.exit, back.document.steps.map(({ id }) => id)],
    [0, ['vault', 'undelete', 'resume']],
    back.stderr,
  );
  const done = await place.json('protect-plan', ['protect', 'plan']);
  assert.deepEqual(done.document.steps, []);
  assert.equal(simulator.world.find(DRILL_ID)?.name, 'apigeedrill');
});

test('a backup with --protect waits for Azure; the point stays whatever comes of that', async (t) => {
  const place = await createAzureWorkplace(t);
  const { switches } = place.world.simulator;
  await place.run(['protect', 'apply', '--yes']);
  const good = await place.json('backup', ['backup', '--protect']);
  assert.deepEqual([good.exit, good.document.protection?.status], [0, 'completed'], good.stderr);
  assert.equal(good.document.protection?.pointExpectedWhole, true, 'it is started when it is of use');
  assert.match(
    good.stderr,
    /The point p[0-9a-f]+ is finished\. Azure Backup is started at .*: 60 minutes after the point/,
  );
  const waitedMs = Date.parse(good.document.protection.recoveryPoint?.time ?? '') - Date.parse(good.document.endedAt);
  assert.ok(waitedMs >= 3_600_000, `${waitedMs}`);
  // Ended while it waits, no backup of Azure is started.
  const ending = new AbortController();
  const { clock } = place.world;
  const sleep: typeof clock.sleep = (durationMs, signal) => {
    if (durationMs > 3_000_000) ending.abort(new UserError({ code: 'INTERRUPTED', message: 'Ended.' }));
    return clock.sleep(durationMs, signal);
  };
  place.world.simulator.forget();
  const ended = await place.run(['backup', '--protect'], { clock: { ...clock, sleep }, signal: ending.signal });
  assert.deepEqual([ended.exit, place.world.simulator.writes], [130, []], ended.stderr);
  await configure(place, { ...protectSection, replicationMarginMinutes: 0 });
  const trusting = await place.json('backup', ['backup', '--protect']);
  assert.equal(trusting.document.protection?.pointExpectedWhole, true, trusting.stderr);
  switches.nextBackups.push({ outcome: 'CompletedWithWarnings' });
  const warned = await place.json('backup', ['backup', '--protect']);
  assert.deepEqual(
    [warned.exit, warned.document.grade, warned.document.protection?.problem?.code],
    [3, 'complete', 'BACKUP_JOB_INCOMPLETE'],
  );
  const unconfigured = await place.run(['backup', '--protect', '--config', 'none.yaml']);
  assert.equal(unconfigured.exit, 64);
  assert.equal((await place.json('points', ['points'])).document.points.length, 4, 'the point of each stays');
});
