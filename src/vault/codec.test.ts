import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '../platform/random.ts';
import { asRaw, compress, decodeBytes } from './codec.ts';

const RAW = Uint8Array.of(0);
const ZSTD = Uint8Array.of(1);

test('data is compressed where that makes it smaller, from 64 bytes on', () => {
  const small = new Uint8Array(63);
  assert.deepEqual(compress(small), { codec: RAW, data: small });
  const large = new Uint8Array(64);
  const compressed = compress(large);
  assert.deepEqual(compressed.codec, ZSTD);
  assert.ok(compressed.data.length < 64);
  const random = systemRandom.bytes(100);
  assert.deepEqual(compress(random), { codec: RAW, data: random });
  assert.deepEqual(asRaw(large), { codec: RAW, data: large });
});

test('what was encoded comes back', () => {
  for (const raw of [new Uint8Array(0), Uint8Array.of(1), new Uint8Array(1 << 20).fill(7), systemRandom.bytes(500)]) {
    for (const { codec, data } of [compress(raw), asRaw(raw)])
      assert.deepEqual(new Uint8Array(decodeBytes(Buffer.concat([codec, data]))), raw);
  }
});

test('an unknown codec, and data that is not what the codec says, are refused', () => {
  assert.throws(() => decodeBytes(Uint8Array.of(2, 1)), { message: 'codec 2 is not known' });
  assert.throws(() => decodeBytes(Uint8Array.of(255)), { message: 'codec 255 is not known' });
  assert.throws(() => decodeBytes(new Uint8Array(0)), { message: 'codec undefined is not known' });
  assert.throws(() => decodeBytes(Uint8Array.of(1, 1, 2, 3)));
});
