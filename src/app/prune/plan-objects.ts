import { IntegrityError, UserError } from '../../core/errors.ts';
import { chooseObjects, type LeftObject, type PruneObject } from '../../core/plan-prune.ts';
import type { BlockedEpoch } from '../../core/retention.ts';
import type { PrunablePoint, Prune } from '../ports/retention.ts';
import { inBatches } from './in-batches.ts';
import { type JudgedPoints, judgePoints, type PruneDeps, type PruneRequest, readObstacles } from './judge-points.ts';

/** What a sweep of some points deletes besides their manifests. */
export interface ObjectPlan {
  readonly objects: readonly PruneObject[];
  readonly left: readonly LeftObject[];
}

/** An epoch of which it turned out that what its points need cannot be read. */
class EpochInDoubt extends Error {
  readonly block: BlockedEpoch;

  constructor(block: BlockedEpoch, cause: unknown) {
    super(block.why, { cause });
    this.block = block;
  }
}

/** Judges, and plans for the points that `choose` takes; again without an epoch in which something cannot be read. */
export async function judgeAndPlan(
  deps: PruneDeps,
  request: PruneRequest,
  choose: (judged: JudgedPoints) => {
    readonly points: readonly PrunablePoint[];
    readonly more: readonly PruneObject[];
  },
): Promise<{ readonly judged: JudgedPoints; readonly points: readonly PrunablePoint[]; readonly plan: ObjectPlan }> {
  const blocked: BlockedEpoch[] = [];
  for (;;) {
    const judged = await judgePoints(deps, request, blocked);
    const { points, more } = choose(judged);
    try {
      return { judged, points, plan: await planObjects(deps, request, { judged, points, more }) };
    } catch (error) {
      // Each time one epoch more is blocked, and there are only so many.
      if (!(error instanceof EpochInDoubt)) throw error;
      blocked.push(error.block);
    }
  }
}

/**
 * The packs and indexes that go with these points: what their captures put, `more`, and where an epoch has no point left all
 * that it has, without what a point that stays needs.
 */
async function planObjects(
  deps: PruneDeps,
  { organization, protectionDays }: PruneRequest,
  of: {
    readonly judged: JudgedPoints;
    readonly points: readonly PrunablePoint[];
    readonly more: readonly PruneObject[];
  },
): Promise<ObjectPlan> {
  const { judged, points } = of;
  const leaving = new Set(points.map(({ summary }) => summary.id));
  const staying = judged.ground.points.filter(({ summary }) => !leaving.has(summary.id));
  const emptied = [...judged.openTo].filter((epoch) => !staying.some(({ summary }) => summary.epoch === epoch));
  const candidates = [...points.flatMap(({ wrote }) => wrote), ...of.more].filter(({ name }) =>
    judged.openTo.has(epochOf(name)),
  );
  deps.progress.phase('reading what the points that stay rest on');
  for (const epoch of emptied) candidates.push(...(await deps.vault.prunes.listEpochObjects(organization, epoch)));
  const touched = new Set(candidates.map(({ name }) => epochOf(name)));
  const needed = await readNeeds(
    deps,
    organization,
    staying.filter(({ summary }) => touched.has(summary.epoch)),
  );
  const unneeded = chooseObjects({ candidates, needed, obstacles: new Map() }).objects;
  const at = { nowMs: judged.nowMs, protectionDays, format: deps.formatInstant };
  const obstacles = await readObstacles(deps.vault.prunes, unneeded, at);
  return chooseObjects({ candidates: unneeded, needed, obstacles });
}

async function readNeeds(
  { vault }: PruneDeps,
  organization: string,
  staying: readonly PrunablePoint[],
): Promise<ReadonlySet<string>> {
  const needed = new Set<string>();
  await inBatches(staying, async ({ summary }) => {
    try {
      for (const name of await vault.prunes.listNeeds(organization, summary.id)) needed.add(name);
    } catch (error) {
      if (error instanceof UserError && error.code === 'POINT_SWEPT') throw sweptMeanwhile(organization, error);
      if (!(error instanceof IntegrityError)) throw error;
      const { id, epoch } = summary;
      throw new EpochInDoubt(
        { epoch, why: `what ${id} of epoch ${epoch} needs cannot be read: ${error.message}` },
        error,
      );
    }
  });
  return needed;
}

/** Another pruner swept a point after it was listed here. */
function sweptMeanwhile(organization: string, cause: UserError): UserError {
  return new UserError({
    code: 'RUN_ACTIVE',
    message: `Somebody else is sweeping points of ${organization} at this moment. ${cause.message}`,
    next: 'Wait until that sweep has ended, and run it again if anything is left.',
    cause,
  });
}

/** `000002` of `orgs/<org>/epochs/000002/packs/<id>`. */
export function epochOf(name: string): string {
  return name.split('/')[3] ?? '';
}

/** Objects that prunes marked or meant to sweep and that, by what is recorded, may still be there; by prune. */
export function pendingObjects(prunes: readonly Prune[]): ReadonlyMap<number, readonly PruneObject[]> {
  const gone = new Set<string>();
  for (const { records } of prunes) {
    let sweeping: readonly PruneObject[] = [];
    for (const record of records) {
      if (record.step === 'sweep') sweeping = record.objects;
      if (record.step !== 'swept') continue;
      const left = new Set(record.left.map(({ name }) => name));
      for (const { name } of sweeping) if (!left.has(name)) gone.add(name);
    }
  }
  return new Map(
    prunes.map(({ prune, records }) => {
      const named = new Map<string, PruneObject>();
      for (const record of records) {
        if (record.step !== 'mark' && record.step !== 'sweep') continue;
        for (const object of record.objects) if (!gone.has(object.name)) named.set(object.name, object);
      }
      return [prune, [...named.values()]] as const;
    }),
  );
}
