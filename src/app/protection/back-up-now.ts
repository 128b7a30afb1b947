import { RemoteError, UserError } from '../../core/errors.ts';
import { isSameId } from '../../core/protection/arm-id.ts';
import type { BackupInstanceFacts, BackupJobFacts, RecoveryPointFacts } from '../../core/protection/facts.ts';
import { protectionIds, type ProtectionSettings } from '../../core/protection/settings.ts';
import type { ProtectionTools } from './make-protection-plan.ts';

export interface BackupNowReport {
  readonly instanceId: string;
  readonly jobId: string;
  /** `started` when it was not waited for. */
  readonly status: 'started' | 'completed' | 'warnings' | 'partial' | 'failed';
  /** Of the job, in Azure's word. */
  readonly jobStatus: string;
  readonly recoveryPoint: RecoveryPointFacts | undefined;
  readonly problems: readonly { readonly code: string; readonly message: string }[];
}

type Tools = Pick<ProtectionTools, 'azure' | 'clock' | 'progress'>;

const LONGEST_JOB_MS = 6 * 3_600_000;

/**
 * Starts a backup of the vault's container by Azure and waits for its job. UserError `PROTECTION_REFUSED` when the account is
 * not protected by our vault; RemoteError `OPERATION_TIMEOUT`.
 */
export async function backUpNow(
  { azure, progress }: Tools,
  { settings, wait }: { readonly settings: ProtectionSettings; readonly wait: boolean },
): Promise<BackupNowReport> {
  progress.phase('look what is protected');
  const instance = await findProtectedInstance({ azure }, settings);
  const { backupRules } = await azure.getPolicy(instance.policyId);
  const [rule] = backupRules;
  if (rule === undefined) {
    throw refused(`The policy of the backup instance ${instance.name} has no rule for the vault store.`, instance.id);
  }
  const jobId = await azure.startBackup(instance.id, rule.name);
  if (!wait) {
    return {
      instanceId: instance.id,
      jobId,
      status: 'started',
      jobStatus: 'InProgress',
      recoveryPoint: undefined,
      problems: [],
    };
  }
  progress.phase('wait for the job of Azure Backup');
  const job = await azure.awaitJob(jobId, { timeoutMs: LONGEST_JOB_MS });
  const points = await azure.listRecoveryPoints(instance.id);
  // What is not older than the job is what the job made.
  const recoveryPoint = points.find(({ time }) => Date.parse(time) >= Date.parse(job.startedAt));
  return {
    instanceId: instance.id,
    jobId,
    status: statusOf(job, recoveryPoint),
    jobStatus: job.status,
    recoveryPoint,
    problems: job.problems,
  };
}

function statusOf({ status }: BackupJobFacts, point: RecoveryPointFacts | undefined): BackupNowReport['status'] {
  if (status === 'CompletedWithWarnings') return 'warnings';
  if (status !== 'Completed') return 'failed';
  // Completed, but without a point, or with one that is not whole, is not what was asked for.
  return point?.state === 'Completed' ? 'completed' : 'partial';
}

/** The instance of our vault, protected. UserError `PROTECTION_REFUSED` says what it is instead. */
export async function findProtectedInstance(
  { azure }: Pick<Tools, 'azure'>,
  settings: ProtectionSettings,
): Promise<BackupInstanceFacts> {
  const { accountId, vaultId } = protectionIds(settings);
  const instances = await azure.listInstancesOf(accountId);
  const own = instances.find((instance) => isSameId(instance.vaultId, vaultId));
  if (own === undefined) {
    throw refused(
      `The Backup vault ${settings.vault.name} does not protect the storage account ${settings.account.name}.`,
      accountId,
    );
  }
  if (own.state !== 'ProtectionConfigured') {
    throw refused(`The backup instance ${own.name} is ${own.state}: no backup can be taken.`, own.id);
  }
  return own;
}

function refused(message: string, resource: string): UserError {
  return new UserError({
    code: 'PROTECTION_REFUSED',
    message,
    resource,
    next: 'Run holdfast protect plan: it shows what is missing, and holdfast protect apply does it.',
  });
}

/** The error of a job that did not come to what was asked for; undefined when it did, or was only started. */
export function backupProblem({
  status,
  jobStatus,
  jobId,
  problems,
  recoveryPoint,
}: BackupNowReport): RemoteError | undefined {
  if (status === 'completed' || status === 'started') return undefined;
  const words = problems.map(({ code, message }) => `${code}: ${message}`).join('; ');
  const said = words === '' ? '' : ` Azure says: ${words}`;
  const messages = {
    failed: `The backup job of Azure is ${jobStatus}: no recovery point was made.${said}`,
    warnings: `The backup job of Azure completed with warnings: its recovery point may lack data of the vault.${said}`,
    partial:
      recoveryPoint === undefined
        ? 'The backup job of Azure completed, and no recovery point of it is listed.'
        : `The recovery point ${recoveryPoint.id} is ${recoveryPoint.state ?? 'of no known state'}: it may lack data of the vault.${said}`,
  };
  return new RemoteError({
    code: status === 'failed' ? 'BACKUP_JOB_FAILED' : 'BACKUP_JOB_INCOMPLETE',
    message: messages[status],
    operation: 'back the container up',
    resource: jobId,
    next: 'Mend what Azure names, then run holdfast protect backup-now again.',
  });
}
