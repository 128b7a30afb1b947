import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IndexedEntry, IndexLine } from './indexed-entry.ts';
import { batched, type LineStream, mergeDeltas, mergeLines } from './merge-layers.ts';

function entry(id: string, configHash: string): IndexedEntry {
  return { id, kind: 'app-key', configHash, location: {} };
}

/** A line that says what an id is (`now`) and was (`before`), or that there is nothing. */
function line(id: string, now?: string, before?: string): IndexLine {
  return {
    id,
    now: now === undefined ? undefined : entry(id, now),
    before: before === undefined ? undefined : entry(id, before),
  };
}

/** A stream of batches of lines, given by their ids; the log says when it was closed. */
async function* streamOf(batches: readonly string[], log: string[] = []): AsyncGenerator<readonly IndexLine[]> {
  try {
    for (const ids of batches) yield ids.split('').map((id) => line(id, `${id}-now`));
  } finally {
    log.push('closed');
  }
}

const merged = async (streams: readonly LineStream[]) =>
  (await Array.fromAsync(mergeLines(streams))).map(({ id, lines }) => [id, ...lines.map((item) => item?.id)]);

async function* linesOf(lines: readonly IndexLine[]): LineStream {
  yield lines;
}

test('ids come in order, each once, with the line of every stream that has it', async () => {
  assert.deepEqual(await merged([streamOf(['ac', 'd']), streamOf(['b', 'cde'])]), [
    ['a', 'a', undefined],
    ['b', undefined, 'b'],
    ['c', 'c', 'c'],
    ['d', 'd', 'd'],
    ['e', undefined, 'e'],
  ]);
});

test('batches without a line, at the start, within and at the end, are passed over', async () => {
  assert.deepEqual(await merged([streamOf(['', '', 'a', '', 'b', '', '']), streamOf(['', ''])]), [
    ['a', 'a', undefined],
    ['b', 'b', undefined],
  ]);
});

test('of no stream, and of streams without a line, nothing comes', async () => {
  assert.deepEqual(await merged([]), []);
  assert.deepEqual(await merged([streamOf([]), streamOf([''])]), []);
});

test('streams are closed when a reader stops early, and when one of them fails', async () => {
  const log: string[] = [];
  for await (const { id } of mergeLines([streamOf(['ab', 'c'], log), streamOf(['ac'], log)])) {
    assert.equal(id, 'a');
    break;
  }
  assert.deepEqual(log, ['closed', 'closed']);
  async function* failing(): LineStream {
    yield [line('a')];
    throw new Error('no further');
  }
  await assert.rejects(merged([streamOf(['ab', 'c'], log), failing()]), { message: 'no further' });
  assert.deepEqual(log, ['closed', 'closed', 'closed']);
});

test('a stream that cannot be closed is merged like others', async () => {
  const batches = [[line('a')], [line('c')]];
  const bare: LineStream = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const value = batches.shift();
        return value === undefined ? { done: true, value: undefined } : { done: false, value };
      },
    }),
  };
  assert.deepEqual(await merged([bare, streamOf(['b'])]), [
    ['a', 'a', undefined],
    ['b', undefined, 'b'],
    ['c', 'c', undefined],
  ]);
});

test('merged layers say what an id is by the newest and what it was below the oldest that has it', async () => {
  const oldest = linesOf([line('a', 'a1', 'a0'), line('b', 'b1', 'b0'), line('d', 'd1')]);
  const middle = linesOf([line('a', 'a2', 'a1'), line('c', 'c2', 'c0')]);
  const newest = linesOf([line('a', 'a3', 'a2'), line('b', undefined, 'b1'), line('e', undefined, 'e0')]);
  assert.deepEqual(await Array.fromAsync(mergeDeltas([oldest, middle, newest])), [
    line('a', 'a3', 'a0'),
    line('b', undefined, 'b0'),
    line('c', 'c2', 'c0'),
    line('d', 'd1'),
    line('e', undefined, 'e0'),
  ]);
});

test('lines one by one become batches of 256 and a last one of the rest', async () => {
  const sizesOf = async (count: number): Promise<readonly number[]> => {
    async function* lines(): AsyncGenerator<IndexLine> {
      for (let number = 0; number < count; number += 1) yield line(String(number));
    }
    const batches = await Array.fromAsync(batched(lines()));
    assert.deepEqual(
      batches.flat().map(({ id }) => id),
      Array.from({ length: count }, (_, number) => String(number)),
    );
    return batches.map(({ length }) => length);
  };
  assert.deepEqual(await sizesOf(0), [0]);
  assert.deepEqual(await sizesOf(255), [255]);
  assert.deepEqual(await sizesOf(256), [256, 0]);
  assert.deepEqual(await sizesOf(600), [256, 256, 88]);
});
