import { IntegrityError, RemoteError } from '../../core/errors.ts';
import type { LeftObject, PruneObject } from '../../core/plan-prune.ts';
import type { MarkedPoint, Prune } from '../ports/retention.ts';
import { deleteManifests, findStillThere } from './delete-manifests.ts';
import { inBatches } from './in-batches.ts';
import type { PruneDeps, PruneRequest } from './judge-points.ts';
import { assertStillOurs } from './open-sweep.ts';
import { epochOf } from './plan-objects.ts';
import type { Sweep } from './sweep.ts';

export async function deleteAll(
  deps: PruneDeps,
  { organization }: PruneRequest,
  sweep: {
    readonly prune: Prune;
    /** When its record was put, by the monotonic clock. */
    readonly begunMs: number;
    readonly points: readonly MarkedPoint[];
    /** Those of them that nobody else can be deleting. */
    readonly withdrawable: readonly MarkedPoint[];
    readonly objects: readonly PruneObject[];
    readonly left: readonly LeftObject[];
    readonly withdrawn: Sweep['withdrawn'];
  },
): Promise<Sweep> {
  const { vault, clock, progress } = deps;
  progress.phase('deleting manifests');
  const { held: refused, denied, prune: newest } = await deleteManifests(deps, organization, sweep);
  let prune = newest;
  if (denied !== undefined) return withdrawDenied(deps, organization, { prune, points: sweep.withdrawable, denied });
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
  const deleteOne = async (object: PruneObject): Promise<void> => {
    const obstacle = needed(object.name)
      ? { why: 'a point needs it that stays after all' }
      : await deleteObject(deps, organization, object.name);
    if (obstacle !== undefined) left.push({ ...object, ...obstacle });
    else [objects, bytes] = [objects + 1, bytes + object.sizeBytes];
    progress.advance(objects, sweep.objects.length, 'packs and indexes');
  };
  await inBatches(sweep.objects, deleteOne, () => assertStillOurs(deps, organization, prune));
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
