import { canonicalJson } from '../core/canonical-json.ts';
import { compareEntries } from '../core/compare.ts';
import { UserError } from '../core/errors.ts';
import type { Hasher } from '../core/hasher.ts';
import type { JsonValue } from '../core/json.ts';
import { findKindOf } from '../core/kind-of.ts';
import { kindNames, kinds } from '../core/kinds/index.ts';
import type { KindName } from '../core/kinds/index.ts';
import type { CannotRestore, Kind } from '../core/kinds/kind.ts';
import { decideRestore } from '../core/plan-restore.ts';
import type { IgnoreRules } from '../core/ignore-rules.ts';
import type { SealsNames } from '../core/member-policy.ts';
import { parseShallow } from '../core/parse-shallow.ts';
import type { IgnoredInPlan, Plan } from '../core/plan.ts';
import type { ResourceId } from '../core/resource.ts';
import { idsAbove, isWithin, joinId } from '../core/resource.ts';
import type { Selection, Selector } from '../core/selection.ts';
import { compileSelection } from '../core/selection.ts';
import { readConsulted } from './consulted.ts';
import { assertSelectsSomething } from './empty-selection.ts';
import { NeedsCloser } from './plan-needs.ts';
import { coversKind, speaksFor } from './point-scope.ts';
import { type Kept, PairLoader } from './plan-pairs.ts';
import type { Organization, RevisionSelection } from './ports/organization.ts';
import type { Clock, Progress, SorterFactory } from './ports/surroundings.ts';
import type { PointReader, StoredEntry, Vault } from './ports/vault.ts';
import { readLeftBehind } from './read-left-behind.ts';
import type { LiveEntry, LiveState } from './read-live.ts';
import { readLive } from './read-live.ts';
import type { RestorePair } from '../core/restore-pair.ts';

export interface PlanDeps {
  readonly live: Organization;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly sorters: SorterFactory;
  readonly progress: Progress;
}

export interface PlanRequest {
  readonly organization: string;
  readonly point: PointReader;
  readonly selection: Selection;
  readonly deleteExtra: boolean;
  readonly revisions: RevisionSelection;
  readonly tool: string;
  readonly ignore: IgnoreRules;
  /** Whose names are sealed where the point does not tell; nobody's when left out. */
  readonly sealsNames?: SealsNames;
}

/**
 * Compares the point with the live organization and decides what a restore does. Sends no write. Needs the reader's key;
 * the plan holds no secret. UserError `ORGANIZATION_MISMATCH` when the point is of another organization, `RESOURCE_NOT_FOUND` when
 * what was named is nowhere.
 */
export async function planRestore(deps: PlanDeps, request: PlanRequest): Promise<Plan> {
  const { point, organization } = request;
  if (point.details.organization !== organization) {
    throw new UserError({
      code: 'ORGANIZATION_MISMATCH',
      message: `Point ${point.details.id} is of organization ${point.details.organization}, not of ${organization}.`,
      next: 'Restoring into another organization needs a mapping, which this release does not have.',
    });
  }
  await deps.live.identify();
  const selector = compileSelection(request.selection);
  const { revisions, sealsNames } = request;
  const state = await readLive(deps, { selector, revisions, point, sealsNames });
  try {
    return await decide(deps, request, state);
  } finally {
    await state.close();
  }
}

async function decide(deps: PlanDeps, request: PlanRequest, state: LiveState): Promise<Plan> {
  const { point, deleteExtra } = request;
  const selector = compileSelection(request.selection);
  const ignored: IgnoredInPlan[] = [];
  const keptAlong = await ignoredLive(request, state);
  const guarded = deleteExtra ? await aboveUnnamed(selector, state) : new Map<KindName, ReadonlySet<ResourceId>>();
  const keptBecause = (kind: Kind, id: ResourceId): Kept | undefined =>
    whyKept(kind, id, { selector, point, state, keptAlong, guarded });
  const { selection } = request;
  const isUnnamed = (kind: Kind, id: ResourceId): boolean =>
    kind.restore === 'opt-in' && !selector.named(kind.name, id);
  const leftBehind = await readLeftBehind(deps, request.organization);
  const loader = new PairLoader(deps, { point, deleteExtra, keptBecause, selection, isUnnamed, leftBehind }, state);
  const unknown: Plan['unknown'][number][] = [];
  deps.progress.phase('differences');
  for (const name of kindNames) {
    if (!selector.kind(name)) continue;
    if (point.has(name))
      unknown.push(...(await loadDifferences(kinds[name], request, { selector, loader, state, ignored })));
    else if (deleteExtra || coversKind(point.details)(name)) {
      unknown.push({ id: '', kind: name, reason: `The point does not have ${kinds[name].title.many}.` });
    }
  }
  // What a rule leaves alone was not judged: where a chosen resource needs it, it is looked at again.
  const notCompared = new Set([...unknown, ...ignored].map(({ id }) => id));
  const wasCompared = (name: KindName, id: ResourceId): boolean => selector.resource(name, id) && !notCompared.has(id);
  const closer = new NeedsCloser(deps, { point, wasCompared, isUnnamed }, loader);
  const { missing, unread } = await closer.close();
  const isIdle = loader.pairs.length + unknown.length + ignored.length === 0;
  if (isIdle) await assertSelectsSomething(selection, { point, live: state });
  const plannedAtMs = deps.clock.epochMs();
  const { cannotRestore, ...decision } = decideRestore({
    plannedAtMs,
    pairs: loader.pairs,
    liveRevisions: loader.liveRevisions,
    liveNames: loader.liveNames,
    consulted: await readConsulted(loader.pairs, point, deps.vault.hasher),
    selection,
    missingNeeds: missing,
  });
  const isCounted = ({ id, kind }: Plan['unknown'][number]): boolean => {
    const by = request.ignore.unknown(kind, id);
    if (by !== undefined) ignored.push({ id, kind, ignoredBy: by });
    return by === undefined;
  };
  const left = [...unknown, ...unread].filter(isCounted);
  return sealPlan(
    {
      schema: 'holdfast/plan/1',
      vault: deps.vault.id,
      organization: request.organization,
      point: point.details.id,
      pointTime: point.details.time,
      ...(point.details.signerRevoked !== undefined && { signerRevoked: point.details.signerRevoked }),
      plannedAt: deps.clock.now(),
      tool: request.tool,
      selection: request.selection,
      deleteExtra: request.deleteExtra,
      ...decision,
      cannotRestore: [
        ...cannotRestore,
        ...(await goneUnread(request, state, cannotRestore)),
        ...leftOutOf(point, loader.pairs),
      ],
      risks: [
        ...decision.risks,
        ...loader.ignoredFields.map(overwritten),
        ...(deleteExtra ? goneUnseen(loader.pairs, state) : []),
      ],
      unknown: left,
      ...(ignored.length === 0 ? {} : { ignored }),
    },
    deps.vault.hasher,
  );
}

/**
 * What the point names without its content, because nobody can read it, and live no longer has: a restore cannot bring it
 * back, and must not be silent about it because what it belongs to is there.
 */
async function goneUnread(
  { point, selection }: PlanRequest,
  state: LiveState,
  told: readonly CannotRestore[],
): Promise<readonly CannotRestore[]> {
  const selector = compileSelection(selection);
  const gone: CannotRestore[] = [];
  for (const name of kindNames) {
    if (!selector.kind(name) || !point.has(name)) continue;
    const gaps = point.gaps(name).filter(({ at, state: why }) => why === 'unreadable' && selector.resource(name, at));
    if (gaps.length === 0) continue;
    const live = new Set<ResourceId>();
    for await (const { id } of state.entries(name)) live.add(id);
    for (const { at, reason } of gaps) {
      const isThere = live.has(at) || state.gaps(name).some((gap) => isWithin(at, gap.at));
      // A part (a private key) is told with what it is part of; a resource (a masked entry) is told by its own name.
      const isTold = told.some(({ id }) => id === at || (findKindOf(at) === undefined && isWithin(at, id)));
      if (isThere || isTold) continue;
      gone.push({ id: at, code: 'UNREADABLE', why: `It is gone. ${reason}`, next: 'Enter it again by hand.' });
    }
  }
  return gone;
}

function overwritten({ id, paths }: PairLoader['ignoredFields'][number]): Plan['risks'][number] {
  return { id, risk: `It is written whole, so fields that a rule ignores come back too: ${paths.join(', ')}.` };
}

/** Live resources that a rule leaves alone: nothing above them may be deleted. */
async function ignoredLive({ ignore }: PlanRequest, state: LiveState): Promise<readonly ResourceId[]> {
  if (ignore.isEmpty) return [];
  const ids: ResourceId[] = [];
  for (const name of kindNames) {
    for await (const { id } of state.entries(name)) if (ignore.whole(id) !== undefined) ids.push(id);
  }
  return ids;
}

/** What stands, live, above resources that go only when they are named and were not, by their kind. */
async function aboveUnnamed(
  selector: Selector,
  state: LiveState,
): Promise<ReadonlyMap<KindName, ReadonlySet<ResourceId>>> {
  const guarded = new Map<KindName, Set<ResourceId>>();
  for (const name of kindNames.filter((each) => kinds[each].restore === 'opt-in' && selector.kind(each))) {
    const above = new Set<ResourceId>();
    for await (const { id } of state.entries(name))
      if (!selector.named(name, id)) for (const one of idsAbove(id)) above.add(one);
    guarded.set(name, above);
  }
  return guarded;
}

/** What a policy left out of the point, of resources that are made anew: they come back without it. */
function leftOutOf(point: PointReader, pairs: readonly RestorePair[]): CannotRestore[] {
  const made = pairs.filter(({ live, role }) => live === undefined && role !== 'shown').map(({ id }) => id);
  return kindNames.flatMap((name) =>
    point
      .gaps(name)
      .filter(({ state, at }) => state === 'leftOut' && made.some((id) => isWithin(at, id)))
      .map(({ at, reason }) => ({
        id: at,
        code: 'UNREADABLE' as const,
        why: `${reason} It does not come back with what holds it.`,
        next: 'Enter it again, and let the configuration (keyValueMaps) take it next time.',
      })),
  );
}

interface Deciding {
  readonly selector: Selector;
  readonly loader: PairLoader;
  readonly state: LiveState;
  /** Filled while differences are loaded. */
  readonly ignored: IgnoredInPlan[];
}

/** Takes the differences of one kind into the plan; answers what is unknown. */
async function loadDifferences(
  kind: Kind,
  { point, deleteExtra, ignore }: PlanRequest,
  { selector, loader, state, ignored }: Deciding,
): Promise<Plan['unknown'][number][]> {
  const { name } = kind;
  const unknown: Plan['unknown'][number][] = [];
  const isTold = speaksFor(point.details);
  let untold = 0;
  await loader.noteLive(kind);
  const sides = { before: selected(point.entries(name), name, selector.resource), after: state.entries(name) };
  // What was left out beforehand by choice is judged by revision number, see PairLoader.
  const gaps = { before: point.gaps(name).filter(isUnread), after: state.gaps(name).filter(isUnread) };
  for await (const comparison of compareEntries<StoredEntry | LiveEntry>(kind, sides, gaps)) {
    if (comparison.change === 'same') continue;
    const whole = comparison.change === 'unknown' ? undefined : ignore.whole(comparison.id);
    if (whole !== undefined) {
      if (!comparison.informational) ignored.push({ id: comparison.id, kind: name, ignoredBy: whole });
    } else if (comparison.change === 'unknown') {
      if (!comparison.informational)
        unknown.push({ id: comparison.id, kind: name, reason: comparison.note ?? 'could not be compared' });
    } else if (comparison.change === 'added' && !isTold(name, comparison.id)) {
      untold += 1;
    } else {
      const left = await loader.load(kind, comparison);
      if (left !== undefined) unknown.push(left);
      const by = comparison.change === 'changed' ? loader.ignoreFields(comparison.id, ignore) : undefined;
      if (by !== undefined) ignored.push({ id: comparison.id, kind: name, ignoredBy: by });
    }
  }
  if (untold > 0 && deleteExtra) {
    const reason = `${untold} live ${kind.title.many} are outside of what the point covers: whether they are extra is not known.`;
    unknown.push({ id: '', kind: name, reason });
  }
  return unknown;
}

/** What stands below goes with it: then all of that has to be chosen and read, so that the safety point holds it. */
function whyKept(
  kind: Kind,
  id: ResourceId,
  {
    selector,
    point,
    state,
    keptAlong,
    guarded,
  }: Pick<Deciding, 'selector' | 'state'> & {
    readonly point: PointReader;
    readonly keptAlong: readonly ResourceId[];
    readonly guarded: ReadonlyMap<KindName, ReadonlySet<ResourceId>>;
  },
): Kept | undefined {
  const along = keptAlong.find((below) => below !== id && isWithin(below, id));
  if (along !== undefined) {
    const why = `not deleted, because ${along} below it is left alone by a rule and would go with it`;
    return { why, next: 'Take the rule back, or delete it by hand.' };
  }
  for (const name of kindNames.filter((below) => isBelow(below, kind.name))) {
    const { many } = kinds[name].title;
    if (!selector.kind(name)) {
      const why = `not deleted, because ${many} below it were not chosen and would go with it`;
      return { why, next: `Choose ${many} as well, or delete it by hand.` };
    }
    // Any name below it will do: where not all of them were chosen, there may be more.
    const any = joinId(id, ...kinds[name].idPattern.split('/').slice(id.split('/').length));
    const isUnseen = kinds[name].restore === 'opt-in' && !selector.resource(name, any);
    if (isUnseen || guarded.get(name)?.has(id) === true) {
      const why = `not deleted, because ${many} below it were not named and would go with it`;
      return { why, next: `Name ${many} as well, or delete it by hand.` };
    }
    // Where a kind does not exist there is nothing that would go along.
    const gaps = [...point.gaps(name), ...state.gaps(name)].filter(
      (gap) => isUnread(gap) && gap.state !== 'notApplicable' && !isUnknowable(kinds[name], gap),
    );
    const isHidden = gaps.some(({ at }) => isWithin(at, id) || isWithin(id, at));
    if (isHidden || !point.has(name)) {
      const why = `not deleted, because ${many} below it could not be read`;
      return { why, next: `Restore again when ${many} can be read, or delete it by hand.` };
    }
  }
  return undefined;
}

/** Nobody can say whether there is such a resource, now or later: what stands above it goes all the same, as a risk. */
function isUnknowable({ notFoundMeans }: Kind, { state }: { readonly state: string }): boolean {
  return state === 'unreadable' && notFoundMeans !== undefined;
}

/** What may go along with what is deleted, and nobody can see. */
function goneUnseen(pairs: readonly RestorePair[], state: LiveState): Plan['risks'] {
  const going = pairs.filter(
    ({ desired, live, role }) => desired === undefined && live !== undefined && role !== 'shown',
  );
  return kindNames.flatMap((name) => {
    const unknowable = state.gaps(name).filter((gap) => isUnknowable(kinds[name], gap));
    return going.flatMap(({ id }) => {
      const below = unknowable.find(({ at }) => isWithin(at, id));
      if (below === undefined) return [];
      return [{ id, risk: `${below.reason} If there is one, it goes along, and nothing keeps it.` }];
    });
  });
}

function isBelow(name: KindName, ancestor: KindName): boolean {
  const { scope } = kinds[name];
  return scope !== 'organization' && (scope === ancestor || isBelow(scope, ancestor));
}

function isUnread(gap: { readonly state: string }): boolean {
  return gap.state !== 'notSelected';
}

async function* selected<Entry extends { readonly id: string }, Name>(
  entries: AsyncIterable<Entry>,
  name: Name,
  wanted: (name: Name, id: string) => boolean,
): AsyncIterable<Entry> {
  for await (const entry of entries) if (wanted(name, entry.id)) yield entry;
}

// ------------------------------------------------------------------------------------------------ the file

function planHash(plan: Omit<Plan, 'hash'>, hasher: Pick<Hasher, 'digest'>): string {
  // The same text whether the plan was just made or came back from a file: undefined does not survive JSON.
  const plain = JSON.parse(JSON.stringify(plan)) as JsonValue;
  return hasher.digest(new TextEncoder().encode(canonicalJson(plain)));
}

function sealPlan(plan: Omit<Plan, 'hash'>, hasher: Pick<Hasher, 'digest'>): Plan {
  return { ...plan, hash: planHash(plan, hasher) };
}

/** The text of a plan file. */
export function formatPlan(plan: Plan): string {
  return `${JSON.stringify(plan, undefined, 2)}\n`;
}

/** Reads a plan file. UserError `PLAN_INVALID` when it is not a plan of this version or was edited. */
export function parsePlan(text: string, hasher: Pick<Hasher, 'digest'>): Plan {
  const invalid = (message: string, cause?: unknown): UserError =>
    new UserError({ code: 'PLAN_INVALID', message, next: "Make a new plan with 'holdfast plan --out FILE'.", cause });
  let parsed: unknown;
  try {
    parsed = parseShallow(text);
  } catch (cause) {
    throw invalid('The plan file is no JSON that can be read.', cause);
  }
  if (!isPlan(parsed)) throw invalid('The file is not a plan of this version (schema holdfast/plan/1).');
  const { hash, ...rest } = parsed;
  if (planHash(rest, hasher) !== hash)
    throw invalid('The plan file was changed after it was made: its hash does not fit.');
  return parsed;
}

/** Tells a plan from any other JSON. Its hash is no secret: what it says is checked where it comes from a file. */
function isPlan(value: unknown): value is Plan {
  if (typeof value !== 'object' || value === null || !('schema' in value) || !('hash' in value)) return false;
  return value.schema === 'holdfast/plan/1' && typeof value.hash === 'string' && 'calls' in value;
}
