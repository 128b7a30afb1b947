import type { JsonObject } from '../json.ts';
import { nameOf } from './arm-id.ts';
import { intervalOf } from './schedule.ts';
import { BACKUP_ROLE, BACKUP_RULE, protectionIds, type ProtectionSettings, STORAGE_ACCOUNT } from './settings.ts';

export const BLOB_SOURCE = 'Microsoft.Storage/storageAccounts/blobServices';
const STORE: JsonObject = { objectType: 'DataStoreInfoBase', dataStoreType: 'VaultStore' };

/** A new Backup vault. Nothing in it is beyond recall. */
export function vaultBody({ vault }: ProtectionSettings, location: string): JsonObject {
  return {
    location,
    identity: { type: 'SystemAssigned' },
    properties: {
      storageSettings: [{ datastoreType: 'VaultStore', type: vault.redundancy }],
      securitySettings: {
        softDeleteSettings: { state: 'On', retentionDurationInDays: vault.softDeleteDays },
        immutabilitySettings: { state: 'Unlocked' },
      },
      monitoringSettings: { azureMonitorAlertSettings: { alertsForAllJobFailures: 'Enabled' } },
    },
  };
}

export function policyBody({ policy }: ProtectionSettings): JsonObject {
  return {
    properties: {
      objectType: 'BackupPolicy',
      datasourceTypes: [BLOB_SOURCE],
      policyRules: [
        {
          objectType: 'AzureBackupRule',
          name: BACKUP_RULE,
          backupParameters: { objectType: 'AzureBackupParams', backupType: 'Discrete' },
          dataStore: STORE,
          trigger: {
            objectType: 'ScheduleBasedTriggerContext',
            schedule: { repeatingTimeIntervals: [intervalOf(policy)], timeZone: 'UTC' },
            taggingCriteria: [
              { isDefault: true, taggingPriority: 99, tagInfo: { id: 'Default_', tagName: 'Default' } },
            ],
          },
        },
        {
          objectType: 'AzureRetentionRule',
          name: 'Default',
          isDefault: true,
          lifecycles: [
            {
              deleteAfter: { objectType: 'AbsoluteDeleteOption', duration: retentionOf(policy) },
              sourceDataStore: STORE,
              targetDataStoreCopySettings: [],
            },
          ],
        },
      ],
    },
  };
}

export function retentionOf({ retentionDays }: ProtectionSettings['policy']): string {
  return `P${retentionDays}D`;
}

export interface InstanceWish {
  readonly accountId: string;
  readonly location: string;
  readonly policyId: string;
  readonly containers: readonly string[];
}

/** The properties of a backup instance: what is validated, written, and put into templates. */
export function instanceProperties({ accountId, location, policyId, containers }: InstanceWish): JsonObject {
  const source: JsonObject = {
    datasourceType: BLOB_SOURCE,
    resourceID: accountId,
    resourceName: nameOf(accountId),
    resourceType: STORAGE_ACCOUNT,
    resourceUri: accountId,
    resourceLocation: location,
  };
  return {
    objectType: 'BackupInstance',
    friendlyName: nameOf(accountId),
    dataSourceInfo: { objectType: 'Datasource', ...source },
    dataSourceSetInfo: { objectType: 'DatasourceSet', ...source },
    policyInfo: {
      policyId,
      policyParameters: {
        backupDatasourceParametersList: [{ objectType: 'BlobBackupDatasourceParameters', containersList: containers }],
      },
    },
    identityDetails: { useSystemAssignedIdentity: true },
    validationType: 'ShallowValidation',
  };
}

/** What the blob service has to have switched on. */
export function blobServiceProperties(settings: ProtectionSettings): JsonObject {
  return {
    isVersioningEnabled: true,
    changeFeed: { enabled: true },
    deleteRetentionPolicy: { enabled: true, days: settings.blobSoftDeleteDays, allowPermanentDelete: false },
    containerDeleteRetentionPolicy: { enabled: true, days: settings.containerSoftDeleteDays },
  };
}

const ROLE_DESCRIPTION = 'The Backup vault of Holdfast backs this account up, or restores into it.';

/** The role that lets the vault's identity back the account up or restore into it. */
export function roleAssignmentProperties(settings: ProtectionSettings, principalId: JsonObject | string): JsonObject {
  const { subscription } = settings;
  return {
    roleDefinitionId: `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${BACKUP_ROLE}`,
    principalId,
    principalType: 'ServicePrincipal',
    description: ROLE_DESCRIPTION,
  };
}

export function immutabilityProperties(days: number): JsonObject {
  return { immutabilityPeriodSinceCreationInDays: days };
}

export function immutabilityPath(settings: ProtectionSettings, container: string): string {
  return `${protectionIds(settings).blobServiceId}/containers/${container}/immutabilityPolicies/default`;
}
