import { hash } from 'node:crypto';
import { UserError } from '../core/errors.ts';
import type { Hasher } from '../core/hasher.ts';
import { sha256Tag } from './digest.ts';

export interface HasherKeys {
  /** 32 bytes. */
  readonly equality: Uint8Array;
  /** 32 bytes. */
  readonly id: Uint8Array;
}

const HEX_PER_TAG = 32;
const BLOCK_BYTES = 64;

/** The vault's hash functions. Without keys all but `digest` throw UserError `KEY_MISSING`. */
export function createHasher(keys: HasherKeys | undefined): Hasher {
  const equality = keys && createHmacTag(keys.equality);
  const id = keys && createHmacTag(keys.id);
  const tag = (hmac: ((text: string) => string) | undefined, text: string): string => {
    if (hmac === undefined) throw hasherKeyMissing();
    return hmac(text);
  };
  return {
    config: (canonical) => tag(equality, `config\n${canonical}`),
    secret: (value) => tag(equality, `secret\n${value}`),
    idTag: (value) => tag(id, `id\n${value}`),
    digest: (bytes) => sha256Tag(bytes),
  };
}

/**
 * HMAC-SHA-256 cut to a tag, by its definition (RFC 2104): several hashes per resource are taken, and making a key object
 * for each costs twenty times as much as the two one-shot hashes.
 */
export function createHmacTag(key: Uint8Array): (text: string) => string {
  const [inner, outer] = [0x36, 0x5c].map((pad) => {
    return Buffer.from(Uint8Array.from({ length: BLOCK_BYTES }, (_, index) => (key[index] ?? 0) ^ pad));
  });
  if (inner === undefined || outer === undefined || key.length > BLOCK_BYTES)
    throw new RangeError('The key is longer than a block.');
  return (text) => {
    const digest = hash('sha256', Buffer.concat([inner, Buffer.from(text)]), 'buffer');
    return hash('sha256', Buffer.concat([outer, digest])).slice(0, HEX_PER_TAG);
  };
}

function hasherKeyMissing(): UserError {
  return new UserError({
    code: 'KEY_MISSING',
    message: 'Comparing with this vault needs a key, and none is at hand.',
    next: 'Put writer.key, reader.key or restorer.key into the folder that HOLDFAST_KEYS names.',
  });
}
