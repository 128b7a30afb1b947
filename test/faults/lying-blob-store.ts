import { blobMissing, blobTooShort, storeUnreachable } from '../../src/vault/blob/blob-error.ts';
import type {
  BlobCallOptions,
  BlobDeletion,
  BlobInfo,
  BlobProtection,
  BlobRange,
  BlobStore,
} from '../../src/vault/blob/blob-store.ts';
import type { BlobCall } from '../../src/vault/blob/faulty-blob-store.ts';

/** In which ways a store breaks its promises without an error. */
export interface Lies {
  /** What a put leaves under its name when it breaks off; undefined when it does not. */
  readonly torn?: (name: string, bytes: Uint8Array) => Uint8Array | undefined;
  /** Whether a call does not see the blob, which is there. */
  readonly hides?: (operation: BlobCall['operation'], name: string) => boolean;
  /** The blob whose bytes are read in the place of this one's. */
  readonly instead?: (name: string, all: () => Promise<readonly string[]>) => Promise<string>;
}

const PLACE = 'store of the test';

/** A store that lies; beneath it everything is as it should be. */
export class LyingBlobStore implements BlobStore {
  readonly capabilities: BlobStore['capabilities'];
  readonly #inner: BlobStore;
  readonly #lies: Lies;

  constructor(inner: BlobStore, lies: Lies) {
    this.#inner = inner;
    this.#lies = lies;
    this.capabilities = inner.capabilities;
  }

  async put(name: string, bytes: Uint8Array, options?: BlobCallOptions): Promise<'created' | 'exists'> {
    const left = this.#lies.torn?.(name, bytes);
    if (left === undefined) return this.#inner.put(name, bytes, options);
    await this.#inner.put(name, left, options);
    throw storeUnreachable({ operation: `write ${name}`, place: PLACE, cause: undefined }, true);
  }

  async find(name: string, options?: BlobCallOptions): Promise<Uint8Array | undefined> {
    return this.#hides('find', name) ? undefined : this.#inner.find(await this.#instead(name), options);
  }

  async get(name: string, options?: BlobCallOptions): Promise<Uint8Array> {
    if (this.#hides('get', name)) throw blobMissing(name, PLACE);
    return this.#inner.get(await this.#instead(name), options);
  }

  async getRange(name: string, range: BlobRange, options?: BlobCallOptions): Promise<Uint8Array> {
    if (this.#hides('getRange', name)) throw blobMissing(name, PLACE);
    const bytes = await this.#inner.get(await this.#instead(name), options);
    const end = range.offsetBytes + range.lengthBytes;
    if (end > bytes.length) throw blobTooShort(name, PLACE);
    return bytes.subarray(range.offsetBytes, end);
  }

  async *list(prefix: string, options?: BlobCallOptions): AsyncGenerator<BlobInfo> {
    for await (const info of this.#inner.list(prefix, options)) if (!this.#hides('list', info.name)) yield info;
  }

  async *listFolders(prefix: string, options?: BlobCallOptions): AsyncGenerator<string> {
    let last: string | undefined;
    for await (const { name } of this.list(prefix, options)) {
      const slash = name.indexOf('/', prefix.length);
      const folder = name.slice(0, slash + 1);
      if (slash < 0 || folder === last) continue;
      last = folder;
      yield folder;
    }
  }

  delete(name: string, options?: BlobCallOptions): Promise<BlobDeletion> {
    return this.#inner.delete(name, options);
  }

  async protection(name: string, options?: BlobCallOptions): Promise<BlobProtection | undefined> {
    return this.#hides('protection', name) ? undefined : this.#inner.protection(name, options);
  }

  #hides(operation: BlobCall['operation'], name: string): boolean {
    return this.#lies.hides?.(operation, name) ?? false;
  }

  async #instead(name: string): Promise<string> {
    const all = async (): Promise<readonly string[]> => {
      const infos = await Array.fromAsync(this.#inner.list(''));
      return infos.map((info) => info.name);
    };
    return (await this.#lies.instead?.(name, all)) ?? name;
  }
}
