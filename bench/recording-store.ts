import type {
  BlobCallOptions,
  BlobDeletion,
  BlobInfo,
  BlobProtection,
  BlobRange,
  BlobStore,
} from '../src/vault/blob/blob-store.ts';
import { HEADER_BYTES } from '../src/vault/pack.ts';

/** One read of a blob. */
export interface RecordedRead {
  readonly name: string;
  /** 0 for a whole blob. */
  readonly offset: number;
  readonly bytes: number;
  /** Only a pack's header: what its key is derived from. */
  readonly isHeader: boolean;
}

/** Remembers what is read through it. */
export class RecordingStore implements BlobStore {
  readonly capabilities: BlobStore['capabilities'];
  readonly #inner: BlobStore;
  #reads: RecordedRead[] = [];

  constructor(inner: BlobStore) {
    this.#inner = inner;
    this.capabilities = inner.capabilities;
  }

  /** What was read since the last call. */
  take(): readonly RecordedRead[] {
    return this.#reads.splice(0);
  }

  put(name: string, bytes: Uint8Array, options?: BlobCallOptions): Promise<'created' | 'exists'> {
    return this.#inner.put(name, bytes, options);
  }

  async find(name: string, options?: BlobCallOptions): Promise<Uint8Array | undefined> {
    const bytes = await this.#inner.find(name, options);
    this.#reads.push({ name, offset: 0, bytes: bytes?.length ?? 0, isHeader: false });
    return bytes;
  }

  async get(name: string, options?: BlobCallOptions): Promise<Uint8Array> {
    const bytes = await this.#inner.get(name, options);
    this.#reads.push({ name, offset: 0, bytes: bytes.length, isHeader: false });
    return bytes;
  }

  async getRange(name: string, range: BlobRange, options?: BlobCallOptions): Promise<Uint8Array> {
    const bytes = await this.#inner.getRange(name, range, options);
    const isHeader = range.offsetBytes === 0 && range.lengthBytes === HEADER_BYTES;
    this.#reads.push({ name, offset: range.offsetBytes, bytes: bytes.length, isHeader });
    return bytes;
  }

  list(prefix: string, options?: BlobCallOptions): AsyncIterable<BlobInfo> {
    return this.#inner.list(prefix, options);
  }

  listFolders(prefix: string, options?: BlobCallOptions): AsyncIterable<string> {
    return this.#inner.listFolders(prefix, options);
  }

  delete(name: string, options?: BlobCallOptions): Promise<BlobDeletion> {
    return this.#inner.delete(name, options);
  }

  protection(name: string, options?: BlobCallOptions): Promise<BlobProtection | undefined> {
    return this.#inner.protection(name, options);
  }
}
