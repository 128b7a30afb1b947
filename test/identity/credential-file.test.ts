import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ExternalAccountClient, type BaseExternalAccountClient } from 'google-auth-library';
import { UserError } from '../../src/core/errors.ts';
import { checkCredentialFile } from '../../src/identity/credential-file.ts';
import { createCredentialFileTokenSource } from '../../src/identity/credential-file-token-source.ts';
import { readGoogleEndpoints } from '../../src/identity/google-endpoints.ts';
import { createDefaultTokenSource } from '../../src/identity/google-token-source.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { accountOf, APP_ID_URI, type Federation, providerName, startFederation } from '../harness/federation.ts';

const FILE = '/etc/holdfast/google.json';

/** As `gcloud iam workload-identity-pools create-cred-config --azure` writes it. */
const good = {
  type: 'external_account',
  universe_domain: 'googleapis.com',
  audience: `//iam.googleapis.com/${providerName('capture')}`,
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  token_url: 'https://sts.googleapis.com/v1/token',
  service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${accountOf('capture')}:generateAccessToken`,
  credential_source: {
    url: `http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=${APP_ID_URI}`,
    headers: { Metadata: 'True' },
    format: { type: 'json', subject_token_field_name: 'access_token' },
  },
};

function check(content: unknown, testOrigin?: string): void {
  checkCredentialFile(JSON.stringify(content), FILE, testOrigin === undefined ? {} : { testOrigin });
}

function without(field: keyof typeof good): object {
  return Object.fromEntries(Object.entries(good).filter(([name]) => name !== field));
}

const refused: readonly (readonly [name: string, content: unknown, message: RegExp])[] = [
  [
    'impersonation with a percent sign that begins nothing',
    {
      ...good,
      service_account_impersonation_url:
        'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a%ZZ@b:generateAccessToken',
    },
    /service_account_impersonation_url leads to/,
  ],
  [
    'token_url elsewhere',
    { ...good, token_url: 'https://sts.evil.example/v1/token' },
    /token_url leads to https:\/\/sts\.evil\.example, not to/,
  ],
  [
    'token_url without encryption',
    { ...good, token_url: 'http://sts.googleapis.com/v1/token' },
    /token_url leads to http:/,
  ],
  [
    'token_url at another port',
    { ...good, token_url: 'https://sts.googleapis.com:8443/v1/token' },
    /token_url leads to .*:8443/,
  ],
  [
    'token_url of a look-alike',
    { ...good, token_url: 'https://sts.googleapis.com.evil.example/v1/token' },
    /token_url/,
  ],
  [
    'token_url with a user name',
    { ...good, token_url: 'https://sts.googleapis.com@evil.example/v1/token' },
    /user name/,
  ],
  [
    'token_url on this machine',
    { ...good, token_url: 'http://127.0.0.1:1/v1/token' },
    /token_url leads to http:\/\/127\.0\.0\.1:1/,
  ],
  ['token_url that is none', { ...good, token_url: 'sts.googleapis.com' }, /token_url is no address/],
  ['no token_url', without('token_url'), /token_url is missing/],
  ['token_info_url elsewhere', { ...good, token_info_url: 'https://evil.example/' }, /token_info_url leads to/],
  [
    'impersonation elsewhere',
    {
      ...good,
      service_account_impersonation_url: 'https://evil.example/v1/projects/-/serviceAccounts/a@b:generateAccessToken',
    },
    /service_account_impersonation_url leads to https:\/\/evil/,
  ],
  [
    'impersonation by another method',
    {
      ...good,
      service_account_impersonation_url:
        'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b:signJwt',
    },
    /service_account_impersonation_url/,
  ],
  [
    'impersonation with a query',
    { ...good, service_account_impersonation_url: `${good.service_account_impersonation_url}?x=1` },
    /service_account_impersonation_url/,
  ],
  [
    'source elsewhere',
    {
      ...good,
      credential_source: { ...good.credential_source, url: 'http://10.0.0.1/metadata/identity/oauth2/token' },
    },
    /credential_source\.url leads to http:\/\/10\.0\.0\.1/,
  ],
  [
    'source at another path',
    { ...good, credential_source: { ...good.credential_source, url: 'http://169.254.169.254/latest/meta-data' } },
    /credential_source\.url/,
  ],
  [
    'source that runs a program',
    { ...good, credential_source: { executable: { command: '/bin/true' } } },
    /credential_source\.executable is a source that is not accepted/,
  ],
  [
    'source of another cloud',
    { ...good, credential_source: { environment_id: 'aws1', region_url: 'http://169.254.169.254/x' } },
    /credential_source\.region_url/,
  ],
  ['no source', without('credential_source'), /credential_source is missing/],
  ['source without a place', { ...good, credential_source: { headers: {} } }, /credential_source names neither/],
  [
    'an address that nobody knows',
    { ...good, cloud_resource_manager_url: 'https://evil.example' },
    /cloud_resource_manager_url is an address that no such file needs/,
  ],
  ['the same in the other spelling', { ...good, tokenUrl: 'https://evil.example' }, /tokenUrl is an address/],
  ['the same in a list', { ...good, delegates: ['https://evil.example'] }, /delegates\.0 is an address/],
  ['another universe', { ...good, universe_domain: 'evil.example' }, /universe_domain is not googleapis\.com/],
  ['no name of a provider', { ...good, audience: 'https://evil.example' }, /audience/],
  [
    'within another credential',
    {
      type: 'impersonated_service_account',
      service_account_impersonation_url: good.service_account_impersonation_url,
      source_credentials: { type: 'authorized_user', token_uri: 'https://evil.example' },
    },
    /token_uri leads to/,
  ],
  ['no object', [good], /is not a JSON object/],
];

test('a credential file is refused for each address that leads elsewhere, by its field', async (t) => {
  check(good);
  check({ ...good, token_url: 'https://sts.europe-west3.rep.googleapis.com/v1/token' });
  check({ type: 'authorized_user', client_id: 'x', refresh_token: 'y' });
  for (const [name, content, message] of refused) {
    await t.test(name, () => {
      assert.throws(
        () => check(content),
        (error) =>
          error instanceof UserError && error.code === 'CREDENTIAL_FILE_REFUSED' && message.test(error.message),
      );
    });
  }
  assert.throws(() => checkCredentialFile('{', FILE, {}), /is not JSON/);
});

test('the test origin lifts the rule for itself and for nothing else', () => {
  const origin = 'http://127.0.0.1:4567';
  check({ ...good, token_url: `${origin}/v1/token` }, origin);
  assert.throws(() => check({ ...good, token_url: 'http://127.0.0.1:9999/v1/token' }, origin), /token_url leads to/);
  assert.throws(() => check({ ...good, token_url: 'https://evil.example/v1/token' }, origin), /token_url leads to/);
  for (const text of ['https://sts.evil.example', 'http://10.0.0.1:1', 'http://127.0.0.1:1/path', 'nonsense'])
    assert.throws(() => readGoogleEndpoints({ HOLDFAST_TEST_GOOGLE_ORIGIN: text }), /not the origin of a simulator/);
  assert.equal(readGoogleEndpoints({}).sts, 'https://sts.googleapis.com');
});

/** The file that points at the simulators instead. */
function fileAt({ origin, machine }: Federation): object {
  const { pathname } = new URL(good.service_account_impersonation_url);
  return {
    ...good,
    token_url: `${origin}/v1/token`,
    service_account_impersonation_url: `${origin}${pathname}`,
    credential_source: {
      ...good.credential_source,
      url: `${machine}/metadata/identity/oauth2/token?api-version=2018-02-01&resource=${APP_ID_URI}`,
    },
  };
}

test("Google's own external account client gets through the same token service", async (t) => {
  const scene = await startFederation(t);
  const client: BaseExternalAccountClient | null = ExternalAccountClient.fromJSON(
    fileAt(scene) as Parameters<typeof ExternalAccountClient.fromJSON>[0],
  );
  const { token } = (await client?.getAccessToken()) ?? {};
  assert.equal(scene.google.findHolder(token ?? undefined)?.principal, accountOf('capture'));
});

async function writeIn(t: TestContext, content: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-credential-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'google.json');
  await writeFile(file, JSON.stringify(content));
  return file;
}

test('a checked file gives tokens, named in the configuration or as default credentials', async (t) => {
  const scene = await startFederation(t);
  // Its token endpoint stands on another port than Google's: a file names it, so that nothing is fetched from there.
  const { token: subject = '' } = (await scene.issuer.mint({ resource: APP_ID_URI, clientId: 'client-capture' })) ?? {};
  const subjectFile = await writeIn(t, { access_token: subject });
  const source = { file: subjectFile, format: good.credential_source.format };
  const file = await writeIn(t, { ...fileAt(scene), credential_source: source });
  const options = {
    endpoints: readGoogleEndpoints({ HOLDFAST_TEST_GOOGLE_ORIGIN: scene.origin }),
    clock: systemClock,
    conceal: () => undefined,
  };
  const named = createCredentialFileTokenSource(file, options);
  assert.equal(scene.google.findHolder((await named.get()).token)?.principal, accountOf('capture'));
  const environment = { GOOGLE_APPLICATION_CREDENTIALS: file };
  const found = createDefaultTokenSource({ ...options, environment, home: '/nowhere' });
  assert.equal(scene.google.findHolder((await found.get()).token)?.principal, accountOf('capture'));
  assert.ok(((await found.life?.())?.expiresAtMs ?? 0) > Date.now());
  const evil = await writeIn(t, { ...fileAt(scene), token_url: 'https://evil.example/v1/token' });
  const refuses = (error: unknown): boolean => error instanceof UserError && error.code === 'CREDENTIAL_FILE_REFUSED';
  await assert.rejects(createCredentialFileTokenSource(evil, options).get(), refuses);
  const wrong = { GOOGLE_APPLICATION_CREDENTIALS: evil };
  await assert.rejects(createDefaultTokenSource({ ...options, environment: wrong, home: '/nowhere' }).get(), refuses);
  await assert.rejects(createCredentialFileTokenSource('/nowhere.json', options).get(), /There is no credential file/);
  const user = await writeIn(t, { type: 'authorized_user', refresh_token: 'x' });
  await assert.rejects(createCredentialFileTokenSource(user, options).get(), /of type authorized_user/);
});
