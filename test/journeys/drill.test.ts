import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../src/core/errors.ts';
import { auditEvidenceDataDocument } from '../../src/cli/schema/audit.ts';
import { createDrillScene, type DrillScene, readVault } from '../harness/drill-scene.ts';

test('a drill restores the newest recovery point, proves the newest point and leaves nothing behind', async (t) => {
  const scene = await createDrillScene(t);
  const taken = await scene.json('backup', ['backup']);
  await scene.copyAndBackUp();
  const done = await scene.drill();
  assert.equal(done.exit, 0, done.stderr + done.stdout);
  const { document } = done;
  assert.deepEqual([document.result, document.point?.id, document.depth], ['proven', taken.document.point, 'all-data']);
  assert.deepEqual([document.job?.status, document.lacking, document.left], ['Completed', [], null]);
  assert.ok(document.checkedBytes > 10_000 && (document.point?.ageHours ?? -1) >= 0);
  assert.match(document.record ?? '', /^orgs\/acme-prod\/proofs\//);
  assert.deepEqual([...scene.storage.account.containers.keys()], []);
  assert.equal((await scene.run(['verify', '--all-data'])).exit, 0, 'the record does no harm');

  const trail = await scene.json('audit-list', ['audit', 'list', '--action', 'drill']);
  const { facts } = trail.document.actions.at(-1) ?? {};
  assert.equal(facts?.['targetContainer'], document.target.container);
  assert.equal(facts?.['targetAccountId'], document.target.accountId, 'it is declared before the restore');
  assert.match(String(facts?.['azureIdentity']), /\S/);
  assert.equal(
    (await scene.run(['audit', 'evidence', join(scene.folder, 'pack'), '--from', '2026-01-01', '--to', '2027-01-01']))
      .exit,
    0,
  );
  const pack: unknown = JSON.parse(await readFile(join(scene.folder, 'pack', 'evidence.json'), 'utf8'));
  const evidence = auditEvidenceDataDocument.parse(pack);
  assert.deepEqual(
    evidence.drills.map(({ name, result, point }) => [name, result, point]),
    [[document.record, 'proven', document.point?.id]],
  );
  assert.equal(evidence.criteria.find(({ id }) => id === 'A1.3')?.state, 'evidence');
  assert.match(await readFile(join(scene.folder, 'pack', 'report.html'), 'utf8'), />proven</);

  const partly = await scene.drill('--timeout-hours', '0.001');
  assert.deepEqual([partly.exit, partly.document.result], [13, 'notProven']);
  assert.match(partly.document.why ?? '', /still InProgress/);
  const { left, target } = partly.document;
  assert.match(
    left ?? '',
    /still runs and will make the container holdfast-drill-.* Delete that container when the job/,
  );
  assert.ok(left?.includes(target.container));
});

for (const [code, exit, sleeps] of [
  // While the restore is being started, and while its job is waited for.
  ['INTERRUPTED', 130, 1],
  ['TERMINATED', 143, 3],
] as const) {
  test(`a drill that is ${code} removes its container once the restore has ended, and records nothing`, async (t) => {
    const scene = await createDrillScene(t);
    assert.equal((await scene.run(['backup', '--only', 'environments/*'])).exit, 0);
    await scene.copyAndBackUp();
    const before = await readVault(join(scene.folder, 'vault'));
    const drillEndedAfter = endAfter(scene, code, sleeps);
    scene.world.simulator.switches.jobMs = 120_000;
    const ended = await drillEndedAfter();
    assert.equal(ended.exit, exit, ended.stderr + ended.stdout);
    const said = ended.stderr.replaceAll(/\s+/g, ' ');
    assert.match(said, /It now removes the container holdfast-drill-.*, as soon as the restore .* 5 minutes at most/);
    assert.match(said, /Nothing was recorded\. The container holdfast-drill-\S+ was removed again\./);
    assert.equal(scene.world.simulator.writes.filter((write) => write.startsWith('DELETE')).length, 1);
    await scene.world.simulator.pass(3_600_000);
    assert.deepEqual([...scene.storage.account.containers.keys()], []);
    const proofs = (all: typeof before) => all.map(({ name }) => name).filter((name) => name.includes('/proofs/'));
    assert.deepEqual(proofs(await readVault(join(scene.folder, 'vault'))), proofs(before));

    scene.world.simulator.switches.jobMs = 3_600_000;
    const late = await endAfter(scene, code, sleeps)();
    assert.equal(late.exit, exit);
    assert.match(
      late.stderr.replaceAll(/\s+/g, ' '),
      /Nothing was recorded\. Delete the container holdfast-drill-\S+ of \S+: its restore job is not known to have ended/,
    );
  });
}

/** Runs a drill that somebody ends when it waits for the restore for the so-manieth time. */
function endAfter({ world, run, storage }: DrillScene, code: 'INTERRUPTED' | 'TERMINATED', sleeps: number) {
  const ending = new AbortController();
  const { clock, simulator } = world;
  let waited = 0;
  simulator.forget();
  const sleep: typeof clock.sleep = (durationMs, signal) => {
    if (simulator.writes.some((write) => write.includes('/restore'))) waited += 1;
    if (waited === sleeps) ending.abort(new UserError({ code, message: 'Ended.' }));
    return clock.sleep(durationMs, signal);
  };
  return () =>
    run(['drill'], {
      environment: { HOLDFAST_AZURE_BLOB_ENDPOINT: `${storage.url}/{account}` },
      clock: { ...clock, sleep },
      signal: ending.signal,
    });
}

test('without a key that signs proofs no restore is started', async (t) => {
  const scene = await createDrillScene(t);
  assert.equal((await scene.run(['backup', '--only', 'environments/*'])).exit, 0);
  await scene.copyAndBackUp();
  await mkdir(join(scene.folder, 'writing'));
  await copyFile(join(scene.folder, 'keys', 'writer.key'), join(scene.folder, 'writing', 'writer.key'));
  scene.world.simulator.forget();
  const refused = await scene.run(['drill', '--keys', './writing']);
  assert.equal(refused.exit, 12, refused.stderr + refused.stdout);
  assert.match(refused.stderr, /verifier\.key/);
  assert.deepEqual(scene.world.simulator.writes, []);
});

test('a recovery point that lacks packs of the newest point: the newest whole point is proven, with its real age', async (t) => {
  const scene = await createDrillScene(t);
  const { simulator } = scene.world;
  const first = await scene.json('backup', ['backup']);
  await simulator.pass(36 * 3_600_000);
  scene.simulator.wreck();
  const before = new Set((await readVault(join(scene.folder, 'vault'))).map(({ name }) => name));
  const second = await scene.json('backup', ['backup']);
  await simulator.pass(3_600_000);
  // Replication brings the manifest before some of its packs.
  simulator.switches.nextBackups.push({
    without: ({ name }) => name.includes('/packs/') && !before.has(name),
  });
  await scene.copyAndBackUp();
  const { exit, document } = await scene.drill();
  assert.equal(exit, 3, JSON.stringify(document, undefined, 1));
  assert.deepEqual([document.result, document.point?.id], ['olderProven', first.document.point]);
  assert.ok((document.point?.ageHours ?? 0) > 36);
  assert.deepEqual(
    document.lacking.map(({ point }) => point),
    [second.document.point],
  );
  assert.match(document.lacking[0]?.why ?? '', /packs\//);

  simulator.switches.nextBackups.push({ without: ({ name }) => name.includes('/points/') });
  await scene.copyAndBackUp();
  const empty = await scene.drill();
  assert.deepEqual([empty.exit, empty.document.result, empty.document.point], [13, 'notProven', null]);
  assert.equal(empty.document.lacking.length, 2);
});

test('warnings, failures and copies that cannot be opened are no proof, and are cleaned up', async (t) => {
  const scene = await createDrillScene(t);
  const { simulator } = scene.world;
  assert.equal((await scene.run(['backup', '--only', 'environments/*'])).exit, 0);
  const nothing = await scene.run(['drill']);
  assert.equal(nothing.exit, 1);
  assert.match(nothing.stderr, /0 recovery points .* nothing to restore|None of the 0 recovery points/);
  await scene.copyAndBackUp();
  for (const outcome of ['CompletedWithWarnings', 'Failed'] as const) {
    simulator.switches.nextRestores.push({ outcome });
    const { exit, document } = await scene.drill();
    assert.deepEqual([exit, document.result, document.job?.status], [13, 'notProven', outcome]);
    assert.match(document.why ?? '', /which is no proof/);
    assert.deepEqual([document.left, scene.storage.account.containers.size], [null, 0]);
  }
  simulator.switches.nextRestores.push({ without: ({ name }) => name === 'vault.json' });
  const headless = await scene.drill();
  assert.deepEqual([headless.exit, headless.document.result], [13, 'notProven']);
  assert.match(headless.document.why ?? '', /There is no vault in/);

  simulator.denials.push({ action: 'Microsoft.Storage/storageAccounts/blobServices/containers/delete' });
  const left = await scene.show();
  assert.match(left.stdout.replaceAll(/\s+/g, ' '), /is still there: .* Remove it\./);
});
