import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PruneRequest } from '../../src/app/prune/judge-points.ts';
import { markPrune } from '../../src/app/prune/mark-prune.ts';
import { previewPrune } from '../../src/app/prune/preview-prune.ts';
import { sweepPrunes } from '../../src/app/prune/sweep-prune.ts';
import { HoldfastError } from '../../src/core/errors.ts';
import type { BlobStore } from '../../src/vault/blob/blob-store.ts';
import { openWith, ORGANIZATION, readAll } from '../../src/vault/sample-vault.fixture.ts';
import { captureDays, createPrunableVault, DAY_MS, type PrunableVault, prove, pruneRequest } from './prunable-vault.ts';
import { createInterleaving, Died, dyingStore, throughStore } from './stores.ts';

const request = pruneRequest({ daily: 1 });
const MINUTE_MS = 60_000;

interface Scene {
  readonly vault: PrunableVault;
  readonly expected: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Of prune 1, and of prune 2. */
  readonly goes: readonly (readonly string[])[];
}

/** Two marks that are due: of points that share packs and indexes, where the second names what the points of the first rest on too. */
async function createScene(): Promise<Scene> {
  const vault = await createPrunableVault();
  const january = await captureDays(vault, 5, 'january');
  const february = await captureDays(vault, 1, 'february');
  const [, , , fourth, fifth] = january.map(({ id }) => id);
  const later = [fourth ?? '', fifth ?? ''];
  const hold = await lay(vault, later);
  await mark(vault, request);
  const lifted = { organization: ORGANIZATION, hold, owner: 'o', reason: 'r', at: vault.clock.now() };
  await vault.verifier.holds.removeHold(lifted);
  await mark(vault, request);
  await vault.clock.advance(2 * DAY_MS);
  return {
    vault,
    expected: new Map([...january, ...february].map(({ id, expected }) => [id, expected])),
    goes: [january.slice(0, 3).map(({ id }) => id), later],
  };
}

async function mark(vault: PrunableVault, asked: PruneRequest): Promise<void> {
  assert.ok((await markPrune(await vault.deps(), asked, await previewPrune(await vault.deps(), asked))) !== undefined);
}

async function lay({ pruner, clock }: PrunableVault, points: readonly string[]): Promise<string> {
  const hold = { organization: ORGANIZATION, points, owner: 'o', reason: 'r', at: clock.now() };
  return (await pruner.holds.addHold(hold)).id;
}

/** What is listed reads as it was captured, and what is not listed is told to be swept. */
async function assertSound({ vault, expected }: Scene): Promise<ReadonlySet<string>> {
  const reader = await openWith(vault.store, vault.clock, { restorer: vault.keyFiles.restorer });
  const { points, damaged, swept } = await reader.listPoints(ORGANIZATION);
  assert.deepEqual(damaged, []);
  const told = new Set(swept.map(({ point }) => point));
  for (const { id } of points) assert.deepEqual(await readAll(reader, id), expected.get(id), `${id} is not whole`);
  const listed = new Set(points.map(({ id }) => id));
  for (const id of expected.keys()) assert.ok(listed.has(id) !== told.has(id), `${id} is neither listed nor swept`);
  for await (const finding of reader.verify({ organization: ORGANIZATION, allData: true }))
    assert.notEqual(finding.type, 'damaged');
  return listed;
}

/** Sweeps over this store; another pruner in the way, and having died, are all right. */
async function sweep(vault: PrunableVault, store: BlobStore, asked = request): Promise<'done' | 'stopped'> {
  try {
    await sweepPrunes(await vault.deps({ store }), asked);
    return 'done';
  } catch (error) {
    if (error instanceof Died) return 'stopped';
    if (error instanceof HoldfastError && ['RUN_ACTIVE', 'PRUNE_REFUSED'].includes(error.code)) return 'stopped';
    throw error;
  }
}

/** Lays a hold at the so many-th call of the store. */
function holdingStore(vault: PrunableVault, store: BlobStore, at: number, points: readonly string[]): BlobStore {
  let calls = 0;
  return throughStore(store, async (work) => {
    calls += 1;
    if (calls === at) await lay(vault, points);
    return work();
  });
}

const ways = fc.record({
  picks: fc.array(fc.nat(9), { minLength: 1, maxLength: 60 }),
  late: fc.option(fc.record({ at: fc.integer({ min: 1, max: 150 }), which: fc.nat(4) }), { nil: undefined, freq: 3 }),
  dies: fc.option(
    fc.record({
      at: fc.integer({ min: 1, max: 120 }),
      when: fc.constantFrom('before' as const, 'after' as const),
      counts: fc.constant('all' as const),
    }),
    { nil: undefined, freq: 2 },
  ),
  // One that was killed before them.
  remains: fc.option(fc.integer({ min: 1, max: 14 }), { nil: undefined, freq: 2 }),
});

test('two pruners at once, in any order of their calls, a hold in between, and deaths: nothing is lost, what is listed reads', async () => {
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(ways, async ({ picks, late, dies, remains }) => {
      const scene = await createScene();
      const { vault, goes } = scene;
      const all = goes.flat();
      if (remains !== undefined) await sweep(vault, dyingStore(vault.store, { at: remains, when: 'after' }));
      const interleaving = createInterleaving(picks);
      const first = interleaving.over(dies === undefined ? vault.store : dyingStore(vault.store, dies));
      const holding =
        late === undefined ? vault.store : holdingStore(vault, vault.store, late.at, [all[late.which] ?? '']);
      const ended = await Promise.all([sweep(vault, first), sweep(vault, interleaving.over(holding))]);
      outcomes.add(ended.join(' '));
      const listed = await assertSound(scene);
      await vault.clock.advance(15 * MINUTE_MS);
      assert.equal(await sweep(vault, vault.store), 'done', 'whoever comes last ends the work');
      const left = await assertSound(scene);
      for (const id of left) assert.ok(listed.has(id) || late !== undefined, 'only a hold brings a point back');
      const { holds } = await vault.pruner.holds.listHolds(ORGANIZATION);
      const held = holds.filter(({ removed }) => removed === undefined).flatMap(({ points }) => points);
      for (const id of all) assert.ok(!left.has(id) || held.includes(id), `${id} is not held, and stays`);
      for (const id of held) assert.ok(!listed.has(id) || left.has(id), `${id} was held, and went`);
    }),
    { numRuns: Number(process.env['PRUNE_RACES'] ?? 10), seed: Number(process.env['PRUNE_SEED'] ?? 20_261_130) },
  );
  assert.ok(outcomes.size > 1, 'the pruners never met');
});

test('a hold that both find after both have put their records stops both, and the point comes back once nobody can be deleting it', async () => {
  const scene = await createScene();
  const { vault, goes } = scene;
  const [[point = ''] = []] = goes;
  let calls = 0;
  const first = throughStore(vault.store, async (work, changes) => {
    const result = await work();
    calls += changes ? 1 : 0;
    if (changes && calls === 1)
      assert.equal(await sweep(vault, holdingStore(vault, vault.store, 40, [point])), 'stopped');
    return result;
  });
  assert.equal(await sweep(vault, first), 'stopped');
  assert.ok(!(await assertSound(scene)).has(point), 'its sweep may still go on');
  await vault.clock.advance(15 * MINUTE_MS);
  assert.equal(await sweep(vault, vault.store), 'done');
  assert.deepEqual([...(await assertSound(scene))].length, 2);
  assert.ok((await assertSound(scene)).has(point));
});

test('two pruners with different policies do not together leave fewer verified points than each of them would', async () => {
  const vault = await createPrunableVault();
  while (new Date(vault.clock.epochMs()).getUTCDay() !== 1) await vault.clock.advance(DAY_MS);
  const january = await captureDays(vault, 7, 'january');
  const [newest] = await captureDays(vault, 1, 'february');
  const [tuesday, monday] = [january[0]?.id ?? '', january[6]?.id ?? ''];
  await prove(vault, [tuesday, monday, newest?.id ?? '']);
  // One of each week: Tuesday stays, and the Monday goes. The newest day: the other way round.
  const byWeek = pruneRequest({ daily: 0, weekly: 9, minimumVerified: 2, graceDays: 2 });
  const byDay = pruneRequest({ daily: 1, minimumVerified: 2 });
  await mark(vault, byWeek);
  await vault.clock.advance(DAY_MS);
  await mark(vault, byDay);
  await vault.clock.advance(1.5 * DAY_MS);
  const byDayStore = throughStore(vault.store, (work) => work());
  const meeting: BlobStore = {
    ...byDayStore,
    async put(name, bytes) {
      if (name.endsWith('/prunes/000002/000001-step')) assert.equal(await sweep(vault, vault.store, byWeek), 'done');
      return byDayStore.put(name, bytes);
    },
  };
  assert.equal(await sweep(vault, meeting, byDay), 'stopped');
  const { points } = await vault.writer.listPoints(ORGANIZATION);
  assert.deepEqual(
    points.map(({ id }) => id),
    [tuesday, newest?.id],
  );
});

test('a held point of a sweep that was begun waits until nobody can be deleting it, and is said so', async () => {
  const scene = await createScene();
  const { vault, goes } = scene;
  const [[point = ''] = []] = goes;
  assert.equal(await sweep(vault, dyingStore(vault.store, { at: 2, when: 'before' })), 'stopped');
  await lay(vault, [point]);
  await vault.clock.advance(14 * MINUTE_MS);
  await assert.rejects(sweepPrunes(await vault.deps(), request), (error: unknown) => {
    assert.ok(error instanceof HoldfastError);
    assert.equal(error.code, 'RUN_ACTIVE');
    assert.match(
      error.message,
      new RegExp(`It has ${point}, which is held by now. From 2026-\\S+Z on it counts as abandoned`),
    );
    return true;
  });
  await vault.clock.advance(MINUTE_MS);
  const [done] = await sweepPrunes(await vault.deps(), request);
  assert.deepEqual(
    done?.withdrawn.map((one) => one.point),
    [point],
  );
  assert.ok((await assertSound(scene)).has(point));
});

test('a sweep that takes long records itself again, so that nobody takes it for abandoned', async () => {
  const vault = await createPrunableVault();
  await captureDays(vault, 20, 'january');
  await captureDays(vault, 1, 'february');
  await mark(vault, request);
  await vault.clock.advance(DAY_MS);
  const slow = throughStore(
    vault.store,
    (work) => work(),
    async (name) => {
      if (name.includes('/points/')) await vault.clock.advance(10_000);
    },
  );
  assert.equal(await sweep(vault, slow), 'done');
  const [prune] = await vault.pruner.prunes.listPrunes(ORGANIZATION);
  const steps = prune?.records.map((record) => [record.step, record.step === 'sweep' ? record.points.length : 0]);
  assert.deepEqual(steps, [
    ['mark', 0],
    ['sweep', 20],
    ['sweep', 4],
    ['swept', 0],
  ]);
});

test('whoever finds that another goes on with its sweep deletes no more', async () => {
  const scene = await createScene();
  const { vault } = scene;
  const deleted: string[] = [];
  let isTaken = false;
  const first = throughStore(
    vault.store,
    (work) => work(),
    async (name) => {
      deleted.push(name);
      if (isTaken) return;
      isTaken = true;
      assert.equal(await sweep(vault, vault.store), 'done');
    },
  );
  await assert.rejects(sweepPrunes(await vault.deps({ store: first }), request), { code: 'RUN_ACTIVE' });
  assert.ok(
    deleted.every((name) => name.includes('/points/')),
    'what was under way, and nothing after it',
  );
  assert.equal((await assertSound(scene)).size, 1);
});

test('a sweep that was begun ends although its grace was made longer meanwhile, and before anything else', async () => {
  const scene = await createScene();
  const { vault, goes } = scene;
  assert.equal(await sweep(vault, dyingStore(vault.store, { at: 2, when: 'before' })), 'stopped');
  await vault.clock.advance(15 * MINUTE_MS);
  const longer = pruneRequest({ daily: 1, graceDays: 90 });
  const done = await sweepPrunes(await vault.deps(), longer);
  assert.deepEqual(
    done.map(({ prune, points }) => [prune, [...points].sort()]),
    [[1, goes[0]?.toSorted()]],
  );
  const listed = await assertSound(scene);
  for (const id of goes[1] ?? []) assert.ok(listed.has(id), 'the others are not due');
});
