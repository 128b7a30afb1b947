import type { EntryComparison } from '../core/compare.ts';
import { classifyPairs, compareEntries, DiffTally } from '../core/compare.ts';
import { compareFields } from '../core/compare-fields.ts';
import type { BundleDiffTools } from '../core/bundle-diff.ts';
import { diffBundles } from '../core/bundle-diff.ts';
import type { DiffSummary, Difference, FieldChange, FileChange, IgnoredDifference } from '../core/diff.ts';
import type { EntryCore } from '../core/entry.ts';
import { HoldfastError } from '../core/errors.ts';
import type { Hasher } from '../core/hasher.ts';
import { kindNames, kinds } from '../core/kinds/index.ts';
import type { KindName } from '../core/kinds/index.ts';
import type { Kind } from '../core/kinds/kind.ts';
import type { Gap } from '../core/ledger.ts';
import type { SealsNames } from '../core/member-policy.ts';
import type { Selection, Selector } from '../core/selection.ts';
import { compileSelection } from '../core/selection.ts';
import type { ExpiredRule, IgnoreRules } from '../core/ignore-rules.ts';
import { describeLineEnds, diffTexts } from '../core/text-diff.ts';
import { followRenames } from '../core/follow-renames.ts';
import type { ResourceId } from '../core/resource.ts';
import type { ComparedState } from './compared-state.ts';
import { liveAsState, pointAsState } from './compared-state.ts';
import { isSelectionEmpty } from './empty-selection.ts';
import { judgeMissingRevision, LeftOutRevisions } from './left-out-revisions.ts';
import type { ApiUsage, Organization, RevisionSelection } from './ports/organization.ts';
import type { Progress, SorterFactory } from './ports/surroundings.ts';
import type { PointReader, StoredEntry } from './ports/vault.ts';
import { speaksFor } from './point-scope.ts';
import { readLive } from './read-live.ts';
import type { Side } from './side.ts';

export type CompareTools = Omit<BundleDiffTools, 'digest'>;

export interface Comparison {
  readonly before: string;
  readonly after: string;
  readonly differences: readonly Difference[];
  /** Differences that a rule of the configuration takes out of the account. */
  readonly ignored: readonly IgnoredDifference[];
  /** Rules whose end has come: they no longer apply. */
  readonly expiredRules: readonly ExpiredRule[];
  readonly summary: readonly DiffSummary[];
  /** True when something was selected and neither side has any of it. */
  readonly selectionIsEmpty: boolean;
  /** False when the keys at hand only tell which resources differ, not how. */
  readonly contentsRead: boolean;
  readonly usage?: ApiUsage;
}

/** Differences that count: neither unknown nor informational. */
export function hasDifferences(comparison: Comparison): boolean {
  return comparison.differences.some(({ change, informational }) => change !== 'unknown' && !informational);
}

/** Something could not be compared; nothing is claimed about it. */
export function hasUnknowns(comparison: Comparison): boolean {
  return comparison.differences.some(({ change, informational }) => change === 'unknown' && !informational);
}

/** Compares two points, reading only what differs between them. Which resources differ needs meta, how needs config. */
export async function comparePoints(
  deps: RunDeps,
  request: { readonly before: PointReader; readonly after: PointReader; readonly selection: Selection },
): Promise<Comparison> {
  const { before, after } = request;
  const selector = compileSelection(request.selection);
  const states = { before: pointAsState(before, deps.hasher), after: pointAsState(after, deps.hasher) };
  const run = new CompareRun(deps, states, {
    before: speaksFor(before.details),
    after: speaksFor(after.details),
    leftOut: new LeftOutRevisions(after),
    versions: (kind) => [before.canonicalVersion(kind), after.canonicalVersion(kind)],
  });
  for (const name of kindNames) {
    if (!selector.kind(name)) continue;
    const lacking = lackingSide(name, before, after);
    if (lacking === 'both') continue;
    if (lacking !== undefined) run.kindUnknown(kinds[name], lacking);
    else {
      const count = await countChosen(name, before, request.selection);
      await run.compare(kinds[name], pairsOfPoints(name, before, after, selector), count);
    }
  }
  return { before: before.details.id, after: after.details.id, ...run.result(request.selection) };
}

/** Compares a point with the live organization. What live refuses to tell is unknown, never a deletion. */
export async function compareWithLive(
  deps: RunDeps & { readonly live: Organization; readonly sorters: SorterFactory },
  request: {
    readonly point: PointReader;
    readonly selection: Selection;
    readonly revisions: RevisionSelection;
    readonly sealsNames?: SealsNames;
  },
): Promise<Comparison> {
  const { point } = request;
  const selector = compileSelection(request.selection);
  await deps.live.identify();
  const { revisions, sealsNames } = request;
  const live = await readLive(deps, { selector, revisions, point, sealsNames });
  try {
    const after = liveAsState(live, point, deps.live, deps.hasher);
    const states = { before: pointAsState(point, deps.hasher), after };
    const run = new CompareRun(deps, states, {
      before: speaksFor(point.details),
      after: () => true,
      versions: (kind) => [point.canonicalVersion(kind), point.canonicalVersion(kind)],
    });
    for (const name of kindNames) {
      if (!selector.kind(name)) continue;
      if (!point.has(name)) run.kindUnknown(kinds[name], `point ${point.details.id}`);
      else {
        const sides = { before: chosen(point.entries(name), name, selector), after: live.entries(name) };
        const gaps = { before: point.gaps(name), after: live.gaps(name) };
        await run.compareAll(kinds[name], compareEntries<EntryCore>(kinds[name], sides, gaps));
      }
    }
    return { before: point.details.id, after: 'live', ...run.result(request.selection), usage: deps.live.usage() };
  } finally {
    await live.close();
  }
}

interface PointPairs {
  readonly pairs: AsyncIterable<{ readonly before?: StoredEntry; readonly after?: StoredEntry }>;
  readonly gaps: { readonly before: readonly Gap[]; readonly after: readonly Gap[] };
}

function lackingSide(name: KindName, before: PointReader, after: PointReader): string | undefined {
  if (!before.has(name) && !after.has(name)) return 'both';
  if (!before.has(name)) return `point ${before.details.id}`;
  return after.has(name) ? undefined : `point ${after.details.id}`;
}

function pairsOfPoints(name: KindName, before: PointReader, after: PointReader, selector: Selector): PointPairs {
  const gaps = { before: before.gaps(name), after: after.gaps(name) };
  return { pairs: chosenPairs(before.compare(after, name), name, selector), gaps };
}

/** How many resources of the kind the point has, as far as they are chosen. Only a choice among them makes it read them. */
async function countChosen(name: KindName, point: PointReader, selection: Selection): Promise<number> {
  if (selection.only.length === 0) return point.details.ledger.find(({ kind }) => kind === name)?.captured ?? 0;
  let count = 0;
  const { resource } = compileSelection(selection);
  for await (const { id } of point.entries(name)) if (resource(name, id)) count += 1;
  return count;
}

async function* chosen<Entry extends EntryCore>(
  entries: AsyncIterable<Entry>,
  name: KindName,
  selector: Selector,
): AsyncIterable<Entry> {
  for await (const entry of entries) if (selector.resource(name, entry.id)) yield entry;
}

async function* chosenPairs<Pair extends { readonly before?: EntryCore; readonly after?: EntryCore }>(
  pairs: AsyncIterable<Pair>,
  name: KindName,
  selector: Selector,
): AsyncIterable<Pair> {
  for await (const pair of pairs) {
    const id = pair.before?.id ?? pair.after?.id;
    if (id !== undefined && selector.resource(name, id)) yield pair;
  }
}

interface SideFacts {
  /** Whether a side speaks for a resource that it does not have. */
  readonly before: ReturnType<typeof speaksFor>;
  readonly after: ReturnType<typeof speaksFor>;
  /** Revisions that the newer side may hold and did not take. */
  readonly leftOut?: LeftOutRevisions;
  /** The canonical versions by which the two sides are hashed. */
  readonly versions: (kind: KindName) => readonly [number | undefined, number | undefined];
}

interface RunDeps {
  readonly hasher: Hasher;
  readonly tools: CompareTools;
  readonly ignore: IgnoreRules;
  readonly progress: Progress;
}

/** How the contents of two resources differ; `isOpened` is false where they could not be looked at. */
interface Opened {
  readonly fields: readonly FieldChange[];
  readonly files: readonly FileChange[];
  readonly isOpened: boolean;
}

class CompareRun {
  readonly #deps: RunDeps;
  readonly #states: { readonly before: ComparedState; readonly after: ComparedState };
  readonly #differences: Difference[] = [];
  readonly #ignored: IgnoredDifference[] = [];
  readonly #summary: DiffSummary[] = [];
  /** From older to newer id: what stands below is compared under the newer one. */
  readonly #renames = new Map<ResourceId, ResourceId>();
  readonly #sides: SideFacts;
  #contentsRead = true;

  constructor(
    deps: RunDeps,
    states: { readonly before: ComparedState; readonly after: ComparedState },
    sides: SideFacts,
  ) {
    this.#deps = deps;
    this.#states = states;
    this.#sides = sides;
  }

  result(selection: Selection): Omit<Comparison, 'before' | 'after' | 'usage'> {
    return {
      selectionIsEmpty: isSelectionEmpty(selection, this.#summary),
      differences: this.#differences,
      ignored: this.#ignored,
      expiredRules: this.#deps.ignore.expired,
      summary: this.#summary,
      contentsRead: this.#contentsRead,
    };
  }

  /** Puts a difference into the account, or beside it where a rule says so. */
  #account(difference: Difference, tally: DiffTally): void {
    const judged = this.#deps.ignore.judge(difference);
    if (judged.ignored === undefined) {
      tally.count(difference);
      this.#differences.push(judged.kept);
    } else {
      tally.countIgnored();
      this.#ignored.push({ ...difference, ignoredBy: judged.ignored });
    }
    this.#deps.progress.advance(this.#differences.length, undefined, 'differences');
  }

  /** A whole kind that one side says nothing about. */
  kindUnknown(kind: Kind, lacking: string): void {
    const tally = new DiffTally(kind);
    this.#addUnknown(kind, tally, `${lacking} does not have ${kind.title.many}`);
    this.#summary.push(tally.summary());
  }

  #addUnknown(kind: Kind, tally: DiffTally, note: string): void {
    const unknown = { change: 'unknown', informational: false } as const;
    this.#account({ id: '', kind: kind.name, ...unknown, fields: [], files: [], secretChanged: false, note }, tally);
  }

  /** Pairs of two points, of which equal ones were left out. */
  async compare(kind: Kind, { pairs, gaps }: PointPairs, beforeCount: number): Promise<void> {
    const tally = new DiffTally(kind);
    let gone = 0;
    const comparisons = followRenames(kind, classifyPairs<StoredEntry>(kind, pairs, gaps), this.#renames);
    for await (const comparison of this.#spokenFor(kind, comparisons, tally)) {
      if (comparison.before !== undefined && comparison.change !== 'same') gone += 1;
      if (comparison.change !== 'same') await this.#take(kind, comparison, tally);
    }
    tally.countSame(Math.max(0, beforeCount - gone));
    this.#summary.push(tally.summary());
  }

  async compareAll(kind: Kind, comparisons: AsyncIterable<EntryComparison<EntryCore>>): Promise<void> {
    const tally = new DiffTally(kind);
    for await (const comparison of this.#spokenFor(kind, followRenames(kind, comparisons, this.#renames), tally)) {
      if (comparison.change === 'same') tally.count(comparison);
      else await this.#take(kind, comparison, tally);
    }
    this.#summary.push(tally.summary());
  }

  /** Leaves out what one side does not have and does not speak for, and says once of how much nothing is known. */
  async *#spokenFor(
    kind: Kind,
    comparisons: AsyncIterable<EntryComparison<EntryCore>>,
    tally: DiffTally,
  ): AsyncIterable<EntryComparison<EntryCore>> {
    let outside = 0;
    for await (const comparison of comparisons) {
      const { change, id } = comparison;
      const isOutside =
        (change === 'added' && !this.#sides.before(kind.name, id)) ||
        (change === 'removed' && !this.#sides.after(kind.name, id));
      const { leftOut } = this.#sides;
      if (isOutside) outside += 1;
      else yield leftOut === undefined ? comparison : await judgeMissingRevision(kind, comparison, leftOut);
    }
    if (outside > 0) {
      this.#addUnknown(kind, tally, `${outside} ${kind.title.many} are outside of what the other side covers`);
    }
  }

  async #take(kind: Kind, comparison: EntryComparison<EntryCore>, tally: DiffTally): Promise<void> {
    const { change } = comparison;
    if (change === 'same') return;
    if (change === 'renamed' && comparison.before !== undefined) this.#renames.set(comparison.before.id, comparison.id);
    const { fields, files, isOpened } = await this.#contents(kind, comparison);
    const formerly = change === 'changed' ? this.#formerly(kind) : 'current';
    const showsNothing = isOpened && fields.length + files.length === 0 && !comparison.secretChanged;
    if (formerly !== 'current' && showsNothing) return tally.count({ change: 'same', informational: false });
    if (formerly === 'apart' && !isOpened) {
      const note =
        'the points have it in canonical forms of different versions; that it differs, only reader.key can tell';
      const unknown = { ...comparison, change: 'unknown', secretChanged: false, note } as const;
      return this.#account({ ...unknown, kind: kind.name, fields: [], files: [] }, tally);
    }
    const difference = {
      id: comparison.id,
      kind: kind.name,
      change,
      informational: comparison.informational,
      ...(comparison.label === undefined ? {} : { label: comparison.label }),
      fields,
      files,
      secretChanged: comparison.secretChanged,
      ...(comparison.note === undefined ? {} : { note: comparison.note }),
    };
    this.#account(difference, tally);
  }

  /** Where hashes are of an older canonical form, or of two, they may differ where the newest form shows no difference. */
  #formerly({ name, canonicalVersion }: Kind): 'current' | 'older' | 'apart' {
    const [before, after] = this.#sides.versions(name);
    if (before !== after) return 'apart';
    return before === canonicalVersion ? 'current' : 'older';
  }

  async #contents(kind: Kind, { change, before, after }: EntryComparison<EntryCore>): Promise<Opened> {
    const none = { fields: [], files: [], isOpened: false };
    if (!this.#contentsRead || (change !== 'changed' && change !== 'renamed')) return none;
    if (before === undefined || after === undefined) return none;
    try {
      const [left, right] = [await this.#states.before.open(kind, before), await this.#states.after.open(kind, after)];
      if (left === undefined || right === undefined) return none;
      return {
        fields: fieldsOf(kind, left, right).map((field) => withLines(field, this.#deps.tools)),
        files: await this.#files(kind, left, right),
        isOpened: true,
      };
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'KEY_MISSING') throw error;
      this.#contentsRead = false;
      return none;
    }
  }

  /** For a deployment: the files in which the two deployed revisions differ. */
  async #files(kind: Kind, left: Side, right: Side): Promise<readonly FileChange[]> {
    const [from, to] = [kind.factsOf?.(left.canonical), kind.factsOf?.(right.canonical)];
    if (from === undefined || to === undefined || from === to) return [];
    const before = await this.#states.before.bundle(from);
    const after = await this.#states.after.bundle(to);
    if (before === undefined || after === undefined) return [];
    return diffBundles(before, after, { ...this.#deps.tools, digest: this.#deps.hasher.digest });
  }
}

/** Texts with several lines (a resource file) are told by their lines. */
function withLines(field: FieldChange, { diffLines }: CompareTools): FieldChange {
  const { before, after } = field;
  if (typeof before !== 'string' || typeof after !== 'string') return field;
  if (!before.includes('\n') || !after.includes('\n')) return field;
  const ends = describeLineEnds(before, after);
  return { ...field, lines: ends === undefined ? diffTexts(before, after, diffLines) : [ends] };
}

function fieldsOf(kind: Kind, left: Side, right: Side): readonly FieldChange[] {
  const side = (from: Side) => ({ value: from.canonical, tolerant: from.tolerant, secretTags: from.secretTags });
  return compareFields(kind, side(left), side(right)).fields;
}
