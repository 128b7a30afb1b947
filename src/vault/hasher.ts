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
const DIGEST_BYTES = 32;
const SCRATCH_BYTES = 48 * 1024;
// UTF-8 bytes per UTF-16 unit.
const LONGEST_CHARACTER_BYTES = 3;

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
 * for each costs twenty times as much as the two one-shot hashes. Nothing is allocated for texts of usual size, because
 * a million small buffers outgrow the collector.
 */
export function createHmacTag(key: Uint8Array): (text: string) => string {
  if (key.length > BLOCK_BYTES) throw new RangeError('The key is longer than a block.');
  const padded = (pad: number, sizeBytes: number): Buffer => {
    const buffer = Buffer.alloc(sizeBytes);
    for (let index = 0; index < BLOCK_BYTES; index += 1) buffer.writeUInt8((key[index] ?? 0) ^ pad, index);
    return buffer;
  };
  const inner = padded(0x36, BLOCK_BYTES + SCRATCH_BYTES);
  const outer = padded(0x5c, BLOCK_BYTES + DIGEST_BYTES);
  return (text) => {
    if (text.length <= SCRATCH_BYTES / LONGEST_CHARACTER_BYTES) {
      const end = BLOCK_BYTES + inner.write(text, BLOCK_BYTES);
      outer.write(hash('sha256', inner.subarray(0, end)), BLOCK_BYTES, 'hex');
    } else {
      const whole = Buffer.concat([inner.subarray(0, BLOCK_BYTES), Buffer.from(text)]);
      outer.write(hash('sha256', whole), BLOCK_BYTES, 'hex');
    }
    return hash('sha256', outer).slice(0, HEX_PER_TAG);
  };
}

function hasherKeyMissing(): UserError {
  return new UserError({
    code: 'KEY_MISSING',
    message: 'Comparing with this vault needs writer.key, reader.key or restorer.key, and none of them is at hand.',
    next: 'Put writer.key, reader.key or restorer.key into the folder that HOLDFAST_KEYS names.',
  });
}
