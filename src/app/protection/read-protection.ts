import type { ProtectionReadings, Reading } from '../../core/protection/readings.ts';
import { protectionIds, type ProtectionSettings } from '../../core/protection/settings.ts';
import type { AzureManagement } from '../ports/azure.ts';
import { look, notAsked } from './look.ts';

/** Looks at all that protects the vault, or is to protect it. Only reads. */
export async function readProtection(
  azure: AzureManagement,
  settings: ProtectionSettings,
): Promise<ProtectionReadings> {
  const { accountId, vaultId, policyId, recoveryServicesId } = protectionIds(settings);
  const { drillAccountId, guardId } = settings;
  const [account, vault, drillAccount, guard] = await Promise.all([
    look(() => azure.getAccount(accountId)),
    look(() => azure.getVault(vaultId)),
    drillAccountId === undefined ? notAsked<never>() : look(() => azure.getAccount(drillAccountId)),
    guardId === undefined ? notAsked<never>() : look(() => azure.getGuard(guardId)),
  ]);
  // What may not be read itself may still let its parts be read.
  const ofAccount = when(account.state !== 'absent');
  const ofVault = when(vault.state !== 'absent');
  const [blobService, archiving, instances, roles, policy, deletedInstances, guardProxies, other, drillRoles] =
    await Promise.all([
      ofAccount(() => azure.getBlobService(accountId)),
      ofAccount(() => azure.listArchivingRules(accountId)),
      ofAccount(() => azure.listInstancesOf(accountId)),
      ofAccount(() => azure.listRoleAssignments(accountId)),
      ofVault(() => azure.getPolicy(policyId)),
      ofVault(() => azure.listDeletedInstances(vaultId)),
      ofVault(() => azure.listGuardProxies(vaultId)),
      when(vault.state === 'absent')(() => azure.getRecoveryServicesVault(recoveryServicesId)),
      when(drillAccountId !== undefined && drillAccount.state !== 'absent')(() =>
        azure.listRoleAssignments(drillAccountId ?? ''),
      ),
    ]);
  const containers = await Promise.all(
    settings.containers.map(
      async (name) => [name, await ofAccount(() => azure.getContainer(accountId, name))] as const,
    ),
  );
  return {
    account,
    blobService,
    containers: Object.fromEntries(containers),
    archiving,
    vault,
    recoveryServicesVault: other,
    policy,
    instances,
    deletedInstances,
    guardProxies,
    roles,
    drillAccount,
    drillRoles,
    guard,
  };
}

function when(isThere: boolean): <Facts>(read: () => Promise<Facts>) => Promise<Reading<Facts>> {
  return (read) => (isThere ? look(read) : Promise.resolve(notAsked()));
}
