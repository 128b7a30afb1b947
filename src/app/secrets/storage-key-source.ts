import type { AzureManagement } from '../ports/azure.ts';
import type { SecretSource } from '../ports/secrets.ts';

/** The keys of the storage account that the vault is in. Where shared keys are refused their age does not matter. */
export function storageKeySource(
  open: () => Promise<{
    readonly management: Pick<AzureManagement, 'getAccount'>;
    readonly accountId: string;
  }>,
): SecretSource {
  return {
    kind: 'storage-account-key',
    name: 'keys of the storage account of the vault',
    remedy: 'Write the section `protect` into holdfast.yaml, and let this identity read the account.',
    read: async () => {
      const { management, accountId } = await open();
      const { name, sharedKeyAccess, keysCreatedAt } = await management.getAccount(accountId);
      const remedy = `Turn shared key access of ${name} off, or rotate the key: az storage account keys renew --account-name ${name}.`;
      if (sharedKeyAccess === false) {
        return [
          { kind: 'storage-account-key', name, note: 'Shared key access is off: its keys open nothing.', remedy },
        ];
      }
      // The account says when its keys were made; to list them would be to have them.
      return (['key1', 'key2'] as const).map((key) => {
        const madeAt = keysCreatedAt[key];
        return {
          kind: 'storage-account-key',
          name: `${name} ${key}`,
          ...(madeAt === undefined ? {} : { madeAt }),
          remedy,
        };
      });
    },
  };
}
