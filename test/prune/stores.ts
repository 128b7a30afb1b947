import type { BlobStore } from '../../src/vault/blob/blob-store.ts';

/** What a process that was killed throws in a test, so that it goes no further. */
export class Died extends Error {}

type Work = <Result>(work: () => Promise<Result>, changes: boolean) => Promise<Result>;

/** The store, each call handed to `act`; a listing is one call. */
export function throughStore(store: BlobStore, act: Work, onDelete?: (name: string) => Promise<void>): BlobStore {
  async function* listed<Item>(list: () => AsyncIterable<Item>): AsyncGenerator<Item> {
    yield* await act(() => Array.fromAsync(list()), false);
  }
  return {
    capabilities: store.capabilities,
    put: (name, bytes) => act(() => store.put(name, bytes), true),
    delete: (name) =>
      act(async () => {
        await onDelete?.(name);
        return store.delete(name);
      }, true),
    find: (name) => act(() => store.find(name), false),
    get: (name) => act(() => store.get(name), false),
    getRange: (name, range) => act(() => store.getRange(name, range), false),
    list: (below) => listed(() => store.list(below)),
    listFolders: (below) => listed(() => store.listFolders(below)),
    protection: (name) => act(() => store.protection(name), false),
  };
}

/** Dies at call number `at`, before or after it took effect; from then on nothing is done any more. Of all calls, or of those that change. */
export function dyingStore(
  store: BlobStore,
  { at, when, counts = 'changes' }: { at: number; when: 'before' | 'after'; counts?: 'changes' | 'all' },
): BlobStore {
  let done = 0;
  return throughStore(store, async (work, changes) => {
    if (counts === 'changes' && !changes && done < at) return work();
    done += 1;
    if (done > at || (done === at && when === 'before')) throw new Died();
    const result = await work();
    if (done >= at) throw new Died();
    return result;
  });
}

function idle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Lets one call at a time through, of all that wait, in an order that `picks` decides. */
export function createInterleaving(picks: readonly number[]): { over(store: BlobStore): BlobStore } {
  const waiting: (() => void)[] = [];
  let [turn, isRunning] = [0, false];
  async function run(): Promise<void> {
    isRunning = true;
    // Whoever can go on without the store does so first.
    for (await idle(); waiting.length > 0; await idle()) {
      const pick = picks[turn % Math.max(1, picks.length)] ?? 0;
      turn += 1;
      for (const go of waiting.splice(pick % waiting.length, 1)) go();
    }
    isRunning = false;
  }
  const act: Work = async (work) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    if (!isRunning) void run();
    await promise;
    return work();
  };
  return { over: (store) => throughStore(store, act) };
}
