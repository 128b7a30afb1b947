import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sideBySide, type OrderedSource } from './side-by-side.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

type Source = OrderedSource<string, string>;

function source(name: string, after: readonly string[], open: () => AsyncGenerator<string>): Source {
  return { name, after, open };
}

const never = async function* (): AsyncGenerator<string> {
  await new Promise(() => undefined);
  yield 'never';
};

test('every item comes once, in the order of its source, after all items of those its source comes after', async () => {
  // A source may come after any before it in the list, so that there is no circle.
  const graph = fc
    .array(fc.record({ items: fc.nat(4), after: fc.array(fc.nat(9)), turns: fc.nat(3) }), { maxLength: 10 })
    .map((nodes) => nodes.map((node, index) => ({ ...node, after: node.after.filter((other) => other < index) })));
  await fc.assert(
    fc.asyncProperty(graph, fc.integer({ min: 1, max: 4 }), async (nodes, most) => {
      let [open, mostOpen] = [0, 0];
      const sources = nodes.map(({ items, after, turns }, index) =>
        source(`${index}`, [...after.map(String), 'absent'], async function* () {
          open += 1;
          mostOpen = Math.max(mostOpen, open);
          for (let item = 0; item < items; item += 1) {
            for (let left = turns; left > 0; left -= 1) await turn();
            yield `${index}.${item}`;
          }
          open -= 1;
        }),
      );
      const drained: number[] = [];
      const seen = await collect(sideBySide(sources, most, (count) => drained.push(count)));
      for (const [index, { items, after }] of nodes.entries()) {
        const own = seen.filter((item) => item.startsWith(`${index}.`));
        assert.deepEqual(
          own,
          Array.from({ length: items }, (_, item) => `${index}.${item}`),
        );
        const first = seen.findIndex((item) => item.startsWith(`${index}.`));
        for (const other of after) {
          const last = seen.findLastIndex((item) => item.startsWith(`${other}.`));
          assert.ok(first === -1 || last < first, `${other} before ${index}: ${seen.join(' ')}`);
        }
      }
      assert.ok(mostOpen <= most);
      assert.deepEqual(
        drained,
        nodes.map((_, index) => index + 1),
      );
    }),
    { numRuns: 100 },
  );
});

test('sources that do not wait for each other are under way together', async () => {
  const started: string[] = [];
  const both = Promise.withResolvers<void>();
  const meet = (name: string): Source =>
    source(name, [], async function* () {
      started.push(name);
      if (started.length === 2) both.resolve();
      await both.promise;
      yield name;
    });
  assert.deepEqual((await collect(sideBySide([meet('a'), meet('b')], 2))).sort(), ['a', 'b']);
});

test('a source is opened only when the consumer is done with the last item of those before', async () => {
  let used = 0;
  const first = source('first', [], async function* () {
    yield 'one';
  });
  const second = source('second', ['first'], async function* () {
    yield `opened after ${used}`;
  });
  const seen: string[] = [];
  for await (const item of sideBySide([first, second], 2)) {
    seen.push(item);
    for (let turns = 0; turns < 5; turns += 1) await turn();
    used += 1;
  }
  assert.deepEqual(seen, ['one', 'opened after 1']);
});

test('a source runs no further ahead of the consumer than one item', async () => {
  let made = 0;
  const eager = source('eager', [], async function* () {
    for (;;) {
      made += 1;
      yield `${made}`;
    }
  });
  let taken = 0;
  for await (const item of sideBySide([eager], 1)) {
    taken += 1;
    assert.equal(item, `${taken}`);
    for (let turns = 0; turns < 5; turns += 1) await turn();
    assert.ok(made <= taken + 1, `${made} made, ${taken} taken`);
    if (taken === 5) break;
  }
});

test('the first failure ends it at once, whatever the others wait for, and leaves no rejection behind', async () => {
  const failLater = source('late', [], async function* () {
    yield 'an item';
    await turn();
    await turn();
    throw new TypeError('late');
  });
  const failing = source('failing', [], async function* () {
    await turn();
    yield 'item';
    throw new TypeError('broken');
  });
  const unhandled: unknown[] = [];
  const onUnhandled = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', onUnhandled);
  await assert.rejects(collect(sideBySide([source('stuck', [], never), failing, failLater], 3)), /broken/);
  for (let turns = 0; turns < 5; turns += 1) await turn();
  process.off('unhandledRejection', onUnhandled);
  assert.deepEqual(unhandled, []);
});

test('a consumer that stops lets go of what is under way', async () => {
  let closed = false;
  const idle = source('idle', [], async function* () {
    try {
      yield 'ahead';
      yield 'more';
    } finally {
      closed = true;
    }
  });
  const reading = sideBySide([source('stuck', [], never), idle], 2);
  for await (const item of reading) if (item === 'ahead') break;
  await turn();
  assert.ok(closed);
});

test('sources that wait for each other are an error, not a hang', async () => {
  const waiting = [source('a', ['b'], never), source('b', ['a'], never)];
  await assert.rejects(collect(sideBySide(waiting, 2)), /waits for itself: a/);
});
