import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { credentialVariables, hostSecrets, isCredentialVariable } from './credential-variables.ts';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** What the libraries read that gives nobody a way in: names, addresses and switches. */
const harmless = [
  'ACTIONS_ID_TOKEN_REQUEST_URL',
  'AZURESUBSCRIPTION_CLIENT_ID',
  'AZURESUBSCRIPTION_SERVICE_CONNECTION_ID',
  'AZURESUBSCRIPTION_TENANT_ID',
  'AZURE_ADDITIONALLY_ALLOWED_TENANTS',
  'AZURE_AUTHORITY_HOST',
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_SEND_CERTIFICATE_CHAIN',
  'AZURE_IDENTITY_DISABLE_MULTITENANTAUTH',
  'AZURE_IDENTITY_POWERSHELL_RESOURCE',
  'AZURE_IDENTITY_POWERSHELL_TENANT_ID',
  'AZURE_KUBERNETES_CA_DATA',
  'AZURE_KUBERNETES_CA_FILE',
  'AZURE_KUBERNETES_SNI_NAME',
  'AZURE_KUBERNETES_TOKEN_PROXY',
  'AZURE_POD_IDENTITY_AUTHORITY_HOST',
  'AZURE_REGIONAL_AUTHORITY_NAME',
  'AZURE_TENANT_ID',
  'AZURE_TOKEN_CREDENTIALS',
  'AZURE_USERNAME',
  'IDENTITY_ENDPOINT',
  'IDENTITY_SERVER_THUMBPRINT',
  'IMDS_ENDPOINT',
  'MSI_ENDPOINT',
  'SYSTEM_OIDCREQUESTURI',
];
/** Names in the same style that are no variables. */
const noVariables = /^(AZURE_ARC.*|IMDS_(API_VERSION|TOKEN_PATH)|SYSTEM_ASSIGNED)$/;
const VARIABLE = /\b(?:ACTIONS|AZURE|AZURESUBSCRIPTION|IDENTITY|IMDS|MSI|SYSTEM)_[A-Z_]+\b/g;

async function namesBelow(folder: string, ending: RegExp): Promise<Set<string>> {
  const names = new Set<string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !ending.test(entry.name)) continue;
    const text = await readFile(join(entry.parentPath, entry.name), 'utf8');
    for (const [name] of text.matchAll(VARIABLE)) if (!noVariables.test(name)) names.add(name);
  }
  return names;
}

test('every variable that a library of Azure or this program signs in by is a credential, or known as harmless', async () => {
  const names = new Set([
    ...(await namesBelow(join(modules, '@azure/identity/dist/esm'), /\.js$/)),
    ...(await namesBelow(join(modules, '@azure/msal-node/dist'), /\.mjs$/)),
    ...(await namesBelow(fileURLToPath(new URL('../identity', import.meta.url)), /\.ts$/)),
  ]);
  for (const known of ['AZURE_CLIENT_SECRET', 'IDENTITY_HEADER', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', ...harmless])
    assert.ok(names.has(known), `${known} is read by nobody any more`);
  const unknown = [...names].filter((name) => !isCredentialVariable(name) && !harmless.includes(name));
  assert.deepEqual(unknown, [], 'put it into credential-variables.ts, or above with those that are harmless');
});

test('what is handed on and what is not', () => {
  for (const name of [
    'HOLDFAST_WRITER_KEY',
    'HOLDFAST_APIGEE_TOKEN',
    'HOLDFAST_APIGEE_TOKEN_FILE',
    'HOLDFAST_AZURE_CONNECTION_STRING',
    'HOLDFAST_AZURE_SAS_URL',
    'HOLDFAST_PING_URL',
    'google_application_credentials',
    'Azure_Client_Secret',
  ])
    assert.ok(isCredentialVariable(name), name);
  for (const name of ['PATH', 'HOLDFAST_ORG', 'HOLDFAST_HOOK_POINT', 'MY_CLIENT_SECRET', 'constructor', ...harmless])
    assert.ok(!isCredentialVariable(name), name);
});

test('the secrets of an environment are told from where secrets lie', () => {
  const environment = {
    MSI_SECRET: 'one',
    AZURE_PASSWORD: 'two',
    AZURE_FEDERATED_TOKEN_FILE: '/a/file',
    HOME: '/root',
  };
  assert.deepEqual(hostSecrets(environment), ['one', 'two']);
});

test('the documentation lists every variable that is taken out of the environment of hooks', async () => {
  const text = await readFile(fileURLToPath(new URL('../../docs/configuration.md', import.meta.url)), 'utf8');
  const [, table = ''] = /\| whose \| variables \|\n([\s\S]*?)\n\n/.exec(text) ?? [];
  const listed = [...table.matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => name);
  assert.deepEqual(
    listed.filter((name) => !name.startsWith('HOLDFAST_')).sort(),
    Object.keys(credentialVariables).sort(),
  );
  for (const name of listed) assert.ok(isCredentialVariable(name), name);
});
