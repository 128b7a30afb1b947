import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { configForOrganization, parseConfig, readConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import { findConfigFile } from './find-config-file.ts';

const PATH = '/etc/holdfast/holdfast.yaml';
let home = '';

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'holdfast-config-'));
});

after(async () => {
  await rm(home, { recursive: true });
});

const example = `
vault: file:./vault
quotaShare: 0.25
organizations:
  - name: acme-prod
    vault: az://acmebackup/vault
    keys: keys/prod
    endpoint: https://apigee.example.com
    quotaPerMinute: unlimited
    select:
      kinds: [proxy, product]
      preset: gateway
    revisions: all
    acceptedGaps:
      - kind: report
        reason: nobody uses them
        until: 2026-12-31
    pingUrl: https://ping.example.com/abc
  - name: acme-test
    revisions: 3
`;

test('a file with several organizations is read, with places relative to its folder', () => {
  const config = parseConfig(example, PATH);
  assert.deepEqual(configForOrganization(config, 'acme-prod'), {
    name: 'acme-prod',
    vault: 'az://acmebackup/vault',
    keys: '/etc/holdfast/keys/prod',
    endpoint: 'https://apigee.example.com',
    quotaPerMinute: 'unlimited',
    quotaShare: 0.25,
    select: { kinds: ['proxy', 'product'], preset: 'gateway' },
    revisions: 'all',
    acceptedGaps: [{ kind: 'report', reason: 'nobody uses them', until: '2026-12-31T23:59:59.999Z' }],
    pingUrl: 'https://ping.example.com/abc',
  });
  assert.deepEqual(configForOrganization(config, 'acme-test'), {
    name: 'acme-test',
    vault: 'file:/etc/holdfast/vault',
    quotaShare: 0.25,
    revisions: 3,
  });
});

test('without a name the only organization counts, of several none', () => {
  const common = { vault: 'file:/etc/holdfast/vault', quotaShare: 0.25 };
  assert.deepEqual(configForOrganization(parseConfig(example, PATH), undefined), common);
  assert.deepEqual(configForOrganization(parseConfig(example, PATH), 'other'), common);
  const one = parseConfig('organizations: [{ name: acme }]', PATH);
  assert.deepEqual(configForOrganization(one, undefined), { name: 'acme' });
  assert.deepEqual(configForOrganization(one, 'other'), {});
});

test('an instant with an offset is read as one in UTC', () => {
  const text = 'acceptedGaps: [{ kind: a, at: environments/test, reason: b, until: "2026-06-01T02:00:00+02:00" }]';
  const gap = { kind: 'a', at: 'environments/test', reason: 'b', until: '2026-06-01T00:00:00.000Z' };
  assert.deepEqual(parseConfig(text, PATH).acceptedGaps, [gap]);
});

test('JSON is read as well, and an empty file says nothing', () => {
  assert.deepEqual(parseConfig('{"vault": "file:/srv/vault", "$schema": "x"}', PATH).vault, 'file:/srv/vault');
  assert.deepEqual(parseConfig('', PATH), {});
  assert.deepEqual(parseConfig('# nothing yet\n', PATH), {});
});

const mistakes: readonly [what: string, text: string, message: RegExp][] = [
  ['an unknown key', 'valt: file:x', /holdfast\.yaml:1: valt: is not a known key; did you mean vault\?/],
  ['one far from any', 'banana: 1', /banana: is not a known key$/],
  [
    'one of an organization',
    'organizations:\n  - name: a\n    quotaPerMinutes: 3',
    /yaml:3: organizations\[0\]\.quotaPerMinutes: .* did you mean quotaPerMinute\?/,
  ],
  ['one of a selection', 'select:\n  kind: [a]', /yaml:2: select\.kind: .* did you mean kinds\?/],
  [
    'one of a gap',
    'acceptedGaps: [{ kind: a, reason: b, until: 2026-01-01, unitl: x }]',
    /unitl: .* did you mean until\?/,
  ],
  ['a share above one', 'quotaShare: 1.5', /yaml:1: quotaShare: /],
  ['a day that is none', 'acceptedGaps: [{ kind: a, reason: b, until: 2026-02-30 }]', /until: must be a day/],
  ['a gap without reason', 'acceptedGaps:\n  - kind: a\n    until: 2026-01-01', /yaml:2: acceptedGaps\[0\]\.reason: /],
  ['a missing name', 'organizations: [{ vault: "file:x" }]', /organizations\[0\]\.name: /],
  ['a name twice', 'organizations: [{ name: a }, { name: a }]', /organizations\[1\]\.name: a is there twice/],
  ['a key twice', 'vault: a\nvault: b', /yaml:2: Map keys must be unique/],
  ['broken YAML', 'vault: [', /holdfast\.yaml:1: /],
  ['a list at the top', '- a', /holdfast\.yaml:1: Invalid input/],
];

for (const [what, text, message] of mistakes) {
  test(`${what} is refused with its place`, () => {
    assert.throws(
      () => parseConfig(text, PATH),
      (error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test('all mistakes are told at once', () => {
  assert.throws(
    () => parseConfig('vualt: x\nrevisions: some\n', PATH),
    (error) => error instanceof ConfigError && error.problems.length === 2,
  );
});

test('the file is found by walking up, the nearest first', async () => {
  const deep = join(home, 'a', 'b', 'c');
  await mkdir(deep, { recursive: true });
  await writeFile(join(home, 'a', 'holdfast.yaml'), 'vault: file:v');
  assert.equal(await findConfigFile(deep), join(home, 'a', 'holdfast.yaml'));
  await writeFile(join(home, 'a', 'b', 'holdfast.json'), '{"keys": "k"}');
  assert.equal(await findConfigFile(deep), join(home, 'a', 'b', 'holdfast.json'));
  assert.deepEqual(await readConfig(join(home, 'a', 'b', 'holdfast.json')), { keys: join(home, 'a', 'b', 'k') });
  await writeFile(join(home, 'a', 'b', 'holdfast.yaml'), '');
  await assert.rejects(findConfigFile(deep), /holdfast\.json is there as well/);
  await assert.rejects(readConfig(join(home, 'none.yaml')), ConfigError);
});

const provider = '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/azure';

test('identities: one for all or two, their files relative to the folder', () => {
  const one = `identity: {azure: {kind: managed, clientId: c}, google: {kind: external-account, file: keys/google.json}}`;
  assert.deepEqual(configForOrganization(parseConfig(one, PATH), undefined).identity, {
    azure: { kind: 'managed', clientId: 'c' },
    google: { kind: 'external-account', file: '/etc/holdfast/keys/google.json' },
  });
  const two = `
identity:
  google:
    capture: {kind: azure-federation, audience: ${provider}, appIdUri: 'api://x', serviceAccount: a@p.iam.gserviceaccount.com}
    restore: {kind: external-account, file: restore.json}`;
  assert.deepEqual(configForOrganization(parseConfig(two, PATH), undefined).identity?.google, {
    capture: {
      kind: 'azure-federation',
      audience: provider,
      appIdUri: 'api://x',
      serviceAccount: 'a@p.iam.gserviceaccount.com',
    },
    restore: { kind: 'external-account', file: '/etc/holdfast/restore.json' },
  });
});

test('what is wrong with an identity is told about the form that was meant', () => {
  const problems = (google: string): string => {
    try {
      parseConfig(`identity:\n  google: ${google}`, PATH);
    } catch (error) {
      return error instanceof ConfigError ? error.message : String(error);
    }
    return '';
  };
  const account = 'serviceAccount: a@p.iam.gserviceaccount.com';
  assert.match(problems(`{kind: azure-federation, audience: '${provider}', ${account}}`), /identity\.google\.appIdUri/);
  assert.match(
    problems(`{capture: {kind: github-oidc, audience: 'https://x', ${account}}}`),
    /identity\.google\.capture\.audience: must be \/\/iam\.googleapis\.com/,
  );
  assert.match(
    problems(`{kind: github-oidc, audience: '${provider}', servceAccount: x}`),
    /servceAccount: is not a known key; did you mean serviceAccount\?/,
  );
  assert.match(problems('{kind: azur-federation}'), /identity\.google/);
  assert.match(problems('{captur: {kind: application-default}}'), /did you mean capture\?/);
});
