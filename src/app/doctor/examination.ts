import type { KeyRole } from '../../core/key-role.ts';
import type { EndpointFacts, Organization, OrganizationProber, StateFacts, TokenLife, Vault } from '../ports.ts';

/** A key at hand. Never the key. */
export interface KeyFacts {
  readonly role: KeyRole;
  /** The file, or the variable that holds it. */
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

/**
 * What can be looked at, probe by probe. Each answers facts or throws one of the classes of core/errors; none writes into
 * the organization or the vault, and `probeState` takes away what it wrote.
 */
export interface Examination {
  machine(): Promise<MachineFacts>;
  endpoint(): Promise<EndpointFacts>;
  /** Where the token comes from, in words, and how long it lives. */
  token(): Promise<{ readonly source: string; readonly life: TokenLife }>;
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
