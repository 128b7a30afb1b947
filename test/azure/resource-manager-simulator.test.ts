import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RemoteError } from '../../src/core/errors.ts';
import {
  addAccount,
  addArchivingPolicy,
  addContainer,
  addGroup,
  addRecoveryServicesVault,
  openAzuriteBlobPlane,
} from '../../src/sim/azure/resource-manager/index.ts';
import { startAzurite } from '../harness/azurite.ts';
import { createAzureWorkplace } from '../harness/azure-workplace.ts';
import { ACCOUNT_ID, createAzureWorld, DRILL_ID, GROUP_ID } from '../harness/azure-world.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a recovery point and a restore see the blobs that a blob service holds', async (t) => {
  const azurite = await startAzurite();
  t.after(() => azurite.close());
  const plane = openAzuriteBlobPlane(azurite.connectionString);
  assert.equal(await plane.readContainer('vault'), undefined);
  const blobs = [
    { name: 'a/1', bytes: bytes('one') },
    { name: 'b', bytes: bytes('') },
  ];
  await plane.writeContainer('vault', blobs);
  assert.deepEqual(await plane.readContainer('vault'), blobs);
  await plane.deleteContainer('vault');
  assert.equal(await plane.readContainer('vault'), undefined);
});

test('a backup and a restore of a container in a blob service: what the point lacks does not come back', async (t) => {
  const azurite = await startAzurite();
  t.after(() => azurite.close());
  const plane = openAzuriteBlobPlane(azurite.connectionString);
  const place = await createAzureWorkplace(t);
  const { simulator, client } = place.world;
  for (const id of [ACCOUNT_ID, DRILL_ID]) simulator.world.planes.set(id.toLowerCase(), plane);
  await plane.writeContainer('apigee', [
    { name: 'points/1', bytes: bytes('manifest') },
    { name: 'packs/1', bytes: bytes('data') },
    { name: 'packs/2', bytes: bytes('more') },
  ]);
  assert.equal((await place.run(['protect', 'apply', '--yes'])).exit, 0);
  simulator.switches.nextBackups.push({ without: ({ name }) => name === 'packs/2' });
  const { document } = await place.json('protect-backup-now', ['protect', 'backup-now']);
  await plane.deleteContainer('apigee');
  const azure = client();
  const request = {
    instanceId: document.instanceId,
    recoveryPointId: document.recoveryPoint?.id ?? '',
    target: { accountId: DRILL_ID, location: 'westeurope' },
    containers: [{ name: 'apigee', renameTo: 'drill-0001' }],
  };
  await azure.awaitJob(await azure.startRestore(request), { timeoutMs: 3_600_000 });
  assert.deepEqual(
    (await plane.readContainer('drill-0001'))?.map(({ name }) => name),
    ['packs/1', 'points/1'],
  );
});

test('what is found around a vault: containers, rules that archive, a vault of the other kind', async (t) => {
  const { simulator, client } = await createAzureWorld(t);
  const azure = client();
  const { world } = simulator;
  const account = world.find(ACCOUNT_ID);
  assert.ok(account !== undefined);
  addContainer(world, account, 'other');
  addArchivingPolicy(world, account, 'apigee/');
  assert.equal((await azure.getContainer(ACCOUNT_ID, 'other')).immutability, undefined);
  assert.deepEqual(await azure.listArchivingRules(ACCOUNT_ID), [{ name: 'to-archive', prefixes: ['apigee/'] }]);
  const [, , subscription = '', , group = ''] = ACCOUNT_ID.split('/');
  const { id } = addRecoveryServicesVault(world, { subscription, group, name: 'vm-vault' });
  const found = await azure.getRecoveryServicesVault(id);
  assert.deepEqual([found.name, found.softDelete, found.softDeleteDays], ['vm-vault', 'Enabled', 14]);
  addGroup(world, { subscription, group: 'rg-empty' });
  const absent = id.replace(group, 'rg-empty');
  await assert.rejects(
    azure.getRecoveryServicesVault(absent),
    (error: unknown) => error instanceof RemoteError && error.reason === 'ResourceNotFound',
  );
});

test('roles: what counts at a scope is what is assigned there and above', async (t) => {
  const { simulator, client } = await createAzureWorld(t);
  const azure = client();
  const reader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1';
  const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
  const assign = (scope: string, roleId: string, name: string): Promise<void> =>
    azure.send({
      method: 'PUT',
      path: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
      body: {
        properties: {
          roleDefinitionId: `${GROUP_ID}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
          principalId: 'p',
        },
      },
    });
  await assign(GROUP_ID, owner, 'a1');
  await assign(ACCOUNT_ID, reader, 'a2');
  await assign(`${ACCOUNT_ID}/blobServices/default/containers/apigee`, reader, 'a3');
  // That it is there already is as good.
  await assign(ACCOUNT_ID, reader, 'a4');
  const counting = await azure.listRoleAssignments(ACCOUNT_ID);
  assert.deepEqual(
    counting.map(({ roleId }) => roleId),
    [owner, reader],
  );
  const definition = await azure.getRoleDefinition(ACCOUNT_ID, reader);
  assert.deepEqual(
    [definition.name, definition.dataActions],
    ['Storage Blob Data Reader', ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read']],
  );
  assert.equal(simulator.writes.length, 4);
});

test('the simulator refuses what it does not model, a version it does not know, and a caller without a token', async (t) => {
  const { simulator } = await createAzureWorld(t);
  const ask = async (target: string, authorization = 'Bearer somebody'): Promise<string> => {
    const { status, body = '' } = await simulator.handle({
      method: 'GET',
      target,
      headers: { authorization },
      body: '',
    });
    return `${status} ${/"code":"(\w+)"/.exec(body)?.[1]}`;
  };
  assert.equal(await ask(`${ACCOUNT_ID}/queueServices/default?api-version=2026-04-01`), '501 SimulatorDoesNotModel');
  assert.equal(await ask(`${ACCOUNT_ID}?api-version=2019-01-01`), '400 InvalidApiVersionParameter');
  assert.equal(await ask(ACCOUNT_ID), '400 MissingApiVersionParameter');
  assert.equal(await ask(`${ACCOUNT_ID}?api-version=2026-04-01`, ''), '401 InvalidAuthenticationToken');
  assert.equal(await ask(`${ACCOUNT_ID}?api-version=2026-04-01`), '200 undefined');
});

test('an account with a hierarchical namespace says so', async (t) => {
  const { simulator, client } = await createAzureWorld(t);
  const [, , subscription = '', , group = ''] = ACCOUNT_ID.split('/');
  const properties = { isHnsEnabled: true };
  const { id } = addAccount(simulator.world, { subscription, group, name: 'lake', properties });
  assert.equal((await client().getAccount(id)).hierarchicalNamespace, true);
});
