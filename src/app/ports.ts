/**
 * What the use cases need from outside, written by the consumer. Adapters implement these; `compose.ts` puts them together.
 * All instants are ISO 8601 UTC strings unless the name ends in `Ms`.
 */
import type { AuditTrail } from './ports/audit.ts';
import type { RecordStore } from './ports/records.ts';
import type { CallOutcome, Plan, PlannedCall, RunReport } from '../core/plan.ts';
import type { Content, EntryCore } from '../core/entry.ts';
import type { EpochPeriod } from '../core/epoch-period.ts';
import type { Gap, LedgerRow } from '../core/ledger.ts';
import type { JsonObject } from '../core/json.ts';
import type { HoldfastError } from '../core/errors.ts';
import type { Hasher } from '../core/hasher.ts';
import type { KindName } from '../core/kinds/kind-name.ts';
import type { IdContext, Kind } from '../core/kinds/kind.ts';
import type { SealsNames } from '../core/member-policy.ts';
import type { PointDetails, PointSummary } from '../core/point.ts';
import type { ResourceId } from '../core/resource.ts';
import type { HoldStore, PruneStore, SweptPoint } from './ports/retention.ts';

// ---------------------------------------------------------------- the organization

/** Bearer tokens for the management API. */
export interface TokenSource {
  /** For people and the ledger: "static token", "application default credentials". Never the token. */
  describe(): string;
  /**
   * A token; `refresh` after a 401 asks for a new one. Throws UserError when there is none (`NO_CREDENTIALS`,
   * `FEDERATION_REFUSED`, … `noTokenCodes`), RemoteError `UNAUTHENTICATED` when there is no other than the refused one.
   */
  get(options?: { readonly refresh?: boolean }): Promise<{ readonly token: string; readonly quotaProject?: string }>;
  /** When the token was got and when it ends, as far as the source knows. Throws like `get`. */
  life?(): Promise<TokenLife>;
  /** Who issued the newest token that was got, as far as it is known. Asks nobody; undefined before the first token. */
  origin?(): Promise<CredentialOrigin | undefined>;
}

/** Where a credential comes from, as it says itself: recorded, never trusted. */
export interface CredentialOrigin {
  /** Its `iss`; undefined where it does not say: an opaque token of unknown make. */
  readonly issuer?: string;
  /** Its `sub`, or the account it is of. */
  readonly subject?: string;
}

/** Epoch milliseconds. */
export interface TokenLife {
  readonly obtainedAtMs?: number;
  readonly expiresAtMs?: number;
}

export interface OrganizationIdentity {
  readonly name: string;
  readonly runtimeType: string;
  readonly state: string;
  readonly environments: readonly string[];
}

/** One step of reading a collection. */
export type Reading =
  /**
   * A resource with its content. Resources embedded in it (keys of an app) are yielded by the parent's read, right after
   * the parent, under their own kind; embedded kinds are never asked for on their own.
   */
  | {
      readonly type: 'resource';
      readonly kind: KindName;
      readonly id: ResourceId;
      readonly content: Content;
      readonly marks?: JsonObject;
      readonly label?: string;
    }
  /** Listed, and by its marks the same as known: not read again. */
  | { readonly type: 'unchanged'; readonly kind: KindName; readonly id: ResourceId }
  /** A resource, or a whole list (`at` is the parent, '' for the kind), that is not there to be had. */
  | { readonly type: 'gap'; readonly kind: KindName; readonly gap: Gap };

export interface ReadRequest {
  readonly kind: Kind;
  /**
   * Scope resources whose collections are read, sorted. [''] where one list serves the whole organization (deployments,
   * apps) and for kinds whose scope is the organization.
   */
  readonly parents: readonly ResourceId[];
  /**
   * Known entries of this kind by id, given for kinds with marks (proxies, flows, revisions) so that what did not move is
   * not read again; absent = read all afresh. Revisions are looked up in it by the numbers in their marks.
   */
  readonly known?: ReadonlyMap<ResourceId, EntryCore>;
  /** Which revision numbers of a bundled parent to take, beside deployed ones and those `known`. */
  readonly revisions: RevisionSelection;
  /** Only these resources are wanted (a selection); lists are still read whole where paging demands it. */
  readonly wanted: (id: ResourceId) => boolean;
}

/** What a second listing says of a resource that the first did not. */
export interface Movement {
  readonly id: ResourceId;
  readonly change: 'appeared' | 'moved' | 'gone';
}

export interface RevisionSelection {
  readonly newest: number | 'all';
}

/** Live state of one resource, read for the stale check, the safety point and the read-back. */
export type LiveReading =
  | { readonly state: 'absent'; readonly anchor?: string }
  | {
      readonly state: 'present';
      readonly content: Content;
      readonly marks?: JsonObject;
      readonly label?: string;
      readonly anchor?: string;
      /** Resources embedded in it (all keys of an app), read with it. */
      readonly embedded?: readonly Extract<Reading, { type: 'resource' }>[];
    };

/** Reading and writing one live organization. One instance = one run: it keeps the identity index and counts calls. */
export interface Organization extends IdContext {
  /** Reads the organization's profile. UserError `ORGANIZATION_NOT_FOUND`; RemoteError otherwise. */
  identify(): Promise<OrganizationIdentity>;
  /** Forgets what was read: the next `read` is the first of another reading, whose second listing is compared with it. */
  startOver(): Promise<void>;
  /**
   * Enumerates and reads one kind. Order of resources is not defined. Every id is yielded at most once. A list is read to its
   * end or a gap says that it is not; a 403 is a gap `denied`, never an empty list. Throws only for what ends the run:
   * UNAUTHENTICATED, abort. A kind must be read after those that `readsAfter` names were read to their end, because its ids
   * resolve against them; others may be read at the same time. The same holds for `relist`.
   */
  read(request: ReadRequest): AsyncIterable<Reading>;
  /** False where the profile, as far as it was read (`identify`), says that there is nothing of the kind: add-on, runtime type. */
  mayHave(kind: Kind): boolean;
  /** Lists again the collections that have change marks and yields what appeared, moved or disappeared since `read`. */
  relist(request: ReadRequest): AsyncIterable<Movement>;
  /**
   * Reads single resources; resources with the same `readWith` cost one call. Absent is an answer, not an error. What the
   * resource refers to is resolvable afterwards (`find`): the revision of a deployment is downloaded if its digest is not
   * known. A read that fails throws; a 403 is RemoteError `REMOTE_DENIED`.
   */
  readOne(
    ids: readonly { readonly id: ResourceId; readonly kind: Kind }[],
  ): Promise<ReadonlyMap<ResourceId, LiveReading>>;
  /**
   * Sends one call of a plan, with holes filled; awaits long-running operations and READY. `onOperation` is called with the
   * operation's name before waiting. Never throws for a refused call: a failed outcome says what happened. An answer that was
   * lost is `unknown` (the caller then calls `lookup`).
   */
  send(call: PlannedCall, fill: HoleFiller, onOperation: (name: string) => Promise<void>): Promise<CallOutcome>;
  /** Finds out whether an earlier call took effect, by natural key (`call.lookup`). */
  lookup(call: PlannedCall, fill: HoleFiller): Promise<CallOutcome>;
  /** Tells the index what a point knows of revisions (digest, proxy creation time, numbers), to save downloads in `readOne`. */
  remember(entries: AsyncIterable<EntryCore>): Promise<void>;
  /**
   * From now on resources that share a natural key (kinds with `mayCollide`) get the ids that these entries have, equal ones
   * first: what is read live and the point speak of the same resource by the same id. Entries are asked for once per kind, when
   * it is read; `versionOf` says by which canonical version their hashes are made, where that is not the newest.
   */
  recognise(
    known: (kind: KindName) => AsyncIterable<EntryCore>,
    versionOf?: (kind: KindName) => number | undefined,
  ): void;
  /** From now on ids of resources below these parents have tags in place of names. No names are sealed until it is called. */
  sealNames(seals: SealsNames): void;
  /** Calls sent so far, by route label, reads and writes apart. */
  usage(): ApiUsage;
}

/** What one harmless look at a kind showed; `first` is a resource of it, to look below. */
export type KindProbe =
  | { readonly state: 'readable'; readonly first?: ResourceId }
  | { readonly state: 'denied' | 'notApplicable' | 'failed'; readonly reason: string };

/** Looks at an organization without reading it whole. */
export interface OrganizationProber {
  /** Throws only for what ends the run: credentials refused, abort. Embedded kinds are `readable` without a call. */
  probe(kind: Kind, parent: ResourceId): Promise<KindProbe>;
}

/** What an endpoint answers to whom it does not know. */
export interface EndpointFacts {
  readonly url: string;
  readonly isEncrypted: boolean;
  readonly isThisMachine: boolean;
  readonly status: number;
  /** True when it refuses in the words of the Apigee API. */
  readonly isApigee: boolean;
  /** Its clock, in epoch milliseconds, whole seconds. */
  readonly dateMs?: number;
}

export interface ApiUsage {
  readonly calls: number;
  readonly reads: number;
  readonly writes: number;
  readonly retries: number;
  readonly throttled: number;
  /** The least number of list and read calls with which what was read could have been read. */
  readonly floor: number;
  readonly bundleDownloads: number;
}

/** Gives the values for holes at the moment of sending. Bundles come as files; the adapter zips them. */
export interface HoleFiller {
  secret(id: ResourceId, name: string): Promise<string>;
  live(id: ResourceId, name: string): string;
  assigned(call: string, field: string): string;
  bundle(id: ResourceId): Promise<Extract<Content, { type: 'bundle' }>>;
  /** The JSON of a resource of the point, without its secrets. */
  json(id: ResourceId): Promise<JsonObject>;
}

// ---------------------------------------------------------------- the vault

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

// ---------------------------------------------------------------- runs

export interface RunStore {
  /** Claims the next run number (create-only) and stores the plan, before any call. The number is the fence. */
  beginRun(request: {
    readonly organization: string;
    readonly plan: Plan;
    readonly startedAt: string;
    readonly holder: string;
  }): Promise<RunJournal>;
  listRuns(organization: string): Promise<
    readonly {
      readonly run: number;
      readonly startedAt: string;
      readonly planHash: string;
      readonly status: RunReport['status'] | 'unfinished';
    }[]
  >;
  /** Numbers of the runs that have no report, or one that does not say `done`: they may have left something half done. */
  listUnended(organization: string): Promise<readonly number[]>;
  /** Intents and outcomes as written, for reports and (later) resume. */
  readRun(
    organization: string,
    run: number,
  ): Promise<{
    readonly plan: Plan;
    readonly intents: readonly string[][];
    readonly outcomes: readonly CallOutcome[];
    readonly report?: RunReport;
  }>;
}

/** The write-once journal of one run, in the secret class, signed by the restorer. */
export interface RunJournal {
  readonly run: number;
  /** Durable before it returns; no call of the wave may be sent earlier. At most 256 call ids. */
  intent(calls: readonly string[]): Promise<void>;
  /** Durable at once when `now`; otherwise within a quarter second or at the next flush. */
  outcome(outcome: CallOutcome, durability: 'now' | 'soon'): Promise<void>;
  flush(): Promise<void>;
  report(report: RunReport): Promise<void>;
}

/** One apply per organization. Advisory; fingerprints are the real guard. */
export interface Lease {
  /** False from 40 s after the last renewal started: no call may be sent. */
  isSafeToSend(): boolean;
  release(): Promise<void>;
}

export interface LeaseStore {
  /** UserError `RUN_ACTIVE` that says who runs since when. */
  acquire(request: { readonly organization: string; readonly holder: string }): Promise<Lease>;
}

/** What writing into the state place showed. */
export interface StateFacts {
  /** True when a second write under the same name was refused. */
  readonly isCreateOnly: boolean;
  /** When it was written by the clock of the place, and between which instants by ours. */
  readonly createdAtMs: number;
  readonly writtenBetweenMs: readonly [number, number];
  /** The name of what could not be removed again. */
  readonly left?: string;
}

// ---------------------------------------------------------------- surroundings

export type { Clock } from '../platform/clock.ts';

/** What a face shows while a use case runs; never a secret. */
/** The calls of a run while it is under way. */
export interface CallMeter {
  /** Sent so far. */
  calls(): number;
  /** How many there will be about, in all; absent where nothing tells. */
  readonly expected?: { readonly least: number; readonly most: number };
}

export interface Progress {
  /** From now on the calls of this run are shown with whatever else is. */
  measure?(meter: CallMeter): void;
  phase(name: string): void;
  advance(done: number, total: number | undefined, what: string): void;
  note(message: string): void;
  warn(message: string): void;
}

/** Sorts more than memory holds; what it spills is sealed with a key that only this process knows. */
export interface Sorter<Item> {
  add(item: Item): Promise<void>;
  /** All items in key order; may be called more than once. */
  sorted(): AsyncIterable<Item>;
  close(): Promise<void>;
}

export type SorterFactory = <Item>(keyOf: (item: Item) => string) => Sorter<Item>;
