import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { findTextFile, isThere, TextFileError, writePrivateFile } from './text-file.ts';

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-text-file-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

test('a private file is for its owner alone, and so is the folder that is made for it', async (t) => {
  const folder = join(await makeFolder(t), 'keys');
  const path = join(folder, 'writer.key');
  await writePrivateFile(path, 'one', 'refuse');
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  await assert.rejects(writePrivateFile(path, 'two', 'refuse'), TextFileError);
  assert.equal(await readFile(path, 'utf8'), 'one');
  await writePrivateFile(path, 'three', 'replace');
  assert.equal(await findTextFile(path), 'three');
});

test('what is not there is an answer; what cannot be read is an error that names the file', async (t) => {
  const folder = await makeFolder(t);
  const absent = join(folder, 'absent');
  assert.equal(await findTextFile(absent), undefined);
  assert.equal(await isThere(absent), false);
  assert.equal(await isThere(folder), true);
  await assert.rejects(
    findTextFile(folder),
    (error) => error instanceof TextFileError && error.message === `${folder} cannot be read (EISDIR).`,
  );
  await assert.rejects(writePrivateFile(folder, '', 'replace'), /cannot be written \(EISDIR\)/);
});
