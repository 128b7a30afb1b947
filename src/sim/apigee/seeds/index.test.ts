import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { BundledSeed, OrganizationSeed } from '../organization-seed.ts';
import { assertConsistentSeed, rowsIn } from './consistent-seed.contract.ts';
import { createSeed, seedNames } from './index.ts';
import type { SeedName } from './index.ts';
import { seedTodayMs } from './moments.ts';

const organization = 'acme-prod';

function fingerprint(seed: OrganizationSeed): string {
  const rows = [seed.proxies, seed.sharedFlows, seed.products, seed.developers, seed.apps].map((each) =>
    rowsIn<unknown>(each),
  );
  const {
    analytics,
    security,
    portal,
    organization: profile,
    environments,
    environmentGroups,
    targetServers,
    dataCollectors,
    deployments,
  } = seed;
  const whole = [
    profile,
    environments,
    environmentGroups,
    targetServers,
    dataCollectors,
    analytics,
    security,
    portal,
    deployments,
    rows,
  ];
  return createHash('sha256').update(JSON.stringify(whole)).digest('hex');
}

function credentialsOf(seed: OrganizationSeed): Record<string, unknown>[] {
  return rowsIn(seed.apps).flatMap((app) => (Array.isArray(app['credentials']) ? app['credentials'] : []));
}

function expiredOf(seed: OrganizationSeed): number {
  const ends = credentialsOf(seed).map((credential) => Number(credential['expiresAt']));
  return ends.filter((expiresAt) => expiresAt > 0 && expiresAt < seedTodayMs).length;
}

function sizesOf(seed: OrganizationSeed): Record<string, number> {
  return {
    environments: seed.environments.length,
    proxies: seed.proxies.count,
    products: seed.products.count,
    developers: seed.developers.count,
    apps: seed.apps.count,
  };
}

test('each seed has the size its name stands for', () => {
  assert.deepEqual(
    seedNames.map((name) => [name, sizesOf(createSeed(name, organization))]),
    [
      ['empty', { environments: 0, proxies: 0, products: 0, developers: 0, apps: 0 }],
      ['small', { environments: 4, proxies: 12, products: 14, developers: 12, apps: 30 }],
      ['medium', { environments: 4, proxies: 150, products: 300, developers: 2_300, apps: 4_000 }],
      ['huge', { environments: 4, proxies: 12, products: 14, developers: 400_000, apps: 1_000_000 }],
    ],
  );
});

for (const name of ['empty', 'small', 'medium'] as const satisfies readonly SeedName[]) {
  test(`${name} is an organization the API could have, and the same each time`, () => {
    const seed = createSeed(name, organization);
    assertConsistentSeed(seed);
    assert.equal(fingerprint(seed), fingerprint(createSeed(name, organization)));
    assert.notEqual(fingerprint(seed), fingerprint(createSeed(name, 'another-org')));
  });
}

test('medium has five revisions of each proxy and a developer with 130 apps', () => {
  const seed = createSeed('medium', organization);
  assert.ok(rowsIn(seed.proxies).every((proxy) => proxy.revisions.length === 5));
  const marketplace = seed.developers.at(seed.developers.indexOf('platform@marketplace.example'));
  const owned = rowsIn(seed.apps).filter((app) => app['developerId'] === marketplace['developerId']);
  assert.equal(owned.length, 130);
  assert.equal(expiredOf(seed), 13);
});

test('small has one expired key and keys in every state', () => {
  const seed = createSeed('small', organization);
  assert.equal(expiredOf(seed), 1);
  const credentials = credentialsOf(seed);
  assert.deepEqual(new Set(credentials.map((credential) => credential['status'])), new Set(['approved', 'revoked']));
  const states = credentials.flatMap((credential) =>
    Array.isArray(credential['apiProducts'])
      ? credential['apiProducts'].map((row: { status: string }) => row.status)
      : [],
  );
  assert.deepEqual(new Set(states), new Set(['approved', 'pending', 'revoked']));
});

function changedFiles(bundle: BundledSeed): { readonly changed: number; readonly total: number }[] {
  return bundle.revisions.slice(1).map((revision, index) => {
    const before = bundle.revisions[index]?.files ?? {};
    const paths = Object.keys(revision.files).filter((path) => path !== `apiproxy/${bundle.name}.xml`);
    return { changed: paths.filter((path) => revision.files[path] !== before[path]).length, total: paths.length };
  });
}

test('neighbouring revisions differ in a file besides the descriptor and share most files', () => {
  for (const seed of [createSeed('small', organization), createSeed('medium', organization)]) {
    for (const { changed, total } of rowsIn(seed.proxies).flatMap(changedFiles)) {
      assert.ok(changed >= 1 && changed < total / 2, `${changed} of ${total}`);
    }
  }
});

test('some proxies run at different revisions, with the newest deployed nowhere, or nowhere at all', () => {
  const seed = createSeed('small', organization);
  const revisionsOf = (name: string): number[] =>
    seed.deployments.filter((row) => row.flavour === 'proxy' && row.name === name).map((row) => row.revision);
  assert.deepEqual(revisionsOf('payments-v1'), [7, 7, 3]);
  const payments = seed.proxies.at(seed.proxies.indexOf('payments-v1'));
  assert.deepEqual(
    payments.revisions.map((revision) => revision.number),
    [3, 7, 9],
  );
  assert.deepEqual(revisionsOf('kyc_checks-v1'), []);
  assert.ok(seed.deployments.some((row) => row.serviceAccount !== undefined));
});
