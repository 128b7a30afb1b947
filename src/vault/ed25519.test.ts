import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256Tag } from './digest.ts';
import { createSigningKey, isSignatureOf } from './ed25519.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

// The second test of RFC 8032, section 7.1.
const seed = hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
const publicKey = hex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
const signature = hex(
  '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
);
const message = hex('72');

test('a seed makes the key and the signatures that the standard says', () => {
  const key = createSigningKey(seed);
  assert.deepEqual([key.seed, key.publicKey, key.fingerprint], [seed, publicKey, sha256Tag(publicKey)]);
  assert.deepEqual(key.sign(message), signature);
  assert.deepEqual(key.sign(hex(''), message, hex('')), signature);
});

test('a signature holds for the key and the bytes it was made with, and for nothing else', () => {
  assert.equal(isSignatureOf(publicKey, message, signature), true);
  assert.equal(isSignatureOf(publicKey, hex('73'), signature), false);
  assert.equal(isSignatureOf(publicKey, message, signature.with(0, 1)), false);
  assert.equal(isSignatureOf(createSigningKey(seed.with(0, 1)).publicKey, message, signature), false);
});

test('a key that has not 32 bytes signed nothing', () => {
  for (const key of [publicKey.subarray(1), Buffer.concat([publicKey, hex('00')]), hex('')])
    assert.equal(isSignatureOf(key, message, signature), false);
});
