import { dirname } from 'node:path';
import { UserError } from '../core/errors.ts';
import { openBlobContainer, type OpenBlobStoreOptions } from './blob/open-blob-store.ts';
import { describeVaultAddress, type VaultAddress } from './blob/vault-address.ts';
import { VAULT_FILE } from './vault-file.ts';

/**
 * UserError `ALREADY_EXISTS` when the place lies within a vault: what is written there would be taken for damage of that one.
 * The place itself is not looked at, and nothing is made.
 */
export async function assertOutsideVaults(place: VaultAddress, options: OpenBlobStoreOptions): Promise<void> {
  for (const above of placesAbove(place)) {
    if (!(await holdsVault(above, options))) continue;
    throw new UserError({
      code: 'ALREADY_EXISTS',
      message: `${describeVaultAddress(place)} lies within the vault ${describeVaultAddress(above)}.`,
      next: 'Name a place outside of it. What is there was not touched.',
    });
  }
}

async function holdsVault(place: VaultAddress, options: OpenBlobStoreOptions): Promise<boolean> {
  try {
    return (await openBlobContainer(place, options).store.find(VAULT_FILE)) !== undefined;
  } catch (error) {
    // A container or folder that is not there yet holds none.
    if (error instanceof UserError && error.code === 'VAULT_NOT_FOUND') return false;
    throw error;
  }
}

function placesAbove(place: VaultAddress): VaultAddress[] {
  if (place.type === 'folder') {
    const above = dirname(place.path);
    return above === place.path
      ? []
      : [{ type: 'folder', path: above }, ...placesAbove({ type: 'folder', path: above })];
  }
  const segments = place.prefix.split('/').slice(0, -1);
  return segments.map((_, index) => ({
    ...place,
    prefix: segments
      .slice(0, index)
      .map((one) => `${one}/`)
      .join(''),
  }));
}
