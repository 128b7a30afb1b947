import type { JsonObject } from '../json.ts';
import { nameOf } from './arm-id.ts';
import { BLOB_SOURCE } from './desired.ts';

export interface RestoreOrder {
  readonly recoveryPointId: string;
  readonly target: { readonly accountId: string; readonly location: string };
  readonly containers: readonly {
    readonly name: string;
    readonly renameTo: string;
    readonly prefixes?: readonly string[];
  }[];
}

/** The body of a restore of containers under other names; a validation wraps it in `restoreRequestObject`. */
export function restoreBody({ recoveryPointId, target, containers }: RestoreOrder): JsonObject {
  const { accountId, location } = target;
  return {
    objectType: 'AzureBackupRecoveryPointBasedRestoreRequest',
    recoveryPointId,
    sourceDataStoreType: 'VaultStore',
    restoreTargetInfo: {
      objectType: 'ItemLevelRestoreTargetInfo',
      recoveryOption: 'FailIfExists',
      restoreLocation: location,
      datasourceInfo: {
        objectType: 'Datasource',
        datasourceType: BLOB_SOURCE,
        resourceID: accountId,
        resourceName: nameOf(accountId),
        resourceType: 'Microsoft.Storage/storageAccounts',
        resourceUri: accountId,
        resourceLocation: location,
      },
      restoreCriteria: containers.map(({ name, renameTo, prefixes }) => ({
        objectType: 'ItemPathBasedRestoreCriteria',
        itemPath: name,
        isPathRelativeToBackupItem: true,
        ...(prefixes === undefined ? {} : { subItemPathPrefix: prefixes }),
        renameTo,
      })),
    },
  };
}
