import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import { HoldfastError } from '../../src/core/errors.ts';
import { createAzureCredential, describeAzureIdentity } from '../../src/identity/azure-credential.ts';
import { managedIdentityApp, type MintToken } from '../../src/sim/azure/managed-identity.ts';
import { listen, type Listening } from '../../src/sim/control/listen.ts';
import { useIdentityEnvironment } from '../harness/identity-environment.ts';

const SCOPE = 'api://holdfast/.default';
const HEADER = 'header-of-the-app';
const inAnHour = (): number => Date.now() + 3_600_000;

const NOT_ASSIGNED = 'unassigned';
const unassigned = new Set([NOT_ASSIGNED]);
let machine: Listening | undefined;

// The library keeps the endpoint it found and the tokens it got for the life of the process: one machine serves all tests.
before(async () => {
  const mint: MintToken = async ({ resource, clientId }) =>
    unassigned.has(clientId ?? '')
      ? undefined
      : { token: `${resource} for ${clientId ?? 'the system'}`, expiresAtMs: inAnHour() };
  machine = await listen(managedIdentityApp({ mint, identityHeader: HEADER }));
});

after(() => machine?.close());

function useMachine(t: TestContext): void {
  useIdentityEnvironment(t, { IDENTITY_ENDPOINT: `${machine?.url ?? ''}/msi/token`, IDENTITY_HEADER: HEADER });
}

/** Entra's token endpoint as far as an assertion of a workload goes; remembers the forms it was sent. */
function entra(answer: { readonly status: number; readonly body: object }): {
  readonly client: HttpClient;
  readonly forms: URLSearchParams[];
  readonly urls: string[];
} {
  const forms: URLSearchParams[] = [];
  const urls: string[] = [];
  const client: HttpClient = {
    async sendRequest(request) {
      urls.push(`${request.method} ${request.url}`);
      const { pathname, origin } = new URL(request.url);
      const reply = (status: number, body: object) => ({
        request,
        status,
        headers: createHttpHeaders({ 'content-type': 'application/json' }),
        bodyAsText: JSON.stringify(body),
      });
      if (request.url.includes('oidctoken')) return reply(200, { oidcToken: 'token-of-the-pipeline' });
      if (pathname.endsWith('/openid-configuration')) {
        const [, tenant = ''] = pathname.split('/');
        return reply(200, {
          issuer: `${origin}/${tenant}/v2.0`,
          authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
          token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
          jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`,
        });
      }
      forms.push(new URLSearchParams(typeof request.body === 'string' ? request.body : ''));
      return reply(answer.status, answer.body);
    },
  };
  return { client, forms, urls };
}

const granted = { status: 200, body: { access_token: 'of-entra', token_type: 'Bearer', expires_in: 3600 } };

function refusal(code: string, message: RegExp, next: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof HoldfastError && error.code === code && message.test(error.message) && next.test(error.next ?? '');
}

test('a managed identity of App Service or Container Apps, with and without a client id', async (t) => {
  useMachine(t);
  const system = createAzureCredential({ identity: { kind: 'managed' }, environment: {} });
  const token = await system.getToken(SCOPE);
  assert.equal(token?.token, 'api://holdfast for the system');
  assert.ok(token.expiresOnTimestamp > Date.now());
  const own = createAzureCredential({ identity: { kind: 'managed', clientId: 'c1' }, environment: {} });
  assert.equal((await own.getToken(SCOPE))?.token, 'api://holdfast for c1');
});

test('a machine without such an identity is told what to assign, and asked again', async (t) => {
  useMachine(t);
  const credential = createAzureCredential({ identity: { kind: 'managed', clientId: NOT_ASSIGNED }, environment: {} });
  await assert.rejects(
    credential.getToken(SCOPE),
    refusal('NO_CREDENTIALS', /managed identity: .*Identity not found/, /identity\.azure\.clientId/),
  );
  unassigned.delete(NOT_ASSIGNED);
  assert.equal((await credential.getToken(SCOPE))?.token, `api://holdfast for ${NOT_ASSIGNED}`);
});

test('a workload identity of AKS exchanges the token of its pod', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-workload-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'token');
  await writeFile(file, 'token-of-the-pod');
  useIdentityEnvironment(t, {});
  const { client, forms, urls } = entra(granted);
  const environment = { AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: 'client', AZURE_FEDERATED_TOKEN_FILE: file };
  const credential = createAzureCredential({ identity: { kind: 'workload' }, environment, httpClient: client });
  assert.equal((await credential.getToken(SCOPE))?.token, 'of-entra');
  assert.equal(forms[0]?.get('client_assertion'), 'token-of-the-pod');
  assert.equal(forms[0]?.get('client_id'), 'client');
  assert.match(forms[0]?.get('scope') ?? '', /^api:\/\/holdfast\/\.default/);
  assert.ok(urls.some((url) => url.startsWith('POST https://login.microsoftonline.com/tenant/oauth2/v2.0/token')));
  const nowhere = createAzureCredential({ identity: { kind: 'workload' }, environment: {} });
  await assert.rejects(
    nowhere.getToken(SCOPE),
    refusal('NO_CREDENTIALS', /AZURE_TENANT_ID is not set/, /Label the pod/),
  );
});

test('a service connection of Azure Pipelines exchanges the token of its job', async (t) => {
  const home = 'https://dev.azure.com/acme/_apis/oidctoken';
  useIdentityEnvironment(t, { SYSTEM_OIDCREQUESTURI: home });
  const { client, forms, urls } = entra(granted);
  const environment = { AZURESUBSCRIPTION_TENANT_ID: 'tenant', SYSTEM_ACCESSTOKEN: 'of-the-job' };
  const identity = { kind: 'pipelines', clientId: 'client', serviceConnectionId: 'connection' } as const;
  const credential = createAzureCredential({ identity, environment, httpClient: client });
  assert.equal((await credential.getToken(SCOPE))?.token, 'of-entra');
  assert.equal(forms[0]?.get('client_assertion'), 'token-of-the-pipeline');
  assert.equal(
    urls.find((url) => url.includes(home)),
    `POST ${home}?api-version=7.1&serviceConnectionId=connection`,
  );
  const unmapped = createAzureCredential({ identity, environment: { AZURESUBSCRIPTION_TENANT_ID: 'tenant' } });
  await assert.rejects(
    unmapped.getToken(SCOPE),
    refusal('NO_CREDENTIALS', /SYSTEM_ACCESSTOKEN/, /System\.AccessToken/),
  );
});

test("what Entra ID refuses is told by its code, without the library's trace", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-workload-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'token');
  await writeFile(file, 'token-of-the-pod');
  useIdentityEnvironment(t, {});
  const description =
    "AADSTS700213: No matching federated identity record found for presented assertion subject 'x'. Trace ID: 1 Correlation ID: 2";
  const { client } = entra({ status: 401, body: { error: 'invalid_client', error_description: description } });
  const environment = { AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: 'client', AZURE_FEDERATED_TOKEN_FILE: file };
  const credential = createAzureCredential({ identity: { kind: 'workload' }, environment, httpClient: client });
  await assert.rejects(
    credential.getToken(SCOPE),
    refusal('NO_CREDENTIALS', /AADSTS700213: No matching.* subject 'x'\.$/, /federated credential whose subject/),
  );
});

test('who signs in is told in words', () => {
  assert.equal(describeAzureIdentity(undefined), 'default Azure credential');
  assert.equal(describeAzureIdentity({ kind: 'managed', clientId: 'c1' }), 'managed identity c1');
  assert.equal(describeAzureIdentity({ kind: 'workload' }), 'workload identity');
});
