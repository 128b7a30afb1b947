import { UserError } from '../errors.ts';
import type { Hasher } from '../hasher.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { groupOf, isSameId, nameOf, subscriptionOf } from './arm-id.ts';
import {
  blobServiceProperties,
  immutabilityProperties,
  instanceProperties,
  policyBody,
  roleAssignmentProperties,
  vaultBody,
} from './desired.ts';
import { VAULT_PRINCIPAL } from './protection-plan.ts';
import { freeName } from './role-steps.ts';
import {
  BACKUP_ROLE,
  BACKUP_VAULT,
  neededImmutabilityDays,
  protectionIds,
  type ProtectionSettings,
} from './settings.ts';

/** One resource as infrastructure code declares it, in no language yet. */
export interface TemplateResource {
  /** The name by which the others refer to it: `vault`, `role`. */
  readonly key: string;
  /** `Microsoft.DataProtection/backupVaults/backupPolicies` */
  readonly type: string;
  readonly apiVersion: string;
  /** Of every level of the type: `['holdfast-vault', 'holdfast']`. */
  readonly names: readonly string[];
  /** Address of the resource that it extends; a role assignment has one. */
  readonly scope?: string;
  /** What is written beside the name: location, identity, properties. */
  readonly body: JsonObject;
  /** Keys of those that have to be there before. */
  readonly dependsOn: readonly string[];
}

/** The versions are those by which the client writes; see its own table for why they differ. */
const versions = {
  storage: '2026-04-01',
  dataProtection: '2026-06-01',
  instance: '2025-01-01',
  authorization: '2022-04-01',
} as const;

export const BLOB_SERVICE = 'Microsoft.Storage/storageAccounts/blobServices';
export const IMMUTABILITY = `${BLOB_SERVICE}/containers/immutabilityPolicies`;
export const ROLE_ASSIGNMENT = 'Microsoft.Authorization/roleAssignments';

/**
 * What a plan would make, declared. UserError `CONFIG_INVALID` without a region, because nothing is read. `oneGroup`: all has
 * to lie in one resource group, which is what a single template can deploy to; `PROTECTION_REFUSED` when it does not.
 */
export function templateResources(
  settings: ProtectionSettings,
  hasher: Pick<Hasher, 'digest'>,
  { oneGroup }: { readonly oneGroup: boolean },
): readonly TemplateResource[] {
  const location = locationOf(settings);
  if (oneGroup) assertOneGroup(settings);
  const { account, containers, vault, policy } = settings;
  const { accountId, vaultId, policyId } = protectionIds(settings);
  const scopes: readonly (readonly [string, string])[] = [
    ['role', accountId],
    ...(settings.drillAccountId === undefined ? [] : [['drillRole', settings.drillAccountId] as const]),
  ];
  return [
    {
      key: 'blobService',
      type: BLOB_SERVICE,
      apiVersion: versions.storage,
      names: [account.name, 'default'],
      body: { properties: blobServiceProperties(settings) },
      dependsOn: [],
    },
    ...containers.map(
      (container, index): TemplateResource => ({
        key: containers.length === 1 ? 'immutability' : `immutability${index + 1}`,
        type: IMMUTABILITY,
        apiVersion: versions.storage,
        names: [account.name, 'default', container, 'default'],
        body: { properties: immutabilityProperties(neededImmutabilityDays(settings)) },
        dependsOn: ['blobService'],
      }),
    ),
    {
      key: 'vault',
      type: BACKUP_VAULT,
      apiVersion: versions.dataProtection,
      names: [vault.name],
      body: vaultBody(settings, location),
      dependsOn: [],
    },
    {
      key: 'policy',
      type: `${BACKUP_VAULT}/backupPolicies`,
      apiVersion: versions.dataProtection,
      names: [vault.name, policy.name],
      body: policyBody(settings),
      dependsOn: ['vault'],
    },
    ...scopes.map(
      ([key, scope]): TemplateResource => ({
        key,
        type: ROLE_ASSIGNMENT,
        apiVersion: versions.authorization,
        // The same name as a plan gives it, so that neither makes a second one.
        names: [freeName(`${scope}|${vaultId}|${BACKUP_ROLE}`, [], hasher)],
        scope,
        body: { properties: roleAssignmentProperties(settings, VAULT_PRINCIPAL) },
        dependsOn: ['vault'],
      }),
    ),
    {
      key: 'instance',
      type: `${BACKUP_VAULT}/backupInstances`,
      apiVersion: versions.instance,
      names: [vault.name, account.name],
      body: { properties: instanceProperties({ accountId, location, policyId, containers: containers.toSorted() }) },
      dependsOn: ['blobService', 'policy', 'role'],
    },
  ];
}

function locationOf({ location }: ProtectionSettings): string {
  if (location !== undefined) return location;
  throw new UserError({
    code: 'CONFIG_INVALID',
    message: 'A template needs protect.location: nothing is asked of Azure for it.',
    next: 'Write the region of the storage account into protect.location.',
  });
}

function assertOneGroup(settings: ProtectionSettings): void {
  const { subscription, resourceGroup, drillAccountId } = settings;
  const { accountId } = protectionIds(settings);
  for (const id of [accountId, ...(drillAccountId === undefined ? [] : [drillAccountId])]) {
    if (isSameId(groupOf(id), resourceGroup) && isSameId(subscriptionOf(id), subscription)) continue;
    throw new UserError({
      code: 'PROTECTION_REFUSED',
      message: `The storage account ${nameOf(id)} is in resource group ${groupOf(id)} and the Backup vault in ${resourceGroup}: one ARM or Bicep file deploys to one group.`,
      resource: id,
      next: 'Use --terraform, which is not bound to a group, or holdfast protect apply.',
    });
  }
}

/** Whether a value is the hole for the identity of the vault. */
export function isPrincipalHole(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && '$assigned' in value;
}

/** What every template says about itself. */
export const templateRemarks: readonly string[] = [
  'Made by holdfast protect template. Nothing in it is irrevocable: soft delete is On, immutability Unlocked.',
  'The role of the vault takes minutes to count after its first deployment; if the backup instance is refused',
  'for missing permissions, deploy again. Storage account and container are expected to exist.',
];
