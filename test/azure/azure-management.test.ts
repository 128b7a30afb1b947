import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AzureManagement } from '../../src/app/ports/azure.ts';
import { RemoteError } from '../../src/core/errors.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { ACCOUNT_ID, type AzureWorld, createAzureWorld, DRILL_ID, VAULT_ID } from '../harness/azure-world.ts';

const ROLE = 'e5e2a7ff-d759-4cd2-bb51-3152d37e2eb1';
const INSTANCE_ID = `${VAULT_ID}/backupInstances/apigeebackup`;
const POLICY_ID = `${VAULT_ID}/backupPolicies/daily`;

const vaultBody: JsonObject = {
  location: 'westeurope',
  identity: { type: 'SystemAssigned' },
  properties: {
    storageSettings: [{ datastoreType: 'VaultStore', type: 'GeoRedundant' }],
    securitySettings: {
      softDeleteSettings: { state: 'On', retentionDurationInDays: 14 },
      immutabilitySettings: { state: 'Disabled' },
    },
  },
};
const store = { objectType: 'DataStoreInfoBase', dataStoreType: 'VaultStore' };
const policyBody: JsonObject = {
  properties: {
    objectType: 'BackupPolicy',
    datasourceTypes: ['Microsoft.Storage/storageAccounts/blobServices'],
    policyRules: [
      {
        objectType: 'AzureBackupRule',
        name: 'BackupDaily',
        backupParameters: { objectType: 'AzureBackupParams', backupType: 'Discrete' },
        dataStore: store,
        trigger: {
          objectType: 'ScheduleBasedTriggerContext',
          schedule: { repeatingTimeIntervals: ['R/2026-01-01T02:00:00+00:00/P1D'], timeZone: 'UTC' },
          taggingCriteria: [{ isDefault: true, taggingPriority: 99, tagInfo: { id: 'Default_', tagName: 'Default' } }],
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
};
const source = {
  datasourceType: 'Microsoft.Storage/storageAccounts/blobServices',
  resourceID: ACCOUNT_ID,
  resourceName: 'apigeebackup',
  resourceType: 'Microsoft.Storage/storageAccounts',
  resourceUri: ACCOUNT_ID,
  resourceLocation: 'westeurope',
};
const instanceProperties: JsonObject = {
  objectType: 'BackupInstance',
  friendlyName: 'apigeebackup',
  dataSourceInfo: { objectType: 'Datasource', ...source },
  dataSourceSetInfo: { objectType: 'DatasourceSet', ...source },
  policyInfo: {
    policyId: POLICY_ID,
    policyParameters: {
      backupDatasourceParametersList: [{ objectType: 'BlobBackupDatasourceParameters', containersList: ['apigee'] }],
    },
  },
  identityDetails: { useSystemAssignedIdentity: true },
};

async function assignRole(azure: AzureManagement, scope: string, name: string): Promise<void> {
  const { principalId } = await azure.getVault(VAULT_ID);
  assert.ok(principalId !== undefined);
  await azure.send({
    method: 'PUT',
    path: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    body: {
      properties: {
        roleDefinitionId: `/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/${ROLE}`,
        principalId,
      },
    },
  });
}

/** Vault, policy, role that counts, instance. */
async function protect(world: AzureWorld): Promise<AzureManagement> {
  const azure = world.client();
  await azure.send({ method: 'PUT', path: VAULT_ID, body: vaultBody });
  await azure.send({ method: 'PUT', path: POLICY_ID, body: policyBody });
  await assignRole(azure, ACCOUNT_ID, '00000000-0000-4000-8000-000000000001');
  await assignRole(azure, DRILL_ID, '00000000-0000-4000-8000-000000000002');
  await world.clock.sleep(120_000);
  await azure.send({ method: 'PUT', path: INSTANCE_ID, body: { properties: instanceProperties } });
  return azure;
}

function refusal(code: string, reason?: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof RemoteError, String(error));
    assert.deepEqual([error.code, error.reason], [code, reason ?? error.reason]);
    return true;
  };
}

test('a role that was just assigned does not count yet; the vault protects when it does', async (t) => {
  const world = await createAzureWorld(t);
  const azure = world.client();
  await azure.send({ method: 'PUT', path: VAULT_ID, body: vaultBody });
  await azure.send({ method: 'PUT', path: POLICY_ID, body: policyBody });
  await assignRole(azure, ACCOUNT_ID, '00000000-0000-4000-8000-000000000001');
  await assert.rejects(azure.validateForBackup(VAULT_ID, instanceProperties), refusal('ROLE_NOT_EFFECTIVE'));
  await world.clock.sleep(120_000);
  await azure.validateForBackup(VAULT_ID, instanceProperties);
  await azure.send({ method: 'PUT', path: INSTANCE_ID, body: { properties: instanceProperties } });
  const [instance] = await azure.listInstancesOf(ACCOUNT_ID);
  assert.deepEqual(
    [instance?.id, instance?.state, instance?.containers],
    [INSTANCE_ID, 'ProtectionConfigured', ['apigee']],
  );
});

test('an instance that is made too early is in error, and sync mends it when the role counts', async (t) => {
  const world = await createAzureWorld(t);
  const azure = world.client();
  await azure.send({ method: 'PUT', path: VAULT_ID, body: vaultBody });
  await azure.send({ method: 'PUT', path: POLICY_ID, body: policyBody });
  await azure.send({ method: 'PUT', path: INSTANCE_ID, body: { properties: instanceProperties } });
  const { state, error } = await azure.getInstance(INSTANCE_ID);
  assert.deepEqual([state, error?.code], ['ProtectionError', 'UserErrorMissingPermissions']);
  await assignRole(azure, ACCOUNT_ID, '00000000-0000-4000-8000-000000000001');
  await world.clock.sleep(120_000);
  await azure.send({ method: 'POST', path: `${INSTANCE_ID}/sync` });
  assert.equal((await azure.getInstance(INSTANCE_ID)).state, 'ProtectionConfigured');
});

test('the job behind the operation is what is waited for', async (t) => {
  const world = await createAzureWorld(t);
  const azure = await protect(world);
  const id = await azure.startBackup(INSTANCE_ID, 'BackupDaily');
  assert.equal((await azure.getJob(id)).status, 'InProgress');
  assert.deepEqual(await azure.listRecoveryPoints(INSTANCE_ID), []);
  const seen = new Set<string>();
  const job = await azure.awaitJob(id, { timeoutMs: 3_600_000, onPoll: ({ status }) => seen.add(status) });
  assert.deepEqual([job.status, [...seen]], ['Completed', ['InProgress', 'Completed']]);
  const [point] = await azure.listRecoveryPoints(INSTANCE_ID);
  assert.equal(point?.state, 'Completed');
});

test('a job that does not end is told as such; one that fails brings Azure’s words', async (t) => {
  const world = await createAzureWorld(t);
  const azure = await protect(world);
  world.simulator.switches.jobMs = 10 * 3_600_000;
  const slow = await azure.startBackup(INSTANCE_ID, 'BackupDaily');
  await assert.rejects(azure.awaitJob(slow, { timeoutMs: 3_600_000 }), refusal('OPERATION_TIMEOUT'));
  world.simulator.switches.jobMs = 60_000;
  world.simulator.switches.nextBackups.push({ outcome: 'Failed' });
  const failing = await azure.startBackup(INSTANCE_ID, 'BackupDaily');
  const job = await azure.awaitJob(failing, { timeoutMs: 3_600_000 });
  assert.deepEqual([job.status, job.problems[0]?.code], ['Failed', 'UserErrorObjectReplicationFailed']);
});

test('a restore brings what the point holds into the other account, under the new name', async (t) => {
  const world = await createAzureWorld(t);
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  world.source.containers.set(
    'apigee',
    new Map([
      ['points/1', bytes('manifest')],
      ['packs/1', bytes('data')],
    ]),
  );
  const azure = await protect(world);
  // Replication keeps no order: this point has a manifest without its packs.
  world.simulator.switches.nextBackups.push({ without: ({ name }) => name.startsWith('packs/') });
  await azure.awaitJob(await azure.startBackup(INSTANCE_ID, 'BackupDaily'), { timeoutMs: 3_600_000 });
  world.source.containers.set('apigee', new Map());
  const [point] = await azure.listRecoveryPoints(INSTANCE_ID);
  const request = {
    instanceId: INSTANCE_ID,
    recoveryPointId: point?.id ?? '',
    target: { accountId: DRILL_ID, location: 'westeurope' },
    containers: [{ name: 'apigee', renameTo: 'drill-1' }],
  };
  await azure.validateRestore(request);
  const job = await azure.awaitJob(await azure.startRestore(request), { timeoutMs: 3_600_000 });
  assert.equal(job.status, 'Completed');
  assert.deepEqual([...(world.drill.containers.get('drill-1') ?? [])], [['points/1', bytes('manifest')]]);
  await assert.rejects(azure.validateRestore(request), refusal('OPERATION_FAILED', 'UserErrorTargetContainerExists'));
  const same = { ...request, target: { accountId: ACCOUNT_ID, location: 'westeurope' } };
  await assert.rejects(
    azure.validateRestore(same),
    refusal('OPERATION_FAILED', 'UserErrorRestoreToSourceNotSupported'),
  );
  await azure.deleteContainer(DRILL_ID, 'drill-1');
  assert.equal(world.drill.containers.has('drill-1'), false);
});

test('a deleted instance comes back stopped within the days of soft delete, and is gone after them', async (t) => {
  const world = await createAzureWorld(t);
  const azure = await protect(world);
  const remove = async (): Promise<void> => {
    const path = `${INSTANCE_ID}?api-version=2026-06-01`;
    await world.simulator.handle({ method: 'DELETE', target: path, headers: { authorization: 'Bearer x' }, body: '' });
    await world.clock.sleep(60_000);
  };
  await remove();
  const [deleted] = await azure.listDeletedInstances(VAULT_ID);
  assert.equal(deleted?.sourceId, ACCOUNT_ID);
  await assert.rejects(
    azure.validateForBackup(VAULT_ID, instanceProperties),
    refusal('OPERATION_FAILED', 'UserErrorDppDatasourceInSoftDeletedState'),
  );
  await world.clock.sleep(13 * 86_400_000);
  await azure.undelete(deleted.id);
  assert.equal((await azure.getInstance(INSTANCE_ID)).state, 'ProtectionStopped');
  await assert.rejects(azure.startBackup(INSTANCE_ID, 'BackupDaily'), refusal('REMOTE_INVALID'));
  await azure.resumeProtection(INSTANCE_ID);
  assert.equal((await azure.getInstance(INSTANCE_ID)).state, 'ProtectionConfigured');
  await remove();
  await world.clock.sleep(14 * 86_400_000);
  assert.deepEqual(await azure.listDeletedInstances(VAULT_ID), []);
});

test('a guard of somebody else’s keeps an instance from being deleted until its request is named', async (t) => {
  const world = await createAzureWorld(t);
  const azure = await protect(world);
  const guard = `${VAULT_ID.replace(/backupVaults.*/, 'resourceGuards/guard')}`;
  await azure.send({ method: 'PUT', path: guard, body: { location: 'westeurope', properties: {} } });
  const proxy = `${VAULT_ID}/backupResourceGuardProxies/DppResourceGuardProxy`;
  await azure.send({ method: 'PUT', path: proxy, body: { properties: { resourceGuardResourceId: guard } } });
  assert.equal((await azure.getVault(VAULT_ID)).guarded, true);
  const remove = async (): Promise<number> => {
    const target = `${INSTANCE_ID}?api-version=2026-06-01`;
    const request = { method: 'DELETE', target, headers: { authorization: 'Bearer x' }, body: '' };
    return (await world.simulator.handle(request)).status;
  };
  assert.equal(await remove(), 403);
  const [known] = await azure.listGuardProxies(VAULT_ID);
  assert.ok(known !== undefined);
  const request = known.operations.find((one) => one.request.includes('deleteBackupInstanceRequests'))?.request ?? '';
  await azure.unlockDelete(known.id, { guardRequests: [request], target: INSTANCE_ID });
  assert.equal(await remove(), 202);
  assert.ok((await azure.getGuard(guard)).operations.length > 0);
});

test('busy answers are repeated after the pause that was asked for, and a denial is one', async (t) => {
  const world = await createAzureWorld(t);
  const azure = world.client();
  world.simulator.faults.set([
    { fault: { kind: 'status', status: 429, retryAfterSeconds: 17 }, count: 1 },
    { fault: { kind: 'status', status: 503 }, count: 1 },
    { fault: { kind: 'drop', when: 'before-commit' }, count: 1 },
  ]);
  const before = world.clock.epochMs();
  assert.equal((await azure.getAccount(ACCOUNT_ID)).kind, 'StorageV2');
  assert.ok(world.clock.epochMs() - before >= 17_000);
  assert.deepEqual(
    world.simulator.faults.report().map(({ fired }) => fired),
    [1, 1, 1],
  );
  world.simulator.denials.push({ caller: 'auditor', action: 'Microsoft.Storage/storageAccounts/read' });
  await assert.rejects(world.client('auditor').getAccount(ACCOUNT_ID), refusal('REMOTE_DENIED', 'AuthorizationFailed'));
  assert.equal((await azure.getAccount(ACCOUNT_ID)).name, 'apigeebackup');
});

test('what starts something is repeated after 429 only: after 503 it may have begun', async (t) => {
  const world = await createAzureWorld(t);
  const azure = world.client();
  const start = (): Promise<unknown> => azure.send({ method: 'POST', path: `${INSTANCE_ID}/resumeProtection` });
  const sent = (): number => world.simulator.exchanges.filter(({ method }) => method === 'POST').length;
  world.simulator.faults.set([{ fault: { kind: 'status', status: 503 } }]);
  await assert.rejects(start(), refusal('REMOTE_FAILED', 'ServerTimeout'));
  assert.equal(sent(), 1);
  world.simulator.faults.set([{ fault: { kind: 'status', status: 429, retryAfterSeconds: 2 }, count: 1 }]);
  await assert.rejects(start(), refusal('REMOTE_NOT_FOUND', 'ResourceNotFound'));
  assert.equal(sent(), 3);
});

test('what is not there is told by Azure’s own code: subscription, group, resource', async (t) => {
  const azure = (await createAzureWorld(t)).client();
  const other = (from: string | RegExp, to: string): string => ACCOUNT_ID.replace(from, to);
  await assert.rejects(
    azure.getAccount(other(/subscriptions\/[^/]+/, 'subscriptions/none')),
    refusal('REMOTE_NOT_FOUND', 'SubscriptionNotFound'),
  );
  await assert.rejects(
    azure.getAccount(other('rg-backup', 'rg-none')),
    refusal('REMOTE_NOT_FOUND', 'ResourceGroupNotFound'),
  );
  await assert.rejects(
    azure.getAccount(other('apigeebackup', 'none')),
    refusal('REMOTE_NOT_FOUND', 'ResourceNotFound'),
  );
  await assert.rejects(azure.getVault(VAULT_ID), refusal('REMOTE_NOT_FOUND', 'ResourceNotFound'));
});

test('an operation is followed through busy answers, and one that fails brings Azure’s code', async (t) => {
  const world = await createAzureWorld(t);
  const azure = world.client();
  const polls = { path: 'operationStatus' };
  world.simulator.faults.set([
    { ...polls, fault: { kind: 'status', status: 503, retryAfterSeconds: 3 }, count: 1 },
    { ...polls, fault: { kind: 'status', status: 429, retryAfterSeconds: 4 }, count: 1 },
    { ...polls, fault: { kind: 'drop', when: 'after-commit' }, count: 1 },
  ]);
  await azure.send({ method: 'PUT', path: VAULT_ID, body: vaultBody });
  assert.equal((await azure.getVault(VAULT_ID)).provisioningState, 'Succeeded');
  assert.deepEqual(
    world.simulator.faults.report().map(({ fired }) => fired),
    [1, 1, 1],
  );
  await azure.send({ method: 'PUT', path: POLICY_ID, body: policyBody });
  const nowhere = {
    ...instanceProperties,
    dataSourceInfo: { objectType: 'Datasource', ...source, resourceID: `${ACCOUNT_ID}x` },
  };
  await assert.rejects(
    azure.validateForBackup(VAULT_ID, nowhere),
    refusal('OPERATION_FAILED', 'UserErrorDatasourceNotFound'),
  );
});

test('an operation that never ends is given up, and a POST whose answer was lost is not repeated', async (t) => {
  const world = await createAzureWorld(t);
  const azure = await protect(world);
  world.simulator.switches.operationMs = 10 * 3_600_000;
  await assert.rejects(azure.resumeProtection(INSTANCE_ID), refusal('OPERATION_TIMEOUT'));
  world.simulator.switches.operationMs = 10_000;
  world.simulator.forget();
  world.simulator.faults.set([{ fault: { kind: 'drop', when: 'after-commit' }, path: '/backup$', count: 1 }]);
  await assert.rejects(azure.startBackup(INSTANCE_ID, 'BackupDaily'), refusal('REMOTE_UNREACHABLE'));
  assert.equal(world.simulator.writes.length, 1);
});

test('an operation that sends us to another host is not followed, and no token goes there', async (t) => {
  const world = await createAzureWorld(t);
  world.simulator.operations.host = 'https://evil.example';
  const azure = world.client();
  await assert.rejects(
    azure.send({ method: 'PUT', path: VAULT_ID, body: vaultBody }),
    (error: unknown) =>
      error instanceof RemoteError && error.code === 'REMOTE_ANSWER_INVALID' && /evil\.example/.test(error.message),
  );
});

test('the simulator refuses a body that Azure’s types do not have', async (t) => {
  const azure = (await createAzureWorld(t)).client();
  const wrong = {
    ...vaultBody,
    properties: { storageSettings: [{ datastoreType: 'VaultStore', type: 'GeoRedundand' }] },
  };
  await assert.rejects(
    azure.send({ method: 'PUT', path: VAULT_ID, body: wrong }),
    refusal('REMOTE_INVALID', 'InvalidRequestContent'),
  );
  const unknown = { ...vaultBody, properties: { storageSettings: [], softDelete: true } };
  await assert.rejects(azure.send({ method: 'PUT', path: VAULT_ID, body: unknown }), /softDelete is not a field/);
});

test('storage: a change keeps the rules for CORS, and a locked policy of a container only grows', async (t) => {
  const world = await createAzureWorld(t);
  const azure = world.client();
  const cors = {
    corsRules: [
      { allowedOrigins: ['*'], allowedMethods: ['GET'], maxAgeInSeconds: 1, exposedHeaders: [], allowedHeaders: [] },
    ],
  };
  world.simulator.edit(`${ACCOUNT_ID}/blobServices/default`, (service) => {
    service.properties['cors'] = cors;
  });
  const { settings } = await azure.getBlobService(ACCOUNT_ID);
  await azure.send({
    method: 'PUT',
    path: `${ACCOUNT_ID}/blobServices/default`,
    body: { properties: { ...settings, isVersioningEnabled: true } },
  });
  const service = await azure.getBlobService(ACCOUNT_ID);
  assert.deepEqual([service.versioning, service.settings['cors']], [true, cors]);
  const path = `${ACCOUNT_ID}/blobServices/default/containers/apigee/immutabilityPolicies/default`;
  const policy = (days: number): JsonObject => ({ properties: { immutabilityPeriodSinceCreationInDays: days } });
  await azure.send({ method: 'PUT', path, body: policy(61) });
  const unlocked = (await azure.getContainer(ACCOUNT_ID, 'apigee')).immutability;
  assert.deepEqual([unlocked?.state, unlocked?.days], ['Unlocked', 61]);
  await azure.send({ method: 'POST', path: `${path}/lock`, ifMatch: unlocked?.etag ?? '' });
  await assert.rejects(azure.send({ method: 'PUT', path, body: policy(1) }), refusal('REMOTE_CONFLICT'));
  const { immutability } = await azure.getContainer(ACCOUNT_ID, 'apigee');
  await azure.send({ method: 'POST', path: `${path}/extend`, body: policy(90), ifMatch: immutability?.etag ?? '' });
  assert.equal((await azure.getContainer(ACCOUNT_ID, 'apigee')).immutability?.days, 90);
  assert.deepEqual(Object.keys((await azure.getAccount(ACCOUNT_ID)).keysCreatedAt), ['key1', 'key2']);
  assert.deepEqual(await azure.listArchivingRules(ACCOUNT_ID), []);
});

test('roles of one identity come with those of its groups, and of the groups these are in', async (t) => {
  const world = await createAzureWorld(t);
  const azure = world.client();
  for (const principalId of ['writer', 'all-teams', 'others']) {
    world.simulator.world.put({
      id: `${ACCOUNT_ID}/providers/Microsoft.Authorization/roleAssignments/${principalId}`,
      name: principalId,
      type: 'Microsoft.Authorization/roleAssignments',
      properties: { scope: ACCOUNT_ID, principalId, roleDefinitionId: `/roleDefinitions/${ROLE}` },
    });
  }
  world.simulator.world.groupMembers.set('team', ['writer']).set('all-teams', ['team']).set('others', ['somebody']);
  const found = await azure.listRolesOf(ACCOUNT_ID, 'writer');
  assert.deepEqual(found.map(({ principalId }) => principalId).sort(), ['all-teams', 'writer']);
});
