import { z } from 'zod';
import { IntegrityError } from '../core/errors.ts';
import { isKeyRole, type KeyRole, type SignerRole } from '../core/key-role.ts';
import { damaged } from './damage.ts';
import type { SigningKey } from './ed25519.ts';
import { sha256Tag } from './digest.ts';
import { type KeyWrap, type OpenedKeys, wrapKeys } from './key-wrap.ts';
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
  /** `age1…` */
  readonly recipient: string;
  readonly wrap: KeyWrap;
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
  number: z.number(),
  created: z.string(),
  generation: z.number(),
  generations: z.array(
    z.object({
      generation: z.number(),
      since: z.string(),
      public: z.object({ meta: base64, config: base64, secret: base64 }),
    }),
  ),
  recipients: z.array(z.object({ role: z.string(), recipient: z.string(), wrap: base64 })),
  signers: z.array(
    z.object({
      fingerprint: z.string(),
      role: z.string(),
      public: base64,
      since: z.string(),
      revoked: z.optional(z.string()),
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
      recipients: keyring.recipients.map(({ role, recipient, wrap }) => ({ role, recipient, wrap: toText(wrap) })),
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
    recipients,
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

/** The next keyring with everything wrapped to one more recipient; what was written before opens for it too. */
export async function withRecipient(
  keyring: Keyring,
  added: {
    readonly role: KeyRole;
    readonly recipient: string;
    readonly vault: string;
    readonly keys: OpenedKeys;
    readonly createdAt: string;
  },
): Promise<Keyring> {
  const { role, recipient, vault, keys, createdAt } = added;
  const wrap = await wrapKeys(keys, { vault, role, recipient });
  return {
    ...keyring,
    number: keyring.number + 1,
    createdAt,
    recipients: [...keyring.recipients, { role, recipient, wrap }],
  };
}

/** The next keyring without a recipient, under a new generation of class keys: what is written from now on is shut to it. */
export async function withoutRecipient(
  keyring: Keyring,
  removed: {
    readonly recipient: string;
    readonly vault: string;
    readonly keys: OpenedKeys;
    readonly createdAt: string;
  },
): Promise<Keyring> {
  const { createdAt, vault } = removed;
  const next = await addGeneration(removed.keys, keyring.generation + 1, createdAt);
  const left = keyring.recipients.filter(({ recipient }) => recipient !== removed.recipient);
  const recipients = await Promise.all(
    left.map(async ({ role, recipient }) => ({
      role,
      recipient,
      wrap: await wrapKeys(next.keys, { vault, role: knownRole(role, keyring), recipient }),
    })),
  );
  const { generation } = next.generation;
  return {
    ...keyring,
    number: keyring.number + 1,
    createdAt,
    generation,
    generations: [...keyring.generations, next.generation],
    recipients,
  };
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

/** The next keyring with one more signer. */
export function withSigner(
  keyring: Keyring,
  added: { readonly role: SignerRole; readonly publicKey: Uint8Array; readonly createdAt: string },
): Keyring {
  const signer = {
    fingerprint: sha256Tag(added.publicKey),
    role: added.role,
    publicKey: added.publicKey,
    since: added.createdAt,
  };
  return { ...keyring, number: keyring.number + 1, createdAt: added.createdAt, signers: [...keyring.signers, signer] };
}

/** The next keyring in which a signer counts no more from `revoked` on. */
export function withRevokedSigner(
  keyring: Keyring,
  change: { readonly fingerprint: string; readonly revoked: string; readonly createdAt: string },
): Keyring {
  const signers = keyring.signers.map((signer) =>
    signer.fingerprint === change.fingerprint ? { ...signer, revoked: change.revoked } : signer,
  );
  return { ...keyring, number: keyring.number + 1, createdAt: change.createdAt, signers };
}
