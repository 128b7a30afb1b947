import type { SorterFactory } from '../app/ports/surroundings.ts';
import type { Vault } from '../app/ports/vault.ts';
import type { KeyVault } from '../app/ports/key-vault.ts';
import { type KeyRole, keyRoles, type SignerRole, signerRoles } from '../core/key-role.ts';
import type { Clock } from '../platform/clock.ts';
import type { RandomSource } from '../platform/random.ts';
import type { BlobStore } from './blob/blob-store.ts';
import { damaged } from './damage.ts';
import { createSigningKey, type SigningKey } from './ed25519.ts';
import { assertKeyOfVault, invalidKey, type KeyFile, parseKeyFile } from './key-file.ts';
import { type OpenedKeys, unwrapKeys, unwrapSigningSeed, type WrapOpener } from './key-wrap.ts';
import { keyringName, parseKeyring, type Recipient, type StoredKeyring } from './keyring.ts';
import { SealedVault } from './sealed-vault.ts';
import { VaultContext } from './vault-context.ts';
import { parseVaultFile, VAULT_FILE, type VaultFile, vaultMissing } from './vault-file.ts';
import { identityToRecipient } from 'age-encryption';

export interface OpenVaultOptions {
  readonly store: BlobStore;
  /** Texts of the key files at hand, by role. */
  readonly keys: { readonly [Role in KeyRole]?: string | undefined };
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly sorterFactory: SorterFactory;
  /** Where sealed blobs that were read are kept, on a disk near by; may be lost. */
  readonly cacheStore?: BlobStore | undefined;
  /** Unwraps what is wrapped to Key Vault keys. */
  readonly keyVault?: KeyVault | undefined;
  /** Folder for records of the audit trail that the vault does not take. */
  readonly auditSpool?: string | undefined;
}

/**
 * Opens the vault in a store with whatever keys are at hand. UserError `VAULT_NOT_FOUND`, `KEY_INVALID`,
 * `KEY_OF_ANOTHER_VAULT`; IntegrityError `VAULT_FORMAT_NEWER`, `VAULT_DAMAGED`, `SIGNATURE_INVALID`.
 */
export async function openVault(options: OpenVaultOptions): Promise<Vault> {
  return new SealedVault(await openContext(options), options.auditSpool);
}

/** The open vault as the parts of the format use it. */
export async function openContext(options: OpenVaultOptions): Promise<VaultContext> {
  const { store } = options;
  const file = await readVaultFile(store);
  const keyFiles = keyRoles.flatMap((role) => {
    const text = options.keys[role];
    return text === undefined ? [] : [readKey(text, role, file.id)];
  });
  const keyring = await readNewestKeyring(store, file);
  const openers = await Promise.all(keyFiles.map((key) => findOpener(key, keyring, options.keyVault)));
  const seeds = await Promise.all(
    openers.map(async (opener) => [opener.key.role, await signingSeedOf(opener)] as const),
  );
  const signing = Object.fromEntries(
    signerRoles.map((role) => [role, signingKeyOf(seeds.find(([of]) => of === role)?.[1], keyring, role)]),
  );
  return new VaultContext({
    id: file.id,
    store,
    cache: options.cacheStore,
    keyring,
    keys: await openKeys(openers),
    signing,
    rootPublicKey: file.rootPublicKey,
    rootKey: rootKeyOf(seeds.find(([of]) => of === 'root')?.[1], file),
    clock: options.clock,
    random: options.random,
    sorterFactory: options.sorterFactory,
  });
}

/** What the vault says that it is. UserError `VAULT_NOT_FOUND`. */
export async function readVaultFile(store: BlobStore): Promise<VaultFile> {
  const bytes = await store.find(VAULT_FILE);
  if (bytes === undefined) throw vaultMissing(store.capabilities.description);
  return parseVaultFile(bytes);
}

/** The newest keyring, after the whole chain from the first one was checked. */
export async function readNewestKeyring(store: BlobStore, file: VaultFile): Promise<StoredKeyring> {
  const newest = (await readKeyrings(store, file)).at(-1);
  if (newest === undefined) throw damaged(keyringName(1), 'it is missing');
  return newest;
}

/** All keyrings, the oldest first, each checked to follow the one before it. */
export async function readKeyrings(store: BlobStore, file: VaultFile): Promise<readonly StoredKeyring[]> {
  const blobs = await Array.fromAsync(store.list('keyring/'));
  const numbers = blobs.map(({ name }) => Number(name.slice('keyring/'.length))).sort((a, b) => a - b);
  const keyrings: StoredKeyring[] = [];
  for (const [index, number] of numbers.entries()) {
    if (number !== index + 1) throw damaged(keyringName(index + 1), 'it is missing');
    const { id: vault, rootPublicKey } = file;
    const previousHash = keyrings.at(-1)?.hash;
    keyrings.push(parseKeyring(await store.get(keyringName(number)), { vault, rootPublicKey, number, previousHash }));
  }
  return keyrings;
}

/** Reads a key file that is to be of this role and vault. */
export function readKey(text: string, role: KeyRole, vault: string): KeyFile {
  const source = `${role}.key`;
  const key = parseKeyFile(text, source);
  if (key.role !== role) throw invalidKey(source, `it is a ${key.role} key`);
  assertKeyOfVault(key, vault, source);
  return key;
}

interface KeyOpener extends WrapOpener {
  readonly entry: Recipient;
}

/** What the keyring holds for a key at hand. */
export async function findOpener(
  key: KeyFile,
  keyring: StoredKeyring,
  keyVault: KeyVault | undefined,
): Promise<KeyOpener> {
  const source = `${key.role}.key`;
  const wanted = key.identity === undefined ? (key.recipient ?? '') : await identityToRecipient(key.identity);
  // A Key Vault key that is named without a version is meant in the one that was wrapped to last.
  const entry = keyring.recipients.findLast(
    ({ recipient, role }) =>
      recipient === wanted || (role === key.role && wanted.startsWith('akv:') && recipient.startsWith(`${wanted}/`)),
  );
  if (entry === undefined) throw invalidKey(source, 'the keyring has nothing for it: it was removed, or never added');
  return { key, entry, recipient: entry.recipient, source, keyVault };
}

async function signingSeedOf(opener: KeyOpener): Promise<Uint8Array | undefined> {
  const { key, entry } = opener;
  if (key.signingSeed !== undefined || entry.signing === undefined) return key.signingSeed;
  return unwrapSigningSeed(entry.signing, opener);
}

/** A signing key counts when the keyring registers it; one that it does not know signs nothing. */
function signingKeyOf(seed: Uint8Array | undefined, keyring: StoredKeyring, role: SignerRole): SigningKey | undefined {
  if (seed === undefined) return undefined;
  const key = createSigningKey(seed);
  if (!keyring.signers.some(({ fingerprint }) => fingerprint === key.fingerprint)) {
    throw invalidKey(`${role}.key`, 'the keyring does not register its signature');
  }
  return key;
}

function rootKeyOf(seed: Uint8Array | undefined, file: VaultFile): SigningKey | undefined {
  if (seed === undefined) return undefined;
  const key = createSigningKey(seed);
  if (Buffer.compare(key.publicKey, file.rootPublicKey) === 0) return key;
  throw invalidKey('root.key', 'its signature is not that of this vault');
}

/** What all keys at hand open together. */
async function openKeys(openers: readonly KeyOpener[]): Promise<OpenedKeys | undefined> {
  let opened: OpenedKeys | undefined;
  for (const opener of openers) opened = mergeKeys(opened, await unwrapKeys(opener.entry.wrap, opener));
  return opened;
}

function mergeKeys(a: OpenedKeys | undefined, b: OpenedKeys): OpenedKeys {
  if (a === undefined) return b;
  const generations = new Set([...a.classes.keys(), ...b.classes.keys()]);
  const classes = [...generations].map((generation) => {
    return [generation, new Map([...(a.classes.get(generation) ?? []), ...(b.classes.get(generation) ?? [])])] as const;
  });
  return { tagKeys: a.tagKeys ?? b.tagKeys, classes: new Map(classes) };
}
