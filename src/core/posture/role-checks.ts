import type { RoleAssignmentFacts, RoleDefinitionFacts } from '../protection/facts.ts';
import { factsOf, type Reading } from '../protection/readings.ts';
import { BACKUP_ROLE } from '../protection/settings.ts';
import { checkOf, fail, type Judged, pass, type PostureCheck, unknown } from './posture-check.ts';
import type { PostureReadings } from './posture-readings.ts';

const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
/** By which a vault could be damaged. */
const harmfulData: readonly string[] = [
  `${BLOBS}/write`,
  `${BLOBS}/delete`,
  `${BLOBS}/deleteBlobVersion/action`,
  `${BLOBS}/permanentDelete/action`,
  `${BLOBS}/immutableStorage/runAsSuperUser/action`,
];
const STORAGE = 'Microsoft.Storage/storageAccounts';
const CONTAINERS = `${STORAGE}/blobServices/containers`;
const BACKUP = 'Microsoft.DataProtection/backupVaults';
const harmful: readonly string[] = [
  // Who gives out roles has all of them.
  'Microsoft.Authorization/roleAssignments/write',
  `${STORAGE}/write`,
  `${STORAGE}/delete`,
  `${STORAGE}/listKeys/action`,
  `${STORAGE}/regenerateKey/action`,
  `${STORAGE}/listAccountSas/action`,
  `${STORAGE}/listServiceSas/action`,
  `${STORAGE}/managementPolicies/write`,
  `${STORAGE}/blobServices/write`,
  `${CONTAINERS}/write`,
  `${CONTAINERS}/delete`,
  `${CONTAINERS}/immutabilityPolicies/write`,
  `${CONTAINERS}/immutabilityPolicies/delete`,
  `${CONTAINERS}/immutabilityPolicies/extend/action`,
  `${CONTAINERS}/immutabilityPolicies/lock/action`,
  `${BACKUP}/write`,
  `${BACKUP}/delete`,
  `${BACKUP}/backupInstances/delete`,
  `${BACKUP}/backupInstances/stopProtection/action`,
];

interface Holder {
  readonly assignment: RoleAssignmentFacts;
  readonly definition: Reading<RoleDefinitionFacts>;
}

/** Who could damage the vault: everybody but the writer, and the writer. */
export function checkRoles(readings: PostureReadings): PostureCheck[] {
  const { protection, writer } = readings;
  const { roles } = protection;
  const wide = checkOf(
    {
      id: 'role-assignments',
      thing: 'The role assignments of the account, its containers and the Backup vault',
      remedy:
        'Take these roles away, or give them for hours only (Privileged Identity Management); name the identity that prunes with --pruner.',
    },
    roles,
    (assignments) =>
      judgeOthers(
        assignments.map((one) => holderOf(readings, one)),
        readings,
      ),
  );
  const own = checkOf(
    {
      id: 'writer-cannot-delete',
      thing: 'The role assignments of the writer',
      remedy:
        writer === undefined
          ? 'Name the principal id of the identity that backs up with --writer, or posture.writer in holdfast.yaml.'
          : `Give the writer a role with ${BLOBS}/read and ${BLOBS}/add/action only.`,
    },
    writer === undefined ? present([]) : ofWriter(readings),
    (assignments) =>
      judgeWriter(
        assignments.map((one) => holderOf(readings, one)),
        readings,
      ),
  );
  return [wide, own];
}

/**
 * What the writer has. Where Azure does not tell what it has through groups, what it has by itself may still be too much, and
 * is all only where no group has a role.
 */
function ofWriter({ protection, writer, writerRoles }: PostureReadings): Reading<readonly RoleAssignmentFacts[]> {
  const all = factsOf(protection.roles);
  if (writerRoles.state === 'present' || all === undefined) return writerRoles;
  return present(all.filter(({ principalId, principalType }) => principalId === writer || principalType === 'Group'));
}

function present<Facts>(facts: Facts): Reading<Facts> {
  return { state: 'present', facts };
}

function holderOf({ roleDefinitions }: PostureReadings, assignment: RoleAssignmentFacts): Holder {
  return { assignment, definition: roleDefinitions[assignment.roleId] ?? { state: 'notAsked' } };
}

function judgeOthers(holders: readonly Holder[], { protection, writer, pruner }: PostureReadings): Judged {
  const vault = factsOf(protection.vault)?.principalId;
  const others = holders.filter(({ assignment: { principalId, roleId } }) => {
    return principalId !== writer && principalId !== pruner && !(principalId === vault && roleId === BACKUP_ROLE);
  });
  // Whose identity has the role of backups cannot be told as long as the vault cannot be read.
  const isUnsure = ({ assignment }: Holder): boolean =>
    protection.vault.state !== 'present' && assignment.roleId === BACKUP_ROLE;
  const wide = others.filter((one) => !isUnsure(one) && isHarmful(factsOf(one.definition)));
  const unsure = others.filter((one) => isUnsure(one) && isHarmful(factsOf(one.definition)));
  const unread = others.filter(({ definition }) => definition.state !== 'present');
  if (wide.length > 0)
    return fail(
      `These can overwrite or delete the vault, or take its protection away: ${wide.map(describe).join('; ')}.`,
      -wide.length,
    );
  if (unread.length > 0)
    return unknown(`What these roles allow could not be read: ${unread.map(describe).join('; ')}.`);
  if (unsure.length > 0)
    return unknown(
      `Whether this is the Backup vault's own identity could not be read: ${unsure.map(describe).join('; ')}.`,
    );
  return pass(
    'Nobody but the writer and the pruner has a role by which the vault could be overwritten, deleted or lose its protection.',
    0,
  );
}

function judgeWriter(holders: readonly Holder[], { writer, writerRoles }: PostureReadings): Judged {
  if (writer === undefined) return unknown('Which identity writes backups is not said.');
  const isSure = writerRoles.state === 'present';
  const own = holders.filter(({ assignment }) => isSure || assignment.principalId === writer);
  const wide = own.filter(({ definition }) => isHarmful(factsOf(definition)));
  if (wide.length > 0) return fail(`The writer can overwrite or delete: ${wide.map(describe).join('; ')}.`);
  const groups = holders.filter(({ assignment }) => !isSure && assignment.principalId !== writer);
  if (groups.length > 0) {
    return unknown(
      `Whether the writer ${writer} is in these groups, and has their roles, could not be read: ${groups.map(describe).join('; ')}.`,
    );
  }
  if (own.length === 0)
    return unknown(`The writer ${writer} has no role on the storage account, by itself or through a group.`);
  if (own.some(({ definition }) => definition.state !== 'present')) {
    return unknown(`What the roles of the writer allow could not be read: ${own.map(describe).join('; ')}.`);
  }
  return pass(`The writer ${writer} can neither overwrite nor delete, by itself or through a group.`);
}

function describe({ assignment, definition }: Holder): string {
  const { principalId, principalType, scope, hasCondition, roleId } = assignment;
  const role = factsOf(definition)?.name ?? `role ${roleId}`;
  return `${principalType ?? 'principal'} ${principalId} as ${role} at ${scope}${hasCondition ? ' (with a condition)' : ''}`;
}

function isHarmful(definition: RoleDefinitionFacts | undefined): boolean {
  if (definition === undefined) return false;
  const { actions, notActions, dataActions, notDataActions } = definition;
  return (
    harmfulData.some((action) => grants(dataActions, notDataActions, action)) ||
    harmful.some((action) => grants(actions, notActions, action))
  );
}

function grants(allowed: readonly string[], excepted: readonly string[], action: string): boolean {
  return allowed.some((one) => fits(one, action)) && !excepted.some((one) => fits(one, action));
}

function fits(pattern: string, action: string): boolean {
  const [left, right] = [pattern.toLowerCase().split('*'), action.toLowerCase()];
  if (left.length === 1) return left[0] === right;
  let position = 0;
  for (const [index, part] of left.entries()) {
    const found = right.indexOf(part, position);
    if (found < 0 || (index === 0 && found > 0)) return false;
    position = found + part.length;
  }
  return (left.at(-1) ?? '') === '' || right.endsWith(left.at(-1) ?? '');
}
