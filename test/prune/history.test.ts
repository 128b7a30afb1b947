import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isActive } from '../../src/app/prune/judge-points.ts';
import { markPrune } from '../../src/app/prune/mark-prune.ts';
import { previewPrune } from '../../src/app/prune/preview-prune.ts';
import { sweepPrunes } from '../../src/app/prune/sweep-prune.ts';
import { HoldfastError } from '../../src/core/errors.ts';
import { createManualClock } from '../../src/platform/manual-clock.ts';
import { capture, openWith, ORGANIZATION, readAll } from '../../src/vault/sample-vault.fixture.ts';
import {
  createPrunableVault,
  DAY_MS,
  namesIn,
  prefix,
  type PrunableVault,
  prove,
  pruneRequest,
} from './prunable-vault.ts';

/** One thing that happens to a vault. */
type Step =
  | { readonly do: 'capture'; readonly newEpoch: boolean; readonly change: number; readonly skewMinutes: number }
  | { readonly do: 'wait'; readonly hours: number }
  | { readonly do: 'hold'; readonly pick: number; readonly days: number }
  | { readonly do: 'lift'; readonly pick: number }
  | { readonly do: 'prove'; readonly pick: number; readonly result: 'good' | 'damaged' }
  | { readonly do: 'forge'; readonly how: 'junk' | 'copy' | 'flip'; readonly pick: number }
  | { readonly do: 'prune'; readonly act: 'mark' | 'sweep'; readonly skewMinutes: number; readonly givesUp: boolean };

const skew = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(0, 4, -4) },
  { weight: 1, arbitrary: fc.constantFrom(7, -7, 60 * 24 * 400, -60 * 24 * 400) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('capture' as const),
      newEpoch: fc.boolean(),
      change: fc.nat(6),
      skewMinutes: skew,
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 80 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('hold' as const), pick: fc.nat(), days: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lift' as const), pick: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('prove' as const),
      pick: fc.nat(),
      result: fc.constantFrom('good' as const, 'good' as const, 'damaged' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('forge' as const),
      how: fc.constantFrom('junk' as const, 'copy' as const, 'flip' as const),
      pick: fc.nat(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('prune' as const),
      act: fc.constantFrom('mark' as const, 'sweep' as const),
      skewMinutes: skew,
      givesUp: fc.boolean(),
    }),
  },
);

/** What is known to be in the vault, by whoever did it: the model. */
interface Model {
  readonly points: Map<string, { readonly expected: ReadonlyMap<string, string>; readonly epoch: string }>;
  readonly verified: Set<string>;
  epochs: number;
}

const policy = { daily: 2, weekly: 1, guaranteedDays: 1, minimumVerified: 1 };

async function captureStep(
  vault: PrunableVault,
  model: Model,
  current: Extract<Step, { do: 'capture' }>,
): Promise<void> {
  const clock = createManualClock(vault.clock.epochMs() + current.skewMinutes * 60_000);
  const writer = await openWith(vault.store, clock, { writer: vault.keyFiles.writer });
  const opens = current.newEpoch || model.epochs === 0;
  const resources = Array.from({ length: 9 }, (_, number) => ({
    id: `apps/${number}`,
    text: `app ${number} ${number === current.change ? model.points.size : 'as ever'}`,
    secret: `${number}`,
  }));
  const id = await capture(writer, clock, resources, opens);
  if (opens) model.epochs += 1;
  const reader = await openWith(vault.store, vault.clock, { restorer: vault.keyFiles.restorer });
  const { epoch } = (await reader.openPoint(ORGANIZATION, id)).details;
  model.points.set(id, { expected: await readAll(reader, id), epoch });
}

async function forgeStep(vault: PrunableVault, { how, pick }: Extract<Step, { do: 'forge' }>): Promise<void> {
  const names = (await namesIn(vault.store)).filter((name) => name.includes('/points/'));
  const victim = names[pick % Math.max(1, names.length)];
  if (victim === undefined) return;
  const folder = victim.slice(0, victim.lastIndexOf('/') + 1);
  const bytes = Uint8Array.from(await vault.store.get(victim));
  if (how === 'flip') bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
  const forged = `${folder}20990101T000000000Z-p${String(pick % 10_000).padStart(16, '0')}`;
  await vault.store.put(forged, how === 'junk' ? new Uint8Array(99) : bytes);
}

/** Points that the pruner took away, and those of which all that was captured must still be there. */
async function pruneStep(
  vault: PrunableVault,
  { act, skewMinutes, givesUp }: Extract<Step, { do: 'prune' }>,
): Promise<readonly string[]> {
  const clock = createManualClock(vault.clock.epochMs() + skewMinutes * 60_000);
  const deps = await vault.deps({ clock });
  const { damaged } = await deps.vault.listPoints(ORGANIZATION);
  const request = pruneRequest({ ...policy, giveUp: givesUp ? damaged.map(({ name }) => name) : [] });
  try {
    if (act === 'sweep') return (await sweepPrunes(deps, request)).flatMap(({ points }) => points);
    await markPrune(deps, request, await previewPrune(deps, request));
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'PRUNE_REFUSED') throw error;
  }
  return [];
}

async function actOn(vault: PrunableVault, model: Model, current: Step): Promise<void> {
  const ids = [...model.points.keys()];
  switch (current.do) {
    case 'capture':
      return captureStep(vault, model, current);
    case 'wait':
      return vault.clock.advance(current.hours * 3_600_000);
    case 'hold': {
      const point = ids[current.pick % Math.max(1, ids.length)];
      if (point === undefined) return;
      const until = new Date(vault.clock.epochMs() + current.days * DAY_MS).toISOString();
      const at = vault.clock.now();
      await vault.pruner.holds.addHold({
        organization: ORGANIZATION,
        points: [point],
        owner: 'o',
        reason: 'r',
        until,
        at,
      });
      return;
    }
    case 'lift': {
      const { holds } = await vault.verifier.holds.listHolds(ORGANIZATION);
      const hold = holds[current.pick % Math.max(1, holds.length)]?.id;
      if (hold === undefined) return;
      await vault.verifier.holds.removeHold({
        organization: ORGANIZATION,
        hold,
        owner: 'o',
        reason: 'r',
        at: vault.clock.now(),
      });
      return;
    }
    case 'prove': {
      const point = ids[current.pick % Math.max(1, ids.length)];
      if (point === undefined) return;
      if (current.result === 'good') model.verified.add(point);
      else model.verified.delete(point);
      return prove(vault, [point], current.result);
    }
    case 'forge':
      return forgeStep(vault, current);
    case 'prune':
      throw new Error('pruning is judged, not only done');
  }
}

/** Prunes, and holds what is gone against what was promised. */
async function judgePrune(vault: PrunableVault, model: Model, current: Extract<Step, { do: 'prune' }>): Promise<void> {
  const nowMs = vault.clock.epochMs();
  const { holds } = await vault.verifier.holds.listHolds(ORGANIZATION);
  const held = new Set(holds.filter((hold) => isActive(hold, nowMs)).flatMap(({ points }) => points));
  const { points: before } = await vault.writer.listPoints(ORGANIZATION);
  const newestEpoch = before
    .map(({ epoch }) => epoch)
    .sort()
    .at(-1);
  const swept = await pruneStep(vault, current);
  // What was forged goes too, when it is given up.
  for (const id of swept.filter((one) => !one.startsWith('p0000'))) {
    const point = before.find((candidate) => candidate.id === id);
    assert.ok(point !== undefined, 'only what was a point is swept');
    assert.ok(!held.has(id), `${id} is held`);
    assert.notEqual(point.epoch, newestEpoch);
    assert.ok(nowMs >= Date.parse(point.time) + policy.guaranteedDays * DAY_MS, `${id} is guaranteed`);
    assert.ok(Math.abs(Date.parse(point.time) - Date.parse(point.endedAt)) <= 5 * 60_000, `${id} is suspect`);
    assert.ok(Math.abs(current.skewMinutes) <= 5, 'the clocks differ');
    model.points.delete(id);
  }
  if (swept.some((one) => !one.startsWith('p0000'))) {
    const good = [...model.verified].filter((id) => {
      const point = before.find((candidate) => candidate.id === id);
      return (
        model.points.has(id) &&
        point !== undefined &&
        Math.abs(Date.parse(point.time) - Date.parse(point.endedAt)) <= 5 * 60_000
      );
    });
    assert.ok(good.length >= policy.minimumVerified, 'too few verified points are left');
  }
  await assertWhole(vault, model);
}

/** Everything that was captured and not swept reads as it was captured, and nothing looks lost. */
async function assertWhole(vault: PrunableVault, model: Model): Promise<void> {
  const reader = await openWith(vault.store, vault.clock, { restorer: vault.keyFiles.restorer });
  const { points } = await reader.listPoints(ORGANIZATION);
  assert.deepEqual(points.map(({ id }) => id).sort(), [...model.points.keys()].sort());
  for (const [id, { expected }] of model.points) assert.deepEqual(await readAll(reader, id), expected);
  for await (const finding of reader.verify({ organization: ORGANIZATION, allData: true })) {
    if (finding.type === 'damaged') assert.match(finding.object, /20990101T000000000Z/, finding.reason);
  }
  assert.ok((await namesIn(vault.store)).some((name) => name.startsWith(prefix)) || model.points.size === 0);
}

/** Two epochs, of which the first may go as soon as somebody looks. */
const prelude: readonly Step[] = [
  ...[0, 1, 2, 3, 4].flatMap((day): Step[] => [
    { do: 'capture', newEpoch: day === 3, change: day, skewMinutes: 0 },
    { do: 'wait', hours: 26 },
  ]),
  { do: 'prove', pick: 4, result: 'good' },
];

test('whatever happens to a vault, nothing that is swept is needed by anything that stays', async () => {
  let swept = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30, size: 'max' }), async (steps) => {
      const vault = await createPrunableVault();
      const model: Model = { points: new Map(), verified: new Set(), epochs: 0 };
      for (const current of [...prelude, ...steps]) {
        if (current.do !== 'prune') await actOn(vault, model, current);
        else {
          const count = model.points.size;
          await judgePrune(vault, model, current);
          swept += count - model.points.size;
        }
      }
    }),
    { numRuns: Number(process.env['PRUNE_HISTORIES'] ?? 15), seed: 20_261_129, endOnFailure: true },
  );
  assert.ok(swept > 0, 'no history swept anything: they prove nothing');
});
