import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ApigeeSimulator, FaultRule } from '../../src/sim/apigee/index.ts';
import { type OrganizationSeed, rowsOf, type SeedDocument } from '../../src/sim/apigee/organization-seed.ts';
import { createSeed } from '../../src/sim/apigee/seeds/index.ts';
import { SeededRandom } from '../../src/sim/control/seeded-random.ts';
import { backUp, createStage, runsOf, type Stage } from '../restore/stage.ts';

type Fault = FaultRule['fault'];

/** Faults that pass: with them a point is complete, or names what it lacks. */
const passing: { readonly [name: string]: Fault } = {
  'connection lost': { kind: 'drop', when: 'before-commit' },
  'answer lost': { kind: 'drop', when: 'after-commit' },
  'answer cut': { kind: 'truncate' },
  '429 with Retry-After': { kind: 'status', status: 429, retryAfterSeconds: 2 },
  '429 without': { kind: 'status', status: 429 },
  '500': { kind: 'status', status: 500 },
  '503': { kind: 'status', status: 503 },
  'slow answer': { kind: 'slow', delayMs: 20 },
};

/** A route of each list style, and of each kind of single reading. */
const routes = [
  'organizations.environments.list',
  'organizations.environments.targetservers.get',
  'organizations.apis.list',
  'organizations.apis.revisions.get',
  'organizations.deployments.list',
  'organizations.apiproducts.list',
  'organizations.developers.list',
  'organizations.apps.list',
];

/** A clean point to compare with; then each capture goes into a vault of its own, so that everything is read afresh. */
async function captureWith(t: TestContext, rules: readonly FaultRule[], seed?: (name: string) => OrganizationSeed) {
  const options = seed === undefined ? {} : { seedFunction: seed };
  const stage = await createStage(t, options);
  stage.simulator.setFaults(rules);
  const outcome = await stage.json('backup', ['backup']);
  const struck = stage.simulator.faultReport().map(({ fired }) => fired);
  stage.simulator.setFaults([]);
  return { stage, ...outcome, struck };
}

/** Nothing live is missing in the point, and nothing in the point is not live: what it does not say, it says it does not say. */
async function assertTrue(stage: Stage, grade: string, unknown: readonly string[]): Promise<void> {
  const diff = await stage.json('diff', ['diff', 'latest', 'live']);
  const changes = diff.document.differences.filter(
    ({ change, informational }) => change !== 'unknown' && !informational,
  );
  assert.deepEqual(changes, [], 'a hole is never a difference');
  assert.equal(diff.exit, grade === 'complete' ? 0 : 3, diff.stdout);
  const ids = diff.document.differences.filter(({ change }) => change === 'unknown').map(({ id }) => id);
  for (const id of unknown) assert.ok(ids.includes(id), `${id} is unknown: ${ids.join(', ')}`);
  const clean = await backUp(stage);
  const after = await stage.run(['diff', clean.point, 'live']);
  assert.equal(after.exit, 0, after.stdout);
}

test('a capture overcomes each fault that passes, wherever it strikes', async (t) => {
  const all = Object.entries(passing).flatMap(([name, fault]) =>
    routes.map((route): { what: string; rule: FaultRule } => ({
      what: `${name} at ${route}`,
      rule: { fault, route, nth: 1 },
    })),
  );
  const random = new SeededRandom(3);
  for (let left = Math.min(all.length, runsOf(6)); left > 0; left -= 1) {
    const [one] = all.splice(random.integer(all.length), 1);
    if (one === undefined) break;
    await t.test(one.what, async (each) => {
      const { stage, exit, document, stderr, struck } = await captureWith(each, [one.rule]);
      assert.deepEqual(struck, [1], `${one.what} struck`);
      assert.equal(exit, 0, stderr);
      await assertTrue(stage, document.grade, []);
    });
  }
});

test('a resource that vanishes between list and reading is a hole by name, not a deletion', async (t) => {
  const path = 'environments/test/targetservers/core-banking$';
  const { stage, exit, document, stderr } = await captureWith(t, [{ fault: { kind: 'vanish' }, path }]);
  assert.equal(exit, 3, stderr);
  assert.equal(document.grade, 'partial');
  const holes = document.ledger.flatMap(({ kind, exceptions }) => exceptions.map(({ at, state }) => [kind, at, state]));
  const counted = holes.filter(([, , state]) => ['denied', 'failed', 'vanished'].includes(state ?? ''));
  assert.deepEqual(counted, [['target-server', 'environments/test/targetservers/core-banking', 'vanished']]);
  await assertTrue(stage, 'partial', ['environments/test/targetservers/core-banking']);
});

test('a kind that may not be read is a hole, and the others are whole', async (t) => {
  const rule: FaultRule = { fault: { kind: 'status', status: 403 }, route: 'organizations.apiproducts.list' };
  const { stage, exit, document, stderr } = await captureWith(t, [rule]);
  assert.equal(exit, 3, stderr);
  // Whose rate plans there are is not known without the products.
  const open = ['api-product', 'rate-plan'];
  for (const { kind, denied, failed, vanished } of document.ledger) {
    assert.deepEqual([kind, denied, failed, vanished], [kind, open.includes(kind) ? 1 : 0, 0, 0]);
  }
  await assertTrue(stage, 'partial', []);
});

test('an expired token ends a capture with 12, and the next one is whole', async (t) => {
  const stage = await createStage(t);
  const rule: FaultRule = { fault: { kind: 'expired-token' }, route: 'organizations.developers.list', nth: 1 };
  stage.simulator.setFaults([rule]);
  const { exit, stderr } = await stage.run(['backup']);
  assert.equal(exit, 12, stderr);
  stage.simulator.setFaults([]);
  await backUp(stage, { environment: { HOLDFAST_APIGEE_TOKEN: 'fresh' } });
});

/** `small` with three pages in one of the paged lists. */
function longSeed(organizationName: string, route: string): OrganizationSeed {
  const base = createSeed('small', organizationName);
  const moments = { createdAt: '1700000000000', lastModifiedAt: '1700000000000' };
  const many = (count: number, row: (index: string) => SeedDocument): SeedDocument[] =>
    Array.from({ length: count }, (_, index) => ({ ...row(String(index).padStart(4, '0')), ...moments }));
  const developers = many(route.endsWith('developers.list') ? 2_100 : 30, (index) => ({
    email: `d${index}@long.example`,
    firstName: 'D',
    lastName: index,
    userName: `d${index}`,
    developerId: `00000000-0000-4000-8000-00000000${index}`,
    status: 'active',
  }));
  const apps = many(route.endsWith('apps.list') ? 2_100 : 30, (index) => ({
    appId: `00000000-0000-4000-9000-00000000${index}`,
    name: `app${index}`,
    developerId: `00000000-0000-4000-8000-0000000000${String(Number(index) % 30).padStart(2, '0')}`,
    status: 'approved',
    credentials: [],
  }));
  const products = many(route.endsWith('apiproducts.list') ? 2_100 : 30, (index) => ({
    name: `p${index}`,
    displayName: index,
    approvalType: 'auto',
  }));
  return {
    ...base,
    products: rowsOf(products, (product) => String(product['name'])),
    developers: rowsOf(developers, (developer) => String(developer['email'])),
    apps: rowsOf(apps, (app) => String(app['appId'])),
  };
}

for (const kind of ['repeat-page', 'skip-page'] as const) {
  for (const route of ['organizations.apiproducts.list', 'organizations.developers.list', 'organizations.apps.list']) {
    test(`${kind} in ${route}: the point has everything, or says that it has not`, async (t) => {
      const rule: FaultRule = { fault: { kind }, route, nth: 2 };
      const { stage, exit, document, stderr, struck } = await captureWith(t, [rule], (name) => longSeed(name, route));
      assert.deepEqual(struck, [1]);
      t.diagnostic(`exit ${exit}, ${document.grade}`);
      assert.equal(exit, document.grade === 'complete' ? 0 : 3, stderr);
      assertWhole(stage.simulator, document);
    });
  }
}

/** A complete point holds every resource of the paged lists; one that does not is not called complete. */
function assertWhole(simulator: ApigeeSimulator, document: Awaited<ReturnType<typeof backUp>>): void {
  const kinds = { 'api-product': 'product', developer: 'developer', 'developer-app': 'app' };
  const lines = [...simulator.dump()];
  for (const [kind, dumped] of Object.entries(kinds)) {
    const row = document.ledger.find((one) => one.kind === kind);
    assert.ok(row !== undefined);
    const live = lines.filter((line) => line.kind === dumped).length;
    const isOpen = row.denied + row.failed + row.vanished > 0;
    if (!isOpen) assert.equal(row.captured, live, `${kind}: captured, and no hole told`);
  }
}
