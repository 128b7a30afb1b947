import { groupId, resourceId } from './arm-id.ts';

export type Redundancy = 'LocallyRedundant' | 'ZoneRedundant' | 'GeoRedundant';
export type Weekday = 'Sunday' | 'Monday' | 'Tuesday' | 'Wednesday' | 'Thursday' | 'Friday' | 'Saturday';

/** How the operator wants a vault to be protected; the section `protect` of the configuration with its defaults. */
export interface ProtectionSettings {
  readonly subscription: string;
  /** Of the Backup vault. */
  readonly resourceGroup: string;
  /** Of the Backup vault; the storage account's when it is not said. */
  readonly location: string | undefined;
  readonly account: { readonly name: string; readonly resourceGroup: string };
  /** Containers that the backup covers. */
  readonly containers: readonly string[];
  /** The vault's own among them; undefined where the vault is not in Azure. */
  readonly vaultContainer?: string | undefined;
  readonly vault: { readonly name: string; readonly redundancy: Redundancy; readonly softDeleteDays: number };
  readonly policy: {
    readonly name: string;
    readonly every: 'day' | 'week';
    /** Of a weekly schedule. */
    readonly day: Weekday;
    /** `02:00`, UTC */
    readonly at: string;
    readonly retentionDays: number;
  };
  readonly blobSoftDeleteDays: number;
  readonly containerSoftDeleteDays: number;
  /** How long a blob of the vault has to stay: an epoch, and the days that the retention guarantees. */
  readonly immutability: { readonly epochDays: number; readonly guaranteedDays: number };
  /** The storage account that drills restore into. */
  readonly drillAccountId: string | undefined;
  /** The resource guard that is expected on the Backup vault. */
  readonly guardId: string | undefined;
  /** Points that ended so long before a recovery point began are expected to be whole in it. */
  readonly replicationMarginMinutes: number;
}

export const BACKUP_VAULT = 'Microsoft.DataProtection/backupVaults';
export const RECOVERY_SERVICES_VAULT = 'Microsoft.RecoveryServices/vaults';
export const STORAGE_ACCOUNT = 'Microsoft.Storage/storageAccounts';
/** Storage Account Backup Contributor: what a Backup vault's identity needs on the source and on the target of a restore. */
export const BACKUP_ROLE = 'e5e2a7ff-d759-4cd2-bb51-3152d37e2eb1';
export const BACKUP_RULE = 'HoldfastBackup';

export interface ProtectionIds {
  readonly accountId: string;
  readonly blobServiceId: string;
  readonly vaultId: string;
  readonly policyId: string;
  readonly instanceId: string;
  /** What the vault's name would be as the other kind of vault. */
  readonly recoveryServicesId: string;
}

/** Where everything is, or will be. */
export function protectionIds({
  subscription,
  resourceGroup,
  account,
  vault,
  policy,
}: ProtectionSettings): ProtectionIds {
  const group = groupId(subscription, resourceGroup);
  const accountId = resourceId(groupId(subscription, account.resourceGroup), STORAGE_ACCOUNT, account.name);
  const vaultId = resourceId(group, BACKUP_VAULT, vault.name);
  return {
    accountId,
    blobServiceId: `${accountId}/blobServices/default`,
    vaultId,
    policyId: `${vaultId}/backupPolicies/${policy.name}`,
    instanceId: `${vaultId}/backupInstances/${account.name}`,
    recoveryServicesId: resourceId(group, RECOVERY_SERVICES_VAULT, vault.name),
  };
}

/** Days that a blob has to be immutable, so that no point rests on one that can be deleted. */
export function neededImmutabilityDays({ immutability }: ProtectionSettings): number {
  return immutability.epochDays + immutability.guaranteedDays;
}
