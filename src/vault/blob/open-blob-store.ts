import type { AzureAccess } from './azure-access.ts';
import { createAzureBlobContainer } from './azure-blob-store.ts';
import type { BlobContainer } from './blob-store.ts';
import { createFolderBlobContainer } from './folder-blob-store.ts';
import { createRetryingBlobStore, type RetryingOptions } from './retrying-blob-store.ts';
import type { VaultAddress } from './vault-address.ts';

export interface OpenBlobStoreOptions extends RetryingOptions {
  /** How storage accounts are reached. */
  readonly azure?: AzureAccess | undefined;
}

/**
 * The store at an address, with retries where the network may fail, and the making of its folder or container. Opening
 * reaches nothing: whether there is a vault is found out by the first call.
 */
export function openBlobContainer(address: VaultAddress, options: OpenBlobStoreOptions): BlobContainer {
  if (address.type === 'folder') return createFolderBlobContainer({ folder: address.path, random: options.random });
  const { store, create, openAsOf } = createAzureBlobContainer({ ...address, ...options.azure });
  return {
    store: createRetryingBlobStore(store, options),
    create,
    openAsOf: openAsOf && ((time) => createRetryingBlobStore(openAsOf(time), options)),
  };
}
