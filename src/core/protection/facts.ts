import type { JsonObject } from '../json.ts';

/**
 * What Azure says of the resources that protect a vault, reduced to what Holdfast decides on. States are kept as Azure words
 * them: one that is not known here is never taken for a good one.
 */

export interface AccountFacts {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  /** `StorageV2` */
  readonly kind: string;
  /** `Standard_ZRS` */
  readonly sku: string;
  readonly hierarchicalNamespace: boolean;
  readonly networkFileSystem: boolean;
  /** Undefined where Azure does not say, which means that it is allowed. */
  readonly sharedKeyAccess: boolean | undefined;
  readonly publicBlobAccess: boolean | undefined;
  readonly publicNetworkAccess: string | undefined;
  readonly minimumTls: string | undefined;
  readonly httpsOnly: boolean | undefined;
  /** When the two account keys were made. */
  readonly keysCreatedAt: { readonly key1?: string; readonly key2?: string };
  readonly blobEndpoint: string | undefined;
}

export interface RetentionSwitch {
  readonly enabled: boolean;
  readonly days: number | undefined;
}

export interface BlobServiceFacts {
  readonly id: string;
  readonly versioning: boolean;
  readonly changeFeed: boolean;
  readonly softDelete: RetentionSwitch & { readonly permanentDelete: boolean };
  readonly containerSoftDelete: RetentionSwitch;
  /** All that can be set, as it is: what a change has to send along. */
  readonly settings: JsonObject;
}

export interface ContainerImmutability {
  /** `Locked`, `Unlocked` */
  readonly state: string;
  readonly days: number;
  readonly etag: string;
}

export interface ContainerFacts {
  readonly id: string;
  readonly name: string;
  readonly publicAccess: string;
  readonly immutability: ContainerImmutability | undefined;
  readonly legalHold: boolean;
  readonly versionImmutability: boolean;
}

/** A rule of the account's lifecycle that moves blobs to the archive tier. */
export interface ArchivingRule {
  readonly name: string;
  /** `container/prefix`; everything when empty. */
  readonly prefixes: readonly string[];
}

export interface BackupVaultFacts {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  /** Of its system-assigned identity. */
  readonly principalId: string | undefined;
  /** `LocallyRedundant`, `ZoneRedundant`, `GeoRedundant` */
  readonly redundancy: string | undefined;
  readonly softDelete: { readonly state: string | undefined; readonly days: number | undefined };
  /** `Disabled`, `Unlocked`, `Locked` */
  readonly immutability: string | undefined;
  readonly guarded: boolean;
  readonly crossRegionRestore: string | undefined;
  /** Alerts on failed jobs. */
  readonly alerts: string | undefined;
  readonly provisioningState: string | undefined;
  readonly secureScore: string | undefined;
}

export interface BackupPolicyFacts {
  readonly id: string;
  readonly name: string;
  /** Of the rules for the vault store: name and `R/2026-01-01T02:00:00+00:00/P1D`. */
  readonly backupRules: readonly { readonly name: string; readonly intervals: readonly string[] }[];
  /** How long points of the default tag are kept in the vault store: `P30D`. */
  readonly retention: string | undefined;
  /** Names of rules beside these: more tags, longer retention, operational backup. */
  readonly otherRules: readonly string[];
  /** All rules, as they are: what a change has to send along. */
  readonly rules: readonly JsonObject[];
}

export interface BackupInstanceFacts {
  readonly id: string;
  readonly name: string;
  readonly vaultId: string;
  /** Resource id of the storage account. */
  readonly sourceId: string;
  readonly policyId: string;
  readonly containers: readonly string[];
  /** Undefined when containers are listed one by one. */
  readonly autoProtection: { readonly excludedPrefixes: readonly string[] } | undefined;
  /** `ProtectionConfigured`, `ProtectionStopped`, `ProtectionError` … */
  readonly state: string;
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

export interface DeletedInstanceFacts {
  readonly id: string;
  readonly name: string;
  readonly vaultId: string;
  readonly sourceId: string;
  readonly deletedAt: string;
  /** When it is gone for good. */
  readonly purgedAt: string;
}

export interface RecoveryPointFacts {
  /** What a restore names. */
  readonly id: string;
  /** When its backup began. */
  readonly time: string;
  /** `Completed`, `Partial` */
  readonly state: string | undefined;
  readonly expiresAt: string | undefined;
}

export interface BackupJobFacts {
  readonly id: string;
  /** `InProgress`, `Completed`, `Failed`, `Cancelled`, `CompletedWithWarnings` … */
  readonly status: string;
  /** `Backup`, `Restore` … */
  readonly category: string;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
  readonly instanceId: string | undefined;
  readonly userTriggered: boolean;
  /** What went wrong or less than well, in Azure's words. */
  readonly problems: readonly { readonly code: string; readonly message: string }[];
}

export interface GuardProxyFacts {
  readonly id: string;
  readonly guardId: string;
  readonly operations: readonly { readonly operation: string; readonly request: string }[];
}

export interface ResourceGuardFacts {
  readonly id: string;
  readonly operations: readonly string[];
}

export interface RoleAssignmentFacts {
  readonly id: string;
  readonly scope: string;
  /** The last part of the definition's id. */
  readonly roleId: string;
  readonly principalId: string;
  readonly principalType: string | undefined;
  readonly hasCondition: boolean;
}

export interface RoleDefinitionFacts {
  readonly id: string;
  readonly name: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

/** A vault of the kind that does not protect blobs. */
export interface RecoveryServicesVaultFacts {
  readonly id: string;
  readonly name: string;
  /** `Enabled`, `Disabled`, `AlwaysON` */
  readonly softDelete: string | undefined;
  readonly softDeleteDays: number | undefined;
}
