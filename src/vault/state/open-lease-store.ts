import type { LeaseStore } from '../../app/ports/runs.ts';
import type { Clock } from '../../platform/clock.ts';
import type { RandomSource } from '../../platform/random.ts';
import type { AzureAccess } from '../blob/azure-access.ts';
import type { VaultAddress } from '../blob/vault-address.ts';
import { createAzureLeaseStore } from './azure-lease-store.ts';
import { createFolderLeaseStore } from './folder-lease-store.ts';

export interface OpenLeaseStoreOptions {
  readonly clock: Clock;
  readonly random: RandomSource;
  /** How storage accounts are reached. */
  readonly azure?: AzureAccess | undefined;
}

/** The leases in a state place (see `deriveStateAddress`). Opening reaches nothing; taking a lease makes the place. */
export function openLeaseStore(state: VaultAddress, options: OpenLeaseStoreOptions): LeaseStore {
  const { clock, random, azure } = options;
  if (state.type === 'folder') return createFolderLeaseStore({ folder: state.path, clock, random });
  return createAzureLeaseStore({ ...state, ...azure, clock, random });
}
