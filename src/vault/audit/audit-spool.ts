import { rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RandomSource } from '../../platform/random.ts';
import { isThere } from '../../platform/text-file.ts';
import type { BlobStore } from '../blob/blob-store.ts';
import { createFolderBlobContainer } from '../blob/folder-blob-store.ts';
import { AUDIT_PREFIX } from './audit-name.ts';

/** Batches that wait on this machine until the vault takes them: files as they will lie in the vault, for their owner only. */
export class AuditSpool {
  readonly folder: string;
  readonly #random: RandomSource;

  /** `folder` is of one vault alone. */
  constructor(folder: string, random: RandomSource) {
    this.folder = folder;
    this.#random = random;
  }

  async put(name: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    const container = createFolderBlobContainer({ folder: this.folder, random: this.#random });
    await container.create();
    return container.store.put(name, bytes);
  }

  /** Names of what waits, in order; none where nothing ever waited. */
  async list(): Promise<readonly string[]> {
    if (!(await isThere(this.folder))) return [];
    const blobs = await Array.fromAsync(this.#store().list(AUDIT_PREFIX));
    return blobs.map(({ name }) => name);
  }

  get(name: string): Promise<Uint8Array> {
    return this.#store().get(name);
  }

  async remove(name: string): Promise<void> {
    const path = join(this.folder, name);
    await rm(path, { force: true });
    // Only where nothing else waits of the stream.
    await rmdir(dirname(path)).catch(() => undefined);
  }

  #store(): BlobStore {
    return createFolderBlobContainer({ folder: this.folder, random: this.#random }).store;
  }
}
