import type { BlobContainer, BlobServiceProperties, ManagementPolicy, StorageAccount } from '@azure/arm-storage';
import type { JsonObject } from '../core/json.ts';
import type { AccountFacts, ArchivingRule, BlobServiceFacts, ContainerFacts } from '../core/protection/facts.ts';

export function readAccount(account: StorageAccount, id: string): AccountFacts {
  const { keyCreationTime } = account;
  const key1 = keyCreationTime?.key1?.toISOString();
  const key2 = keyCreationTime?.key2?.toISOString();
  return {
    id: account.id ?? id,
    name: account.name ?? '',
    location: account.location,
    kind: account.kind ?? '',
    sku: account.sku?.name ?? '',
    hierarchicalNamespace: account.isHnsEnabled === true,
    networkFileSystem: account.enableNfsV3 === true,
    sharedKeyAccess: account.allowSharedKeyAccess,
    publicBlobAccess: account.allowBlobPublicAccess,
    publicNetworkAccess: account.publicNetworkAccess,
    minimumTls: account.minimumTlsVersion,
    httpsOnly: account.enableHttpsTrafficOnly,
    keysCreatedAt: { ...(key1 === undefined ? {} : { key1 }), ...(key2 === undefined ? {} : { key2 }) },
    blobEndpoint: account.primaryEndpoints?.blob,
  };
}

export function readBlobService(service: BlobServiceProperties, id: string): BlobServiceFacts {
  const { deleteRetentionPolicy, containerDeleteRetentionPolicy, changeFeed } = service;
  return {
    id: service.id ?? id,
    versioning: service.isVersioningEnabled === true,
    changeFeed: changeFeed?.enabled === true,
    softDelete: {
      enabled: deleteRetentionPolicy?.enabled === true,
      days: deleteRetentionPolicy?.days,
      permanentDelete: deleteRetentionPolicy?.allowPermanentDelete === true,
    },
    containerSoftDelete: {
      enabled: containerDeleteRetentionPolicy?.enabled === true,
      days: containerDeleteRetentionPolicy?.days,
    },
    settings: settableOf(service),
  };
}

/** What a change has to send along: rules for CORS that are not sent are deleted. */
function settableOf(service: BlobServiceProperties): JsonObject {
  const { restorePolicy } = service;
  const settings = {
    cors: service.cors,
    defaultServiceVersion: service.defaultServiceVersion,
    deleteRetentionPolicy: service.deleteRetentionPolicy,
    isVersioningEnabled: service.isVersioningEnabled,
    changeFeed: service.changeFeed,
    restorePolicy:
      restorePolicy === undefined ? undefined : { enabled: restorePolicy.enabled, days: restorePolicy.days },
    containerDeleteRetentionPolicy: service.containerDeleteRetentionPolicy,
    lastAccessTimeTrackingPolicy: service.lastAccessTimeTrackingPolicy,
  };
  // Fields that are undefined do not survive JSON.
  return JSON.parse(JSON.stringify(settings)) as JsonObject;
}

export function readContainer(container: BlobContainer, id: string): ContainerFacts {
  const policy = container.immutabilityPolicy;
  const isThere = container.hasImmutabilityPolicy === true && policy !== undefined;
  return {
    id: container.id ?? id,
    name: container.name ?? '',
    publicAccess: container.publicAccess ?? 'None',
    immutability: isThere
      ? {
          state: policy.state ?? '',
          days: policy.immutabilityPeriodSinceCreationInDays ?? 0,
          etag: policy.etag ?? '',
        }
      : undefined,
    legalHold: container.hasLegalHold === true,
    versionImmutability: container.immutableStorageWithVersioning?.enabled === true,
  };
}

/** Rules that are on and move current blobs to the archive tier. */
export function readArchivingRules({ policy }: ManagementPolicy): readonly ArchivingRule[] {
  return (policy?.rules ?? [])
    .filter(({ enabled, definition }) => enabled !== false && definition.actions.baseBlob?.tierToArchive !== undefined)
    .map(({ name, definition }) => ({ name, prefixes: definition.filters?.prefixMatch ?? [] }));
}
