import type { KeyRole } from '../../core/key-role.ts';
import type { KeyringDraft, KeyringState } from '../../core/keyring-plan.ts';
import type { Vault } from './vault.ts';

/** A key whose private half was just written into a file that its owner alone reads. */
export interface MadeKey {
  readonly role: KeyRole;
  readonly file: string;
  /** `age1…` */
  readonly recipient: string;
  /** Base64 of the public half of its signing key; readers have none. */
  readonly signingKey?: string;
  /** Takes the file away again: its key was registered nowhere. */
  discard(): Promise<void>;
}

/** A key of the vault whose private half stays in Azure Key Vault, as the configuration names it. */
export interface KeyVaultPointer {
  readonly role: Exclude<KeyRole, 'root'>;
  /** `https://NAME.vault.azure.net/keys/KEY`, with or without a version. */
  readonly key: string;
  readonly vaultId: string;
}

/** What of secrets the configuration says. */
export interface WatchedSecrets {
  readonly maxAgeDays?: number | undefined;
  readonly items?:
    | readonly {
        readonly name: string;
        readonly kind: string;
        /** YYYY-MM-DD */
        readonly rotatedAt: string;
        readonly maxAgeDays?: number | undefined;
      }[]
    | undefined;
}

/** Who has keys of the vault: read by anyone, changed with root.key. */
export interface KeyKeeper {
  /** The newest keyring, its chain and signatures checked. Needs no key. */
  read(): Promise<KeyringState>;
  /**
   * Before the first change: UserError `KEY_MISSING` or `KEY_INVALID` unless root.key of this vault is at hand, and an error of
   * the audit trail where that does not take the record that it begins.
   */
  assertRoot(): Promise<void>;
  /** Makes a key of the role in `file`, or in the folder of keys. UserError `ALREADY_EXISTS` for a file that is there. */
  createKey(role: KeyRole, file: string | undefined): Promise<MadeKey>;
  /** The recipient that a Key Vault key is, with its version. UserError `KEY_INVALID`, RemoteError `KEY_VAULT_REFUSED`. */
  findKeyVaultRecipient(id: string): Promise<string>;
  /**
   * Puts the next keyring. UserError `KEYRING_STALE` when another change came first, `KEY_INVALID` for what is no recipient;
   * nothing is changed then.
   */
  change(draft: KeyringDraft): Promise<KeyringState>;
  /** The vault opened with root.key alone. */
  openWithRoot(): Promise<Vault>;
  /** The vault opened with the root key in this file and nothing else; UserError `KEY_INVALID` unless it is the vault's root. */
  openWithKit(file: string): Promise<Vault>;
  /** Where the vault is, as it is named on the command line. */
  describePlace(): Promise<string>;
  /** Writes root.key, below the lines as comments, into a new file that its owner alone reads; answers the whole path. */
  writeKit(file: string, lines: readonly string[]): Promise<string>;
}
