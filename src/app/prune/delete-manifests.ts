import { RemoteError } from '../../core/errors.ts';
import type { PruneObject } from '../../core/plan-prune.ts';
import type { MarkedPoint, Prune } from '../ports/retention.ts';
import { inBatches } from './in-batches.ts';
import type { PruneDeps } from './judge-points.ts';
import { assertStillOurs, DELETING_MS } from './open-sweep.ts';

/** What came of the manifests of a sweep. */
export interface DeletedManifests {
  /** Those that the store holds. */
  readonly held: readonly MarkedPoint[];
  /** Why no more were tried: the store lets the pruner delete nothing. */
  readonly denied?: RemoteError;
  /** With the documents that it took. */
  readonly prune: Prune;
}

/**
 * Deletes manifests until the store denies one; those that were under way are waited for. Where it takes long the sweep is
 * recorded again, so that nobody takes it for abandoned. UserError `RUN_ACTIVE` when another pruner has gone on with it.
 */
export async function deleteManifests(
  { vault, clock }: Pick<PruneDeps, 'vault' | 'clock'>,
  organization: string,
  sweep: {
    readonly prune: Prune;
    readonly begunMs: number;
    readonly points: readonly MarkedPoint[];
    readonly objects: readonly PruneObject[];
  },
): Promise<DeletedManifests> {
  const held: MarkedPoint[] = [];
  const tried = new Set<MarkedPoint>();
  let { prune, begunMs } = sweep;
  let denied: RemoteError | undefined;
  const deleteOne = async (point: MarkedPoint): Promise<void> => {
    if (denied !== undefined) return;
    tried.add(point);
    try {
      const { outcome } = await vault.prunes.deletePruned(organization, point.name);
      if (outcome === 'held') held.push(point);
    } catch (error) {
      if (!(error instanceof RemoteError) || error.code !== 'STORE_DENIED') throw error;
      denied = error;
    }
  };
  await inBatches(sweep.points, deleteOne, async () => {
    const nowMs = clock.monotonicMs();
    if (nowMs - begunMs < DELETING_MS) return assertStillOurs({ vault }, organization, prune);
    const points = sweep.points.filter((point) => !tried.has(point) || held.includes(point));
    const step = { step: 'sweep', points, objects: sweep.objects } as const;
    prune = await vault.prunes.addPruneStep(organization, prune, step, clock.now());
    begunMs = nowMs;
  });
  return { held, prune, ...(denied === undefined ? {} : { denied }) };
}

/** Those whose manifest is in the store now. */
export async function findStillThere(
  { vault }: Pick<PruneDeps, 'vault'>,
  points: readonly MarkedPoint[],
): Promise<readonly MarkedPoint[]> {
  const there = new Set<string>();
  await inBatches(points, async ({ name }) => {
    if ((await vault.prunes.readProtection(name)) !== undefined) there.add(name);
  });
  return points.filter(({ name }) => there.has(name));
}
