import type { BlobCallOptions, BlobDeletion, BlobInfo, BlobProtection, BlobRange, BlobStore } from './blob-store.ts';

export interface BlobMeter {
  readonly puts: number;
  readonly gets: number;
  readonly listings: number;
  readonly deletions: number;
  /** Bytes of blobs that were created. */
  readonly bytesWritten: number;
  readonly bytesRead: number;
}

export interface MeteredBlobStore extends BlobStore {
  /** What went through since the store was wrapped. */
  readonly meter: BlobMeter;
}

/** Counts calls and bytes. */
export function createMeteredBlobStore(inner: BlobStore): MeteredBlobStore {
  return new CountingBlobStore(inner);
}

class CountingBlobStore implements MeteredBlobStore {
  readonly capabilities: BlobStore['capabilities'];
  readonly meter = { puts: 0, gets: 0, listings: 0, deletions: 0, bytesWritten: 0, bytesRead: 0 };
  readonly #inner: BlobStore;

  constructor(inner: BlobStore) {
    this.#inner = inner;
    this.capabilities = inner.capabilities;
  }

  async put(name: string, bytes: Uint8Array, options?: BlobCallOptions): Promise<'created' | 'exists'> {
    this.meter.puts += 1;
    const result = await this.#inner.put(name, bytes, options);
    if (result === 'created') this.meter.bytesWritten += bytes.length;
    return result;
  }

  async find(name: string, options?: BlobCallOptions): Promise<Uint8Array | undefined> {
    const bytes = await this.#inner.find(name, options);
    this.#countGet(bytes);
    return bytes;
  }

  async get(name: string, options?: BlobCallOptions): Promise<Uint8Array> {
    const bytes = await this.#inner.get(name, options);
    this.#countGet(bytes);
    return bytes;
  }

  async getRange(name: string, range: BlobRange, options?: BlobCallOptions): Promise<Uint8Array> {
    const bytes = await this.#inner.getRange(name, range, options);
    this.#countGet(bytes);
    return bytes;
  }

  list(prefix: string, options?: BlobCallOptions): AsyncIterable<BlobInfo> {
    this.meter.listings += 1;
    return this.#inner.list(prefix, options);
  }

  listFolders(prefix: string, options?: BlobCallOptions): AsyncIterable<string> {
    this.meter.listings += 1;
    return this.#inner.listFolders(prefix, options);
  }

  delete(name: string, options?: BlobCallOptions): Promise<BlobDeletion> {
    this.meter.deletions += 1;
    return this.#inner.delete(name, options);
  }

  protection(name: string, options?: BlobCallOptions): Promise<BlobProtection | undefined> {
    this.meter.gets += 1;
    return this.#inner.protection(name, options);
  }

  #countGet(bytes: Uint8Array | undefined): void {
    this.meter.gets += 1;
    this.meter.bytesRead += bytes?.length ?? 0;
  }
}
