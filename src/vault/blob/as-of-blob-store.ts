import { IntegrityError, UserError } from '../../core/errors.ts';
import { blobMissing, blobTooShort } from './blob-error.ts';
import { assertBlobName, assertBlobPrefix, assertFolderPrefix } from './blob-name.ts';
import type { BlobCallOptions, BlobDeletion, BlobInfo, BlobProtection, BlobRange, BlobStore } from './blob-store.ts';

/** One state of a blob that a store keeps. */
export interface BlobState {
  readonly name: string;
  /** Undefined for one that was written when the store kept no versions. */
  readonly versionId: string | undefined;
  readonly createdAt: string;
  readonly sizeBytes: number;
  /** Kept for some days, and readable only after it was undeleted. */
  readonly isSoftDeleted: boolean;
  /** Of one that is soft-deleted: when that was, and for how many days more it is kept, where the store says so. */
  readonly deletedAt?: string;
  readonly keptForDays?: number;
}

/** All states of blobs, as a store keeps them. */
export interface BlobStates {
  readonly place: string;
  /** The command that undeletes a blob, with all its states; without a name, all that is soft-deleted. Nothing here runs it. */
  undeleteCommand(name?: string): string;
  /** Whether any blob has a version. */
  keepsVersions(options?: BlobCallOptions): Promise<boolean>;
  /** Of every blob below a prefix, in the order of names, of each name the oldest first. */
  list(prefix: string, options?: BlobCallOptions): AsyncIterable<BlobState>;
  /** The bytes of a state, or undefined when it is not there any more. */
  read(state: BlobState, range?: BlobRange, options?: BlobCallOptions): Promise<Uint8Array | undefined>;
}

export interface AsOfOptions {
  readonly past: BlobStates;
  /** Where writes go. */
  readonly present: BlobStore;
  /** ISO 8601 */
  readonly time: string;
}

/**
 * A store as it was at an instant: of each name the newest state that was written by then, whatever happened to it since.
 * Stores do not keep when a blob was deleted, so one that was deleted before the instant is shown too. What is written
 * through it goes to the store as it is now, under names that are free there, and is read from there; nothing is deleted.
 */
export function createAsOfBlobStore(options: AsOfOptions): BlobStore {
  return new AsOfBlobStore(options);
}

class AsOfBlobStore implements BlobStore {
  readonly capabilities: BlobStore['capabilities'];
  readonly #options: AsOfOptions;
  readonly #place: string;
  /** To be read as they are now: written through this store, or found in the way of such a write. */
  readonly #written = new Set<string>();
  readonly #known = new Map<string, BlobState | undefined>();
  #checked: Promise<void> | undefined;

  constructor(options: AsOfOptions) {
    this.#options = options;
    this.#place = `${options.past.place} as of ${options.time}`;
    this.capabilities = { ...options.present.capabilities, description: this.#place };
  }

  async put(name: string, bytes: Uint8Array, options?: BlobCallOptions): Promise<'created' | 'exists'> {
    const result = await this.#options.present.put(name, bytes, options);
    // One that was written after the instant is of use to whoever finds the name taken.
    if (result === 'created' || (await this.#findState(name, options)) === undefined) this.#written.add(name);
    return result;
  }

  async find(name: string, options?: BlobCallOptions): Promise<Uint8Array | undefined> {
    assertBlobName(name);
    if (this.#written.has(name)) return this.#options.present.find(name, options);
    const state = await this.#findState(name, options);
    return state === undefined ? undefined : this.#read(state, undefined, options);
  }

  async get(name: string, options?: BlobCallOptions): Promise<Uint8Array> {
    const bytes = await this.find(name, options);
    if (bytes === undefined) throw blobMissing(name, this.#place);
    return bytes;
  }

  async getRange(name: string, range: BlobRange, options?: BlobCallOptions): Promise<Uint8Array> {
    assertBlobName(name);
    if (this.#written.has(name)) return this.#options.present.getRange(name, range, options);
    const state = await this.#findState(name, options);
    if (state === undefined) throw blobMissing(name, this.#place);
    if (range.offsetBytes + range.lengthBytes > state.sizeBytes) throw blobTooShort(name, this.#place);
    if (range.lengthBytes === 0) return new Uint8Array();
    const bytes = await this.#read(state, range, options);
    if (bytes.length < range.lengthBytes) throw blobTooShort(name, this.#place);
    return bytes;
  }

  async *list(prefix: string, options?: BlobCallOptions): AsyncGenerator<BlobInfo> {
    assertBlobPrefix(prefix);
    await this.#assertVersions(options);
    const own = await this.#listWritten(prefix, options);
    for await (const state of this.#choose(prefix, options)) {
      while (own[0] !== undefined && own[0].name < state.name) yield own.shift() ?? own[0];
      if (own[0]?.name === state.name) continue;
      this.#known.set(state.name, state);
      yield { name: state.name, sizeBytes: state.sizeBytes, createdAt: state.createdAt };
    }
    yield* own;
  }

  async *listFolders(prefix: string, options?: BlobCallOptions): AsyncGenerator<string> {
    assertFolderPrefix(prefix);
    let last: string | undefined;
    for await (const { name } of this.list(prefix, options)) {
      const slash = name.indexOf('/', prefix.length);
      const folder = slash < 0 ? undefined : name.slice(0, slash + 1);
      if (folder === undefined || folder === last) continue;
      last = folder;
      yield folder;
    }
  }

  async delete(name: string): Promise<BlobDeletion> {
    throw new UserError({
      code: 'USAGE',
      message: `${name} was not deleted: the vault is opened as it was at ${this.#options.time}, and its past is not changed.`,
      next: 'Run this without --vault-as-of.',
    });
  }

  protection(name: string, options?: BlobCallOptions): Promise<BlobProtection | undefined> {
    return this.#options.present.protection(name, options);
  }

  async #read(state: BlobState, range: BlobRange | undefined, options?: BlobCallOptions): Promise<Uint8Array> {
    const { name } = state;
    if (state.isSoftDeleted) throw softDeleted(state, this.#place, this.#options.past.undeleteCommand(name));
    const bytes = await this.#options.past.read(state, range, options);
    if (bytes === undefined) throw blobMissing(name, this.#place);
    return bytes;
  }

  async #findState(name: string, options: BlobCallOptions | undefined): Promise<BlobState | undefined> {
    if (this.#known.has(name)) return this.#known.get(name);
    await this.#assertVersions(options);
    let found: BlobState | undefined;
    for await (const state of this.#choose(name, options)) {
      if (state.name === name) found = state;
      // Names come in order, and what begins with this one comes after it.
      break;
    }
    this.#known.set(name, found);
    return found;
  }

  /** Of each name its newest state by the instant; a readable one rather than one of the same instant that is not. */
  async *#choose(prefix: string, options: BlobCallOptions | undefined): AsyncGenerator<BlobState> {
    let chosen: BlobState | undefined;
    for await (const state of this.#options.past.list(prefix, options)) {
      if (state.createdAt > this.#options.time) continue;
      if (chosen !== undefined && chosen.name !== state.name) yield chosen;
      chosen = state;
    }
    if (chosen !== undefined) yield chosen;
  }

  async #listWritten(prefix: string, options: BlobCallOptions | undefined): Promise<BlobInfo[]> {
    const own: BlobInfo[] = [];
    if (![...this.#written].some((name) => name.startsWith(prefix))) return own;
    for await (const info of this.#options.present.list(prefix, options)) {
      if (this.#written.has(info.name)) own.push(info);
    }
    return own;
  }

  #assertVersions(options: BlobCallOptions | undefined): Promise<void> {
    this.#checked ??= this.#options.past.keepsVersions(options).then(async (keeps) => {
      if (!keeps) throw await this.#explainNoVersions(options);
    });
    this.#checked.catch(() => {
      this.#checked = undefined;
    });
    return this.#checked;
  }

  /** Without versions a deleted blob is soft-deleted or gone; what is soft-deleted is named, and how it comes back. */
  async #explainNoVersions(options: BlobCallOptions | undefined): Promise<UserError> {
    const { past, time } = this.#options;
    const named: BlobState[] = [];
    let count = 0;
    for await (const state of past.list('', options)) {
      if (!state.isSoftDeleted || state.createdAt > time) continue;
      count += 1;
      if (named.length < MOST_NAMED) named.push(state);
    }
    if (count === 0) return noVersions(past.place);
    const more = count > named.length ? `, and ${count - named.length} more` : '';
    return new UserError({
      code: 'STORE_UNSUITABLE',
      message: `The ${past.place} keeps no versions of its blobs: what was overwritten is lost. What was deleted since is soft-deleted, and is read again once it is undeleted: ${named.map(describeDeleted).join('; ')}${more}.`,
      next: `Undelete it with an identity that may, and run this without --vault-as-of: ${past.undeleteCommand(count === 1 ? named[0]?.name : undefined)}`,
    });
  }
}

const MOST_NAMED = 5;

function describeDeleted({ name, deletedAt, keptForDays }: BlobState): string {
  const facts = [
    ...(deletedAt === undefined ? [] : [`deleted ${deletedAt}`]),
    ...(keptForDays === undefined ? [] : [`kept for ${keptForDays} more ${keptForDays === 1 ? 'day' : 'days'}`]),
  ];
  return facts.length === 0 ? name : `${name} (${facts.join(', ')})`;
}

/** The place keeps no earlier states of its blobs. */
export function noVersions(place: string): UserError {
  return new UserError({
    code: 'STORE_UNSUITABLE',
    message: `The ${place} keeps no versions of its blobs: what it held earlier cannot be read.`,
    next: 'Undelete what is soft-deleted, or restore the vault from Azure Backup; holdfast protect switches versions on for the next time.',
  });
}

function softDeleted(state: BlobState, place: string, undelete: string): IntegrityError {
  return new IntegrityError({
    code: 'VAULT_DAMAGED',
    message: `The blob ${describeDeleted(state)} is soft-deleted in ${place}: the store keeps it, but does not show it before it is undeleted.`,
    damaged: state.name,
    next: `Undelete it with an identity that may: ${undelete}`,
  });
}
