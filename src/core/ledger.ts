import { compareIds, type ResourceId } from './resource.ts';

/**
 * Why part of a collection is not in a point, or not as it was when the point was taken: `leftOut` and `carried` by the policy
 * of the configuration for members (`member-policy.ts`). Only `denied`, `failed` and `vanished` make a point partial.
 */
export type GapState =
  | 'denied'
  | 'failed'
  | 'vanished'
  | 'notApplicable'
  | 'unreadable'
  | 'accepted'
  | 'notSelected'
  | 'leftOut'
  | 'carried';

export interface Gap {
  /** A resource, or the collection's parent when a whole list is missing (then everything of the kind below it is unknown). '' = all of the kind. */
  readonly at: ResourceId;
  readonly state: GapState;
  /** In plain words, with the server's status; no secret. */
  readonly reason: string;
  /** For `carried`: when the capture began that read it, ISO 8601. */
  readonly since?: string;
}

/**
 * True for the gap of a whole kind that the organization cannot have (an add-on that is off): then it is not unknown what
 * there is, but known that there is nothing.
 */
export function tellsOfNothing(gap: Gap): boolean {
  return gap.state === 'notApplicable' && gap.at === '';
}

/** A collection's own account of completeness. Counts are resources. */
export interface LedgerRow {
  readonly kind: string;
  readonly listed: number;
  readonly captured: number;
  readonly denied: number;
  readonly failed: number;
  readonly vanished: number;
  readonly notApplicable: number;
  readonly unreadable: number;
  readonly accepted: number;
  readonly exceptions: readonly Gap[];
  /** What was stated beforehand to be left out: "revisions: deployed and the newest 5". */
  readonly notes: readonly string[];
}

/** A kind or area that this version does not capture at all; stands in every ledger by name. */
export interface NotCaptured {
  readonly kind: string;
  readonly why: string;
}

export type Grade = 'complete' | 'partial' | 'interrupted';

/** complete unless a row has denied, failed or vanished resources. */
export function gradeOf(rows: readonly LedgerRow[]): 'complete' | 'partial' {
  return rows.some((row) => row.denied > 0 || row.failed > 0 || row.vanished > 0) ? 'partial' : 'complete';
}

/** An order in which gaps stand in a ledger, whatever the order in which they were met. */
export function compareGaps(a: Gap, b: Gap): number {
  return compareIds(a.at, b.at) || compareIds(a.state, b.state) || compareIds(a.reason, b.reason);
}
