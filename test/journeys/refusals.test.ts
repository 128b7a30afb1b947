import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createBackedWorkplace, createWorkplace } from '../harness/run-holdfast.ts';

test('a restore or apply that could not ask says so before it reads anything', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  await workplace.run(['plan', '--out', 'plan.json']);
  workplace.simulator.log.reset();
  for (const verb of [['restore'], ['apply', 'plan.json']]) {
    const refused = await workplace.run(verb);
    assert.deepEqual([refused.exit, /CONFIRMATION_NEEDED/.test(refused.stderr)], [64, true], refused.stderr);
  }
  assert.equal(workplace.simulator.log.entries.length, 0);
});

test('a restore keeps stdout for its report, and writes its plan into a file', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  const refused = await workplace.run(['restore', '--yes', '--out', '-']);
  assert.deepEqual([refused.exit, /--out cannot be -/.test(refused.stderr)], [64, true], refused.stderr);
  workplace.simulator.wreck();
  const done = await workplace.run(['restore', '--yes', '--exit-code', '--out', 'plan.json']);
  assert.equal(done.exit, 2, done.stderr);
  assert.match(done.stdout, /Done/);
  assert.match(await readFile(join(workplace.folder, 'plan.json'), 'utf8'), /holdfast\/plan\/1/);
  const again = await workplace.run(['restore', '--yes', '--exit-code']);
  assert.equal(again.exit, 0, again.stderr);
  assert.ok(!(await readdir(workplace.folder)).includes('-'));
});

test('a selection that is given and empty never means everything', async (t) => {
  const workplace = await createBackedWorkplace(t);
  for (const flags of [
    ['--kinds', ''],
    ['--kinds', ' , '],
    ['--only', ''],
  ]) {
    const refused = await workplace.run(['backup', ...flags]);
    assert.deepEqual([refused.exit, /USAGE/.test(refused.stderr)], [64, true], flags.join(' '));
  }
});

test('--reveal needs the restorer key, also where nothing is hidden', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  const environment = {
    HOLDFAST_KEYS: './nowhere',
    HOLDFAST_READER_KEY: await readFile(join(workplace.folder, 'keys', 'reader.key'), 'utf8'),
    // What CI sets for a secret that is not there.
    HOLDFAST_WRITER_KEY: '',
  };
  const reading = ['cat', 'latest', 'apis/payments-v1'];
  assert.equal((await workplace.run(reading, { environment })).exit, 0);
  const refused = await workplace.run([...reading, '--reveal'], { environment });
  assert.deepEqual([refused.exit, refused.stdout], [12, '']);
  assert.match(refused.stderr, /restorer\.key/);
});

test('a zip is of a whole bundle', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  const refused = await workplace.run(['cat', 'latest', 'apis/payments-v1@7:apiproxy/payments-v1.xml', '--zip']);
  assert.deepEqual([refused.exit, refused.stdout], [64, '']);
});

test('init beside a state place that holds something touches nothing', async (t) => {
  const workplace = await createWorkplace(t);
  await mkdir(join(workplace.folder, 'vault-state'), { recursive: true });
  await writeFile(join(workplace.folder, 'vault-state', 'theirs'), 'kept');
  const refused = await workplace.run(['init']);
  assert.deepEqual([refused.exit, /ALREADY_EXISTS/.test(refused.stderr)], [1, true], refused.stderr);
  assert.match(refused.stderr, /HOLDFAST_STATE/);
  assert.ok(!(await readdir(workplace.folder)).includes('keys'));
});

test('a port that is taken is named', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { port } = new URL(workplace.url);
  const refused = await workplace.run(['sim', '--port', port]);
  assert.deepEqual([refused.exit, refused.stderr.includes(`Port ${port} is taken`)], [64, true], refused.stderr);
});

test('live is told from a point', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const refused = await workplace.run(['diff', 'live', 'latest']);
  assert.deepEqual([refused.exit, /live is no recovery point/.test(refused.stderr)], [64, true], refused.stderr);
});

test('a plan with unknowns and nothing to do is not taken for one with nothing to do', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  const plan = ['plan', '--exit-code', '--only', 'environments/*/targetservers/**'];
  assert.equal((await workplace.run(plan)).exit, 0);
  workplace.simulator.setFaults([{ fault: { kind: 'status', status: 403 }, path: '/targetservers' }]);
  const unknown = await workplace.run(plan);
  assert.equal(unknown.exit, 3, unknown.stdout);
  assert.match(unknown.stdout, /Unknown, so left alone/);
});

test('what the point does not have is looked for beside it, not below it', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  for (const [id, beside] of [
    ['environments/prod/targetservers/nope', " 'environments/prod/targetservers/**'"],
    ['developers/nobody@x.example', " 'developers/**'"],
    ['nope', ''],
  ] as const) {
    const refused = await workplace.run(['cat', 'latest', id]);
    assert.equal(refused.exit, 1, id);
    const next = /holdfast ls p[0-9a-f]{16}(.*)\. RESOURCE_NOT_FOUND/.exec(refused.stderr.replace(/\s+/g, ' '));
    assert.equal(next?.[1], beside, refused.stderr);
  }
});
