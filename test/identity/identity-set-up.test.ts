import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IdentitySettings } from '../../src/app/ports/identity.ts';
import { desiredTrust, type DesiredTrust, hosts } from '../../src/app/identity/desired-trust.ts';
import { explainTrust, identitySetUp, setUpFormats, type SetUpFormat } from '../../src/app/identity/identity-set-up.ts';
import { googleRole } from '../../src/core/roles/google-roles.ts';
import { HoldfastError } from '../../src/core/errors.ts';
import { createFederatedTokenSource } from '../../src/identity/federated-token-source.ts';
import { readGoogleEndpoints } from '../../src/identity/google-endpoints.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { realClock } from '../../src/sim/control/clock.ts';
import { listen } from '../../src/sim/control/listen.ts';
import { googleApp } from '../../src/sim/google/google-app.ts';
import { GoogleIdentities } from '../../src/sim/google/google-identities.ts';
import { startEntraIssuer } from '../harness/entra-issuer.ts';
import { shellErrors, syntaxErrors } from '../harness/syntax-check.ts';

const pool = 'projects/123/locations/global/workloadIdentityPools/backup';
const account = (name: string): string => `${name}@acme-prod.iam.gserviceaccount.com`;

const onAzure: IdentitySettings = {
  google: {
    capture: {
      kind: 'azure-federation',
      audience: `//iam.googleapis.com/${pool}/providers/entra-capture`,
      appIdUri: 'api://holdfast',
      serviceAccount: account('reader'),
    },
    restore: {
      kind: 'azure-federation',
      audience: `//iam.googleapis.com/${pool}/providers/entra-restore`,
      appIdUri: 'api://holdfast',
      serviceAccount: account('writer'),
    },
  },
  trust: {
    host: 'container-apps',
    tenantId: '11111111-2222-3333-4444-555555555555',
    captureSubject: 'oid-capture',
    restoreSubject: 'oid-restore',
  },
};

const audience = `//iam.googleapis.com/${pool}/providers/github`;
const onGithub: IdentitySettings = {
  google: {
    capture: { kind: 'github-oidc', audience, serviceAccount: account('reader') },
    restore: { kind: 'github-oidc', audience, serviceAccount: account('writer') },
  },
  trust: {
    host: 'github',
    captureSubject: 'repo:acme/ops:ref:refs/heads/main',
    restoreSubject: "repo:acme/ops:environment:it's ${restore}",
    repositoryId: '42',
    repositoryOwnerId: '7',
  },
};

async function errorsIn(format: SetUpFormat, text: string): Promise<readonly string[]> {
  if (format === 'terraform' || format === 'bicep') return syntaxErrors(format, text);
  const errors = shellErrors(text);
  return errors === '' ? [] : [errors];
}

function textOf(trust: DesiredTrust, format: SetUpFormat): string {
  return identitySetUp(trust, [format])[0]?.text ?? '';
}

test('every format for every host is of its language, whatever the names', async () => {
  for (const settings of [undefined, onAzure, onGithub]) {
    for (const host of hosts) {
      for (const { name, format, text } of identitySetUp(desiredTrust(settings, host), setUpFormats))
        assert.deepEqual(await errorsIn(format, text), [], `${name} for ${host}:\n${text}`);
    }
  }
  // The check would see it.
  for (const [format, broken] of [
    ['terraform', 'resource "x" "y" {'],
    ['bicep', "resource x 'y' = {"],
    ['gcloud', "echo 'x"],
  ] as const)
    assert.notDeepEqual(await errorsIn(format, broken), []);
});

test('each subject has a provider with its condition, and alone may act as its account', () => {
  const { providers, accounts, missing } = desiredTrust(onAzure);
  assert.deepEqual(missing, []);
  assert.deepEqual(
    providers.map(({ id, issuer, allowedAudiences, condition }) => ({ id, issuer, allowedAudiences, condition })),
    ['capture', 'restore'].map((purpose) => ({
      id: `entra-${purpose}`,
      issuer: 'https://sts.windows.net/11111111-2222-3333-4444-555555555555/',
      allowedAudiences: ['api://holdfast'],
      condition: `assertion.sub == 'oid-${purpose}' && assertion.tid == '11111111-2222-3333-4444-555555555555'`,
    })),
  );
  assert.deepEqual(
    accounts.map(({ email, principal, role }) => [email, principal, role]),
    [
      [
        account('reader'),
        `principal://iam.googleapis.com/${pool}/subject/oid-capture`,
        'projects/acme-prod/roles/holdfast.capture',
      ],
      [
        account('writer'),
        `principal://iam.googleapis.com/${pool}/subject/oid-restore`,
        'projects/acme-prod/roles/holdfast.restore',
      ],
    ],
  );
});

test('in CI the one provider lets in the two subjects of the one repository, by its numbers', () => {
  const { providers, accounts } = desiredTrust(onGithub);
  assert.equal(providers.length, 1);
  assert.equal(providers[0]?.issuer, 'https://token.actions.githubusercontent.com');
  assert.equal(
    providers[0]?.condition,
    "assertion.sub in ['repo:acme/ops:ref:refs/heads/main', 'repo:acme/ops:environment:it\\'s ${restore}'] && assertion.repository_owner_id == '7' && assertion.repository_id == '42'",
  );
  const restore = accounts.find(({ purpose }) => purpose === 'restore');
  assert.equal(restore?.subject, onGithub.trust?.restoreSubject);
  assert.match(explainTrust(desiredTrust(onGithub)).join('\n'), /required reviewers/);
});

test('tokens of version 2 have another issuer, and are for the client id of the application', () => {
  const trust = { ...onAzure.trust, host: 'aks', tokenVersion: 2 } as const;
  const { providers, missing } = desiredTrust({ ...onAzure, trust });
  assert.equal(providers[0]?.issuer, 'https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0');
  assert.deepEqual([providers[0]?.allowedAudiences, missing], [['APPLICATION_ID'], ['APPLICATION_ID']]);
});

test('what nobody has said has a name in capitals, in every place', () => {
  const { missing } = desiredTrust(undefined, 'github');
  assert.deepEqual(missing, [
    'PROJECT_ID',
    'PROJECT_NUMBER',
    'CAPTURE_SUBJECT',
    'RESTORE_SUBJECT',
    'REPOSITORY_OWNER_ID',
    'REPOSITORY_ID',
  ]);
  const script = textOf(desiredTrust(undefined, 'github'), 'gcloud');
  for (const name of missing) assert.ok(script.includes(name), name);
});

test('script and Terraform say the same: providers, conditions, accounts, permissions', () => {
  const trust = desiredTrust(onAzure);
  const [script, terraform] = [textOf(trust, 'gcloud'), textOf(trust, 'terraform')];
  for (const { issuer, condition, id } of trust.providers) {
    for (const text of [issuer, id, condition.replaceAll("'", String.raw`'\''`)])
      assert.ok(script.includes(text), text);
    for (const text of [issuer, id, condition]) assert.ok(terraform.includes(text), text);
  }
  for (const { principal, id } of trust.accounts)
    for (const text of [principal, id]) assert.ok(script.includes(text) && terraform.includes(text), text);
  for (const permission of googleRole('restore').permissions)
    assert.ok(script.includes(`- ${permission}\n`) && terraform.includes(`"${permission}",`), permission);
});

test('in CI only a token of the restore subject, from that repository, becomes the restore identity', async (t) => {
  const trust = desiredTrust(onGithub);
  const [provider] = trust.providers;
  assert.ok(provider !== undefined);
  const github = await startEntraIssuer(provider.issuer, [{ objectId: 'unused', clientId: 'unused' }]);
  t.after(() => github.close());
  const google = new GoogleIdentities({ clock: realClock(), keysOf: () => github.keys() });
  // Set up with just what init identity says.
  google.putProvider({
    name: provider.audience.replace('//iam.googleapis.com/', ''),
    issuerUri: provider.issuer,
    allowedAudiences: provider.allowedAudiences,
    attributeMapping: provider.mapping,
    attributeCondition: provider.condition,
  });
  for (const { email, principal } of trust.accounts)
    google.putAccount(email, [{ role: 'roles/iam.workloadIdentityUser', members: [principal] }]);
  const face = await listen(googleApp(google));
  t.after(() => face.close());
  const repository = { repository: 'acme/ops', repository_id: '42', repository_owner_id: '7' };
  const become = async (email: string, claims: object): Promise<string> => {
    const at = Math.floor(Date.now() / 1000);
    const times = { iat: at, exp: at + 600 };
    const token = (): Promise<string> =>
      github.forge({ iss: provider.issuer, aud: `https:${provider.audience}`, ...times, ...repository, ...claims });
    const source = createFederatedTokenSource({
      audience: provider.audience,
      serviceAccount: email,
      supplier: { describe: () => 'GitHub Actions job', getSubjectToken: token },
      endpoints: readGoogleEndpoints({ HOLDFAST_TEST_GOOGLE_ORIGIN: face.url }),
      clock: systemClock,
      conceal: () => undefined,
    });
    return source.get().then(
      ({ token: got }) => google.findHolder(got)?.principal ?? '',
      (error: unknown) => (error instanceof HoldfastError ? error.code : String(error)),
    );
  };
  const { captureSubject = '', restoreSubject = '' } = onGithub.trust ?? {};
  const [capture, restore] = [account('reader'), account('writer')];
  assert.equal(await become(restore, { sub: restoreSubject }), restore);
  assert.equal(await become(capture, { sub: captureSubject }), capture);
  assert.equal(await become(restore, { sub: captureSubject }), 'IMPERSONATION_REFUSED', 'the scheduled job');
  assert.equal(await become(capture, { sub: restoreSubject }), 'IMPERSONATION_REFUSED');
  assert.equal(await become(restore, { sub: 'repo:acme/ops:pull_request' }), 'FEDERATION_REFUSED', 'a pull request');
  assert.equal(
    await become(restore, { sub: restoreSubject, repository_id: '43' }),
    'FEDERATION_REFUSED',
    'a repository that took over the name',
  );
});
