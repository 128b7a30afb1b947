import { z } from 'zod';
import { parseShallow } from '../core/parse-shallow.ts';
import { compress, decodeBytes } from './codec.ts';
import { badSignature, damaged } from './damage.ts';
import { sha256Hex } from './digest.ts';
import { isSignatureOf, type SigningKey } from './ed25519.ts';
import { counterNonce, decrypt, encryptParts, type FreshKey } from './sealing.ts';

export type DocumentType =
  | 'keyring'
  | 'epoch'
  | 'point'
  | 'plan'
  | 'intent'
  | 'outcomes'
  | 'report'
  | 'proof'
  | 'hold'
  | 'prune'
  | 'audit';

/** A document in the chain before another: its name and the hash of its bytes. */
export interface Predecessor {
  readonly name: string;
  readonly hash: string;
}

const headerSchema = z.looseObject({
  type: z.string(),
  vault: z.string(),
  name: z.string(),
  previous: z.nullable(z.object({ name: z.string(), hash: z.string() })),
  signer: z.string(),
  keyring: z.optional(z.number()),
  seal: z.optional(z.object({ class: z.enum(['meta', 'config', 'secret']), generation: z.number() })),
});

export type DocumentHeader = z.infer<typeof headerSchema>;

/** A document taken apart; its signature is not yet checked. */
export interface SignedDocument {
  readonly name: string;
  readonly header: DocumentHeader;
  /** The header's bytes: associated data of a sealed body. */
  readonly headerBytes: Uint8Array;
  readonly body: Uint8Array;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** Hash of the whole blob. */
  readonly hash: string;
}

const MAGIC = Buffer.from('HFS1');
const DOMAIN = Buffer.from('holdfast/1 signed\n');
const ENC_BYTES = 32;
const SIGNATURE_BYTES = 64;

export interface DocumentDraft {
  readonly header: {
    readonly type: DocumentType;
    readonly vault: string;
    readonly name: string;
    readonly [field: string]: unknown;
  };
  readonly signingKey: SigningKey;
  /** A body and the key it is sealed with; without it the document has no body. */
  readonly sealed?: { readonly key: FreshKey; readonly content: unknown };
}

/** The bytes of a signed document. */
export function encodeDocument(draft: DocumentDraft): Uint8Array {
  const header = Buffer.from(JSON.stringify({ ...draft.header, signer: draft.signingKey.fingerprint }));
  const body = draft.sealed === undefined ? [] : sealBody(header, draft.sealed);
  const bodyBytes = body.reduce((sum, part) => sum + part.length, 0);
  const signed = Buffer.concat([MAGIC, u32(header.length), header, u32(bodyBytes), ...body]);
  return Buffer.concat([signed, draft.signingKey.sign(DOMAIN, signed)]);
}

function sealBody(header: Uint8Array, sealed: { readonly key: FreshKey; readonly content: unknown }): Uint8Array[] {
  const { codec, data } = compress(Buffer.from(JSON.stringify(sealed.content)));
  const call = { key: sealed.key.key, nonce: counterNonce(0), aad: header };
  return [sealed.key.enc, ...encryptParts(call, codec, data)];
}

/** Takes a document apart. IntegrityError `VAULT_DAMAGED` when it has not the form of one or is not what was looked for. */
export function parseDocument(
  bytes: Uint8Array,
  expected: { readonly type: DocumentType; readonly vault: string; readonly name: string },
): SignedDocument {
  const { name } = expected;
  const document = dissectDocument(bytes, name);
  const { header } = document;
  for (const field of ['type', 'vault', 'name'] as const) {
    if (header[field] !== expected[field])
      throw damaged(name, `its ${field} is ${JSON.stringify(header[field])}, not ${JSON.stringify(expected[field])}`);
  }
  return document;
}

/** The same, whatever document it is: its header says. */
export function dissectDocument(bytes: Uint8Array, name: string): SignedDocument {
  const blob = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (blob.length < 12 || !blob.subarray(0, 4).equals(MAGIC)) throw damaged(name, 'it is not a signed document');
  const headerEnd = 8 + blob.readUInt32BE(4);
  if (headerEnd + 4 + SIGNATURE_BYTES > blob.length) throw damaged(name, 'it is cut off');
  const signedEnd = headerEnd + 4 + blob.readUInt32BE(headerEnd);
  if (signedEnd + SIGNATURE_BYTES !== blob.length) throw damaged(name, 'its length is not what it says');
  const headerBytes = blob.subarray(8, headerEnd);
  return {
    name,
    header: parseHeader(name, headerBytes),
    headerBytes,
    body: blob.subarray(headerEnd + 4, signedEnd),
    signed: blob.subarray(0, signedEnd),
    signature: blob.subarray(signedEnd),
    hash: sha256Hex(blob),
  };
}

function parseHeader(name: string, bytes: Uint8Array): DocumentHeader {
  try {
    return headerSchema.parse(parseShallow(Buffer.from(bytes).toString()));
  } catch (cause) {
    throw damaged(name, 'its header cannot be read', cause);
  }
}

/** IntegrityError `SIGNATURE_INVALID` unless the document is signed by this key. */
export function assertSigned(document: SignedDocument, publicKey: Uint8Array): void {
  if (!isSignatureOf(publicKey, Buffer.concat([DOMAIN, document.signed]), document.signature)) {
    throw badSignature(document.name, 'its signature does not match its bytes');
  }
}

/** The key encapsulated in front of a sealed body. */
export function bodyEnc(document: SignedDocument): Uint8Array {
  if (document.body.length < ENC_BYTES) throw damaged(document.name, 'it has no body');
  return document.body.subarray(0, ENC_BYTES);
}

/** The body as parsed JSON. */
export function openBody(document: SignedDocument, key: Uint8Array): unknown {
  try {
    const call = { key, nonce: counterNonce(0), aad: document.headerBytes };
    const plain = decodeBytes(decrypt(call, document.body.subarray(ENC_BYTES)));
    return parseShallow(Buffer.from(plain).toString());
  } catch (cause) {
    throw damaged(document.name, 'its body cannot be opened', cause);
  }
}

function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
