import { createHmac } from 'node:crypto';
import type { Hasher } from '../core/hasher.ts';
import { UserError } from '../core/errors.ts';
import { sha256Tag } from './digest.ts';

export interface HasherKeys {
  readonly equality: Uint8Array;
  readonly id: Uint8Array;
}

const HEX_PER_TAG = 32;

/** The vault's hash functions. Without keys all but `digest` throw UserError `KEY_MISSING`. */
export function createHasher(keys: HasherKeys | undefined): Hasher {
  const tag = (name: keyof HasherKeys, domain: string, value: string): string => {
    if (keys === undefined) throw hasherKeyMissing();
    return createHmac('sha256', keys[name]).update(`${domain}\n${value}`).digest('hex').slice(0, HEX_PER_TAG);
  };
  return {
    config: (canonical) => tag('equality', 'config', canonical),
    secret: (value) => tag('equality', 'secret', value),
    idTag: (value) => tag('id', 'id', value),
    digest: (bytes) => sha256Tag(bytes),
  };
}

function hasherKeyMissing(): UserError {
  return new UserError({
    code: 'KEY_MISSING',
    message: 'Comparing with this vault needs a key, and none is at hand.',
    next: 'Put writer.key, reader.key or restorer.key into the folder that HOLDFAST_KEYS names.',
  });
}
