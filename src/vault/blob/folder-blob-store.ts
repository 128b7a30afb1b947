import type { Dirent } from 'node:fs';
import { constants, link, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { formatInstant } from '../../platform/clock.ts';
import type { RandomSource } from '../../platform/random.ts';
import { blobMissing, blobTooShort, containerMissing } from './blob-error.ts';
import { assertBlobName, assertBlobPrefix, assertFolderPrefix, isBlobNameSegment } from './blob-name.ts';
import type {
  BlobCallOptions,
  BlobContainer,
  BlobDeletion,
  BlobInfo,
  BlobProtection,
  BlobRange,
  BlobStore,
} from './blob-store.ts';
import { isFileError, translateFileError } from './file-error.ts';

export interface FolderBlobStoreOptions {
  /** The folder that holds the vault. */
  readonly folder: string;
  readonly random: RandomSource;
}

// Begins with a dot, so no valid name can reach it and listings pass it by.
const TEMPORARY = '.tmp';

/** Whoever may write to a folder may delete in it. */
const UNPROTECTED: BlobProtection = {
  immutableUntil: undefined,
  isLocked: false,
  hasLegalHold: false,
  container: 'none',
};

/** A folder store together with the making of its folder (mode 0700, parents included). */
export function createFolderBlobContainer(options: FolderBlobStoreOptions): BlobContainer {
  const store = new FolderBlobStore(options);
  return { store, create: () => store.createContainer() };
}

/**
 * One file per blob. A put writes a temporary file, flushes it and links it to its name: a link never replaces, so two
 * writers cannot both win, and a crash leaves at most a file below `.tmp`, which no listing shows.
 */
class FolderBlobStore implements BlobStore {
  readonly capabilities: BlobStore['capabilities'];
  readonly #root: string;
  readonly #place: string;
  readonly #random: RandomSource;
  readonly #durableFolders = new Set<string>();

  constructor(options: FolderBlobStoreOptions) {
    this.#root = resolve(options.folder);
    this.#place = `folder ${this.#root}`;
    this.#random = options.random;
    this.capabilities = { attestsTime: false, description: this.#place };
  }

  async createContainer(): Promise<'created' | 'exists'> {
    return this.#translate('create the folder', async () => {
      const first = await mkdir(this.#root, { recursive: true, mode: 0o700 });
      if (first === undefined) return 'exists';
      await flushFolder(dirname(first));
      return 'created';
    });
  }

  async put(name: string, bytes: Uint8Array, options?: BlobCallOptions): Promise<'created' | 'exists'> {
    assertBlobName(name);
    options?.signal?.throwIfAborted();
    return this.#translate(`write ${name}`, async () => {
      const target = join(this.#root, name);
      await this.#assertRoot();
      await this.#ensureFolder(join(this.#root, TEMPORARY));
      await this.#ensureFolder(dirname(target));
      const temporary = join(this.#root, TEMPORARY, this.#random.uuid());
      try {
        await writeDurably(temporary, bytes, options?.signal);
        await link(temporary, target);
      } catch (error) {
        if (isFileError(error, 'EEXIST')) return 'exists';
        throw error;
      } finally {
        await unlink(temporary).catch(ignoreMissing);
      }
      await flushFolder(dirname(target));
      return 'created';
    });
  }

  async find(name: string, options?: BlobCallOptions): Promise<Uint8Array | undefined> {
    assertBlobName(name);
    return this.#translate(`read ${name}`, async () => {
      try {
        return await readFile(join(this.#root, name), { signal: options?.signal });
      } catch (error) {
        options?.signal?.throwIfAborted();
        if (!isFileError(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) throw error;
        await this.#assertRoot();
        return undefined;
      }
    });
  }

  async get(name: string, options?: BlobCallOptions): Promise<Uint8Array> {
    const bytes = await this.find(name, options);
    if (bytes === undefined) throw blobMissing(name, this.#place);
    return bytes;
  }

  async getRange(name: string, range: BlobRange, options?: BlobCallOptions): Promise<Uint8Array> {
    assertBlobName(name);
    options?.signal?.throwIfAborted();
    return this.#translate(`read ${name}`, async () => {
      const file = await open(join(this.#root, name), 'r').catch(async (error: unknown) => {
        if (!isFileError(error, 'ENOENT', 'ENOTDIR')) throw error;
        await this.#assertRoot();
        throw blobMissing(name, this.#place);
      });
      try {
        const bytes = new Uint8Array(range.lengthBytes);
        for (let filled = 0; filled < bytes.length; ) {
          const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, range.offsetBytes + filled);
          if (bytesRead === 0) throw blobTooShort(name, this.#place);
          filled += bytesRead;
        }
        return bytes;
      } finally {
        await file.close();
      }
    });
  }

  async *list(prefix: string, options?: BlobCallOptions): AsyncGenerator<BlobInfo> {
    assertBlobPrefix(prefix);
    yield* this.#walk(prefix.slice(0, prefix.lastIndexOf('/') + 1), prefix, options?.signal);
  }

  async *listFolders(prefix: string, options?: BlobCallOptions): AsyncGenerator<string> {
    assertFolderPrefix(prefix);
    for (const entry of await this.#readFolder(prefix, options?.signal)) {
      if (!entry.isFolder) continue;
      // A folder whose files are gone, or whose first file was never linked, is nothing that a store shows.
      const { done } = await this.#walk(entry.key, entry.key, options?.signal).next();
      if (done !== true) yield entry.key;
    }
  }

  async delete(name: string, options?: BlobCallOptions): Promise<BlobDeletion> {
    assertBlobName(name);
    options?.signal?.throwIfAborted();
    return this.#translate(`delete ${name}`, async () => {
      // Of a folder, which is no blob, unlink says EISDIR on Linux and EPERM elsewhere.
      if ((await this.#findInfo(name)) === undefined) {
        await this.#assertRoot();
        return { outcome: 'absent' };
      }
      const target = join(this.#root, name);
      try {
        await unlink(target);
      } catch (error) {
        if (!isFileError(error, 'ENOENT')) throw error;
        return { outcome: 'absent' };
      }
      await flushFolder(dirname(target));
      return { outcome: 'deleted' };
    });
  }

  async protection(name: string, options?: BlobCallOptions): Promise<BlobProtection | undefined> {
    assertBlobName(name);
    options?.signal?.throwIfAborted();
    if ((await this.#findInfo(name)) !== undefined) return UNPROTECTED;
    await this.#translate(`read ${name}`, () => this.#assertRoot());
    return undefined;
  }

  async *#walk(folder: string, prefix: string, signal: AbortSignal | undefined): AsyncGenerator<BlobInfo> {
    for (const { key, isFolder } of await this.#readFolder(folder, signal)) {
      if (isFolder && (key.startsWith(prefix) || prefix.startsWith(key))) yield* this.#walk(key, prefix, signal);
      if (isFolder || !key.startsWith(prefix)) continue;
      const info = await this.#findInfo(key);
      if (info !== undefined) yield info;
    }
  }

  /** The entries of a folder in the order in which their full names sort: a folder sorts as its name with a `/`. */
  async #readFolder(folder: string, signal: AbortSignal | undefined): Promise<{ key: string; isFolder: boolean }[]> {
    signal?.throwIfAborted();
    const entries = await this.#translate(`list ${folder}`, async () => {
      try {
        return await readdir(join(this.#root, folder), { withFileTypes: true });
      } catch (error) {
        if (!isFileError(error, 'ENOENT', 'ENOTDIR')) throw error;
        await this.#assertRoot();
        return [];
      }
    });
    return entries
      .filter((entry: Dirent) => isBlobNameSegment(entry.name))
      .map((entry: Dirent) => {
        const isFolder = entry.isDirectory();
        return { key: `${folder}${entry.name}${isFolder ? '/' : ''}`, isFolder };
      })
      .sort((left, right) => (left.key < right.key ? -1 : 1));
  }

  async #findInfo(name: string): Promise<BlobInfo | undefined> {
    return this.#translate(`list ${name}`, async () => {
      try {
        const found = await stat(join(this.#root, name));
        if (!found.isFile()) return undefined;
        const { size, birthtimeMs, mtimeMs } = found;
        const createdMs = birthtimeMs > 0 ? birthtimeMs : mtimeMs;
        return { name, sizeBytes: size, createdAt: formatInstant(Math.floor(createdMs)) };
      } catch (error) {
        if (isFileError(error, 'ENOENT', 'ENOTDIR')) return undefined;
        throw error;
      }
    });
  }

  async #assertRoot(): Promise<void> {
    try {
      const found = await stat(this.#root);
      if (found.isDirectory()) return;
    } catch (error) {
      if (!isFileError(error, 'ENOENT', 'ENOTDIR')) throw error;
      throw containerMissing(this.#place, error);
    }
    throw containerMissing(this.#place);
  }

  /** Makes a folder below the root so that it survives a crash. */
  async #ensureFolder(folder: string): Promise<void> {
    if (folder === this.#root || this.#durableFolders.has(folder)) return;
    await this.#ensureFolder(dirname(folder));
    try {
      await mkdir(folder, { mode: 0o700 });
    } catch (error) {
      if (!isFileError(error, 'EEXIST')) throw error;
    }
    await flushFolder(dirname(folder));
    this.#durableFolders.add(folder);
  }

  async #translate<T>(operation: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw translateFileError(error, { operation, place: this.#place });
    }
  }
}

async function writeDurably(path: string, bytes: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
  const file = await open(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  try {
    await file.writeFile(bytes, signal === undefined ? {} : { signal });
    await file.sync();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    await file.close();
  }
}

/** Makes the names in a folder durable. Windows cannot open folders and keeps names in its journal. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ignoreMissing(error: unknown): void {
  if (!isFileError(error, 'ENOENT')) throw error;
}
