import { createHash } from 'node:crypto';

/** SHA-256 as 64 hex characters: the name of packs and indexes, the vault's id. */
export function sha256Hex(...parts: readonly (Uint8Array | string)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** SHA-256 cut to 128 bits, as 32 hex characters. */
export function sha256Tag(...parts: readonly (Uint8Array | string)[]): string {
  return sha256Hex(...parts).slice(0, 32);
}
