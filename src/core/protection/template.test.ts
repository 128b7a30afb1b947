import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { settings } from '../posture/good-posture.fixture.ts';
import { armTemplate } from './arm-template.ts';
import { bicepTemplate } from './bicep-template.ts';
import {
  blobServiceProperties,
  instanceProperties,
  policyBody,
  roleAssignmentProperties,
  vaultBody,
} from './desired.ts';
import { VAULT_PRINCIPAL } from './protection-plan.ts';
import { freeName } from './role-steps.ts';
import { BACKUP_ROLE, protectionIds, type ProtectionSettings } from './settings.ts';
import { templateResources, templateRemarks, type TemplateResource } from './template.ts';
import { terraformTemplate } from './terraform-template.ts';

const hasher = { digest: (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex') };
const placed: ProtectionSettings = { ...settings, location: 'westeurope' };
const { accountId, vaultId, policyId } = protectionIds(settings);
const drillAccountId = accountId.replace('apigeebackup', 'drills');

const resources = (over: Partial<ProtectionSettings> = {}, oneGroup = true) =>
  templateResources({ ...placed, ...over }, hasher, { oneGroup });

const roleName = (scope: string): string => freeName(`${scope}|${vaultId}|${BACKUP_ROLE}`, [], hasher);

test('a template declares what a plan makes, each with what has to be there before', () => {
  assert.deepEqual(resources(), [
    {
      key: 'blobService',
      type: 'Microsoft.Storage/storageAccounts/blobServices',
      apiVersion: '2026-04-01',
      names: ['apigeebackup', 'default'],
      body: { properties: blobServiceProperties(settings) },
      dependsOn: [],
    },
    {
      key: 'immutability',
      type: 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies',
      apiVersion: '2026-04-01',
      names: ['apigeebackup', 'default', 'apigee', 'default'],
      body: { properties: { immutabilityPeriodSinceCreationInDays: 61 } },
      dependsOn: ['blobService'],
    },
    {
      key: 'vault',
      type: 'Microsoft.DataProtection/backupVaults',
      apiVersion: '2026-06-01',
      names: ['holdfast-vault'],
      body: vaultBody(settings, 'westeurope'),
      dependsOn: [],
    },
    {
      key: 'policy',
      type: 'Microsoft.DataProtection/backupVaults/backupPolicies',
      apiVersion: '2026-06-01',
      names: ['holdfast-vault', 'holdfast'],
      body: policyBody(settings),
      dependsOn: ['vault'],
    },
    {
      key: 'role',
      type: 'Microsoft.Authorization/roleAssignments',
      apiVersion: '2022-04-01',
      names: [roleName(accountId)],
      scope: accountId,
      body: { properties: roleAssignmentProperties(settings, VAULT_PRINCIPAL) },
      dependsOn: ['vault'],
    },
    {
      key: 'instance',
      type: 'Microsoft.DataProtection/backupVaults/backupInstances',
      apiVersion: '2025-01-01',
      names: ['holdfast-vault', 'apigeebackup'],
      body: {
        properties: instanceProperties({ accountId, location: 'westeurope', policyId, containers: ['apigee'] }),
      },
      dependsOn: ['blobService', 'policy', 'role'],
    },
  ]);
  const more = resources({ containers: ['zeta', 'alpha'], drillAccountId });
  assert.deepEqual(
    more.map(({ key, names, scope }) => [key, names.at(-2) ?? names[0], scope]),
    [
      ['blobService', 'apigeebackup', undefined],
      ['immutability1', 'zeta', undefined],
      ['immutability2', 'alpha', undefined],
      ['vault', 'holdfast-vault', undefined],
      ['policy', 'holdfast-vault', undefined],
      ['role', roleName(accountId), accountId],
      ['drillRole', roleName(drillAccountId), drillAccountId],
      ['instance', 'holdfast-vault', undefined],
    ],
  );
  const wish = { accountId, location: 'westeurope', policyId, containers: ['alpha', 'zeta'] };
  assert.deepEqual(more.at(-1)?.body, { properties: instanceProperties(wish) });
});

test('a template needs a region, and for one deployment one group', () => {
  assert.throws(() => resources({ location: undefined }), {
    code: 'CONFIG_INVALID',
    message: 'A template needs protect.location: nothing is asked of Azure for it.',
    next: 'Write the region of the storage account into protect.location.',
  });
  const refused = (id: string, group: string) => ({
    code: 'PROTECTION_REFUSED',
    message: `The storage account ${id.split('/').at(-1)} is in resource group ${group} and the Backup vault in rg-backup: one ARM or Bicep file deploys to one group.`,
    resource: id,
    next: 'Use --terraform, which is not bound to a group, or holdfast protect apply.',
  });
  const account = { name: 'apigeebackup', resourceGroup: 'rg2' };
  assert.throws(() => resources({ account }), refused(accountId.replace('rg-backup', 'rg2'), 'rg2'));
  assert.equal(resources({ account }, false).length, 6);
  const far = drillAccountId.replace('rg-backup', 'rg3');
  assert.throws(() => resources({ drillAccountId: far }), refused(far, 'rg3'));
  const foreign = drillAccountId.replace(settings.subscription, 'other');
  assert.throws(() => resources({ drillAccountId: foreign }), refused(foreign, 'rg-backup'));
  assert.equal(resources({ account: { name: 'a', resourceGroup: 'RG-Backup' } }).length, 6);
});

/** One of each form that the languages tell apart. */
const few: readonly TemplateResource[] = [
  {
    key: 'blobService',
    type: 'Microsoft.Storage/storageAccounts/blobServices',
    apiVersion: 'v1',
    names: ['acct', 'default'],
    body: { properties: { on: true, days: 7, none: null, list: [], text: "it's ${x} \\ %{y}" } },
    dependsOn: [],
  },
  {
    key: 'immutability1',
    type: 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies',
    apiVersion: 'v1',
    names: ['acct', 'default', 'apigee', 'default'],
    body: { properties: { days: 61 } },
    dependsOn: ['blobService'],
  },
  {
    key: 'vault',
    type: 'Microsoft.DataProtection/backupVaults',
    apiVersion: 'v2',
    names: ['holdfast-vault'],
    body: {
      location: 'westeurope',
      identity: { type: 'SystemAssigned' },
      properties: { stores: [{ type: 'A' }, 'b'] },
    },
    dependsOn: [],
  },
  {
    key: 'drillRole',
    type: 'Microsoft.Authorization/roleAssignments',
    apiVersion: 'v3',
    names: ['guid'],
    scope: drillAccountId,
    body: { properties: { principalId: VAULT_PRINCIPAL } },
    dependsOn: ['vault'],
  },
  {
    key: 'instance',
    type: 'Microsoft.DataProtection/backupVaults/backupInstances',
    apiVersion: 'v4',
    names: ['holdfast-vault', 'acct'],
    body: { properties: {} },
    dependsOn: ['blobService', 'vault', 'drillRole', 'missing'],
  },
];

test('ARM: addresses are computed, and the identity is that of the vault', () => {
  const template = JSON.parse(armTemplate(few, settings)) as { readonly resources: readonly unknown[] };
  const principalId =
    "[reference(resourceId('Microsoft.DataProtection/backupVaults', 'holdfast-vault'), 'v2', 'full').identity.principalId]";
  const vault = "[resourceId('Microsoft.DataProtection/backupVaults', 'holdfast-vault')]";
  const service = "[resourceId('Microsoft.Storage/storageAccounts/blobServices', 'acct', 'default')]";
  const role =
    "[extensionResourceId(resourceId('Microsoft.Storage/storageAccounts', 'drills'), 'Microsoft.Authorization/roleAssignments', 'guid')]";
  const { body: _, dependsOn: __, key: ___, names: ____, ...bare } = few[0] ?? assert.fail();
  assert.deepEqual(template, {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    metadata: { description: templateRemarks.join(' ') },
    resources: [
      { ...bare, name: 'acct/default', ...few[0]?.body, dependsOn: [] },
      {
        type: few[1]?.type,
        apiVersion: 'v1',
        name: 'acct/default/apigee/default',
        ...few[1]?.body,
        dependsOn: [service],
      },
      { type: few[2]?.type, apiVersion: 'v2', name: 'holdfast-vault', ...few[2]?.body, dependsOn: [] },
      {
        type: few[3]?.type,
        apiVersion: 'v3',
        name: 'guid',
        scope: 'Microsoft.Storage/storageAccounts/drills',
        properties: { principalId },
        dependsOn: [vault],
      },
      {
        type: few[4]?.type,
        apiVersion: 'v4',
        name: 'holdfast-vault/acct',
        properties: {},
        dependsOn: [service, vault, role],
      },
    ],
  });
  assert.match(armTemplate(few, settings), /^\{\n {2}"\$schema"[\s\S]*\}\n$/);
  assert.match(templateRemarks.join(' '), /Nothing in it is irrevocable: .* deploy again\. /);
});

test('Bicep: parents and scopes are symbols, and what they imply is not waited for twice', () => {
  const [, ...lines] = bicepTemplate(few).split('\n\n');
  assert.equal(bicepTemplate(few).split('\n\n')[0], templateRemarks.map((line) => `// ${line}`).join('\n'));
  assert.equal(
    lines.join('\n\n'),
    String.raw`resource account_acct 'Microsoft.Storage/storageAccounts@v1' existing = {
  name: 'acct'
}

resource account_drills 'Microsoft.Storage/storageAccounts@v1' existing = {
  name: 'drills'
}

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@v1' = {
  parent: account_acct
  name: 'default'
  properties: {
    on: true
    days: 7
    none: null
    list: []
    text: 'it\'s \${x} \\ %{y}'
  }
}

resource immutability1Of 'Microsoft.Storage/storageAccounts/blobServices/containers@v1' existing = {
  parent: blobService
  name: 'apigee'
}

resource immutability1 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@v1' = {
  parent: immutability1Of
  name: 'default'
  properties: {
    days: 61
  }
  dependsOn: [
    blobService
  ]
}

resource vault 'Microsoft.DataProtection/backupVaults@v2' = {
  name: 'holdfast-vault'
  location: 'westeurope'
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    stores: [
      {
        type: 'A'
      }
      'b'
    ]
  }
}

resource drillRole 'Microsoft.Authorization/roleAssignments@v3' = {
  scope: account_drills
  name: 'guid'
  properties: {
    principalId: vault.identity.principalId
  }
}

resource instance 'Microsoft.DataProtection/backupVaults/backupInstances@v4' = {
  parent: vault
  name: 'acct'
  properties: {

  }
  dependsOn: [
    blobService
    drillRole
  ]
}
`,
  );
});

test('Terraform: settings of what is there are updates, and nothing in a text is an expression', () => {
  const [remarks, ...lines] = terraformTemplate(few, settings).split('\n\n');
  assert.equal(remarks, templateRemarks.map((line) => `# ${line}`).join('\n'));
  assert.equal(
    lines.join('\n\n'),
    `terraform {
  required_providers {
    azapi = {
      source  = "Azure/azapi"
      version = ">= 2.0"
    }
  }
}

provider "azapi" {
  subscription_id = "${settings.subscription}"
}

resource "azapi_update_resource" "blob_service" {
  type      = "Microsoft.Storage/storageAccounts/blobServices@v1"
  name      = "default"
  parent_id = "${accountId}"
  body = {
    properties = {
      on = true
      days = 7
      none = null
      list = []
      text = "it's $\${x} \\\\ %%{y}"
    }
  }
}

resource "azapi_update_resource" "immutability1" {
  type      = "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@v1"
  name      = "default"
  parent_id = "${accountId}/blobServices/default/containers/apigee"
  body = {
    properties = {
      days = 61
    }
  }
  depends_on = [azapi_update_resource.blob_service]
}

resource "azapi_resource" "vault" {
  type      = "Microsoft.DataProtection/backupVaults@v2"
  name      = "holdfast-vault"
  parent_id = "/subscriptions/${settings.subscription}/resourceGroups/rg-backup"
  location  = "westeurope"
  identity {
    type = "SystemAssigned"
  }
  body = {
    properties = {
      stores = [
        {
          type = "A"
        },
        "b",
      ]
    }
  }
}

resource "azapi_resource" "drill_role" {
  type      = "Microsoft.Authorization/roleAssignments@v3"
  name      = "guid"
  parent_id = "${drillAccountId}"
  body = {
    properties = {
      principalId = azapi_resource.vault.identity[0].principal_id
    }
  }
  depends_on = [azapi_resource.vault]
}

resource "azapi_resource" "instance" {
  type      = "Microsoft.DataProtection/backupVaults/backupInstances@v4"
  name      = "acct"
  parent_id = azapi_resource.vault.id
  body = {
    properties = {

    }
  }
  depends_on = [azapi_update_resource.blob_service, azapi_resource.vault, azapi_resource.drill_role, azapi_resource.missing]
}
`,
  );
});
