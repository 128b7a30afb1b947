import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, mkdtemp, open, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { TextFileError } from './text-file.ts';

/** The folder that is to be made is there already, with something in it, or is no folder. */
export class FolderTakenError extends Error {
  readonly path: string;

  constructor(path: string, cause?: unknown) {
    super(`${path} is there already, and is no empty folder.`, cause === undefined ? undefined : { cause });
    this.name = 'FolderTakenError';
    this.path = path;
  }
}

/** No room is left, by the disk, a quota or a limit on the size of files. */
export class DiskFullError extends Error {
  readonly path: string;

  constructor(path: string, code: string, cause: unknown) {
    super(`There is no room left for ${path} (${code}).`, { cause });
    this.name = 'DiskFullError';
    this.path = path;
  }
}

export interface WrittenFile {
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** A file that is written piece by piece. */
export interface StagedFile {
  write(text: string): Promise<void>;
  close(): Promise<WrittenFile>;
}

/** A folder that nobody sees under its name before it is whole. Files are readable by their owner only. */
export interface StagedFolder {
  /** Paths are relative, with forward slashes; folders on the way are made. A path that is there already is an error. */
  write(path: string, content: string | Uint8Array): Promise<WrittenFile>;
  open(path: string): Promise<StagedFile>;
  makeFolder(path: string): Promise<void>;
  /** Gives the folder its name. */
  commit(): Promise<void>;
  /** Takes everything away, unless it was committed. */
  discard(): Promise<void>;
}

/** Pieces are gathered to this size before they are written. */
const PIECE_CHARACTERS = 64 * 1024;

/**
 * Begins a folder that will be called `path`, in a folder beside it. FolderTakenError where there is something already;
 * TextFileError and DiskFullError, here and later, for what the machine refuses.
 */
export async function createStagedFolder(path: string): Promise<StagedFolder> {
  const target = resolve(path);
  await assertFree(target);
  const parent = dirname(target);
  const staging = await guarded(target, async () => {
    await mkdir(parent, { recursive: true });
    // mkdtemp's folders are for their owner alone.
    return mkdtemp(join(parent, `.${basename(target).slice(0, 100)}.partial-`));
  });
  return new FolderStage(staging, target);
}

class FolderStage implements StagedFolder {
  readonly #staging: string;
  readonly #target: string;
  readonly #made = new Set<string>();
  #committed = false;

  constructor(staging: string, target: string) {
    this.#staging = staging;
    this.#target = target;
  }

  async write(path: string, content: string | Uint8Array): Promise<WrittenFile> {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    await this.#makeFolderOf(path);
    await guarded(path, () => writeFile(this.#inside(path), bytes, { mode: 0o600, flag: 'wx' }));
    return { sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  }

  async open(path: string): Promise<StagedFile> {
    await this.#makeFolderOf(path);
    return new PiecewiseFile(path, await guarded(path, () => open(this.#inside(path), 'wx', 0o600)));
  }

  async makeFolder(path: string): Promise<void> {
    if (this.#made.has(path)) return;
    await guarded(path, () => mkdir(this.#inside(path), { recursive: true, mode: 0o700 }));
    this.#made.add(path);
  }

  async commit(): Promise<void> {
    await assertFree(this.#target);
    await guarded(this.#target, async () => {
      // Not every system renames over an empty folder.
      await rmdir(this.#target).catch((error: unknown) => {
        if (!hasCode(error, 'ENOENT')) throw error;
      });
      await rename(this.#staging, this.#target);
    });
    this.#committed = true;
  }

  async discard(): Promise<void> {
    if (!this.#committed) await rm(this.#staging, { recursive: true, force: true });
  }

  async #makeFolderOf(path: string): Promise<void> {
    const folder = dirname(path);
    if (folder !== '.') await this.makeFolder(folder);
  }

  /** Whoever names files encodes what could lead out; this is the second lock. */
  #inside(path: string): string {
    const whole = resolve(this.#staging, path);
    if (whole.startsWith(`${this.#staging}/`) || whole.startsWith(`${this.#staging}\\`)) return whole;
    throw new TextFileError(path, 'written', new Error('it leads out of the folder'));
  }
}

class PiecewiseFile implements StagedFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  #pending = '';
  #sizeBytes = 0;

  constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  async write(text: string): Promise<void> {
    this.#pending += text;
    if (this.#pending.length >= PIECE_CHARACTERS) await this.#flush();
  }

  async close(): Promise<WrittenFile> {
    try {
      await this.#flush();
    } finally {
      await this.#handle.close();
    }
    return { sizeBytes: this.#sizeBytes, sha256: this.#hash.digest('hex') };
  }

  async #flush(): Promise<void> {
    const bytes = new TextEncoder().encode(this.#pending);
    this.#pending = '';
    await guarded(this.#path, () => this.#handle.appendFile(bytes));
    this.#hash.update(bytes);
    this.#sizeBytes += bytes.length;
  }
}

async function assertFree(target: string): Promise<void> {
  let names: readonly string[];
  try {
    names = await readdir(target);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    if (hasCode(error, 'ENOTDIR')) throw new FolderTakenError(target, error);
    throw new TextFileError(target, 'read', error);
  }
  if (names.length > 0) throw new FolderTakenError(target);
}

const fullCodes = ['ENOSPC', 'EDQUOT', 'EFBIG'];

async function guarded<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const full = fullCodes.find((code) => hasCode(error, code));
    if (full !== undefined) throw new DiskFullError(path, full, error);
    throw new TextFileError(path, 'written', error);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
