import type { CallDraft, Hole, Phase, TemplateValue } from './call.ts';
import type { Kind, CannotRestore, Desired, FieldPath, Live, WriteContext, Writes } from './kinds/kind.ts';
import type { Fingerprint, Plan, PlannedCall, PlannedResource } from './plan.ts';
import { kindNames } from './kinds/kind-name.ts';
import type { ResourceId } from './resource.ts';
import { compareIds } from './resource.ts';

/** One resource that differs between point (desired) and live. Exactly what a restore has to decide about. */
export interface RestorePair {
  readonly kind: Kind;
  readonly id: ResourceId;
  /** Absent = the point does not have it. */
  readonly desired?: Desired;
  /** Absent = live does not have it. */
  readonly live?: Live;
  readonly label?: string;
  readonly changedSecrets: readonly FieldPath[];
  readonly fingerprint: Fingerprint;
  /** Fields or files that differ, for people. */
  readonly fields: readonly string[];
  /** `chosen` by the selection, `need` = taken because a chosen one needs it, `shown` = listed but left alone. */
  readonly role: 'chosen' | 'need' | 'shown';
  /** Why it is only shown. */
  readonly note?: string;
}

export interface RestoreInput {
  readonly plannedAtMs: number;
  readonly pairs: readonly RestorePair[];
  /** The live number of each revision resource that live has. */
  readonly liveRevisions: ReadonlyMap<ResourceId, string>;
  /** References that neither plan, live nor point can satisfy: resource → what it lacks. */
  readonly missingNeeds: readonly { readonly id: ResourceId; readonly needs: ResourceId; readonly why: string }[];
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
  const removed = new Set(touched.filter((pair) => pair.desired === undefined).map((pair) => pair.id));
  const written = touched.map((pair) => ({ pair, writes: writesOf(pair, contextOf(input, removed, pair)) }));
  const calls = orderCalls(written);
  const cannotRestore = [
    ...written.flatMap(({ writes }) => writes.cannot ?? []),
    ...input.missingNeeds.map(needMissing),
  ].sort((a, b) => compareIds(a.id, b.id));
  const acting = new Set(calls.map((call) => call.resource));
  return {
    resources: input.pairs
      .map((pair) => plannedResource(pair, cannotRestore))
      .sort((a, b) => kindOrder(a.kind) - kindOrder(b.kind) || compareIds(a.id, b.id)),
    calls,
    fingerprints: touched
      .filter((pair) => acting.has(pair.id) || pair.kind.createdBy !== undefined)
      .map((pair) => pair.fingerprint)
      .sort((a, b) => compareIds(a.id, b.id)),
    cannotRestore,
    secretsRequired: secretsOf(calls),
    risks: calls.flatMap((call) => (call.risk === undefined ? [] : [{ id: call.resource, risk: call.risk }])),
    estimate: estimate(calls, acting.size),
  };
}

function contextOf(input: RestoreInput, removed: ReadonlySet<ResourceId>, pair: RestorePair): WriteContext {
  return {
    plannedAtMs: input.plannedAtMs,
    isRemoved: (id) => removed.has(id),
    liveRevision: (id) => input.liveRevisions.get(id),
    changedSecrets: (id) => (id === pair.id ? pair.changedSecrets : []),
  };
}

function writesOf(pair: RestorePair, context: WriteContext): Writes {
  const { kind, desired, live } = pair;
  if (desired !== undefined && live !== undefined) return kind.update(desired, live, context);
  if (desired !== undefined) return kind.create(desired, context);
  if (live !== undefined) return kind.remove(live, context);
  return { calls: [] };
}

function needMissing(need: RestoreInput['missingNeeds'][number]): CannotRestore {
  return {
    id: need.id,
    code: 'NEED_MISSING',
    why: `It refers to ${need.needs} (${need.why}), which neither the point nor the live organization has.`,
    next: `Create ${need.needs} first, if the call for this resource is refused.`,
  };
}

function plannedResource(pair: RestorePair, cannot: readonly CannotRestore[]): PlannedResource {
  const change = pair.desired === undefined ? 'delete' : pair.live === undefined ? 'create' : 'update';
  const blocked = cannot.find((item) => item.id === pair.id && item.code !== 'NEED_MISSING');
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

function kindOrder(kind: string): number {
  return kindNames.findIndex((name) => name === kind);
}

// ------------------------------------------------------------------------------------------------ order

interface Written {
  readonly pair: RestorePair;
  readonly writes: Writes;
}

const phaseOrder: Readonly<Record<Phase, number>> = { materialise: 0, activate: 1, remove: 2 };

/** Removal goes through the kinds backwards: what refers goes before what it refers to. */
function stageOf(kind: Kind, draft: CallDraft): number {
  return draft.phase === 'remove'
    ? phaseOrder.remove + kindNames.length - kindOrder(kind.name)
    : phaseOrder[draft.phase];
}

class CallGraph {
  readonly #byResource = new Map<ResourceId, { readonly pair: RestorePair; readonly drafts: readonly CallDraft[] }>();
  readonly #children = new Map<ResourceId, ResourceId[]>();
  readonly #ordered = new Map<ResourceId, readonly RestorePair[]>();

  constructor(written: readonly Written[]) {
    for (const { pair, writes } of written) {
      const drafts = [...writes.calls].sort((a, b) => phaseOrder[a.phase] - phaseOrder[b.phase]);
      this.#byResource.set(pair.id, { pair, drafts });
    }
    for (const id of this.#byResource.keys()) {
      const parent = this.#parentOf(id);
      if (parent === undefined) continue;
      const siblings = this.#children.get(parent);
      if (siblings === undefined) this.#children.set(parent, [id]);
      else siblings.push(id);
    }
  }

  /** The nearest planned resource above `id`. */
  #parentOf(id: ResourceId): ResourceId | undefined {
    for (let cut = id.lastIndexOf('/'); cut > 0; cut = id.lastIndexOf('/', cut - 1)) {
      const ancestor = id.slice(0, cut);
      if (this.#byResource.has(ancestor)) return ancestor;
    }
    return undefined;
  }

  #callIds(id: ResourceId, phases: readonly Phase[]): string[] {
    const drafts = this.#byResource.get(id)?.drafts ?? [];
    return drafts.filter((draft) => phases.includes(draft.phase)).map((draft) => callId(id, draft));
  }

  /** Ids of the calls that must be finished before this one. */
  needs(pair: RestorePair, drafts: readonly CallDraft[], index: number): string[] {
    const draft = drafts[index];
    if (draft === undefined) return [];
    const needs = new Set<string>();
    const previous = drafts[index - 1];
    if (previous !== undefined) needs.add(callId(pair.id, previous));
    if (draft.phase === 'remove') this.#addBeforeRemoval(pair, needs);
    else this.#addBeforeWrite(pair, draft, needs);
    needs.delete(callId(pair.id, draft));
    return [...needs].sort();
  }

  /** The calls of the next older sibling: revisions get their numbers in order of arrival. */
  after(pair: RestorePair): string[] {
    if (pair.kind.collection.style !== 'revisions' || pair.desired === undefined) return [];
    const siblings = this.#siblings(pair);
    const older = siblings[siblings.findIndex(({ id }) => id === pair.id) - 1];
    return older === undefined ? [] : this.#callIds(older.id, ['materialise']);
  }

  #siblings(pair: RestorePair): readonly RestorePair[] {
    const parent = pair.id.slice(0, pair.id.lastIndexOf('/'));
    const known = this.#ordered.get(parent);
    if (known !== undefined) return known;
    const siblings = [...this.#byResource.values()]
      .map((planned) => planned.pair)
      .filter((other) => other.desired !== undefined && other.id.startsWith(`${parent}/`))
      .sort((a, b) => numberOf(a) - numberOf(b) || compareIds(a.id, b.id));
    this.#ordered.set(parent, siblings);
    return siblings;
  }

  #addBeforeWrite(pair: RestorePair, draft: CallDraft, needs: Set<string>): void {
    const phases: readonly Phase[] = draft.phase === 'activate' ? ['materialise', 'activate'] : ['materialise'];
    const parent = this.#parentOf(pair.id);
    const parentKind = parent === undefined ? undefined : this.#byResource.get(parent)?.pair.kind;
    const madeByChildren = parentKind?.createdBy === pair.kind.name;
    if (parent !== undefined && !madeByChildren) for (const id of this.#callIds(parent, ['materialise'])) needs.add(id);
    for (const reference of pair.desired === undefined ? [] : pair.kind.needs(pair.desired)) {
      for (const id of this.#callIds(reference.id, phases)) needs.add(id);
    }
    const comesAfterChildren = pair.kind.createdBy !== undefined || draft.phase === 'activate';
    if (!comesAfterChildren) return;
    for (const child of this.#children.get(pair.id) ?? []) for (const id of this.#callIds(child, phases)) needs.add(id);
  }

  #addBeforeRemoval(pair: RestorePair, needs: Set<string>): void {
    for (const child of this.#children.get(pair.id) ?? [])
      for (const id of this.#callIds(child, ['remove'])) needs.add(id);
  }
}

/** The server's number at capture, from a label like `apis/orders@7`. */
function numberOf(pair: RestorePair): number {
  return Number(pair.label?.slice(pair.label.lastIndexOf('@') + 1) ?? 0);
}

function callId(resource: ResourceId, draft: CallDraft): string {
  return `${resource}#${draft.step}`;
}

/** Calls in an order in which each stands after all it needs; ties by stage, kind, then id, so that plans are stable. */
function orderCalls(written: readonly Written[]): PlannedCall[] {
  const graph = new CallGraph(written);
  const planned = written.flatMap(({ pair, writes }) => {
    const drafts = [...writes.calls].sort((a, b) => phaseOrder[a.phase] - phaseOrder[b.phase]);
    return drafts.map((draft, index) => ({
      ...draft,
      id: callId(pair.id, draft),
      resource: pair.id,
      kind: pair.kind.name,
      stage: stageOf(pair.kind, draft),
      needs: graph.needs(pair, drafts, index),
      after: index === 0 ? graph.after(pair) : [],
    }));
  });
  const rank = (call: PlannedCall): number => call.stage * 1000 + kindOrder(call.kind);
  planned.sort((a, b) => rank(a) - rank(b) || compareIds(a.resource, b.resource));
  return topological(planned);
}

/** Kahn's algorithm over an already ranked list; keeps the rank where the graph leaves a choice. */
function topological(ranked: readonly PlannedCall[]): PlannedCall[] {
  const known = new Map(ranked.map((call) => [call.id, call]));
  const placed = new Set<string>();
  const visiting = new Set<string>();
  const out: PlannedCall[] = [];
  // Depth first along needs, with an explicit stack: chains of shared flows may be long.
  for (const start of ranked) {
    const stack: { readonly call: PlannedCall; next: number }[] = [{ call: start, next: 0 }];
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top === undefined) break;
      if (placed.has(top.call.id)) {
        stack.pop();
        continue;
      }
      visiting.add(top.call.id);
      const needId = [...top.call.needs, ...top.call.after][top.next];
      if (needId === undefined) {
        placed.add(top.call.id);
        visiting.delete(top.call.id);
        out.push(top.call);
        stack.pop();
        continue;
      }
      top.next += 1;
      const need = known.get(needId);
      // Shared flows that call each other in a ring: one of them has to go first, and the server decides.
      if (need !== undefined && !visiting.has(needId)) stack.push({ call: need, next: 0 });
    }
  }
  return breakRings(out);
}

/** Drops needs that point forward, which only rings leave behind. */
function breakRings(calls: readonly PlannedCall[]): PlannedCall[] {
  const position = new Map(calls.map((call, index) => [call.id, index]));
  const isBefore = (id: string, index: number): boolean => (position.get(id) ?? index) < index;
  return calls.map((call, index) => ({
    ...call,
    needs: call.needs.filter((id) => isBefore(id, index)),
    after: call.after.filter((id) => isBefore(id, index)),
  }));
}

// ------------------------------------------------------------------------------------------------ holes

/** All holes of a call: path and body. */
export function holesOf(call: Pick<CallDraft, 'path' | 'body'>): Hole[] {
  const holes = call.path.flatMap((part) => (typeof part === 'string' ? [] : [part]));
  if (call.body?.type === 'json') collectHoles(call.body.value, holes);
  return holes;
}

function collectHoles(value: TemplateValue, into: Hole[]): void {
  if (Array.isArray(value)) {
    for (const element of value) collectHoles(element, into);
  } else if (isHole(value)) {
    into.push(value.$hole);
  } else if (typeof value === 'object' && value !== null) {
    for (const element of Object.values(value)) collectHoles(element, into);
  }
}

/** True for `{ $hole }`. */
export function isHole(value: unknown): value is { readonly $hole: Hole } {
  return typeof value === 'object' && value !== null && '$hole' in value && typeof value.$hole === 'object';
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
