import { backUpNow, type BackupNowReport, backupProblem } from '../../app/protection/back-up-now.ts';
import type { RecoveryPointFacts } from '../../core/protection/facts.ts';
import { protectionIds } from '../../core/protection/settings.ts';
import type { CommandContext } from '../command.ts';
import { wrapText } from '../render/printable.ts';
import { formatTime } from '../render/quantity.ts';
import type { OutputDocument } from '../schema/documents.ts';
import { openProtectionTools } from './protection-tools.ts';

export async function protectBackupNow(context: CommandContext): Promise<number> {
  const { flags, house, output, progress } = context;
  const settings = await house.azure().protection();
  const tools = await openProtectionTools(context);
  const { accountId, vaultId } = protectionIds(settings);
  await context.audit.declare({ backupVault: vaultId, account: accountId, containers: settings.containers });
  const report = await backUpNow(tools, { settings, wait: !flags.is('no-wait') });
  context.audit.note({ job: report.jobId, status: report.status });
  progress.clear();
  const document: OutputDocument<'protect-backup-now'> = {
    schema: 'holdfast/protect-backup-now/1',
    instanceId: report.instanceId,
    jobId: report.jobId,
    status: report.status,
    jobStatus: report.jobStatus,
    recoveryPoint: shownRecoveryPoint(report.recoveryPoint),
    problems: report.problems,
  };
  await output.document(document, () => renderBackupNow(report).flatMap((line) => wrapText(line, output.width)));
  const problem = backupProblem(report);
  if (problem !== undefined) throw problem;
  return 0;
}

export function shownRecoveryPoint(
  point: RecoveryPointFacts | undefined,
): OutputDocument<'protect-backup-now'>['recoveryPoint'] {
  if (point === undefined) return null;
  const { id, time, state = null, expiresAt = null } = point;
  return { id, time, state, expiresAt };
}

/** What is to be said of a backup by Azure that was started or ended. */
function renderBackupNow({ status, jobId, jobStatus, recoveryPoint }: BackupNowReport): string[] {
  if (status === 'started') {
    return [`Azure Backup has started job ${jobId}.`, 'Look at it with `holdfast protect status`.'];
  }
  if (recoveryPoint === undefined) return [`The job of Azure Backup is ${jobStatus}; it made no recovery point.`];
  const { id, time, state } = recoveryPoint;
  return [
    `Azure Backup has made recovery point ${id} of ${formatTime(time)}: ${state ?? 'of no known state'} (job ${jobStatus}).`,
    'It is not known to hold every point whole: replication keeps no order. `holdfast protect status` tells what to expect.',
  ];
}
