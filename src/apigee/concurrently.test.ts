import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../platform/manual-clock.ts';
import { concurrently, interleaved, oneAhead } from './concurrently.ts';

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test('no more than the given number of actions are under way, and none is lost', async () => {
  let running = 0;
  let most = 0;
  const results = concurrently(
    Array.from({ length: 50 }, (_, index) => index),
    7,
    async (index) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return index;
    },
  );
  assert.deepEqual(
    (await collect(results)).sort((a, b) => a - b),
    Array.from({ length: 50 }, (_, index) => index),
  );
  assert.equal(most, 7);
});

test('results come as they are ready', async () => {
  const clock = createManualClock();
  const results = collect(concurrently([30, 10, 20], 3, (delayMs) => clock.sleep(delayMs).then(() => delayMs)));
  await clock.whenSleeping(3);
  await clock.advance(30);
  assert.deepEqual(await results, [10, 20, 30]);
});

test('the first failure ends it, whatever else is under way', async () => {
  const failing = concurrently([1, 2, 3, 4], 2, async (index) => {
    if (index === 2) throw new Error('no');
    return index;
  });
  await assert.rejects(collect(failing), /no/);
});

test('reading one ahead changes neither items nor failures, and closes its source', async () => {
  let closed = false;
  async function* source(): AsyncGenerator<number> {
    try {
      yield 1;
      yield 2;
      throw new Error('broken list');
    } finally {
      closed = true;
    }
  }
  const seen: number[] = [];
  const reading = (async () => {
    for await (const item of oneAhead(source())) seen.push(item);
  })();
  await assert.rejects(reading, /broken list/);
  assert.deepEqual(seen, [1, 2]);
  closed = false;
  for await (const item of oneAhead(source())) if (item === 1) break;
  assert.ok(closed);
});

test('sources are drained side by side, so many at once, and each is closed when the consumer stops', async () => {
  let open = 0;
  let most = 0;
  const source = async function* (name: number): AsyncGenerator<string> {
    open += 1;
    most = Math.max(most, open);
    try {
      for (let index = 0; index < 3; index += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        yield `${name}.${index}`;
      }
    } finally {
      open -= 1;
    }
  };
  const items = await collect(interleaved([1, 2, 3, 4, 5], 2, source));
  assert.deepEqual(
    items.toSorted(),
    [1, 2, 3, 4, 5].flatMap((name) => [`${name}.0`, `${name}.1`, `${name}.2`]),
  );
  assert.deepEqual([most, open], [2, 0]);
  for await (const item of interleaved([1, 2, 3], 2, source)) if (item.endsWith('.1')) break;
  assert.equal(open, 0);
});

test('the failure of one source ends the others', async () => {
  const failing = async function* (): AsyncGenerator<number> {
    yield 1;
    throw new TypeError('broken');
  };
  const endless = async function* (): AsyncGenerator<number> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      yield 2;
    }
  };
  await assert.rejects(collect(interleaved([failing, endless], 2, (open) => open())), /broken/);
});

test('after a failure nobody waits for what the other sources have under way', async () => {
  const failing = async function* (): AsyncGenerator<number> {
    yield 1;
    throw new TypeError('broken');
  };
  const waiting = async function* (): AsyncGenerator<number> {
    await new Promise(() => undefined);
    yield 2;
  };
  await assert.rejects(collect(interleaved([waiting, failing], 2, (open) => open())), /broken/);
});
