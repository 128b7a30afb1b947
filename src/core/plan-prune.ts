import type { KeepReason, RetentionDecision } from './retention.ts';

/** A blob that may go. */
export interface PruneObject {
  readonly name: string;
  readonly sizeBytes: number;
  /** Not before it was created, by the store, in epoch milliseconds. */
  readonly createdMs: number;
}

/** What a store says that keeps a blob from being deleted. */
export interface ProtectionReading {
  /** ISO 8601; may have passed. */
  readonly immutableUntil: string | undefined;
  readonly hasLegalHold: boolean;
  readonly container: 'none' | 'policy' | 'legal-hold' | 'unknown';
}

/** Why a blob cannot be deleted now, and until when, where that is known. */
export interface Obstacle {
  readonly why: string;
  /** ISO 8601. */
  readonly until?: string;
}

/** A blob that nobody needs any more and that cannot go yet. */
export interface LeftObject extends Obstacle {
  readonly name: string;
  readonly sizeBytes: number;
  readonly createdMs: number;
}

const DAY_MS = 86_400_000;

/**
 * What stands in the way of deleting a blob, undefined when nothing does. Stores do not tell how long the policy of a whole
 * container lasts: without `protectionDays` such a blob is left alone.
 */
export function findObstacle(
  reading: ProtectionReading,
  blob: Pick<PruneObject, 'createdMs'>,
  at: {
    readonly nowMs: number;
    readonly protectionDays: number | undefined;
    readonly format: (epochMs: number) => string;
  },
): Obstacle | undefined {
  if (reading.hasLegalHold) return { why: 'a legal hold' };
  if (reading.container === 'legal-hold') return { why: 'a legal hold on the container' };
  if (reading.immutableUntil !== undefined && at.nowMs < Date.parse(reading.immutableUntil))
    return { why: 'immutable', until: reading.immutableUntil };
  if (reading.container === 'none') return undefined;
  if (at.protectionDays === undefined) {
    const what =
      reading.container === 'policy' ? 'the container is immutable' : 'what protects the container cannot be read';
    return { why: `${what}, and retention.protectionDays does not say for how many days` };
  }
  const untilMs = blob.createdMs + at.protectionDays * DAY_MS;
  return at.nowMs < untilMs ? { why: 'immutable with its container', until: at.format(untilMs) } : undefined;
}

/** A point keeps what it rests on as long as its manifest cannot be deleted: else it would be listed and not be readable. */
export function keepProtected(
  decision: RetentionDecision,
  obstacles: ReadonlyMap<string, Obstacle>,
): RetentionDecision {
  const points = decision.points.map((decided) => {
    const obstacle = obstacles.get(decided.point.id);
    if (decided.keeps.length > 0 || obstacle === undefined) return decided;
    const reason: KeepReason = { rule: 'immutable', why: describeObstacle(obstacle) };
    return { ...decided, keeps: [reason] };
  });
  return { ...decision, points };
}

/** `immutable until 2026-08-01T00:00:00.000Z` */
function describeObstacle({ why, until }: Obstacle): string {
  return until === undefined ? why : `${why} until ${until}`;
}

/** Of the candidates those that nobody needs: what goes, and what the store holds. Each name once. */
export function chooseObjects(request: {
  readonly candidates: Iterable<PruneObject>;
  /** Names that a point that stays needs. */
  readonly needed: ReadonlySet<string>;
  readonly obstacles: ReadonlyMap<string, Obstacle>;
}): { readonly objects: readonly PruneObject[]; readonly left: readonly LeftObject[] } {
  const unneeded = new Map<string, PruneObject>();
  for (const candidate of request.candidates) {
    if (!request.needed.has(candidate.name)) unneeded.set(candidate.name, candidate);
  }
  const objects: PruneObject[] = [];
  const left: LeftObject[] = [];
  for (const object of unneeded.values()) {
    const obstacle = request.obstacles.get(object.name);
    if (obstacle === undefined) objects.push(object);
    else left.push({ ...object, ...obstacle });
  }
  return { objects, left };
}
