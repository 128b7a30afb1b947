import type { AuditEvent, AuditHead } from './audit-record.ts';

/** What is known of a record without what it says. */
export interface AuditMark {
  readonly event: AuditEvent;
  readonly act?: number;
  readonly action?: string;
}

/** A batch whose signature, vault and place hold. */
export interface SignedBatch {
  readonly state: 'genuine';
  readonly name: string;
  readonly hash: string;
  readonly stream: string;
  readonly number: number;
  readonly at: string;
  /** The store's word where it attests, else `at`. */
  readonly time: string;
  readonly count: number;
  readonly previous: AuditHead | null;
  readonly heads: readonly AuditHead[];
  readonly continues?: AuditHead;
  readonly last: boolean;
  readonly spooled: boolean;
  readonly signer: { readonly role: string; readonly fingerprint: string };
  /** Its records; absent where no key at hand opens it. */
  readonly records?: readonly AuditMark[];
  /** Why its lines are not what a batch has: out of their chain, or not as many as its header says. */
  readonly malformed?: string;
}

export type AlienKind = 'squatted' | 'replayed' | 'rewritten' | 'unknown-signer' | 'revoked-signer';

/** What lies below `audit/` and is no batch of this place. */
export interface AlienBatch {
  readonly state: 'alien';
  readonly name: string;
  readonly hash: string;
  readonly createdAt: string;
  readonly kind: AlienKind;
  readonly reason: string;
}

export type AuditObject = SignedBatch | AlienBatch;

/** A batch that something names: a manifest, or a copy outside the vault. */
export interface NamedHead extends AuditHead {
  /** Who names it, for people. */
  readonly by: string;
}
