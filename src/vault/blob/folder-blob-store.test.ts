import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemRandom } from '../../platform/random.ts';
import type { BlobContainer } from './blob-store.ts';
import { describeBlobStore } from './blob-store.contract.ts';
import { createFolderBlobContainer } from './folder-blob-store.ts';

let home = '';
let count = 0;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'holdfast-folder-store-'));
});

after(async () => {
  await rm(home, { recursive: true });
});

function freshFolder(): string {
  count += 1;
  return join(home, `vault-${count}`);
}

function openFolder(folder: string): BlobContainer {
  return createFolderBlobContainer({ folder, random: systemRandom });
}

describeBlobStore({ name: 'folder', createContainer: async () => openFolder(freshFolder()) });

test('nobody but the owner can read the folder or a blob', async () => {
  const folder = join(freshFolder(), 'nested', 'vault');
  const { store, create } = openFolder(folder);
  await create();
  await store.put('orgs/acme/a', new Uint8Array([1]));
  const mode = async (...path: string[]): Promise<number> => (await stat(join(folder, ...path))).mode & 0o777;
  assert.equal(await mode(), 0o700);
  assert.equal(await mode('orgs'), 0o700);
  assert.equal(await mode('orgs', 'acme'), 0o700);
  assert.equal(await mode('orgs', 'acme', 'a'), 0o600);
});

test('what a crash leaves behind is neither listed nor in the way', async () => {
  const folder = freshFolder();
  const { store, create } = openFolder(folder);
  await create();
  await store.put('orgs/acme/whole', new Uint8Array([1]));
  await writeFile(join(folder, '.tmp', 'half-written'), 'xx');
  await mkdir(join(folder, 'orgs', 'only-a-folder', 'deep'), { recursive: true });
  const names = (await Array.fromAsync(store.list(''))).map((info) => info.name);
  assert.deepEqual(names, ['orgs/acme/whole']);
  assert.deepEqual(await Array.fromAsync(store.listFolders('orgs/')), ['orgs/acme/']);
  assert.equal(await store.put('orgs/only-a-folder/deep/b', new Uint8Array([2])), 'created');
});

test('a finished put leaves no temporary file, won or lost', async () => {
  const folder = freshFolder();
  const { store, create } = openFolder(folder);
  await create();
  await store.put('a', new Uint8Array([1]));
  await store.put('a', new Uint8Array([2]));
  assert.deepEqual(await readdir(join(folder, '.tmp')), []);
  assert.equal((await stat(join(folder, 'a'))).nlink, 1);
});

test('a blob that a crash left linked twice reads as it should', async () => {
  const folder = freshFolder();
  const { store, create } = openFolder(folder);
  await create();
  await store.put('a', new Uint8Array([7]));
  await link(join(folder, 'a'), join(folder, '.tmp', 'left'));
  assert.deepEqual([...(await store.get('a'))], [7]);
  assert.deepEqual(await readFile(join(folder, 'a')), Buffer.from([7]));
});

test('a file in the place of the folder is no vault', async () => {
  const folder = freshFolder();
  await writeFile(folder, 'not a folder');
  const { store } = openFolder(folder);
  await assert.rejects(store.put('a', new Uint8Array()), { code: 'VAULT_NOT_FOUND' });
  await assert.rejects(store.find('a'), { code: 'VAULT_NOT_FOUND' });
  await assert.rejects(Array.fromAsync(store.list('')), { code: 'VAULT_NOT_FOUND' });
});

test('a writer that is killed in the middle of a put leaves only whole blobs', async () => {
  const folder = freshFolder();
  const { store, create } = openFolder(folder);
  await create();
  const module = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
  const program = `
    import { createFolderBlobContainer } from ${module('./folder-blob-store.ts')};
    import { systemRandom } from ${module('../../platform/random.ts')};
    const { store } = createFolderBlobContainer({ folder: process.argv[1], random: systemRandom });
    for (let number = 0; ; number += 1) {
      const name = 'packs/' + process.argv[2] + '-' + number;
      await store.put(name, Buffer.alloc(300_000, name));
      process.stdout.write(name + '\\n');
    }`;
  for (const round of ['a', 'b', 'c']) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program, folder, round]);
    let reported = '';
    child.stdout.on('data', (chunk) => {
      reported += String(chunk);
      if (reported.includes(`${round}-3\n`)) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const listed = (await Array.fromAsync(store.list(`packs/${round}-`))).map((info) => info.name);
    for (const name of listed) assert.ok(Buffer.alloc(300_000, name).equals(await store.get(name)), name);
    // What was reported as created is there.
    for (const name of reported.split('\n').slice(0, -1)) assert.ok(listed.includes(name), name);
    assert.ok(listed.length >= 4);
  }
});
