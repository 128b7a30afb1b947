import { backUpNow, backupProblem, findProtectedInstance } from '../../app/protection/back-up-now.ts';
import { HoldfastError } from '../../core/errors.ts';
import type { ProtectionSettings } from '../../core/protection/settings.ts';
import { judgeWholeness, type WholenessRequest } from '../../core/protection/wholeness.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { CommandContext } from '../command.ts';
import { formatTime } from '../render/quantity.ts';
import type { OutputDocument } from '../schema/documents.ts';
import { shownRecoveryPoint } from './protect-backup-now.ts';
import { openProtectionTools } from './protection-tools.ts';

export type BackupProtection = NonNullable<OutputDocument<'backup'>['protection']>;

/** Azure's clock may be a little behind ours. */
const SLACK_MS = 60_000;

/**
 * Has Azure back the vault up after a point was taken, as soon as the recovery point is expected to hold it whole, and waits. The point is there whatever Azure does, so what goes
 * wrong is told, not thrown; only an interruption is.
 */
export async function protectPoint(
  context: CommandContext,
  settings: ProtectionSettings,
  point: WholenessRequest['points'][number],
): Promise<BackupProtection> {
  try {
    const tools = await openProtectionTools(context);
    // Nobody is kept waiting for what is refused.
    await findProtectedInstance(tools, settings);
    await awaitReplication(context, settings, point);
    const report = await backUpNow(tools, { settings, wait: true });
    const problem = backupProblem(report);
    const wholeness = judgeWholeness({
      points: [point],
      recoveryPoints: report.recoveryPoint === undefined ? [] : [report.recoveryPoint],
      marginMs: settings.replicationMarginMinutes * 60_000,
    });
    return {
      // It was waited for, so it is not merely started.
      status: report.status === 'started' ? 'partial' : report.status,
      jobId: report.jobId,
      recoveryPoint: shownRecoveryPoint(report.recoveryPoint),
      pointExpectedWhole: wholeness.newestExpectedWhole !== undefined,
      problem: problem === undefined ? null : shownProblem(problem),
    };
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof HoldfastError)) throw error;
    return {
      status: 'failed',
      jobId: null,
      recoveryPoint: null,
      pointExpectedWhole: false,
      problem: shownProblem(error),
    };
  }
}

/** A recovery point that begins before replication has had its time is not expected to hold the point: it would be no use. */
async function awaitReplication(
  { clock, progress, signal }: CommandContext,
  { replicationMarginMinutes }: ProtectionSettings,
  { id, endedAt }: WholenessRequest['points'][number],
): Promise<void> {
  if (replicationMarginMinutes === 0) return;
  const startMs = Date.parse(endedAt) + replicationMarginMinutes * 60_000 + SLACK_MS;
  const waitMs = startMs - clock.epochMs();
  if (waitMs <= 0) return;
  progress.note(
    `The point ${id} is finished. Azure Backup is started at ${formatTime(formatInstant(startMs))}: ${replicationMarginMinutes} minutes after the point, when its recovery point is expected to hold it whole (protect.replicationMarginMinutes).`,
  );
  progress.phase('wait until Azure Backup can hold the point whole');
  await clock.sleep(waitMs, signal);
}

function shownProblem({ code, message, next }: HoldfastError): NonNullable<BackupProtection['problem']> {
  return { code, message, next: next ?? null };
}
