import type { ResourceId } from './resource.ts';
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
  /** Since when that key is revoked: the point opened only because it was named. */
  readonly signerRevoked?: string;
}

/** A row of the ledger with what the scan found in the kind. */
export interface ShownLedgerRow extends LedgerRow {
  /** Suspected credentials in clear. */
  readonly credentials: number;
}

/** Something in configuration that looks like a credential in clear. Never the value. */
export interface SuspectedCredential {
  /** With `***` where a name itself looks like a credential. */
  readonly id: ResourceId;
  readonly kind: string;
  /** The file of a bundle, or the field path. */
  readonly place: string;
  /** From 1; absent for a value of one line. */
  readonly line?: number;
  /** What it looks like: `private key`. */
  readonly what: string;
}

export interface PointDetails extends PointSummary {
  readonly ledger: readonly ShownLedgerRow[];
  readonly notCaptured: readonly NotCaptured[];
  /** Listing-floor arithmetic of the capture. */
  readonly floor: number;
  readonly efficiency: number;
  /** What moved while the capture ran, per kind, in plain words. */
  readonly moved: readonly string[];
  readonly tool: string;
  readonly identity: string;
  /** Findings of the credential scan of config material, as sentences, never with the value. */
  readonly findings: readonly string[];
  /** The same as data. */
  readonly credentials: readonly SuspectedCredential[];
}
