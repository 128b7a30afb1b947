import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { sha256Tag } from './digest.ts';

const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** A key pair that signs documents. */
export interface SigningKey {
  /** 32 bytes. */
  readonly seed: Uint8Array;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Tag of the public key. */
  readonly fingerprint: string;
  sign(...parts: readonly Uint8Array[]): Uint8Array;
}

/** The Ed25519 key of a 32-byte seed. */
export function createSigningKey(seed: Uint8Array): SigningKey {
  const key = createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32));
  return {
    seed,
    publicKey,
    fingerprint: sha256Tag(publicKey),
    sign: (...parts) => new Uint8Array(sign(null, Buffer.concat(parts), key)),
  };
}

/** Whether the signature over the bytes is of this 32-byte public key. */
export function isSignatureOf(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  return publicKey.length === 32 && verify(null, bytes, toPublicKeyObject(publicKey), signature);
}

function toPublicKeyObject(publicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, publicKey]), format: 'der', type: 'spki' });
}
