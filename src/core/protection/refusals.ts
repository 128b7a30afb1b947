import { covers } from './coverage.ts';
import { isSameId, nameOf, subscriptionOf } from './arm-id.ts';
import type { BackupInstanceFacts, DeletedInstanceFacts } from './facts.ts';
import { factsOf, type ProtectionReadings, type Reading } from './readings.ts';
import {
  BACKUP_VAULT,
  neededImmutabilityDays,
  protectionIds,
  type ProtectionSettings,
  RECOVERY_SERVICES_VAULT,
  STORAGE_ACCOUNT,
} from './settings.ts';

/** Why the vault cannot be protected as the configuration asks, and what would help. */
export interface Refusal {
  readonly resource: string;
  readonly message: string;
  readonly next: string;
}

const MOST_CONTAINERS = 100;

export interface RefusalContext {
  readonly settings: ProtectionSettings;
  readonly readings: ProtectionReadings;
  /** The operator agreed that a soft-deleted instance is brought back. */
  readonly undelete: boolean;
}

/** All that is in the way; none when a plan can be made. */
export function findRefusals(context: RefusalContext): readonly Refusal[] {
  return [
    ...accountRefusals(context),
    ...containerRefusals(context),
    ...vaultRefusals(context),
    ...instanceRefusals(context),
    ...otherRefusals(context),
  ];
}

function accountRefusals({ settings, readings }: RefusalContext): Refusal[] {
  const { accountId } = protectionIds(settings);
  const missing = notThere(readings.account, { type: STORAGE_ACCOUNT, id: accountId, key: 'protect.storageAccount' });
  if (missing !== undefined) return [missing];
  const account = factsOf(readings.account);
  if (account === undefined) return [];
  const refuse = (message: string, next: string): Refusal => ({ resource: accountId, message, next });
  const refusals: Refusal[] = [];
  const next = 'Move the vault to a general-purpose v2 account without it, and name that one.';
  if (account.hierarchicalNamespace) {
    refusals.push(
      refuse(
        `The storage account ${account.name} has a hierarchical namespace: Azure backs Data Lake accounts up as another kind of source, with other rules.`,
        next,
      ),
    );
  }
  if (account.networkFileSystem) {
    refusals.push(
      refuse(`The storage account ${account.name} has NFS 3.0, with which Azure does not back blobs up.`, next),
    );
  }
  if (account.kind !== 'StorageV2' || !account.sku.startsWith('Standard')) {
    refusals.push(
      refuse(
        `The storage account ${account.name} is ${account.kind} ${account.sku}: Azure backs blobs of standard general-purpose v2 accounts up only.`,
        'Move the vault to a standard StorageV2 account, and name that one.',
      ),
    );
  }
  if (settings.location !== undefined && !isSamePlace(settings.location, account.location)) {
    refusals.push(
      refuse(
        `protect.location is ${settings.location}, and the storage account is in ${account.location}: a Backup vault protects what is in its own region.`,
        'Correct protect.location, or leave it away.',
      ),
    );
  }
  return refusals;
}

function containerRefusals({ settings, readings }: RefusalContext): Refusal[] {
  if (factsOf(readings.account) === undefined) return [];
  const { accountId, blobServiceId } = protectionIds(settings);
  const needed = neededImmutabilityDays(settings);
  const { epochDays, guaranteedDays } = settings.immutability;
  const refusals: Refusal[] = [];
  if (readings.blobService.state === 'unreadable') {
    refusals.push(unreadable(blobServiceId, 'The blob service of the storage account', readings.blobService));
  }
  for (const [name, reading] of Object.entries(readings.containers)) {
    const id = `${blobServiceId}/containers/${name}`;
    const missing = notThere(reading, { type: 'container', id, key: 'protect.containers' });
    if (missing !== undefined) refusals.push(missing);
    const locked = factsOf(reading)?.immutability;
    if (locked?.state !== 'Locked' || locked.days >= needed) continue;
    refusals.push({
      resource: id,
      message: `The container ${name} is immutable for ${locked.days} days, locked; needed are ${needed}: ${epochDays} days of an epoch + ${guaranteedDays} guaranteed days. ${needed - locked.days} days are short, in which points would rest on blobs that can be deleted.`,
      next: `Extend it: holdfast protect lock container --days ${needed} (a locked policy can be extended five times, never shortened), or guarantee fewer days.`,
    });
  }
  if (readings.archiving.state === 'unreadable') {
    refusals.push(unreadable(accountId, 'The lifecycle rules of the storage account', readings.archiving));
  }
  for (const { name, prefixes } of factsOf(readings.archiving) ?? []) {
    const hit = settings.containers.find((container) => isArchived(container, prefixes));
    if (hit === undefined) continue;
    refusals.push({
      resource: accountId,
      message: `The lifecycle rule ${name} moves blobs of the container ${hit} to the archive tier, which Azure Backup leaves out and a restore cannot read.`,
      next: 'Take the container out of the rule, or use the cool or cold tier.',
    });
  }
  return refusals;
}

/** Prefixes begin with the container's name; none at all means everything. */
function isArchived(container: string, prefixes: readonly string[]): boolean {
  return (
    prefixes.length === 0 ||
    prefixes.some((prefix) => prefix.startsWith(`${container}/`) || `${container}/`.startsWith(prefix))
  );
}

function vaultRefusals({ settings, readings }: RefusalContext): Refusal[] {
  const { vaultId, recoveryServicesId } = protectionIds(settings);
  const { vault, recoveryServicesVault } = readings;
  if (vault.state === 'unreadable') return [unreadable(vaultId, `The ${BACKUP_VAULT} ${nameOf(vaultId)}`, vault)];
  const other = factsOf(recoveryServicesVault);
  if (vault.state === 'absent' && other !== undefined) {
    return [
      {
        resource: recoveryServicesId,
        message: `${other.name} is a Recovery Services vault (${RECOVERY_SERVICES_VAULT}; its soft delete is ${other.softDelete ?? 'unknown'}). Such a vault protects machines, databases and file shares, never blobs: it does nothing for this container.`,
        next: `Name a Backup vault (${BACKUP_VAULT}) in protect.vault.name; a new name makes one.`,
      },
    ];
  }
  if (vault.state === 'absent' && vault.code !== 'ResourceNotFound') {
    const missing = notThere(vault, { type: BACKUP_VAULT, id: vaultId, key: 'protect.resourceGroup' });
    return missing === undefined ? [] : [missing];
  }
  const facts = factsOf(vault);
  const account = factsOf(readings.account);
  if (facts === undefined || account === undefined || isSamePlace(facts.location, account.location)) return [];
  return [
    {
      resource: vaultId,
      message: `The Backup vault ${facts.name} is in ${facts.location}, and the storage account is in ${account.location}: a vault protects what is in its own region.`,
      next: 'Name another vault in protect.vault.name; a new name makes one.',
    },
  ];
}

function instanceRefusals({ settings, readings, undelete }: RefusalContext): Refusal[] {
  if (factsOf(readings.account) === undefined) return [];
  const { accountId, vaultId } = protectionIds(settings);
  if (readings.instances.state === 'unreadable') {
    return [unreadable(accountId, 'Who backs the storage account up', readings.instances)];
  }
  const instances = factsOf(readings.instances) ?? [];
  const foreign = instances.find((instance) => !isSameId(instance.vaultId, vaultId));
  const refusals: Refusal[] = [];
  if (foreign !== undefined) refusals.push(elsewhere(foreign));
  const [deleted] = deletedOf(readings, accountId);
  if (deleted !== undefined && !undelete) refusals.push(inTheWay(deleted));
  const own = instances.find((instance) => isSameId(instance.vaultId, vaultId));
  refusals.push(...ownRefusals(settings, own));
  return refusals;
}

function ownRefusals(settings: ProtectionSettings, own: BackupInstanceFacts | undefined): Refusal[] {
  const { instanceId } = protectionIds(settings);
  const resource = own?.id ?? instanceId;
  if (own?.autoProtection !== undefined) {
    const left = settings.containers.find((container) => !covers(own, container));
    if (left === undefined) return [];
    return [
      {
        resource,
        message: `The backup instance protects containers by rule, and leaves ${left} out by a prefix.`,
        next: 'Take the prefix out of the rule in the portal.',
      },
    ];
  }
  const all = new Set([...(own?.containers ?? []), ...settings.containers]);
  if (all.size <= MOST_CONTAINERS) return [];
  return [
    {
      resource,
      message: `${all.size} containers would be backed up, and Azure takes at most ${MOST_CONTAINERS} of an account.`,
      next: 'Name fewer in protect.containers, or take others out of the backup instance.',
    },
  ];
}

export function deletedOf(readings: ProtectionReadings, accountId: string): readonly DeletedInstanceFacts[] {
  return (factsOf(readings.deletedInstances) ?? []).filter(({ sourceId }) => isSameId(sourceId, accountId));
}

function elsewhere({ vaultId, id, state }: BackupInstanceFacts): Refusal {
  return {
    resource: id,
    message: `The storage account is already protected by another Backup vault: ${vaultId} (instance ${nameOf(id)}, ${state}). An account has one backup instance.`,
    next: `Name that vault in protect.vault.name (subscription ${subscriptionOf(vaultId)}), or stop its protection first.`,
  };
}

function inTheWay({ id, deletedAt, purgedAt }: DeletedInstanceFacts): Refusal {
  return {
    resource: id,
    message: `A backup instance of the storage account was deleted on ${deletedAt} and is kept until ${purgedAt}: until then no new one can be made in this vault.`,
    next: 'Bring it back with its recovery points: holdfast protect plan --undelete. It comes back stopped; the plan then also resumes protection, without which no backup is taken.',
  };
}

function otherRefusals({ settings, readings }: RefusalContext): Refusal[] {
  const { guardId, drillAccountId } = settings;
  const { vaultId, accountId } = protectionIds(settings);
  const refusals: Refusal[] = [];
  const named = { type: 'Microsoft.DataProtection/resourceGuards', id: guardId ?? '', key: 'protect.guard' };
  const guard = guardId === undefined ? undefined : notThere(readings.guard, named);
  if (guard !== undefined) refusals.push(guard);
  const drill = { type: STORAGE_ACCOUNT, id: drillAccountId ?? '', key: 'protect.drill' };
  const account = drillAccountId === undefined ? undefined : notThere(readings.drillAccount, drill);
  if (account !== undefined) refusals.push(account);
  if (drillAccountId !== undefined && isSameId(drillAccountId, accountId)) {
    refusals.push({
      resource: drillAccountId,
      message:
        'protect.drill names the storage account of the vault itself; a vaulted backup is restored into another account only.',
      next: 'Make a second storage account for drills and name it.',
    });
  }
  const others: readonly (readonly [Reading<unknown>, string, string])[] = [
    [readings.policy, vaultId, 'The backup policy'],
    [readings.deletedInstances, vaultId, 'The soft-deleted instances of the Backup vault'],
    [readings.roles, accountId, 'The role assignments of the storage account'],
    [readings.drillRoles, drillAccountId ?? '', 'The role assignments of the drill account'],
  ];
  for (const [reading, resource, what] of others) {
    if (reading.state === 'unreadable') refusals.push(unreadable(resource, what, reading));
  }
  return refusals;
}

// ----------------------------------------------------------------------------------------------------------- words

function notThere(
  reading: Reading<unknown>,
  { type, id, key }: { readonly type: string; readonly id: string; readonly key: string },
): Refusal | undefined {
  if (reading.state === 'unreadable') return unreadable(id, `The ${type} ${nameOf(id)}`, reading);
  if (reading.state !== 'absent') return undefined;
  const [, , subscription = '', , group = ''] = id.split('/');
  switch (reading.code) {
    case 'SubscriptionNotFound':
      return {
        resource: id,
        message: `There is no subscription ${subscription}, or this identity may not see it.`,
        next: 'Check protect.subscription, and that the identity has a role in it.',
      };
    case 'ResourceGroupNotFound':
      return {
        resource: id,
        message: `There is no resource group ${group} in subscription ${subscription}.`,
        next: `Check the resource group under protect, or make it: az group create --name ${group} --location REGION.`,
      };
    default:
      return {
        resource: id,
        message: `There is no ${type} ${nameOf(id)} in resource group ${group}.`,
        next: type === 'container' ? `Check ${key}, or make the vault first: holdfast init.` : `Check ${key}.`,
      };
  }
}

function unreadable(
  resource: string,
  what: string,
  { reason, next }: Extract<Reading<unknown>, { state: 'unreadable' }>,
): Refusal {
  return { resource, message: `${what} cannot be read: ${reason}`, next: next ?? 'Give the identity Reader there.' };
}

function isSamePlace(a: string, b: string): boolean {
  const plain = (location: string): string => location.toLowerCase().replaceAll(' ', '');
  return plain(a) === plain(b);
}
