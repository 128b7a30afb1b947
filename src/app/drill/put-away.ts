import { endsTheRun, HoldfastError, UserError } from '../../core/errors.ts';
import type { Progress } from '../ports/surroundings.ts';
import type { AzureManagement } from '../ports/azure.ts';

/** What putting away takes: a connection to Azure that goes on when the run is ended. */
export interface PutAwayTools {
  readonly patient: AzureManagement;
  /** Ends what `patient` does after so many milliseconds of real time. */
  readonly limitPatience: (limitMs: number) => void;
  readonly progress: Progress;
}

/** What a drill makes in the drill account, and how far it is. */
export interface DrillTarget {
  readonly targetAccountId: string;
  readonly targetContainer: string;
  /** The restore that fills the container, once it was asked for. */
  readonly jobId: Promise<string>;
  /** Whether that job was seen to end. */
  readonly hasEnded: () => boolean;
}

const MINUTE_MS = 60_000;
/** How long somebody who ends a drill is kept waiting until it has cleaned up. */
const PATIENCE_MS = 5 * MINUTE_MS;
const POLL_MS = 5_000;
/** Azure's words for a restore that it did not begin. */
const refusals: readonly string[] = [
  'OPERATION_FAILED',
  'REMOTE_CONFLICT',
  'REMOTE_DENIED',
  'REMOTE_INVALID',
  'REMOTE_NOT_FOUND',
  'ROLE_NOT_EFFECTIVE',
];

/**
 * Cleans up after a drill that somebody ended, for five minutes at most, and says so before. A drill that was ended proves
 * nothing, neither good nor bad, and leaves no record. Answers the reason with what became of the container.
 */
export async function putAway(
  { patient, limitPatience, progress }: PutAwayTools,
  target: DrillTarget,
  reason: HoldfastError,
): Promise<UserError> {
  const { targetAccountId, targetContainer } = target;
  const what = `the container ${targetContainer} of ${targetAccountId}`;
  const after = target.hasEnded() ? '' : ', as soon as the restore that fills it has ended';
  progress.warn(
    `The drill is ended. It now removes ${what}${after}; that takes ${PATIENCE_MS / MINUTE_MS} minutes at most. Asked to end a second time, it leaves the container and goes at once.`,
  );
  limitPatience(PATIENCE_MS);
  const restore = target.hasEnded() ? 'ended' : await awaitRestore(patient, target.jobId);
  if (restore === 'refused') return ended(target, reason, 'Azure did not begin the restore, so there is no container.');
  const problem = await removeContainer(patient, target);
  if (restore === 'running') return ended(target, reason, whenItHasEnded(what));
  if (problem !== undefined) return ended(target, reason, `Delete ${what}: it is still there (${problem}).`);
  return ended(target, reason, `The container ${targetContainer} was removed again.`);
}

/** Removes the container; answers why it stays, undefined when it does not. */
export async function removeContainer(
  azure: AzureManagement,
  { targetAccountId, targetContainer }: Pick<DrillTarget, 'targetAccountId' | 'targetContainer'>,
): Promise<string | undefined> {
  try {
    await azure.deleteContainer(targetAccountId, targetContainer);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    if (error.code !== 'REMOTE_NOT_FOUND') return error.message;
  }
  return undefined;
}

/** What the promise comes to, or the reason of the signal once it is aborted; the promise then goes on unheard. */
export async function untilEnded<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** What is said when the process is left without cleaning up. */
export function leftBehind({ targetAccountId, targetContainer }: Omit<DrillTarget, 'jobId' | 'hasEnded'>): string {
  return `The container ${targetContainer} of ${targetAccountId} may be left behind, and a restore may still fill it. Delete it when no restore runs into it.`;
}

async function awaitRestore(
  patient: AzureManagement,
  jobId: Promise<string>,
): Promise<'ended' | 'running' | 'refused'> {
  let id: string;
  try {
    id = await jobId;
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return refusals.includes(error.code) ? 'refused' : 'running';
  }
  try {
    await patient.awaitJob(id, { timeoutMs: PATIENCE_MS, pollMs: POLL_MS });
    return 'ended';
  } catch (error) {
    if (!(error instanceof HoldfastError) || endsTheRun(error)) throw error;
    return 'running';
  }
}

function whenItHasEnded(what: string): string {
  return `Delete ${what}: its restore job is not known to have ended, and makes it anew, so wait for that first.`;
}

function ended({ targetAccountId }: DrillTarget, { code, message, cause }: HoldfastError, what: string): UserError {
  return new UserError({ code, message, resource: targetAccountId, next: `Nothing was recorded. ${what}`, cause });
}
