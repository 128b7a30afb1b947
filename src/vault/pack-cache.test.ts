import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IntegrityError, UserError } from '../core/errors.ts';
import { createFaultyBlobStore } from './blob/faulty-blob-store.ts';
import { BlobSink } from './blob-sink.ts';
import type { SegmentRef } from './indexed-entry.ts';
import type { SegmentPlace } from './pack.ts';
import { openItems, PackCache } from './pack-cache.ts';
import { createSampleVault, flipped, ORGANIZATION } from './sample-vault.fixture.ts';
import { joinItems } from './segment.ts';

const EPOCH = `orgs/${ORGANIZATION}/epochs/000001/`;

interface Stored {
  readonly cache: PackCache;
  readonly names: readonly string[];
  /** The segments of each pack. */
  readonly segments: readonly (readonly SegmentRef[])[];
  /** What was read of the store since: the operation and the name's number. */
  readonly reads: string[];
  /** Damages what the store gives from now on. */
  breakStore(): void;
}

/** Packs in a store, each of these segments, given by the texts of their items or as raw bytes. */
async function store(...packs: readonly (readonly (readonly string[] | Uint8Array)[])[]): Promise<Stored> {
  const sample = await createSampleVault();
  const sink = new BlobSink(await sample.context(['writer']), EPOCH);
  const names: string[] = [];
  const segments: SegmentRef[][] = [];
  for (const raws of packs) {
    const builder = await sink.createPackBuilder('config');
    const places = raws.map((raw): SegmentPlace => {
      return builder.add(raw instanceof Uint8Array ? raw : joinItems(raw.map((text) => Buffer.from(text))));
    });
    const { id, bytes } = builder.finish();
    await sink.putPack(id, bytes);
    const pack = `${EPOCH}packs/${id}`;
    names.push(pack);
    segments.push(places.map((place) => ({ ...place, pack })));
  }
  const reads: string[] = [];
  let isBroken = false;
  const faulty = createFaultyBlobStore(sample.store, {
    before: ({ operation, name }) => void reads.push(`${operation} ${names.indexOf(name)}`),
    damage: (_, bytes) => (isBroken ? flipped(bytes) : bytes),
  });
  const cache = new PackCache(await sample.context(['reader'], { store: faulty }));
  reads.length = 0;
  return { cache, names, segments, reads, breakStore: () => void (isBroken = true) };
}

const textsOf = (items: readonly Uint8Array[]): readonly string[] => items.map((item) => Buffer.from(item).toString());

function at<Item>(list: readonly Item[] | undefined, index: number): Item {
  const item = list?.[index];
  assert.ok(item !== undefined);
  return item;
}

const damage = (name: string, reason: string) => (error: unknown) => {
  assert.ok(error instanceof IntegrityError);
  assert.deepEqual(
    [error.code, error.damaged, error.message],
    ['VAULT_DAMAGED', name, `${name} is damaged: ${reason}.`],
  );
  return true;
};

test('packs are read whole once each, and give the items of their segments', async () => {
  const { cache, names, reads } = await store([['one', 'two'], ['three']], [['four']]);
  const pack = await cache.getWhole(at(names, 0));
  assert.equal(pack.name, names[0]);
  assert.deepEqual([textsOf(openItems(pack, 0)), textsOf(openItems(pack, 1))], [['one', 'two'], ['three']]);
  assert.deepEqual(textsOf(openItems(await cache.getWhole(at(names, 1)), 0)), ['four']);
  assert.equal(await cache.getWhole(at(names, 0)), pack);
  assert.deepEqual(reads, ['get 0', 'get 1']);
});

test('items of a segment cost its range, and the header of its pack once', async () => {
  const { cache, segments, reads } = await store([['one'], ['two', 'three']], [['four']]);
  const itemsOf = async (pack: number, segment: number) =>
    textsOf(await cache.getItems(at(at(segments, pack), segment)));
  assert.deepEqual(await itemsOf(0, 0), ['one']);
  assert.deepEqual(reads, ['getRange 0', 'getRange 0']);
  assert.deepEqual(await itemsOf(0, 1), ['two', 'three']);
  assert.deepEqual(reads.splice(0), ['getRange 0', 'getRange 0', 'getRange 0']);
  assert.deepEqual(await itemsOf(1, 0), ['four']);
  assert.deepEqual(reads.splice(0), ['getRange 1', 'getRange 1']);
  assert.deepEqual([await itemsOf(0, 0), await itemsOf(0, 1)], [['one'], ['two', 'three']]);
  assert.deepEqual(reads, []);
});

test('bytes that are not those of the name or of the segment are damage of the pack', async () => {
  const { cache, names, segments, breakStore } = await store([['one'], ['two']]);
  const [first, second] = [at(segments[0], 0), at(segments[0], 1)];
  await cache.getItems(first);
  breakStore();
  const name = at(names, 0);
  await assert.rejects(cache.getWhole(name), damage(name, 'its bytes are not those that were written'));
  await assert.rejects(cache.getItems(second), damage(name, 'segment 1 is not what was written'));
  assert.deepEqual(textsOf(await cache.getItems(first)), ['one']);
});

test('a segment that its pack does not have, or that is none, is damage of the pack', async () => {
  const { cache, names, segments } = await store([['one'], new Uint8Array([0, 0, 0, 9])]);
  const name = at(names, 0);
  const pack = await cache.getWhole(name);
  assert.throws(() => openItems(pack, 2), damage(name, 'it has no segment 2'));
  assert.throws(() => openItems(pack, 1), damage(name, 'a segment has not the form of one'));
  await assert.rejects(cache.getItems(at(segments[0], 1)), damage(name, 'a segment has not the form of one'));
});

test('packs of a class that no key at hand opens ask for the key', async () => {
  const sample = await createSampleVault();
  const sink = new BlobSink(await sample.context(['writer']), EPOCH);
  const builder = await sink.createPackBuilder('secret');
  const place = builder.add(joinItems([]));
  const { id, bytes } = builder.finish();
  await sink.putPack(id, bytes);
  const pack = `${EPOCH}packs/${id}`;
  const cache = new PackCache(await sample.context(['reader']));
  const missing = (error: unknown) => error instanceof UserError && error.code === 'KEY_MISSING';
  await assert.rejects(cache.getWhole(pack), missing);
  await assert.rejects(cache.getItems({ ...place, pack }), missing);
});
