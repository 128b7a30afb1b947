import { IntegrityError, RemoteError, UserError } from '../../core/errors.ts';
import type { LeftObject, PruneObject } from '../../core/plan-prune.ts';
import type { MarkedPoint, PrunablePoint, Prune, PruneRecord } from '../ports/retention.ts';
import { deleteManifests, findStillThere } from './delete-manifests.ts';
import { inBatches } from './in-batches.ts';
import {
  assertGivenUp,
  isActive,
  type JudgedPoints,
  judgePoints,
  type PruneDeps,
  type PruneRequest,
  SKEW_MS,
} from './judge-points.ts';
import { assertClocksAgree, assertNotRefused, clockDifferenceMs } from './mark-prune.ts';
import { epochOf, judgeAndPlan, pendingObjects } from './plan-objects.ts';
import { describeMark } from './preview-prune.ts';

/** What one sweep did. */
export interface Sweep {
  readonly prune: number;
  readonly points: readonly string[];
  /** Points that stay after all, and why. */
  readonly withdrawn: readonly { readonly point: string; readonly why: string }[];
  readonly deletedObjects: number;
  readonly deletedBytes: number;
  readonly left: readonly LeftObject[];
}

/**
 * Deletes what is marked, due, and by now still kept by nothing: first a signed record that names it, then manifests, then
 * packs and indexes. Killed anywhere, the next sweep goes on. Marks that are not due, or have nothing left, are passed over.
 * UserError `PRUNE_REFUSED` when nothing may be swept.
 */
export async function sweepPrunes(deps: PruneDeps, request: PruneRequest): Promise<readonly Sweep[]> {
  const judged = await judgePoints(deps, request);
  assertGivenUp(judged, request, deps.vault);
  assertNotRefused(request.organization, judged.refusals);
  const pending = pendingObjects(judged.ground.prunes);
  const sweeps: Sweep[] = [];
  for (const prune of judged.ground.prunes) {
    const { dueMs, going, isUnfinished } = describeMark(prune, judged, request.graceDays);
    const isIdle = going.length + judged.givenUp.length + (pending.get(prune.prune) ?? []).length === 0;
    if (dueMs === undefined || judged.nowMs < dueMs || (isIdle && !isUnfinished)) continue;
    const sweep = await sweepOne(deps, request, prune);
    if (sweep !== undefined) sweeps.push(sweep);
  }
  return sweeps;
}

async function sweepOne(deps: PruneDeps, request: PruneRequest, before: Prune): Promise<Sweep | undefined> {
  const { prune: number } = before;
  const restored = await withdrawHeld(deps, request, before);
  let found: { readonly prune: Prune; readonly isDue: boolean; readonly more: readonly PruneObject[] } | undefined;
  const { judged, points, plan } = await judgeAndPlan(deps, request, (judging) => {
    const prune = judging.ground.prunes.find((candidate) => candidate.prune === number);
    if (prune === undefined) return { points: [], more: [] };
    const mark = describeMark(prune, judging, request.graceDays);
    const isDue = mark.dueMs !== undefined && judging.nowMs >= mark.dueMs;
    const more = isDue ? (pendingObjects(judging.ground.prunes).get(number) ?? []) : [];
    found = { prune, isDue, more };
    return { points: isDue ? mark.going : [], more };
  });
  if (found === undefined || !found.isDue) return undefined;
  assertNotRefused(request.organization, judged.refusals);
  const named = markedObjects(found.prune);
  const objects = plan.objects.filter(({ name }) => named.has(name));
  const givenUp = markedGivenUp(judged, found.prune);
  const unfinished = unfinishedPoints(found.prune);
  if (points.length + givenUp.length + objects.length + unfinished.length === 0) return undefined;
  const sweeping = [...points.map(markedPoint), ...givenUp];
  const prune = await deps.vault.prunes.addPruneStep(
    request.organization,
    found.prune,
    { step: 'sweep', points: sweeping, objects },
    deps.clock.now(),
  );
  const intact = [...sweeping, ...(await findStillThere(deps, unfinished))];
  await assertGround(deps, request, { judged, prune, sweeping: intact });
  const left = plan.left.filter(({ name }) => named.has(name));
  return deleteAll(deps, request, { prune, points: [...unfinished, ...sweeping], objects, left, withdrawn: restored });
}

function markedPoint({ summary, manifest, manifestHash }: PrunablePoint): MarkedPoint {
  return { point: summary.id, name: manifest.name, hash: manifestHash };
}

function markedObjects({ records }: Prune): ReadonlySet<string> {
  return new Set(
    records
      .flatMap((record) => (record.step === 'mark' || record.step === 'sweep' ? record.objects : []))
      .map(({ name }) => name),
  );
}

function markedGivenUp({ givenUp }: JudgedPoints, { records }: Prune): readonly MarkedPoint[] {
  const [mark] = records;
  const names = new Set(mark?.step === 'mark' ? mark.points.map(({ name }) => name) : []);
  return givenUp
    .filter(({ manifest }) => names.has(manifest.name))
    .map(({ point, manifest }) => ({ point, name: manifest.name }));
}

/** Points of sweeps after the last one that ended, without those that were withdrawn: their manifests may still be there. */
function unfinishedPoints({ records }: Prune): readonly MarkedPoint[] {
  const open = new Map<string, MarkedPoint>();
  for (const record of records) {
    if (record.step === 'swept') open.clear();
    else if (record.step === 'sweep') for (const point of record.points) open.set(point.name, point);
    else if (record.step === 'withdrawn') for (const name of record.names) open.delete(name);
  }
  return [...open.values()];
}

/**
 * A hold that was laid while a sweep was begun counts: as long as a manifest is there, nothing of its point is gone, because
 * all manifests go first.
 */
async function withdrawHeld(
  { vault, clock }: PruneDeps,
  { organization }: PruneRequest,
  prune: Prune,
): Promise<Sweep['withdrawn']> {
  const unfinished = unfinishedPoints(prune);
  if (unfinished.length === 0) return [];
  const { holds } = await vault.holds.listHolds(organization);
  const nowMs = clock.epochMs();
  const named = unfinished.filter(({ point }) =>
    holds.some((hold) => hold.points.includes(point) && isActive(hold, nowMs)),
  );
  const held = await findStillThere({ vault }, named);
  if (held.length === 0) return [];
  const why = 'it was held before anything of it was deleted';
  await vault.prunes.addPruneStep(
    organization,
    prune,
    { step: 'withdrawn', names: held.map(({ name }) => name), why },
    clock.now(),
  );
  return held.map(({ point }) => ({ point, why }));
}

/**
 * The record of the sweep is the first thing that the store dates, and the last moment at which everything is still there: the
 * clocks, and what came in meanwhile, are looked at once more. What does not hold withdraws the sweep.
 */
async function assertGround(
  { vault, clock }: PruneDeps,
  { organization }: PruneRequest,
  begun: { readonly judged: JudgedPoints; readonly prune: Prune; readonly sweeping: readonly MarkedPoint[] },
): Promise<void> {
  const { judged, prune, sweeping } = begun;
  const names = sweeping.map(({ name }) => name);
  const withdraw = async (why: string): Promise<void> => {
    await vault.prunes.addPruneStep(organization, prune, { step: 'withdrawn', names, why }, clock.now());
  };
  if (clockDifferenceMs(prune.records) > SKEW_MS) {
    await withdraw('the clocks of the machine and of the store differ by more than five minutes');
    assertClocksAgree(organization, prune, 'The sweep was withdrawn.');
  }
  const moved = await findMovement({ vault, clock }, organization, { judged, sweeping });
  if (moved === undefined) return;
  await withdraw(moved);
  throw new UserError({
    code: 'PRUNE_REFUSED',
    message: `The sweep of prune ${prune.prune} was withdrawn, because ${moved}. It deleted nothing of ${organization}.`,
    resource: organization,
    next: 'Look at the preview again: `holdfast prune`.',
  });
}

/** What changed since the points were judged, if it matters to those that are to go. */
async function findMovement(
  { vault, clock }: Pick<PruneDeps, 'vault' | 'clock'>,
  organization: string,
  of: { readonly judged: JudgedPoints; readonly sweeping: readonly MarkedPoint[] },
): Promise<string | undefined> {
  const { judged, sweeping } = of;
  const points = sweeping.map(({ point }) => point);
  const { holds, untrusted } = await vault.holds.listHolds(organization);
  const nowMs = clock.epochMs();
  const held = holds.find((hold) => isActive(hold, nowMs) && hold.points.some((point) => points.includes(point)));
  if (held !== undefined) return `${held.owner} holds ${held.points.join(', ')} since ${held.addedAt}`;
  const known = new Set(judged.ground.untrusted.map(({ name }) => name));
  const strange = untrusted.find(({ name }) => !known.has(name));
  if (strange !== undefined) return `a record of a hold came that cannot be trusted: ${strange.why}`;
  const seen = new Set([
    ...[...judged.ground.points, ...judged.ground.damaged].map(({ manifest }) => manifest.name),
    ...judged.ground.prunes.flatMap(({ records }) => records.flatMap(sweptNames)),
  ]);
  for (const epoch of new Set(sweeping.map(({ name }) => epochOf(name)))) {
    const appeared = (await vault.prunes.listManifests(organization, epoch)).find((name) => !seen.has(name));
    if (appeared !== undefined) return `${appeared} appeared in epoch ${epoch}, which was closed`;
  }
  return undefined;
}

function sweptNames(record: PruneRecord): readonly string[] {
  return record.step === 'sweep' ? record.points.map(({ name }) => name) : [];
}

async function deleteAll(
  deps: PruneDeps,
  { organization }: PruneRequest,
  sweep: {
    readonly prune: Prune;
    readonly points: readonly MarkedPoint[];
    readonly objects: readonly PruneObject[];
    readonly left: readonly LeftObject[];
    readonly withdrawn: Sweep['withdrawn'];
  },
): Promise<Sweep> {
  const { vault, clock, progress } = deps;
  progress.phase('deleting manifests');
  let { prune } = sweep;
  const { held: refused, denied } = await deleteManifests(deps, organization, sweep.points);
  if (denied !== undefined) return withdrawDenied(deps, organization, { prune, points: sweep.points, denied });
  const kept = new Map<string, { readonly point: string; readonly why: string }>();
  if (refused.length > 0) {
    const why = 'the store holds its manifest, although it did not say so before';
    const names = refused.map(({ name }) => name);
    prune = await vault.prunes.addPruneStep(organization, prune, { step: 'withdrawn', names, why }, clock.now());
    for (const { point, name } of refused) kept.set(name, { point, why });
  }
  const needed = await needsOf(deps, organization, refused);
  progress.phase('deleting packs and indexes');
  const left = [...sweep.left];
  let [objects, bytes] = [0, 0];
  await inBatches(sweep.objects, async (object) => {
    const obstacle = needed(object.name)
      ? { why: 'a point needs it that stays after all' }
      : await deleteObject(deps, organization, object.name);
    if (obstacle !== undefined) left.push({ ...object, ...obstacle });
    else [objects, bytes] = [objects + 1, bytes + object.sizeBytes];
    progress.advance(objects, sweep.objects.length, 'packs and indexes');
  });
  const deleted = { objects, bytes };
  await vault.prunes.addPruneStep(organization, prune, { step: 'swept', deleted, left }, clock.now());
  return {
    prune: prune.prune,
    points: sweep.points.filter(({ name }) => !kept.has(name)).map(({ point }) => point),
    withdrawn: [...sweep.withdrawn, ...kept.values()],
    deletedObjects: objects,
    deletedBytes: bytes,
    left,
  };
}

/**
 * What the store denied to delete is whole, and must not be taken for swept: it is withdrawn, and the refusal thrown on.
 */
async function withdrawDenied(
  deps: PruneDeps,
  organization: string,
  of: { readonly prune: Prune; readonly points: readonly MarkedPoint[]; readonly denied: RemoteError },
): Promise<never> {
  const { prune, points, denied } = of;
  const there = await findStillThere(deps, points);
  const why = 'the store denied to delete its manifest';
  const names = there.map(({ name }) => name);
  if (names.length > 0)
    await deps.vault.prunes.addPruneStep(organization, prune, { step: 'withdrawn', names, why }, deps.clock.now());
  throw new RemoteError({
    code: 'STORE_DENIED',
    message: `The store denied to delete manifests, so the sweep of prune ${prune.prune} of ${organization} was withdrawn for ${there.length} of its ${points.length} points, which stay whole: ${there.map(({ point }) => point).join(', ')}. ${denied.message}`,
    resource: organization,
    operation: denied.operation,
    next: 'Give the identity that sweeps the right to delete blobs, and run `holdfast prune --sweep` again.',
    cause: denied,
    ...(denied.status === undefined ? {} : { status: denied.status }),
    ...(denied.reason === undefined ? {} : { reason: denied.reason }),
  });
}

/** Why the store did not let it go; undefined when it is gone. */
async function deleteObject(
  { vault }: PruneDeps,
  organization: string,
  name: string,
): Promise<{ readonly why: string; readonly until?: string } | undefined> {
  const deletion = await vault.prunes.deletePruned(organization, name);
  if (deletion.outcome !== 'held') return undefined;
  const why = deletion.by === 'policy' ? 'immutable' : 'a legal hold';
  return deletion.until === undefined ? { why } : { why, until: deletion.until };
}

/** Whether one of these points needs a blob; where that cannot be read, all of its epoch. */
async function needsOf(
  { vault }: PruneDeps,
  organization: string,
  points: readonly MarkedPoint[],
): Promise<(name: string) => boolean> {
  const names = new Set<string>();
  const epochs = new Set<string>();
  for (const { point, name } of points) {
    try {
      for (const need of await vault.prunes.listNeeds(organization, point)) names.add(need);
    } catch (error) {
      if (!(error instanceof IntegrityError)) throw error;
      epochs.add(epochOf(name));
    }
  }
  return (name) => names.has(name) || epochs.has(epochOf(name));
}
