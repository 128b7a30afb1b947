import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that cannot be read or written for a reason that is in the machine: its mode, a full disk, a folder in its place. */
export class TextFileError extends Error {
  readonly path: string;

  constructor(path: string, what: string, cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    super(`${path} cannot be ${what} (${code}).`, { cause });
    this.name = 'TextFileError';
    this.path = path;
  }
}

/** The text of a file, or undefined when there is none. */
export async function findTextFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new TextFileError(path, 'read', error);
  }
}

export async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw new TextFileError(path, 'read', error);
  }
}

/**
 * Writes a file that only its owner may read, in a folder that is made (for its owner alone) where it is not there.
 * It has reached the disk when the promise resolves. `replace` overwrites a file of that name; otherwise it is a
 * TextFileError.
 */
export async function writePrivateFile(path: string, text: string, existing: 'replace' | 'refuse'): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, text, { mode: 0o600, flag: existing === 'replace' ? 'w' : 'wx', flush: true });
  } catch (error) {
    throw new TextFileError(path, 'written', error);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
