/** What the use cases need of a vault: points, epochs, entries. All instants are ISO 8601 UTC strings unless the name ends in `Ms`. */
import type { Content, EntryCore } from '../../core/entry.ts';
import type { EpochPeriod } from '../../core/epoch-period.ts';
import type { HoldfastError } from '../../core/errors.ts';
import type { Hasher } from '../../core/hasher.ts';
import type { KindName } from '../../core/kinds/kind-name.ts';
import type { Kind } from '../../core/kinds/kind.ts';
import type { Gap, LedgerRow } from '../../core/ledger.ts';
import type { PointDetails, PointSummary } from '../../core/point.ts';
import type { ResourceId } from '../../core/resource.ts';
import type { AuditTrail } from './audit.ts';
import type { RecordStore } from './records.ts';
import type { HoldStore, PruneStore, SweptPoint } from './retention.ts';
import type { RunStore } from './runs.ts';

/** The vault of one or more organizations. Opened with whatever keys are at hand; what they do not allow throws KEY_MISSING. */
export interface Vault extends PointStore, RunStore, RecordStore {
  readonly id: string;
  readonly description: string;
  readonly attestsTime: boolean;
  /** The store's own time now, ISO 8601, perhaps cut to seconds; absent where it has no clock but this machine's. */
  readonly readStoreTime?: (() => Promise<string>) | undefined;
  readonly hasher: Hasher;
  readonly abilities: KeyAbilities;
  readonly audit: AuditTrail;
  readonly holds: HoldStore;
  readonly prunes: PruneStore;
  organizations(): Promise<readonly string[]>;
}

/** What the keys at hand can do. */
export interface KeyAbilities {
  readonly readMeta: boolean;
  readonly readConfig: boolean;
  readonly readSecrets: boolean;
  /** The hasher tags values as the vault does. */
  readonly compare: boolean;
  readonly signPoints: boolean;
  readonly signRuns: boolean;
  /** Signs what a verification found. */
  readonly signProofs: boolean;
  readonly signHolds: boolean;
  /** Lifts holds: the verifier alone. */
  readonly liftHolds: boolean;
  readonly signPrunes: boolean;
}

export interface PointStore {
  /**
   * All points of the organization, oldest first, signature and form checked; a damaged or refused manifest, or record of a
   * sweep, is returned in `damaged`, by name. What was swept is no point any more: it stands apart.
   */
  listPoints(organization: string): Promise<{
    readonly points: readonly PointSummary[];
    readonly damaged: readonly { readonly name: string; readonly error: HoldfastError }[];
    readonly swept: readonly SweptPoint[];
  }>;
  /** Opens a point by its full id. UserError `POINT_NOT_FOUND`, `POINT_SWEPT`; IntegrityError when damaged or its signer was revoked before it. */
  openPoint(
    organization: string,
    pointId: string,
    options?: {
      /** Also one whose signer was revoked before it: the user named it. Its details say so. */
      readonly acceptRevoked: boolean;
    },
  ): Promise<PointReader>;
  /** Begins a point in the current epoch (opening one when there is none or it is due). */
  beginPoint(request: BeginPoint): Promise<PointWriter>;
  /** The epoch that the next full capture continues or ends; undefined when there is none that can be continued. */
  findEpoch(organization: string, period: EpochPeriod): Promise<EpochSummary | undefined>;
  /** Checks structure (always) and all bytes that the keys can open; yields findings as they are found. */
  verify(request: VerifyRequest): AsyncIterable<VerifyFinding>;
  /** Writes a signed verification record and returns its name. Needs a signing key. */
  recordVerification(
    organization: string,
    record: {
      readonly point: string;
      /** `all-bytes`: every byte is as written, and some of it no key at hand opens. */
      readonly depth: 'structure' | 'all-bytes' | 'all-data';
      readonly result: 'good' | 'damaged';
      readonly checkedObjects: number;
      readonly checkedBytes: number;
      readonly at: string;
    },
  ): Promise<string>;
}

export interface EpochSummary {
  readonly epoch: string;
  readonly openedAt: string;
  /** A full capture from this instant on opens the next one. */
  readonly endsAt: string;
}

export interface BeginPoint {
  readonly organization: string;
  readonly startedAt: string;
  readonly scope: PointSummary['scope'];
  /** Signs with the writer's key, or with the restorer's for safety points. */
  readonly signer: 'writer' | 'restorer';
  /** Opens the next epoch although none is due. */
  readonly newEpoch?: boolean;
  /** How long an epoch lasts; a month unless given. */
  readonly epochPeriod?: EpochPeriod;
}

export interface VerifyRequest {
  readonly organization: string;
  /** One point, or all. */
  readonly point?: string;
  readonly allData: boolean;
}

export type VerifyFinding =
  | {
      readonly type: 'damaged';
      readonly object: string;
      readonly reason: string;
      /** Empty where it cannot be told, unless `run` or `hurtsNone`. */
      readonly points: readonly string[];
      /** Of the journal of a run: its number. No point rests on it. */
      readonly run?: number;
      /** Another record that no point rests on. */
      readonly hurtsNone?: boolean;
    }
  | { readonly type: 'notChecked'; readonly object: string; readonly reason: string }
  /** It is gone because it was swept: nothing is lost. */
  | { readonly type: 'swept'; readonly point: string; readonly prune: number; readonly sweptAt: string }
  | { readonly type: 'checked'; readonly objects: number; readonly bytes: number; readonly points: readonly string[] };

/** An entry of a point: its compared part and where its content lies (opaque outside the vault). */
export interface StoredEntry extends EntryCore {
  readonly location: unknown;
}

/** A body as stored: secrets cut out as numbered holes with the path and the equality tag of each. */
export type StoredContent =
  | {
      readonly type: 'json' /** Config part: source text with `holeMarker(n)` strings in place of the values. */;
      readonly holes: readonly { readonly path: string; readonly tag: string }[];
      readonly text: string;
    }
  | Extract<Content, { type: 'bundle' }>;

export interface PointReader {
  readonly details: PointDetails;
  /** Gaps and resources of a collection that this point says nothing about. */
  gaps(kind: KindName): readonly Gap[];
  /**
   * True when the point has this collection: its scope covers it, and it was captured at least in part, or the organization
   * could have nothing of the kind.
   */
  has(kind: KindName): boolean;
  /** The canonical version that the point's hashes of the kind are made by; undefined when no collection was captured. */
  canonicalVersion(kind: KindName): number | undefined;
  /** Root over ids and hashes; equal roots = equal collections. Undefined when no collection was captured. */
  root(kind: KindName): string | undefined;
  /** Entries sorted by id, streamed. Needs `readMeta`. */
  entries(kind: KindName): AsyncIterable<StoredEntry>;
  /** Entries that differ between this point and `other`, sorted by id, reading only deltas where both share a base. */
  compare(
    other: PointReader,
    kind: KindName,
  ): AsyncIterable<{ readonly before?: StoredEntry; readonly after?: StoredEntry }>;
  find(id: ResourceId, kind: KindName): Promise<StoredEntry | undefined>;
  /** The config part. Needs `readConfig`, else UserError KEY_MISSING naming reader.key. */
  readContent(entry: StoredEntry): Promise<StoredContent>;
  /** BundleFacts without opening the bundle (config class, beside the entry). */
  readFacts(entry: StoredEntry): Promise<Extract<Content, { type: 'bundle' }>['facts'] | undefined>;
  /** The secret values by field path. Needs `readSecrets`. */
  readSecrets(entry: StoredEntry): Promise<ReadonlyMap<string, string>>;
}

export interface PointWriter {
  readonly epoch: string;
  /** True when this point opens its epoch: everything is to be read afresh. */
  readonly opensEpoch: boolean;
  /** The newest point of this epoch (or checkpoint) to read marks from, per kind; streamed. Empty in an opening point without checkpoint. */
  known(kind: KindName): AsyncIterable<EntryCore>;
  /**
   * When the capture began that read what the newest point of this epoch has below `at`: that point itself, or one from
   * which it was carried. Undefined where there is none, or it has a gap there.
   */
  readSince(kind: KindName, at: ResourceId): string | undefined;
  /** The canonical version that this epoch has for the kind; undefined where this point decides it. */
  canonicalVersion(kind: KindName): number | undefined;
  collection(kind: Kind): CollectionWriter;
  /** Lists the packs finished so far in a signed `interrupted` point. */
  checkpoint(endedAt: string): Promise<void>;
  /** Writes indexes and the manifest; only then the point exists. Returns its summary. */
  commit(details: CommitPoint): Promise<PointSummary>;
  /** The point that this one continues, in the same epoch. */
  readonly parent?: PointSummary | undefined;
  /** Bytes put into the store so far. */
  readonly bytesWritten: number;
}

export type CommitPoint = Pick<
  PointDetails,
  'grade' | 'consistent' | 'endedAt' | 'notCaptured' | 'calls' | 'floor' | 'efficiency' | 'moved' | 'tool' | 'identity'
> & {
  readonly ledger: readonly LedgerRow[];
  readonly gaps: ReadonlyMap<KindName, readonly Gap[]>;
};

/** One collection being written; resources come in any order. An id that comes again replaces what came before. */
export interface CollectionWriter {
  /** Adds a resource. Content that the base holds under the same hashes is not written again. Returns 'same' then. */
  add(entry: EntryCore, content: Content): Promise<'written' | 'same'>;
  /** Carries the known entry of this id (base or checkpoint). Throws InternalError when there is none. */
  keep(id: ResourceId): Promise<void>;
  /**
   * What this collection was told so far about `id` and everything below it no longer holds (it is gone, or is about to be
   * added again): a clean deletion unless an `add` or `keep` follows.
   */
  forget(id: ResourceId): Promise<void>;
  /** Says that nothing is known about the resources at or below `gap.at`: they are not deletions. */
  gap(gap: Gap): void;
  /** Finishes; the counts are of entries. */
  finish(): Promise<{
    readonly count: number;
    readonly added: number;
    readonly changed: number;
    readonly removed: number;
  }>;
}
