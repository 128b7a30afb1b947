import type { NamedHead } from '../../core/audit/audit-objects.ts';
import type {
  AuditBegan,
  AuditDeclared,
  AuditEnded,
  AuditHead,
  AuditOpened,
  AuditRecord,
} from '../../core/audit/audit-record.ts';
import type { Evidence, EvidenceProof } from '../../core/audit/evidence.ts';
import type { TrailFacts } from '../../core/audit/examine-trail.ts';

/** Roles whose keys sign the trail. */
export type AuditSigner = 'writer' | 'restorer' | 'verifier' | 'pruner' | 'root';

export interface OpenAuditStream {
  readonly opened: Omit<AuditOpened, 'event'>;
  /** The key that signs: the first of these that is at hand. */
  readonly signers: readonly AuditSigner[];
  /** Records that the vault does not take wait in the spool, signed: break-glass. */
  readonly spools: boolean;
}

/** The stream of one process. */
export interface AuditStream {
  /**
   * Durable when it resolves. Rejects with UserError or RemoteError `AUDIT_NOT_WRITTEN` when it could not be written; with
   * `spools`, or for how an action ended, it waits in the spool then.
   */
  append(entry: Omit<AuditBegan, 'act'> | Omit<AuditDeclared, 'act'> | Omit<AuditEnded, 'act'>): Promise<void>;
  /** The same for the last record, and says that no other comes. */
  close(entry: Omit<AuditEnded, 'act'>): Promise<void>;
  /** The newest batch. */
  readonly head: AuditHead | undefined;
  /** Why records wait in the spool; undefined while the vault takes them. */
  readonly spooledBecause: Error | undefined;
}

/** What waits outside the vault until it takes records again. */
export interface AuditSpoolState {
  readonly folder: string;
  /** Names of the batches. */
  readonly waiting: readonly string[];
}

export interface AuditUpload {
  readonly uploaded: readonly string[];
  /** Batches whose number holds something else in the vault; they stay in the spool. */
  readonly refused: readonly string[];
}

/** A record as it lies in the vault. */
export interface StoredAuditRecord {
  readonly record: AuditRecord;
  /** The text that was signed, and its hash. */
  readonly line: string;
  readonly hash: string;
  /** The batch that holds it, and the record's place in it, from 0. */
  readonly batch: string;
  readonly index: number;
  readonly stream: string;
  /** The store's time of the batch where it attests, else the process's. */
  readonly time: string;
  readonly signer: { readonly role: string; readonly fingerprint: string };
  /** What the stream's first record says of its process; absent where that is missing. */
  readonly opened?: AuditOpened;
}

/** The audit trail of a vault. */
export interface AuditTrail {
  /** Nothing is written before the first record. UserError `KEY_MISSING` when no key at hand signs. */
  open(request: OpenAuditStream): AuditStream;
  /** From now on manifests of this vault name the head of that stream. */
  follow(stream: AuditStream): void;
  /**
   * Records of genuine batches, oldest first, from `since` (included) to `until` (excluded). Needs `readMeta`. What is not
   * genuine is left out: `facts` has it.
   */
  records(range: { readonly since?: string; readonly until?: string }): AsyncIterable<StoredAuditRecord>;
  /** Everything below `audit/`, and the heads that manifests name, to be judged together with those kept `outside`. */
  facts(outside: readonly NamedHead[]): Promise<TrailFacts>;
  /** Signed records of verifications of an organization's points; those that cannot be trusted are left out. */
  proofs(organization: string): Promise<readonly EvidenceProof[]>;
  /** The keys as the newest keyring has them. */
  keys(): Evidence['keys'];
  spool(): Promise<AuditSpoolState>;
  /** Puts what waits in the spool into the vault, in order, and takes it out of the spool. */
  upload(): Promise<AuditUpload>;
}
