import assert from 'node:assert/strict';
import { ACCOUNT_ID, SUBSCRIPTION, VAULT_ID } from './azure-world.ts';
import type { AzureWorkplace } from './azure-workplace.ts';

export const WRITER = '77777777-2222-4333-8444-555555555555';
export const INSTANCE_ID = `${VAULT_ID}/backupInstances/apigeebackup`;
export const PROXY_ID = `${VAULT_ID}/backupResourceGuardProxies/DppResourceGuardProxy`;
export const READER = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1';
export const OWNER = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
export const DATA_OWNER = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b';
export const CONTRIBUTOR = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe';

const LACKING =
  'Permission "apigee.apiproducts.delete" denied on resource "organizations/acme-prod" (or it may not exist).';

/** The capture identity may only read. */
export function refuseDeletions({ simulator }: AzureWorkplace): void {
  simulator.setFaults([{ fault: { kind: 'status', status: 403, message: LACKING }, http: 'DELETE' }]);
}

/** Protection as `protect apply` makes it, and what a careful operator adds by hand. */
export async function protectWell(place: AzureWorkplace): Promise<void> {
  const { simulator } = place.world;
  assert.equal((await place.run(['protect', 'apply', '--yes'])).exit, 0);
  simulator.edit(ACCOUNT_ID, ({ properties }) => void Object.assign(properties, { allowSharedKeyAccess: false }));
  simulator.world.put({
    id: PROXY_ID,
    name: 'DppResourceGuardProxy',
    type: 'Microsoft.DataProtection/backupVaults/backupResourceGuardProxies',
    properties: {
      resourceGuardResourceId: `/subscriptions/99999999-2222-4333-8444-555555555555/resourceGroups/rg-guard/providers/Microsoft.DataProtection/resourceGuards/guard`,
      resourceGuardOperationDetails: [],
    },
  });
  refuseDeletions(place);
  assign(place, 'writer', { principalId: WRITER, role: READER });
  assert.equal((await place.run(['backup'])).exit, 0);
  assert.equal((await place.run(['verify', 'latest', '--all-data', '--record'])).exit, 0);
  await simulator.runSchedule(INSTANCE_ID);
}

/** Assigns a role behind everybody's back; answers the assignment's id. */
export function assign(
  { world }: AzureWorkplace,
  name: string,
  given: { readonly principalId: string; readonly role: string; readonly principalType?: string },
  scope = ACCOUNT_ID,
): string {
  const { principalId, role, principalType = 'ServicePrincipal' } = given;
  const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
  world.simulator.world.put({
    id,
    name,
    type: 'Microsoft.Authorization/roleAssignments',
    properties: {
      scope,
      principalId,
      principalType,
      roleDefinitionId: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
    },
  });
  return id;
}
