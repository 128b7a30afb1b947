import type { SorterFactory, Vault } from '../app/ports.ts';
import { type KeyRole, keyRoles, type SignerRole, signerRoles } from '../core/key-role.ts';
import type { Clock } from '../platform/clock.ts';
import type { RandomSource } from '../platform/random.ts';
import type { BlobStore } from './blob/blob-store.ts';
import { damaged } from './damage.ts';
import { createSigningKey, type SigningKey } from './ed25519.ts';
import { assertKeyOfVault, invalidKey, type KeyFile, parseKeyFile } from './key-file.ts';
import { type OpenedKeys, unwrapKeys } from './key-wrap.ts';
import { keyringName, parseKeyring, type StoredKeyring } from './keyring.ts';
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
}

/**
 * Opens the vault in a store with whatever keys are at hand. UserError `VAULT_NOT_FOUND`, `KEY_INVALID`,
 * `KEY_OF_ANOTHER_VAULT`; IntegrityError `VAULT_FORMAT_NEWER`, `VAULT_DAMAGED`, `SIGNATURE_INVALID`.
 */
export async function openVault(options: OpenVaultOptions): Promise<Vault> {
  return new SealedVault(await openContext(options));
}

/** The open vault as the parts of the format use it. */
export async function openContext(options: OpenVaultOptions): Promise<VaultContext> {
  const { store } = options;
  const bytes = await store.find(VAULT_FILE);
  if (bytes === undefined) throw vaultMissing(store.capabilities.description);
  const file = parseVaultFile(bytes);
  const keyFiles = keyRoles.flatMap((role) => {
    const text = options.keys[role];
    return text === undefined ? [] : [readKey(text, role, file.id)];
  });
  const keyring = await readNewestKeyring(store, file);
  const signing = Object.fromEntries(signerRoles.map((role) => [role, signingKeyOf(keyFiles, keyring, role)]));
  return new VaultContext({
    id: file.id,
    store,
    cache: options.cacheStore,
    keyring,
    keys: await openKeys(keyring, keyFiles),
    signing,
    clock: options.clock,
    random: options.random,
    sorterFactory: options.sorterFactory,
  });
}

/** The newest keyring, after the whole chain from the first one was checked. */
export async function readNewestKeyring(store: BlobStore, file: VaultFile): Promise<StoredKeyring> {
  const blobs = await Array.fromAsync(store.list('keyring/'));
  const numbers = blobs.map(({ name }) => Number(name.slice('keyring/'.length))).sort((a, b) => a - b);
  let newest: StoredKeyring | undefined;
  for (const [index, number] of numbers.entries()) {
    if (number !== index + 1) throw damaged(keyringName(index + 1), 'it is missing');
    const bytes = await store.get(keyringName(number));
    newest = parseKeyring(bytes, {
      vault: file.id,
      rootPublicKey: file.rootPublicKey,
      number,
      previousHash: newest?.hash,
    });
  }
  if (newest === undefined) throw damaged(keyringName(1), 'it is missing');
  return newest;
}

function readKey(text: string, role: KeyRole, vault: string): KeyFile {
  const source = `${role}.key`;
  const key = parseKeyFile(text, source);
  if (key.role !== role) throw invalidKey(source, `it is a ${key.role} key`);
  assertKeyOfVault(key, vault, source);
  return key;
}

/** A signing key counts when the keyring registers it; one that it does not know signs nothing. */
function signingKeyOf(keys: readonly KeyFile[], keyring: StoredKeyring, role: SignerRole): SigningKey | undefined {
  const seed = keys.find((key) => key.role === role)?.signingSeed;
  if (seed === undefined) return undefined;
  const key = createSigningKey(seed);
  if (!keyring.signers.some(({ fingerprint }) => fingerprint === key.fingerprint)) {
    throw invalidKey(`${role}.key`, 'the keyring does not register its signature');
  }
  return key;
}

/** What all keys at hand open together. */
async function openKeys(keyring: StoredKeyring, keyFiles: readonly KeyFile[]): Promise<OpenedKeys | undefined> {
  let opened: OpenedKeys | undefined;
  for (const key of keyFiles) {
    const recipient = await identityToRecipient(key.identity);
    const wrap = keyring.recipients.find((candidate) => candidate.recipient === recipient)?.wrap;
    if (wrap === undefined)
      throw invalidKey(`${key.role}.key`, 'the keyring has nothing for it: it was removed, or never added');
    opened = mergeKeys(opened, await unwrapKeys(wrap, key, `${key.role}.key`));
  }
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
