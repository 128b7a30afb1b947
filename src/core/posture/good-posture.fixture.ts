import type { Reading } from '../protection/readings.ts';
import { BACKUP_ROLE, protectionIds, type ProtectionSettings } from '../protection/settings.ts';
import type { PostureReadings } from './posture-readings.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const WRITER = 'the-writer';
const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';

export const settings: ProtectionSettings = {
  subscription: '11111111-2222-4333-8444-555555555555',
  resourceGroup: 'rg-backup',
  location: undefined,
  account: { name: 'apigeebackup', resourceGroup: 'rg-backup' },
  containers: ['apigee'],
  vault: { name: 'holdfast-vault', redundancy: 'GeoRedundant', softDeleteDays: 14 },
  policy: { name: 'holdfast', every: 'day', day: 'Sunday', at: '02:00', retentionDays: 30 },
  blobSoftDeleteDays: 30,
  containerSoftDeleteDays: 30,
  immutability: { epochDays: 31, guaranteedDays: 30 },
  drillAccountId: undefined,
  guardId: undefined,
  replicationMarginMinutes: 60,
};

export function present<Facts>(facts: Facts): { readonly state: 'present'; readonly facts: Facts } {
  return { state: 'present', facts };
}

/** A set-up in which every check passes. */
export function goodReadings() {
  const { instanceId } = protectionIds(settings);
  const protection = goodProtection();
  return {
    settings,
    protection,
    recoveryPoints: present([{ id: 'r2', time: '2026-03-01T02:00:00Z', state: 'Completed', expiresAt: undefined }]),
    jobs: present([
      {
        id: 'j2',
        status: 'Completed',
        category: 'Backup',
        startedAt: '2026-03-01T02:00:00Z',
        endedAt: undefined,
        instanceId,
        userTriggered: false,
        problems: [],
      },
    ]),
    roleDefinitions: {
      [BACKUP_ROLE]: definition(
        'Storage Account Backup Contributor',
        ['Microsoft.Storage/storageAccounts/read', 'Microsoft.Storage/storageAccounts/blobServices/write'],
        [],
      ),
      'writer-role': definition('Holdfast writer', [], [`${BLOBS}/read`, `${BLOBS}/add/action`]),
      'reader-role': definition('Storage Blob Data Reader', [], [`${BLOBS}/read`]),
    },
    writerRoles: present(protection.roles.facts.filter(({ principalId }) => principalId === WRITER)),
    writer: WRITER,
    pruner: undefined,
    capture: present({ canWrite: false, evidence: 'The capture identity may read only.' }),
    secrets: present({ overdue: [], checked: 4 }),
    verified: present({ point: 'p1', endedAt: '2026-02-27T02:00:00Z' }),
    verifiedWithinDays: 7,
    nowMs: NOW_MS,
  } satisfies PostureReadings;
}

function goodProtection() {
  const { accountId, vaultId, policyId, instanceId } = protectionIds(settings);
  const role = { scope: accountId, principalType: 'ServicePrincipal', hasCondition: false };
  const notAsked: Reading<never> = { state: 'notAsked' };
  return {
    ...goodStorage(accountId),
    archiving: present([]),
    vault: present({
      id: vaultId,
      name: 'holdfast-vault',
      location: 'westeurope',
      principalId: 'the-vault',
      redundancy: 'GeoRedundant',
      softDelete: { state: 'On', days: 14 },
      immutability: 'Unlocked',
      guarded: true,
      crossRegionRestore: undefined,
      alerts: undefined,
      provisioningState: 'Succeeded',
      secureScore: undefined,
    }),
    recoveryServicesVault: notAsked,
    policy: notAsked,
    instances: present([
      {
        id: instanceId,
        name: 'apigeebackup',
        vaultId,
        sourceId: accountId,
        policyId,
        containers: ['apigee'],
        autoProtection: undefined,
        state: 'ProtectionConfigured',
        error: undefined,
      },
    ]),
    deletedInstances: present([]),
    guardProxies: present([
      {
        id: `${vaultId}/backupResourceGuardProxies/DppResourceGuardProxy`,
        guardId:
          '/subscriptions/99999999-2222-4333-8444-555555555555/resourceGroups/rg/providers/Microsoft.DataProtection/resourceGuards/g',
        operations: [],
      },
    ]),
    roles: present([
      { ...role, id: 'a1', roleId: BACKUP_ROLE, principalId: 'the-vault' },
      { ...role, id: 'a2', roleId: 'writer-role', principalId: WRITER },
      { ...role, id: 'a3', roleId: 'reader-role', principalId: 'an-auditor' },
    ]),
    drillAccount: notAsked,
    drillRoles: notAsked,
    guard: notAsked,
  };
}

function goodStorage(accountId: string) {
  return {
    account: present({
      id: accountId,
      name: 'apigeebackup',
      location: 'westeurope',
      kind: 'StorageV2',
      sku: 'Standard_ZRS',
      hierarchicalNamespace: false,
      networkFileSystem: false,
      sharedKeyAccess: false,
      publicBlobAccess: false,
      publicNetworkAccess: 'Enabled',
      minimumTls: 'TLS1_2',
      httpsOnly: true,
      keysCreatedAt: {},
      blobEndpoint: undefined,
    }),
    blobService: present({
      id: `${accountId}/blobServices/default`,
      versioning: true,
      changeFeed: true,
      softDelete: { enabled: true, days: 30, permanentDelete: false },
      containerSoftDelete: { enabled: true, days: 30 },
      settings: {},
    }),
    containers: {
      apigee: present({
        id: `${accountId}/blobServices/default/containers/apigee`,
        name: 'apigee',
        publicAccess: 'None',
        immutability: { state: 'Locked', days: 61, etag: '"1"' },
        legalHold: false,
        versionImmutability: false,
      }),
    },
  };
}

export function definition(name: string, actions: readonly string[], dataActions: readonly string[]) {
  return present({ id: name, name, actions, notActions: [], dataActions, notDataActions: [] });
}
