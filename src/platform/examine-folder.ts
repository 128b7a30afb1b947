import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface FolderFacts {
  readonly path: string;
  /** Undefined when a file can be written in it, else why not. */
  readonly refusal?: string;
  /** Room for this user; absent where the machine does not say. */
  readonly freeBytes?: number;
}

/** Writes a file into a folder of its own there and takes both away again. Never throws. */
export async function examineFolder(path: string): Promise<FolderFacts> {
  const room = await measureRoom(path);
  try {
    const folder = await mkdtemp(join(path, '.holdfast-doctor-'));
    try {
      await writeFile(join(folder, 'probe'), 'probe', { flush: true });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return { path, ...room };
  } catch (error) {
    return { path, refusal: error instanceof Error && 'code' in error ? String(error.code) : 'unknown', ...room };
  }
}

/** The room for this user where the folder is; nothing where the machine does not say. Never throws. */
export async function measureRoom(path: string): Promise<Pick<FolderFacts, 'freeBytes'>> {
  try {
    const { bavail, bsize } = await statfs(path);
    return { freeBytes: bavail * bsize };
  } catch {
    return {};
  }
}
