import { callId, kindOrder, orderCalls } from './call-graph.ts';
import type { Written } from './call-graph.ts';
import { holesOf } from './call-holes.ts';
import { RemoteError } from './errors.ts';
import type { JsonValue } from './json.ts';
import { findKindOf } from './kind-of.ts';
import type { KindName } from './kinds/kind-name.ts';
import type { CannotRestore, Desired, Reference, WriteContext, Writes } from './kinds/kind.ts';
import { isRemovedAbove } from './kinds/removed-above.ts';
import type { Fingerprint, Plan, PlannedCall, PlannedResource } from './plan.ts';
import { referencesOf } from './references.ts';
import type { ResourceId } from './resource.ts';
import { compareIds, idsAbove, isWithin, parentId } from './resource.ts';
import { namingFlags } from './opt-in.ts';
import type { RestorePair } from './restore-pair.ts';
import type { Selection } from './selection.ts';

/** A revision that live has: under which number, and what apply must find again when a deployment rests on it. */
export interface LiveRevision {
  readonly number: string;
  readonly fingerprint: Fingerprint;
}

export interface RestoreInput {
  readonly plannedAtMs: number;
  readonly pairs: readonly RestorePair[];
  readonly liveRevisions: ReadonlyMap<ResourceId, LiveRevision>;
  /** Names that the live server gave, by resource. */
  readonly liveNames?: ReadonlyMap<ResourceId, string>;
  /** Canonical forms of consulted resources that have no pair, see `Kind.consults`. */
  readonly consulted?: ReadonlyMap<ResourceId, JsonValue>;
  /** What the user chose, for the words that tell them how to choose more. */
  readonly selection: Selection;
  /** References that neither plan nor live can satisfy: resource → what it lacks. */
  readonly missingNeeds: readonly MissingNeed[];
}

export interface MissingNeed {
  readonly id: ResourceId;
  readonly needs: ResourceId;
  readonly why: string;
  /** The point does not have it either; or it has, but it is of a kind that is restored only when named. */
  readonly absence: 'nowhere' | 'unnamed';
  /** See `Reference`. */
  readonly ifMissing?: Reference['ifMissing'];
}

export type RestoreDecision = Pick<
  Plan,
  'resources' | 'calls' | 'fingerprints' | 'cannotRestore' | 'secretsRequired' | 'risks' | 'estimate'
>;

/**
 * Decides what a restore does: the calls in an order the reference graph allows, what cannot be restored, which secrets
 * will be opened, and the fingerprints apply must find. Pure: equal input, equal plan.
 */
export function decideRestore(input: RestoreInput): RestoreDecision {
  const touched = input.pairs.filter((pair) => pair.role !== 'shown');
  const blocked = blockedPairs(touched, input);
  const context = new PlanContext(input, touched, blocked);
  const written = withReasons(withoutOrphans(touched.map((pair) => ({ pair, writes: context.writes(pair) }))), context);
  const calls = orderCalls(written);
  const cannotRestore = [
    ...input.pairs.flatMap(({ withheld }) => withheld ?? []),
    ...written.flatMap(({ writes }) => writes.cannot ?? []),
    ...input.missingNeeds
      .filter(({ id, ifMissing }) => ifMissing !== 'leftOut' && !blocked.has(id))
      .map((need) => needMissing(need, input.selection)),
  ].sort((a, b) => compareIds(a.id, b.id));
  const fingerprints = fingerprintsOf(touched, calls, context.reliedOn());
  return {
    resources: input.pairs
      .map((pair) => plannedResource(pair, cannotRestore, blocked.has(pair.id)))
      .sort((a, b) => kindOrder(a.kind) - kindOrder(b.kind) || compareIds(a.id, b.id)),
    calls,
    fingerprints,
    cannotRestore,
    secretsRequired: secretsOf(calls),
    risks: calls.flatMap((call) => (call.risk === undefined ? [] : [{ id: call.resource, risk: call.risk }])),
    estimate: estimate(calls, fingerprints.length),
  };
}

/** What kinds may know of the plan, and which live revisions they made use of. */
class PlanContext {
  readonly #input: RestoreInput;
  readonly #pairs: ReadonlyMap<ResourceId, RestorePair>;
  readonly #removed: ReadonlySet<ResourceId>;
  readonly #missing: ReadonlySet<ResourceId>;
  readonly #blocked: ReadonlyMap<ResourceId, CannotRestore>;
  readonly #writes = new Map<ResourceId, Writes>();
  readonly #reliedOn = new Map<ResourceId, Fingerprint>();

  constructor(input: RestoreInput, touched: readonly RestorePair[], blocked: ReadonlyMap<ResourceId, CannotRestore>) {
    this.#input = input;
    this.#blocked = blocked;
    this.#pairs = new Map(input.pairs.map((pair) => [pair.id, pair]));
    this.#missing = new Set(input.missingNeeds.map(({ needs }) => needs));
    this.#removed = new Set(touched.filter(({ desired }) => desired === undefined).map(({ id }) => id));
  }

  of(pair: RestorePair): WriteContext {
    return {
      plannedAtMs: this.#input.plannedAtMs,
      isRemoved: (id) => this.isRemoved(id),
      isMade: (id) => this.#isMade(id),
      isNowhere: (id) => this.#isNowhere(id),
      madeBelow: (kind, parent) => this.#madeBelow(kind, parent),
      liveRevision: (id) => this.#liveRevision(id),
      liveName: (id) => this.#input.liveNames?.get(id),
      consulted: (id) => this.#consulted(id),
      changedSecrets: (id) => (id === pair.id ? pair.changedSecrets : []),
    };
  }

  /** What the kind of a pair would send, and what it cannot; nothing is sent for what is blocked. */
  writes(pair: RestorePair): Writes {
    const cannot = this.#blocked.get(pair.id);
    const writes =
      this.#writes.get(pair.id) ??
      (cannot === undefined ? writesOf(pair, this.of(pair)) : { calls: [], cannot: [cannot] });
    this.#writes.set(pair.id, writes);
    return writes;
  }

  isRemoved(id: ResourceId): boolean {
    return this.#removed.has(id);
  }

  /** Nobody has it, or this plan should make it and cannot. */
  #isNowhere(id: ResourceId): boolean {
    const pair = this.#pairs.get(id);
    if (pair === undefined || pair.live !== undefined) return this.#missing.has(id);
    return pair.role === 'shown' || (pair.kind.createdBy === undefined && this.writes(pair).calls.length === 0);
  }

  #isMade(id: ResourceId): boolean {
    const pair = this.#pairs.get(id);
    return pair?.desired !== undefined && pair.live === undefined && pair.role !== 'shown';
  }

  #madeBelow(kind: KindName, parent: ResourceId): readonly Desired[] {
    return [...this.#pairs.values()].flatMap(({ id, kind: { name }, desired }) =>
      desired !== undefined && name === kind && parentId(id) === parent && this.#isMade(id) ? [desired] : [],
    );
  }

  /** What is only shown stays as it is live. */
  #consulted(id: ResourceId): JsonValue | undefined {
    const pair = this.#pairs.get(id);
    if (pair === undefined) return this.#input.consulted?.get(id);
    return (pair.role === 'shown' ? pair.live : pair.desired)?.canonical;
  }

  #liveRevision(id: ResourceId): string | undefined {
    const revision = this.#input.liveRevisions.get(id);
    if (revision !== undefined) this.#reliedOn.set(id, revision.fingerprint);
    return revision?.number;
  }

  reliedOn(): readonly Fingerprint[] {
    return [...this.#reliedOn.values()];
  }
}

function writesOf(pair: RestorePair, context: WriteContext): Writes {
  const { kind, desired, live } = pair;
  try {
    if (desired !== undefined && live !== undefined) return kind.update(desired, live, context);
    if (desired !== undefined) return kind.create(desired, context);
    return live === undefined ? { calls: [] } : kind.remove(live, context);
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return noWrite(pair.id, error.message, error.next ?? 'Change it by hand.');
  }
}

function noWrite(id: ResourceId, why: string, next: string): Writes {
  return { calls: [], cannot: [{ id, code: 'NO_WRITE', why, next }] };
}

/** Tells what the calls of another resource bring along, see `Kind.comesWith`. */
function comingAlong(written: readonly Written[]): (pair: RestorePair, writes: Writes) => boolean {
  const acting = new Set(written.filter(({ writes }) => writes.calls.length > 0).map(({ pair }) => pair.id));
  return ({ id, kind, live }, { cannot = [] }) => {
    const carrier = live === undefined ? kind.comesWith?.(id) : undefined;
    return carrier !== undefined && cannot.length === 0 && acting.has(carrier);
  };
}

/** What stands under a resource that is absent and that no call makes cannot be made either. */
function withoutOrphans(written: readonly Written[]): readonly Written[] {
  const comesAlong = comingAlong(written);
  const unmade = new Set(
    written
      .filter(
        ({ pair, writes }) =>
          pair.live === undefined &&
          pair.kind.createdBy === undefined &&
          writes.calls.length === 0 &&
          !comesAlong(pair, writes),
      )
      .map(({ pair }) => pair.id),
  );
  if (unmade.size === 0) return written;
  return written.map(({ pair, writes }) => {
    const above = pair.live === undefined ? idsAbove(pair.id).find((id) => unmade.has(id)) : undefined;
    if (above === undefined || writes.calls.length === 0) return { pair, writes };
    const cannot: CannotRestore = {
      id: pair.id,
      code: 'NEED_MISSING',
      why: `It stands under ${above}, which cannot be restored.`,
      next: `Create ${above} by hand, then restore again.`,
    };
    return { pair, writes: { calls: [], cannot: [cannot] } };
  });
}

/** Takes out what could not work, and gives a reason wherever nothing is done: nothing is left out in silence. */
function withReasons(written: readonly Written[], context: PlanContext): Written[] {
  const planned = new Set(
    written.flatMap(({ pair, writes }) => writes.calls.map((call) => callId(pair.id, call.step))),
  );
  const ownersWithImport = new Set(
    written
      .filter(({ pair, writes }) => pair.kind.collection.style === 'revisions' && writes.calls.length > 0)
      .map(({ pair }) => parentId(pair.id)),
  );
  const comesAlong = comingAlong(written);
  return written.map(({ pair, writes }) => {
    const isMade = pair.kind.createdBy !== undefined && pair.live === undefined;
    if (isMade && !ownersWithImport.has(pair.id)) return { pair, writes: neverMade(pair) };
    if (writes.calls.some((call) => needsUnplanned(call, planned)))
      return { pair, writes: pair.kind.factsOf === undefined ? withoutReferred(pair) : withoutRevision(pair) };
    const isExplained = writes.calls.length > 0 || (writes.cannot ?? []).length > 0 || isMade;
    const goesAlong = comesAlong(pair, writes) || (pair.desired === undefined && isRemovedAbove(pair.id, context));
    return { pair, writes: isExplained || goesAlong ? writes : nothingSettable(pair) };
  });
}

function needsUnplanned(call: Writes['calls'][number], planned: ReadonlySet<string>): boolean {
  return holesOf(call).some((hole) => hole.hole === 'assigned' && !planned.has(hole.call));
}

function neverMade({ id }: RestorePair): Writes {
  const why = 'It comes into being with its first revision, and the point has none.';
  return noWrite(id, why, 'Import a revision by hand, or choose a point that has one.');
}

function withoutRevision({ id }: RestorePair): Writes {
  const why = 'The revision that was deployed is neither in the point nor in the live organization.';
  return noWrite(id, why, 'Choose a point that has the revision.');
}

function withoutReferred({ id }: RestorePair): Writes {
  const why = 'It refers to something that is neither live nor made by this plan.';
  return noWrite(id, why, 'Restore what it refers to as well, or choose a point that has it.');
}

function nothingSettable({ id }: RestorePair): Writes {
  return noWrite(id, 'It differs in what no call of the API can change.', 'Compare it with holdfast diff.');
}

/**
 * What no call could bring about, and why: it stands under, or refers to, something that neither the plan makes nor live has,
 * or something that is blocked itself.
 */
function blockedPairs(
  touched: readonly RestorePair[],
  { missingNeeds, selection }: RestoreInput,
): ReadonlyMap<ResourceId, CannotRestore> {
  const blocked = new Map<ResourceId, CannotRestore>();
  for (const need of missingNeeds) {
    if (isIndispensable(need) && !blocked.has(need.id)) blocked.set(need.id, needMissing(need, selection));
  }
  const absent = new Set(touched.filter(({ live }) => live === undefined).map(({ id }) => id));
  const needs = new Map(touched.map((pair) => [pair.id, indispensableOf(pair)]));
  for (let count = -1; count !== blocked.size; ) {
    count = blocked.size;
    for (const [id, ids] of needs) {
      const need = blocked.has(id) ? undefined : ids.find((one) => absent.has(one) && blocked.has(one));
      if (need !== undefined) blocked.set(id, needBlocked(id, need));
    }
  }
  return blocked;
}

/** Without it the calls are refused. A deployment of a revision that nobody has is told in words of its own. */
function isIndispensable({ needs, ifMissing }: MissingNeed): boolean {
  return ifMissing === undefined && findKindOf(needs)?.collection.style !== 'revisions';
}

function indispensableOf({ id, kind, desired }: RestorePair): readonly ResourceId[] {
  if (desired === undefined) return [];
  const references = referencesOf(kind, desired).filter(({ ifMissing }) => ifMissing === undefined);
  return [...idsAbove(id), ...references.map((reference) => reference.id)];
}

function needBlocked(id: ResourceId, need: ResourceId): CannotRestore {
  const how = isWithin(id, need) ? 'stands under' : 'refers to';
  return {
    id,
    code: 'NEED_MISSING',
    why: `It ${how} ${need}, which cannot be restored.`,
    next: `Create ${need} by hand, then restore again.`,
  };
}

function needMissing(need: MissingNeed, selection: Selection): CannotRestore {
  if (need.absence === 'unnamed') {
    return {
      id: need.id,
      code: 'NEED_MISSING',
      why: `It refers to ${need.needs} (${need.why}), which is missing live and restored only when named.`,
      next: `Add ${namingFlags(need.needs, selection)}, or create it by hand.`,
    };
  }
  return {
    id: need.id,
    code: 'NEED_MISSING',
    why: `It refers to ${need.needs} (${need.why}), which neither the point nor the live organization has.`,
    next: isIndispensable(need)
      ? `Create ${need.needs} by hand and restore again, or choose a point that has it.`
      : `Create ${need.needs} first, if the call for this resource is refused.`,
  };
}

function plannedResource(pair: RestorePair, cannot: readonly CannotRestore[], isHomeless: boolean): PlannedResource {
  const change = pair.desired === undefined ? 'delete' : pair.live === undefined ? 'create' : 'update';
  const blocked = cannot.find((item) => item.id === pair.id && (isHomeless || item.code !== 'NEED_MISSING'));
  const need = pair.role === 'need' ? 'needed by what was chosen' : undefined;
  const reason = { create: 'missing live', update: 'differs live', delete: 'not in the point' }[change];
  return {
    id: pair.id,
    kind: pair.kind.name,
    ...(pair.label === undefined ? {} : { label: pair.label }),
    change: pair.role === 'shown' ? 'shown' : change,
    reason: pair.note ?? blocked?.why ?? need ?? reason,
    fields: pair.fields,
  };
}

/**
 * Of all that a call is sent for, of owners that come with their revisions, of all that goes (also what goes with its
 * parent: the safety point has to hold it), and of live revisions that are deployed.
 */
function fingerprintsOf(
  touched: readonly RestorePair[],
  calls: readonly PlannedCall[],
  reliedOn: readonly Fingerprint[],
): Fingerprint[] {
  const acting = new Set(calls.map((call) => call.resource));
  const own = touched
    .filter(({ id, kind, desired }) => acting.has(id) || kind.createdBy !== undefined || desired === undefined)
    .map(({ fingerprint }) => fingerprint);
  const known = new Set(own.map(({ id }) => id));
  return [...own, ...reliedOn.filter(({ id }) => !known.has(id))].sort((a, b) => compareIds(a.id, b.id));
}

function secretsOf(calls: readonly PlannedCall[]): Plan['secretsRequired'] {
  const required = new Map<string, { readonly id: ResourceId; readonly name: string }>();
  for (const hole of calls.flatMap(holesOf)) {
    if (hole.hole === 'secret') required.set(`${hole.id}#${hole.name}`, { id: hole.id, name: hole.name });
  }
  return [...required.values()].sort((a, b) => compareIds(a.id, b.id) || compareIds(a.name, b.name));
}

/** At half of 6,000 calls a minute; a long-running operation or a deployment takes about ten seconds more. */
function estimate(calls: readonly PlannedCall[], touched: number): Plan['estimate'] {
  const reads = 2 * touched;
  const slow = calls.filter((call) => call.longRunning === true).length;
  const deployments = calls.some((call) => call.awaitReady !== undefined) ? 10 : 0;
  return {
    mutatingCalls: calls.length,
    reads,
    seconds: Math.ceil((calls.length + reads) / 50) + slow * 10 + deployments,
  };
}
