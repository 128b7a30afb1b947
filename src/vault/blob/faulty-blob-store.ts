import type { BlobCallOptions, BlobDeletion, BlobInfo, BlobProtection, BlobRange, BlobStore } from './blob-store.ts';

export interface BlobCall {
  readonly operation: 'put' | 'find' | 'get' | 'getRange' | 'list' | 'listFolders' | 'delete' | 'protection';
  /** The blob's name or the prefix. */
  readonly name: string;
  /** Counts the calls of this operation from 1. */
  readonly number: number;
}

/** What is to go wrong. A hook that throws makes the call fail; one that ends the process is a crash at that point. */
export interface FaultScript {
  /** Before the call reaches the store. */
  readonly before?: (call: BlobCall) => void | Promise<void>;
  /** After the store did what was asked: a put or delete has taken effect, and throwing here loses its answer. */
  readonly after?: (call: BlobCall) => void | Promise<void>;
  /** Before each item of a listing after the first is passed on; throwing breaks the listing off. */
  readonly withinListing?: (call: BlobCall, itemsPassed: number) => void | Promise<void>;
  /** Changes the bytes that a read gives back, as a damaged disk would. */
  readonly damage?: (call: BlobCall, bytes: Uint8Array) => Uint8Array;
}

/** Lets calls fail, crash or come back damaged as a script says, for tests of what stands on a store. */
export function createFaultyBlobStore(inner: BlobStore, script: FaultScript): BlobStore {
  return new FaultyBlobStore(inner, script);
}

class FaultyBlobStore implements BlobStore {
  readonly capabilities: BlobStore['capabilities'];
  readonly #inner: BlobStore;
  readonly #script: FaultScript;
  readonly #numbers = new Map<BlobCall['operation'], number>();

  constructor(inner: BlobStore, script: FaultScript) {
    this.#inner = inner;
    this.#script = script;
    this.capabilities = inner.capabilities;
  }

  put(name: string, bytes: Uint8Array, options?: BlobCallOptions): Promise<'created' | 'exists'> {
    return this.#around(this.#count('put', name), () => this.#inner.put(name, bytes, options));
  }

  async find(name: string, options?: BlobCallOptions): Promise<Uint8Array | undefined> {
    const call = this.#count('find', name);
    const bytes = await this.#around(call, () => this.#inner.find(name, options));
    return bytes === undefined ? undefined : this.#damage(call, bytes);
  }

  async get(name: string, options?: BlobCallOptions): Promise<Uint8Array> {
    const call = this.#count('get', name);
    return this.#damage(call, await this.#around(call, () => this.#inner.get(name, options)));
  }

  async getRange(name: string, range: BlobRange, options?: BlobCallOptions): Promise<Uint8Array> {
    const call = this.#count('getRange', name);
    return this.#damage(call, await this.#around(call, () => this.#inner.getRange(name, range, options)));
  }

  list(prefix: string, options?: BlobCallOptions): AsyncIterable<BlobInfo> {
    return this.#within(this.#count('list', prefix), this.#inner.list(prefix, options));
  }

  listFolders(prefix: string, options?: BlobCallOptions): AsyncIterable<string> {
    return this.#within(this.#count('listFolders', prefix), this.#inner.listFolders(prefix, options));
  }

  delete(name: string, options?: BlobCallOptions): Promise<BlobDeletion> {
    return this.#around(this.#count('delete', name), () => this.#inner.delete(name, options));
  }

  protection(name: string, options?: BlobCallOptions): Promise<BlobProtection | undefined> {
    return this.#around(this.#count('protection', name), () => this.#inner.protection(name, options));
  }

  #count(operation: BlobCall['operation'], name: string): BlobCall {
    const number = (this.#numbers.get(operation) ?? 0) + 1;
    this.#numbers.set(operation, number);
    return { operation, name, number };
  }

  async #around<T>(call: BlobCall, action: () => Promise<T>): Promise<T> {
    await this.#script.before?.(call);
    const result = await action();
    await this.#script.after?.(call);
    return result;
  }

  #damage(call: BlobCall, bytes: Uint8Array): Uint8Array {
    return this.#script.damage?.(call, bytes) ?? bytes;
  }

  async *#within<T>(call: BlobCall, items: AsyncIterable<T>): AsyncGenerator<T> {
    await this.#script.before?.(call);
    let itemsPassed = 0;
    for await (const item of items) {
      if (itemsPassed > 0) await this.#script.withinListing?.(call, itemsPassed);
      itemsPassed += 1;
      yield item;
    }
    await this.#script.after?.(call);
  }
}
