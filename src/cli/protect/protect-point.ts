import { backUpNow, backupProblem } from '../../app/protection/back-up-now.ts';
import { HoldfastError } from '../../core/errors.ts';
import type { ProtectionSettings } from '../../core/protection/settings.ts';
import { judgeWholeness, type WholenessRequest } from '../../core/protection/wholeness.ts';
import type { CommandContext } from '../command.ts';
import type { OutputDocument } from '../schema/documents.ts';
import { shownRecoveryPoint } from './protect-backup-now.ts';
import { openProtectionTools } from './protection-tools.ts';

export type BackupProtection = NonNullable<OutputDocument<'backup'>['protection']>;

/**
 * Has Azure back the vault up right after a point was taken, and waits. The point is there whatever Azure does, so what goes
 * wrong is told, not thrown; only an interruption is.
 */
export async function protectPoint(
  context: CommandContext,
  settings: ProtectionSettings,
  point: WholenessRequest['points'][number],
): Promise<BackupProtection> {
  try {
    const report = await backUpNow(await openProtectionTools(context), { settings, wait: true });
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

function shownProblem({ code, message, next }: HoldfastError): NonNullable<BackupProtection['problem']> {
  return { code, message, next: next ?? null };
}
