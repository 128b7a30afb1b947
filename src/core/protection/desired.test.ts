import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settings } from '../posture/good-posture.fixture.ts';
import {
  BLOB_SOURCE,
  blobServiceProperties,
  immutabilityPath,
  immutabilityProperties,
  instanceProperties,
  policyBody,
  retentionOf,
  roleAssignmentProperties,
  vaultBody,
} from './desired.ts';
import { neededImmutabilityDays, protectionIds } from './settings.ts';

const group = `/subscriptions/${settings.subscription}/resourceGroups/rg-backup/providers`;
const accountId = `${group}/Microsoft.Storage/storageAccounts/apigeebackup`;
const vaultId = `${group}/Microsoft.DataProtection/backupVaults/holdfast-vault`;

test('addresses follow from the settings', () => {
  assert.deepEqual(protectionIds(settings), {
    accountId,
    blobServiceId: `${accountId}/blobServices/default`,
    vaultId,
    policyId: `${vaultId}/backupPolicies/holdfast`,
    instanceId: `${vaultId}/backupInstances/apigeebackup`,
    recoveryServicesId: `${group}/Microsoft.RecoveryServices/vaults/holdfast-vault`,
  });
  const elsewhere = { ...settings, account: { name: 'other', resourceGroup: 'rg2' } };
  assert.equal(
    protectionIds(elsewhere).accountId,
    `/subscriptions/${settings.subscription}/resourceGroups/rg2/providers/Microsoft.Storage/storageAccounts/other`,
  );
  assert.equal(neededImmutabilityDays(settings), 61);
});

test('a vault is made with its identity, soft delete, unlocked immutability and alerts', () => {
  assert.deepEqual(vaultBody(settings, 'westeurope'), {
    location: 'westeurope',
    identity: { type: 'SystemAssigned' },
    properties: {
      storageSettings: [{ datastoreType: 'VaultStore', type: 'GeoRedundant' }],
      securitySettings: {
        softDeleteSettings: { state: 'On', retentionDurationInDays: 14 },
        immutabilitySettings: { state: 'Unlocked' },
      },
      monitoringSettings: { azureMonitorAlertSettings: { alertsForAllJobFailures: 'Enabled' } },
    },
  });
});

test('a policy has one schedule and one retention', () => {
  const store = { objectType: 'DataStoreInfoBase', dataStoreType: 'VaultStore' };
  assert.deepEqual(policyBody(settings), {
    properties: {
      objectType: 'BackupPolicy',
      datasourceTypes: ['Microsoft.Storage/storageAccounts/blobServices'],
      policyRules: [
        {
          objectType: 'AzureBackupRule',
          name: 'HoldfastBackup',
          backupParameters: { objectType: 'AzureBackupParams', backupType: 'Discrete' },
          dataStore: store,
          trigger: {
            objectType: 'ScheduleBasedTriggerContext',
            schedule: { repeatingTimeIntervals: ['R/2026-01-01T02:00:00+00:00/P1D'], timeZone: 'UTC' },
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
              deleteAfter: { objectType: 'AbsoluteDeleteOption', duration: 'P30D' },
              sourceDataStore: store,
              targetDataStoreCopySettings: [],
            },
          ],
        },
      ],
    },
  });
  assert.equal(retentionOf({ ...settings.policy, retentionDays: 7 }), 'P7D');
});

test('an instance names the account twice, its policy and its containers', () => {
  assert.equal(BLOB_SOURCE, 'Microsoft.Storage/storageAccounts/blobServices');
  const source = {
    datasourceType: BLOB_SOURCE,
    resourceID: accountId,
    resourceName: 'apigeebackup',
    resourceType: 'Microsoft.Storage/storageAccounts',
    resourceUri: accountId,
    resourceLocation: 'westeurope',
  };
  const wish = { accountId, location: 'westeurope', policyId: 'p', containers: ['a', 'b'] };
  assert.deepEqual(instanceProperties(wish), {
    objectType: 'BackupInstance',
    friendlyName: 'apigeebackup',
    dataSourceInfo: { objectType: 'Datasource', ...source },
    dataSourceSetInfo: { objectType: 'DatasourceSet', ...source },
    policyInfo: {
      policyId: 'p',
      policyParameters: {
        backupDatasourceParametersList: [{ objectType: 'BlobBackupDatasourceParameters', containersList: ['a', 'b'] }],
      },
    },
    identityDetails: { useSystemAssignedIdentity: true },
    validationType: 'ShallowValidation',
  });
});

test('the blob service keeps what is deleted; roles and immutability are as they are written', () => {
  const days = { ...settings, blobSoftDeleteDays: 8, containerSoftDeleteDays: 9 };
  assert.deepEqual(blobServiceProperties(days), {
    isVersioningEnabled: true,
    changeFeed: { enabled: true },
    deleteRetentionPolicy: { enabled: true, days: 8, allowPermanentDelete: false },
    containerDeleteRetentionPolicy: { enabled: true, days: 9 },
  });
  assert.deepEqual(roleAssignmentProperties(settings, 'the-vault'), {
    roleDefinitionId: `/subscriptions/${settings.subscription}/providers/Microsoft.Authorization/roleDefinitions/e5e2a7ff-d759-4cd2-bb51-3152d37e2eb1`,
    principalId: 'the-vault',
    principalType: 'ServicePrincipal',
    description: 'The Backup vault of Holdfast backs this account up, or restores into it.',
  });
  assert.deepEqual(immutabilityProperties(61), { immutabilityPeriodSinceCreationInDays: 61 });
  assert.equal(
    immutabilityPath(settings, 'apigee'),
    `${accountId}/blobServices/default/containers/apigee/immutabilityPolicies/default`,
  );
});
