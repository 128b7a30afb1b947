import { type Clock, formatInstant } from '../../platform/clock.ts';
import { blobMissing, blobTooShort, containerMissing } from './blob-error.ts';
import { assertBlobName, assertBlobPrefix, assertFolderPrefix } from './blob-name.ts';
import type {
  BlobCallOptions,
  BlobContainer,
  BlobDeletion,
  BlobInfo,
  BlobProtection,
  BlobRange,
  BlobStore,
} from './blob-store.ts';

export interface MemoryBlobStoreOptions {
  readonly clock: Clock;
  /** Whether the store claims that its creation times can be trusted; false by default. */
  readonly attestsTime?: boolean;
  /** How long each blob is kept from deletion, counted from its creation; not at all by default. */
  readonly immutableForMs?: number;
}

interface StoredBlob {
  readonly bytes: Uint8Array;
  readonly createdAt: string;
  readonly immutableUntil: string | undefined;
  readonly hasLegalHold: boolean;
}

const PLACE = 'memory';

/** A store that lives as long as the process; its container exists from the start. */
export function createMemoryBlobStore(options: MemoryBlobStoreOptions): MemoryBlobStore {
  return new MemoryBlobStore(options, true);
}

/** A memory store whose container has yet to be created. */
export function createMemoryBlobContainer(options: MemoryBlobStoreOptions): BlobContainer {
  const store = new MemoryBlobStore(options, false);
  return { store, create: () => store.createContainer() };
}

/** Keeps blobs in memory, for tests and for simulated runs. */
export class MemoryBlobStore implements BlobStore {
  readonly capabilities: BlobStore['capabilities'];
  readonly #clock: Clock;
  readonly #immutableForMs: number | undefined;
  readonly #blobs = new Map<string, StoredBlob>();
  #containerExists: boolean;

  constructor(options: MemoryBlobStoreOptions, containerExists: boolean) {
    this.#clock = options.clock;
    this.#immutableForMs = options.immutableForMs;
    this.#containerExists = containerExists;
    this.capabilities = { attestsTime: options.attestsTime ?? false, description: PLACE };
  }

  async createContainer(): Promise<'created' | 'exists'> {
    if (this.#containerExists) return 'exists';
    this.#containerExists = true;
    return 'created';
  }

  async put(name: string, bytes: Uint8Array, options?: BlobCallOptions): Promise<'created' | 'exists'> {
    assertBlobName(name);
    this.#begin(options);
    if (this.#blobs.has(name)) return 'exists';
    const createdAt = this.#clock.now();
    const immutableUntil =
      this.#immutableForMs === undefined ? undefined : formatInstant(Date.parse(createdAt) + this.#immutableForMs);
    this.#blobs.set(name, { bytes: new Uint8Array(bytes), createdAt, immutableUntil, hasLegalHold: false });
    return 'created';
  }

  async find(name: string, options?: BlobCallOptions): Promise<Uint8Array | undefined> {
    assertBlobName(name);
    this.#begin(options);
    const blob = this.#blobs.get(name);
    return blob === undefined ? undefined : new Uint8Array(blob.bytes);
  }

  async get(name: string, options?: BlobCallOptions): Promise<Uint8Array> {
    const bytes = await this.find(name, options);
    if (bytes === undefined) throw blobMissing(name, PLACE);
    return bytes;
  }

  async getRange(name: string, range: BlobRange, options?: BlobCallOptions): Promise<Uint8Array> {
    const bytes = await this.get(name, options);
    const end = range.offsetBytes + range.lengthBytes;
    if (end > bytes.length) throw blobTooShort(name, PLACE);
    return bytes.subarray(range.offsetBytes, end);
  }

  async *list(prefix: string, options?: BlobCallOptions): AsyncGenerator<BlobInfo> {
    assertBlobPrefix(prefix);
    this.#begin(options);
    for (const name of this.#namesBelow(prefix)) {
      options?.signal?.throwIfAborted();
      const blob = this.#blobs.get(name);
      if (blob !== undefined) yield { name, sizeBytes: blob.bytes.length, createdAt: blob.createdAt };
    }
  }

  async *listFolders(prefix: string, options?: BlobCallOptions): AsyncGenerator<string> {
    assertFolderPrefix(prefix);
    this.#begin(options);
    let last: string | undefined;
    for (const name of this.#namesBelow(prefix)) {
      const slash = name.indexOf('/', prefix.length);
      const folder = slash < 0 ? undefined : name.slice(0, slash + 1);
      if (folder === undefined || folder === last) continue;
      last = folder;
      yield folder;
    }
  }

  async delete(name: string, options?: BlobCallOptions): Promise<BlobDeletion> {
    assertBlobName(name);
    this.#begin(options);
    const blob = this.#blobs.get(name);
    if (blob === undefined) return { outcome: 'absent' };
    if (blob.hasLegalHold) return { outcome: 'held', by: 'legal-hold', until: undefined };
    const { immutableUntil: until } = blob;
    if (until !== undefined && this.#clock.now() < until) return { outcome: 'held', by: 'policy', until };
    this.#blobs.delete(name);
    return { outcome: 'deleted' };
  }

  async protection(name: string, options?: BlobCallOptions): Promise<BlobProtection | undefined> {
    assertBlobName(name);
    this.#begin(options);
    const blob = this.#blobs.get(name);
    if (blob === undefined) return undefined;
    const { immutableUntil, hasLegalHold } = blob;
    return { immutableUntil, isLocked: immutableUntil !== undefined, hasLegalHold, container: 'none' };
  }

  /** Lays a legal hold on a blob that is there, or takes it off. */
  setLegalHold(name: string, hasLegalHold: boolean): void {
    const blob = this.#blobs.get(name);
    if (blob === undefined) throw blobMissing(name, PLACE);
    this.#blobs.set(name, { ...blob, hasLegalHold });
  }

  #begin(options: BlobCallOptions | undefined): void {
    options?.signal?.throwIfAborted();
    if (!this.#containerExists) throw containerMissing(PLACE);
  }

  #namesBelow(prefix: string): string[] {
    return [...this.#blobs.keys()].filter((name) => name.startsWith(prefix)).sort();
  }
}
