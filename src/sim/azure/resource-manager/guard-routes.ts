import { ArmFault, resourceNotFound } from './arm-fault.ts';
import { type ArmRecord, listAt, recordAt, textAt } from './arm-record.ts';
import type { ArmResource } from './arm-world.ts';
import { type ArmAnswer, type ArmCall, type ArmRoute, GROUP, page, VAULT, versions } from './route.ts';

const apiVersions = versions.dataProtection;
const GUARD = 'Microsoft.DataProtection/resourceGuards';
const PROXY = 'Microsoft.DataProtection/backupVaults/backupResourceGuardProxies';
const UNLOCK_MS = 15 * 60_000;

export const guardRoutes: readonly ArmRoute[] = [
  {
    method: 'GET',
    template: `${GROUP}/providers/${GUARD}/{guard}`,
    apiVersions,
    action: `${GUARD}/read`,
    answer: GUARD,
    handle: (call) => ({ status: 200, body: getGuard(call) }),
  },
  {
    method: 'PUT',
    template: `${GROUP}/providers/${GUARD}/{guard}`,
    apiVersions,
    action: `${GUARD}/write`,
    request: { type: GUARD, direction: 'request' },
    answer: GUARD,
    handle: putGuard,
  },
  {
    method: 'GET',
    template: `${GROUP}/providers/${GUARD}/{guard}/{requests}/default`,
    apiVersions,
    action: `${GUARD}/read`,
    answer: 'GuardRequest',
    handle: getGuardRequest,
  },
  {
    method: 'GET',
    template: `${VAULT}/backupResourceGuardProxies`,
    apiVersions,
    action: `${PROXY}/read`,
    answer: { list: PROXY },
    handle: (call) => page(call.world.list(PROXY, `${vaultId(call)}/`)),
  },
  {
    method: 'GET',
    template: `${VAULT}/backupResourceGuardProxies/{proxy}`,
    apiVersions,
    action: `${PROXY}/read`,
    answer: PROXY,
    handle: (call) => ({ status: 200, body: getProxy(call) }),
  },
  {
    method: 'PUT',
    template: `${VAULT}/backupResourceGuardProxies/{proxy}`,
    apiVersions,
    action: `${PROXY}/write`,
    request: { type: PROXY, direction: 'request' },
    answer: PROXY,
    handle: putProxy,
  },
  {
    method: 'DELETE',
    template: `${VAULT}/backupResourceGuardProxies/{proxy}`,
    apiVersions,
    action: `${PROXY}/delete`,
    handle: deleteProxy,
  },
  {
    method: 'POST',
    template: `${VAULT}/backupResourceGuardProxies/{proxy}/unlockDelete`,
    apiVersions,
    action: `${PROXY}/unlockDelete/action`,
    request: { type: 'UnlockDeleteRequest', direction: 'request' },
    answer: 'UnlockDeleteAnswer',
    handle: unlockDelete,
  },
];

/** What the guard protects; each is asked for by the name of its request. */
const operations: Readonly<Record<string, string>> = {
  deleteResourceGuardProxyRequests: 'Microsoft.DataProtection/backupVaults/backupResourceGuardProxies/delete',
  deleteBackupInstanceRequests: 'Microsoft.DataProtection/backupVaults/backupInstances/delete',
  dppDisableStopProtectionRequests: 'Microsoft.DataProtection/backupVaults/backupInstances/stopProtection/action',
  dppReduceSoftDeleteSecurityRequests: 'Microsoft.DataProtection/backupVaults/write#reduceSoftDeleteSecurity',
  dppReduceImmutabilityStateRequests: 'Microsoft.DataProtection/backupVaults/write#reduceImmutabilityState',
};

function vaultId({ names }: ArmCall): string {
  const { sub, group, vault } = names;
  return `/subscriptions/${sub}/resourceGroups/${group}/providers/Microsoft.DataProtection/backupVaults/${vault}`;
}

function getGuard({ world, names }: ArmCall): ArmResource {
  const { sub, group = '', guard = '' } = names;
  const found = world.find(`/subscriptions/${sub}/resourceGroups/${group}/providers/${GUARD}/${guard}`);
  if (found === undefined) throw resourceNotFound(GUARD, guard, group);
  return found;
}

function putGuard({ world, names, body }: ArmCall): ArmAnswer {
  const { sub, group, guard = '' } = names;
  const excluded = listAt(body, 'properties', 'vaultCriticalOperationExclusionList');
  const guarded = Object.entries(operations).filter(([, operation]) => !excluded.includes(operation));
  const resource = world.put({
    ...body,
    id: `/subscriptions/${sub}/resourceGroups/${group}/providers/${GUARD}/${guard}`,
    name: guard,
    type: GUARD,
    properties: {
      ...recordAt(body, 'properties'),
      provisioningState: 'Succeeded',
      allowAutoApprovals: true,
      resourceGuardOperations: guarded.map(([request, vaultCriticalOperation]) => ({
        vaultCriticalOperation,
        requestResourceType: `${GUARD}/${request}`,
      })),
    },
  });
  return { status: 200, body: resource };
}

function getGuardRequest(call: ArmCall): ArmAnswer {
  const guard = getGuard(call);
  const request = call.names['requests'] ?? '';
  if (operations[request] === undefined)
    throw resourceNotFound(`${GUARD}/${request}`, 'default', call.names['group'] ?? '');
  return {
    status: 200,
    body: { id: `${guard.id}/${request}/default`, name: 'default', type: `${GUARD}/${request}` },
  };
}

function getProxy(call: ArmCall): ArmResource {
  const found = call.world.find(`${vaultId(call)}/backupResourceGuardProxies/${call.names['proxy']}`);
  if (found === undefined) throw resourceNotFound(PROXY, call.names['proxy'] ?? '', call.names['group'] ?? '');
  return found;
}

function putProxy(call: ArmCall): ArmAnswer {
  const { world, names, body } = call;
  const vault = world.find(vaultId(call));
  if (vault === undefined)
    throw resourceNotFound('Microsoft.DataProtection/backupVaults', names['vault'] ?? '', names['group'] ?? '');
  const guard = world.find(textAt(body, 'properties', 'resourceGuardResourceId'));
  if (guard === undefined)
    throw new ArmFault(404, 'UserErrorResourceGuardNotFound', 'The resource guard was not found.');
  vault.properties['isVaultProtectedByResourceGuard'] = true;
  const proxy = world.put({
    id: `${vault.id}/backupResourceGuardProxies/${names['proxy']}`,
    name: names['proxy'] ?? '',
    type: PROXY,
    properties: {
      resourceGuardResourceId: guard.id,
      lastUpdatedTime: world.now(),
      resourceGuardOperationDetails: listAt(guard.properties, 'resourceGuardOperations').map((operation) => ({
        vaultCriticalOperation: textAt(operation, 'vaultCriticalOperation'),
        defaultResourceRequest: `${guard.id}/${textAt(operation, 'requestResourceType').split('/').at(-1)}/default`,
      })),
    },
  });
  return { status: 200, body: proxy };
}

function deleteProxy(call: ArmCall): ArmAnswer {
  const proxy = getProxy(call);
  const vault = call.world.find(vaultId(call));
  assertUnlocked(call, proxy, proxy.id);
  call.world.remove(proxy.id);
  if (vault !== undefined) vault.properties['isVaultProtectedByResourceGuard'] = false;
  return { status: 200 };
}

/** Unlocks are kept apart from the proxy: nobody sees them. */
const unlocks = new WeakMap<ArmResource, Map<string, number>>();

function unlockDelete(call: ArmCall): ArmAnswer {
  const proxy = getProxy(call);
  const target = textAt(call.body, 'resourceToBeDeleted').toLowerCase();
  const known = requestsOf(proxy);
  const asked = listAt(call.body, 'resourceGuardOperationRequests').map((request) => String(request).toLowerCase());
  if (asked.length === 0 || !asked.every((request) => known.has(request))) throw guardRefusal();
  const untilMs = call.world.clock.nowMs() + UNLOCK_MS;
  const open = unlocks.get(proxy) ?? new Map<string, number>();
  open.set(target, untilMs);
  unlocks.set(proxy, open);
  return { status: 200, body: { unlockDeleteExpiryTime: new Date(untilMs).toISOString() } };
}

function requestsOf(proxy: ArmResource): ReadonlySet<string> {
  const details = listAt(proxy.properties, 'resourceGuardOperationDetails');
  return new Set(details.map((detail) => textAt(detail, 'defaultResourceRequest').toLowerCase()));
}

function assertUnlocked(call: ArmCall, proxy: ArmResource, target: string): void {
  const untilMs = unlocks.get(proxy)?.get(target.toLowerCase()) ?? 0;
  if (untilMs <= call.world.clock.nowMs()) throw guardRefusal();
}

/** A delete that a guard of the vault protects needs an unlock that has not run out. */
export function assertDeletable(call: ArmCall, vault: ArmRecord, target: ArmResource, request: string): void {
  for (const proxy of call.world.list(PROXY, `${textAt(vault, 'id')}/`)) {
    if (guards(proxy, request)) assertUnlocked(call, proxy, target.id);
  }
}

/** A change that a guard of the vault protects has to name the guard's request. */
export function assertGuarded(call: ArmCall, vault: ArmResource, request: string): void {
  for (const proxy of call.world.list(PROXY, `${vault.id}/`)) {
    if (!guards(proxy, request)) continue;
    const guard = textAt(proxy.properties, 'resourceGuardResourceId');
    const needed = `${guard}/${request}/default`.toLowerCase();
    const given = listAt(call.body, 'properties', 'resourceGuardOperationRequests');
    if (!given.some((one) => String(one).toLowerCase() === needed)) throw guardRefusal();
  }
}

function guards(proxy: ArmResource, request: string): boolean {
  return [...requestsOf(proxy)].some((known) => known.endsWith(`/${request.toLowerCase()}/default`));
}

function guardRefusal(): ArmFault {
  return new ArmFault(
    403,
    'UserErrorOperationNotAllowedByResourceGuard',
    'The operation is protected by a resource guard, and no approval of its owner was given.',
  );
}
