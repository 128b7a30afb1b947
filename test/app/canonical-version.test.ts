import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparePoints, compareWithLive } from '../../src/app/compare.ts';
import type { PointReader } from '../../src/app/ports/vault.ts';
import { canonicalise, entryOf } from '../../src/core/canonical.ts';
import { kindAt } from '../../src/core/canonical-version.ts';
import { noIgnoreRules } from '../../src/core/ignore-rules.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { type KindName, kinds } from '../../src/core/kinds/index.ts';
import type { Kind } from '../../src/core/kinds/kind.ts';
import { sampleContext } from '../../src/core/sample-kind.fixture.ts';
import { everything } from '../../src/core/selection.ts';
import { diffTextLines } from '../../src/platform/line-diff.ts';
import { parseXml } from '../../src/platform/xml.ts';
import { memorySorter } from '../../src/vault/sample-vault.fixture.ts';
import { atVersion } from './older-vault.ts';
import { createFurnishedStage, MemoryStage } from './stage.ts';

const nothing = (): void => undefined;
const progress = { phase: nothing, advance: nothing, note: nothing, warn: nothing };
const selection = { ...everything, kinds: ['api-product'] as const };

const orders = (methods: readonly string[], quotaCounterScope?: string): JsonObject => ({
  name: 'orders',
  ...(quotaCounterScope === undefined ? {} : { quotaCounterScope }),
  operationGroup: { operationConfigs: [{ apiSource: 'orders', operations: [{ resource: '/', methods }] }] },
});

/** A stage with a point that an older release took, and the product saved again without a change. */
async function createStage() {
  const stage = await createFurnishedStage();
  stage.live.put('apiproducts/orders', orders(['PUT', 'GET']));
  const older = new MemoryStage(stage.sample, atVersion(stage.vault, 1));
  for (const [id, held] of stage.live.held) older.live.held.set(id, held);
  const first = await older.capture();
  assert.equal(first.canonicalVersion('api-product'), 1);
  stage.live.put('apiproducts/orders', orders(['GET', 'PUT'], 'QUOTA_COUNTER_SCOPE_UNSPECIFIED'));
  return { stage, first };
}

type Stage = Awaited<ReturnType<typeof createStage>>['stage'];

function depsOf({ vault, live }: Stage) {
  const tools = { parseXml, diffLines: diffTextLines };
  return { hasher: vault.hasher, tools, ignore: noIgnoreRules, progress, live, sorters: memorySorter };
}

async function diff(stage: Stage, before: PointReader, after: PointReader): Promise<readonly string[]> {
  const { differences } = await comparePoints(depsOf(stage), { before, after, selection });
  return differences.map(({ change, id }) => `${change} ${id}`);
}

test('an epoch keeps the canonical version that it began with, and the next has the newest', async () => {
  const { stage, first } = await createStage();
  const second = await stage.capture();
  assert.equal(second.canonicalVersion('api-product'), 1);
  assert.deepEqual(await diff(stage, first, second), []);
  const third = await stage.capture({ newEpoch: true });
  assert.equal(third.canonicalVersion('api-product'), kinds['api-product'].canonicalVersion);
  assert.deepEqual(await diff(stage, first, third), [], 'across versions contents are compared');
  stage.live.put('apiproducts/orders', orders(['GET', 'DELETE']));
  const fourth = await stage.capture();
  assert.deepEqual(await diff(stage, first, fourth), ['changed apiproducts/orders']);
  assert.deepEqual(await diff(stage, third, fourth), ['changed apiproducts/orders']);
});

test('live and a point of an older canonical version differ in what differs', async () => {
  const { stage, first } = await createStage();
  const request = { point: first, selection, revisions: { newest: 5 } };
  assert.deepEqual((await compareWithLive(depsOf(stage), request)).differences, []);
  const same = await stage.plan(first, { selection });
  assert.deepEqual([same.calls, same.resources], [[], []]);
  stage.live.put('apiproducts/orders', orders(['DELETE']));
  assert.equal((await compareWithLive(depsOf(stage), request)).differences.length, 1);
  const plan = await stage.plan(first, { selection });
  assert.equal(plan.calls.length, 1);
  const report = await stage.apply(plan);
  assert.equal(report.status, 'done', JSON.stringify(report));
});

test('a canonical version that this release does not have is refused by name', () => {
  assert.throws(() => kindAt(kinds['api-product'], 99), { code: 'VAULT_FORMAT_NEWER' });
});

test('every kind has all of its earlier canonical versions', () => {
  for (const kind of Object.values(kinds)) {
    for (let version = 1; version <= kind.canonicalVersion; version += 1)
      assert.equal(kindAt(kind, version).canonicalVersion, version);
  }
});

test('an epoch of an older canonical version still tells a zero from nothing, as its hashes do; the newest does not', () => {
  const hashOf = (kind: Kind, body: JsonObject): string => {
    const canonical = canonicalise(kind, body, sampleContext);
    return entryOf(kind, 'id', canonical ?? assert.fail(), sampleContext.hasher).configHash;
  };
  const zeros: readonly { readonly kind: KindName; readonly body: JsonObject; readonly zero: JsonObject }[] = [
    { kind: 'environment', body: { name: 'a' }, zero: { nodeConfig: { minNodeCount: '0' } } },
    { kind: 'instance', body: { name: 'a' }, zero: windowAt({ hours: 0 }) },
    { kind: 'target-server', body: { name: 'a' }, zero: { port: 0 } },
    { kind: 'trace-config', body: { name: 'a' }, zero: { samplingConfig: { samplingRate: 0 } } },
    { kind: 'trace-override', body: { name: 'a', apiProxy: 'p' }, zero: { samplingConfig: { samplingRate: 0 } } },
    { kind: 'rate-plan', body: { displayName: 'a' }, zero: { endTime: '0' } },
    { kind: 'security-action', body: { name: 'a', deny: {} }, zero: { deny: { responseCode: 0 } } },
  ];
  for (const { kind: name, body, zero } of zeros) {
    const kind = kinds[name];
    const without = name === 'instance' ? { ...body, ...windowAt({}) } : body;
    assert.equal(hashOf(kind, { ...body, ...zero }), hashOf(kind, without), name);
    for (let version = 1; version < kind.canonicalVersion; version += 1) {
      const old = kindAt(kind, version);
      assert.notEqual(hashOf(old, { ...body, ...zero }), hashOf(old, without), `${name} at ${version}`);
    }
  }
});

function windowAt(startTime: JsonObject): JsonObject {
  return { maintenanceUpdatePolicy: { maintenanceWindows: [{ day: 'MONDAY', startTime }] } };
}
