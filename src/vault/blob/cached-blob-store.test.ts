import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createManualClock } from '../../platform/manual-clock.ts';
import { systemRandom } from '../../platform/random.ts';
import { createCachedBlobStore } from './cached-blob-store.ts';
import { createMemoryBlobStore } from './memory-blob-store.ts';
import { createMeteredBlobStore } from './metered-blob-store.ts';

async function open(t: TestContext, onWriteFailure?: (error: unknown) => void) {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-cache-'));
  t.after(() => rm(home, { recursive: true }));
  const folder = join(home, 'cache');
  const memory = createMemoryBlobStore({ clock: createManualClock() });
  const inner = createMeteredBlobStore(memory);
  const listener = onWriteFailure === undefined ? {} : { onWriteFailure };
  const store = createCachedBlobStore(inner, { folder, random: systemRandom, ...listener });
  /** Where what is kept of a blob lies. */
  const placeOf = (name: string): string => {
    const hash = createHash('sha256').update(name).digest('hex');
    return join(folder, hash.slice(0, 2), hash.slice(2));
  };
  return { folder, memory, inner, store, placeOf };
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test('what a put found taken is not kept', async (t) => {
  const { memory, store } = await open(t);
  await memory.put('a', Buffer.from('theirs'));
  assert.equal(await store.put('a', Buffer.from('mine')), 'exists');
  assert.equal(text(await store.get('a')), 'theirs');
});

test('an empty blob is kept, and one that is missing is not', async (t) => {
  const { inner, memory, store } = await open(t);
  await store.put('empty', new Uint8Array());
  assert.equal((await store.get('empty')).length, 0);
  assert.equal(inner.meter.gets, 0);
  assert.equal(await store.find('late'), undefined);
  await assert.rejects(store.get('late'), { code: 'VAULT_DAMAGED', message: 'The blob late is not in memory.' });
  await memory.put('late', Buffer.from('x'));
  assert.equal(text(await store.get('late')), 'x');
});

test('a part is fetched once, each part of its own, and none beyond the end of what is known whole', async (t) => {
  const { inner, memory, store } = await open(t);
  await memory.put('a', Buffer.from('0123456789'));
  const read = async (offsetBytes: number, lengthBytes: number) =>
    text(await store.getRange('a', { offsetBytes, lengthBytes }));
  for (const round of ['fetched', 'kept']) {
    assert.deepEqual([await read(2, 3), await read(2, 4), await read(1, 3)], ['234', '2345', '123']);
    assert.equal(inner.meter.gets, 3, round);
  }
  await store.get('a');
  assert.deepEqual([await read(8, 2), await read(0, 10), await read(9, 1)], ['89', '0123456789', '9']);
  assert.equal(inner.meter.gets, 4);
  await assert.rejects(read(8, 3), { code: 'VAULT_DAMAGED', message: /blob a in memory is shorter/ });
});

test('a kept file that lies under another name or part is not taken for the right one', async (t) => {
  const { memory, store, placeOf } = await open(t);
  await store.put('a', Buffer.from('of a'));
  await memory.put('b', Buffer.from('of b'));
  await cp(placeOf('a'), placeOf('b'), { recursive: true });
  assert.equal(text(await store.get('b')), 'of b');
  await cp(join(placeOf('b'), 'whole'), join(placeOf('b'), '0-9'));
  await assert.rejects(store.getRange('b', { offsetBytes: 0, lengthBytes: 9 }), {
    message: /blob b in memory is shorter/,
  });
});

test('what is kept is for its owner only, and no file of the writing is left', async (t) => {
  const { folder, store, placeOf } = await open(t);
  await store.put('a', Buffer.from('x'));
  const whole = join(placeOf('a'), 'whole');
  assert.equal((await stat(whole)).mode & 0o777, 0o600);
  for (const path of [folder, dirname(placeOf('a')), placeOf('a')])
    assert.equal((await stat(path)).mode & 0o777, 0o700);
  assert.deepEqual(await readdir(placeOf('a')), ['whole']);
});

test('a blob that the store holds stays kept, and one that is gone already is forgotten', async (t) => {
  const { inner, memory, store, placeOf } = await open(t);
  await store.put('a', Buffer.from('x'));
  memory.setLegalHold('a', true);
  assert.deepEqual(await store.delete('a'), { outcome: 'held', by: 'legal-hold', until: undefined });
  await store.get('a');
  assert.equal(inner.meter.gets, 0);
  memory.setLegalHold('a', false);
  await memory.delete('a');
  assert.deepEqual(await store.delete('a'), { outcome: 'absent' });
  assert.equal(await store.find('a'), undefined);
  await assert.rejects(stat(placeOf('a')), { code: 'ENOENT' });
  assert.deepEqual(await store.delete('never-there'), { outcome: 'absent' });
});

test('a call that was given up ends with the reason, also where the answer is at hand', async (t) => {
  const { store } = await open(t);
  await store.put('a', Buffer.from('x'));
  const signal = AbortSignal.abort(new Error('given up'));
  const givenUp = { message: 'given up' };
  await assert.rejects(store.find('a', { signal }), givenUp);
  await assert.rejects(store.get('a', { signal }), givenUp);
  await assert.rejects(store.getRange('a', { offsetBytes: 0, lengthBytes: 1 }, { signal }), givenUp);
  await assert.rejects(store.put('b', Buffer.from('x'), { signal }), givenUp);
});

test('a file that cannot take its place in the cache is removed, and the caller is told or at least served', async (t) => {
  const failures: unknown[] = [];
  for (const listener of [(error: unknown) => failures.push(error), undefined]) {
    const { store, placeOf } = await open(t, listener);
    await mkdir(join(placeOf('a'), 'whole'), { recursive: true });
    assert.equal(await store.put('a', Buffer.from('x')), 'created');
    assert.equal(text(await store.get('a')), 'x');
    assert.deepEqual(await readdir(placeOf('a')), ['whole']);
  }
  assert.deepEqual(
    failures.map((error) => error instanceof Error && 'syscall' in error && error.syscall),
    ['rename', 'rename'],
  );
});

test('what is listed, and what protects a blob, is that of the store', async (t) => {
  const { memory, store } = await open(t);
  assert.equal(store.capabilities, memory.capabilities);
  await store.put('d/a', Buffer.from('x'));
  await memory.delete('d/a');
  assert.deepEqual(await Array.fromAsync(store.list('')), []);
  assert.deepEqual(await Array.fromAsync(store.listFolders('')), []);
  assert.equal(await store.protection('d/a'), undefined);
});
