import { type ArmRecord, mergeRecords } from './arm-record.ts';
import type { ArmResource, ArmWorld } from './arm-world.ts';
import type { BlobPlane } from './blob-plane.ts';

export interface AccountSeed {
  readonly subscription: string;
  readonly group: string;
  readonly name: string;
  readonly location?: string;
  readonly containers?: readonly string[];
  /** Over what a new account has. */
  readonly properties?: ArmRecord;
  readonly sku?: string;
  readonly kind?: string;
  /** Where its blobs are; none when left out. */
  readonly blobs?: BlobPlane;
}

/** A storage account as one finds it: with containers, nothing switched on that protects. */
export function addAccount(world: ArmWorld, seed: AccountSeed): ArmResource {
  const { subscription, group, name, location = 'westeurope', containers = [] } = seed;
  const id = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Storage/storageAccounts/${name}`;
  addGroup(world, { subscription, group, location });
  const now = world.now();
  const sku = { name: seed.sku ?? 'Standard_ZRS', tier: 'Standard' };
  const account = world.put({
    id,
    name,
    type: 'Microsoft.Storage/storageAccounts',
    location,
    kind: seed.kind ?? 'StorageV2',
    sku,
    properties: mergeRecords(
      {
        provisioningState: 'Succeeded',
        creationTime: now,
        keyCreationTime: { key1: now, key2: now },
        primaryLocation: location,
        statusOfPrimary: 'available',
        primaryEndpoints: { blob: `https://${name}.blob.core.windows.net/` },
        isHnsEnabled: false,
        allowBlobPublicAccess: false,
        allowSharedKeyAccess: true,
        minimumTlsVersion: 'TLS1_2',
        supportsHttpsTrafficOnly: true,
        publicNetworkAccess: 'Enabled',
      },
      seed.properties ?? {},
    ),
  });
  world.put({
    id: `${id}/blobServices/default`,
    name: 'default',
    type: 'Microsoft.Storage/storageAccounts/blobServices',
    sku,
    properties: { cors: { corsRules: [] }, deleteRetentionPolicy: { enabled: false, allowPermanentDelete: false } },
  });
  for (const container of containers) addContainer(world, account, container);
  if (seed.blobs !== undefined) world.planes.set(id.toLowerCase(), seed.blobs);
  return account;
}

export function addContainer(world: ArmWorld, account: ArmResource, name: string): ArmResource {
  return world.put({
    id: `${account.id}/blobServices/default/containers/${name}`,
    name,
    type: 'Microsoft.Storage/storageAccounts/blobServices/containers',
    etag: `"${world.random.uuid().slice(0, 13)}"`,
    properties: {
      publicAccess: 'None',
      leaseStatus: 'Unlocked',
      leaseState: 'Available',
      lastModifiedTime: world.now(),
      hasImmutabilityPolicy: false,
      hasLegalHold: false,
    },
  });
}

export function addGroup(
  world: ArmWorld,
  {
    subscription,
    group,
    location = 'westeurope',
  }: { readonly subscription: string; readonly group: string; readonly location?: string },
): void {
  const groups = world.subscriptions.get(subscription.toLowerCase()) ?? new Map<string, string>();
  groups.set(group.toLowerCase(), location);
  world.subscriptions.set(subscription.toLowerCase(), groups);
}

/** A lifecycle policy with one rule that moves blobs to the archive tier. */
export function addArchivingPolicy(world: ArmWorld, account: ArmResource, prefix: string): ArmResource {
  return world.put({
    id: `${account.id}/managementPolicies/default`,
    name: 'default',
    type: 'Microsoft.Storage/storageAccounts/managementPolicies',
    properties: {
      lastModifiedTime: world.now(),
      policy: {
        rules: [
          {
            enabled: true,
            name: 'to-archive',
            type: 'Lifecycle',
            definition: {
              actions: { baseBlob: { tierToArchive: { daysAfterModificationGreaterThan: 30 } } },
              filters: { blobTypes: ['blockBlob'], prefixMatch: [prefix] },
            },
          },
        ],
      },
    },
  });
}

export function addRecoveryServicesVault(
  world: ArmWorld,
  { subscription, group, name }: { readonly subscription: string; readonly group: string; readonly name: string },
): ArmResource {
  addGroup(world, { subscription, group });
  return world.put({
    id: `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.RecoveryServices/vaults/${name}`,
    name,
    type: 'Microsoft.RecoveryServices/vaults',
    location: 'westeurope',
    sku: { name: 'RS0', tier: 'Standard' },
    properties: {
      provisioningState: 'Succeeded',
      securitySettings: {
        softDeleteSettings: {
          softDeleteState: 'Enabled',
          softDeleteRetentionPeriodInDays: 14,
          enhancedSecurityState: 'Enabled',
        },
        immutabilitySettings: { state: 'Disabled' },
        multiUserAuthorization: 'Disabled',
      },
    },
  });
}
