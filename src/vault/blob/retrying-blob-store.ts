import { RemoteError } from '../../core/errors.ts';
import { judgeRemoteError } from '../../core/judge-remote-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { RandomSource } from '../../platform/random.ts';
import { type RetryOptions, type RetryPolicy, retry } from '../../platform/retry.ts';
import type { BlobCallOptions, BlobDeletion, BlobInfo, BlobProtection, BlobRange, BlobStore } from './blob-store.ts';

export interface RetryingOptions {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly policy?: RetryPolicy;
  readonly onRetry?: RetryOptions['onRetry'];
}

const DEFAULT_POLICY: RetryPolicy = {
  attempts: 8,
  firstPauseMs: 250,
  longestPauseMs: 20_000,
  longestAskedPauseMs: 120_000,
};

/** Repeats calls that failed for a reason that may pass (RemoteError with `retryable`). */
export function createRetryingBlobStore(inner: BlobStore, options: RetryingOptions): BlobStore {
  return new RetryingBlobStore(inner, options);
}

class RetryingBlobStore implements BlobStore {
  readonly capabilities: BlobStore['capabilities'];
  readonly #inner: BlobStore;
  readonly #options: RetryingOptions;

  constructor(inner: BlobStore, options: RetryingOptions) {
    this.#inner = inner;
    this.#options = options;
    this.capabilities = inner.capabilities;
  }

  async put(name: string, bytes: Uint8Array, options?: BlobCallOptions): Promise<'created' | 'exists'> {
    let isUncertain = false;
    return this.#retry(options, async () => {
      try {
        const result = await this.#inner.put(name, bytes, options);
        if (result === 'created' || !isUncertain) return result;
      } catch (error) {
        isUncertain ||= error instanceof RemoteError && error.ambiguous;
        throw error;
      }
      // An earlier attempt of ours got no answer: whose bytes are there tells whether it took effect.
      const found = await this.#inner.get(name, options);
      return Buffer.from(found.buffer, found.byteOffset, found.byteLength).equals(bytes) ? 'created' : 'exists';
    });
  }

  find(name: string, options?: BlobCallOptions): Promise<Uint8Array | undefined> {
    return this.#retry(options, () => this.#inner.find(name, options));
  }

  get(name: string, options?: BlobCallOptions): Promise<Uint8Array> {
    return this.#retry(options, () => this.#inner.get(name, options));
  }

  getRange(name: string, range: BlobRange, options?: BlobCallOptions): Promise<Uint8Array> {
    return this.#retry(options, () => this.#inner.getRange(name, range, options));
  }

  list(prefix: string, options?: BlobCallOptions): AsyncIterable<BlobInfo> {
    return this.#resume(
      (info: BlobInfo) => info.name,
      options,
      () => this.#inner.list(prefix, options),
    );
  }

  listFolders(prefix: string, options?: BlobCallOptions): AsyncIterable<string> {
    return this.#resume(
      (folder: string) => folder,
      options,
      () => this.#inner.listFolders(prefix, options),
    );
  }

  async delete(name: string, options?: BlobCallOptions): Promise<BlobDeletion> {
    let isUncertain = false;
    return this.#retry(options, async () => {
      try {
        const result = await this.#inner.delete(name, options);
        // An earlier attempt of ours got no answer; nobody else deletes.
        return isUncertain && result.outcome === 'absent' ? { outcome: 'deleted' } : result;
      } catch (error) {
        isUncertain ||= error instanceof RemoteError && error.ambiguous;
        throw error;
      }
    });
  }

  protection(name: string, options?: BlobCallOptions): Promise<BlobProtection | undefined> {
    return this.#retry(options, () => this.#inner.protection(name, options));
  }

  /** A listing that broke off begins again and leaves out what was yielded: the order of names makes that exact. */
  async *#resume<T>(
    nameOf: (item: T) => string,
    options: BlobCallOptions | undefined,
    open: () => AsyncIterable<T>,
  ): AsyncGenerator<T> {
    let last: string | undefined;
    const isNew = (item: T): boolean => last === undefined || nameOf(item) > last;
    let items = open()[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.#retry(options, async (attempt) => {
          if (attempt > 1) items = open()[Symbol.asyncIterator]();
          let result = await items.next();
          while (result.done !== true && !isNew(result.value)) result = await items.next();
          return result;
        });
        if (next.done === true) return;
        last = nameOf(next.value);
        yield next.value;
      }
    } finally {
      await items.return?.();
    }
  }

  #retry<T>(options: BlobCallOptions | undefined, action: (attempt: number) => Promise<T>): Promise<T> {
    const { clock, random, policy = DEFAULT_POLICY, onRetry } = this.#options;
    return retry(action, {
      policy,
      clock,
      random,
      signal: options?.signal,
      judge: judgeRemoteError,
      ...(onRetry === undefined ? {} : { onRetry }),
    });
  }
}
