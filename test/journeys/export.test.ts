import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { exportManifestDocument } from '../../src/cli/schema/export.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';

const launcher = fileURLToPath(new URL('../../bin/holdfast', import.meta.url));

async function contentsOf(folder: string): Promise<Map<string, string>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.sort().map(async (file) => [file.slice(folder.length + 1), await readFile(file, 'utf8')] as const);
  return new Map(await Promise.all(read));
}

test('a tree has every resource of the point, is the same twice, and holds no secret', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { document: taken } = await workplace.json('backup', ['backup']);
  const first = await workplace.json('export', ['export', 'latest', 'one']);
  assert.equal(first.exit, 0);
  assert.deepEqual([first.document.layout, first.document.revealed, first.document.leftOut], ['tree', false, []]);
  await mkdir(join(workplace.folder, 'two'));
  await workplace.run(['export', taken.point, 'two']);
  const [one, two] = [await contentsOf(join(workplace.folder, 'one')), await contentsOf(join(workplace.folder, 'two'))];
  assert.deepEqual(one, two);
  assert.equal(one.size, first.document.files);
  const manifest = exportManifestDocument.parse(JSON.parse(one.get('manifest.json') ?? ''));
  const listed = await workplace.json('ls', ['ls', 'latest']);
  assert.deepEqual(new Set(manifest.files.map(({ id }) => id)), new Set(listed.document.resources.map(({ id }) => id)));
  assert.equal(first.document.resources, listed.document.resources.length);
  const keys = manifest.files.filter(({ kind }) => kind === 'app-key');
  assert.ok(keys.length > 0);
  const hole = { $hole: { hole: 'secret', id: keys[0]?.id, name: 'consumerSecret' } };
  const key: unknown = JSON.parse(one.get(keys[0]?.path ?? '') ?? '');
  assert.ok(typeof key === 'object' && key !== null && 'consumerSecret' in key);
  assert.deepEqual(key.consumerSecret, hole);
  const whole = [...one.values()].join('\n');
  const secrets = [...(await revealedKeys(workplace)).matchAll(/"consumerSecret": "([^"]+)"/g)].map(
    ([, one = '']) => one,
  );
  assert.ok(secrets.length > 10);
  for (const secret of secrets) assert.ok(!whole.includes(secret));
  const some = await workplace.json('export', ['export', 'latest', 'some', '--only', 'apis/**']);
  assert.ok(some.document.resources < first.document.resources);
});

async function revealedKeys(workplace: Awaited<ReturnType<typeof createBackedWorkplace>>): Promise<string> {
  const { stderr } = await workplace.run(['export', 'latest', 'revealed', '--reveal', '--kinds', 'app-key']);
  assert.match(stderr, /--reveal opens the secrets/);
  const folder = join(workplace.folder, 'revealed');
  const files = await contentsOf(folder);
  for (const path of files.keys()) assert.equal((await stat(join(folder, path))).mode & 0o777, 0o600);
  return [...files.values()].join('\n');
}

test('the apigeecli layout has the files that its import reads, and says what that loses', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  const refused = await workplace.run(['export', 'latest', 'out', '--layout', 'apigeecli']);
  assert.equal(refused.exit, 64);
  assert.match(refused.stderr, /needs --reveal/);
  const reader = await readFile(join(workplace.folder, 'keys', 'reader.key'), 'utf8');
  const environment = { HOLDFAST_KEYS: './none', HOLDFAST_READER_KEY: reader };
  const closed = await workplace.run(['export', 'latest', 'out', '--layout', 'apigeecli', '--reveal'], { environment });
  assert.equal(closed.exit, 12);
  const { exit, document } = await workplace.json('export', [
    'export',
    'latest',
    'out',
    '--layout',
    'apigeecli',
    '--reveal',
  ]);
  assert.equal(exit, 0);
  assert.ok(document.leftOut.some(({ kind }) => kind === 'proxy-deployment'));
  const files = await contentsOf(join(workplace.folder, 'out'));
  const parsed = (path: string): unknown => JSON.parse(files.get(path) ?? '');
  const proxies = await workplace.json('ls', ['ls', 'latest', 'apis/*']);
  const names = proxies.document.resources
    .filter(({ kind }) => kind === 'proxy')
    .map(({ id }) => id.slice('apis/'.length));
  assert.deepEqual(
    [...files.keys()].filter((path) => path.startsWith('proxies/')).sort(),
    names.map((name) => `proxies/${name}.zip`).sort(),
  );
  assert.ok(Array.isArray(parsed('products.json')));
  assert.ok(Array.isArray(parsed('apps.json')));
  assert.ok(JSON.stringify(parsed('developers.json')).startsWith('{"developer":['));
  assert.ok(JSON.stringify(parsed('envs.json')).startsWith('{"environment":['));
  assert.ok(JSON.stringify(parsed('envgroups.json')).startsWith('{"environmentGroups":['));
  const entries = [...files.keys()].filter((path) => /^(?:org|env|proxy)__.*__kvmfile__0\.json$/.test(path));
  assert.ok(entries.length > 0);
  for (const path of entries)
    assert.match(files.get(path) ?? '', /^\{"keyValueEntries":\[[^]*\],"nextPageToken":""\}\n$/);
  assert.match(files.get('README.md') ?? '', /a revoked key comes back approved/);
  assert.match(files.get('README.md') ?? '', /`proxy-deployment`, \d+: apigeecli exports and imports no deployments/);
  assert.ok(JSON.stringify(parsed('apps.json')).includes('"consumerSecret":"'));
});

test('what is there already is not touched', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup', '--kinds', 'environment']);
  const { document } = await workplace.json('points', ['points']);
  const point = document.points[0]?.id ?? '';
  await mkdir(join(workplace.folder, 'full'));
  await writeFile(join(workplace.folder, 'full', 'mine'), 'mine');
  for (const folder of ['full', 'full/mine']) {
    const { exit, stderr } = await workplace.run(['export', point, folder]);
    assert.equal(exit, 1, stderr);
    assert.match(stderr, /ALREADY_EXISTS/);
  }
  assert.equal(await readFile(join(workplace.folder, 'full', 'mine'), 'utf8'), 'mine');
});

test('where no room is left it says so, and leaves nothing behind', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await workplace.run(['backup']);
  const before = await readdir(workplace.folder);
  // A limit on the size of files is the full disk that a test may make.
  const child = spawn(
    'sh',
    ['-c', 'ulimit -f 4 && exec "$0" "$@"', process.execPath, launcher, 'export', 'latest', 'out'],
    {
      cwd: workplace.folder,
      env: { ...process.env, ...workplace.environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const [stderr, [exit]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  assert.equal(exit, 1, stderr);
  assert.match(stderr.replaceAll(/\s+/g, ' '), /There is no room left for .* Nothing of the export was left behind/);
  assert.match(stderr, /DISK_FULL, exit 1/);
  assert.deepEqual(await readdir(workplace.folder), before);
});
