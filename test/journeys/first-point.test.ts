import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { displayWidth } from '../../src/cli/render/printable.ts';
import { createBackedWorkplace, createWorkplace } from '../harness/run-holdfast.ts';

test('init makes four private keys and shows none of them', async (t) => {
  const workplace = await createWorkplace(t);
  const { exit, document, stdout, stderr } = await workplace.json('init', ['init']);
  assert.equal(exit, 0);
  const roles = document.keys.map(({ role }) => role);
  assert.deepEqual(roles, ['writer', 'reader', 'restorer', 'verifier', 'pruner', 'root']);
  assert.equal((await stat(join(workplace.folder, 'keys'))).mode & 0o777, 0o700);
  for (const { role, file } of document.keys) {
    assert.equal(file, join(workplace.folder, 'keys', `${role}.key`));
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const secrets = [...(await readFile(file, 'utf8')).matchAll(/^(?:identity|signing): (\S+)$/gm)].map(
      ([, one = '']) => one,
    );
    assert.ok(secrets.length > 0);
    for (const secret of secrets) assert.ok(!(stdout + stderr).includes(secret));
  }
});

test('init touches nothing that is there', async (t) => {
  const workplace = await createWorkplace(t);
  assert.equal((await workplace.run(['init'])).exit, 0);
  const before = await contentsOf(workplace.folder);
  const again = await workplace.run(['init']);
  assert.equal(again.exit, 1);
  assert.match(again.stderr, /There is a key already: .*writer\.key/);
  const otherKeys = await workplace.run(['init', '--keys', './other']);
  assert.equal(otherKeys.exit, 1);
  assert.match(otherKeys.stderr, /ALREADY_EXISTS/);
  assert.deepEqual(await contentsOf(workplace.folder), before);
});

async function contentsOf(folder: string): Promise<Map<string, string>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(files.sort().map(async (file) => [file, await readFile(file, 'base64')] as const)));
}

test('a backup is listed, shown, read and verified', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const taken = await workplace.json('backup', ['backup']);
  assert.equal(taken.exit, 0);
  assert.equal(taken.document.grade, 'complete');
  const { point } = taken.document;

  const listed = await workplace.json('points', ['points']);
  assert.equal(listed.exit, 0);
  assert.deepEqual(
    listed.document.points.map(({ id }) => id),
    [point],
  );
  const shown = await workplace.json('show', ['show', 'latest']);
  assert.equal(shown.document.id, point);
  assert.deepEqual(shown.document.ledger, taken.document.ledger);
  assert.ok(shown.document.notCaptured.some(({ kind }) => kind === 'api-hub'));

  const all = await workplace.json('ls', ['ls', 'latest']);
  assert.equal(all.document.resources.length, shown.document.resources);
  const some = await workplace.json('ls', ['ls', point.slice(0, 6), 'environments/test/targetservers/*']);
  assert.deepEqual(
    some.document.resources.map(({ kind }) => kind),
    some.document.resources.map(() => 'target-server'),
  );
  assert.ok(some.document.resources.length > 0);

  const server = await workplace.json('cat', ['cat', 'latest', some.document.resources[0]?.id ?? '']);
  assert.equal(server.document.revealed, false);
  const verified = await workplace.json('verify', ['verify', 'latest', '--all-data', '--record']);
  assert.equal(verified.exit, 0);
  assert.deepEqual([verified.document.result, verified.document.damaged], ['good', []]);
  assert.deepEqual([verified.document.points, verified.document.records.length], [[point], 1]);
});

test('a revision prints as its files, one of them, and a zip', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  const bundle = await workplace.json('cat', ['cat', 'latest', 'apis/payments-v1@7']);
  const paths = bundle.document.files?.map(({ path }) => path) ?? [];
  assert.ok(paths.includes('apiproxy/proxies/default.xml'));
  const file = await workplace.run(['cat', 'latest', 'apis/payments-v1@7:apiproxy/proxies/default.xml']);
  assert.match(file.stdout, /<ProxyEndpoint/);
  const zip = await workplace.run(['cat', 'latest', 'apis/payments-v1@7', '--zip']);
  assert.ok(zip.stdout.startsWith('PK'));
  const absent = await workplace.run(['cat', 'latest', 'apis/payments-v1@7:apiproxy/absent.xml']);
  assert.equal(absent.exit, 1);
  assert.match(absent.stderr, /has no file "apiproxy\/absent\.xml"/);
});

test('secrets are hidden unless revealed with the restorer key', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  const keys = await workplace.json('ls', ['ls', 'latest', 'developers/*/apps/*/keys/*']);
  const id = keys.document.resources[0]?.id ?? '';
  const hidden = await workplace.json('cat', ['cat', 'latest', id]);
  assert.deepEqual(hidden.document.holes, ['consumerKey', 'consumerSecret']);
  const revealed = await workplace.json('cat', ['cat', 'latest', id, '--reveal']);
  assert.deepEqual([revealed.document.holes, revealed.document.revealed], [[], true]);
  assert.match(revealed.stderr, /--reveal opens the secrets/);
  const secret = secretOf(revealed.document.body);
  assert.ok(secret.length > 10);
  assert.ok(!hidden.stdout.includes(secret));
  assert.ok([...workplace.simulator.dump()].some((line) => JSON.stringify(line).includes(secret)));
  const withoutKey = await workplace.run(['cat', 'latest', id, '--reveal'], {
    environment: await onlyKey(workplace, 'reader'),
  });
  assert.equal(withoutKey.exit, 12);
  assert.match(withoutKey.stderr, /restorer\.key/);
});

function secretOf(body: unknown): string {
  const isWhole = typeof body === 'object' && body !== null && 'consumerSecret' in body;
  return isWhole ? String(body.consumerSecret) : '';
}

async function onlyKey(workplace: { folder: string }, role: 'writer' | 'reader'): Promise<Record<string, string>> {
  const text = await readFile(join(workplace.folder, 'keys', `${role}.key`), 'utf8');
  return { HOLDFAST_KEYS: './no-keys', [`HOLDFAST_${role.toUpperCase()}_KEY`]: text };
}

test('with the writer key alone one may back up, list and see which resources differ, but read nothing', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const environment = await onlyKey(workplace, 'writer');
  assert.equal((await workplace.run(['backup'], { environment })).exit, 0);
  assert.equal((await workplace.run(['points'], { environment })).exit, 0);
  assert.equal((await workplace.run(['show', 'latest'], { environment })).exit, 0);
  const listed = await workplace.json('ls', ['ls', 'latest'], { environment });
  assert.ok(listed.document.resources.length > 100);
  assert.equal((await workplace.run(['drift'], { environment })).exit, 0);
  workplace.simulator.wreck();
  const drift = await workplace.json('drift', ['drift'], { environment });
  assert.equal(drift.exit, 2);
  assert.ok(
    drift.document.differences.every(({ fields }) =>
      fields.every(({ before, after }) => before === undefined && after === undefined),
    ),
  );
  const cat = await workplace.run(['cat', 'latest', 'apiproducts/payments-standard'], { environment });
  assert.equal(cat.exit, 12);
  assert.match(cat.stderr, /reader\.key/);
});

test('every line of a table fits 80 columns but for ids', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const outputs = [
    await workplace.run(['backup']),
    await workplace.run(['points']),
    await workplace.run(['show', 'latest']),
  ];
  for (const { stdout } of outputs) {
    for (const line of stdout.split('\n')) assert.ok(displayWidth(line.replace(/\S+\/\S+$/, '')) <= 80, line);
  }
});
