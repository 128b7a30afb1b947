import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archiveObjectOfFiles } from '../../src/sim/apigee/archives.ts';
import { filesOfTexts } from '../../src/sim/apigee/bundle-files.ts';
import { backUp, createStage, differencesOf, dumpOf, openVault, planInto, type Stage } from './stage.ts';
import { assertSentExactly } from './sent-calls.ts';

const RESTORE = ['restore', '--point', 'latest', '--yes'];
const ID = 'environments/workbench/archiveDeployment';
const collection = ['environments', 'workbench', 'archiveDeployments'];
const root = 'src/main/apigee';

function deploy({ simulator }: Stage, files: Readonly<Record<string, string>>, labels: object = {}): void {
  const uploaded = archiveObjectOfFiles(filesOfTexts(files));
  simulator.target().deployArchive({ environment: 'workbench', uploaded, labels: { ...labels } });
  simulator.settle();
}

const other = { [`${root}/apiproxies/rates/apiproxy/rates.xml`]: '<APIProxy name="rates"/>' };
const namesOf = ({ simulator }: Stage): string[] => [...simulator.target().list(collection)];

test('the archive that ran is deployed again by the calls of the plan, over what runs now, and that again by the safety point', async (t) => {
  const stage = await createStage(t);
  const point = await backUp(stage);
  const row = point.ledger.find(({ kind }) => kind === 'archive-deployment');
  assert.deepEqual([row?.listed, row?.captured], [1, 1]);
  const shown = await stage.run(['show', 'latest']);
  assert.match(shown.stdout + shown.stderr, /workbench\/archiveDeployment/, 'a file with a password is named');
  const whole = dumpOf(stage.simulator);
  deploy(stage, other, { build: '24' });
  const before = dumpOf(stage.simulator);
  const vault = await openVault(t, stage);
  const plan = await planInto(stage, vault, []);
  assert.deepEqual(
    plan.calls.map(({ id }) => id),
    [`${ID}#upload`, `${ID}#deploy`],
  );
  assert.doesNotMatch(JSON.stringify(plan), /svc-bench/, 'files do not stand in a plan');
  stage.simulator.log.reset();
  stage.simulator.log.keepBodies = true;
  const applied = await stage.json('apply', ['apply', 'plan.json', '--yes']);
  assert.equal(applied.exit, 0, applied.stderr);
  const log = stage.simulator.log.mutations;
  const run = applied.document.run ?? 0;
  assert.equal(await assertSentExactly({ vault, plan, run, before, log }), 2);
  assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator)), []);
  assert.equal((await stage.run(['diff', 'latest', 'live'])).exit, 0);
  const again = await stage.json('restore', RESTORE);
  assert.deepEqual(again.document.calls?.planned ?? 0, 0);
  const undone = await stage.json('restore', ['restore', '--point', applied.document.safetyPoint ?? '', '--yes']);
  assert.equal(undone.exit, 0, undone.stderr);
  assert.deepEqual(differencesOf(before, dumpOf(stage.simulator)), []);
});

test('labels alone are patched, and the same files in another zip are no difference', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const whole = dumpOf(stage.simulator);
  const newest = 'c8d0y5hn4sje6flu1g';
  stage.simulator.target().patch([...collection, newest], { labels: { build: 'x' } }, { updateMask: 'labels' });
  const drifted = await stage.json('diff', ['diff', 'latest', 'live']);
  assert.deepEqual(
    drifted.document.differences.map(({ id, change }) => [id, change]),
    [[ID, 'changed']],
  );
  stage.simulator.log.reset();
  assert.equal((await stage.run(RESTORE)).exit, 0);
  assert.deepEqual(
    stage.simulator.log.mutations.map(({ http, methodId }) => `${http} ${methodId}`),
    ['PATCH organizations.environments.archiveDeployments.patch'],
  );
  assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator)), []);
});

test('an archive whose deployment failed runs nowhere: the one before it is what there is', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  deploy(stage, { 'apiproxy/p.xml': '<APIProxy/>' });
  assert.equal(namesOf(stage).length, 3);
  assert.equal((await stage.run(['diff', 'latest', 'live'])).exit, 0);
});

test('a lost answer does not deploy an archive twice, and a storage that fails for a moment is asked again', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const whole = dumpOf(stage.simulator);
  deploy(stage, other);
  const count = namesOf(stage).length;
  stage.simulator.setFaults([
    { fault: { kind: 'status', status: 503 }, route: 'storage.objects.*', count: 2 },
    { fault: { kind: 'drop', when: 'after-commit' }, route: '*archiveDeployments.create', count: 1 },
  ]);
  const first = await stage.json('restore', RESTORE);
  assert.ok(first.exit === 0 || first.exit === 3, first.stderr);
  stage.simulator.setFaults([]);
  if (first.exit === 3) assert.equal((await stage.run(RESTORE)).exit, 0);
  assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator)), []);
  assert.equal(namesOf(stage).length, count + 1);
});

test('all archives go where the point has none, the oldest first', async (t) => {
  const stage = await createStage(t);
  for (const name of namesOf(stage)) stage.simulator.target().delete([...collection, name]);
  await backUp(stage);
  deploy(stage, other);
  deploy(stage, { ...other, [`${root}/x.json`]: '{}' });
  assert.equal((await stage.run([...RESTORE, '--delete-extra'])).exit, 0);
  assert.deepEqual(namesOf(stage), []);
});

test('an environment that takes no archives gets none, and the report says why', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const target = stage.simulator.target();
  target.delete(['environments', 'workbench']);
  target.settle();
  target.post(['environments'], { name: 'workbench', deploymentType: 'PROXY' });
  target.settle();
  stage.simulator.log.reset();
  const { document } = await stage.json('restore', [...RESTORE, '--only', ID]);
  const cannot = document.cannotRestore.find(({ id }) => id === ID);
  assert.match(cannot?.why ?? '', /not of deployment type ARCHIVE/);
  assert.equal(document.resources.find(({ id }) => id === ID)?.result, 'skipped');
  assert.deepEqual(stage.simulator.log.mutations, []);
});

test('an archive that is too large, or no zip, is a hole by name', async (t) => {
  const stage = await createStage(t);
  const big = Buffer.alloc(15 * 1024 * 1024 + 1).toString('base64');
  for (const [content, reason] of [
    [big, /too large/],
    [Buffer.from('no zip').toString('base64'), /is refused/],
  ] as const) {
    const uploaded = { content, digest: 'odd', isArchive: true };
    stage.simulator.target().deployArchive({ environment: 'workbench', uploaded, labels: {} });
    stage.simulator.settle();
    const { exit, document } = await stage.json('backup', ['backup']);
    assert.equal(exit, 3);
    const row = document.ledger.find(({ kind }) => kind === 'archive-deployment');
    assert.deepEqual(
      row?.exceptions.map(({ at, state }) => [at, state]),
      [[ID, 'failed']],
    );
    assert.match(row?.exceptions[0]?.reason ?? '', reason);
  }
});
