import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPlan, parsePlan } from '../../src/app/plan.ts';
import type { PointReader } from '../../src/app/ports/vault.ts';
import { HoldfastError } from '../../src/core/errors.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { type KindName, kinds } from '../../src/core/kinds/index.ts';
import type { Plan } from '../../src/core/plan.ts';
import { atVersion } from './older-vault.ts';
import { createFurnishedStage, MemoryStage } from './stage.ts';

/** A resource in forms of which two and two say the same by the newest canonical form, and not by the first. */
interface Sample {
  readonly kind: KindName;
  readonly id: string;
  readonly saved: JsonObject;
  readonly changed: JsonObject;
  readonly changedInOtherWords: JsonObject;
  readonly changedAgain: JsonObject;
}

const product = (methods: readonly string[]): JsonObject => ({
  name: 'orders',
  operationGroup: { operationConfigs: [{ apiSource: 'orders', operations: [{ resource: '/', methods }] }] },
});
const server = (ciphers: readonly string[], more: JsonObject = {}): JsonObject => ({
  name: 'bank',
  host: 'bank',
  sSLInfo: { enabled: true, ciphers },
  ...more,
});

const samples: readonly Sample[] = [
  {
    kind: 'api-product',
    id: 'apiproducts/orders',
    saved: product(['PUT', 'GET']),
    changed: product(['DELETE', 'GET']),
    changedInOtherWords: product(['GET', 'DELETE']),
    changedAgain: product(['PATCH']),
  },
  {
    kind: 'target-server',
    id: 'environments/test/targetservers/bank',
    saved: server(['A', 'B'], { port: 443 }),
    changed: server(['A', 'C']),
    changedInOtherWords: server(['C', 'A'], { port: 0 }),
    changedAgain: server(['A', 'C'], { port: 8443 }),
  },
];

/** Every sample at each older canonical version of its kind. */
const cases = samples.flatMap((sample) =>
  Array.from({ length: kinds[sample.kind].canonicalVersion - 1 }, (_, index) => ({ sample, version: index + 1 })),
);

/** A point that a release of this canonical version took, and a plan back to it from `changed`, as its file has it. */
async function planOfOlder({ sample, version }: (typeof cases)[number]) {
  const stage = await createFurnishedStage();
  const { live, vault } = stage;
  live.put(sample.id, sample.saved);
  const older = new MemoryStage(stage.sample, atVersion(vault, version));
  for (const [id, held] of live.held) older.live.held.set(id, held);
  const point = await older.capture();
  assert.equal(point.canonicalVersion(sample.kind), version);
  live.put(sample.id, sample.changed);
  const plan = parsePlan(formatPlan(await stage.plan(point)), vault.hasher);
  assert.equal(plan.calls.length, 1);
  return { stage, plan, point };
}

type Outcome = 'stale' | 'applied';

/** Stale with nothing sent, or applied so that the resource is as the point has it: nothing else is allowed. */
async function outcomeOf(stage: MemoryStage, plan: Plan, { id, saved }: Sample): Promise<Outcome> {
  const { live } = stage;
  const before = live.body(id);
  const sent = live.sent.length;
  const ended = await stage.apply(plan).then(
    ({ status }) => status,
    (error: unknown) => (error instanceof HoldfastError ? error.code : error),
  );
  if (ended === 'done') {
    assert.deepEqual(live.body(id), saved);
    return 'applied';
  }
  assert.equal(ended, 'PLAN_STALE');
  assert.deepEqual([live.body(id), live.sent.length], [before, sent], 'nothing was sent');
  return 'stale';
}

/** The plan with the point it is for exchanged, as a release would have written it that hashes by its own version alone. */
const against = (plan: Plan, point: PointReader): Plan => ({ ...plan, point: point.details.id });

for (const { sample, version } of cases) {
  const form = `canonical form ${version} of ${kinds[sample.kind].title.many}`;

  test(`a plan by ${form} is applied right, and is stale when live has moved`, async () => {
    const made = await planOfOlder({ sample, version });
    assert.equal(await outcomeOf(made.stage, made.plan, sample), 'applied');
    assert.deepEqual((await made.stage.plan(made.point)).calls, [], 'nothing is left to do');
    const moved = await planOfOlder({ sample, version });
    moved.stage.live.put(sample.id, sample.changedAgain);
    assert.equal(await outcomeOf(moved.stage, moved.plan, sample), 'stale');
    const gone = await planOfOlder({ sample, version });
    gone.stage.live.held.delete(sample.id);
    assert.equal(await outcomeOf(gone.stage, gone.plan, sample), 'stale');
  });

  test(`a plan by ${form} is stale when live says the same in other words, which that form compares`, async () => {
    const { stage, plan } = await planOfOlder({ sample, version });
    stage.live.put(sample.id, sample.changedInOtherWords);
    assert.equal(await outcomeOf(stage, plan, sample), 'stale');
  });

  test(`a plan by ${form} is never wrong against a point of the newest form, nor the other way round`, async () => {
    const { stage, plan, point } = await planOfOlder({ sample, version });
    stage.live.put(sample.id, sample.saved);
    const newest = await stage.capture({ newEpoch: true });
    assert.equal(newest.canonicalVersion(sample.kind), kinds[sample.kind].canonicalVersion);
    stage.live.put(sample.id, sample.changedInOtherWords);
    const current = await stage.plan(newest);
    assert.equal(await outcomeOf(stage, against(plan, newest), sample), 'stale');
    assert.equal(await outcomeOf(stage, against(current, point), sample), 'stale');
    assert.equal(await outcomeOf(stage, current, sample), 'applied');
  });
}
