import { createCipheriv, createDecipheriv, type webcrypto } from 'node:crypto';
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';

export type SecretClass = 'meta' | 'config' | 'secret';

export const secretClasses: readonly SecretClass[] = ['meta', 'config', 'secret'];

/** What a sealing key is bound to. */
export interface SealPlace {
  readonly purpose: 'pack' | 'document';
  readonly vault: string;
  readonly secretClass: SecretClass;
  readonly generation: number;
  /** Folder of the pack, or name of the document. */
  readonly place: string;
}

export interface FreshKey {
  /** Goes into the blob: 32 bytes. */
  readonly enc: Uint8Array;
  /** AES-256 key. */
  readonly key: Uint8Array;
}

export const TAG_BYTES = 16;
// Small enough to stay in the processor's cache, and below what the allocator asks the system for.
const CHUNK_BYTES = 64 * 1024;

const EXPORTER_CONTEXT = encode('holdfast/1 key');
/** The library's declarations name the browser's key types; these are Node's. */
interface Kem {
  generateKeyPair(): Promise<webcrypto.CryptoKeyPair>;
  serializePublicKey(key: webcrypto.CryptoKey): Promise<ArrayBuffer>;
  serializePrivateKey(key: webcrypto.CryptoKey): Promise<ArrayBuffer>;
  deserializePublicKey(bytes: ArrayBuffer): Promise<webcrypto.CryptoKey>;
  importKey(format: 'raw', bytes: ArrayBuffer, isPublic: boolean): Promise<webcrypto.CryptoKey>;
}

const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

const kem: Kem = suite.kem;

/** A new X25519 pair, raw 32 bytes each. */
export async function generateClassKeys(): Promise<{
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}> {
  const pair = await kem.generateKeyPair();
  return {
    publicKey: new Uint8Array(await kem.serializePublicKey(pair.publicKey)),
    privateKey: new Uint8Array(await kem.serializePrivateKey(pair.privateKey)),
  };
}

/** A key that whoever holds the private half can derive again from `enc`. */
export async function createFreshKey(publicKey: Uint8Array, place: SealPlace): Promise<FreshKey> {
  const recipientPublicKey = await kem.deserializePublicKey(toArrayBuffer(publicKey));
  const context = await suite.createSenderContext({ recipientPublicKey, info: infoOf(place) });
  const key = await context.export(EXPORTER_CONTEXT, 32);
  return { enc: new Uint8Array(context.enc), key: new Uint8Array(key) };
}

/** The key behind `enc`. Another key comes out when private key or place are not those of the writer. */
export async function deriveKey(privateKey: Uint8Array, enc: Uint8Array, place: SealPlace): Promise<Uint8Array> {
  const recipientKey = await kem.importKey('raw', toArrayBuffer(privateKey), false);
  const context = await suite.createRecipientContext({ recipientKey, enc: toArrayBuffer(enc), info: infoOf(place) });
  return new Uint8Array(await context.export(EXPORTER_CONTEXT, 32));
}

/** Counter nonce: 12 bytes big-endian. */
export function counterNonce(counter: number): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(counter, 8);
  return nonce;
}

export interface AeadCall {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
}

/** AES-256-GCM; the ciphertexts of the parts and the tag, in order, not joined. */
export function encryptParts(call: AeadCall, ...parts: readonly Uint8Array[]): Uint8Array[] {
  const cipher = createCipheriv('aes-256-gcm', call.key, call.nonce);
  cipher.setAAD(call.aad);
  const sealed: Uint8Array[] = parts.map((part) => cipher.update(part));
  cipher.final();
  return [...sealed, cipher.getAuthTag()];
}

/** AES-256-GCM of the parts into `target` at `offset`: ciphertext and tag. Returns where they end. */
export function encryptInto(
  call: AeadCall,
  target: Uint8Array,
  offset: number,
  ...parts: readonly Uint8Array[]
): number {
  const cipher = createCipheriv('aes-256-gcm', call.key, call.nonce);
  cipher.setAAD(call.aad);
  let end = offset;
  for (const part of parts) {
    for (let start = 0; start < part.length; start += CHUNK_BYTES) {
      const sealed = cipher.update(part.subarray(start, start + CHUNK_BYTES));
      target.set(sealed, end);
      end += sealed.length;
    }
  }
  cipher.final();
  target.set(cipher.getAuthTag(), end);
  return end + TAG_BYTES;
}

/** Decrypts ciphertext | tag and forgets the plaintext. Throws when it would not come back. */
export function assertDecrypts(call: AeadCall, sealed: Uint8Array): void {
  const decipher = createDecipheriv('aes-256-gcm', call.key, call.nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(call.aad);
  const end = sealed.length - TAG_BYTES;
  decipher.setAuthTag(sealed.subarray(end));
  for (let start = 0; start < end; start += CHUNK_BYTES)
    decipher.update(sealed.subarray(start, Math.min(end, start + CHUNK_BYTES)));
  decipher.final();
}

/** The plaintext of ciphertext | tag. Throws when anything of it was changed; callers say which object. */
export function decrypt(call: AeadCall, sealed: Uint8Array): Uint8Array {
  if (sealed.length < TAG_BYTES) throw new Error('shorter than its tag');
  const decipher = createDecipheriv('aes-256-gcm', call.key, call.nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(call.aad);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plain = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
  decipher.final();
  return plain;
}

function infoOf(place: SealPlace): ArrayBuffer {
  const { purpose, vault, secretClass, generation } = place;
  return encode(`holdfast/1 ${purpose}\n${vault}\n${secretClass}\n${generation}\n${place.place}`);
}

function encode(text: string): ArrayBuffer {
  return toArrayBuffer(new TextEncoder().encode(text));
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}
