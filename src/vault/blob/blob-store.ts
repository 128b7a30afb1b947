/**
 * Where a vault's blobs live: write-once names, whole blobs, no overwriting; deleting is the pruner's affair alone.
 *
 * Failures are the classes of core/errors: UserError `VAULT_NOT_FOUND` when the container or folder does not exist;
 * RemoteError `STORE_DENIED` when the credentials do not suffice, `STORE_FULL` when there is no room, `STORE_UNREACHABLE`
 * (retryable) for what may pass by itself, `STORE_FAILED` for the rest; IntegrityError `VAULT_DAMAGED` when the store
 * does not hold what it should; InternalError for a name that `assertBlobName` refuses. An aborted call rejects with the
 * reason of its signal.
 */
export interface BlobStore {
  readonly capabilities: BlobStoreCapabilities;

  /**
   * Stores the bytes under a name that is not taken, in one durable step: when the promise resolves to `created` the
   * blob survives a crash; when it rejects, or the process dies, the blob is there whole or not at all. `exists` means
   * that the name was taken before this call, whatever it holds: nothing was changed. The store takes its own copy.
   *
   * After a lost answer a store may find the very same bytes under the name and call that `created`; a claim that only
   * one party may win therefore carries something random in its bytes.
   */
  put(name: string, bytes: Uint8Array, options?: BlobCallOptions): Promise<'created' | 'exists'>;

  /** The whole blob, or undefined when no blob has the name. */
  find(name: string, options?: BlobCallOptions): Promise<Uint8Array | undefined>;

  /** The whole blob. Throws IntegrityError `VAULT_DAMAGED` when no blob has the name. */
  get(name: string, options?: BlobCallOptions): Promise<Uint8Array>;

  /**
   * Exactly `lengthBytes` bytes from `offsetBytes` on. Throws IntegrityError `VAULT_DAMAGED` when no blob has the
   * name or when the blob ends before the range does.
   */
  getRange(name: string, range: BlobRange, options?: BlobCallOptions): Promise<Uint8Array>;

  /**
   * Every blob whose name begins with the prefix (which need not end at a `/`; the empty prefix means all), in the
   * order of the names' code units. Either complete or it throws: each blob created before the listing began is
   * yielded once; one created during it may be.
   */
  list(prefix: string, options?: BlobCallOptions): AsyncIterable<BlobInfo>;

  /**
   * The next level below a prefix that is empty or ends in `/`: each distinct `prefix + segment + '/'` below which
   * there is a blob, in code unit order, complete or it throws. Costs in proportion to the level, not to what is below.
   */
  listFolders(prefix: string, options?: BlobCallOptions): AsyncIterable<string>;

  /**
   * Takes a blob away, so that `find` and listings no longer show it and its name can be put again. `held` means that
   * the store keeps it whatever we ask, and that nothing was changed. After a lost answer a store may find nothing
   * under the name and call that `deleted`. A store that keeps versions or soft-deleted blobs may still hold the bytes.
   */
  delete(name: string, options?: BlobCallOptions): Promise<BlobDeletion>;

  /**
   * What the store says that keeps a blob from being deleted, or undefined when no blob has the name. A reading, not a
   * promise: it may change at once, and only `delete` is told the truth.
   */
  protection(name: string, options?: BlobCallOptions): Promise<BlobProtection | undefined>;
}

export type BlobDeletion =
  | { readonly outcome: 'deleted' | 'absent' }
  | {
      readonly outcome: 'held';
      readonly by: 'policy' | 'legal-hold';
      /** ISO 8601; undefined when the store does not tell. A legal hold has no end. */
      readonly until: string | undefined;
    };

export interface BlobProtection {
  /** Until when a policy on the blob itself keeps it, ISO 8601; it may have passed. Undefined when there is none. */
  readonly immutableUntil: string | undefined;
  /** True when the date above can be moved back by nobody. */
  readonly isLocked: boolean;
  /** A legal hold on the blob itself. */
  readonly hasLegalHold: boolean;
  /**
   * What lies on the whole container. Stores do not tell the period of a container's policy, so with `policy` or
   * `unknown` (it could not be read) only an attempt shows whether the blob may go.
   */
  readonly container: 'none' | 'policy' | 'legal-hold' | 'unknown';
}

export interface BlobCallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface BlobRange {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

export interface BlobInfo {
  readonly name: string;
  readonly sizeBytes: number;
  /** When the store says the blob was created: ISO 8601 in UTC with milliseconds. */
  readonly createdAt: string;
}

export interface BlobStoreCapabilities {
  /** True when `createdAt` is set by a party that the writers cannot influence. */
  readonly attestsTime: boolean;
  /**
   * The store's own time now, ISO 8601; absent where the store has no clock but this machine's. It may be cut to whole
   * seconds. Fails as the other calls do.
   */
  readonly readTime?: ((options?: BlobCallOptions) => Promise<string>) | undefined;
  /** For people: what and where the store is, without any credential. */
  readonly description: string;
}

/** A store together with the act of making the container or folder that it needs. */
export interface BlobContainer {
  readonly store: BlobStore;
  /** Makes the container. `exists` means that there was one already; it is left as it is. */
  create(options?: BlobCallOptions): Promise<'created' | 'exists'>;
  /**
   * The blobs as they were at an instant (ISO 8601), for reading; what is written goes to the store as it is now. Absent
   * where the store keeps no earlier states at all.
   */
  openAsOf?: ((time: string) => BlobStore) | undefined;
}
