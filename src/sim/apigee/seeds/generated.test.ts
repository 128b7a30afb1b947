import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { OrganizationSeed } from '../organization-seed.ts';
import { assertConsistentSeed, rowsIn } from './consistent-seed.contract.ts';
import { generateSeed } from './generated.ts';
import { seedTodayMs } from './moments.ts';

const seeds = fc.integer({ min: 0, max: 1_000_000 });

function wholeOf(seed: OrganizationSeed): string {
  const { organization, environments, environmentGroups, targetServers, dataCollectors, deployments } = seed;
  const rows = [seed.proxies, seed.sharedFlows, seed.products, seed.developers, seed.apps];
  return JSON.stringify([
    organization,
    environments,
    environmentGroups,
    targetServers,
    dataCollectors,
    seed.analytics,
    seed.security,
    seed.portal,
    deployments,
    rows.map((each) => rowsIn<unknown>(each)),
  ]);
}

test('generated organizations are ones the API could have, within the counts promised', () => {
  fc.assert(
    fc.property(seeds, fc.boolean(), (seed, allowResidue) => {
      const organization = generateSeed({ seed, allowResidue });
      assertConsistentSeed(organization);
      assert.ok(organization.proxies.count <= 4 && organization.products.count <= 5);
      assert.ok(organization.developers.count <= 6 && organization.apps.count <= 10);
    }),
    { numRuns: 200 },
  );
});

test('the same seed gives the same organization, another seed another', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      assert.equal(wholeOf(generateSeed({ seed })), wholeOf(generateSeed({ seed })));
      assert.notEqual(wholeOf(generateSeed({ seed, size: 2 })), wholeOf(generateSeed({ seed: seed + 1, size: 2 })));
    }),
    { numRuns: 50 },
  );
});

const isExpired = (text: string): boolean =>
  [...text.matchAll(/"expiresAt":"(\d+)"/gu)].some((match) => Number(match[1]) < seedTodayMs);

test('expired keys and repeated revisions come only when they are allowed', () => {
  const all = Array.from({ length: 100 }, (_, seed) => seed);
  const repeats = (seed: OrganizationSeed): boolean =>
    rowsIn(seed.proxies).some(
      (proxy) => new Set(proxy.revisions.map((each) => JSON.stringify(each.files))).size < proxy.revisions.length,
    );
  assert.ok(all.every((seed) => !isExpired(wholeOf(generateSeed({ seed })))));
  assert.ok(all.every((seed) => !repeats(generateSeed({ seed }))));
  assert.ok(all.some((seed) => isExpired(wholeOf(generateSeed({ seed, allowResidue: true })))));
  assert.ok(all.some((seed) => repeats(generateSeed({ seed, allowResidue: true }))));
});

test('every writable field of every family comes up, with lists empty and absent', () => {
  const text = Array.from({ length: 200 }, (_, seed) => wholeOf(generateSeed({ seed }))).join('\n');
  const fields =
    'isEnabled protocol sSLInfo clientAuthEnabled keyStore keyAlias trustStore ignoreValidationErrors protocols ciphers ' +
    'commonName wildcardMatch enforce apiResources approvalType attributes description displayName environments ' +
    'graphqlOperationGroup grpcOperationGroup llmOperationGroup llmQuota operationGroup proxies quota quotaCounterScope ' +
    'scopes callbackUrl appFamily serviceAccount labels';
  for (const field of fields.split(' ')) assert.ok(text.includes(`"${field}":`), field);
  for (const field of ['environments', 'scopes', 'proxies', 'attributes', 'credentials', 'protocols']) {
    assert.ok(text.includes(`"${field}":[]`), field);
  }
});
