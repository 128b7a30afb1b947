import { type Lock, lockContainer, type LockRequest, lockSoftDelete, lockVault } from '../../core/protection/lock.ts';
import { protectionIds } from '../../core/protection/settings.ts';
import type { AzureManagement } from '../ports/azure.ts';
import { findProtectedInstance } from './back-up-now.ts';

/** What the lock would be, read anew; undefined when it is in place already. Only looks. */
export async function planLock(azure: AzureManagement, request: LockRequest): Promise<readonly Lock[]> {
  const { target, settings } = request;
  const { accountId, vaultId } = protectionIds(settings);
  switch (target) {
    case 'soft-delete':
      return present([lockSoftDelete(await azure.getVault(vaultId), request)]);
    case 'vault': {
      const vault = await azure.getVault(vaultId);
      const instance = await findProtectedInstance({ azure }, settings);
      return present([lockVault(vault, await azure.listRecoveryPoints(instance.id))]);
    }
    case 'container': {
      const containers = await Promise.all(settings.containers.map((name) => azure.getContainer(accountId, name)));
      return present(containers.map((container) => lockContainer(container, request)));
    }
  }
}

function present(locks: readonly (Lock | undefined)[]): readonly Lock[] {
  return locks.filter((lock) => lock !== undefined);
}

/** Does what cannot be undone. The caller has made sure that a person typed the name. */
export async function applyLock(azure: AzureManagement, { method, path, body, ifMatch }: Lock): Promise<void> {
  await azure.send({
    method,
    path,
    ...(body === undefined ? {} : { body }),
    ...(ifMatch === undefined ? {} : { ifMatch }),
  });
}
