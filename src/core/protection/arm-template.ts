import type { JsonObject, JsonValue } from '../json.ts';
import { BACKUP_VAULT, type ProtectionSettings } from './settings.ts';
import { isPrincipalHole, ROLE_ASSIGNMENT, type TemplateResource, templateRemarks } from './template.ts';

/** The resources as an ARM template. */
export function armTemplate(resources: readonly TemplateResource[], { vault }: ProtectionSettings): string {
  const principal = `[reference(resourceId('${BACKUP_VAULT}', '${vault.name}'), '${versionOf(resources)}', 'full').identity.principalId]`;
  const byKey = new Map(resources.map((resource) => [resource.key, resource]));
  const template: JsonObject = {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    metadata: { description: templateRemarks.join(' ') },
    resources: resources.map((resource) => ({
      type: resource.type,
      apiVersion: resource.apiVersion,
      name: resource.names.join('/'),
      ...(resource.scope === undefined ? {} : { scope: scopeOf(resource.scope) }),
      ...filled(resource.body, principal),
      dependsOn: resource.dependsOn.flatMap((key) => {
        const needed = byKey.get(key);
        return needed === undefined ? [] : [addressOf(needed)];
      }),
    })),
  };
  return `${JSON.stringify(template, undefined, 2)}\n`;
}

function versionOf(resources: readonly TemplateResource[]): string {
  return resources.find(({ key }) => key === 'vault')?.apiVersion ?? '';
}

/** Below the resource group: `Microsoft.Storage/storageAccounts/NAME`. */
function scopeOf(scope: string): string {
  return scope.slice(scope.toLowerCase().lastIndexOf('/providers/') + '/providers/'.length);
}

function addressOf({ type, names, scope }: TemplateResource): string {
  if (scope !== undefined) {
    const at = scopeOf(scope).split('/');
    return `[extensionResourceId(resourceId('${at.slice(0, 2).join('/')}', '${at[2] ?? ''}'), '${ROLE_ASSIGNMENT}', '${names[0] ?? ''}')]`;
  }
  return `[resourceId('${type}', ${names.map((name) => `'${name}'`).join(', ')})]`;
}

function filled(body: JsonObject, principal: string): JsonObject {
  const fill = (value: JsonValue): JsonValue => {
    if (isPrincipalHole(value)) return principal;
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map(fill);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value as JsonObject).map(([name, one]) => [name, fill(one)]));
  };
  return fill(body) as JsonObject;
}
