import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RemoteError } from '../../core/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { createManualClock } from '../../platform/manual-clock.ts';
import { createSeededRandom } from '../../platform/random.ts';
import type { BlobCallOptions, BlobStore } from './blob-store.ts';
import { createFaultyBlobStore, type FaultScript } from './faulty-blob-store.ts';
import { createMemoryBlobStore } from './memory-blob-store.ts';
import { createRetryingBlobStore, type RetryingOptions } from './retrying-blob-store.ts';

const random = { ...createSeededRandom(1), fraction: () => 0.999 };

function trouble(facts: {
  readonly retryable?: boolean;
  readonly ambiguous?: boolean;
  readonly retryAfterMs?: number;
}) {
  return new RemoteError({ code: 'STORE_UNREACHABLE', message: 'busy', operation: 'x', retryable: true, ...facts });
}

/** A store over one that fails as told, with pauses that take no time. */
function open(script: FaultScript, over: Partial<RetryingOptions> = {}) {
  const manual = createManualClock();
  const pauses: number[] = [];
  const clock: Clock = { ...manual, sleep: async (durationMs) => void pauses.push(durationMs) };
  const memory = createMemoryBlobStore({ clock: manual });
  const store = createRetryingBlobStore(createFaultyBlobStore(memory, script), { clock, random, ...over });
  return { store, memory, pauses };
}

const range = { offsetBytes: 0, lengthBytes: 1 };
const reads: readonly (readonly [string, (store: BlobStore, options?: BlobCallOptions) => Promise<unknown>])[] = [
  ['find', (store, options) => store.find('d/a', options)],
  ['get', (store, options) => store.get('d/a', options)],
  ['getRange', (store, options) => store.getRange('d/a', range, options)],
  ['list', (store, options) => Array.fromAsync(store.list('', options))],
  ['listFolders', (store, options) => Array.fromAsync(store.listFolders('', options))],
  ['protection', (store, options) => store.protection('d/a', options)],
];

test('every reading is repeated when it fails, and answers as the store does', async () => {
  const { store, memory, pauses } = open({
    before: ({ number }) => {
      if (number === 1) throw trouble({});
    },
  });
  await memory.put('d/a', new Uint8Array([1]));
  for (const [name, read] of reads) assert.deepEqual(await read(store), await read(memory), name);
  assert.equal(pauses.length, reads.length);
});

test('no reading is repeated once it was given up, or where that does not help', async () => {
  const seen: string[] = [];
  const failure = new TypeError('a bug');
  const { store, pauses } = open({
    before: ({ operation }) => {
      seen.push(operation);
      throw failure;
    },
  });
  for (const [, read] of reads) await assert.rejects(read(store), failure);
  assert.deepEqual(
    seen,
    reads.map(([name]) => name),
  );
  assert.deepEqual(pauses, []);
  const signal = AbortSignal.abort(new Error('given up'));
  for (const [, read] of reads) await assert.rejects(read(store, { signal }), { message: 'given up' });
  await assert.rejects(store.put('a', new Uint8Array(), { signal }), { message: 'given up' });
  await assert.rejects(store.delete('a', { signal }), { message: 'given up' });
  assert.equal(seen.length, reads.length);
});

test('a call is tried eight times with pauses that double up to twenty seconds', async () => {
  const { store, pauses } = open({
    before: () => {
      throw trouble({});
    },
  });
  await assert.rejects(store.get('a'), { code: 'STORE_UNREACHABLE' });
  assert.deepEqual(pauses, [250, 500, 999, 1998, 3996, 7992, 15_984]);
});

test('a pause that the store asks for is kept up to two minutes, and each repetition is told', async () => {
  let retryAfterMs = 120_000;
  const told: unknown[] = [];
  const onRetry: RetryingOptions['onRetry'] = ({ attempt, error }) =>
    told.push([attempt, error instanceof RemoteError]);
  const script: FaultScript = {
    before: ({ number }) => {
      if (number !== 2) throw trouble({ retryAfterMs });
    },
  };
  const { store, pauses, memory } = open(script, { onRetry });
  await memory.put('a', new Uint8Array());
  await store.get('a');
  assert.equal(pauses.length, 1);
  assert.ok((pauses[0] ?? 0) >= 120_000);
  assert.deepEqual(told, [[1, true]]);
  retryAfterMs = 120_001;
  await assert.rejects(store.get('a'), { code: 'STORE_UNREACHABLE' });
  assert.equal(pauses.length, 1);
});

test('how often is tried can be said', async () => {
  const policy = { attempts: 2, firstPauseMs: 10, longestPauseMs: 10, longestAskedPauseMs: 10 };
  const script: FaultScript = {
    before: () => {
      throw trouble({});
    },
  };
  const { store, pauses } = open(script, { policy });
  await assert.rejects(store.delete('a'), { code: 'STORE_UNREACHABLE' });
  assert.equal(pauses.length, 1);
});

test('a put or delete is uncertain once an answer was lost, and stays so', async () => {
  const lost = trouble({ ambiguous: true });
  const { store, memory } = open({
    after: ({ operation, number }) => {
      if (operation !== 'get' && number === 1) throw lost;
    },
    before: ({ operation, number }) => {
      if (operation !== 'get' && number === 2) throw trouble({ ambiguous: false });
    },
  });
  assert.equal(await store.put('a', new Uint8Array([1, 2]).subarray(1)), 'created');
  assert.deepEqual([...(await memory.get('a'))], [2]);
  assert.deepEqual(await store.delete('a'), { outcome: 'deleted' });
});

test('what was taken before, or gone before, is told as that where no answer of ours was lost', async () => {
  const { store, memory } = open({
    before: ({ number }) => {
      if (number === 1) throw trouble({ ambiguous: false });
    },
  });
  await memory.put('a', new Uint8Array([1]));
  assert.equal(await store.put('a', new Uint8Array([1])), 'exists');
  assert.deepEqual(await store.delete('b'), { outcome: 'absent' });
});

test('what a lost delete left held is told as held', async () => {
  const { store, memory } = open({
    after: ({ operation, number }) => {
      if (operation === 'delete' && number === 1) throw trouble({ ambiguous: true });
    },
  });
  await memory.put('a', new Uint8Array());
  memory.setLegalHold('a', true);
  assert.equal((await store.delete('a')).outcome, 'held');
});

test('folders of a listing that broke off come out whole, each once', async () => {
  let faults = 0;
  const { store, memory } = open({
    withinListing: (_call, itemsPassed) => {
      if (itemsPassed !== 1 + faults) return;
      faults += 1;
      throw trouble({});
    },
  });
  for (const name of ['a/1', 'b/1', 'c/1', 'd/1']) await memory.put(name, new Uint8Array());
  assert.deepEqual(await Array.fromAsync(store.listFolders('')), ['a/', 'b/', 'c/', 'd/']);
  assert.equal(faults, 3);
});

test('a listing that nobody reads to its end is closed', async () => {
  const memory = createMemoryBlobStore({ clock: createManualClock() });
  for (const name of ['a', 'b']) await memory.put(name, new Uint8Array());
  let closed = 0;
  const inner = Object.assign(createFaultyBlobStore(memory, {}), {
    async *list() {
      try {
        yield* memory.list('');
      } finally {
        closed += 1;
      }
    },
  });
  const store = createRetryingBlobStore(inner, { clock: createManualClock(), random });
  for await (const { name } of store.list('')) {
    assert.equal(name, 'a');
    break;
  }
  assert.equal(closed, 1);
});
