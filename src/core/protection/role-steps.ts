import type { Hasher } from '../hasher.ts';
import { isSameId } from './arm-id.ts';
import { roleAssignmentProperties } from './desired.ts';
import type { RoleAssignmentFacts } from './facts.ts';
import { type PlanPart, type ProtectionStep, VAULT_PRINCIPAL } from './protection-plan.ts';
import { factsOf, type ProtectionReadings, type Reading } from './readings.ts';
import { BACKUP_ROLE, protectionIds, type ProtectionSettings } from './settings.ts';

/** The role of the vault's identity, on the account and on that of the drills. */
export function roleSteps(
  settings: ProtectionSettings,
  readings: ProtectionReadings,
  hasher: Pick<Hasher, 'digest'>,
): PlanPart {
  const { accountId, vaultId } = protectionIds(settings);
  const principalId = factsOf(readings.vault)?.principalId;
  const wanted: readonly (readonly [string, string | undefined, Reading<readonly RoleAssignmentFacts[]>])[] = [
    ['role', accountId, readings.roles],
    ['drill-role', settings.drillAccountId, readings.drillRoles],
  ];
  const steps: ProtectionStep[] = [];
  const inPlace: string[] = [];
  for (const [id, scope, reading] of wanted) {
    if (scope === undefined) continue;
    const assignments = factsOf(reading) ?? [];
    const isThere = assignments.some(
      (one) =>
        principalId !== undefined &&
        isSameId(one.principalId, principalId) &&
        isSameId(one.roleId, BACKUP_ROLE) &&
        !one.hasCondition,
    );
    const what = id === 'role' ? 'the storage account' : 'the drill account';
    if (isThere) inPlace.push(`the role of the vault’s identity on ${what}`);
    else {
      const name = freeName(`${scope}|${vaultId}|${BACKUP_ROLE}`, assignments, hasher);
      steps.push({
        id,
        what: `give the vault’s identity Storage Account Backup Contributor on ${what}`,
        why: id === 'role' ? 'Without it Azure cannot read the blobs.' : 'Without it Azure cannot restore there.',
        method: 'PUT',
        path: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
        body: { properties: roleAssignmentProperties(settings, principalId ?? VAULT_PRINCIPAL) },
        changes: [{ field: 'role assignment', from: null, to: 'Storage Account Backup Contributor' }],
      });
    }
  }
  return { steps, inPlace, notes: [] };
}

/** The same name for the same wish, so that a repeated request makes no second one; another where a stale one has it. */
export function freeName(
  text: string,
  assignments: readonly RoleAssignmentFacts[],
  hasher: Pick<Hasher, 'digest'>,
): string {
  for (let attempt = 0; ; attempt += 1) {
    const hex = hasher.digest(new TextEncoder().encode(`${text.toLowerCase()}|${attempt}`));
    const name = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    if (!assignments.some(({ id }) => id.toLowerCase().endsWith(`/${name}`))) return name;
  }
}
