import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlobSink } from './blob-sink.ts';
import { PackCache } from './pack-cache.ts';
import { PackStream } from './pack-stream.ts';
import { createSampleVault, ORGANIZATION } from './sample-vault.fixture.ts';
import { type DraftPlace, SegmentBuffer } from './segment-buffer.ts';

const MIB = 1024 * 1024;

/** Puts items of these sizes; returns their places, and the sizes of the items of each segment as they were stored. */
async function put(...sizes: readonly number[]) {
  const context = await (await createSampleVault()).context(['writer', 'reader']);
  const stream = new PackStream(new BlobSink(context, `orgs/${ORGANIZATION}/epochs/000001/`), 'config');
  const buffer = new SegmentBuffer(stream);
  await buffer.flush();
  const places: DraftPlace[] = [];
  for (const size of sizes) places.push(await buffer.add(new Uint8Array(size)));
  await buffer.flush();
  await buffer.flush();
  await stream.flush();
  const packs = new PackCache(context);
  const segments: (readonly number[])[] = [];
  for (const number of new Set(places.map(([segment]) => segment)))
    segments.push((await packs.getItems(stream.getSegment(number))).map(({ length }) => length));
  return { places, segments };
}

test('neighbouring items share a segment as long as they have no more than 1 MiB together', async () => {
  assert.deepEqual(await put(10, 0, MIB - 11, 1, 0, 20), {
    places: [
      [0, 0],
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 0],
      [1, 1],
    ],
    segments: [
      [10, 0, MIB - 11, 1],
      [0, 20],
    ],
  });
});

test('an item that would be too much for the segment begins the next one', async () => {
  assert.deepEqual(await put(MIB - 10, 11, 5), {
    places: [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
    segments: [[MIB - 10], [11, 5]],
  });
});

test('an item of more than 1 MiB is a segment of its own', async () => {
  assert.deepEqual(await put(1, MIB + 1, 2), {
    places: [
      [0, 0],
      [1, 0],
      [2, 0],
    ],
    segments: [[1], [MIB + 1], [2]],
  });
});

test('what was handed over may be used for something else: the segment has what it was', async () => {
  const context = await (await createSampleVault()).context(['writer', 'reader']);
  const stream = new PackStream(new BlobSink(context, `orgs/${ORGANIZATION}/epochs/000001/`), 'config');
  const buffer = new SegmentBuffer(stream);
  const shared = Buffer.alloc(40_000);
  const expected: Buffer[] = [];
  let segment = -1;
  for (let letter = 97; letter < 105; letter += 1) {
    shared.fill(letter);
    const item = shared.subarray(0, letter * 300);
    expected.push(Buffer.from(item));
    [segment] = await buffer.add(item);
  }
  await buffer.flush();
  await stream.flush();
  const stored = await new PackCache(context).getItems(stream.getSegment(segment));
  assert.equal(stored.length, expected.length);
  assert.ok(expected.every((item, index) => item.equals(stored[index] ?? Buffer.alloc(0))));
});
