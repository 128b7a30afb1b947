import { UserError } from '../../core/errors.ts';
import {
  findObstacle,
  keepProtected,
  type LeftObject,
  type Obstacle,
  type PruneObject,
} from '../../core/plan-prune.ts';
import {
  type ActiveHold,
  type BlockedEpoch,
  type CalendarSpans,
  decideRetention,
  type RetainedPoint,
  type RetentionDecision,
  type RetentionPolicy,
} from '../../core/retention.ts';
import type { PointSummary } from '../../core/point.ts';
import type { Clock, Progress } from '../ports/surroundings.ts';
import type { Vault } from '../ports/vault.ts';
import type { DamagedManifest, Hold, PrunablePoint, PruneGround, PruneStore } from '../ports/retention.ts';
import { readClockSkew } from '../read-clock-skew.ts';
import { inBatches } from './in-batches.ts';

export interface PruneDeps {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly progress: Progress;
  /** The spans of instants in the zone of the policy. */
  readonly calendar: { namesOf(epochMs: number): CalendarSpans };
  /** ISO 8601 in UTC. */
  readonly formatInstant: (epochMs: number) => string;
}

export interface PruneRequest {
  readonly organization: string;
  readonly policy: RetentionPolicy & { readonly zone: string };
  readonly graceDays: number;
  /** For how many days the container keeps each blob, where the store cannot tell. */
  readonly protectionDays: number | undefined;
  /** Names of damaged manifests and records that nobody waits for any more. */
  readonly giveUp: readonly string[];
}

/** What became of every point, before anything is done about it. */
export interface JudgedPoints {
  readonly ground: PruneGround;
  readonly decision: RetentionDecision;
  /** Points that no rule keeps, oldest first. */
  readonly going: readonly PrunablePoint[];
  /** Damaged manifests of closed epochs that were given up, and that the store lets go. */
  readonly givenUp: readonly DamagedManifest[];
  /** Those that the store still protects. */
  readonly givenUpLeft: readonly LeftObject[];
  /** Epochs that are closed and in which nothing is in doubt. */
  readonly openTo: ReadonlySet<string>;
  /** Why nothing may be marked or swept. */
  readonly refusals: readonly string[];
  readonly nowMs: number;
}

/** Clocks and signed times may differ by so much. */
export const SKEW_MS = 5 * 60_000;
const NAMED_REFUSALS = 3;

/**
 * Decides what is kept, and why, of all that is in the vault. `blocked` are epochs of which more was found out than the
 * manifests tell.
 */
export async function judgePoints(
  deps: PruneDeps,
  request: PruneRequest,
  blocked: readonly BlockedEpoch[] = [],
): Promise<JudgedPoints> {
  const { vault, clock, progress } = deps;
  progress.phase('reading points, proofs and holds');
  const ground = await vault.prunes.readPruneGround(request.organization);
  const nowMs = clock.epochMs();
  const waitedFor = ground.damaged.filter(({ manifest }) => !request.giveUp.includes(manifest.name));
  const allBlocked = [...blocked, ...waitedFor.map(blockedByManifest), ...ground.points.flatMap(blockedByTable)];
  const decided = decideRetention({
    policy: request.policy,
    points: ground.points.map((point) => retainedPoint(point, { ...deps, ground, nowMs })),
    epochs: ground.epochs.map(({ epoch }) => epoch),
    blocked: allBlocked,
    nowMs,
  });
  const skew = await readClockSkew(vault, clock);
  const obstacles = await readManifestObstacles(deps, request, { ground, decided, nowMs });
  const decision = keepProtected(decided, obstacles);
  const openTo = new Set(decision.epochs.filter(({ isClosed }) => isClosed).map(({ epoch }) => epoch));
  for (const { epoch } of allBlocked) openTo.delete(epoch);
  const givenUp = ground.damaged.filter(
    ({ manifest, epoch }) => request.giveUp.includes(manifest.name) && openTo.has(epoch),
  );
  const held = await readObstacles(
    vault.prunes,
    givenUp.map(({ manifest }) => manifest),
    { nowMs, protectionDays: request.protectionDays, format: deps.formatInstant },
  );
  return {
    ground,
    decision,
    going: goingOf(ground, decision),
    givenUp: givenUp.filter(({ manifest }) => !held.has(manifest.name)),
    givenUpLeft: givenUp.flatMap(({ manifest }) => {
      const obstacle = held.get(manifest.name);
      return obstacle === undefined ? [] : [{ ...manifest, ...obstacle }];
    }),
    openTo,
    refusals: [
      ...refusalsOf(deps, request, { ground, nowMs }),
      ...(skew?.isTooLarge === true ? [`${skew.text} Until then the age of no point is known.`] : []),
      ...decision.refusals,
    ],
    nowMs,
  };
}

function goingOf(ground: PruneGround, decision: RetentionDecision): readonly PrunablePoint[] {
  const going = new Set(decision.points.filter(({ keeps }) => keeps.length === 0).map(({ point }) => point.id));
  return ground.points.filter(({ summary }) => going.has(summary.id));
}

/** What keeps these blobs from being deleted, by name. Blobs that are not there have no obstacle. */
export async function readObstacles(
  store: Pick<PruneStore, 'readProtection'>,
  objects: readonly PruneObject[],
  at: {
    readonly nowMs: number;
    readonly protectionDays: number | undefined;
    readonly format: (epochMs: number) => string;
  },
): Promise<ReadonlyMap<string, Obstacle>> {
  const obstacles = new Map<string, Obstacle>();
  await inBatches(objects, async (object) => {
    const reading = await store.readProtection(object.name);
    const obstacle = reading === undefined ? undefined : findObstacle(reading, object, at);
    if (obstacle !== undefined) obstacles.set(object.name, obstacle);
  });
  return obstacles;
}

/** Of the points that may go: what keeps the manifest, by the point's id. */
async function readManifestObstacles(
  { vault, formatInstant }: PruneDeps,
  { protectionDays }: PruneRequest,
  judged: { readonly ground: PruneGround; readonly decided: RetentionDecision; readonly nowMs: number },
): Promise<ReadonlyMap<string, Obstacle>> {
  const going = goingOf(judged.ground, judged.decided);
  const at = { nowMs: judged.nowMs, protectionDays, format: formatInstant };
  const byName = await readObstacles(
    vault.prunes,
    going.map(({ manifest }) => manifest),
    at,
  );
  return new Map(
    going.flatMap(({ summary, manifest }) => {
      const obstacle = byName.get(manifest.name);
      return obstacle === undefined ? [] : [[summary.id, obstacle] as const];
    }),
  );
}

function retainedPoint(
  { summary, whole, excused, proof }: PrunablePoint,
  { calendar, ground, nowMs }: Pick<PruneDeps, 'calendar'> & { readonly ground: PruneGround; readonly nowMs: number },
): RetainedPoint {
  const timeMs = Date.parse(summary.time);
  const isBelievable = Math.abs(timeMs - Date.parse(summary.endedAt)) <= SKEW_MS;
  return {
    id: summary.id,
    epoch: summary.epoch,
    timeMs,
    spans: calendar.namesOf(timeMs),
    grade: summary.grade,
    scope: scopeOf(summary),
    standing: isBelievable ? 'sound' : 'suspect',
    proof,
    whole,
    excused,
    holds: ground.holds.filter((hold) => hold.points.includes(summary.id) && isActive(hold, nowMs)).map(activeHold),
  };
}

function scopeOf({ scope }: PointSummary): RetainedPoint['scope'] {
  if (scope.type === 'run') return 'run';
  return scope.type === 'all' ? 'full' : 'part';
}

/** True while a hold counts. */
export function isActive({ until, removed }: Hold, nowMs: number): boolean {
  return removed === undefined && (until === undefined || nowMs < Date.parse(until));
}

function activeHold({ id, owner, reason, until }: Hold): ActiveHold {
  return { id, owner, reason, ...(until === undefined ? {} : { until }) };
}

function blockedByManifest({ epoch, manifest, why }: DamagedManifest): BlockedEpoch {
  return {
    epoch,
    why: `a manifest of epoch ${epoch} cannot be trusted, and what it needs is not known: ${manifest.name} (${why})`,
  };
}

function blockedByTable({ summary, unreadable }: PrunablePoint): readonly BlockedEpoch[] {
  if (unreadable === undefined) return [];
  return [
    { epoch: summary.epoch, why: `what ${summary.id} of epoch ${summary.epoch} needs cannot be read: ${unreadable}` },
  ];
}

function refusalsOf(
  { vault, formatInstant }: PruneDeps,
  { giveUp }: PruneRequest,
  { ground, nowMs }: { readonly ground: PruneGround; readonly nowMs: number },
): readonly string[] {
  const untrusted = ground.untrusted.filter(({ name }) => !giveUp.includes(name));
  const newestMs = Math.max(0, ...ground.points.map(({ manifest }) => manifest.createdMs));
  return [
    ...(vault.attestsTime
      ? []
      : [
          'The store does not attest when a blob was created, so nobody knows how old a point is. Nothing is pruned there.',
        ]),
    ...(vault.attestsTime && newestMs > nowMs + SKEW_MS
      ? [
          `The clock of this machine (${formatInstant(nowMs)}) is behind that of the store, which has a point of ${formatInstant(newestMs)}.`,
        ]
      : []),
    ...untrusted
      .slice(0, NAMED_REFUSALS)
      .map(({ why }) => `A record cannot be trusted, and what it says is not known: ${why}`),
    ...(untrusted.length > NAMED_REFUSALS
      ? [`${untrusted.length - NAMED_REFUSALS} more records cannot be trusted.`]
      : []),
  ];
}

/**
 * UserError `USAGE` for a name to give up that is not damaged, `KEY_MISSING` for a hold without the verifier's key: who may
 * delete cannot lift what keeps from it.
 */
export function assertGivenUp(
  { ground: { damaged, untrusted } }: Pick<JudgedPoints, 'ground'>,
  { giveUp }: Pick<PruneRequest, 'giveUp'>,
  { abilities }: Pick<Vault, 'abilities'>,
): void {
  const names = [...damaged.map(({ manifest }) => manifest.name), ...untrusted.map(({ name }) => name)];
  const unknown = giveUp.find((name) => !names.includes(name));
  if (unknown === undefined) {
    const hold = giveUp.find((name) => name.includes('/holds/'));
    if (hold !== undefined && !abilities.liftHolds) throw holdNotGivenUp(hold);
    return;
  }
  throw new UserError({
    code: 'USAGE',
    message: `${unknown} is no damaged manifest or record of this organization, so there is nothing to give up.`,
    next: names.length === 0 ? 'Leave --give-up out.' : `Damaged are: ${names.join(', ')}.`,
  });
}

function holdNotGivenUp(name: string): UserError {
  return new UserError({
    code: 'KEY_MISSING',
    message: `${name} is a record of a hold, and giving it up needs verifier.key: who may delete cannot lift what keeps from it.`,
    resource: 'verifier.key',
    next: 'Put verifier.key beside pruner.key, or restore the record from a copy of the vault.',
  });
}
