import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { keyRoles as roles } from '../../src/core/key-role.ts';
import { parseKeyFile } from '../../src/vault/key-file.ts';
import { createWorkplace } from '../harness/run-holdfast.ts';
import { folderStore, openWith, readKeys } from './captured-vault.ts';
import { listIndependently } from './independent-reader.ts';

const launcher = fileURLToPath(new URL('../../bin/holdfast', import.meta.url));
const killer = new URL('./kill-at-write.ts', import.meta.url).href;
const PROCESSES_AT_ONCE = 2;

let home = '';

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'holdfast-init-'));
});

after(() => rm(home, { recursive: true, force: true }));

function environment(killAt: string): Record<string, string | undefined> {
  return {
    ...process.env,
    NODE_OPTIONS: `--import=${killer}`,
    NODE_COMPILE_CACHE: join(home, 'compiled'),
    KILL_AT: killAt,
    HOLDFAST_VAULT: 'file:./vault',
    HOLDFAST_KEYS: './keys',
  };
}

/** The changes to the file system of an `init` that nobody kills, by name. */
async function listChanges(): Promise<readonly string[]> {
  const [cwd, list] = [join(home, 'unharmed'), join(home, 'changes')];
  await mkdir(cwd);
  const env = { ...environment(''), KILL_LIST: list };
  await promisify(execFile)(process.execPath, [launcher, 'init'], { cwd, env });
  return (await readFile(list, 'utf8')).split('\n');
}

function initKilled(cwd: string, killAt: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, 'init'], { cwd, env: environment(killAt) }, (error) =>
      resolve(typeof error?.signal === 'string' ? error.signal : undefined),
    );
  });
}

async function assertNoVaultOrWholeOne(cwd: string): Promise<'none' | 'whole'> {
  const [vault, keys] = [join(cwd, 'vault'), join(cwd, 'keys')];
  if (!existsSync(join(vault, 'vault.json'))) {
    await assert.rejects(openWith(folderStore(vault), {}), { code: 'VAULT_NOT_FOUND' });
    return 'none';
  }
  // A vault without all of its keys would be lost without a word.
  const texts = await readKeys(keys, ...roles);
  for (const role of roles) assert.equal(parseKeyFile(texts[role] ?? '', role).role, role);
  const { abilities } = await openWith(folderStore(vault), texts);
  assert.ok(Object.values(abilities).every(Boolean));
  assert.deepEqual(await listIndependently(vault, keys), []);
  return 'whole';
}

async function contentsOf(folder: string): Promise<Map<string, string>> {
  const found = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = found.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path, 'hex')] as const)));
}

test('init killed at any change of the file system leaves no vault, or a whole one with all its keys', async (t) => {
  const changes = await listChanges();
  assert.ok(changes.length > 10, changes.join());
  // One change follows the other, so that after one is before the next.
  const kills = changes.flatMap((name, index) => [
    `before ${index + 1}`,
    ...(name === 'writeFile' ? [`half ${index + 1}`] : []),
  ]);
  kills.push(`after ${changes.length}`);
  const outcomes = { none: 0, whole: 0 };
  const queue = kills.values();
  const work = async (): Promise<void> => {
    for (const kill of queue) {
      const cwd = join(home, kill.replace(' ', '-'));
      await mkdir(cwd);
      assert.equal(await initKilled(cwd, kill), 'SIGKILL', kill);
      outcomes[await assertNoVaultOrWholeOne(cwd)] += 1;
    }
  };
  await Promise.all(Array.from({ length: PROCESSES_AT_ONCE }, work));
  assert.ok(outcomes.none > 0 && outcomes.whole > 0);
  t.diagnostic(
    `${kills.length} kill points in init: ${outcomes.none} without a vault, ${outcomes.whole} with a whole one`,
  );
});

test('what a killed init left is not overwritten by the next, which says what is in the way', async (t) => {
  const workplace = await createWorkplace(t);
  const { folder } = workplace;
  assert.equal(await initKilled(folder, 'after 4'), 'SIGKILL');
  const left = await contentsOf(folder);
  assert.ok(left.size > 0);
  const again = await workplace.run(['init']);
  assert.equal(again.exit, 1);
  assert.match(again.stderr, /ALREADY_EXISTS/);
  assert.deepEqual(await contentsOf(folder), left);
  const elsewhere = ['init', '--keys', './other-keys', '--vault', 'file:./other-vault'];
  assert.equal((await workplace.run(elsewhere)).exit, 0);
});
