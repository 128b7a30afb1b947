import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RandomSource } from '../../platform/random.ts';
import type { BlobCallOptions, BlobDeletion, BlobInfo, BlobProtection, BlobRange, BlobStore } from './blob-store.ts';

export interface CachedBlobStoreOptions {
  /** A folder for this vault alone: names are unique within one vault only. Made when needed. */
  readonly folder: string;
  readonly random: RandomSource;
  /** Told when the cache could not be written; the caller was served from the store all the same. */
  readonly onWriteFailure?: (error: unknown) => void;
}

const DIGEST_BYTES = 32;
const WHOLE = 'whole';

/**
 * Keeps what was read or written in a local folder. Names are write-once, so what is kept
 * goes stale by deletion alone; vaults hold
 * only ciphertext and signed documents, so nothing readable is kept that the store does not show. Each file ends in the
 * SHA-256 of its content, and one that does not match is read anew: a damaged cache never looks like a damaged vault.
 */
export function createCachedBlobStore(inner: BlobStore, options: CachedBlobStoreOptions): BlobStore {
  return new CachedBlobStore(inner, options);
}

class CachedBlobStore implements BlobStore {
  readonly capabilities: BlobStore['capabilities'];
  readonly #inner: BlobStore;
  readonly #options: CachedBlobStoreOptions;

  constructor(inner: BlobStore, options: CachedBlobStoreOptions) {
    this.#inner = inner;
    this.#options = options;
    this.capabilities = inner.capabilities;
  }

  async put(name: string, bytes: Uint8Array, options?: BlobCallOptions): Promise<'created' | 'exists'> {
    const result = await this.#inner.put(name, bytes, options);
    if (result === 'created') await this.#keep(name, bytes);
    return result;
  }

  async find(name: string, options?: BlobCallOptions): Promise<Uint8Array | undefined> {
    options?.signal?.throwIfAborted();
    const kept = await this.#findKept(name);
    if (kept !== undefined) return kept;
    const bytes = await this.#inner.find(name, options);
    if (bytes !== undefined) await this.#keep(name, bytes);
    return bytes;
  }

  async get(name: string, options?: BlobCallOptions): Promise<Uint8Array> {
    // The store itself says what is missing, in its own words.
    return (await this.find(name, options)) ?? this.#inner.get(name, options);
  }

  async getRange(name: string, range: BlobRange, options?: BlobCallOptions): Promise<Uint8Array> {
    options?.signal?.throwIfAborted();
    const end = range.offsetBytes + range.lengthBytes;
    const whole = await this.#findKept(name);
    if (whole !== undefined && end <= whole.length) return whole.subarray(range.offsetBytes, end);
    const part = `${range.offsetBytes}-${end}`;
    const kept = await this.#findKept(name, part);
    if (kept !== undefined) return kept;
    const bytes = await this.#inner.getRange(name, range, options);
    await this.#keep(name, bytes, part);
    return bytes;
  }

  list(prefix: string, options?: BlobCallOptions): AsyncIterable<BlobInfo> {
    return this.#inner.list(prefix, options);
  }

  listFolders(prefix: string, options?: BlobCallOptions): AsyncIterable<string> {
    return this.#inner.listFolders(prefix, options);
  }

  async delete(name: string, options?: BlobCallOptions): Promise<BlobDeletion> {
    const result = await this.#inner.delete(name, options);
    // What cannot be forgotten must not look like a blob that is still there.
    if (result.outcome !== 'held') await rm(this.#folderOf(name), { recursive: true, force: true });
    return result;
  }

  protection(name: string, options?: BlobCallOptions): Promise<BlobProtection | undefined> {
    return this.#inner.protection(name, options);
  }

  async #findKept(name: string, part = WHOLE): Promise<Uint8Array | undefined> {
    // Whatever keeps a kept file from being read, the store has the bytes.
    const file = await readFile(join(this.#folderOf(name), part)).catch(() => undefined);
    if (file === undefined || file.length < DIGEST_BYTES) return undefined;
    const bytes = file.subarray(0, -DIGEST_BYTES);
    return digestOf(`${name}#${part}`, bytes).equals(file.subarray(-DIGEST_BYTES)) ? bytes : undefined;
  }

  async #keep(name: string, bytes: Uint8Array, part = WHOLE): Promise<void> {
    const path = join(this.#folderOf(name), part);
    const temporary = `${path}.${this.#options.random.uuid()}`;
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writev([bytes, digestOf(`${name}#${part}`, bytes)]);
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      this.#options.onWriteFailure?.(error);
    }
  }

  #folderOf(name: string): string {
    const hash = createHash('sha256').update(name).digest('hex');
    return join(this.#options.folder, hash.slice(0, 2), hash.slice(2));
  }
}

/** Over the key as well, so that a file under a wrong name is not taken for the right one. */
function digestOf(key: string, bytes: Uint8Array): Buffer {
  return createHash('sha256').update(`${key}\n`).update(bytes).digest();
}
