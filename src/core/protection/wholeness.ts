import type { PointSummary } from '../point.ts';
import type { RecoveryPointFacts } from './facts.ts';

/**
 * Which point of the vault is whole in which recovery point of Azure can only be known by restoring it: replication copies
 * blobs in no order and promises no time. What can be said without that is an expectation: a point is *expected* to be whole
 * in a completed recovery point that began long enough (the margin) after the point ended, because its last blob was there
 * by then. A drill proves it.
 */
export interface Wholeness {
  /** The newest point that the vault has. */
  readonly newestPoint: PointInVault | undefined;
  /** The newest point that is expected whole in a completed recovery point, with the newest such recovery point. */
  readonly newestExpectedWhole:
    | (PointInVault & { readonly recoveryPoint: string; readonly recoveryPointTime: string })
    | undefined;
  /** The newest recovery point of Azure, whatever its state. */
  readonly newestRecoveryPoint: RecoveryPointFacts | undefined;
  /** Points of which no completed recovery point is expected to hold all. */
  readonly unprotected: readonly PointInVault[];
}

export interface PointInVault {
  readonly id: string;
  readonly endedAt: string;
}

export interface WholenessRequest {
  /** Of the organization, in any order. */
  readonly points: readonly Pick<PointSummary, 'id' | 'endedAt' | 'grade' | 'scope'>[];
  readonly recoveryPoints: readonly RecoveryPointFacts[];
  readonly marginMs: number;
}

/** What is expected to be where. Interrupted points and safety points are not counted. */
export function judgeWholeness({ points, recoveryPoints, marginMs }: WholenessRequest): Wholeness {
  const counting = points
    .filter(({ grade, scope }) => grade !== 'interrupted' && scope.type !== 'run')
    .map(({ id, endedAt }) => ({ id, endedAt }))
    .toSorted((a, b) => Date.parse(b.endedAt) - Date.parse(a.endedAt));
  const byTime = recoveryPoints.toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time));
  const [newestCompleted] = byTime.filter(isCompleted);
  const isExpected = ({ endedAt }: PointInVault): boolean =>
    newestCompleted !== undefined && Date.parse(endedAt) + marginMs <= Date.parse(newestCompleted.time);
  const whole = counting.find(isExpected);
  return {
    newestPoint: counting[0],
    newestExpectedWhole:
      whole === undefined || newestCompleted === undefined
        ? undefined
        : { ...whole, recoveryPoint: newestCompleted.id, recoveryPointTime: newestCompleted.time },
    newestRecoveryPoint: byTime[0],
    unprotected: counting.filter((point) => !isExpected(point)),
  };
}

/** Only this word counts: whatever else Azure says is not known to be all there. */
function isCompleted({ state }: RecoveryPointFacts): boolean {
  return state === 'Completed';
}
