import type { PruneObject } from '../../core/plan-prune.ts';
import type { MarkedPoint, PrunablePoint, Prune } from '../ports/retention.ts';
import { findStillThere } from './delete-manifests.ts';
import { deleteAll } from './delete-swept.ts';
import { assertGivenUp, type JudgedPoints, judgePoints, type PruneDeps, type PruneRequest } from './judge-points.ts';
import { assertNotRefused } from './mark-prune.ts';
import { abandonedFromMs, isUnfinished, sweptByAnother, unfinishedPoints } from './open-sweep.ts';
import { judgeAndPlan, type ObjectPlan, pendingObjects } from './plan-objects.ts';
import { describeMark } from './preview-prune.ts';
import { assertGround, withdrawHeld } from './sweep-ground.ts';
import type { Sweep } from './sweep.ts';

/**
 * Deletes what is marked, due, and by now still kept by nothing: first a signed record that names it, then manifests, then
 * packs and indexes. Killed anywhere, the next sweep goes on. Marks that are not due, or have nothing left, are passed over.
 * UserError `PRUNE_REFUSED` when nothing may be swept, `RUN_ACTIVE` when another pruner sweeps at the same time.
 */
export async function sweepPrunes(deps: PruneDeps, request: PruneRequest): Promise<readonly Sweep[]> {
  const judged = await judgePoints(deps, request);
  assertGivenUp(judged, request, deps.vault);
  assertNotRefused(request.organization, judged.refusals);
  const pending = pendingObjects(judged.ground.prunes);
  const begun = judged.ground.prunes.filter(isUnfinished);
  const due = judged.ground.prunes.filter((prune) => {
    const { dueMs, going } = describeMark(prune, judged, request.graceDays);
    const isIdle = going.length + judged.givenUp.length + (pending.get(prune.prune) ?? []).length === 0;
    return prune !== begun.at(-1) && dueMs !== undefined && judged.nowMs >= dueMs && !isIdle;
  });
  const sweeps: Sweep[] = [];
  // What was begun ends first: nobody can tell what points rest on that are neither there nor gone.
  for (const prune of [...begun, ...due]) {
    const sweep = await sweepOne(deps, request, prune);
    if (sweep !== undefined) sweeps.push(sweep);
  }
  return sweeps;
}

/** What a sweep decided from, just before its record. */
interface SweepGround {
  readonly judged: JudgedPoints;
  readonly prune: Prune;
  /** Points that it adds. */
  readonly points: readonly PrunablePoint[];
  readonly plan: ObjectPlan;
}

async function sweepOne(deps: PruneDeps, request: PruneRequest, before: Prune): Promise<Sweep | undefined> {
  const { organization } = request;
  const restored = await withdrawHeld(deps, request, before);
  const ground = await readSweepGround(deps, request, before.prune);
  if (ground === undefined) return undefined;
  const { judged, points, plan } = ground;
  assertNotRefused(organization, judged.refusals);
  const named = markedObjects(ground.prune);
  const unfinished = unfinishedPoints(ground.prune);
  const rival = judged.ground.prunes.find(({ prune, records }) => {
    return prune !== before.prune && unfinishedPoints({ records }).length > 0;
  });
  if (rival !== undefined && unfinished.length === 0) throw sweptByAnother(organization, rival.prune);
  const objects = rival === undefined ? plan.objects.filter(({ name }) => named.has(name)) : [];
  const sweeping = rival === undefined ? [...points.map(markedPoint), ...markedGivenUp(judged, ground.prune)] : [];
  if (sweeping.length + objects.length + unfinished.length === 0) return undefined;
  const isAbandoned = deps.clock.epochMs() >= abandonedFromMs(ground.prune);
  const begunMs = deps.clock.monotonicMs();
  const prune = await deps.vault.prunes.addPruneStep(
    organization,
    ground.prune,
    { step: 'sweep', points: sweeping, objects },
    deps.clock.now(),
  );
  const intact = await findStillThere(deps, unfinished);
  const withdrawable = isAbandoned ? [...sweeping, ...intact] : sweeping;
  await assertGround(deps, request, { judged, prune, sweeping, intact, withdrawable, objects });
  return deleteAll(deps, request, {
    prune,
    begunMs,
    points: [...unfinished, ...sweeping],
    withdrawable,
    objects,
    left: plan.left.filter(({ name }) => named.has(name)),
    withdrawn: restored,
  });
}

/** Judges once more, and plans; undefined when there is no such prune, or nothing of it is due or begun. */
async function readSweepGround(
  deps: PruneDeps,
  request: PruneRequest,
  number: number,
): Promise<SweepGround | undefined> {
  let found: { readonly prune: Prune; readonly isDue: boolean } | undefined;
  const { judged, points, plan } = await judgeAndPlan(deps, request, (judging) => {
    const prune = judging.ground.prunes.find((candidate) => candidate.prune === number);
    if (prune === undefined) return { points: [], more: [] };
    const mark = describeMark(prune, judging, request.graceDays);
    const isDue = mark.dueMs !== undefined && judging.nowMs >= mark.dueMs;
    const more: readonly PruneObject[] = isDue ? (pendingObjects(judging.ground.prunes).get(number) ?? []) : [];
    found = { prune, isDue };
    return { points: isDue ? mark.going : [], more };
  });
  if (found === undefined || (!found.isDue && !isUnfinished(found.prune))) return undefined;
  return { judged, prune: found.prune, points, plan };
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
