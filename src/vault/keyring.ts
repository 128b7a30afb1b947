import { z } from 'zod';
import { IntegrityError } from '../core/errors.ts';
import { isKeyRole, type KeyRole } from '../core/key-role.ts';
import type { RandomSource } from '../platform/random.ts';
import { damaged } from './damage.ts';
import type { SigningKey } from './ed25519.ts';
import { sha256Tag } from './digest.ts';
import { type KeyWrap, type OpenedKeys, wrapKeys, wrapSigningSeed } from './key-wrap.ts';
import { count, instant } from './scalar-schemas.ts';
import { generateClassKeys, type SecretClass, secretClasses } from './sealing.ts';
import {
  assertSigned,
  encodeDocument,
  type DocumentHeader,
  parseDocument,
  type Predecessor,
} from './signed-document.ts';

export interface Recipient {
  /** A `KeyRole`; or that of a later release, which this one passes over. */
  readonly role: string;
  /** `age1…`, or `akv:` and the id of a Key Vault key. */
  readonly recipient: string;
  readonly wrap: KeyWrap;
  /** Of a Key Vault key: SPKI DER. */
  readonly publicKey?: Uint8Array;
  /** Fingerprint of the signing key that belongs to it. */
  readonly signer?: string;
  /** The private half of that key, wrapped to the recipient. */
  readonly signing?: KeyWrap;
}

export interface Signer {
  readonly fingerprint: string;
  /** A `SignerRole`, or that of a later release. */
  readonly role: string;
  readonly publicKey: Uint8Array;
  readonly since: string;
  /** Documents from this instant on are refused. */
  readonly revoked?: string;
}

export interface Generation {
  readonly generation: number;
  readonly since: string;
  readonly publicKeys: Readonly<Record<SecretClass, Uint8Array>>;
}

/** Who may open and sign what, from this number on. */
export interface Keyring {
  readonly number: number;
  readonly createdAt: string;
  /** The generation that is written with. */
  readonly generation: number;
  readonly generations: readonly Generation[];
  readonly recipients: readonly Recipient[];
  readonly signers: readonly Signer[];
}

/** A keyring as stored. */
export interface StoredKeyring extends Keyring {
  readonly bytes: Uint8Array;
  readonly hash: string;
}

const base64 = z.string().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const keyringSchema = z.looseObject({
  number: count,
  created: instant,
  generation: count,
  generations: z.array(
    z.object({
      generation: count,
      since: instant,
      public: z.object({ meta: base64, config: base64, secret: base64 }),
    }),
  ),
  recipients: z.array(
    z.object({
      role: z.string(),
      recipient: z.string(),
      wrap: base64,
      public: z.optional(base64),
      signer: z.optional(z.string()),
      signing: z.optional(base64),
    }),
  ),
  signers: z.array(
    z.object({
      fingerprint: z.string(),
      role: z.string(),
      public: base64,
      since: instant,
      revoked: z.optional(instant),
    }),
  ),
});

export function keyringName(number: number): string {
  return `keyring/${number}`;
}

/** A keyring as a document signed by the root key. */
export function encodeKeyring(
  keyring: Keyring,
  vault: string,
  chain: { readonly root: SigningKey; readonly previous: Predecessor | null },
): Uint8Array {
  const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  return encodeDocument({
    signingKey: chain.root,
    header: {
      type: 'keyring',
      vault,
      name: keyringName(keyring.number),
      previous: chain.previous,
      number: keyring.number,
      created: keyring.createdAt,
      generation: keyring.generation,
      generations: keyring.generations.map(({ generation, since, publicKeys }) => ({
        generation,
        since,
        public: { meta: toText(publicKeys.meta), config: toText(publicKeys.config), secret: toText(publicKeys.secret) },
      })),
      recipients: keyring.recipients.map(({ role, recipient, wrap, publicKey, signer, signing }) => ({
        role,
        recipient,
        wrap: toText(wrap),
        ...(publicKey !== undefined && { public: toText(publicKey) }),
        ...(signer !== undefined && { signer }),
        ...(signing !== undefined && { signing: toText(signing) }),
      })),
      signers: keyring.signers.map(({ publicKey, ...signer }) => ({ ...signer, public: toText(publicKey) })),
    },
  });
}

/**
 * Reads a keyring. IntegrityError unless it is number `number` of this vault, signed by its root, and follows `previous`.
 */
export function parseKeyring(
  bytes: Uint8Array,
  expected: {
    readonly vault: string;
    readonly rootPublicKey: Uint8Array;
    readonly number: number;
    readonly previousHash: string | undefined;
  },
): StoredKeyring {
  const name = keyringName(expected.number);
  const document = parseDocument(bytes, { type: 'keyring', vault: expected.vault, name });
  assertSigned(document, expected.rootPublicKey);
  if (document.header.previous?.hash !== expected.previousHash)
    throw damaged(name, 'it does not follow the keyring before it');
  const keyring = readHeader(name, document.header);
  if (keyring.number !== expected.number) throw damaged(name, 'its number is another one');
  return { ...keyring, bytes, hash: document.hash };
}

function readHeader(name: string, header: DocumentHeader): Keyring {
  const parsed = keyringSchema.safeParse(header);
  if (!parsed.success) throw damaged(name, 'its header cannot be read', parsed.error);
  const { number, created, generation, generations, recipients, signers } = parsed.data;
  return {
    number,
    createdAt: created,
    generation,
    generations: generations.map(({ public: publicKeys, ...rest }) => ({ ...rest, publicKeys })),
    recipients: recipients.map(({ public: publicKey, signer, signing, ...rest }) => ({
      ...rest,
      ...(publicKey !== undefined && { publicKey }),
      ...(signer !== undefined && { signer }),
      ...(signing !== undefined && { signing }),
    })),
    signers: signers.map(({ public: publicKey, revoked, ...rest }) => ({
      ...rest,
      publicKey,
      ...(revoked !== undefined && { revoked }),
    })),
  };
}

/** Fresh class keys for the generation, added to the opened ones. */
export async function addGeneration(
  keys: OpenedKeys,
  generation: number,
  since: string,
): Promise<{ readonly generation: Generation; readonly keys: OpenedKeys }> {
  const pairs = await Promise.all(secretClasses.map(async (name) => [name, await generateClassKeys()] as const));
  const publicOf = (name: SecretClass): Uint8Array =>
    pairs.find(([pair]) => pair === name)?.[1].publicKey ?? new Uint8Array();
  return {
    generation: {
      generation,
      since,
      publicKeys: { meta: publicOf('meta'), config: publicOf('config'), secret: publicOf('secret') },
    },
    keys: {
      ...keys,
      classes: new Map([...keys.classes, [generation, new Map(pairs.map(([name, pair]) => [name, pair.privateKey]))]]),
    },
  };
}

/** What the next keyring is to have. */
export interface KeyringChange {
  /** Recipients that it has no more. */
  readonly remove?: readonly string[];
  readonly add?: readonly AddedRecipient[];
  readonly revoke?: readonly { readonly fingerprint: string; readonly from: string }[];
  /** Fresh class keys: what is written from now on is shut to whoever is removed. */
  readonly newGeneration?: boolean;
}

export interface AddedRecipient {
  readonly role: KeyRole;
  readonly recipient: string;
  /** Of a Key Vault key: SPKI DER. */
  readonly publicKey?: Uint8Array;
  /** Public half of the signing key that belongs to it. */
  readonly signer?: Uint8Array;
  /** Private half, to be wrapped to the recipient, which has no other place for it. */
  readonly signingSeed?: Uint8Array;
}

/** What a change of the keyring is made with: everything the root key opens. */
export interface KeyringMeans {
  readonly vault: string;
  readonly keys: OpenedKeys;
  readonly random: RandomSource;
  readonly createdAt: string;
}

/** The next keyring. What was written before opens for the recipients that it adds too. */
export async function changeKeyring(keyring: Keyring, change: KeyringChange, means: KeyringMeans): Promise<Keyring> {
  const { createdAt } = means;
  const fresh =
    change.newGeneration === true ? await addGeneration(means.keys, keyring.generation + 1, createdAt) : undefined;
  const keys = fresh?.keys ?? means.keys;
  const left = keyring.recipients.filter(({ recipient }) => change.remove?.includes(recipient) !== true);
  const rewrapped = await Promise.all(
    left.map(async (one) => {
      if (fresh === undefined) return one;
      const target = { ...one, vault: means.vault, role: knownRole(one.role, keyring) };
      return { ...one, wrap: await wrapKeys(keys, target, means.random) };
    }),
  );
  const added = await Promise.all((change.add ?? []).map((one) => addedRecipient(one, keys, means)));
  const signers = (change.add ?? []).flatMap(({ role, signer }) =>
    signer === undefined ? [] : [{ fingerprint: sha256Tag(signer), role, publicKey: signer, since: createdAt }],
  );
  return {
    number: keyring.number + 1,
    createdAt,
    generation: fresh?.generation.generation ?? keyring.generation,
    generations: [...keyring.generations, ...(fresh === undefined ? [] : [fresh.generation])],
    recipients: [...rewrapped, ...added],
    signers: [...keyring.signers.map((signer) => revokedBy(signer, change.revoke ?? [])), ...signers],
  };
}

async function addedRecipient(added: AddedRecipient, keys: OpenedKeys, means: KeyringMeans): Promise<Recipient> {
  const { role, recipient, publicKey, signer, signingSeed } = added;
  const target = { vault: means.vault, role, recipient, publicKey };
  return {
    role,
    recipient,
    wrap: await wrapKeys(keys, target, means.random),
    ...(publicKey !== undefined && { publicKey }),
    ...(signer !== undefined && { signer: sha256Tag(signer) }),
    ...(signingSeed !== undefined && { signing: await wrapSigningSeed(signingSeed, target, means.random) }),
  };
}

function revokedBy(signer: Signer, revoked: NonNullable<KeyringChange['revoke']>): Signer {
  const from = revoked.find(({ fingerprint }) => fingerprint === signer.fingerprint)?.from;
  if (from === undefined || (signer.revoked !== undefined && signer.revoked <= from)) return signer;
  return { ...signer, revoked: from };
}

/** What a role of a later release opens is not known here: its keys would be shut out. */
function knownRole(role: string, { number }: Keyring): KeyRole {
  if (isKeyRole(role)) return role;
  throw new IntegrityError({
    code: 'VAULT_FORMAT_NEWER',
    message: `${keyringName(number)} has keys of the role ${role}, which this release does not know.`,
    damaged: keyringName(number),
    next: 'Change the keyring with the release that added them.',
  });
}
