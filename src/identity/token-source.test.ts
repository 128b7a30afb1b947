import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { OAuth2Client } from 'google-auth-library';
import type { TokenSource } from '../app/ports/organization.ts';
import { HoldfastError } from '../core/errors.ts';
import { chooseTokenSource } from './choose-token-source.ts';
import { createFileTokenSource } from './file-token-source.ts';
import { createAuthTokenSource } from './google-token-source.ts';
import { createStaticTokenSource } from './static-token-source.ts';

let home = '';
let tokenService: Server | undefined;
let tokenServiceUrl = '';
let issued = 0;
let tokenServiceStatus = 200;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'holdfast-tokens-'));
  tokenService = createServer((_request, response) => {
    issued += 1;
    response.writeHead(tokenServiceStatus, { 'content-type': 'application/json' });
    const body = { access_token: `issued-${issued}`, expires_in: 3600, token_type: 'Bearer' };
    response.end(JSON.stringify(tokenServiceStatus === 200 ? body : { error: 'invalid_grant' }));
  });
  tokenService.listen(0, '127.0.0.1');
  await once(tokenService, 'listening');
  const address = tokenService.address();
  assert.ok(typeof address === 'object' && address !== null);
  tokenServiceUrl = `http://127.0.0.1:${address.port}/token`;
});

after(async () => {
  await rm(home, { recursive: true });
  tokenService?.close();
});

function refusal(code: string, message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof HoldfastError && error.code === code && message.test(error.message);
}

function openGoogle(credentials: { refresh_token?: string }, quotaProjectId?: string): OAuth2Client {
  const client = new OAuth2Client({
    clientId: 'id',
    clientSecret: 'secret',
    endpoints: { oauth2TokenUrl: tokenServiceUrl },
    transporterOptions: { retryConfig: { retry: 0 } },
  });
  client.setCredentials(credentials);
  if (quotaProjectId !== undefined) client.quotaProjectId = quotaProjectId;
  return client;
}

test('a given token is handed out, without the line break of its file, and cannot be renewed', async () => {
  const source = createStaticTokenSource('abc\n');
  assert.deepEqual(await source.get(), { token: 'abc' });
  await assert.rejects(source.get({ refresh: true }), refusal('UNAUTHENTICATED', /no longer accepted/));
  await assert.rejects(createStaticTokenSource(' ').get(), refusal('NO_CREDENTIALS', /set but empty/));
  assert.equal(source.describe().includes('abc'), false);
});

test('a token file is read once and again when a fresh token is needed', async () => {
  const path = join(home, 'token');
  await writeFile(path, 'first\n');
  const source = createFileTokenSource(path);
  assert.deepEqual(await source.get(), { token: 'first' });
  await writeFile(path, 'second\n');
  assert.deepEqual(await source.get(), { token: 'first' });
  assert.deepEqual(await source.get({ refresh: true }), { token: 'second' });
  await assert.rejects(source.get({ refresh: true }), refusal('UNAUTHENTICATED', /nothing has renewed it/));
  await writeFile(path, '');
  await assert.rejects(source.get({ refresh: true }), refusal('NO_CREDENTIALS', /is empty/));
  await assert.rejects(createFileTokenSource(join(home, 'none')).get(), refusal('NO_CREDENTIALS', /cannot be read/));
});

test('Google credentials give tokens and their quota project, and a new token after a refusal', async () => {
  issued = 0;
  const source = createAuthTokenSource(async () => ({
    getClient: async () => openGoogle({ refresh_token: 'r' }, 'billing'),
  }));
  assert.deepEqual(await source.get(), { token: 'issued-1', quotaProject: 'billing' });
  assert.deepEqual(await source.get(), { token: 'issued-1', quotaProject: 'billing' });
  assert.deepEqual(await source.get({ refresh: true }), { token: 'issued-2', quotaProject: 'billing' });
});

test('without a quota project none is given', async () => {
  const source = createAuthTokenSource(async () => ({ getClient: async () => openGoogle({ refresh_token: 'r' }) }));
  assert.deepEqual(Object.keys(await source.get()), ['token']);
});

test('missing Google credentials are named with the way to get them, and looked for again', async () => {
  let attempts = 0;
  const source = createAuthTokenSource(async () => {
    attempts += 1;
    throw new Error('Could not load the default credentials.');
  });
  for (const expected of [1, 2]) {
    await assert.rejects(source.get(), (error) => {
      assert.ok(error instanceof HoldfastError);
      assert.equal(error.exit, 12);
      assert.match(error.next ?? '', /gcloud auth application-default login/);
      return true;
    });
    assert.equal(attempts, expected);
  }
});

test('refused Google credentials are a credential problem, an unreachable token service is not', async () => {
  const source = createAuthTokenSource(async () => ({ getClient: async () => openGoogle({ refresh_token: 'r' }) }));
  tokenServiceStatus = 400;
  await assert.rejects(source.get(), refusal('NO_CREDENTIALS', /Google refused/));
  tokenServiceStatus = 503;
  await assert.rejects(source.get(), refusal('REMOTE_UNREACHABLE', /could not be reached/));
  tokenServiceStatus = 200;
});

test('a given token comes before a file, and a file before what is configured', async () => {
  const otherwise = (): TokenSource => createStaticTokenSource('');
  const other: TokenSource = { describe: () => 'as configured', get: async () => ({ token: 'c' }) };
  assert.match(chooseTokenSource({ token: 'a', tokenFile: 'b', otherwise }).describe(), /HOLDFAST_APIGEE_TOKEN$/);
  assert.match(chooseTokenSource({ tokenFile: 'b', otherwise }).describe(), /token file b/);
  assert.equal(chooseTokenSource({ otherwise: () => other }).describe(), 'as configured');
});

test('a source says who issued its token, as far as the token or the kind of credential tells, and asks nobody', async () => {
  const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url');
  const jwt = `${part({ alg: 'RS256' })}.${part({ iss: 'https://issuer.example', sub: 'zoe' })}.c2ln`;
  const told = { issuer: 'https://issuer.example', subject: 'zoe' };
  assert.deepEqual(await createStaticTokenSource(jwt).origin?.(), told);
  assert.deepEqual(await createStaticTokenSource('ya29.opaque').origin?.(), {});
  const path = join(home, 'jwt');
  await writeFile(path, jwt);
  const fromFile = createFileTokenSource(path);
  assert.equal(await fromFile.origin?.(), undefined, 'no token was read yet');
  await fromFile.get();
  assert.deepEqual(await fromFile.origin?.(), told);

  const client = Object.assign(openGoogle({ refresh_token: 'r' }), { email: 'robot@acme.iam.gserviceaccount.com' });
  const google = createAuthTokenSource(async () => ({ getClient: async () => client }), 'https://accounts.google.com');
  const before = issued;
  assert.equal(await google.origin?.(), undefined);
  assert.equal(issued, before, 'asking for the origin gets no token');
  await google.get();
  assert.deepEqual(await google.origin?.(), { issuer: 'https://accounts.google.com', subject: client.email });
});
