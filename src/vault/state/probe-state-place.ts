import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StateFacts } from '../../app/ports/runs.ts';
import { InternalError } from '../../core/errors.ts';
import { openBlobContainer, type OpenBlobStoreOptions } from '../blob/open-blob-store.ts';
import type { VaultAddress } from '../blob/vault-address.ts';

const FOLDER = 'doctor';

/**
 * Writes a small blob of a random name below `doctor/` in the state place, tries to write another in its place, and removes
 * it. UserError `VAULT_NOT_FOUND` when the place does not exist (it is not made), RemoteError when it refuses or fails.
 */
export async function probeStatePlace(state: VaultAddress, options: OpenBlobStoreOptions): Promise<StateFacts> {
  const { random, clock } = options;
  const { store } = openBlobContainer(state, options);
  const name = `${FOLDER}/${random.uuid()}`;
  const beforeMs = clock.epochMs();
  await store.put(name, random.bytes(16));
  const afterMs = clock.epochMs();
  let isRemoved = false;
  try {
    const again = await store.put(name, random.bytes(16));
    const [blob] = await Array.fromAsync(store.list(name));
    if (blob === undefined) throw new InternalError(`${name} was written and is not listed.`);
    isRemoved = await remove(state, name, options);
    return {
      isCreateOnly: again === 'exists',
      createdAtMs: Date.parse(blob.createdAt),
      writtenBetweenMs: [beforeMs, afterMs],
      ...(isRemoved ? {} : { left: name }),
    };
  } finally {
    if (!isRemoved) await remove(state, name, options);
  }
}

/** False when it may not be removed: a probe that stays hurts nobody. */
async function remove(state: VaultAddress, name: string, options: OpenBlobStoreOptions): Promise<boolean> {
  try {
    if (state.type === 'folder') {
      await rm(join(state.path, name), { force: true });
      // Only where they are empty.
      await rmdir(join(state.path, FOLDER)).catch(() => undefined);
      await rmdir(join(state.path, '.tmp')).catch(() => undefined);
      return true;
    }
    return (await openBlobContainer(state, options).store.delete(name)).outcome !== 'held';
  } catch {
    return false;
  }
}
