import type { SimulatorClock } from '../control/clock.ts';
import { GuardRefusal } from './blob-guard-error.ts';

export const DAY_MS = 86_400_000;
const MOST_EXTENSIONS = 5;

/** What holds of a whole account: what resource manager sets. */
export interface AccountSettings {
  versioning: boolean;
  /** Days that a deleted blob or version can be brought back; undefined is off. */
  softDeleteDays: number | undefined;
  containerSoftDeleteDays: number | undefined;
  hierarchicalNamespace: boolean;
  allowSharedKey: boolean;
  /** How long a container that was deleted is in the way of one of the same name. */
  containerDeletionMs: number;
  /**
   * Which check comes first when an identity that may only add puts a name that is taken, with `If-None-Match: *`. No
   * document tells; clients have to take both.
   */
  overwriteIsRefusedAs: 'permission' | 'condition';
}

export interface VersionPolicy {
  untilMs: number;
  mode: 'Unlocked' | 'Locked';
}

/** One state of a blob. */
export interface BlobVersion {
  /** Undefined when the account kept no versions when it was written. */
  readonly id: string | undefined;
  readonly createdMs: number;
  readonly sizeBytes: number;
  /** What the service says of it when it is read: content type, MD5, ETag, metadata. */
  readonly headers: Readonly<Record<string, string>>;
  policy: VersionPolicy | undefined;
  legalHold: boolean;
  /** Kept here once it is not the current one any more; the current one's bytes are in the store behind the guard. */
  bytes: Buffer | undefined;
  /** When it was soft-deleted, and how long it can be brought back. */
  deleted: { readonly atMs: number; readonly days: number } | undefined;
}

export interface GuardedBlob {
  current: BlobVersion | undefined;
  /** The oldest first. */
  previous: BlobVersion[];
}

export interface GuardedContainer {
  readonly name: string;
  /** Its name in the store behind the guard, never used again. */
  readonly upstream: string;
  readonly createdMs: number;
  policy: { days: number; state: 'Unlocked' | 'Locked'; extensions: number } | undefined;
  readonly legalHolds: Set<string>;
  /** Policies and holds of single versions. Cannot be switched off again. */
  versionLevel: boolean;
  /** What new versions get where `versionLevel` is on. */
  defaultPolicy: { readonly days: number; readonly mode: VersionPolicy['mode'] } | undefined;
  readonly blobs: Map<string, GuardedBlob>;
}

interface DeletedContainer {
  readonly container: GuardedContainer;
  readonly version: string;
  readonly atMs: number;
  readonly days: number;
}

/** The state of one storage account, and the rules that decide on it. Time is the simulator's, never a caller's. */
export class GuardedAccount {
  readonly settings: AccountSettings;
  readonly clock: SimulatorClock;
  readonly containers = new Map<string, GuardedContainer>();
  readonly #deleting = new Map<string, number>();
  #deleted: DeletedContainer[] = [];
  #lastVersion = { ms: 0, tick: 0 };
  #upstreamNames = 0;

  constructor(clock: SimulatorClock, settings: Partial<AccountSettings> = {}) {
    this.clock = clock;
    this.settings = {
      versioning: false,
      softDeleteDays: undefined,
      containerSoftDeleteDays: undefined,
      hierarchicalNamespace: false,
      allowSharedKey: true,
      containerDeletionMs: 30_000,
      overwriteIsRefusedAs: 'permission',
      ...settings,
    };
  }

  get(name: string): GuardedContainer {
    const container = this.containers.get(name);
    if (container !== undefined) return container;
    throw new GuardRefusal(this.#isBeingDeleted(name) ? 'ContainerBeingDeleted' : 'ContainerNotFound');
  }

  /** A container to be made in the store behind; it counts once it is `add`ed. */
  newContainer(name: string): GuardedContainer {
    if (this.containers.has(name)) throw new GuardRefusal('ContainerAlreadyExists');
    if (this.#isBeingDeleted(name)) throw new GuardRefusal('ContainerBeingDeleted');
    this.#upstreamNames += 1;
    return {
      name,
      upstream: `guarded-${this.#upstreamNames}`,
      createdMs: this.clock.nowMs(),
      policy: undefined,
      legalHolds: new Set(),
      versionLevel: false,
      defaultPolicy: undefined,
      blobs: new Map(),
    };
  }

  /** Takes a container out of sight; true when its data are to be thrown away. */
  deleteContainer(name: string): boolean {
    const container = this.get(name);
    if (container.versionLevel) throw new GuardRefusal('ContainerImmutableStorageWithVersioningEnabled');
    if (container.policy !== undefined || container.legalHolds.size > 0) {
      throw new GuardRefusal('ContainerProtectedFromDeletion');
    }
    this.containers.delete(name);
    const atMs = this.clock.nowMs();
    this.#deleting.set(name, atMs + this.settings.containerDeletionMs);
    const days = this.settings.containerSoftDeleteDays;
    if (days === undefined) return true;
    this.#deleted.push({ container, version: this.nextVersionId(), atMs, days });
    return false;
  }

  get deletedContainers(): readonly DeletedContainer[] {
    const now = this.clock.nowMs();
    this.#deleted = this.#deleted.filter(({ atMs, days }) => now < atMs + days * DAY_MS);
    return this.#deleted;
  }

  restoreContainer(name: string, version: string): void {
    const found = this.deletedContainers.find(
      (deleted) => deleted.container.name === name && deleted.version === version,
    );
    if (found === undefined) throw new GuardRefusal('ContainerNotFound');
    if (this.containers.has(name)) throw new GuardRefusal('ContainerAlreadyExists');
    this.#deleted = this.#deleted.filter((deleted) => deleted !== found);
    this.#deleting.delete(name);
    this.containers.set(name, found.container);
  }

  /** Instants of 100 ns, each given once: what the service calls its versions. */
  nextVersionId(): string {
    const now = this.clock.nowMs();
    this.#lastVersion =
      now > this.#lastVersion.ms ? { ms: now, tick: 0 } : { ...this.#lastVersion, tick: this.#lastVersion.tick + 1 };
    const { ms, tick } = this.#lastVersion;
    return new Date(ms).toISOString().replace('Z', `${String(tick).padStart(4, '0')}Z`);
  }

  /** Sets or replaces the unlocked time-based policy of a container; a locked one can only be extended. */
  setContainerPolicy(name: string, days: number): void {
    const container = this.get(name);
    if (container.policy?.state === 'Locked') throw new Error('a locked policy can only be extended');
    container.policy = { days, state: 'Unlocked', extensions: 0 };
  }

  lockContainerPolicy(name: string): void {
    const { policy } = this.get(name);
    if (policy === undefined) throw new Error('there is no policy to lock');
    policy.state = 'Locked';
  }

  extendContainerPolicy(name: string, days: number): void {
    const { policy } = this.get(name);
    if (policy?.state !== 'Locked') throw new Error('only a locked policy is extended');
    if (days <= policy.days) throw new Error('a locked policy can only become longer');
    if (policy.extensions === MOST_EXTENSIONS) throw new Error(`a policy is extended ${MOST_EXTENSIONS} times at most`);
    policy.days = days;
    policy.extensions += 1;
  }

  removeContainerPolicy(name: string): void {
    const container = this.get(name);
    if (container.policy?.state === 'Locked') throw new Error('a locked policy cannot be removed');
    container.policy = undefined;
  }

  /** Needs versioning. `defaultPolicy` is what new versions get. */
  enableVersionLevel(name: string, defaultPolicy?: GuardedContainer['defaultPolicy']): void {
    if (!this.settings.versioning) throw new Error('version-level immutability needs versioning');
    const container = this.get(name);
    container.versionLevel = true;
    container.defaultPolicy = defaultPolicy;
  }

  /** Replaces all legal holds of a container; each is 3 to 23 letters and digits, at most 10. */
  setLegalHolds(name: string, tags: readonly string[]): void {
    if (tags.length > 10 || !tags.every((tag) => /^[a-zA-Z0-9]{3,23}$/.test(tag)))
      throw new Error('bad legal hold tags');
    const { legalHolds } = this.get(name);
    legalHolds.clear();
    for (const tag of tags) legalHolds.add(tag.toLowerCase());
  }

  /** Throws unless the version may be deleted. */
  assertDeletable(container: GuardedContainer, version: BlobVersion): void {
    if (container.legalHolds.size > 0 || version.legalHold) throw new GuardRefusal('BlobImmutableDueToLegalHold');
    const now = this.clock.nowMs();
    const { policy } = container;
    if (policy !== undefined && now < version.createdMs + policy.days * DAY_MS) {
      throw new GuardRefusal('BlobImmutableDueToPolicy');
    }
    if (version.policy !== undefined && now < version.policy.untilMs)
      throw new GuardRefusal('BlobImmutableDueToPolicy');
  }

  /** Throws unless a new blob may take the place of the one of this name. */
  assertReplaceable(container: GuardedContainer): void {
    if (container.legalHolds.size > 0) throw new GuardRefusal('BlobImmutableDueToLegalHold');
    // Also when the period is over: such blobs can be deleted, not overwritten.
    if (container.policy !== undefined) throw new GuardRefusal('BlobImmutableDueToPolicy');
    if (!this.settings.versioning && this.settings.softDeleteDays !== undefined) {
      throw new GuardRefusal(
        'NotModelled',
        'Overwriting with soft delete and without versioning makes a soft-deleted snapshot.',
      );
    }
  }

  /** Forgets what was soft-deleted longer ago than it can be brought back. */
  forgetExpired(container: GuardedContainer): void {
    const now = this.clock.nowMs();
    for (const [name, blob] of container.blobs) {
      blob.previous = blob.previous.filter(({ deleted }) => {
        return deleted === undefined || now < deleted.atMs + deleted.days * DAY_MS;
      });
      if (blob.current === undefined && blob.previous.length === 0) container.blobs.delete(name);
    }
  }

  #isBeingDeleted(name: string): boolean {
    return this.clock.nowMs() < (this.#deleting.get(name) ?? 0);
  }
}
