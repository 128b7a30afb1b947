import type { PostureReadings } from '../../core/posture/posture-readings.ts';
import { factsOf, type Reading } from '../../core/protection/readings.ts';
import { protectionIds, type ProtectionSettings } from '../../core/protection/settings.ts';
import type { Clock, Progress } from '../ports.ts';
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
  const protection = await readProtection(azure, settings);
  const { accountId, vaultId } = protectionIds(settings);
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
  const roleIds = new Set((factsOf(protection.roles) ?? []).map(({ roleId }) => roleId));
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
    writer,
    pruner,
    verifiedWithinDays,
    ...own,
    nowMs: clock.epochMs(),
  };
}
