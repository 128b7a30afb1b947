import type { Grade } from './ledger.ts';

/** How many of the newest hours, days, weeks, months and years keep a point, and what is kept besides. */
export interface RetentionPolicy {
  readonly hourly: number;
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
  readonly yearly: number;
  /** No sweep may leave fewer verified points than this. */
  readonly minimumVerified: number;
  /** Every point is kept for so many days. */
  readonly guaranteedDays: number;
}

export const calendarRules = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type CalendarRule = (typeof calendarRules)[number];

/** The hour, day, week, month and year that an instant falls into, in the zone of the policy, by any names that differ. */
export type CalendarSpans = Readonly<Record<CalendarRule, string>>;

/** Whether what a point says of itself can be believed: `suspect` when its signed time is not the one the store attests. */
export type Standing = 'sound' | 'suspect';

/** What the newest proof says of a point; only proofs of whoever did not write it count. */
export type Proof = 'verified' | 'damaged' | 'none';

/** A hold that counts now. */
export interface ActiveHold {
  readonly id: string;
  readonly owner: string;
  readonly reason: string;
  /** ISO 8601; absent = until it is removed. */
  readonly until?: string;
}

/** A point as retention sees it. */
export interface RetainedPoint {
  readonly id: string;
  readonly epoch: string;
  /** When it was taken, by the store. */
  readonly timeMs: number;
  readonly spans: CalendarSpans;
  readonly grade: Grade;
  /** `full`: the whole organization. `part`: a selection. `run`: a safety point. */
  readonly scope: 'full' | 'part' | 'run';
  readonly standing: Standing;
  readonly proof: Proof;
  /** Kinds that it has whole. */
  readonly whole: readonly string[];
  /** Kinds that it lacks for a reason that is agreed to: an accepted gap, or nothing of the kind is possible. */
  readonly excused: readonly string[];
  readonly holds: readonly ActiveHold[];
}

/** An epoch in which something cannot be judged: then nothing of it goes. */
export interface BlockedEpoch {
  readonly epoch: string;
  /** What is the matter, as the end of "kept, because". */
  readonly why: string;
}

export interface RetentionRequest {
  readonly policy: RetentionPolicy;
  readonly points: readonly RetainedPoint[];
  /** All epochs there are, oldest first. */
  readonly epochs: readonly string[];
  readonly blocked: readonly BlockedEpoch[];
  /** Now, by the store. */
  readonly nowMs: number;
}

export type KeepRule =
  | CalendarRule
  | 'guaranteed'
  | 'held'
  | 'open-epoch'
  | 'newest-copy'
  | 'minimum-verified'
  | 'suspect-time'
  | 'blocked-epoch'
  | 'immutable';

export interface KeepReason {
  readonly rule: KeepRule;
  /** In words, for people: "the newest of 2026-05-10". */
  readonly why: string;
}

export interface PointDecision {
  readonly point: RetainedPoint;
  /** Why it is kept; it may go when there is nothing here. */
  readonly keeps: readonly KeepReason[];
}

export interface EpochState {
  readonly epoch: string;
  readonly isClosed: boolean;
  /** Why it is open. */
  readonly why?: string;
}

export interface RetentionDecision {
  /** In the order of the request. */
  readonly points: readonly PointDecision[];
  readonly epochs: readonly EpochState[];
  /** Why nothing at all may go; empty when something may. */
  readonly refusals: readonly string[];
}

const DAY_MS = 86_400_000;
const MOST_NAMED = 4;

/** True when no calendar rule keeps anything: such a policy would let everything go that no other rule holds. */
export function isEmptyPolicy(policy: RetentionPolicy): boolean {
  return calendarRules.every((rule) => policy[rule] <= 0);
}

/**
 * Decides which points are kept, each with every rule that keeps it. What cannot be believed has no vote: a suspect or
 * damaged point fills no hour, closes no epoch, is no copy and counts as no verified one.
 */
export function decideRetention(request: RetentionRequest): RetentionDecision {
  const { policy, points } = request;
  const epochs = judgeEpochs(request);
  const keeps = new Map<RetainedPoint, KeepReason[]>(points.map((point) => [point, []]));
  const keep = (point: RetainedPoint, rule: KeepRule, why: string): void => {
    keeps.get(point)?.push({ rule, why });
  };
  keepByCalendar(request, keep);
  keepOutright(request, epochs, keep);
  keepNewestCopies(points, keep);
  keepMinimumVerified(request, keeps, keep);
  return {
    points: points.map((point) => ({ point, keeps: keeps.get(point) ?? [] })),
    epochs,
    refusals: refusalsOf(policy, points),
  };
}

type Keep = (point: RetainedPoint, rule: KeepRule, why: string) => void;

/** Can be believed and is not known to be damaged. */
function isGood({ standing, proof }: RetainedPoint): boolean {
  return standing === 'sound' && proof !== 'damaged';
}

function isVerified(point: RetainedPoint): boolean {
  return isGood(point) && point.proof === 'verified';
}

function newestFirst(points: readonly RetainedPoint[]): RetainedPoint[] {
  return points.toSorted((a, b) => b.timeMs - a.timeMs || (a.id < b.id ? 1 : -1));
}

/** Verified before not, complete before partial, newer before older: the first stands for its hour, day, … */
function worth(point: RetainedPoint): number {
  return (isVerified(point) ? 2 : 0) + (point.grade === 'complete' ? 1 : 0);
}

function keepByCalendar({ policy, points }: RetentionRequest, keep: Keep): void {
  const candidates = newestFirst(
    points.filter((point) => isGood(point) && point.scope === 'full' && point.grade !== 'interrupted'),
  );
  for (const rule of calendarRules) {
    const best = new Map<string, RetainedPoint>();
    for (const point of candidates) {
      const span = point.spans[rule];
      const other = best.get(span);
      if (other === undefined ? best.size < policy[rule] : worth(point) > worth(other)) best.set(span, point);
    }
    let place = 0;
    for (const [span, point] of best) {
      place += 1;
      const what = `${isVerified(point) ? 'newest verified' : point.grade === 'complete' ? 'newest complete' : 'newest'} of ${span}`;
      keep(point, rule, `${rule} ${place} of ${policy[rule]}: the ${what}`);
    }
  }
}

function keepOutright(request: RetentionRequest, epochs: readonly EpochState[], keep: Keep): void {
  const { policy, points, blocked, nowMs } = request;
  const stateOf = new Map(epochs.map((state) => [state.epoch, state]));
  const blockOf = new Map(blocked.map((block) => [block.epoch, block]));
  for (const point of points) {
    for (const { owner, reason, until } of point.holds)
      keep(
        point,
        'held',
        `held by ${owner} ${until === undefined ? 'until it is removed' : `until ${until}`}: ${reason}`,
      );
    const guaranteedUntilMs = point.timeMs + policy.guaranteedDays * DAY_MS;
    if (nowMs < guaranteedUntilMs) keep(point, 'guaranteed', `younger than ${policy.guaranteedDays} days`);
    if (point.standing === 'suspect')
      keep(point, 'suspect-time', 'its signed time is not the one the store attests; look at it before anything else');
    const state = stateOf.get(point.epoch);
    if (state?.isClosed !== true)
      keep(point, 'open-epoch', `epoch ${point.epoch} is open: ${state?.why ?? 'it is not known'}`);
    const block = blockOf.get(point.epoch);
    if (block !== undefined) keep(point, 'blocked-epoch', block.why);
  }
}

/** Of each kind the newest good copy, and, where that one is not verified, the newest verified one too. */
function keepNewestCopies(points: readonly RetainedPoint[], keep: Keep): void {
  const kindsOf = new Map<RetainedPoint, string[]>();
  const good = newestFirst(points.filter(isGood));
  for (const kind of new Set(good.flatMap(({ whole }) => whole))) {
    const having = good.filter(({ whole }) => whole.includes(kind));
    for (const point of new Set([having[0], having.find(isVerified)])) {
      if (point !== undefined) kindsOf.set(point, [...(kindsOf.get(point) ?? []), kind]);
    }
  }
  for (const [point, kinds] of kindsOf) {
    const which = isVerified(point) ? 'newest verified copy' : 'newest good copy';
    keep(point, 'newest-copy', `the ${which} of ${nameSome(kinds)}`);
  }
}

function keepMinimumVerified(
  { policy, points }: RetentionRequest,
  keeps: ReadonlyMap<RetainedPoint, readonly KeepReason[]>,
  keep: Keep,
): void {
  const verified = newestFirst(points.filter(isVerified));
  let missing = policy.minimumVerified - verified.filter((point) => (keeps.get(point) ?? []).length > 0).length;
  for (const point of verified) {
    if (missing <= 0) return;
    if ((keeps.get(point) ?? []).length > 0) continue;
    keep(point, 'minimum-verified', `one of the ${policy.minimumVerified} verified points that must stay`);
    missing -= 1;
  }
}

function refusalsOf(policy: RetentionPolicy, points: readonly RetainedPoint[]): string[] {
  const verified = points.filter(isVerified).length;
  return [
    ...(isEmptyPolicy(policy) ? ['The retention policy is empty: it keeps no hour, day, week, month or year.'] : []),
    ...(verified < policy.minimumVerified
      ? [
          `Only ${verified} of the points ${verified === 1 ? 'is' : 'are'} verified, and at least ${policy.minimumVerified} must be: record a verification of all data first.`,
        ]
      : []),
  ];
}

/**
 * An epoch is closed when there is a later one, and each kind that a good point of it has whole is had whole by a good
 * point of a later epoch, or the newest good full point says that it is accepted as a gap or not applicable.
 */
export function judgeEpochs({ epochs, points }: Pick<RetentionRequest, 'epochs' | 'points'>): readonly EpochState[] {
  const good = newestFirst(points.filter(isGood));
  const excused = new Set(good.find(({ scope, grade }) => scope === 'full' && grade !== 'interrupted')?.excused);
  return epochs.map((epoch, index): EpochState => {
    if (index === epochs.length - 1) return { epoch, isClosed: false, why: 'it is the newest' };
    const later = new Set(good.filter((point) => point.epoch > epoch).flatMap(({ whole }) => whole));
    const own = new Set(good.filter((point) => point.epoch === epoch).flatMap(({ whole }) => whole));
    const missing = [...own].filter((kind) => !later.has(kind) && !excused.has(kind));
    if (missing.length === 0) return { epoch, isClosed: true };
    return { epoch, isClosed: false, why: `no later epoch has ${nameSome(missing)} whole` };
  });
}

function nameSome(kinds: readonly string[]): string {
  if (kinds.length <= MOST_NAMED) return kinds.join(', ');
  return `${kinds.slice(0, MOST_NAMED - 1).join(', ')} and ${kinds.length - MOST_NAMED + 1} more kinds`;
}

/** Points that the policy keeps for longer than the store protects what they rest on: to be extended, or copied elsewhere. */
export interface LongerKeep {
  readonly point: string;
  /** Until when the store protects the oldest thing that a point of its epoch may rest on. */
  readonly protectedUntilMs: number;
  readonly keeps: readonly KeepReason[];
}

/**
 * Reads which points are kept now although the protection of their epoch has ended: immutability counts from a blob's
 * creation, and a point may rest on the first blob of its epoch.
 */
export function readLongerKeeps(
  decision: RetentionDecision,
  protection: { readonly days: number; readonly nowMs: number; readonly openedMs: ReadonlyMap<string, number> },
): readonly LongerKeep[] {
  return decision.points.flatMap(({ point, keeps }) => {
    const protectedUntilMs = (protection.openedMs.get(point.epoch) ?? point.timeMs) + protection.days * DAY_MS;
    if (keeps.length === 0 || protection.nowMs < protectedUntilMs) return [];
    return [{ point: point.id, protectedUntilMs, keeps }];
  });
}

/** The days for which each blob must be immutable so that every point is protected for the guaranteed time. */
export function neededProtectionDays(epochDays: number, policy: Pick<RetentionPolicy, 'guaranteedDays'>): number {
  return epochDays + policy.guaranteedDays;
}
