import type { LeftObject, PruneObject } from '../../core/plan-prune.ts';
import type { DamagedManifest, Hold, PrunablePoint, Prune } from '../ports/retention.ts';
import { assertGivenUp, type JudgedPoints, type PruneDeps, type PruneRequest, SKEW_MS } from './judge-points.ts';
import { isUnfinished } from './open-sweep.ts';
import { judgeAndPlan, pendingObjects } from './plan-objects.ts';

const DAY_MS = 86_400_000;

/** A point whose hold has ended: from when on it may go. */
export interface WaitingPoint {
  readonly point: PrunablePoint;
  readonly dueMs: number;
}

/** A mark, and from when on what it names may be swept. */
export interface MarkState {
  readonly prune: Prune;
  readonly markedAt: string;
  /** Epoch milliseconds; absent where the mark counts for nothing. */
  readonly dueMs?: number;
  /** Why it counts for nothing. */
  readonly voidBecause?: string;
  /** Of its points those that would go now; others are kept by now, or gone. */
  readonly going: readonly PrunablePoint[];
  /** Points that would go, but for a hold that ended less than the grace ago. */
  readonly waiting: readonly WaitingPoint[];
  /** Points whose sweep was begun and did not end. */
  readonly isUnfinished: boolean;
}

/** What a mark would name now, and what became of earlier marks. Nothing was written. */
export interface PrunePreview {
  readonly judged: JudgedPoints;
  /** What may go and no mark that counts names yet. */
  readonly unmarked: {
    readonly points: readonly PrunablePoint[];
    readonly givenUp: readonly DamagedManifest[];
    readonly objects: readonly PruneObject[];
  };
  /** Damaged manifests that go because they were given up. */
  readonly givenUp: readonly DamagedManifest[];
  /** What goes with all that may go: packs and indexes. */
  readonly objects: readonly PruneObject[];
  readonly left: readonly LeftObject[];
  readonly marks: readonly MarkState[];
}

/** Decides what would go, without writing anything. UserError `USAGE` for a name to give up that is not damaged. */
export async function previewPrune(deps: PruneDeps, request: PruneRequest): Promise<PrunePreview> {
  const { judged, plan } = await judgeAndPlan(deps, request, ({ ground, going }) => ({
    points: going,
    more: [...pendingObjects(ground.prunes).values()].flat(),
  }));
  assertGivenUp(judged, request, deps.vault);
  const marks = judged.ground.prunes.map((prune) => describeMark(prune, judged, request.graceDays));
  const marked = namedBy(marks.filter(({ dueMs }) => dueMs !== undefined));
  return {
    judged,
    unmarked: {
      points: judged.going.filter(({ manifest }) => !marked.has(manifest.name)),
      givenUp: judged.givenUp.filter(({ manifest }) => !marked.has(manifest.name)),
      objects: [...plan.objects, ...plan.left].filter(({ name }) => !marked.has(name)),
    },
    givenUp: judged.givenUp,
    objects: plan.objects,
    left: [...plan.left, ...judged.givenUpLeft],
    marks,
  };
}

/** Names of the manifests, packs and indexes that marks name. */
function namedBy(marks: readonly MarkState[]): ReadonlySet<string> {
  const records = marks.flatMap(({ prune }) => prune.records);
  return new Set(
    records.flatMap((record) =>
      record.step === 'mark' ? [...record.points, ...record.objects].map(({ name }) => name) : [],
    ),
  );
}

/** When the points of a mark may go, and which of them would by now. */
export function describeMark(
  prune: Prune,
  { going, ground, nowMs }: Pick<JudgedPoints, 'going' | 'ground' | 'nowMs'>,
  graceDays: number,
): MarkState {
  const [mark] = prune.records;
  const common = { prune, markedAt: mark?.createdAt ?? mark?.at ?? '', isUnfinished: isUnfinished(prune) };
  if (mark?.step !== 'mark') return { ...common, going: [], waiting: [], voidBecause: 'its mark cannot be read' };
  const graceMs = Math.max(mark.graceDays, graceDays) * DAY_MS;
  const names = new Map(mark.points.map(({ name, hash }) => [name, hash]));
  const named = going.filter(({ manifest, manifestHash }) => names.get(manifest.name) === manifestHash);
  const waiting = named
    .map((point) => ({ point, dueMs: holdEndOf(point, ground.holds) + graceMs }))
    .filter(({ dueMs }) => nowMs < dueMs);
  const left = named.filter((point) => !waiting.some((one) => one.point === point));
  const points = { going: left, waiting };
  if (mark.createdAt === undefined) return { ...common, ...points, voidBecause: 'the store does not attest its time' };
  const createdMs = Date.parse(mark.createdAt);
  if (Math.abs(createdMs - Date.parse(mark.at)) > SKEW_MS)
    return { ...common, ...points, voidBecause: `it says ${mark.at}, and the store says ${mark.createdAt}` };
  return { ...common, ...points, dueMs: createdMs + graceMs };
}

/** When the last hold on a point ended, for one on which none is active. */
function holdEndOf({ summary }: PrunablePoint, holds: readonly Hold[]): number {
  const ends = holds
    .filter(({ points }) => points.includes(summary.id))
    .map(({ until, removed }) =>
      Math.min(...[until, removed?.at].flatMap((at) => (at === undefined ? [] : [Date.parse(at)]))),
    );
  return Math.max(Number.NEGATIVE_INFINITY, ...ends.filter((end) => Number.isFinite(end)));
}
