import { ArmFault, badRequest, notModelled } from './arm-fault.ts';
import { recordAt, textAt } from './arm-record.ts';
import type { ArmResource, ArmWorld } from './arm-world.ts';
import { type ArmAnswer, type ArmCall, type ArmRoute, page, versions } from './route.ts';

const ASSIGNMENT = '/{scope}/providers/Microsoft.Authorization/roleAssignments';
const DEFINITION = '/{scope}/providers/Microsoft.Authorization/roleDefinitions';
const TYPE = 'Microsoft.Authorization/roleAssignments';

export const authorizationRoutes: readonly ArmRoute[] = [
  {
    method: 'GET',
    template: ASSIGNMENT,
    apiVersions: versions.authorization,
    action: 'Microsoft.Authorization/roleAssignments/read',
    answer: { list: 'RoleAssignment' },
    handle: listAssignments,
  },
  {
    method: 'GET',
    template: `${ASSIGNMENT}/{assignment}`,
    apiVersions: versions.authorization,
    action: 'Microsoft.Authorization/roleAssignments/read',
    answer: 'RoleAssignment',
    handle: (call) => {
      const found = call.world.find(idOf(call));
      if (found === undefined)
        throw new ArmFault(
          404,
          'RoleAssignmentNotFound',
          `The role assignment '${call.names['assignment']}' is not found.`,
        );
      return { status: 200, body: found };
    },
  },
  {
    method: 'PUT',
    template: `${ASSIGNMENT}/{assignment}`,
    apiVersions: versions.authorization,
    action: 'Microsoft.Authorization/roleAssignments/write',
    request: { type: 'RoleAssignmentRequest', direction: 'request' },
    answer: 'RoleAssignment',
    handle: putAssignment,
  },
  {
    method: 'GET',
    template: `${DEFINITION}/{definition}`,
    apiVersions: ['2022-04-01'],
    action: 'Microsoft.Authorization/roleDefinitions/read',
    answer: 'RoleDefinition',
    handle: getDefinition,
  },
];

const BACKUP_CONTRIBUTOR = 'e5e2a7ff-d759-4cd2-bb51-3152d37e2eb1';

const builtInRoles: readonly { readonly id: string; readonly name: string; readonly permission: object }[] = [
  {
    id: BACKUP_CONTRIBUTOR,
    name: 'Storage Account Backup Contributor',
    permission: {
      actions: [
        'Microsoft.Storage/operations/read',
        'Microsoft.Storage/storageAccounts/objectReplicationPolicies/*',
        'Microsoft.Storage/storageAccounts/blobServices/containers/read',
        'Microsoft.Storage/storageAccounts/blobServices/containers/write',
        'Microsoft.Storage/storageAccounts/blobServices/read',
        'Microsoft.Storage/storageAccounts/blobServices/write',
        'Microsoft.Storage/storageAccounts/read',
        'Microsoft.Storage/storageAccounts/restoreBlobRanges/action',
      ],
      dataActions: [],
    },
  },
  {
    id: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
    name: 'Storage Blob Data Contributor',
    permission: {
      actions: [
        'Microsoft.Storage/storageAccounts/blobServices/containers/delete',
        'Microsoft.Storage/storageAccounts/blobServices/containers/read',
        'Microsoft.Storage/storageAccounts/blobServices/containers/write',
      ],
      dataActions: [
        'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete',
        'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read',
        'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write',
        'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/move/action',
        'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action',
      ],
    },
  },
  {
    id: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
    name: 'Storage Blob Data Reader',
    permission: {
      actions: ['Microsoft.Storage/storageAccounts/blobServices/containers/read'],
      dataActions: ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'],
    },
  },
  {
    id: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
    name: 'Storage Blob Data Owner',
    permission: {
      actions: ['Microsoft.Storage/storageAccounts/blobServices/containers/*'],
      dataActions: ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*'],
    },
  },
  { id: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', name: 'Owner', permission: { actions: ['*'], dataActions: [] } },
];

/** Puts the built-in roles that the facts name into a world. */
export function addBuiltInRoles(world: ArmWorld): void {
  for (const { id, name, permission } of builtInRoles) {
    world.put({
      id: `/providers/Microsoft.Authorization/roleDefinitions/${id}`,
      name: id,
      type: 'Microsoft.Authorization/roleDefinitions',
      properties: {
        roleName: name,
        type: 'BuiltInRole',
        permissions: [{ notActions: [], notDataActions: [], ...permission }],
        assignableScopes: ['/'],
      },
    });
  }
}

/**
 * Whether the vault's identity may back up the account, or restore into it: the role is assigned there or above, long
 * enough ago to count.
 */
export function canBackUp(call: Pick<ArmCall, 'world' | 'switches'>, principalId: string, accountId: string): boolean {
  const { world, switches } = call;
  return world.list(TYPE).some(({ properties }) => {
    const scope = textAt(properties, 'scope').toLowerCase();
    const since = Date.parse(textAt(properties, 'createdOn'));
    return (
      textAt(properties, 'principalId') === principalId &&
      textAt(properties, 'roleDefinitionId').endsWith(BACKUP_CONTRIBUTOR) &&
      `${accountId.toLowerCase()}/`.startsWith(`${scope}/`) &&
      since + switches.rolePropagationMs <= world.clock.nowMs()
    );
  });
}

function idOf({ names }: ArmCall): string {
  return `${names['scope']}/providers/${TYPE}/${names['assignment']}`;
}

/** Assignments at the scope, above it and, unless `atScope()` is asked for, below it. */
function listAssignments(call: ArmCall): ArmAnswer {
  const scope = (call.names['scope'] ?? '').toLowerCase();
  const filter = call.query.get('$filter') ?? '';
  const principal = /^principalId eq '([^']+)'$/.exec(filter)?.[1];
  const assigned = /^atScope\(\) and assignedTo\('([^']+)'\)$/.exec(filter)?.[1];
  const isKnown = filter === '' || filter === 'atScope()' || principal !== undefined || assigned !== undefined;
  if (!isKnown) throw notModelled(`the filter ${filter}`);
  const holders = assigned === undefined ? undefined : withGroupsOf(call.world, assigned);
  const fits = ({ properties }: ArmResource): boolean => {
    const at = textAt(properties, 'scope').toLowerCase();
    const isAbove = `${scope}/`.startsWith(`${at}/`);
    const isBelow = at.startsWith(`${scope}/`);
    if (principal !== undefined && textAt(properties, 'principalId') !== principal) return false;
    if (holders?.has(textAt(properties, 'principalId')) === false) return false;
    return isAbove || (isBelow && !filter.startsWith('atScope()'));
  };
  return page(call.world.list(TYPE).filter(fits));
}

/** Somebody with the groups that have it as a member, and those that have these. */
function withGroupsOf({ groupMembers }: ArmWorld, principalId: string): ReadonlySet<string> {
  const found = new Set([principalId]);
  // A set that is added to while it is walked through is walked through to its new end.
  for (const one of found) {
    for (const [group, members] of groupMembers) if (members.includes(one)) found.add(group);
  }
  return found;
}

function putAssignment(call: ArmCall): ArmAnswer {
  const { world, names, body } = call;
  const asked = recordAt(body, 'properties');
  const definition = textAt(asked, 'roleDefinitionId').split('/').at(-1) ?? '';
  if (world.find(`/providers/Microsoft.Authorization/roleDefinitions/${definition}`) === undefined) {
    throw badRequest(
      'RoleDefinitionDoesNotExist',
      `The specified role definition with ID '${definition}' does not exist.`,
    );
  }
  const scope = names['scope'] ?? '';
  const same = world
    .list(TYPE)
    .find(
      ({ properties }) =>
        textAt(properties, 'scope').toLowerCase() === scope.toLowerCase() &&
        textAt(properties, 'principalId') === asked['principalId'] &&
        textAt(properties, 'roleDefinitionId').endsWith(definition),
    );
  if (same !== undefined) {
    throw new ArmFault(409, 'RoleAssignmentExists', 'The role assignment already exists.');
  }
  const assignment = world.put({
    id: idOf(call),
    name: names['assignment'] ?? '',
    type: TYPE,
    properties: { ...asked, scope, createdOn: world.now(), updatedOn: world.now() },
  });
  return { status: 201, body: assignment };
}

function getDefinition(call: ArmCall): ArmAnswer {
  const { names, world } = call;
  const found = world.find(`/providers/Microsoft.Authorization/roleDefinitions/${names['definition']}`);
  if (found === undefined) {
    throw new ArmFault(404, 'RoleDefinitionDoesNotExist', `The role definition ${names['definition']} does not exist.`);
  }
  return { status: 200, body: found };
}
