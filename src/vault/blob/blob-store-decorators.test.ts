import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { RemoteError } from '../../core/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { createManualClock } from '../../platform/manual-clock.ts';
import { createSeededRandom, systemRandom } from '../../platform/random.ts';
import type { BlobStore } from './blob-store.ts';
import { describeBlobStore } from './blob-store.contract.ts';
import { createCachedBlobStore } from './cached-blob-store.ts';
import { createFaultyBlobStore } from './faulty-blob-store.ts';
import { createMemoryBlobContainer, createMemoryBlobStore } from './memory-blob-store.ts';
import { createMeteredBlobStore } from './metered-blob-store.ts';
import { createReadonlyBlobStore } from './readonly-blob-store.ts';
import { createRetryingBlobStore } from './retrying-blob-store.ts';

let home = '';
let count = 0;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'holdfast-decorators-'));
});

after(async () => {
  await rm(home, { recursive: true });
});

/** A clock on which pauses take no time. */
function createHurriedClock(): Clock & { readonly pauses: number[] } {
  const clock = createManualClock();
  const pauses: number[] = [];
  return { ...clock, pauses, sleep: async (durationMs) => void pauses.push(durationMs) };
}

function busy(ambiguous = false): RemoteError {
  return new RemoteError({ code: 'STORE_UNREACHABLE', message: 'busy', operation: 'x', retryable: true, ambiguous });
}

function createMemory(): BlobStore {
  return createMemoryBlobStore({ clock: createManualClock() });
}

function withRetries(inner: BlobStore, clock: Clock = createHurriedClock()): BlobStore {
  return createRetryingBlobStore(inner, { clock, random: createSeededRandom(1) });
}

function withCache(inner: BlobStore, onWriteFailure?: (error: unknown) => void): { store: BlobStore; folder: string } {
  count += 1;
  const folder = join(home, `cache-${count}`);
  const listener = onWriteFailure === undefined ? {} : { onWriteFailure };
  return { folder, store: createCachedBlobStore(inner, { folder, random: systemRandom, ...listener }) };
}

const decorators: readonly [string, (inner: BlobStore) => BlobStore][] = [
  ['retrying', (inner) => withRetries(inner)],
  ['metered', createMeteredBlobStore],
  ['cached', (inner) => withCache(inner).store],
  ['faulty without faults', (inner) => createFaultyBlobStore(inner, {})],
];

for (const [name, decorate] of decorators) {
  describeBlobStore({
    name: `memory, ${name}`,
    createContainer: async () => {
      const { store, create } = createMemoryBlobContainer({ clock: createManualClock() });
      return { store: decorate(store), create };
    },
  });
}

test('retrying: a call that fails twice succeeds, with growing pauses', async () => {
  const clock = createHurriedClock();
  const memory = createMemory();
  const store = withRetries(
    createFaultyBlobStore(memory, {
      before: ({ number }) => {
        if (number <= 2) throw busy();
      },
    }),
    clock,
  );
  assert.equal(await store.put('a', new Uint8Array([1])), 'created');
  assert.deepEqual([...(await store.get('a'))], [1]);
  assert.equal(clock.pauses.length, 4);
});

test('retrying: what will not pass is not repeated', async () => {
  let calls = 0;
  const store = withRetries(
    createFaultyBlobStore(createMemory(), {
      before: () => {
        calls += 1;
        throw new RemoteError({ code: 'STORE_DENIED', message: 'no', operation: 'x', retryable: false });
      },
    }),
  );
  await assert.rejects(store.put('a', new Uint8Array()), { code: 'STORE_DENIED' });
  assert.equal(calls, 1);
});

test('retrying: a put whose answer was lost counts as created when our bytes are there', async () => {
  const memory = createMemory();
  const loseFirstAnswer = createFaultyBlobStore(memory, {
    after: ({ operation, number }) => {
      if (operation === 'put' && number === 1) throw busy(true);
    },
  });
  assert.equal(await withRetries(loseFirstAnswer).put('runs/1', new Uint8Array([1])), 'created');
  assert.deepEqual([...(await memory.get('runs/1'))], [1]);
});

test('retrying: a put that lost against another writer while its answer was lost says exists', async () => {
  const memory = createMemory();
  const overtaken = createFaultyBlobStore(memory, {
    before: async ({ operation, number }) => {
      if (operation !== 'put' || number !== 1) return;
      await memory.put('runs/1', new Uint8Array([2]));
      throw busy(true);
    },
  });
  assert.equal(await withRetries(overtaken).put('runs/1', new Uint8Array([1])), 'exists');
});

test('retrying: a name that was taken all along is not looked into', async () => {
  const memory = createMemory();
  await memory.put('a', new Uint8Array([1]));
  const metered = createMeteredBlobStore(memory);
  const refusedAtFirst = createFaultyBlobStore(metered, {
    before: ({ number }) => {
      if (number === 1) throw busy(false);
    },
  });
  assert.equal(await withRetries(refusedAtFirst).put('a', new Uint8Array([1])), 'exists');
  assert.equal(metered.meter.gets, 0);
});

test('retrying: a listing that breaks off again and again comes out whole, each name once', async () => {
  const memory = createMemory();
  const names = Array.from({ length: 20 }, (_, index) => `p/${String(index).padStart(2, '0')}`);
  for (const name of names) await memory.put(name, new Uint8Array());
  let faults = 0;
  const breaking = createFaultyBlobStore(memory, {
    withinListing: (_call, itemsPassed) => {
      if (itemsPassed !== 3 + faults * 2) return;
      faults += 1;
      throw busy();
    },
  });
  const listed = (await Array.fromAsync(withRetries(breaking).list('p/'))).map((info) => info.name);
  assert.deepEqual(listed, names);
  assert.ok(faults > 3);
});

test('metered: counts calls and bytes, and only what was really written', async () => {
  const store = createMeteredBlobStore(createMemory());
  await store.put('a', new Uint8Array(10));
  await store.put('a', new Uint8Array(10));
  await store.get('a');
  await store.find('nothing');
  await store.getRange('a', { offsetBytes: 2, lengthBytes: 3 });
  await Array.fromAsync(store.list(''));
  await Array.fromAsync(store.listFolders(''));
  await store.protection('a');
  await store.delete('a');
  assert.deepEqual(store.meter, { puts: 2, gets: 4, listings: 2, deletions: 1, bytesWritten: 10, bytesRead: 13 });
});

test('metered: what is not there, or was taken, counts as a call and as no bytes', async () => {
  const store = createMeteredBlobStore(createMemory());
  await store.put('a', new Uint8Array(4));
  assert.equal(store.meter.bytesWritten, 4);
  await store.put('a', new Uint8Array(9));
  assert.deepEqual([store.meter.puts, store.meter.bytesWritten], [2, 4]);
  await store.find('b');
  await assert.rejects(store.get('b'), { code: 'VAULT_DAMAGED' });
  assert.deepEqual([store.meter.gets, store.meter.bytesRead], [1, 0]);
  await store.find('a');
  assert.deepEqual([store.meter.gets, store.meter.bytesRead], [2, 4]);
});

test('readonly: reads pass; puts and deletes are a bug', async () => {
  const memory = createMemory();
  await memory.put('d/a', new Uint8Array([1]));
  const store = createReadonlyBlobStore(memory);
  await assert.rejects(store.put('b', new Uint8Array()), { code: 'INTERNAL' });
  assert.equal(await memory.find('b'), undefined);
  await assert.rejects(store.delete('d/a'), { code: 'INTERNAL' });
  assert.equal((await store.protection('d/a'))?.hasLegalHold, false);
  assert.equal((await store.get('d/a')).length, 1);
  assert.equal((await store.find('d/a'))?.length, 1);
  assert.equal((await store.getRange('d/a', { offsetBytes: 0, lengthBytes: 1 })).length, 1);
  assert.equal((await Array.fromAsync(store.list(''))).length, 1);
  assert.deepEqual(await Array.fromAsync(store.listFolders('')), ['d/']);
});

test('cached: what was read or written is not fetched again, also by the next process', async () => {
  const metered = createMeteredBlobStore(createMemory());
  const { store, folder } = withCache(metered);
  await store.put('written', new Uint8Array([1, 2, 3]));
  await metered.put('read', new Uint8Array([4, 5, 6]));
  await store.getRange('read', { offsetBytes: 1, lengthBytes: 1 });
  await store.get('read');
  assert.equal(metered.meter.gets, 2);
  const again = createCachedBlobStore(metered, { folder, random: systemRandom });
  assert.deepEqual([...(await again.get('written'))], [1, 2, 3]);
  assert.deepEqual([...(await again.get('read'))], [4, 5, 6]);
  assert.deepEqual([...(await again.getRange('written', { offsetBytes: 1, lengthBytes: 2 }))], [2, 3]);
  assert.equal(metered.meter.gets, 2);
});

test('cached: nothing is kept of a blob that is gone', async () => {
  const memory = createMemory();
  const { store, folder } = withCache(memory);
  await store.put('a', new Uint8Array([1, 2, 3]));
  await store.getRange('a', { offsetBytes: 1, lengthBytes: 9 }).catch(() => undefined);
  await memory.put('b', new Uint8Array([4, 5, 6]));
  await store.getRange('b', { offsetBytes: 1, lengthBytes: 2 });
  assert.deepEqual(
    [await store.delete('a'), await store.delete('b')],
    [{ outcome: 'deleted' }, { outcome: 'deleted' }],
  );
  assert.deepEqual(await filesBelow(folder), []);
});

test('retrying: a delete whose answer was lost counts as deleted, and one of a name that was free does not', async () => {
  const memory = createMemory();
  await memory.put('a', new Uint8Array([1]));
  const loseAnswers = createFaultyBlobStore(memory, {
    after: ({ operation, number }) => {
      if (operation === 'delete' && number === 1) throw busy(true);
    },
    before: ({ operation, number }) => {
      if (operation === 'delete' && number === 3) throw busy(false);
    },
  });
  const store = withRetries(loseAnswers);
  assert.deepEqual(await store.delete('a'), { outcome: 'deleted' });
  assert.deepEqual(await store.delete('a'), { outcome: 'absent' });
});

test('cached: a damaged or cut file of the cache is fetched anew', async () => {
  const { store, folder } = withCache(createMemory());
  await store.put('a', new Uint8Array([1, 2, 3]));
  for (const damaged of [Buffer.alloc(35), Buffer.alloc(3)]) {
    for (const path of await filesBelow(folder)) await writeFile(path, damaged);
    assert.deepEqual([...(await store.get('a'))], [1, 2, 3]);
  }
});

test('cached: a cache that cannot be written is reported, and the caller is served', async () => {
  const failures: unknown[] = [];
  const { store, folder } = withCache(createMemory(), (error) => failures.push(error));
  await writeFile(folder, 'a file where the folder should be');
  assert.equal(await store.put('a', new Uint8Array([1])), 'created');
  assert.deepEqual([...(await store.get('a'))], [1]);
  assert.equal(failures.length, 2);
  assert.equal(await readFile(folder, 'utf8'), 'a file where the folder should be');
});

test('faulty: the script sees each call and can damage what is read', async () => {
  const seen: string[] = [];
  const store = createFaultyBlobStore(createMemory(), {
    before: ({ operation, name, number }) => void seen.push(`before ${operation} ${number} ${name}`),
    after: ({ operation, name, number }) => void seen.push(`after ${operation} ${number} ${name}`),
    damage: (_call, bytes) => bytes.map((byte) => byte ^ 0xff),
  });
  await store.put('a', new Uint8Array([0]));
  await store.put('b', new Uint8Array([0]));
  assert.deepEqual([...(await store.get('b'))], [255]);
  assert.deepEqual(seen, [
    'before put 1 a',
    'after put 1 a',
    'before put 2 b',
    'after put 2 b',
    'before get 1 b',
    'after get 1 b',
  ]);
});

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
