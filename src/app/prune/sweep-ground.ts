import { UserError } from '../../core/errors.ts';
import type { PruneObject } from '../../core/plan-prune.ts';
import type { MarkedPoint, Prune, PruneRecord } from '../ports/retention.ts';
import { findStillThere } from './delete-manifests.ts';
import { isActive, type JudgedPoints, type PruneDeps, type PruneRequest, SKEW_MS } from './judge-points.ts';
import { assertClocksAgree, clockDifferenceMs } from './mark-prune.ts';
import { abandonedFromMs, findNewStep, sweptByAnother, unfinishedPoints } from './open-sweep.ts';
import { epochOf } from './plan-objects.ts';
import type { Sweep } from './sweep.ts';

/**
 * A hold that was laid while a sweep was begun counts: as long as a manifest is there, nothing of its point is gone, because
 * all manifests go first. UserError `RUN_ACTIVE` while whoever began it may still be deleting.
 */
export async function withdrawHeld(
  { vault, clock, formatInstant }: PruneDeps,
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
  const fromMs = abandonedFromMs(prune);
  if (nowMs < fromMs) {
    const points = held.map(({ point }) => point).join(', ');
    const detail = `It has ${points}, which is held by now. From ${formatInstant(fromMs)} on it counts as abandoned, and what is still there of that is taken out of it.`;
    throw sweptByAnother(organization, prune.prune, detail);
  }
  const why = 'it was held before anything of it was deleted';
  await vault.prunes.addPruneStep(
    organization,
    prune,
    { step: 'withdrawn', names: held.map(({ name }) => name), why },
    clock.now(),
  );
  return held.map(({ point }) => ({ point, why }));
}

/** A sweep whose record was put, and that has deleted nothing yet. */
export interface BegunSweep {
  readonly judged: JudgedPoints;
  readonly prune: Prune;
  /** Points that it adds to those of earlier sweeps of the prune. */
  readonly sweeping: readonly MarkedPoint[];
  /** Points of earlier sweeps whose manifest is still there. */
  readonly intact: readonly MarkedPoint[];
  /** Those of both that nobody else can be deleting. */
  readonly withdrawable: readonly MarkedPoint[];
  readonly objects: readonly PruneObject[];
}

/**
 * The record of the sweep is the first thing that the store dates, and the last moment at which everything is still there: the
 * clocks, and what came in meanwhile, are looked at once more. What does not hold withdraws the sweep.
 */
export async function assertGround(
  { vault, clock }: PruneDeps,
  { organization }: PruneRequest,
  begun: BegunSweep,
): Promise<void> {
  const { prune, withdrawable } = begun;
  const names = withdrawable.map(({ name }) => name);
  const withdraw = async (why: string): Promise<void> => {
    if (names.length > 0)
      await vault.prunes.addPruneStep(organization, prune, { step: 'withdrawn', names, why }, clock.now());
  };
  if (clockDifferenceMs(prune.records) > SKEW_MS) {
    await withdraw('the clocks of the machine and of the store differ by more than five minutes');
    assertClocksAgree(organization, prune, 'The sweep was withdrawn.');
  }
  const rival = findNewStep(await vault.prunes.listPrunes(organization), begun.judged.ground.prunes, prune.prune);
  if (rival !== undefined) {
    await withdraw(`another pruner was at prune ${rival.prune} at the same time`);
    throw sweptByAnother(organization, rival.prune);
  }
  const moved = await findMovement({ vault, clock }, organization, begun);
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
  { judged, sweeping, intact, objects }: BegunSweep,
): Promise<string | undefined> {
  const points = [...sweeping, ...intact].map(({ point }) => point);
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
  for (const epoch of new Set([...sweeping, ...objects].map(({ name }) => epochOf(name)))) {
    const appeared = (await vault.prunes.listManifests(organization, epoch)).find((name) => !seen.has(name));
    if (appeared !== undefined) return `${appeared} appeared in epoch ${epoch}, which was closed`;
  }
  return undefined;
}

function sweptNames(record: PruneRecord): readonly string[] {
  return record.step === 'sweep' ? record.points.map(({ name }) => name) : [];
}
