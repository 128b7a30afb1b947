import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IntegrityError } from '../core/errors.ts';
import { systemRandom } from '../platform/random.ts';
import { assertPackName, openDirectory, openSegment, PackBuilder, parsePackHeader } from './pack.ts';
import { createFreshKey, deriveKey, generateClassKeys, type SealPlace } from './sealing.ts';
import { joinItems, splitItems } from './segment.ts';

const place: SealPlace = {
  purpose: 'pack',
  vault: 'v',
  secretClass: 'config',
  generation: 3,
  place: 'orgs/a/epochs/000001/packs',
};

async function buildPack(
  segments: readonly Uint8Array[],
): Promise<{ readonly bytes: Uint8Array; readonly id: string; readonly privateKey: Uint8Array }> {
  const { publicKey, privateKey } = await generateClassKeys();
  const builder = new PackBuilder(
    { ...(await createFreshKey(publicKey, place)), generation: 3 },
    'config',
    systemRandom.bytes(16),
  );
  for (const segment of segments) builder.add(segment);
  return { ...builder.finish(), privateKey };
}

async function readPack(bytes: Uint8Array, privateKey: Uint8Array, at: SealPlace = place): Promise<Uint8Array[]> {
  const header = parsePackHeader('p', bytes);
  const opened = { header, key: await deriveKey(privateKey, header.enc, at) };
  return openDirectory('p', opened, bytes).segments.map((segment) => {
    return openSegment('p', opened, segment, bytes.subarray(segment.offset, segment.offset + segment.length));
  });
}

test('a pack gives back its segments and is named by its bytes', async () => {
  const segments = [
    new Uint8Array(),
    systemRandom.bytes(100),
    new Uint8Array(2_000_000).fill(65),
    systemRandom.bytes(70_000),
  ];
  const { bytes, id, privateKey } = await buildPack(segments);
  assertPackName(`packs/${id}`, bytes);
  assert.deepEqual(
    (await readPack(bytes, privateKey)).map((raw) => Buffer.from(raw)),
    segments.map((raw) => Buffer.from(raw)),
  );
  assert.ok(bytes.length < 200_000, 'nothing was compressed');
});

test('any flipped bit is an error that names the pack', async () => {
  const { bytes, id, privateKey } = await buildPack([systemRandom.bytes(50), systemRandom.bytes(300)]);
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Uint8Array.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    assert.throws(
      () => assertPackName(`packs/${id}`, changed),
      (error) => error instanceof IntegrityError && error.damaged === `packs/${id}`,
    );
    // Without the name, the seal still holds: only what no reader uses may change.
    await assert.rejects(readPack(changed, privateKey), (error) => error instanceof Error, `byte ${at}`);
  }
});

test('a pack opens neither under another place, class or generation, nor with another key', async () => {
  const { bytes, privateKey } = await buildPack([systemRandom.bytes(50)]);
  const others: SealPlace[] = [
    { ...place, place: 'orgs/b/epochs/000001/packs' },
    { ...place, secretClass: 'secret' },
    { ...place, generation: 4 },
    { ...place, vault: 'w' },
    { ...place, purpose: 'document' },
  ];
  for (const other of others) await assert.rejects(readPack(bytes, privateKey, other), IntegrityError);
  await assert.rejects(readPack(bytes, (await generateClassKeys()).privateKey), IntegrityError);
  assert.equal((await readPack(bytes, privateKey)).length, 1);
});

test('segments cannot change places', async () => {
  const { bytes, privateKey } = await buildPack([systemRandom.bytes(50), systemRandom.bytes(50)]);
  const header = parsePackHeader('p', bytes);
  const opened = { header, key: await deriveKey(privateKey, header.enc, place) };
  const [first, second] = openDirectory('p', opened, bytes).segments;
  assert.ok(first !== undefined && second !== undefined);
  const sealed = bytes.subarray(second.offset, second.offset + second.length);
  assert.throws(() => openSegment('p', opened, { ...second, ordinal: 0 }, sealed), IntegrityError);
  assert.throws(() => openSegment('p', opened, first, sealed), IntegrityError);
});

test('items come back from a segment, and a segment that was cut is refused', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 8 }), fc.nat(), (items, cut) => {
      const raw = joinItems(items);
      assert.deepEqual(
        splitItems(raw).map((item) => Buffer.from(item)),
        items.map((item) => Buffer.from(item)),
      );
      assert.throws(() => splitItems(raw.subarray(0, cut % raw.length)));
    }),
  );
});
