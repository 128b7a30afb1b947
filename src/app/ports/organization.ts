/** What the use cases need of a live organization, written by the consumer. All instants are ISO 8601 UTC strings unless the name ends in `Ms`. */
import type { Content, EntryCore } from '../../core/entry.ts';
import type { JsonObject } from '../../core/json.ts';
import type { KindName } from '../../core/kinds/kind-name.ts';
import type { IdContext, Kind } from '../../core/kinds/kind.ts';
import type { Gap } from '../../core/ledger.ts';
import type { SealsNames } from '../../core/member-policy.ts';
import type { CallOutcome, PlannedCall } from '../../core/plan.ts';
import type { ResourceId } from '../../core/resource.ts';

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
  /** Why no call reads what appeared, where that is so. */
  readonly unreadable?: string;
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
  /**
   * Lists again the collections whose lists tell of change, bare names of what came and went, and yields what appeared, moved or
   * disappeared since `read`. RemoteError where that cannot be told.
   */
  relist(request: ReadRequest): AsyncIterable<Movement>;
  /**
   * Reads single resources; resources with the same `readWith` cost one call. Absent is an answer, not an error. What the
   * resource refers to is resolvable afterwards (`find`): the revision of a deployment is downloaded if its digest is not
   * known. A read that fails throws; a 403 is RemoteError `REMOTE_DENIED`. What `wasThere` a moment ago is not called absent
   * because of what `remember` was told.
   */
  readOne(
    ids: readonly { readonly id: ResourceId; readonly kind: Kind; readonly wasThere?: boolean }[],
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
  /** Reads that are known by now to be still to come; more may become known. */
  readonly foreseen: number;
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
