import type { Grade, LedgerRow, NotCaptured } from './ledger.ts';
import type { Selection } from './selection.ts';

/** Whether a point covers the whole organization, a selection of it, or the resources touched by run `run` (a safety point). */
export type Scope =
  | { readonly type: 'all' }
  | { readonly type: 'selection'; readonly selection: Selection }
  | { readonly type: 'run'; readonly run: number };

/** What is known of a point without opening its collections. Instants are ISO 8601 UTC with milliseconds. */
export interface PointSummary {
  /** Starts with `p`. */
  readonly id: string;
  readonly organization: string;
  readonly epoch: string;
  readonly grade: Grade;
  readonly scope: Scope;
  /** True when the second listing found nothing moved while the capture ran. */
  readonly consistent: boolean;
  readonly startedAt: string;
  readonly endedAt: string;
  /** Creation time by the store where it attests time, else the signed `endedAt`. */
  readonly time: string;
  readonly timeAttested: boolean;
  readonly parent?: string;
  /** Captured resources in all. */
  readonly resources: number;
  readonly bytesWritten: number;
  readonly calls: number;
  /** Fingerprint of the signing key and its role. */
  readonly signer: string;
}

export interface PointDetails extends PointSummary {
  readonly ledger: readonly LedgerRow[];
  readonly notCaptured: readonly NotCaptured[];
  /** Listing-floor arithmetic of the capture. */
  readonly floor: number;
  readonly efficiency: number;
  /** What moved while the capture ran, per kind, in plain words. */
  readonly moved: readonly string[];
  readonly tool: string;
  readonly identity: string;
  /** Findings of the credential scan of config material, by resource and place, never with the value. */
  readonly findings: readonly string[];
}
