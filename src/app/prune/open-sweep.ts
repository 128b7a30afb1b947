import { UserError } from '../../core/errors.ts';
import type { MarkedPoint, Prune, PruneRecord } from '../ports/retention.ts';
import type { PruneDeps } from './judge-points.ts';

/** Manifests are deleted for so long after the last document of the prune; before more of them another one is put. */
export const DELETING_MS = 2 * 60_000;
/**
 * A sweep whose last document is so old deletes no manifest any more, even where clocks differ by what is allowed and a call
 * takes its time: then, and not before, somebody else may take points out of it.
 */
const ABANDONED_MS = 15 * 60_000;

/** Points of sweeps after the last one that ended, without those that were withdrawn: their manifests may still be there. */
export function unfinishedPoints({ records }: Pick<Prune, 'records'>): readonly MarkedPoint[] {
  const open = new Map<string, MarkedPoint>();
  for (const record of records) {
    if (record.step === 'swept') open.clear();
    else if (record.step === 'sweep') for (const point of record.points) open.set(point.name, point);
    else if (record.step === 'withdrawn') for (const name of record.names) open.delete(name);
  }
  return [...open.values()];
}

/** True when a sweep was begun and did not end. */
export function isUnfinished(prune: Pick<Prune, 'records'>): boolean {
  return prune.records.at(-1)?.step === 'sweep' || unfinishedPoints(prune).length > 0;
}

/** From when on nobody deletes manifests of this sweep any more, unless it is gone on with. */
export function abandonedFromMs({ records }: Pick<Prune, 'records'>): number {
  const last = records.at(-1);
  return last === undefined ? 0 : Date.parse(last.createdAt ?? last.at) + ABANDONED_MS;
}

/** UserError `RUN_ACTIVE`: another pruner is at it. */
export function sweptByAnother(organization: string, prune: number, detail = ''): UserError {
  return new UserError({
    code: 'RUN_ACTIVE',
    message: `Somebody else is sweeping prune ${prune} of ${organization}.${detail === '' ? '' : ` ${detail}`}`,
    next: 'Wait until that sweep has ended, and run it again if anything is left.',
  });
}

/** UserError `RUN_ACTIVE` when another pruner has gone on with this prune: two must not undo what each other does. */
export async function assertStillOurs(
  { vault }: Pick<PruneDeps, 'vault'>,
  organization: string,
  prune: Prune,
): Promise<void> {
  if (await vault.prunes.hasNextStep(organization, prune)) throw sweptByAnother(organization, prune.prune);
}

/** A document that another prune got, and that was not there when `known` was read; marks take nothing away. */
export function findNewStep(
  now: readonly Prune[],
  known: readonly Prune[],
  ownPrune: number,
): { readonly prune: number; readonly record: PruneRecord } | undefined {
  const seen = new Set(known.flatMap(({ records }) => records.map(({ hash }) => hash)));
  for (const { prune, records } of now) {
    const record = records.find(({ step, hash }) => step !== 'mark' && !seen.has(hash));
    if (record !== undefined && prune !== ownPrune) return { prune, record };
  }
  return undefined;
}
