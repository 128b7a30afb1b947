import type { CallAction, CallDraft, Phase } from './call.ts';
import type { Kind, Reference, Writes } from './kinds/kind.ts';
import { kindNames } from './kinds/kind-name.ts';
import type { PlannedCall } from './plan.ts';
import { referencesOf } from './references.ts';
import type { RestorePair } from './restore-pair.ts';
import type { ResourceId } from './resource.ts';
import { compareIds, idsAbove, parentId } from './resource.ts';

/** A pair with the calls its kind wants for it. */
export interface Written {
  readonly pair: RestorePair;
  readonly writes: Writes;
}

/** Calls in an order in which each stands after all it needs; ties by stage, kind, then id, so that plans are stable. */
export function orderCalls(written: readonly Written[]): PlannedCall[] {
  const graph = new CallGraph(written);
  const planned = written.flatMap(({ pair }) => graph.callsOf(pair));
  const rank = (call: PlannedCall): number => call.stage * 1000 + kindOrder(call.kind);
  planned.sort((a, b) => rank(a) - rank(b) || compareIds(a.resource, b.resource));
  return topological(planned);
}

/** The id of a draft's call in the plan. */
export function callId(resource: ResourceId, step: string): string {
  return `${resource}#${step}`;
}

/** Place of a kind in the registry. */
export function kindOrder(kind: string): number {
  return orderOfKinds.get(kind) ?? kindNames.length;
}

const orderOfKinds: ReadonlyMap<string, number> = new Map(kindNames.map((name, index) => [name, index]));

const phaseOrder: Readonly<Record<Phase, number>> = { materialise: 0, activate: 1, remove: 2, permit: 3 };

/** Without these the resource is not there, or cannot be worked on: what needs it is not sent when they fail. */
const makesPresent: ReadonlySet<CallAction> = new Set(['create', 'import', 'deploy', 'status']);

/** Removal goes through the kinds backwards: what refers goes before what it refers to. */
function stageOf(kind: Kind, draft: CallDraft): number {
  if (draft.phase === 'permit') return phaseOrder.permit + kindNames.length;
  return draft.phase === 'remove'
    ? phaseOrder.remove + kindNames.length - kindOrder(kind.name)
    : phaseOrder[draft.phase];
}

/** What a call waits for: `needs` must have succeeded, `after` must have ended. */
interface Waits {
  readonly needs: Set<string>;
  readonly after: Set<string>;
}

interface PlannedPair {
  readonly pair: RestorePair;
  readonly drafts: readonly CallDraft[];
}

class CallGraph {
  readonly #byResource = new Map<ResourceId, PlannedPair>();
  readonly #below = new Map<ResourceId, ResourceId[]>();
  /** Revisions that are imported, per owner, oldest first. */
  readonly #imports = new Map<ResourceId, RestorePair[]>();
  /** Who gives up, by this plan, a name that one resource only may hold. */
  readonly #givers = new Map<string, ResourceId>();
  /** What refers, as it is live, to a resource that is removed. */
  readonly #referrers = new Map<ResourceId, ResourceId[]>();

  constructor(written: readonly Written[]) {
    for (const { pair, writes } of written) {
      const drafts = [...writes.calls].sort((a, b) => phaseOrder[a.phase] - phaseOrder[b.phase]);
      this.#byResource.set(pair.id, { pair, drafts });
      if (pair.kind.collection.style === 'revisions' && pair.desired !== undefined)
        push(this.#imports, parentId(pair.id), pair);
    }
    for (const pairs of this.#imports.values())
      pairs.sort((a, b) => numberOf(a) - numberOf(b) || compareIds(a.id, b.id));
    for (const { pair } of this.#byResource.values()) this.#relate(pair);
  }

  #relate(pair: RestorePair): void {
    for (const above of this.#plannedAbove(pair.id)) push(this.#below, above, pair.id);
    for (const claim of claimsLost(pair)) this.#givers.set(claim, pair.id);
    const references = pair.live === undefined ? [] : referencesOf(pair.kind, pair.live);
    for (const { id } of references) {
      const referred = this.#byResource.get(id);
      if (referred !== undefined && referred.pair.desired === undefined) push(this.#referrers, id, pair.id);
    }
  }

  #plannedAbove(id: ResourceId): ResourceId[] {
    return idsAbove(id).filter((above) => this.#byResource.has(above));
  }

  callsOf(pair: RestorePair): PlannedCall[] {
    const drafts = this.#byResource.get(pair.id)?.drafts ?? [];
    return drafts.map((draft, index) => {
      const waits: Waits = { needs: new Set(), after: new Set() };
      this.#waitForOwnSteps(pair, drafts, index, waits);
      if (draft.phase === 'remove') this.#waitBeforeRemoval(pair, waits);
      else this.#waitBeforeWrite(pair, draft, waits);
      const id = callId(pair.id, draft.step);
      const { requires: _requires, ...rest } = draft;
      return {
        ...rest,
        id,
        resource: pair.id,
        kind: pair.kind.name,
        stage: stageOf(pair.kind, draft),
        needs: [...waits.needs].filter((need) => need !== id).sort(compareIds),
        after: [...waits.after].filter((other) => other !== id && !waits.needs.has(other)).sort(compareIds),
      };
    });
  }

  #waitForOwnSteps(pair: RestorePair, drafts: readonly CallDraft[], index: number, { needs, after }: Waits): void {
    const earlier = drafts.slice(0, index);
    const required = drafts[index]?.requires ?? earlier.slice(-1).map(({ step }) => step);
    for (const { step } of earlier) (required.includes(step) ? needs : after).add(callId(pair.id, step));
  }

  #waitBeforeWrite(pair: RestorePair, draft: CallDraft, waits: Waits): void {
    const phases: readonly Phase[] = draft.phase === 'materialise' ? ['materialise'] : ['materialise', 'activate'];
    for (const above of this.#plannedAbove(pair.id)) {
      const isMadeByThis = this.#byResource.get(above)?.pair.kind.createdBy === pair.kind.name;
      if (!isMadeByThis) this.#waitFor(above, ['materialise'], waits);
      else for (const { id } of this.#referencesWanted(above)) this.#waitFor(id, ['materialise'], waits);
    }
    for (const reference of pair.desired === undefined ? [] : referencesOf(pair.kind, pair.desired)) {
      this.#waitFor(reference.id, phases, waits);
    }
    for (const below of this.#below.get(pair.id) ?? []) {
      const madeBy = this.#byResource.get(below)?.pair.kind.name === pair.kind.createdBy;
      if (draft.phase !== 'activate' && !madeBy) continue;
      for (const call of this.#ids(below, phases)) waits.after.add(call);
    }
    for (const call of this.#handovers(pair)) waits.after.add(call);
    const older = this.#olderImport(pair);
    if (older !== undefined) for (const call of this.#ids(older.id, phases)) waits.after.add(call);
  }

  /** What a resource needs that comes into being with another's call. */
  #referencesWanted(id: ResourceId): readonly Reference[] {
    const { kind, desired } = this.#byResource.get(id)?.pair ?? {};
    return kind === undefined || desired === undefined ? [] : referencesOf(kind, desired);
  }

  /** What makes `id` be there has to succeed; what only changes it has to be over. */
  #waitFor(id: ResourceId, phases: readonly Phase[], { needs, after }: Waits): void {
    const planned = this.#byResource.get(id);
    for (const draft of planned?.drafts ?? []) {
      if (phases.includes(draft.phase)) (makesPresent.has(draft.action) ? needs : after).add(callId(id, draft.step));
    }
    // A proxy is there from its first import on, whichever of them succeeds.
    if (planned?.pair.kind.createdBy === undefined) return;
    for (const revision of this.#imports.get(id) ?? []) {
      for (const call of this.#ids(revision.id, ['materialise'])) after.add(call);
    }
  }

  /** The calls by which others give up what this one takes. */
  #handovers(pair: RestorePair): string[] {
    const givers = new Set(claimsTaken(pair).flatMap((claim) => this.#givers.get(claim) ?? []));
    return [...givers].flatMap((giver) => this.#ids(giver, ['materialise', 'remove']));
  }

  /** Gone first: what stands below, and what refers to it as it is live, by removal or by a change that ends it. */
  #waitBeforeRemoval(pair: RestorePair, { needs }: Waits): void {
    for (const below of this.#below.get(pair.id) ?? [])
      for (const call of this.#ids(below, ['remove'])) needs.add(call);
    for (const referrer of this.#referrers.get(pair.id) ?? []) {
      for (const call of this.#ids(referrer, ['materialise', 'activate', 'remove'])) needs.add(call);
    }
  }

  /** Revisions get their numbers in order of arrival, so the next older one goes before. */
  #olderImport(pair: RestorePair): RestorePair | undefined {
    if (pair.kind.collection.style !== 'revisions') return undefined;
    const siblings = this.#imports.get(parentId(pair.id)) ?? [];
    return siblings[siblings.indexOf(pair) - 1];
  }

  #ids(id: ResourceId, phases: readonly Phase[]): string[] {
    const drafts = this.#byResource.get(id)?.drafts ?? [];
    return drafts.filter(({ phase }) => phases.includes(phase)).map(({ step }) => callId(id, step));
  }
}

function claimsOf({ kind }: RestorePair, state: RestorePair['desired'] | RestorePair['live']): string[] {
  const claims = state === undefined ? [] : (kind.claims?.(state) ?? []);
  return claims.map((claim) => `${kind.name} ${claim}`);
}

function claimsTaken(pair: RestorePair): string[] {
  const held = new Set(claimsOf(pair, pair.live));
  return claimsOf(pair, pair.desired).filter((claim) => !held.has(claim));
}

function claimsLost(pair: RestorePair): string[] {
  const wanted = new Set(claimsOf(pair, pair.desired));
  return claimsOf(pair, pair.live).filter((claim) => !wanted.has(claim));
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

/** The server's number at capture, from a label like `apis/orders@7`. */
function numberOf({ label = '' }: RestorePair): number {
  const number = Number(label.slice(label.lastIndexOf('@') + 1));
  return Number.isNaN(number) ? 0 : number;
}

/** Depth first over an already ranked list; keeps the rank where the graph leaves a choice. */
function topological(ranked: readonly PlannedCall[]): PlannedCall[] {
  const known = new Map(ranked.map((call) => [call.id, call]));
  const entered = new Set<string>();
  const out: PlannedCall[] = [];
  for (const start of ranked) {
    // An explicit stack: chains of shared flows may be long.
    const stack = enter(start, entered);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.waits.pop();
      const need = next === undefined ? undefined : known.get(next);
      if (next === undefined) {
        out.push(top.call);
        stack.pop();
      } else if (need !== undefined) stack.push(...enter(need, entered));
    }
  }
  return withoutRings(out);
}

/** A call and what it waits for, first one last; nothing when it was entered before: placed, or part of a ring. */
function enter(call: PlannedCall, entered: Set<string>): { readonly call: PlannedCall; readonly waits: string[] }[] {
  if (entered.has(call.id)) return [];
  entered.add(call.id);
  return [{ call, waits: [...call.needs, ...call.after].reverse() }];
}

/** Shared flows that call each other in a ring: one of them has to go first, so what points forward is dropped. */
function withoutRings(calls: readonly PlannedCall[]): PlannedCall[] {
  const places = new Map(calls.map((call, index) => [call.id, index]));
  return calls.map((call, index) => {
    const isBefore = (id: string): boolean => (places.get(id) ?? calls.length) < index;
    return { ...call, needs: call.needs.filter(isBefore), after: call.after.filter(isBefore) };
  });
}
