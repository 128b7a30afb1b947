import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isActive } from '../../src/app/prune/judge-points.ts';
import { markPrune } from '../../src/app/prune/mark-prune.ts';
import { previewPrune } from '../../src/app/prune/preview-prune.ts';
import { sweepPrunes } from '../../src/app/prune/sweep-prune.ts';
import { HoldfastError, IntegrityError } from '../../src/core/errors.ts';
import { createManualClock } from '../../src/platform/manual-clock.ts';
import type { BlobStore } from '../../src/vault/blob/blob-store.ts';
import { capture, openWith, ORGANIZATION } from '../../src/vault/sample-vault.fixture.ts';
import { assertReadIndependently, type Captured, readCaptured, readWhole } from './captured.ts';
import { forgePoint, forgeRecord } from './forgeries.ts';
import { type Act, finale, prelude, type Step, steps } from './history-steps.ts';
import { createPrunableVault, DAY_MS, namesIn, type PrunableVault, prove, pruneRequest } from './prunable-vault.ts';
import { createInterleaving, Died, dyingStore, throughStore } from './stores.ts';

/** What is known to be in the vault, by whoever did it: the model. Nothing here asks the code that prunes. */
interface Model {
  readonly points: Map<string, Captured>;
  /** Swept by a signed record; a manifest of it may be there still. */
  readonly swept: Map<string, Captured>;
  readonly verified: Set<string>;
  /** Names of blobs that are no part of the history. */
  readonly forged: Set<string>;
  epochs: number;
}

const policy = { daily: 2, weekly: 1, guaranteedDays: 1, minimumVerified: 1 };
const TOLERANCE_MS = 5 * 60_000;

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
  let id: string;
  try {
    id = await capture(writer, clock, resources, opens);
  } catch (error) {
    // A false point that nothing can be built upon: like a backup, it goes on in a new epoch.
    if (!(error instanceof IntegrityError)) throw error;
    id = await capture(writer, clock, resources, true);
  }
  if (opens) model.epochs += 1;
  model.points.set(id, await readCaptured(vault, id));
}

async function litter(
  vault: PrunableVault,
  { how, pick }: Extract<Step, { do: 'litter' }>,
): Promise<string | undefined> {
  const names = (await namesIn(vault.store)).filter((name) => name.includes('/points/'));
  const victim = names[pick % Math.max(1, names.length)];
  if (victim === undefined) return undefined;
  const folder = victim.slice(0, victim.lastIndexOf('/') + 1);
  const bytes = Uint8Array.from(await vault.store.get(victim));
  if (how === 'flip') bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
  const forged = `${folder}20990101T000000000Z-p${String(pick % 10_000).padStart(16, '0')}`;
  return (await vault.store.put(forged, how === 'junk' ? new Uint8Array(99) : bytes)) === 'created'
    ? forged
    : undefined;
}

const accepted = ['PRUNE_REFUSED', 'RUN_ACTIVE', 'KEY_MISSING', 'USAGE'];

/** Marks or sweeps, in the way that the command line does; refusing and dying are all right. */
async function prune(vault: PrunableVault, store: BlobStore, { act, skewMinutes, givesUp }: Act): Promise<void> {
  const clock = createManualClock(vault.clock.epochMs() + skewMinutes * 60_000);
  try {
    const { pruner, verifier } = vault.keyFiles;
    const opened = await openWith(store, clock, givesUp ? { pruner, verifier } : { pruner });
    const deps = { ...(await vault.deps({ clock })), vault: opened };
    const giveUp = givesUp ? await namesToGiveUp(vault) : [];
    const request = pruneRequest({ ...policy, giveUp });
    if (act === 'sweep') await sweepPrunes(deps, request);
    else await markPrune(deps, request, await previewPrune(deps, request));
  } catch (error) {
    if (error instanceof Died) return;
    if (!(error instanceof HoldfastError) || !accepted.includes(error.code)) throw error;
  }
}

async function namesToGiveUp({ pruner }: PrunableVault): Promise<readonly string[]> {
  const { damaged, untrusted } = await pruner.prunes.readPruneGround(ORGANIZATION);
  return [...new Set([...damaged.map(({ manifest }) => manifest.name), ...untrusted.map(({ name }) => name)])];
}

async function actOn(vault: PrunableVault, model: Model, current: Exclude<Step, { do: 'prune' }>): Promise<void> {
  const ids = [...model.points.keys()];
  const pickId = (pick: number): string | undefined => ids[pick % Math.max(1, ids.length)];
  const remember = (name: string | undefined): void => void (name !== undefined && model.forged.add(name));
  switch (current.do) {
    case 'capture':
      return captureStep(vault, model, current);
    case 'wait':
      return vault.clock.advance(current.hours * 3_600_000);
    case 'hold': {
      const point = pickId(current.pick);
      if (point === undefined) return;
      const until = new Date(vault.clock.epochMs() + current.days * DAY_MS).toISOString();
      const hold = { organization: ORGANIZATION, points: [point], owner: 'o', reason: 'r', until };
      await vault.pruner.holds.addHold({ ...hold, at: vault.clock.now() });
      return;
    }
    case 'lift': {
      const { holds } = await vault.verifier.holds.listHolds(ORGANIZATION);
      const hold = holds[current.pick % Math.max(1, holds.length)]?.id;
      if (hold === undefined) return;
      const lift = { organization: ORGANIZATION, hold, owner: 'o', reason: 'r', at: vault.clock.now() };
      await vault.verifier.holds.removeHold(lift);
      return;
    }
    case 'prove': {
      const point = pickId(current.pick);
      if (point === undefined) return;
      if (current.result === 'good') model.verified.add(point);
      else model.verified.delete(point);
      return prove(vault, [point], current.result);
    }
    case 'lock': {
      const names = (await namesIn(vault.store)).filter((name) => /\/(points|packs|indexes)\//.test(name));
      const name = names[current.pick % Math.max(1, names.length)];
      if (name !== undefined) vault.store.setLegalHold(name, current.isLocked);
      return;
    }
    case 'litter':
      return remember(await litter(vault, current));
    case 'forge':
      // Nobody knows which of two of one instant is the false one.
      await vault.clock.advance(1);
      return remember(await forgePoint(vault, current.point, model.forged));
    case 'forgeRecord': {
      const name = await forgeRecord(vault, current);
      // A false epoch is one like any other, and true points go into it.
      if (current.what !== 'epoch') remember(name);
      return;
    }
  }
}

/** Prunes, and holds what is gone against what was promised. */
async function judgePrune(vault: PrunableVault, model: Model, current: Extract<Step, { do: 'prune' }>): Promise<void> {
  const nowMs = vault.clock.epochMs();
  const { holds } = await vault.verifier.holds.listHolds(ORGANIZATION);
  const held = new Set(holds.filter((hold) => isActive(hold, nowMs)).flatMap(({ points }) => points));
  const newestEpoch = (await namesIn(vault.store)).map((name) => /\/epochs\/(\d{6})\//.exec(name)?.[1] ?? '').sort();
  const deleted: string[] = [];
  const store = throughStore(
    vault.store,
    (work) => work(),
    async (name) => {
      const protection = await vault.store.protection(name);
      const until = protection?.immutableUntil;
      assert.ok(protection?.hasLegalHold !== true, `${name} is on legal hold, and a delete was tried`);
      assert.ok(until === undefined || vault.clock.now() >= until, `${name} is immutable, and a delete was tried`);
      deleted.push(name);
    },
  );
  await runPruners(vault, store, current);
  const { gone, back } = await compareWithListing(vault, model);
  for (const [id, point] of gone) {
    assert.ok(!held.has(id), `${id} is held`);
    assert.notEqual(point.epoch, newestEpoch.at(-1));
    assert.ok(nowMs + TOLERANCE_MS >= point.createdMs + policy.guaranteedDays * DAY_MS, `${id} is guaranteed`);
    assert.ok(isBelievable(point), `${id} is suspect`);
    assert.ok([current.first, current.rival?.act].some((act) => act !== undefined && Math.abs(act.skewMinutes) <= 5));
  }
  if (gone.size > back.size) {
    const good = [...model.verified].filter((id) => isBelievable(model.points.get(id)));
    assert.ok(good.length >= policy.minimumVerified, 'too few verified points are left');
  }
  for (const [id, { restsOn }] of model.points)
    for (const name of deleted) assert.ok(!restsOn.has(name), `${id} stays, and ${name} that it rests on was deleted`);
  await assertWhole(vault, model);
}

function isBelievable(point: Captured | undefined): boolean {
  return point !== undefined && Math.abs(point.createdMs - point.endedMs) <= TOLERANCE_MS;
}

async function runPruners(
  vault: PrunableVault,
  store: BlobStore,
  { first, rival, dies }: Extract<Step, { do: 'prune' }>,
): Promise<void> {
  const mortal = (one: BlobStore): BlobStore =>
    dies === undefined ? one : dyingStore(one, { ...dies, counts: 'all' });
  if (rival === undefined) return prune(vault, mortal(store), first);
  const interleaving = createInterleaving(rival.picks);
  await Promise.all([
    prune(vault, interleaving.over(mortal(store)), first),
    prune(vault, interleaving.over(store), rival.act),
  ]);
}

/** Moves what is told to be swept, and what was withdrawn from a sweep that had begun; nothing may be lost. */
async function compareWithListing(
  vault: PrunableVault,
  model: Model,
): Promise<{ readonly gone: ReadonlyMap<string, Captured>; readonly back: ReadonlySet<string> }> {
  const { points, swept } = await vault.writer.listPoints(ORGANIZATION);
  const listed = new Set(points.map(({ id }) => id));
  const told = new Set(swept.map(({ point }) => point));
  const gone = new Map<string, Captured>();
  const back = new Set<string>();
  for (const [id, point] of Array.from(model.swept)) {
    if (!listed.has(id)) continue;
    model.swept.delete(id);
    model.points.set(id, point);
    back.add(id);
  }
  for (const [id, point] of Array.from(model.points)) {
    if (listed.has(id)) continue;
    assert.ok(told.has(id), `${id} is lost: neither listed nor swept`);
    model.points.delete(id);
    model.swept.set(id, point);
    gone.set(id, point);
  }
  return { gone, back };
}

/** Everything that was captured and not swept reads as it was captured, and nothing of the history looks damaged. */
async function assertWhole(vault: PrunableVault, model: Model): Promise<void> {
  const restorer = await openWith(vault.store, vault.clock, { restorer: vault.keyFiles.restorer });
  for (const [id, { expected }] of model.points) assert.deepEqual(await readWhole(restorer, id), expected);
  for await (const finding of restorer.verify({ organization: ORGANIZATION, allData: true })) {
    if (finding.type !== 'damaged') continue;
    const hurt = finding.points.filter((id) => model.points.has(id));
    assert.deepEqual(hurt, [], finding.reason);
    assert.ok(model.forged.size > 0, finding.reason);
  }
}

async function live(history: readonly Step[], immutableForMs: number | undefined): Promise<Model> {
  const vault = await createPrunableVault(immutableForMs === undefined ? {} : { immutableForMs });
  const model: Model = { points: new Map(), swept: new Map(), verified: new Set(), forged: new Set(), epochs: 0 };
  for (const current of [...prelude, ...history, ...finale]) {
    if (current.do === 'prune') await judgePrune(vault, model, current);
    else await actOn(vault, model, current);
  }
  await assertReadIndependently(vault, model);
  return model;
}

const numRuns = Number(process.env['PRUNE_HISTORIES'] ?? 6);
const immutable = fc.constantFrom(undefined, undefined, DAY_MS, 4 * DAY_MS);

async function assertNothingNeededIsSwept(history: (typeof steps)[keyof typeof steps]): Promise<void> {
  let swept = 0;
  await fc.assert(
    fc.asyncProperty(history, immutable, async (done, immutableForMs) => {
      swept += (await live(done, immutableForMs)).swept.size;
    }),
    { numRuns, seed: Number(process.env['PRUNE_SEED'] ?? 20_261_129), endOnFailure: true },
  );
  assert.ok(swept > 0, 'no history swept anything: they prove nothing');
}

test('whatever happens to a vault, nothing that is swept is needed by anything that stays', async () => {
  await assertNothingNeededIsSwept(steps.honest);
});

test('with the key that writes points nobody has swept what is needed by anything that stays', async () => {
  await assertNothingNeededIsSwept(steps.hostile);
});
