import { ArmFault, badRequest, resourceNotFound } from './arm-fault.ts';
import { type ArmRecord, listAt, recordAt, textAt } from './arm-record.ts';
import type { ArmResource } from './arm-world.ts';
import { canBackUp } from './authorization-routes.ts';
import { assertDeletable, assertGuarded } from './guard-routes.ts';
import { type ArmAnswer, type ArmCall, type ArmRoute, INSTANCE, page, VAULT, versions } from './route.ts';
import { getVault } from './vault-routes.ts';

const apiVersions = versions.instances;
const TYPE = 'Microsoft.DataProtection/backupVaults/backupInstances';
const DELETED = 'Microsoft.DataProtection/backupVaults/deletedBackupInstances';
const DAY_MS = 86_400_000;
const MOST_CONTAINERS = 100;

export const instanceRoutes: readonly ArmRoute[] = [
  {
    method: 'POST',
    template: `${VAULT}/validateForBackup`,
    apiVersions,
    action: `Microsoft.DataProtection/backupVaults/validateForBackup/action`,
    request: { type: 'ValidateForBackupRequest', direction: 'request' },
    handle: validateForBackup,
  },
  {
    method: 'GET',
    template: `${VAULT}/backupInstances`,
    apiVersions,
    action: `${TYPE}/read`,
    answer: { list: TYPE },
    handle: (call) => page(call.world.list(TYPE, `${getVault(call).id}/`)),
  },
  {
    method: 'GET',
    template: INSTANCE,
    apiVersions,
    action: `${TYPE}/read`,
    answer: TYPE,
    handle: (call) => ({ status: 200, body: getInstance(call) }),
  },
  {
    method: 'PUT',
    template: INSTANCE,
    apiVersions,
    action: `${TYPE}/write`,
    request: { type: TYPE, direction: 'request' },
    answer: TYPE,
    handle: putInstance,
  },
  { method: 'DELETE', template: INSTANCE, apiVersions, action: `${TYPE}/delete`, handle: deleteInstance },
  ...(['stopProtection', 'suspendBackups', 'resumeBackups', 'resumeProtection', 'sync'] as const).map(
    (verb): ArmRoute => ({
      method: 'POST',
      template: `${INSTANCE}/${verb}`,
      apiVersions,
      action: `${TYPE}/${verb}/action`,
      handle: (call) => changeProtection(call, verb),
    }),
  ),
  {
    method: 'GET',
    template: '/{scope}/providers/Microsoft.DataProtection/backupInstances',
    apiVersions,
    action: `${TYPE}/read`,
    answer: { list: TYPE },
    handle: ({ world, names }) =>
      page(world.list(TYPE).filter((instance) => sourceOf(instance.properties) === names['scope']?.toLowerCase())),
  },
  {
    method: 'GET',
    template: `${VAULT}/deletedBackupInstances`,
    apiVersions: versions.dataProtection,
    action: `${DELETED}/read`,
    answer: { list: 'DeletedBackupInstance' },
    handle: (call) => page(call.world.list(DELETED, `${getVault(call).id}/`)),
  },
  {
    method: 'GET',
    template: `${VAULT}/deletedBackupInstances/{instance}`,
    apiVersions: versions.dataProtection,
    action: `${DELETED}/read`,
    answer: 'DeletedBackupInstance',
    handle: (call) => ({ status: 200, body: getDeleted(call) }),
  },
  {
    method: 'POST',
    template: `${VAULT}/deletedBackupInstances/{instance}/undelete`,
    apiVersions: versions.dataProtection,
    action: `${DELETED}/undelete/action`,
    handle: undelete,
  },
];

export function getInstance(call: ArmCall): ArmResource {
  const name = call.names['instance'] ?? '';
  const found = call.world.find(`${getVault(call).id}/backupInstances/${name}`);
  if (found === undefined) throw resourceNotFound(TYPE, name, call.names['group'] ?? '');
  return found;
}

function getDeleted(call: ArmCall): ArmResource {
  const name = call.names['instance'] ?? '';
  const found = call.world.find(`${getVault(call).id}/deletedBackupInstances/${name}`);
  if (found === undefined) throw resourceNotFound(DELETED, name, call.names['group'] ?? '');
  return found;
}

/** The id of the storage account, in lower case. */
export function sourceOf(properties: ArmRecord): string {
  return textAt(properties, 'dataSourceInfo', 'resourceID').toLowerCase();
}

export function containersOf(properties: ArmRecord): readonly string[] {
  const parameters = listAt(properties, 'policyInfo', 'policyParameters', 'backupDatasourceParametersList');
  return parameters.flatMap((one) => listAt(one, 'containersList').map(String));
}

/** What is wrong with an instance, whoever asks. */
function assertCanProtect(call: ArmCall, properties: ArmRecord, instanceId: string): void {
  const { world } = call;
  const vault = getVault(call);
  const account = world.find(sourceOf(properties));
  if (account === undefined) {
    throw badRequest('UserErrorDatasourceNotFound', 'The storage account of the backup instance was not found.');
  }
  if (account.properties['isHnsEnabled'] === true) {
    throw badRequest(
      'UserErrorUnsupportedStorageAccountType',
      'Storage accounts with hierarchical namespace are not supported.',
    );
  }
  const policy = world.find(textAt(properties, 'policyInfo', 'policyId'));
  if (policy === undefined) throw badRequest('UserErrorPolicyNotFound', 'The backup policy was not found.');
  assertNotTaken(call, properties, instanceId);
  assertContainers(call, account, containersOf(properties));
  const principal = textAt(vault, 'identity', 'principalId');
  if (principal === '' || !canBackUp(call, principal, account.id)) throw permissionsMissing(account.id);
}

export function permissionsMissing(accountId: string): ArmFault {
  return new ArmFault(
    403,
    'UserErrorMissingPermissions',
    `Appropriate permissions to perform the operation are missing. The identity of the vault needs the role Storage Account Backup Contributor on ${accountId}.`,
  );
}

function assertNotTaken(call: ArmCall, properties: ArmRecord, instanceId: string): void {
  const source = sourceOf(properties);
  const other = call.world
    .list(TYPE)
    .find((one) => sourceOf(one.properties) === source && one.id.toLowerCase() !== instanceId.toLowerCase());
  if (other !== undefined) {
    throw badRequest('UserErrorDppDatasourceAlreadyProtected', `The datasource is already protected by ${other.id}.`);
  }
  const deleted = call.world.list(DELETED, `${getVault(call).id}/`).find((one) => sourceOf(one.properties) === source);
  if (deleted !== undefined) {
    throw badRequest(
      'UserErrorDppDatasourceInSoftDeletedState',
      `The datasource is soft-deleted: ${deleted.id}. Undelete it first.`,
    );
  }
}

function assertContainers(call: ArmCall, account: ArmResource, containers: readonly string[]): void {
  if (containers.length === 0) {
    throw badRequest('UserErrorNoContainersSelectedForOperation', 'No containers are selected.');
  }
  if (containers.length > MOST_CONTAINERS) {
    throw badRequest('UserErrorMaxContainersLimitExceeded', `At most ${MOST_CONTAINERS} containers can be selected.`);
  }
  const missing = containers.find(
    (name) => call.world.find(`${account.id}/blobServices/default/containers/${name}`) === undefined,
  );
  if (missing !== undefined) throw badRequest('UserErrorContainerNotFound', `The container ${missing} was not found.`);
}

function validateForBackup(call: ArmCall): ArmAnswer {
  const vault = getVault(call);
  const instance = recordAt(call.body, 'backupInstance');
  const source = sourceOf(instance);
  const same = call.world.list(TYPE, `${vault.id}/`).find((one) => sourceOf(one.properties) === source);
  return call.operations.start(call.names['sub'] ?? '', { status: 202 }, () => {
    assertCanProtect(call, instance, same?.id ?? '');
    return undefined;
  });
}

function putInstance(call: ArmCall): ArmAnswer {
  const { world, names, body } = call;
  const vault = getVault(call);
  const id = `${vault.id}/backupInstances/${names['instance']}`;
  const asked = recordAt(body, 'properties');
  const existing = world.find(id);
  assertNotTaken(call, asked, id);
  const instance = world.put({
    ...body,
    id,
    name: names['instance'] ?? '',
    type: TYPE,
    properties: {
      ...asked,
      ...states(existing === undefined ? 'ConfiguringProtection' : 'UpdatingProtection'),
      provisioningState: 'Provisioning',
    },
  });
  const status = existing === undefined ? 201 : 200;
  return call.operations.start(names['sub'] ?? '', { status, body: structuredClone(instance) }, () => {
    instance.properties['provisioningState'] = 'Succeeded';
    try {
      assertCanProtect(call, asked, id);
      Object.assign(instance.properties, states('ProtectionConfigured'));
      delete instance.properties['protectionErrorDetails'];
    } catch (error) {
      if (!(error instanceof ArmFault)) throw error;
      const { code, message } = error;
      Object.assign(instance.properties, states('ProtectionError'), {
        protectionErrorDetails: { code, message, isRetryable: true, isUserError: true },
      });
    }
    return undefined;
  });
}

/** The state, in both fields that tell it. `ProtectionError` is told by the one alone. */
function states(state: string): ArmRecord {
  const status = state === 'ProtectionError' || state === 'UpdatingProtection' ? 'ConfiguringProtectionFailed' : state;
  return {
    protectionStatus: { status: state === 'UpdatingProtection' ? 'ConfiguringProtection' : status },
    currentProtectionState: state,
  };
}

const statesAfter = {
  stopProtection: 'ProtectionStopped',
  suspendBackups: 'BackupSchedulesSuspended',
  resumeBackups: 'ProtectionConfigured',
  resumeProtection: 'ProtectionConfigured',
  sync: 'ProtectionConfigured',
} as const;

function changeProtection(call: ArmCall, verb: keyof typeof statesAfter): ArmAnswer {
  const instance = getInstance(call);
  if (verb === 'stopProtection') assertGuarded(call, getVault(call), 'dppDisableStopProtectionRequests');
  return call.operations.start(call.names['sub'] ?? '', { status: 202 }, () => {
    const state = statesAfter[verb];
    if (state === 'ProtectionConfigured') assertCanProtect(call, instance.properties, instance.id);
    const status = state === 'BackupSchedulesSuspended' ? 'ProtectionConfigured' : state;
    Object.assign(instance.properties, { currentProtectionState: state, protectionStatus: { status } });
    return undefined;
  });
}

// ---------------------------------------------------------------------------------------------------- soft delete

function deleteInstance(call: ArmCall): ArmAnswer {
  const { world, apiVersion, names } = call;
  const instance = getInstance(call);
  const vault = getVault(call);
  assertDeletable(call, vault, instance, 'deleteBackupInstanceRequests');
  const immutability = textAt(vault.properties, 'securitySettings', 'immutabilitySettings', 'state');
  if (immutability !== 'Disabled') {
    throw new ArmFault(
      400,
      'UserErrorOperationBlockedByImmutability',
      'The vault is immutable: data cannot be deleted before it expires.',
    );
  }
  const softDelete = recordAt(vault.properties, 'securitySettings', 'softDeleteSettings');
  // From 2025-09-01 on a delete always goes to the soft-deleted state.
  const isFinal = softDelete['state'] === 'Off' && apiVersion < '2025-09-01';
  const days = Number(softDelete['retentionDurationInDays']);
  return call.operations.start(names['sub'] ?? '', { status: 202 }, () => {
    world.remove(instance.id);
    if (isFinal) return undefined;
    const purge = new Date(world.clock.nowMs() + days * DAY_MS).toISOString();
    const id = instance.id.replace(/\/backupInstances\//i, '/deletedBackupInstances/');
    const { dataSourceInfo, ...properties } = instance.properties;
    const deleted = world.put({
      id,
      name: instance.name,
      type: DELETED,
      properties: {
        ...properties,
        dataSourceInfo,
        protectionStatus: { status: 'SoftDeleted' },
        currentProtectionState: 'SoftDeleted',
        deletionInfo: {
          deletionTime: world.now(),
          billingEndDate: purge,
          scheduledPurgeTime: purge,
          deleteActivityID: world.random.uuid(),
        },
      },
    });
    // The days that count are those at the time of the deletion.
    world.schedule(days * DAY_MS, () => {
      if (world.find(id) === deleted) world.remove(id);
    });
    return undefined;
  });
}

function undelete(call: ArmCall): ArmAnswer {
  const { world, names } = call;
  const deleted = getDeleted(call);
  return call.operations.start(names['sub'] ?? '', { status: 202 }, () => {
    const { deletionInfo: _info, ...properties } = deleted.properties;
    world.remove(deleted.id);
    world.put({
      id: deleted.id.replace(/\/deletedBackupInstances\//i, '/backupInstances/'),
      name: deleted.name,
      type: TYPE,
      properties: {
        ...properties,
        protectionStatus: { status: 'ProtectionStopped' },
        currentProtectionState: 'ProtectionStopped',
      },
    });
    return undefined;
  });
}
