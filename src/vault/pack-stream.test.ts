import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InternalError } from '../core/errors.ts';
import { systemRandom } from '../platform/random.ts';
import { createFaultyBlobStore, type FaultScript } from './blob/faulty-blob-store.ts';
import { BlobSink } from './blob-sink.ts';
import { PACK_BYTES } from './pack.ts';
import { PackCache } from './pack-cache.ts';
import { PackStream } from './pack-stream.ts';
import { createSampleVault, ORGANIZATION } from './sample-vault.fixture.ts';
import { joinItems } from './segment.ts';

const EPOCH = `orgs/${ORGANIZATION}/epochs/000001/`;
/** A segment that fills a pack. */
const FULL = joinItems([systemRandom.bytes(PACK_BYTES)]);

async function createStream(script: FaultScript = {}) {
  const sample = await createSampleVault();
  const context = await sample.context(['writer', 'reader'], { store: createFaultyBlobStore(sample.store, script) });
  const sink = new BlobSink(context, EPOCH);
  return { stream: new PackStream(sink, 'config'), sink, packs: new PackCache(context) };
}

const segmentOf = (text: string): Uint8Array => joinItems([Buffer.from(text)]);

/** Lets all that can go on go on: sealing happens on other threads too. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('segments have the numbers that were reserved, whatever order they are appended in, and a place once flushed', async () => {
  const { stream, sink, packs } = await createStream();
  const [first, second] = [stream.reserve(), stream.reserve()];
  assert.deepEqual([first, second], [0, 1]);
  await stream.append(second, segmentOf('two'));
  await stream.append(first, segmentOf('one'));
  const notStored = (number: number) => (error: unknown) =>
    error instanceof InternalError && error.message === `Segment ${number} is not stored yet.`;
  assert.throws(() => stream.getSegment(first), notStored(0));
  assert.throws(() => stream.getSegment(7), notStored(7));
  await stream.flush();
  const textsOf = async (number: number) =>
    (await packs.getItems(stream.getSegment(number))).map((item) => Buffer.from(item).toString());
  assert.deepEqual([await textsOf(first), await textsOf(second)], [['one'], ['two']]);
  assert.deepEqual(
    sink.wrote.map(([name]) => `${EPOCH}${name}`),
    [stream.getSegment(first).pack],
  );
});

test('a flush closes the pack that is open, and of nothing makes no pack', async () => {
  const { stream, sink } = await createStream();
  await stream.flush();
  assert.equal(sink.wrote.length, 0);
  for (const text of ['one', 'two']) {
    await stream.append(stream.reserve(), segmentOf(text));
    await stream.flush();
    await stream.flush();
  }
  assert.equal(sink.wrote.length, 2);
  assert.deepEqual(
    [0, 1].map((number) => stream.getSegment(number).pack),
    sink.wrote.map(([name]) => `${EPOCH}${name}`),
  );
});

test('a pack goes on its way when it is full; the second that is on its way at once holds up whoever appends', async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { stream, sink } = await createStream({
    before: ({ operation, number }) => (operation === 'put' ? gates[number - 1]?.promise : undefined),
  });
  await stream.append(stream.reserve(), FULL);
  assert.equal(sink.wrote.length, 0);
  assert.match(stream.getSegment(0).pack, /packs\/[0-9a-f]{64}$/);
  let isAppended = false;
  const second = stream.append(stream.reserve(), FULL).then(() => (isAppended = true));
  await settle();
  assert.equal(isAppended, false);
  gates[0]?.resolve();
  await second;
  assert.equal(sink.wrote.length, 1);
  let isFlushed = false;
  const flush = stream.flush().then(() => (isFlushed = true));
  await settle();
  assert.equal(isFlushed, false);
  gates[1]?.resolve();
  await flush;
  assert.equal(sink.wrote.length, 2);
});

test('a pack that cannot be stored fails all that comes after it, with the first failure', async () => {
  const { stream } = await createStream({
    before: ({ operation, number }) =>
      operation === 'put' ? Promise.reject(new Error(`no place for pack ${number}`)) : undefined,
  });
  await stream.append(stream.reserve(), segmentOf('one'));
  const failed = { message: 'no place for pack 1' };
  await assert.rejects(stream.flush(), failed);
  await assert.rejects(stream.append(stream.reserve(), segmentOf('two')), failed);
  await assert.rejects(stream.flush(), failed);
});
