import { isSameId } from '../../core/protection/arm-id.ts';
import { covers } from '../../core/protection/coverage.ts';
import type { BackupInstanceFacts, BackupJobFacts, RecoveryPointFacts } from '../../core/protection/facts.ts';
import type { PointSummary } from '../../core/point.ts';
import type { Reading } from '../../core/protection/readings.ts';
import { protectionIds, type ProtectionSettings } from '../../core/protection/settings.ts';
import { judgeWholeness, type Wholeness } from '../../core/protection/wholeness.ts';
import { look, notAsked } from './look.ts';
import type { ProtectionTools } from './make-protection-plan.ts';

export interface ProtectionStatus {
  readonly accountId: string;
  readonly vaultId: string;
  readonly organization: string | undefined;
  readonly instance: Reading<BackupInstanceFacts | undefined>;
  /** Containers that the instance does not take. */
  readonly uncovered: readonly string[];
  readonly recoveryPoints: Reading<readonly RecoveryPointFacts[]>;
  readonly lastJob: Reading<BackupJobFacts | undefined>;
  readonly wholeness: Wholeness | undefined;
  readonly findings: readonly string[];
  readonly unknown: readonly string[];
}

export interface StatusRequest {
  readonly settings: ProtectionSettings;
  /** The points of the vault, or why they are not known. */
  readonly points:
    | { readonly organization: string; readonly list: readonly PointSummary[] }
    | { readonly unknown: string };
}

/** Whether the newest point of the vault is expected to be whole in a recovery point of Azure. Only looks. */
export async function readProtectionStatus(
  { azure, progress }: Pick<ProtectionTools, 'azure' | 'progress'>,
  { settings, points }: StatusRequest,
): Promise<ProtectionStatus> {
  progress.phase('look at the recovery points in Azure');
  const { accountId, vaultId } = protectionIds(settings);
  const instance = await look(async () => {
    const instances = await azure.listInstancesOf(accountId);
    return instances.find((one) => isSameId(one.vaultId, vaultId)) ?? instances[0];
  });
  const own = instance.state === 'present' ? instance.facts : undefined;
  const [recoveryPoints, lastJob] = await Promise.all([
    own === undefined ? notAsked<readonly RecoveryPointFacts[]>() : look(() => azure.listRecoveryPoints(own.id)),
    own === undefined
      ? notAsked<BackupJobFacts | undefined>()
      : look(async () => (await azure.listJobs(own.vaultId)).find((job) => isBackupOf(job, own))),
  ]);
  const list = 'list' in points ? points.list : undefined;
  // Without an instance there is no recovery point; with one that cannot be read nothing is known.
  const known = recoveryPoints.state === 'present' ? recoveryPoints.facts : own === undefined ? [] : undefined;
  const uncovered = own === undefined ? [] : settings.containers.filter((container) => !covers(own, container));
  const { vaultContainer } = settings;
  const leavesVaultOut = vaultContainer === undefined ? uncovered.length > 0 : uncovered.includes(vaultContainer);
  const wholeness =
    list === undefined || known === undefined || instance.state === 'unreadable'
      ? undefined
      : judgeWholeness({
          points: list,
          // What the instance does not take now, it may not have taken then.
          recoveryPoints: leavesVaultOut ? [] : known,
          marginMs: settings.replicationMarginMinutes * 60_000,
        });
  const seen = { settings, instance, uncovered, recoveryPoints, lastJob, wholeness };
  return {
    accountId,
    vaultId,
    organization: 'organization' in points ? points.organization : undefined,
    instance,
    uncovered,
    recoveryPoints,
    lastJob,
    wholeness,
    findings: findingsOf(seen),
    unknown: [...unknownOf(seen), ...('unknown' in points ? [points.unknown] : [])],
  };
}

function isBackupOf({ category, instanceId }: BackupJobFacts, { id }: BackupInstanceFacts): boolean {
  return category === 'Backup' && (instanceId === undefined || isSameId(instanceId, id));
}

type Seen = Pick<ProtectionStatus, 'instance' | 'uncovered' | 'recoveryPoints' | 'lastJob' | 'wholeness'> & {
  readonly settings: ProtectionSettings;
};

function findingsOf({ settings, instance, uncovered, recoveryPoints, lastJob, wholeness }: Seen): readonly string[] {
  const findings: string[] = [];
  const own = instance.state === 'present' ? instance.facts : undefined;
  const { vaultId } = protectionIds(settings);
  if (instance.state === 'absent' || (instance.state === 'present' && own === undefined)) {
    return ['No Backup vault protects the storage account.'];
  }
  if (own !== undefined && !isSameId(own.vaultId, vaultId)) {
    findings.push(`The storage account is protected by another Backup vault: ${own.vaultId}.`);
  }
  if (own !== undefined && own.state !== 'ProtectionConfigured') {
    findings.push(
      `The backup instance is ${own.state}${own.error === undefined ? '' : ` (${own.error.code})`}: no backup is taken.`,
    );
  }
  for (const container of uncovered) findings.push(`The backup instance does not take the container ${container}.`);
  const job = lastJob.state === 'present' ? lastJob.facts : undefined;
  if (job !== undefined && !['Completed', 'InProgress'].includes(job.status)) {
    findings.push(`The last backup job, of ${job.startedAt}, is ${job.status}${problemsOf(job)}.`);
  }
  if (recoveryPoints.state === 'present' && recoveryPoints.facts.length === 0) {
    findings.push('There is no recovery point yet.');
    return findings;
  }
  return [...findings, ...wholenessFindings(settings, wholeness)];
}

function wholenessFindings(
  { replicationMarginMinutes }: ProtectionSettings,
  wholeness: Wholeness | undefined,
): string[] {
  if (wholeness === undefined) return [];
  const { newestPoint, newestExpectedWhole, newestRecoveryPoint } = wholeness;
  const findings: string[] = [];
  if (newestRecoveryPoint !== undefined && newestRecoveryPoint.state !== 'Completed') {
    findings.push(
      `The newest recovery point, of ${newestRecoveryPoint.time}, is ${newestRecoveryPoint.state ?? 'of no known state'}: it may lack data.`,
    );
  }
  if (newestPoint !== undefined && newestExpectedWhole?.id !== newestPoint.id) {
    findings.push(
      `The newest point ${newestPoint.id}, which ended at ${newestPoint.endedAt}, is not expected to be whole in any completed recovery point: none that has the vault began ${replicationMarginMinutes} minutes or more after it.`,
    );
  }
  return findings;
}

function problemsOf({ problems }: BackupJobFacts): string {
  return problems.length === 0 ? '' : ` (${problems.map(({ code, message }) => `${code}: ${message}`).join('; ')})`;
}

function unknownOf({ instance, recoveryPoints, lastJob }: Seen): readonly string[] {
  return [instance, recoveryPoints, lastJob].flatMap((reading) =>
    reading.state === 'unreadable' ? [reading.reason] : [],
  );
}
