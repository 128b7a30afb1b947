import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { UserError } from '../core/errors.ts';
import { type KeyRole, keyRoles, signerRoles } from '../core/key-role.ts';
import type { Clock } from '../platform/clock.ts';
import type { RandomSource } from '../platform/random.ts';
import type { BlobStore } from './blob/blob-store.ts';
import { sha256Hex } from './digest.ts';
import { createSigningKey } from './ed25519.ts';
import { formatKeyFile } from './key-file.ts';
import { type OpenedKeys, wrapKeys } from './key-wrap.ts';
import { addGeneration, encodeKeyring, keyringName, type Signer } from './keyring.ts';
import { formatVaultFile, VAULT_FILE } from './vault-file.ts';

/** What lies below it belongs to no vault. */
const PROBES = 'probes/';

export interface NewVault {
  readonly id: string;
  readonly createdAt: string;
  /** Text of each key file. The only copy there is: written to 0600 files before `write` is called. */
  readonly keyFiles: Readonly<Record<KeyRole, string>>;
  /** Fingerprints of the signing keys, and the age recipients, to show. */
  readonly fingerprints: readonly { readonly role: KeyRole; readonly recipient: string; readonly signing?: string }[];
  /** Puts keyring and `vault.json` into the store. UserError `ALREADY_EXISTS` when there is a vault, which stays untouched. */
  write(store: BlobStore): Promise<void>;
}

interface NewKey {
  readonly role: KeyRole;
  readonly identity: string;
  readonly recipient: string;
  readonly seed: Uint8Array | undefined;
}

/** Makes a key of each role and the first blobs of a vault; nothing is stored yet. */
export async function createVault(ports: { readonly clock: Clock; readonly random: RandomSource }): Promise<NewVault> {
  const { clock, random } = ports;
  const createdAt = clock.now();
  const newKeys = await Promise.all(keyRoles.map((role) => createKey(role, random)));
  const root = createSigningKey(seedOf(newKeys, 'root'));
  const vaultFile = formatVaultFile({ rootPublicKey: root.publicKey, createdAt, nonce: random.bytes(16) });
  const id = sha256Hex(vaultFile);
  const empty: OpenedKeys = { tagKeys: { equality: random.bytes(32), id: random.bytes(32) }, classes: new Map() };
  const { keys, generation } = await addGeneration(empty, 1, createdAt);
  const recipients = await Promise.all(
    newKeys.map(async ({ role, recipient, seed }) => ({
      role,
      recipient,
      wrap: await wrapKeys(keys, { vault: id, role, recipient }, random),
      ...(seed !== undefined && role !== 'root' && { signer: createSigningKey(seed).fingerprint }),
    })),
  );
  const signers = signerRoles.map((role): Signer => {
    const { publicKey, fingerprint } = createSigningKey(seedOf(newKeys, role));
    return { fingerprint, role, publicKey, since: createdAt };
  });
  const keyring = encodeKeyring(
    { number: 1, createdAt, generation: 1, generations: [generation], recipients, signers },
    id,
    { root, previous: null },
  );
  return {
    id,
    createdAt,
    keyFiles: keyFilesOf(newKeys, id),
    fingerprints: newKeys.map(({ role, recipient, seed }) => ({
      role,
      recipient,
      ...(seed !== undefined && { signing: createSigningKey(seed).fingerprint }),
    })),
    write: (store) => writeVault(store, vaultFile, keyring),
  };
}

async function createKey(role: KeyRole, random: RandomSource): Promise<NewKey> {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  return { role, identity, recipient, seed: role === 'reader' ? undefined : random.bytes(32) };
}

function seedOf(keys: readonly NewKey[], role: KeyRole): Uint8Array {
  return keys.find((key) => key.role === role)?.seed ?? new Uint8Array();
}

function keyFilesOf(keys: readonly NewKey[], vault: string): Readonly<Record<KeyRole, string>> {
  const textOf = (role: KeyRole): string => {
    const key = keys.find((candidate) => candidate.role === role);
    if (key === undefined) return '';
    return formatKeyFile({
      role,
      vault,
      identity: key.identity,
      ...(key.seed !== undefined && { signingSeed: key.seed }),
    });
  };
  return {
    writer: textOf('writer'),
    reader: textOf('reader'),
    restorer: textOf('restorer'),
    verifier: textOf('verifier'),
    pruner: textOf('pruner'),
    root: textOf('root'),
  };
}

async function writeVault(store: BlobStore, vaultFile: Uint8Array, keyring: Uint8Array): Promise<void> {
  await assertEmptyStore(store, 'HOLDFAST_VAULT');
  if ((await store.put(keyringName(1), keyring)) === 'exists') throw alreadyExists(store, keyringName(1));
  if ((await store.put(VAULT_FILE, vaultFile)) === 'exists') throw alreadyExists(store, VAULT_FILE);
}

/** UserError `ALREADY_EXISTS` when the store, which `variable` names, holds anything. */
export async function assertEmptyStore(store: BlobStore, variable: string): Promise<void> {
  for await (const { name } of store.list('')) {
    // Of `vault test`, in a store that lets nobody delete.
    if (!name.startsWith(PROBES)) throw alreadyExists(store, name, variable);
  }
}

function alreadyExists(store: BlobStore, name: string, variable = 'HOLDFAST_VAULT'): UserError {
  return new UserError({
    code: 'ALREADY_EXISTS',
    message: `There is something in ${store.capabilities.description} already: ${name}.`,
    next: `Name an empty place in ${variable}. What is there was not touched.`,
  });
}
