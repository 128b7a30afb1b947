import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { Decrypter, Encrypter } from 'age-encryption';
import { z } from 'zod';
import type { KeyVault } from '../app/ports/key-vault.ts';
import { HoldfastError } from '../core/errors.ts';
import type { KeyRole } from '../core/key-role.ts';
import type { RandomSource } from '../platform/random.ts';
import type { HasherKeys } from './hasher.ts';
import { invalidKey, type KeyFile } from './key-file.ts';
import { counterNonce, decrypt, encryptParts, type SecretClass, secretClasses } from './sealing.ts';

/** An age file to one recipient, or an envelope to a Key Vault key. */
export type KeyWrap = Uint8Array;

/** Private keys and HMAC keys that a role opens. */
export interface OpenedKeys {
  /** Equality and id key; verifier and pruner compare nothing and have none. */
  readonly tagKeys: HasherKeys | undefined;
  /** Private class keys by generation. */
  readonly classes: ReadonlyMap<number, ReadonlyMap<SecretClass, Uint8Array>>;
}

/** Whom something is wrapped to. */
export interface WrapTarget {
  readonly vault: string;
  readonly role: KeyRole;
  /** `age1…`, or `akv:` and the id of a Key Vault key. */
  readonly recipient: string;
  /** Of a Key Vault key: SPKI DER. */
  readonly publicKey?: Uint8Array | undefined;
}

/** What is needed to open a wrap that was made for a key at hand. */
export interface WrapOpener {
  readonly key: KeyFile;
  /** As the keyring writes it. */
  readonly recipient: string;
  readonly source: string;
  readonly keyVault: KeyVault | undefined;
}

type WrapPart = 'wrap' | 'signing';

const opens: Readonly<Record<KeyRole, readonly SecretClass[]>> = {
  writer: ['meta'],
  reader: ['meta', 'config'],
  restorer: secretClasses,
  verifier: ['meta'],
  pruner: ['meta'],
  root: secretClasses,
};

const comparing: readonly KeyRole[] = ['writer', 'reader', 'restorer', 'root'];

const KEY_VAULT = 'akv:';
const MAGIC = Buffer.from('HFW1');

const base64 = z.string().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const signingSchema = z.looseObject({ vault: z.string(), role: z.string(), signing: base64 });
const wrapSchema = z.looseObject({
  vault: z.string(),
  role: z.string(),
  equality: z.optional(base64),
  id: z.optional(base64),
  classes: z.record(
    z.string(),
    z.looseObject({ meta: z.optional(base64), config: z.optional(base64), secret: z.optional(base64) }),
  ),
});

/** The id of the Key Vault key that a recipient is; undefined for others. */
function keyVaultIdOf(recipient: string): string | undefined {
  return recipient.startsWith(KEY_VAULT) ? recipient.slice(KEY_VAULT.length) : undefined;
}

/** Wraps what the role may open to one recipient. */
export async function wrapKeys(keys: OpenedKeys, to: WrapTarget, random: RandomSource): Promise<KeyWrap> {
  const classes = [...keys.classes].map(([generation, byClass]): [string, { readonly [name: string]: string }] => [
    String(generation),
    Object.fromEntries(
      [...byClass].filter(([name]) => opens[to.role].includes(name)).map(([name, key]) => [name, toText(key)]),
    ),
  ]);
  const content = {
    vault: to.vault,
    role: to.role,
    ...(keys.tagKeys !== undefined &&
      comparing.includes(to.role) && { equality: toText(keys.tagKeys.equality), id: toText(keys.tagKeys.id) }),
    classes: Object.fromEntries(classes),
  };
  return seal('wrap', content, to, random);
}

/** Wraps a signing key to a recipient that has no key file to keep it in. */
export async function wrapSigningSeed(seed: Uint8Array, to: WrapTarget, random: RandomSource): Promise<KeyWrap> {
  return seal('signing', { vault: to.vault, role: to.role, signing: toText(seed) }, to, random);
}

/** Opens the wrap made for this key. UserError `KEY_INVALID` when the key does not open it. */
export async function unwrapKeys(wrap: KeyWrap, opener: WrapOpener): Promise<OpenedKeys> {
  const { key, source } = opener;
  try {
    const opened = wrapSchema.parse(JSON.parse(await open('wrap', wrap, opener)));
    if (opened.vault !== key.vault || opened.role !== key.role) throw new Error('made for another vault or role');
    const classes = Object.entries(opened.classes).map(([generation, byClass]) => {
      const known = secretClasses.flatMap((name) => {
        const privateKey = byClass[name];
        return privateKey === undefined ? [] : [[name, privateKey] as const];
      });
      return [Number(generation), new Map(known)] as const;
    });
    const { equality, id } = opened;
    const tagKeys = equality === undefined || id === undefined ? undefined : { equality, id };
    return { tagKeys, classes: new Map(classes) };
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    throw invalidKey(source, 'it does not open what the keyring holds for it', cause);
  }
}

/** The signing key that was wrapped to this key. UserError `KEY_INVALID` when the key does not open it. */
export async function unwrapSigningSeed(wrap: KeyWrap, opener: WrapOpener): Promise<Uint8Array> {
  const { key, source } = opener;
  try {
    const opened = signingSchema.parse(JSON.parse(await open('signing', wrap, opener)));
    if (opened.vault !== key.vault || opened.role !== key.role) throw new Error('made for another vault or role');
    if (opened.signing.length !== 32) throw new Error('no signing key');
    return opened.signing;
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    throw invalidKey(source, 'it does not open the signing key that the keyring holds for it', cause);
  }
}

async function seal(part: WrapPart, content: unknown, to: WrapTarget, random: RandomSource): Promise<KeyWrap> {
  const text = JSON.stringify(content);
  if (to.publicKey === undefined) {
    const encrypter = new Encrypter();
    encrypter.addRecipient(to.recipient);
    return encrypter.encrypt(text);
  }
  const key = random.bytes(32);
  const spki = createPublicKey({ key: Buffer.from(to.publicKey), format: 'der', type: 'spki' });
  const wrapped = publicEncrypt({ key: spki, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, key);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(wrapped.length);
  // The key is used once: the nonce may be zero.
  const sealed = encryptParts({ key, nonce: counterNonce(0), aad: aadOf(part, to) }, Buffer.from(text));
  return Buffer.concat([MAGIC, length, wrapped, ...sealed]);
}

async function open(part: WrapPart, wrap: KeyWrap, opener: WrapOpener): Promise<string> {
  const { key, recipient, keyVault, source } = opener;
  const id = keyVaultIdOf(recipient);
  if (id === undefined) {
    const decrypter = new Decrypter();
    decrypter.addIdentity(key.identity ?? '');
    return decrypter.decrypt(wrap, 'text');
  }
  if (keyVault === undefined) throw invalidKey(source, 'its private half is in Azure Key Vault, which cannot be asked');
  const blob = Buffer.from(wrap.buffer, wrap.byteOffset, wrap.byteLength);
  if (!blob.subarray(0, 4).equals(MAGIC)) throw new Error('no envelope');
  const end = 6 + blob.readUInt16BE(4);
  const contentKey = await keyVault.unwrap(id, blob.subarray(6, end));
  const aad = aadOf(part, { vault: key.vault, role: key.role, recipient });
  return Buffer.from(decrypt({ key: contentKey, nonce: counterNonce(0), aad }, blob.subarray(end))).toString();
}

function aadOf(part: WrapPart, { vault, role, recipient }: WrapTarget): Uint8Array {
  return Buffer.from(`holdfast/1 ${part}\n${vault}\n${role}\n${recipient}`);
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
