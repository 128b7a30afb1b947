import { RemoteError } from '../../core/errors.ts';
import type { MarkedPoint } from '../ports/retention.ts';
import { inBatches } from './in-batches.ts';
import type { PruneDeps } from './judge-points.ts';

/** What came of the manifests of a sweep. */
export interface DeletedManifests {
  /** Those that the store holds. */
  readonly held: readonly MarkedPoint[];
  /** Why no more were tried: the store lets the pruner delete nothing. */
  readonly denied?: RemoteError;
}

/** Deletes manifests until the store denies one; those that were under way are waited for. */
export async function deleteManifests(
  { vault }: Pick<PruneDeps, 'vault'>,
  organization: string,
  points: readonly MarkedPoint[],
): Promise<DeletedManifests> {
  const held: MarkedPoint[] = [];
  let denied: RemoteError | undefined;
  await inBatches(points, async (point) => {
    if (denied !== undefined) return;
    try {
      const { outcome } = await vault.prunes.deletePruned(organization, point.name);
      if (outcome === 'held') held.push(point);
    } catch (error) {
      if (!(error instanceof RemoteError) || error.code !== 'STORE_DENIED') throw error;
      denied = error;
    }
  });
  return denied === undefined ? { held } : { held, denied };
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
