import type { DiffSummary, Difference } from './diff.ts';
import type { EntryCore } from './entry.ts';
import type { Kind } from './kinds/kind.ts';
import type { Gap } from './ledger.ts';
import type { ResourceId } from './resource.ts';
import { tellsOfNothing } from './ledger.ts';
import { sameHashes } from './entry.ts';
import { toleranceAt } from './field-path.ts';
import { rematchPairs } from './rematch-pairs.ts';
import { compareIds } from './resource.ts';

/** One resource as it stands on both sides; a side that does not have it is absent. */
export interface EntryPair<Entry extends EntryCore = EntryCore> {
  readonly before?: Entry | undefined;
  readonly after?: Entry | undefined;
}

/** What became of one resource between two sides, judged by hashes alone: no content is opened for it. */
export interface EntryComparison<Entry extends EntryCore = EntryCore> {
  readonly id: ResourceId;
  readonly kind: string;
  readonly change: Difference['change'] | 'same';
  /** No difference by itself: an extra revision that is not deployed. */
  readonly informational: boolean;
  readonly before?: Entry;
  readonly after?: Entry;
  readonly label?: string;
  readonly secretChanged: boolean;
  /** For `unknown`: why; for `renamed`: from where. */
  readonly note?: string;
}

/** What each side could not be read of; a gap is never a deletion. */
export interface Gaps {
  readonly before: readonly Gap[];
  readonly after: readonly Gap[];
}

/** True when both entries describe the same state: equal hashes, and instants within the tolerance the kind declares. */
export function sameState(kind: Kind, a: EntryCore, b: EntryCore): boolean {
  return sameHashes(a, b) && differingInstants(kind, a, b).length === 0;
}

/** Instants by concrete path, epoch ms. */
export interface Instants {
  readonly tolerant?: { readonly [path: string]: number } | undefined;
}

/** Concrete paths of the instants that differ by more than their tolerance, or that only one side has. */
export function differingInstants(kind: Kind, a: Instants, b: Instants): readonly string[] {
  const paths = new Set([...Object.keys(a.tolerant ?? {}), ...Object.keys(b.tolerant ?? {})]);
  return [...paths].sort(compareIds).filter((path) => {
    const [one, other] = [a.tolerant?.[path], b.tolerant?.[path]];
    if (one === undefined || other === undefined) return true;
    return Math.abs(one - other) > (toleranceAt(kind, path) ?? 0);
  });
}

/**
 * Compares one kind on two sides, whose entries come sorted by id. Yields every resource of either side once, those that are
 * the same too (`summarise` counts them), then each gap that hides what nobody listed. In order of ids, but for what could be
 * a rename, and for what differs of kinds that share natural keys: that is known only at the end.
 */
export async function* compareEntries<Entry extends EntryCore>(
  kind: Kind,
  sides: { readonly before: AsyncIterable<Entry>; readonly after: AsyncIterable<Entry> },
  gaps: Gaps,
): AsyncGenerator<EntryComparison<Entry>> {
  yield* classifyPairs(kind, joinEntries(sides.before, sides.after), gaps);
}

/** The same for pairs already joined, of which pairs that are the same may be left out (as `PointReader.compare` does). */
export async function* classifyPairs<Entry extends EntryCore>(
  kind: Kind,
  pairs: AsyncIterable<EntryPair<Entry>>,
  gaps: Gaps,
): AsyncGenerator<EntryComparison<Entry>> {
  const hiding = (gap: Gap): boolean => !tellsOfNothing(gap);
  const cover = {
    before: new GapCover(gaps.before.filter(hiding)),
    after: new GapCover(gaps.after.filter(hiding)),
  };
  const moved: MovedEntries<Entry> = { removed: new Map(), added: new Map() };
  const numbered = kind.mayCollide === undefined ? pairs : rematchPairs(pairs);
  for await (const pair of numbered) {
    if (!holdForRename(kind, pair, cover, moved)) yield classify(kind, pair, cover);
  }
  for (const pair of pairRenames(moved)) yield classify(kind, pair, cover);
  yield* bareGaps(kind, cover);
}

/** Joins two streams sorted by id into pairs, in order of ids. */
export async function* joinEntries<Entry extends { readonly id: ResourceId }>(
  before: AsyncIterable<Entry>,
  after: AsyncIterable<Entry>,
): AsyncGenerator<{ readonly before?: Entry; readonly after?: Entry }> {
  const left = before[Symbol.asyncIterator]();
  const right = after[Symbol.asyncIterator]();
  try {
    let [a, b] = await Promise.all([left.next(), right.next()]);
    while (a.done !== true || b.done !== true) {
      const order = a.done === true ? 1 : b.done === true ? -1 : compareIds(a.value.id, b.value.id);
      yield {
        ...(order <= 0 && a.done !== true && { before: a.value }),
        ...(order >= 0 && b.done !== true && { after: b.value }),
      };
      if (order <= 0) a = await left.next();
      if (order >= 0) b = await right.next();
    }
  } finally {
    await Promise.all([left.return?.(), right.return?.()]);
  }
}

/** Counts of one kind. What is informational is counted apart from differences; a rename counts as a change. */
export function summarise(
  kind: Kind,
  comparisons: Iterable<Pick<EntryComparison, 'change' | 'informational'>>,
): DiffSummary {
  const tally = new DiffTally(kind);
  for (const comparison of comparisons) tally.count(comparison);
  return tally.summary();
}

/** Counts comparisons as they stream by. */
export class DiffTally {
  readonly #kind: string;
  readonly #counts = { added: 0, removed: 0, changed: 0, unknown: 0, same: 0, informational: 0, ignored: 0 };

  constructor(kind: Pick<Kind, 'name'>) {
    this.#kind = kind.name;
  }

  count(comparison: Pick<EntryComparison, 'change' | 'informational'>): void {
    if (comparison.informational) this.#counts.informational += 1;
    else this.#counts[comparison.change === 'renamed' ? 'changed' : comparison.change] += 1;
  }

  countIgnored(): void {
    this.#counts.ignored += 1;
  }

  /** Resources known to be the same without having been looked at one by one. */
  countSame(count: number): void {
    this.#counts.same += count;
  }

  summary(): DiffSummary {
    return { kind: this.#kind, ...this.#counts };
  }
}

// ------------------------------------------------------------------ classifying

interface Cover {
  readonly before: GapCover;
  readonly after: GapCover;
}

/** The gaps of one side, by place; it remembers which of them explained a missing resource. */
class GapCover {
  readonly #byPlace: ReadonlyMap<ResourceId, Gap>;
  readonly #used = new Set<ResourceId>();

  constructor(gaps: readonly Gap[]) {
    this.#byPlace = new Map(gaps.map((gap) => [gap.at, gap]));
  }

  /** The gap at or above `id`, nearest first. */
  find(id: ResourceId): Gap | undefined {
    for (let at = id; ; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) {
      const gap = this.#byPlace.get(at);
      if (gap !== undefined) this.#used.add(at);
      if (gap !== undefined || at === '') return gap;
    }
  }

  /** Gaps in which something could be that nobody listed, and that explained nothing so far. */
  *unused(): Generator<Gap> {
    for (const gap of this.#byPlace.values()) {
      if (unreadStates.has(gap.state) && !this.#used.has(gap.at)) yield gap;
    }
  }
}

/** The other states were stated or agreed beforehand, so alone they leave nothing open. */
const unreadStates: ReadonlySet<Gap['state']> = new Set(['denied', 'failed', 'vanished']);

function classify<Entry extends EntryCore>(kind: Kind, pair: EntryPair<Entry>, cover: Cover): EntryComparison<Entry> {
  const { before, after } = pair;
  if (before !== undefined && after !== undefined) return classifyPresent(kind, before, after);
  const entry = after ?? before;
  if (entry === undefined) throw new TypeError('a pair has at least one side');
  const gap = after === undefined ? cover.after.find(entry.id) : cover.before.find(entry.id);
  const common = {
    id: entry.id,
    kind: kind.name,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    ...(entry.label !== undefined && { label: entry.label }),
    secretChanged: false,
  };
  if (gap !== undefined) {
    const informational = isByChoice(gap) || (!kind.extraIsDifference && gap.state === 'notSelected');
    return {
      ...common,
      change: 'unknown',
      informational,
      note: gapNote(after === undefined ? 'after' : 'before', gap),
    };
  }
  if (after === undefined) return { ...common, change: 'removed', informational: false };
  return { ...common, change: 'added', informational: !kind.extraIsDifference };
}

/** What two entries of one resource say. */
function classifyPresent<Entry extends EntryCore>(kind: Kind, before: Entry, after: Entry): EntryComparison<Entry> {
  const label = after.label ?? before.label;
  const common = {
    id: after.id,
    kind: kind.name,
    informational: false,
    before,
    after,
    ...(label !== undefined && { label }),
    secretChanged: before.secretHash !== after.secretHash,
  };
  if (before.id !== after.id) return { ...common, change: 'renamed', note: `was ${before.id}` };
  return { ...common, change: sameState(kind, before, after) ? 'same' : 'changed' };
}

/** What the configuration leaves out is no finding each time something is compared. */
function isByChoice({ state }: Gap): boolean {
  return state === 'leftOut' || state === 'carried';
}

function gapNote(side: 'before' | 'after', gap: Gap): string {
  return `the ${side === 'before' ? 'older' : 'newer'} side does not tell: ${gap.reason}`;
}

function* bareGaps(kind: Kind, cover: Cover): Generator<EntryComparison<never>> {
  const seen = new Set<ResourceId>();
  for (const side of ['before', 'after'] as const) {
    for (const gap of cover[side].unused()) {
      if (seen.has(gap.at)) continue;
      seen.add(gap.at);
      const common = { id: gap.at, kind: kind.name, informational: false, secretChanged: false };
      yield { ...common, change: 'unknown', note: gapNote(side, gap) };
    }
  }
}

// ------------------------------------------------------------------ renames

interface MovedEntries<Entry> {
  readonly removed: Map<string, Entry[]>;
  readonly added: Map<string, Entry[]>;
}

/** Holds back what only one side has when it could be the same resource under another id. */
function holdForRename<Entry extends EntryCore>(
  kind: Kind,
  { before, after }: EntryPair<Entry>,
  cover: Cover,
  moved: MovedEntries<Entry>,
): boolean {
  if (kind.identityMark === undefined || (before !== undefined && after !== undefined)) return false;
  const entry = before ?? after;
  const identity = entry?.marks?.[kind.identityMark];
  if (entry === undefined || typeof identity !== 'string' || identity === '') return false;
  // Where the other side was not read, nothing can be said of a rename either.
  if ((before === undefined ? cover.before : cover.after).find(entry.id) !== undefined) return false;
  const side = before === undefined ? moved.added : moved.removed;
  side.set(identity, [...(side.get(identity) ?? []), entry]);
  return true;
}

/** Held entries in order of ids: pairs of one identity as renames, the others as they were. */
function pairRenames<Entry extends EntryCore>(moved: MovedEntries<Entry>): EntryPair<Entry>[] {
  const pairs: EntryPair<Entry>[] = [];
  for (const [identity, removed] of moved.removed) {
    const added = moved.added.get(identity) ?? [];
    // Two of one identity on a side cannot be told apart: no rename is claimed then.
    if (removed.length === 1 && added.length === 1) {
      pairs.push({ before: removed[0], after: added[0] });
      moved.added.delete(identity);
    } else pairs.push(...removed.map((before) => ({ before })));
  }
  for (const added of moved.added.values()) pairs.push(...added.map((after) => ({ after })));
  return pairs.sort((a, b) => compareIds(idOfPair(a), idOfPair(b)));
}

function idOfPair(pair: EntryPair): ResourceId {
  return pair.after?.id ?? pair.before?.id ?? '';
}
