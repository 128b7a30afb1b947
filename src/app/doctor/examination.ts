import type { KeyRole } from '../../core/key-role.ts';
import type { GoogleIam } from '../ports/identity.ts';
import type { EndpointFacts, Organization, OrganizationProber, TokenLife } from '../ports/organization.ts';
import type { StateFacts } from '../ports/runs.ts';
import type { Vault } from '../ports/vault.ts';

/** A key at hand. Never the key. */
export interface KeyFacts {
  readonly role: KeyRole;
  /** The file, the variable that holds it, or the address of the Key Vault key. */
  readonly source: string;
  /** True when others than its owner may read the file. */
  readonly isOpenToOthers: boolean;
}

export interface FolderFacts {
  readonly path: string;
  /** Why nothing can be written there; absent when it can. */
  readonly refusal?: string;
  readonly freeBytes?: number;
}

export interface MachineFacts {
  readonly nodeVersion: string;
  readonly isNodeSupported: boolean;
  readonly temporary: FolderFacts;
  /** Absent when no cache folder is named. */
  readonly cache?: FolderFacts;
  /** The vault's own folder, where the vault is one. */
  readonly vault?: FolderFacts;
}

export interface PlaceFacts {
  readonly vault: string;
  readonly state: string;
  readonly areTheSame: boolean;
}

/** One of the two identities, looked at without changing anything. */
export interface IdentityExamination {
  /** In words: `holdfast-capture@…, by managed identity`. */
  readonly who: string;
  /** Address of the service account, where it is known. */
  readonly account: string | undefined;
  /** Gets a token. Throws like a TokenSource. */
  signIn(): Promise<void>;
  /** Asks to delete what is not there: refused before it is looked for, or not found. */
  tryWrite(organization: string): Promise<'refused' | 'allowed'>;
  /** Which of these permissions it has in the project of the organization. */
  ownPermissions(organization: string, permissions: readonly string[]): Promise<readonly string[]>;
}

export interface IdentityFacts {
  /** True when the configuration tells captures from restores. */
  readonly parted: boolean;
  /** Why configured identities cannot be told apart: one is used for all, or a token is used in their place. */
  readonly unproved?: 'one-identity' | 'token-instead' | undefined;
  /** Undefined where it is not configured. */
  readonly capture: IdentityExamination | undefined;
  readonly restore: IdentityExamination | undefined;
}

/**
 * What can be looked at, probe by probe. Each answers facts or throws one of the classes of core/errors; none writes into
 * the organization or the vault, and `probeState` takes away what it wrote.
 */
export interface Examination {
  machine(): Promise<MachineFacts>;
  endpoint(): Promise<EndpointFacts>;
  /** Where the token comes from, in words, and how long it lives. */
  token(): Promise<{ readonly source: string; readonly life: TokenLife }>;
  /** The Google identities that captures and restores are made as. */
  identities(): Promise<IdentityFacts>;
  /** Google's access control, seen as the identity that captures. */
  openGoogleIam(): Promise<GoogleIam>;
  /** With little patience; `vault` lends its hash functions where there is one. */
  openOrganization(
    name: string,
    vault: Vault | undefined,
  ): Promise<Pick<Organization, 'identify' | 'usage'> & OrganizationProber>;
  places(): Promise<PlaceFacts>;
  keys(): Promise<readonly KeyFacts[]>;
  /** Opens the vault with the keys of these roles only, with little patience. */
  openVault(roles: readonly KeyRole[]): Promise<Vault>;
  probeState(): Promise<StateFacts>;
}
