import type { JsonObject, JsonValue } from '../json.ts';
import { groupId } from './arm-id.ts';
import { protectionIds, type ProtectionSettings } from './settings.ts';
import { BLOB_SERVICE, IMMUTABILITY, isPrincipalHole, type TemplateResource, templateRemarks } from './template.ts';

/**
 * The resources as a Terraform file. It speaks through Microsoft's azapi provider, which takes the very bodies and versions of
 * resource manager; azurerm has no resource of its own for the settings of a blob service.
 */
export function terraformTemplate(resources: readonly TemplateResource[], settings: ProtectionSettings): string {
  const blocks = resources.map((resource) => block(resource, settings));
  return `${templateRemarks.map((line) => `# ${line}`).join('\n')}

terraform {
  required_providers {
    azapi = {
      source  = "Azure/azapi"
      version = ">= 2.0"
    }
  }
}

provider "azapi" {
  subscription_id = ${text(settings.subscription)}
}

${blocks.join('\n\n')}
`;
}

function block(resource: TemplateResource, settings: ProtectionSettings): string {
  const { key, type, apiVersion, names } = resource;
  const { location, identity, ...rest } = resource.body;
  // These are there with their account and container: they are set, not made.
  const isUpdate = type === BLOB_SERVICE || type === IMMUTABILITY;
  const attributes: readonly (readonly [string, string])[] = [
    ['type', text(`${type}@${apiVersion}`)],
    ['name', text(names.at(-1) ?? '')],
    ['parent_id', parentOf(resource, settings)],
    ...(location === undefined ? [] : [['location', expression(location, '  ')] as const]),
  ];
  const width = Math.max(...attributes.map(([name]) => name.length));
  const needed = resource.dependsOn.map(
    (one) => `${isSetting(one) ? 'azapi_update_resource' : 'azapi_resource'}.${snake(one)}`,
  );
  const lines = [
    ...attributes.map(([name, value]) => `  ${name.padEnd(width)} = ${value}`),
    ...(identity === undefined ? [] : ['  identity {\n    type = "SystemAssigned"\n  }']),
    `  body = ${expression(rest, '  ')}`,
    ...(needed.length === 0 ? [] : [`  depends_on = [${needed.join(', ')}]`]),
  ];
  return `resource "${isUpdate ? 'azapi_update_resource' : 'azapi_resource'}" "${snake(key)}" {\n${lines.join('\n')}\n}`;
}

function isSetting(key: string): boolean {
  return key === 'blobService' || key.startsWith('immutability');
}

function parentOf({ type, names, scope }: TemplateResource, settings: ProtectionSettings): string {
  const { subscription, resourceGroup } = settings;
  const { accountId, blobServiceId } = protectionIds(settings);
  if (scope !== undefined) return text(scope);
  if (type === BLOB_SERVICE) return text(accountId);
  if (type === IMMUTABILITY) return text(`${blobServiceId}/containers/${names[2] ?? ''}`);
  return names.length > 1 ? 'azapi_resource.vault.id' : text(groupId(subscription, resourceGroup));
}

function expression(value: JsonValue, indent: string): string {
  const inner = `${indent}  `;
  if (isPrincipalHole(value)) return 'azapi_resource.vault.identity[0].principal_id';
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    if (items.length === 0) return '[]';
    return `[\n${items.map((item) => `${inner}${expression(item, inner)},`).join('\n')}\n${indent}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value as JsonObject);
    return `{\n${fields.map(([name, one]) => `${inner}${name} = ${expression(one, inner)}`).join('\n')}\n${indent}}`;
  }
  return String(value);
}

function snake(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function text(value: string): string {
  return JSON.stringify(value)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{');
}
