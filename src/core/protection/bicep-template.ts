import type { JsonObject, JsonValue } from '../json.ts';
import { nameOf } from './arm-id.ts';
import { STORAGE_ACCOUNT } from './settings.ts';
import { BLOB_SERVICE, IMMUTABILITY, isPrincipalHole, type TemplateResource, templateRemarks } from './template.ts';

/** The resources as a Bicep file. */
export function bicepTemplate(resources: readonly TemplateResource[]): string {
  const blocks = [...existingOf(resources), ...resources.map((resource) => declaration(resource, resources))];
  return `${templateRemarks.map((line) => `// ${line}`).join('\n')}\n\n${blocks.join('\n\n')}\n`;
}

/** What the others hang on and no template makes: the accounts. */
function existingOf(resources: readonly TemplateResource[]): readonly string[] {
  const accounts = new Map<string, string>();
  for (const { scope, type, names } of resources) {
    if (scope !== undefined) accounts.set(nameOf(scope), accountSymbol(nameOf(scope)));
    if (type === BLOB_SERVICE) accounts.set(names[0] ?? '', accountSymbol(names[0] ?? ''));
  }
  const version = storageVersion(resources);
  return [...accounts].map(
    ([name, symbol]) => `resource ${symbol} '${STORAGE_ACCOUNT}@${version}' existing = {\n  name: ${text(name)}\n}`,
  );
}

function storageVersion(resources: readonly TemplateResource[]): string {
  return resources.find(({ type }) => type === BLOB_SERVICE)?.apiVersion ?? '';
}

/** Names of accounts are small letters and digits. */
function accountSymbol(name: string): string {
  return `account_${name}`;
}

function declaration(resource: TemplateResource, all: readonly TemplateResource[]): string {
  const { key, type, apiVersion, names, scope, body } = resource;
  const parent = parentOf(resource);
  // A parent, and what a body refers to, is waited for anyway.
  const implied = [parent, scope === undefined ? undefined : 'vault'];
  const needed = resource.dependsOn.filter((one) => !implied.includes(one) && all.some((other) => other.key === one));
  const lines = [
    ...(parent === undefined ? [] : [`  parent: ${parent}`]),
    ...(scope === undefined ? [] : [`  scope: ${accountSymbol(nameOf(scope))}`]),
    `  name: ${text(names.at(-1) ?? '')}`,
    ...Object.entries(body).map(([field, value]) => `  ${field}: ${expression(value, '  ')}`),
    ...(needed.length === 0 ? [] : [`  dependsOn: [\n${needed.map((one) => `    ${one}`).join('\n')}\n  ]`]),
  ];
  const declared = `resource ${key} '${type}@${apiVersion}' = {\n${lines.join('\n')}\n}`;
  if (type !== IMMUTABILITY) return declared;
  const container = `resource ${key}Of '${BLOB_SERVICE}/containers@${storageVersion(all)}' existing = {\n  parent: blobService\n  name: ${text(names[2] ?? '')}\n}`;
  return `${container}\n\n${declared}`;
}

function parentOf({ key, type, names }: TemplateResource): string | undefined {
  if (type === BLOB_SERVICE) return accountSymbol(names[0] ?? '');
  if (type === IMMUTABILITY) return `${key}Of`;
  return names.length > 1 ? 'vault' : undefined;
}

function expression(value: JsonValue, indent: string): string {
  const inner = `${indent}  `;
  if (isPrincipalHole(value)) return 'vault.identity.principalId';
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    if (items.length === 0) return '[]';
    return `[\n${items.map((item) => `${inner}${expression(item, inner)}`).join('\n')}\n${indent}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value as JsonObject);
    return `{\n${fields.map(([name, one]) => `${inner}${name}: ${expression(one, inner)}`).join('\n')}\n${indent}}`;
  }
  return String(value);
}

function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('${', '\\${')}'`;
}
