import { ancestorsOf, findKindOf } from '../core/kind-of.ts';
import { sameState } from '../core/compare.ts';
import type { KindName } from '../core/kinds/index.ts';
import type { Kind, Reference } from '../core/kinds/kind.ts';
import type { RestoreInput, RestorePair } from '../core/plan-restore.ts';
import type { ResourceId } from '../core/resource.ts';
import { describe } from './describe.ts';
import type { PairLoader } from './plan-pairs.ts';
import type { LiveReading, Organization, PointReader, StoredEntry } from './ports.ts';

interface NeedsDeps {
  readonly live: Organization;
}

interface Need extends Reference {
  /** The resource that needs it. */
  readonly by: ResourceId;
}

/**
 * Closes a choice over its needs: what a chosen resource refers to, and what it stands under, is taken too, but only where it
 * is absent live. What is there but different is shown and left.
 */
export class NeedsCloser {
  readonly #deps: NeedsDeps;
  readonly #point: PointReader;
  readonly #wasCompared: (kind: KindName, id: ResourceId) => boolean;
  readonly #loader: PairLoader;
  readonly #settled = new Set<ResourceId>();
  readonly #missing: RestoreInput['missingNeeds'][number][] = [];

  constructor(
    deps: NeedsDeps,
    request: {
      readonly point: PointReader;
      /** True when the comparison covered the resource: then it differs and has a pair, or it is the same. */
      readonly wasCompared: (kind: KindName, id: ResourceId) => boolean;
    },
    loader: PairLoader,
  ) {
    this.#deps = deps;
    this.#point = request.point;
    this.#wasCompared = request.wasCompared;
    this.#loader = loader;
  }

  /** Adds pairs until nothing is needed any more; answers what nobody has. */
  async close(): Promise<RestoreInput['missingNeeds']> {
    let from = 0;
    for (const pair of this.#loader.pairs) if (pair.role !== 'shown') this.#settled.add(pair.id);
    while (from < this.#loader.pairs.length) {
      const fresh = this.#loader.pairs.slice(from);
      from = this.#loader.pairs.length;
      await this.#settle(fresh.flatMap(needsOf).filter((need) => !this.#settled.has(need.id)));
    }
    return this.#missing;
  }

  async #settle(needs: readonly Need[]): Promise<void> {
    const first = new Map<ResourceId, Need>();
    for (const need of needs) if (!first.has(need.id)) first.set(need.id, need);
    for (const id of first.keys()) this.#settled.add(id);
    const asked: { readonly need: Need; readonly kind: Kind }[] = [];
    for (const need of first.values()) {
      const kind = findKindOf(need.id);
      if (kind !== undefined && !(await this.#isSame(kind, need.id))) asked.push({ need, kind });
    }
    const live = await this.#deps.live.readOne(asked.map(({ need, kind }) => ({ id: need.id, kind })));
    for (const { need, kind } of asked) await this.#settleOne(need, kind, live.get(need.id));
    const open = new Set(asked.map(({ need }) => need.id));
    for (const need of needs) if (open.has(need.id)) this.#noteMissing(need, live);
  }

  /** The comparison found it in both and equal, so it is there. */
  async #isSame(kind: Kind, id: ResourceId): Promise<boolean> {
    if (!this.#wasCompared(kind.name, id) || !this.#point.has(kind.name)) return false;
    return (await this.#point.find(id, kind.name)) !== undefined;
  }

  async #settleOne(need: Need, kind: Kind, reading: LiveReading | undefined): Promise<void> {
    const stored = this.#point.has(kind.name) ? await this.#point.find(need.id, kind.name) : undefined;
    if (reading?.state === 'present') {
      await this.#noteDifferent(need, kind, reading, stored);
    } else if (stored !== undefined) {
      await this.#loader.loadPair(kind, need.id, { stored }, 'need');
    }
  }

  async #noteDifferent(
    need: Need,
    kind: Kind,
    reading: Extract<LiveReading, { state: 'present' }>,
    stored: StoredEntry | undefined,
  ): Promise<void> {
    const described = describe(kind, { id: need.id, ...reading }, this.#deps.live);
    if (described === undefined) return;
    this.#loader.noteRevision(described.entry);
    if (stored === undefined || sameState(kind, stored, described.entry)) return;
    const live = { ...described.entry, content: reading.content };
    const note = `differs live, but was not chosen; ${need.by} needs it (${need.why})`;
    await this.#loader.loadPair(kind, need.id, { stored, live }, 'shown', note);
  }

  #noteMissing(need: Need, live: ReadonlyMap<ResourceId, LiveReading>): void {
    const planned = this.#loader.pairs.some((pair) => pair.id === need.id && pair.desired !== undefined);
    if (!planned && live.get(need.id)?.state !== 'present') {
      this.#missing.push({ id: need.by, needs: need.id, why: need.why });
    }
  }
}

/** References and ancestors of what will be written. */
function needsOf(pair: RestorePair): Need[] {
  if (pair.role === 'shown' || pair.desired === undefined) return [];
  const parents = ancestorsOf(pair.id).map((id) => ({ id, why: 'it stands under it', by: pair.id }));
  return [...parents, ...pair.kind.needs(pair.desired).map((reference) => ({ ...reference, by: pair.id }))];
}
