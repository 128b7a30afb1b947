import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { createStagedFolder, FolderTakenError } from './staged-folder.ts';
import { TextFileError } from './text-file.ts';

async function parentFolder(t: TestContext): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'holdfast-staged-'));
  t.after(() => rm(parent, { recursive: true, force: true }));
  return parent;
}

test('the folder gets its name when it is whole, and only its owner reads it', async (t) => {
  const parent = await parentFolder(t);
  const target = join(parent, 'deep', 'out');
  const folder = await createStagedFolder(target);
  assert.deepEqual(await folder.write('a/b.txt', 'x'), {
    sizeBytes: 1,
    sha256: '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
  });
  const file = await folder.open('c.txt');
  await file.write('x'.repeat(100_000));
  await file.write('y');
  assert.equal((await file.close()).sizeBytes, 100_001);
  await folder.makeFolder('empty');
  await assert.rejects(stat(target), { code: 'ENOENT' });
  await folder.commit();
  await folder.discard();
  assert.deepEqual((await readdir(target)).sort(), ['a', 'c.txt', 'empty']);
  assert.equal((await readFile(join(target, 'c.txt'), 'utf8')).length, 100_001);
  for (const [path, mode] of [
    ['a/b.txt', 0o600],
    ['c.txt', 0o600],
    ['a', 0o700],
    ['.', 0o700],
  ] as const) {
    assert.equal((await stat(join(target, path))).mode & 0o777, mode, path);
  }
});

test('what is there already stays as it is; an empty folder may be taken', async (t) => {
  const parent = await parentFolder(t);
  await mkdir(join(parent, 'full'));
  await writeFile(join(parent, 'full', 'x'), 'mine');
  await writeFile(join(parent, 'file'), 'mine');
  await assert.rejects(createStagedFolder(join(parent, 'full')), FolderTakenError);
  await assert.rejects(createStagedFolder(join(parent, 'file')), FolderTakenError);
  await mkdir(join(parent, 'empty'));
  const folder = await createStagedFolder(join(parent, 'empty'));
  await folder.write('x', 'ours');
  // Somebody else was quicker.
  await writeFile(join(parent, 'empty', 'y'), 'mine');
  await assert.rejects(folder.commit(), FolderTakenError);
  await folder.discard();
  assert.deepEqual(await readdir(join(parent, 'empty')), ['y']);
  assert.deepEqual((await readdir(parent)).sort(), ['empty', 'file', 'full']);
});

test('a path that leads out, or is there twice, is refused', async (t) => {
  const parent = await parentFolder(t);
  const folder = await createStagedFolder(join(parent, 'out'));
  t.after(() => folder.discard());
  await folder.write('a', 'x');
  await assert.rejects(folder.write('a', 'y'), TextFileError);
  for (const path of ['../b', '/tmp/holdfast-out', 'a/../../b', '.']) {
    await assert.rejects(folder.write(path, 'x'), TextFileError, path);
  }
});
