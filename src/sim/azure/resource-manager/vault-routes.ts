import { ArmFault, badRequest, resourceNotFound } from './arm-fault.ts';
import { type ArmRecord, isRecord, listAt, mergeRecords, recordAt, textAt } from './arm-record.ts';
import type { ArmResource } from './arm-world.ts';
import { assertGuarded } from './guard-routes.ts';
import { type ArmAnswer, type ArmCall, type ArmRoute, GROUP, page, VAULT, versions } from './route.ts';

const apiVersions = versions.dataProtection;
const TYPE = 'Microsoft.DataProtection/backupVaults';
const POLICY = `${TYPE}/backupPolicies`;

export const vaultRoutes: readonly ArmRoute[] = [
  {
    method: 'GET',
    template: VAULT,
    apiVersions,
    action: `${TYPE}/read`,
    answer: TYPE,
    handle: (call) => ({ status: 200, body: getVault(call) }),
  },
  {
    method: 'GET',
    template: `${GROUP}/providers/${TYPE}`,
    apiVersions,
    action: `${TYPE}/read`,
    answer: { list: TYPE },
    handle: ({ world, names }) =>
      page(world.list(TYPE, `/subscriptions/${names['sub']}/resourceGroups/${names['group']}/`)),
  },
  {
    method: 'PUT',
    template: VAULT,
    apiVersions,
    action: `${TYPE}/write`,
    request: { type: TYPE, direction: 'request' },
    answer: TYPE,
    handle: putVault,
  },
  {
    method: 'PATCH',
    template: VAULT,
    apiVersions,
    action: `${TYPE}/write`,
    request: { type: 'PatchBackupVaultInput', direction: 'patch' },
    handle: patchVault,
  },
  {
    method: 'GET',
    template: `${VAULT}/backupPolicies/{policy}`,
    apiVersions,
    action: `${POLICY}/read`,
    answer: POLICY,
    handle: (call) => ({ status: 200, body: getPolicy(call) }),
  },
  {
    method: 'GET',
    template: `${VAULT}/backupPolicies`,
    apiVersions,
    action: `${POLICY}/read`,
    answer: { list: POLICY },
    handle: (call) => page(call.world.list(POLICY, `${getVault(call).id}/`)),
  },
  {
    method: 'PUT',
    template: `${VAULT}/backupPolicies/{policy}`,
    apiVersions,
    action: `${POLICY}/write`,
    request: { type: POLICY, direction: 'request' },
    answer: POLICY,
    handle: putPolicy,
  },
  {
    method: 'DELETE',
    template: `${VAULT}/backupPolicies/{policy}`,
    apiVersions,
    action: `${POLICY}/delete`,
    handle: deletePolicy,
  },
];

export function getVault({ world, names }: ArmCall): ArmResource {
  const { sub, group = '', vault = '' } = names;
  const found = world.find(`/subscriptions/${sub}/resourceGroups/${group}/providers/${TYPE}/${vault}`);
  if (found === undefined) throw resourceNotFound(TYPE, vault, group);
  return found;
}

const usualSettings: ArmRecord = {
  securitySettings: {
    softDeleteSettings: { state: 'On', retentionDurationInDays: 14 },
    immutabilitySettings: { state: 'Disabled' },
  },
  featureSettings: { crossSubscriptionRestoreSettings: { state: 'Enabled' } },
};

function putVault(call: ArmCall): ArmAnswer {
  const { world, names, body, operations } = call;
  const { sub = '', group, vault: name = '' } = names;
  const id = `/subscriptions/${sub}/resourceGroups/${group}/providers/${TYPE}/${name}`;
  const existing = world.find(id);
  if (existing !== undefined) return changeVault(call, existing, 200);
  if (!/^[A-Za-z][A-Za-z0-9-]{1,49}$/.test(name)) {
    throw badRequest('UserErrorInvalidVaultName', `${name} cannot be the name of a Backup vault.`);
  }
  const asked = recordAt(body, 'properties');
  if (listAt(asked, 'storageSettings').length === 0) {
    throw badRequest('UserErrorInvalidRequestParameter', 'Parameter StorageSettings in request is invalid');
  }
  const settings = mergeRecords(usualSettings, asked);
  assertSettings(settings, {});
  const vault = world.put({
    ...body,
    id,
    name,
    type: TYPE,
    ...identityOf(call, body),
    eTag: world.random.uuid(),
    properties: {
      ...settings,
      provisioningState: 'Provisioning',
      isVaultProtectedByResourceGuard: false,
      secureScore: 'Minimum',
      bcdrSecurityLevel: 'Fair',
    },
  });
  return operations.start(sub, { status: 201, body: structuredClone(vault) }, () => {
    vault.properties['provisioningState'] = 'Succeeded';
    return undefined;
  });
}

function patchVault(call: ArmCall): ArmAnswer {
  return changeVault(call, getVault(call), 202);
}

function changeVault(call: ArmCall, vault: ArmResource, status: number): ArmAnswer {
  const { body, world, operations, names } = call;
  const { resourceGuardOperationRequests: _requests, ...asked } = recordAt(body, 'properties');
  const changed = mergeRecords(vault.properties, asked);
  assertSettings(changed, vault.properties);
  const isProtecting = world.list(`${TYPE}/backupInstances`, `${vault.id}/`).length > 0;
  if (isProtecting && redundancyOf(changed) !== redundancyOf(vault.properties)) {
    throw badRequest(
      'UserErrorStorageRedundancyCannotBeModified',
      'The storage redundancy of the vault cannot be changed once it protects something.',
    );
  }
  if (weakensSoftDelete(vault.properties, changed)) assertGuarded(call, vault, 'dppReduceSoftDeleteSecurityRequests');
  if (weakensImmutability(vault.properties, changed)) {
    assertGuarded(call, vault, 'dppReduceImmutabilityStateRequests');
  }
  const answer: ArmAnswer = status === 202 ? { status } : { status, body: vault };
  const change = (): undefined => {
    vault.properties = changed;
    vault['eTag'] = world.random.uuid();
    if (isRecord(body['tags'])) vault['tags'] = body['tags'];
    if (isRecord(body['identity'])) Object.assign(vault, identityOf(call, body, vault));
  };
  if (status === 200) {
    change();
    return { status, body: vault };
  }
  return operations.start(names['sub'] ?? '', answer, change);
}

function identityOf(call: ArmCall, body: ArmRecord, vault?: ArmResource): ArmRecord {
  const type = textAt(body, 'identity', 'type');
  if (!/SystemAssigned/i.test(type)) return type === '' ? {} : { identity: { type } };
  const principalId = textAt(vault, 'identity', 'principalId');
  const { random, tenantId } = call.world;
  return { identity: { type, principalId: principalId === '' ? random.uuid() : principalId, tenantId } };
}

function redundancyOf(properties: ArmRecord): string {
  return textAt(listAt(properties, 'storageSettings')[0], 'type');
}

/** The order in which soft delete and immutability protect. */
const softDeleteStates = ['Off', 'On', 'AlwaysOn'];
const immutabilityStates = ['Disabled', 'Unlocked', 'Locked'];

function softDelete(properties: ArmRecord): ArmRecord {
  return recordAt(properties, 'securitySettings', 'softDeleteSettings');
}

function immutability(properties: ArmRecord): string {
  return textAt(properties, 'securitySettings', 'immutabilitySettings', 'state');
}

function assertSettings(changed: ArmRecord, before: ArmRecord): void {
  const days = Number(softDelete(changed)['retentionDurationInDays']);
  if (!(days >= 14 && days <= 180)) {
    throw badRequest(
      'UserErrorInvalidSoftDeleteRetentionDuration',
      'The soft delete retention duration has to be from 14 to 180 days.',
    );
  }
  if (softDelete(before)['state'] === 'AlwaysOn' && softDelete(changed)['state'] !== 'AlwaysOn') {
    throw badRequest('UserErrorSoftDeleteStateAlwaysOnCannotBeReverted', 'Soft delete that is always on stays on.');
  }
  if (immutability(before) === 'Locked' && immutability(changed) !== 'Locked') {
    throw badRequest('UserErrorLockedImmutabilityCannotBeReverted', 'Locked immutability of a vault stays locked.');
  }
}

function weakensSoftDelete(before: ArmRecord, after: ArmRecord): boolean {
  const rank = (properties: ArmRecord): number => softDeleteStates.indexOf(textAt(softDelete(properties), 'state'));
  const days = (properties: ArmRecord): number => Number(softDelete(properties)['retentionDurationInDays']);
  return rank(after) < rank(before) || days(after) < days(before);
}

function weakensImmutability(before: ArmRecord, after: ArmRecord): boolean {
  return immutabilityStates.indexOf(immutability(after)) < immutabilityStates.indexOf(immutability(before));
}

// ------------------------------------------------------------------------------------------------------ policies

function getPolicy(call: ArmCall): ArmResource {
  const name = call.names['policy'] ?? '';
  const found = call.world.find(`${getVault(call).id}/backupPolicies/${name}`);
  if (found === undefined) throw resourceNotFound(POLICY, name, call.names['group'] ?? '');
  return found;
}

function putPolicy(call: ArmCall): ArmAnswer {
  const { world, names, body, switches } = call;
  const vault = getVault(call);
  const id = `${vault.id}/backupPolicies/${names['policy']}`;
  if (world.find(id) !== undefined && !switches.policiesCanBeEdited) {
    throw badRequest('UserErrorBackupPolicyUpdateNotAllowed', 'A backup policy cannot be changed; create a new one.');
  }
  const properties = recordAt(body, 'properties');
  const isForBlobs = listAt(properties, 'datasourceTypes').includes('Microsoft.Storage/storageAccounts/blobServices');
  const rules = listAt(properties, 'policyRules');
  const fits = isForBlobs && rules.some((rule) => textAt(rule, 'objectType') === 'AzureRetentionRule');
  if (!fits) throw badRequest('UserErrorInvalidRequestParameter', 'Parameter BackupPolicy in request is invalid');
  const policy = world.put({ id, name: names['policy'] ?? '', type: POLICY, properties });
  return { status: 200, body: policy };
}

function deletePolicy(call: ArmCall): ArmAnswer {
  const policy = getPolicy(call);
  const isUsed = call.world
    .list(`${TYPE}/backupInstances`, `${getVault(call).id}/`)
    .some(({ properties }) => textAt(properties, 'policyInfo', 'policyId').toLowerCase() === policy.id.toLowerCase());
  if (isUsed) throw new ArmFault(400, 'UserErrorDppPolicyObjectInUse', 'The policy is used by a backup instance.');
  call.world.remove(policy.id);
  return { status: 200 };
}
