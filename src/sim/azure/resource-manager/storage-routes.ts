import { ArmFault, badRequest, resourceNotFound } from './arm-fault.ts';
import { listAt, mergeRecords, recordAt, textAt } from './arm-record.ts';
import type { ArmResource } from './arm-world.ts';
import { ACCOUNT, type ArmAnswer, type ArmCall, type ArmRoute, page, versions } from './route.ts';

const SERVICE = `${ACCOUNT}/blobServices/default`;
const CONTAINER = `${SERVICE}/containers/{container}`;
const POLICY = `${CONTAINER}/immutabilityPolicies/default`;
const apiVersions = versions.storage;
const MOST_EXTENSIONS = 5;

export const storageRoutes: readonly ArmRoute[] = [
  {
    method: 'GET',
    template: ACCOUNT,
    apiVersions,
    action: 'Microsoft.Storage/storageAccounts/read',
    answer: 'Microsoft.Storage/storageAccounts',
    handle: (call) => ok(getAccount(call)),
  },
  {
    method: 'POST',
    template: `${ACCOUNT}/listKeys`,
    apiVersions,
    action: 'Microsoft.Storage/storageAccounts/listKeys/action',
    answer: 'StorageKeys',
    handle: listKeys,
  },
  {
    method: 'GET',
    template: SERVICE,
    apiVersions,
    action: 'Microsoft.Storage/storageAccounts/blobServices/read',
    answer: 'Microsoft.Storage/storageAccounts/blobServices',
    handle: (call) => ok(getChild(call, `${getAccount(call).id}/blobServices/default`)),
  },
  {
    method: 'PUT',
    template: SERVICE,
    apiVersions,
    action: 'Microsoft.Storage/storageAccounts/blobServices/write',
    request: { type: 'Microsoft.Storage/storageAccounts/blobServices', direction: 'request' },
    answer: 'Microsoft.Storage/storageAccounts/blobServices',
    handle: putBlobService,
  },
  {
    method: 'GET',
    template: `${ACCOUNT}/managementPolicies/default`,
    apiVersions,
    action: 'Microsoft.Storage/storageAccounts/managementPolicies/read',
    answer: 'Microsoft.Storage/storageAccounts/managementPolicies',
    handle: (call) =>
      ok(getChild(call, `${getAccount(call).id}/managementPolicies/default`, 'ManagementPolicyNotFound')),
  },
  {
    method: 'GET',
    template: `${SERVICE}/containers`,
    apiVersions,
    action: 'Microsoft.Storage/storageAccounts/blobServices/containers/read',
    answer: { list: 'Microsoft.Storage/storageAccounts/blobServices/containers' },
    handle: (call) =>
      page(call.world.list('Microsoft.Storage/storageAccounts/blobServices/containers', `${getAccount(call).id}/`)),
  },
  {
    method: 'GET',
    template: CONTAINER,
    apiVersions,
    action: 'Microsoft.Storage/storageAccounts/blobServices/containers/read',
    answer: 'Microsoft.Storage/storageAccounts/blobServices/containers',
    handle: (call) => ok(getContainer(call)),
  },
  {
    method: 'DELETE',
    template: CONTAINER,
    apiVersions,
    action: 'Microsoft.Storage/storageAccounts/blobServices/containers/delete',
    handle: deleteContainer,
  },
  {
    method: 'GET',
    template: POLICY,
    apiVersions,
    action: 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies/read',
    answer: 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies',
    handle: (call) => ok(readPolicy(call)),
  },
  {
    method: 'PUT',
    template: POLICY,
    apiVersions,
    action: 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies/write',
    request: {
      type: 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies',
      direction: 'request',
    },
    answer: 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies',
    handle: putPolicy,
  },
  {
    method: 'DELETE',
    template: POLICY,
    apiVersions,
    action: 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies/delete',
    answer: 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies',
    handle: deletePolicy,
  },
  {
    method: 'POST',
    template: `${POLICY}/lock`,
    apiVersions,
    action: 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies/lock/action',
    answer: 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies',
    handle: lockPolicy,
  },
  {
    method: 'POST',
    template: `${POLICY}/extend`,
    apiVersions,
    action: 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies/extend/action',
    request: {
      type: 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies',
      direction: 'request',
    },
    answer: 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies',
    handle: extendPolicy,
  },
];

function ok(body: unknown): ArmAnswer {
  return { status: 200, body };
}

function getAccount({ world, names }: ArmCall): ArmResource {
  const { sub, group = '', account = '' } = names;
  const found = world.find(
    `/subscriptions/${sub}/resourceGroups/${group}/providers/Microsoft.Storage/storageAccounts/${account}`,
  );
  if (found === undefined) throw resourceNotFound('Microsoft.Storage/storageAccounts', account, group);
  return found;
}

function getChild({ world }: ArmCall, id: string, code = 'ResourceNotFound'): ArmResource {
  const found = world.find(id);
  if (found === undefined) throw new ArmFault(404, code, 'The specified resource does not exist.');
  return found;
}

function getContainer(call: ArmCall): ArmResource {
  const id = `${getAccount(call).id}/blobServices/default/containers/${call.names['container']}`;
  const found = call.world.find(id);
  if (found === undefined) {
    throw new ArmFault(404, 'ContainerNotFound', 'The specified container does not exist.');
  }
  return found;
}

function listKeys(call: ArmCall): ArmAnswer {
  const account = getAccount(call);
  const made = recordAt(account, 'properties', 'keyCreationTime');
  const keys = ['key1', 'key2'].map((keyName) => ({
    keyName,
    // Of no use anywhere: the same for every account of every simulator.
    value: Buffer.from(`simulated ${keyName} of ${account.name}`).toString('base64'),
    permissions: 'FULL',
    creationTime: textAt(made, keyName),
  }));
  return ok({ keys });
}

function putBlobService(call: ArmCall): ArmAnswer {
  const service = getChild(call, `${getAccount(call).id}/blobServices/default`);
  const asked = recordAt(call.body, 'properties');
  for (const field of ['deleteRetentionPolicy', 'containerDeleteRetentionPolicy']) {
    const { enabled, days } = recordAt(asked, field);
    const isInRange = typeof days === 'number' && days >= 1 && days <= 365;
    if (enabled === true && !isInRange) {
      throw badRequest('InvalidValue', `${field}.days has to be from 1 to 365.`);
    }
  }
  // What is not sent keeps its value, but for the CORS rules, which are deleted.
  const { cors: _dropped, ...kept } = service.properties;
  service.properties = mergeRecords(kept, asked);
  return ok(service);
}

async function deleteContainer(call: ArmCall): Promise<ArmAnswer> {
  const container = getContainer(call);
  const policy = recordAt(container, 'properties', 'immutabilityPolicy');
  if (textAt(policy, 'properties', 'state') === 'Locked') {
    throw new ArmFault(
      409,
      'ContainerImmutableDueToPolicy',
      'The container is protected by a locked immutability policy.',
    );
  }
  call.world.remove(container.id);
  await call.world.planes.get(getAccount(call).id.toLowerCase())?.deleteContainer(container.name);
  return { status: 200 };
}

// ---------------------------------------------------------------------------------- immutability of a container

/** A container without a policy answers one of no days, not a 404. */
function readPolicy(call: ArmCall): ArmResource {
  const container = getContainer(call);
  const policy = recordAt(container, 'properties', 'immutabilityPolicy');
  return {
    id: `${container.id}/immutabilityPolicies/default`,
    name: 'default',
    type: 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies',
    etag: textAt(policy, 'etag'),
    properties: 'properties' in policy ? recordAt(policy, 'properties') : noPolicy,
  };
}

const noPolicy = { immutabilityPeriodSinceCreationInDays: 0, state: 'Unlocked' };

function putPolicy(call: ArmCall): ArmAnswer {
  const current = readPolicy(call);
  if (current.properties['state'] === 'Locked') throw lockedPolicy();
  const period = periodOf(call);
  return savePolicy(
    call,
    { ...recordAt(call.body, 'properties'), immutabilityPeriodSinceCreationInDays: period, state: 'Unlocked' },
    'put',
  );
}

function deletePolicy(call: ArmCall): ArmAnswer {
  assertEtag(call);
  if (readPolicy(call).properties['state'] === 'Locked') throw lockedPolicy();
  const container = getContainer(call);
  delete container.properties['immutabilityPolicy'];
  container.properties['hasImmutabilityPolicy'] = false;
  return ok(readPolicy(call));
}

function lockPolicy(call: ArmCall): ArmAnswer {
  assertEtag(call);
  const current = readPolicy(call);
  if (current.etag === '')
    throw new ArmFault(404, 'ImmutabilityPolicyNotFound', 'The container has no immutability policy.');
  return savePolicy(call, { ...current.properties, state: 'Locked' }, 'lock');
}

function extendPolicy(call: ArmCall): ArmAnswer {
  assertEtag(call);
  const current = readPolicy(call);
  if (current.properties['state'] !== 'Locked') {
    throw new ArmFault(409, 'ContainerImmutabilityPolicyFailure', 'Only a locked policy can be extended.');
  }
  const period = periodOf(call);
  if (period <= Number(current.properties['immutabilityPeriodSinceCreationInDays'])) {
    throw badRequest('ContainerImmutabilityPeriodDecreaseNotAllowed', 'The period of a locked policy can only grow.');
  }
  const history = listAt(getContainer(call), 'properties', 'immutabilityPolicy', 'updateHistory');
  const extensions = history.filter((entry) => textAt(entry, 'update') === 'extend').length;
  if (extensions >= MOST_EXTENSIONS) {
    throw new ArmFault(409, 'ContainerImmutabilityPolicyExtensionLimit', 'A locked policy can be extended five times.');
  }
  return savePolicy(call, { ...current.properties, immutabilityPeriodSinceCreationInDays: period }, 'extend');
}

function savePolicy(call: ArmCall, properties: Record<string, unknown>, update: 'put' | 'lock' | 'extend'): ArmAnswer {
  const container = getContainer(call);
  const before = listAt(container, 'properties', 'immutabilityPolicy', 'updateHistory');
  const period = properties['immutabilityPeriodSinceCreationInDays'];
  container.properties['immutabilityPolicy'] = {
    etag: `"${call.world.random.uuid().slice(0, 13)}"`,
    properties,
    updateHistory: [...before, { update, immutabilityPeriodSinceCreationInDays: period, timestamp: call.world.now() }],
  };
  container.properties['hasImmutabilityPolicy'] = true;
  return ok(readPolicy(call));
}

function periodOf({ body }: ArmCall): number {
  const period = recordAt(body, 'properties')['immutabilityPeriodSinceCreationInDays'];
  if (typeof period === 'number' && period >= 1 && period <= 146_000) return period;
  throw badRequest('InvalidImmutabilityPeriod', 'immutabilityPeriodSinceCreationInDays has to be from 1 to 146000.');
}

function assertEtag(call: ArmCall): void {
  if (call.headers['if-match'] === readPolicy(call).etag) return;
  throw new ArmFault(412, 'PreconditionFailed', 'The entity tag in If-Match is not that of the policy.');
}

function lockedPolicy(): ArmFault {
  return new ArmFault(409, 'ContainerImmutabilityPolicyLocked', 'The immutability policy of the container is locked.');
}
