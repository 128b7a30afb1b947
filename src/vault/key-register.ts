import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { KeyVault, KeyVaultKeyFacts } from '../app/ports/key-vault.ts';
import { UserError } from '../core/errors.ts';
import type { KeyRole } from '../core/key-role.ts';
import type { KeyringDraft, KeyringState, NewRecipient } from '../core/keyring-plan.ts';
import type { Clock } from '../platform/clock.ts';
import type { RandomSource } from '../platform/random.ts';
import type { BlobStore } from './blob/blob-store.ts';
import { damaged } from './damage.ts';
import { sha256Tag } from './digest.ts';
import { createSigningKey, type SigningKey } from './ed25519.ts';
import { formatKeyFile, invalidKey, keyMissing } from './key-file.ts';
import { type OpenedKeys, unwrapKeys } from './key-wrap.ts';
import { type AddedRecipient, changeKeyring, encodeKeyring, keyringName, type StoredKeyring } from './keyring.ts';
import { findOpener, readKey, readKeyrings, readVaultFile } from './open-vault.ts';

export interface KeyRegisterOptions {
  readonly store: BlobStore;
  /** Text of root.key, where it is at hand. */
  readonly root: string | undefined;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly keyVault: KeyVault;
}

/** A key file's text, the only copy there is, and what of it others may know. */
export interface NewKeyFile {
  readonly text: string;
  readonly recipient: string;
  /** Base64 of the public half. */
  readonly signingKey?: string;
}

interface Root {
  readonly signing: SigningKey;
  readonly keys: OpenedKeys;
}

/** The keyrings of a vault: read, and with root.key continued. */
export class KeyRegister {
  readonly #options: KeyRegisterOptions;

  constructor(options: KeyRegisterOptions) {
    this.#options = options;
  }

  async read(): Promise<KeyringState> {
    const file = await readVaultFile(this.#options.store);
    return describeKeyrings(await readKeyrings(this.#options.store, file), file);
  }

  /** UserError `KEY_MISSING`, `KEY_INVALID` or `KEY_OF_ANOTHER_VAULT` unless root.key of this vault is at hand. */
  async assertRoot(): Promise<void> {
    const file = await readVaultFile(this.#options.store);
    const keyrings = await readKeyrings(this.#options.store, file);
    await this.#openRoot(newestOf(keyrings), file);
  }

  /** A key of the role for this vault; no one has registered it. */
  async createKey(role: KeyRole): Promise<NewKeyFile> {
    const { id: vault } = await readVaultFile(this.#options.store);
    const identity = await generateX25519Identity();
    const seed = role === 'reader' ? undefined : this.#options.random.bytes(32);
    return {
      text: formatKeyFile({ role, vault, identity, ...(seed !== undefined && { signingSeed: seed }) }),
      recipient: await identityToRecipient(identity),
      ...(seed !== undefined && { signingKey: Buffer.from(createSigningKey(seed).publicKey).toString('base64') }),
    };
  }

  /** Puts the next keyring. UserError `KEYRING_STALE` when another change was first. */
  async change(draft: KeyringDraft): Promise<KeyringState> {
    const { store, clock, random } = this.#options;
    const file = await readVaultFile(store);
    const keyrings = await readKeyrings(store, file);
    const newest = newestOf(keyrings);
    if (newest.number !== draft.basedOn) throw staleKeyring(draft.basedOn);
    const root = await this.#openRoot(newest, file);
    const add = await Promise.all(draft.add.map((one) => this.#toAdded(one)));
    const next = await changeKeyring(
      newest,
      { ...draft, add },
      { vault: file.id, keys: root.keys, random, createdAt: clock.now() },
    );
    const previous = { name: keyringName(newest.number), hash: newest.hash };
    const bytes = encodeKeyring(next, file.id, { root: root.signing, previous });
    if ((await store.put(keyringName(next.number), bytes)) === 'exists') throw staleKeyring(draft.basedOn);
    return this.read();
  }

  async #openRoot(
    keyring: StoredKeyring,
    file: { readonly id: string; readonly rootPublicKey: Uint8Array },
  ): Promise<Root> {
    const { root, keyVault } = this.#options;
    if (root === undefined) throw keyMissing('root.key', 'Changing who has keys');
    const key = readKey(root, 'root', file.id);
    const opener = await findOpener(key, keyring, keyVault);
    const signing = createSigningKey(key.signingSeed ?? new Uint8Array());
    if (!Buffer.from(signing.publicKey).equals(file.rootPublicKey)) {
      throw invalidKey('root.key', 'its signature is not that of the root of this vault');
    }
    return { signing, keys: await unwrapKeys(opener.entry.wrap, opener) };
  }

  async #toAdded({ role, recipient, signingKey, wrapSigningKey }: NewRecipient): Promise<AddedRecipient> {
    const signer = signingKey === undefined ? undefined : readSigningKey(signingKey);
    const seed = wrapSigningKey === true ? this.#options.random.bytes(32) : undefined;
    const own = seed === undefined ? signer : createSigningKey(seed).publicKey;
    const publicKey = recipient.startsWith('akv:') ? (await this.#keyOf(recipient)).publicKey : undefined;
    if (publicKey === undefined) assertAgeRecipient(recipient);
    return {
      role,
      recipient,
      ...(publicKey !== undefined && { publicKey }),
      ...(own !== undefined && { signer: own }),
      ...(seed !== undefined && { signingSeed: seed }),
    };
  }

  /** A recipient that cannot unwrap would shut its owner out, and nobody would notice before the vault is needed. */
  async #keyOf(recipient: string): Promise<KeyVaultKeyFacts> {
    const key = await this.#options.keyVault.getKey(recipient.slice('akv:'.length));
    if (key.enabled) return key;
    throw new UserError({
      code: 'KEY_INVALID',
      message: `The key ${key.id} in Azure Key Vault is disabled: what is wrapped to it opens for nobody.`,
      resource: key.id,
      next: 'Enable it, or name another key. Nothing was changed.',
    });
  }
}

function newestOf(keyrings: readonly StoredKeyring[]): StoredKeyring {
  const newest = keyrings.at(-1);
  if (newest === undefined) throw damaged(keyringName(1), 'it is missing');
  return newest;
}

function describeKeyrings(
  keyrings: readonly StoredKeyring[],
  file: { readonly id: string; readonly rootPublicKey: Uint8Array },
): KeyringState {
  const { number, createdAt, generation, generations, recipients, signers } = newestOf(keyrings);
  return {
    vault: file.id,
    root: sha256Tag(file.rootPublicKey),
    number,
    createdAt,
    generation,
    generations: generations.map(({ generation: own, since }) => ({ generation: own, since })),
    recipients: recipients.map(({ role, recipient, signer }) => ({
      role,
      recipient,
      ...(signer !== undefined && { signer }),
      since: sinceOf(recipient, keyrings),
    })),
    signers: signers.map(({ publicKey: _, ...signer }) => signer),
  };
}

/** Since the keyring from which on it has been there without a break. */
function sinceOf(recipient: string, keyrings: readonly StoredKeyring[]): string {
  const lacking = keyrings.findLastIndex(({ recipients }) => !recipients.some((one) => one.recipient === recipient));
  return keyrings[lacking + 1]?.createdAt ?? '';
}

const BECH32 = /^age1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}$/;

function assertAgeRecipient(recipient: string): void {
  const reason = 'it is no age recipient (age1 and 58 characters) and no key of Azure Key Vault';
  if (!BECH32.test(recipient)) throw invalidKey(recipient, reason);
  try {
    new Encrypter().addRecipient(recipient);
  } catch (cause) {
    throw invalidKey(recipient, 'it was not copied whole: its checksum does not match', cause);
  }
}

function readSigningKey(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 32 && bytes.toString('base64') === text) return new Uint8Array(bytes);
  throw invalidKey(text, 'it is no signing key: 32 bytes in base64');
}

function staleKeyring(number: number): UserError {
  return new UserError({
    code: 'KEYRING_STALE',
    message: `Another change of the keys came first: keyring ${number} is no more the newest one. Nothing was changed.`,
    next: 'Look at `holdfast key list`, then run it again if it is still meant.',
  });
}
