import type { Vault } from '../app/ports/vault.ts';
import type { Foundation } from './foundation.ts';

/**
 * The copy of the vault that Azure Backup restored into another account, opened with the keys at hand. Its times are those
 * of the copying, so it attests none. A connection string is of the vault's own account and does not count here.
 */
export async function openDrillCopy(base: Foundation, account: string, container: string): Promise<Vault> {
  const { createAzureBlobContainer } = await import('../vault/blob/azure-blob-store.ts');
  const { createReadonlyBlobStore } = await import('../vault/blob/readonly-blob-store.ts');
  const { createRetryingBlobStore } = await import('../vault/blob/retrying-blob-store.ts');
  const { signedUrls = [], credential, endpoint } = base.azureAccess();
  const address = await base.vaultAddress();
  const { store } = createAzureBlobContainer({
    credential,
    endpoint,
    signedUrls: signedUrls.filter((url) => url.account === account),
    account,
    container,
    prefix: address.type === 'azure' ? address.prefix : '',
    attestsTime: false,
  });
  const copy = createReadonlyBlobStore(createRetryingBlobStore(store, base.storeOptions()));
  return base.openVaultIn({ store: copy, create: async () => 'exists' }, await base.readKeys(), undefined);
}
