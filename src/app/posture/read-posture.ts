import type { PostureReadings } from '../../core/posture/posture-readings.ts';
import type { RoleAssignmentFacts } from '../../core/protection/facts.ts';
import { factsOf, type ProtectionReadings, type Reading } from '../../core/protection/readings.ts';
import { protectionIds, type ProtectionSettings } from '../../core/protection/settings.ts';
import type { Clock, Progress } from '../ports/surroundings.ts';
import type { AzureManagement } from '../ports/azure.ts';
import { look, notAsked } from '../protection/look.ts';
import { readProtection } from '../protection/read-protection.ts';

export interface PostureTools {
  readonly azure: AzureManagement;
  readonly clock: Clock;
  readonly progress: Progress;
}

export interface PostureRequest extends Pick<PostureReadings, 'writer' | 'pruner' | 'verifiedWithinDays'> {
  readonly settings: ProtectionSettings;
  /** What is known without resource manager. */
  readonly own: Pick<PostureReadings, 'capture' | 'secrets' | 'verified'>;
}

/** Looks at all that a posture is decided on, and changes nothing. */
export async function readPosture(tools: PostureTools, request: PostureRequest): Promise<PostureReadings> {
  const { azure, clock, progress } = tools;
  const { settings, own, writer, pruner, verifiedWithinDays } = request;
  progress.phase('look at what protects the vault in Azure');
  const { accountId, vaultId } = protectionIds(settings);
  const found = await readProtection(azure, settings);
  const [roles, writerRoles] = await Promise.all([
    found.account.state === 'absent'
      ? notAsked<readonly RoleAssignmentFacts[]>()
      : readRoles(settings, found, (scope) => azure.listRoleAssignments(scope)),
    writer === undefined || found.account.state === 'absent'
      ? notAsked<readonly RoleAssignmentFacts[]>()
      : readRoles(settings, found, (scope) => azure.listRolesOf(scope, writer)),
  ]);
  const protection = { ...found, roles };
  const all = factsOf(protection.instances) ?? [];
  const instance = all.find((one) => one.vaultId.toLowerCase() === vaultId.toLowerCase()) ?? all[0];
  const [recoveryPoints, jobs] = await Promise.all([
    instance === undefined ? notAsked<never>() : look(() => azure.listRecoveryPoints(instance.id)),
    instance === undefined
      ? notAsked<never>()
      : look(async () =>
          (await azure.listJobs(instance.vaultId)).filter(
            ({ category, instanceId }) =>
              category === 'Backup' &&
              (instanceId === undefined || instanceId.toLowerCase() === instance.id.toLowerCase()),
          ),
        ),
  ]);
  const roleIds = new Set([...(factsOf(roles) ?? []), ...(factsOf(writerRoles) ?? [])].map(({ roleId }) => roleId));
  const roleDefinitions: Record<string, Reading<Awaited<ReturnType<AzureManagement['getRoleDefinition']>>>> = {};
  await Promise.all(
    [...roleIds].map(async (roleId) => {
      roleDefinitions[roleId] = await look(() => azure.getRoleDefinition(accountId, roleId));
    }),
  );
  return {
    settings,
    protection,
    recoveryPoints,
    jobs,
    roleDefinitions,
    writerRoles,
    writer,
    pruner,
    verifiedWithinDays,
    ...own,
    nowMs: clock.epochMs(),
  };
}

/**
 * A listing tells of its scope and of those above it, never of those below: assignments on a container and on the Backup
 * vault are asked for there. One listing that cannot be had leaves all of it unknown.
 */
async function readRoles(
  settings: ProtectionSettings,
  { vault, containers }: ProtectionReadings,
  list: (scope: string) => Promise<readonly RoleAssignmentFacts[]>,
): Promise<Reading<readonly RoleAssignmentFacts[]>> {
  const { accountId, vaultId } = protectionIds(settings);
  const scopes = [
    accountId,
    ...settings.containers
      .filter((name) => containers[name]?.state !== 'absent')
      .map((name) => `${accountId}/blobServices/default/containers/${name}`),
    ...(vault.state === 'absent' ? [] : [vaultId]),
  ];
  const merged = new Map<string, RoleAssignmentFacts>();
  for (const listed of await Promise.all(scopes.map((scope) => look(() => list(scope))))) {
    if (listed.state !== 'present') return listed;
    for (const one of listed.facts) merged.set(one.id.toLowerCase(), one);
  }
  return { state: 'present', facts: [...merged.values()] };
}
