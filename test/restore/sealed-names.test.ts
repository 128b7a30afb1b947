import assert from 'node:assert/strict';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { readIndependently } from '../kill/independent-reader.ts';
import { backUp, createStage, differencesOf, dumpOf, type Stage } from './stage.ts';

const MARK = 'whoMayNotBeNamed';
const MAP = 'environments/test/keyvaluemaps/partners';
const url = '/v1/organizations/acme-prod/environments/test/keyvaluemaps';

async function send(stage: Stage, http: string, path: string, body: object): Promise<void> {
  const answer = await stage.simulator.handle({
    http,
    target: `${url}${path}`,
    token: 'somebody',
    contentType: 'application/json',
    readBody: async () => new Uint8Array(Buffer.from(http === 'DELETE' ? '' : JSON.stringify(body))),
  });
  assert.ok(answer.status < 300, String(answer.body));
}

const nameOf = (index: number): string => `${MARK} ${index}/100% ü`;
const entryPath = (index: number): string => `/partners/entries/${encodeURIComponent(nameOf(index))}`;

/** A map whose entries have names that say who the customers are. */
async function createSealedStage(...[t, rule = { sealNames: true }]: [Parameters<typeof createStage>[0], object?]) {
  const stage = await createStage(t);
  await send(stage, 'POST', '', { name: 'partners', encrypted: true });
  for (const index of [1, 2, 3])
    await send(stage, 'POST', '/partners/entries', { name: nameOf(index), value: `v${index}` });
  await configure(stage, rule);
  return stage;
}

async function configure(stage: Stage, rule: object): Promise<void> {
  const file = join(stage.workplace.folder, 'holdfast.yaml');
  await writeFile(file, JSON.stringify({ keyValueMaps: [{ at: MAP, ...rule }] }));
}

/** Runs a verb at the highest verbosity; nothing that it says may hold the names. */
async function run(stage: Stage, ...argv: readonly string[]) {
  const outcome = await stage.run(argv, { environment: { HOLDFAST_LOG_LEVEL: 'debug' } });
  for (const trace of [MARK, encodeURIComponent(MARK), Buffer.from(MARK).toString('base64').slice(0, 16)])
    assert.ok(!(outcome.stdout + outcome.stderr).includes(trace), `${argv.join(' ')}: ${outcome.stderr}`);
  return outcome;
}

async function entriesOf(stage: Stage, point = 'latest'): Promise<readonly string[]> {
  const { stdout } = await run(stage, 'ls', point, `${MAP}/**`, '-o', 'json');
  // The document is the one whose schema the command line's own tests check.
  const { resources } = JSON.parse(stdout) as { readonly resources: readonly { readonly id: string }[] };
  return resources.map(({ id }) => id).filter((id) => id.startsWith(`${MAP}/entries/`));
}

/** Everything the independent reader gives of all points with these keys. */
async function readWith(stage: Stage, ...roles: readonly string[]): Promise<string> {
  const { folder, environment } = stage.workplace;
  const at = (name: string): string => resolve(folder, (environment[name] ?? '').replace('file:', ''));
  const keys = join(folder, `keys-of-${roles.join('-')}`);
  await mkdir(keys, { recursive: true });
  for (const role of roles) await cp(join(at('HOLDFAST_KEYS'), `${role}.key`), join(keys, `${role}.key`));
  const { document } = await stage.json('points', ['points']);
  const told: string[] = [];
  for (const { id } of document.points) {
    const { exit, stdout, stderr } = await readIndependently(at('HOLDFAST_VAULT'), keys, id);
    assert.equal(exit, 0, stderr);
    told.push(stdout);
  }
  return told.join('\n');
}

test('sealed names stand in no id and no output, and entries are compared and restored by them all the same', async (t) => {
  const stage = await createSealedStage(t);
  assert.equal((await run(stage, 'backup')).exit, 0);
  const whole = dumpOf(stage.simulator);
  const ids = await entriesOf(stage);
  assert.equal(ids.length, 3);
  for (const id of ids) assert.match(id, /\/entries\/~[0-9a-f]{32}$/);
  assert.equal((await run(stage, 'drift')).exit, 0);
  assert.equal((await run(stage, 'backup', '-o', 'json')).exit, 0);
  assert.deepEqual(await entriesOf(stage), ids);

  assert.ok(!(await readWith(stage, 'reader')).includes(MARK));
  assert.ok((await readWith(stage, 'restorer')).includes(nameOf(1)), 'the restorer gives the names');
  const [first = ''] = ids;
  assert.ok(!(await run(stage, 'cat', 'latest', first)).stdout.includes(MARK));
  const revealed = await stage.run(['cat', 'latest', first, '--reveal']);
  assert.ok(revealed.stdout.includes(MARK), revealed.stderr);

  await send(stage, 'DELETE', entryPath(1), {});
  await send(stage, 'PUT', entryPath(2), { name: nameOf(2), value: 'other' });
  await send(stage, 'POST', '/partners/entries', { name: nameOf(4), value: 'extra' });
  const drift = await run(stage, 'drift', '-o', 'json');
  assert.equal(drift.exit, 2, drift.stderr);
  const { differences } = JSON.parse(drift.stdout) as { readonly differences: readonly { readonly change: string }[] };
  assert.deepEqual(differences.map(({ change }) => change).sort(), ['added', 'changed', 'removed']);
  assert.equal((await run(stage, 'plan', '--point', 'latest', '--delete-extra', '--out', 'plan.json')).exit, 0);
  const restored = await run(stage, 'apply', 'plan.json', '--yes', '-o', 'json');
  assert.equal(restored.exit, 0, restored.stderr);
  assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator)), []);
  assert.equal((await run(stage, 'drift')).exit, 0);
  assert.ok(!(await readWith(stage, 'reader')).includes(MARK), 'the safety point has no name either');
});

test('a map that is gone comes back with the entries whose names are sealed', async (t) => {
  const stage = await createSealedStage(t);
  await run(stage, 'backup');
  const whole = dumpOf(stage.simulator);
  for (const index of [1, 2, 3]) await send(stage, 'DELETE', entryPath(index), {});
  await send(stage, 'DELETE', '/partners', {});
  // What the point has says how its names are to be read, whatever the configuration says now.
  await configure(stage, { sealNames: false });
  const { exit, stderr } = await run(stage, 'restore', '--point', 'latest', '--yes');
  assert.equal(exit, 0, stderr);
  assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator)), []);
});

test('names that are sealed from now on are not carried in clear, and what is left out is named by its tag', async (t) => {
  const stage = await createSealedStage(t, { entries: '7d' });
  await backUp(stage);
  assert.ok((await stage.run(['ls', 'latest', `${MAP}/**`])).stdout.includes(MARK));
  await configure(stage, { entries: '7d', sealNames: true });
  assert.equal((await run(stage, 'backup')).exit, 0);
  const ids = await entriesOf(stage);
  assert.equal(ids.length, 3);
  assert.equal((await run(stage, 'backup')).exit, 0, 'carried');
  assert.deepEqual(await entriesOf(stage), ids);
  await configure(stage, { entries: 'names', sealNames: true });
  const named = await run(stage, 'backup', '-o', 'json');
  assert.equal(named.exit, 0, named.stderr);
  for (const id of ids) assert.ok(named.stdout.includes(id));
  assert.equal((await run(stage, 'drift')).exit, 0);
});
