import type { AzureManagement } from '../ports/azure.ts';
import type { SecretSource } from '../ports/secrets.ts';

/** The keys of the storage account that the vault is in. Where shared keys are refused their age does not matter. */
export function storageKeySource(
  open: () => Promise<{
    readonly management: Pick<AzureManagement, 'getAccount' | 'listAccountKeys'>;
    readonly accountId: string;
  }>,
): SecretSource {
  return {
    kind: 'storage-account-key',
    name: 'keys of the storage account of the vault',
    remedy: 'Write the section `protect` into holdfast.yaml, and let this identity read the account and list its keys.',
    read: async () => {
      const { management, accountId } = await open();
      const { name, sharedKeyAccess } = await management.getAccount(accountId);
      const remedy = `Turn shared key access of ${name} off, or rotate the key: az storage account keys renew --account-name ${name}.`;
      if (sharedKeyAccess === false) {
        return [
          { kind: 'storage-account-key', name, note: 'Shared key access is off: its keys open nothing.', remedy },
        ];
      }
      const keys = await management.listAccountKeys(accountId);
      return keys.map((key) => ({
        kind: 'storage-account-key',
        name: `${name} ${key.name}`,
        ...(key.createdAt !== undefined && { madeAt: key.createdAt }),
        remedy,
      }));
    },
  };
}
