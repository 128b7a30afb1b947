import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { systemRandom } from '../../platform/random.ts';
import type { BlobCallOptions, BlobStore } from './blob-store.ts';
import { createFolderBlobContainer } from './folder-blob-store.ts';

async function open(t: TestContext, make = true) {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-folder-calls-'));
  t.after(() => rm(home, { recursive: true }));
  const folder = join(home, 'vault');
  const container = createFolderBlobContainer({ folder, random: systemRandom });
  if (make) await container.create();
  return { ...container, folder };
}

type Call = readonly [string, (store: BlobStore, options?: BlobCallOptions) => Promise<unknown>];

const range = { offsetBytes: 0, lengthBytes: 1 };
const calls: readonly Call[] = [
  ['write l/1', (store, options) => store.put('l/1', new Uint8Array(1), options)],
  ['read l/1', (store, options) => store.find('l/1', options)],
  ['read l/1', (store, options) => store.getRange('l/1', range, options)],
  ['list l/', (store, options) => Array.fromAsync(store.list('l/', options))],
  ['list l/', (store, options) => Array.fromAsync(store.listFolders('l/', options))],
  ['list l/1', (store, options) => store.delete('l/1', options)],
  ['list l/1', (store, options) => store.protection('l/1', options)],
];

test('a failure of the file system says what was being done and where', async (t) => {
  const { store, folder } = await open(t);
  // Nothing can be read through a link that leads to itself.
  await symlink(join(folder, 'l'), join(folder, 'l'));
  for (const [operation, call] of calls) {
    await assert.rejects(call(store), {
      code: 'STORE_FAILED',
      operation,
      message: `The folder ${folder} failed to ${operation} (ELOOP).`,
    });
  }
});

test('a vault folder whose place is taken by a link to itself is no missing vault', async (t) => {
  const { store, create, folder } = await open(t, false);
  await symlink(folder, folder);
  await assert.rejects(store.put('a', new Uint8Array()), { code: 'STORE_FAILED', operation: 'write a' });
  await assert.rejects(create(), { operation: 'create the folder' });
});

test('every call of a folder that is not there says that there is no vault', async (t) => {
  const { store, folder } = await open(t, false);
  for (const [, call] of calls) {
    await assert.rejects(call(store), { code: 'VAULT_NOT_FOUND', message: `There is no vault in folder ${folder}.` });
  }
});

test('a call that was given up ends with the reason', async (t) => {
  const { store } = await open(t);
  const signal = AbortSignal.abort(new Error('given up'));
  for (const [, call] of calls) await assert.rejects(call(store, { signal }), { message: 'given up' });
  assert.equal(await store.find('l/1'), undefined);
});

test('calls with a signal that is not aborted do as those without one', async (t) => {
  const { store } = await open(t);
  const options = { signal: new AbortController().signal };
  assert.equal(await store.put('l/1', new Uint8Array([5]), options), 'created');
  assert.deepEqual([...(await store.getRange('l/1', range, options))], [5]);
  assert.deepEqual([...((await store.find('l/1', options)) ?? [])], [5]);
  assert.equal((await Array.fromAsync(store.list('l', options))).length, 1);
  assert.deepEqual(await store.delete('l/1', options), { outcome: 'deleted' });
});

test('a file where a name has a folder is no blob below it, and lets none be put there', async (t) => {
  const { store } = await open(t);
  await store.put('a', new Uint8Array(1));
  assert.equal(await store.find('a/b'), undefined);
  await assert.rejects(store.getRange('a/b', range), { code: 'VAULT_DAMAGED' });
  assert.deepEqual(await store.delete('a/b'), { outcome: 'absent' });
  assert.equal(await store.protection('a/b'), undefined);
  assert.deepEqual(await Array.fromAsync(store.list('a/')), []);
  await assert.rejects(store.put('a/b', new Uint8Array(1)), { code: 'STORE_FAILED' });
});

test('a listing by a prefix that ends within a segment finds files and folders that begin so, and no others', async (t) => {
  const { store } = await open(t);
  const names = ['a', 'b/ca', 'b/cb/x', 'b/cb/y/z', 'b/d/x', 'bb', 'c/x'];
  for (const name of names) await store.put(name, new Uint8Array());
  const listed = async (prefix: string) => (await Array.fromAsync(store.list(prefix))).map(({ name }) => name);
  assert.deepEqual(await listed('b/c'), ['b/ca', 'b/cb/x', 'b/cb/y/z']);
  assert.deepEqual(await listed('b/cb/x'), ['b/cb/x']);
  assert.deepEqual(await listed('b'), ['b/ca', 'b/cb/x', 'b/cb/y/z', 'b/d/x', 'bb']);
  assert.deepEqual(await listed('b/cb/y/z/'), []);
  assert.deepEqual(await listed(''), names);
});

test('what is neither a file nor a folder, and what has no name of a blob, is not listed', async (t) => {
  const { store, folder } = await open(t);
  await symlink(join(folder, 'gone'), join(folder, 'dangling'));
  await mkdir(join(folder, 'elsewhere'));
  await symlink(join(folder, 'elsewhere'), join(folder, 'linked'));
  await writeFile(join(folder, '.hidden'), '');
  await writeFile(join(folder, 'with blank'), '');
  await store.put('a', new Uint8Array(3));
  const [only, ...others] = await Array.fromAsync(store.list(''));
  assert.deepEqual([only?.name, only?.sizeBytes, others], ['a', 3, []]);
  assert.equal(await store.protection('elsewhere'), undefined);
  assert.deepEqual(await store.delete('elsewhere'), { outcome: 'absent' });
});

test('a part of a blob that ends before it does is whole, and one beyond it is damage', async (t) => {
  const { store, folder } = await open(t);
  await store.put('a', new Uint8Array([1, 2, 3]));
  const read = async (offsetBytes: number, lengthBytes: number) => [
    ...(await store.getRange('a', { offsetBytes, lengthBytes })),
  ];
  assert.deepEqual([await read(0, 3), await read(1, 1), await read(2, 1)], [[1, 2, 3], [2], [3]]);
  await assert.rejects(read(2, 2), {
    code: 'VAULT_DAMAGED',
    message: `The blob a in folder ${folder} is shorter than what was written.`,
  });
});

test('a name that is no name of a blob is refused by every call', async (t) => {
  const { store } = await open(t);
  const refused = { code: 'INTERNAL' };
  await assert.rejects(store.put('../a', new Uint8Array()), refused);
  await assert.rejects(store.find('../a'), refused);
  await assert.rejects(store.getRange('../a', range), refused);
  await assert.rejects(store.delete('../a'), refused);
  await assert.rejects(store.protection('../a'), refused);
  await assert.rejects(Array.fromAsync(store.list('../')), refused);
  await assert.rejects(Array.fromAsync(store.listFolders('a')), refused);
});

test('whoever may write to a folder may delete in it: nothing protects a blob there', async (t) => {
  const { store } = await open(t);
  await store.put('a', new Uint8Array());
  assert.deepEqual(await store.protection('a'), {
    immutableUntil: undefined,
    isLocked: false,
    hasLegalHold: false,
    container: 'none',
  });
});
