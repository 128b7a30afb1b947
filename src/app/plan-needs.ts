import { ancestorsOf, findKindOf } from '../core/kind-of.ts';
import { sameState } from '../core/compare.ts';
import { kinds } from '../core/kinds/index.ts';
import type { KindName } from '../core/kinds/index.ts';
import type { Kind, Reference } from '../core/kinds/kind.ts';
import type { Plan } from '../core/plan.ts';
import type { RestoreInput } from '../core/plan-restore.ts';
import { referencesOf } from '../core/references.ts';
import type { ResourceId } from '../core/resource.ts';
import { parentId } from '../core/resource.ts';
import type { RestorePair } from '../core/restore-pair.ts';
import { describe } from './describe.ts';
import type { PairLoader } from './plan-pairs.ts';
import type { LiveReading, Organization } from './ports/organization.ts';
import type { PointReader, StoredEntry } from './ports/vault.ts';
import { readEach } from './read-each.ts';

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
  readonly #isUnnamed: (kind: Kind, id: ResourceId) => boolean;
  /** Needs that are not there and will not be: nobody has them, or nobody named them. */
  readonly #absent = new Map<ResourceId, 'nowhere' | 'unnamed'>();
  readonly #unread: Plan['unknown'][number][] = [];
  readonly #missing: RestoreInput['missingNeeds'][number][] = [];

  constructor(
    deps: NeedsDeps,
    request: {
      readonly point: PointReader;
      /** True when the comparison covered the resource: then it differs and has a pair, or it is the same. */
      readonly wasCompared: (kind: KindName, id: ResourceId) => boolean;
      /** True for a resource of a kind that is restored only on request, when nobody asked. */
      readonly isUnnamed: (kind: Kind, id: ResourceId) => boolean;
    },
    loader: PairLoader,
  ) {
    this.#deps = deps;
    this.#point = request.point;
    this.#wasCompared = request.wasCompared;
    this.#isUnnamed = request.isUnnamed;
    this.#loader = loader;
  }

  /** Adds pairs until nothing is needed any more; answers what nobody has, and what could not be read. */
  async close(): Promise<{ readonly missing: RestoreInput['missingNeeds']; readonly unread: Plan['unknown'] }> {
    let from = 0;
    for (const { id, role, live, withheld } of this.#loader.pairs) {
      if (role !== 'shown' || withheld !== undefined) this.#settled.add(id);
      if (withheld !== undefined && live === undefined) this.#absent.set(id, 'unnamed');
    }
    while (from < this.#loader.pairs.length) {
      const fresh = this.#loader.pairs.slice(from);
      from = this.#loader.pairs.length;
      const needs = await this.#withoutIdle(fresh.flatMap(needsOf));
      await this.#settle(needs.filter((need) => !this.#settled.has(need.id)));
      for (const { id, why, by, ifMissing } of needs) {
        const absence = this.#absent.get(id);
        if (absence !== undefined)
          this.#missing.push({ id: by, needs: id, why, absence, ...(ifMissing === undefined ? {} : { ifMissing }) });
      }
      await this.#addFirstRevisions(fresh);
      await this.#addWhatComesAlong(fresh);
    }
    return { missing: this.#missing, unread: this.#unread };
  }

  /** An idle need that the point does not have cannot be met, and may be none. */
  async #withoutIdle(needs: readonly Need[]): Promise<readonly Need[]> {
    const kept: Need[] = [];
    for (const need of needs) {
      const kind = need.ifMissing === 'idle' ? findKindOf(need.id)?.name : undefined;
      if (need.ifMissing !== 'idle') kept.push(need);
      else if (kind !== undefined && this.#point.has(kind) && (await this.#point.find(need.id, kind)) !== undefined)
        kept.push(need);
    }
    return kept;
  }

  /** A proxy comes into being with its revisions: one that is to be created without any takes those of the point. */
  async #addFirstRevisions(fresh: readonly RestorePair[]): Promise<void> {
    const { pairs } = this.#loader;
    for (const { createdBy } of new Set(fresh.filter(isToBeMade).map(({ kind }) => kind))) {
      const owners = new Set(
        fresh.filter((pair) => isToBeMade(pair) && pair.kind.createdBy === createdBy).map(({ id }) => id),
      );
      for (const { id, kind } of pairs) if (kind.name === createdBy) owners.delete(parentId(id));
      if (createdBy === undefined || owners.size === 0 || !this.#point.has(createdBy)) continue;
      for await (const stored of this.#point.entries(createdBy)) {
        if (!owners.has(parentId(stored.id))) continue;
        this.#settled.add(stored.id);
        await this.#loader.loadPair(kinds[createdBy], stored.id, { stored }, 'need');
      }
    }
  }

  /** A map without its entries, or a keystore without its certificates, would not do for who needs it. */
  async #addWhatComesAlong(fresh: readonly RestorePair[]): Promise<void> {
    const made = fresh.filter(
      ({ role, desired, live }) => role === 'need' && desired !== undefined && live === undefined,
    );
    for (const kind of Object.values(kinds).filter(({ comesWithNeed }) => comesWithNeed === true)) {
      const owners = new Set(made.filter((pair) => pair.kind.name === kind.scope).map(({ id }) => id));
      if (owners.size === 0 || !this.#point.has(kind.name)) continue;
      const known = new Set(this.#loader.pairs.map(({ id }) => id));
      for await (const stored of this.#point.entries(kind.name)) {
        if (!owners.has(parentId(stored.id)) || known.has(stored.id)) continue;
        this.#settled.add(stored.id);
        await this.#loader.loadPair(kind, stored.id, { stored }, 'need');
      }
    }
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
    const wanted = asked.map(({ need, kind }) => ({ id: need.id, kind }));
    // What is refused is unknown, and nothing is decided on it.
    const live = await readEach(this.#deps.live, wanted, ({ id, kind }, error) => {
      const reason = `It is needed, but could not be read: ${error.message}`;
      this.#unread.push({ id, kind: kind.name, reason });
    });
    for (const { need, kind } of asked) {
      const reading = live.get(need.id);
      if (reading !== undefined) await this.#settleOne(need, kind, reading);
    }
  }

  /** The comparison found it in both and equal, so it is there. */
  async #isSame(kind: Kind, id: ResourceId): Promise<boolean> {
    if (!this.#wasCompared(kind.name, id) || !this.#point.has(kind.name)) return false;
    return (await this.#point.find(id, kind.name)) !== undefined;
  }

  async #settleOne(need: Need, kind: Kind, reading: LiveReading): Promise<void> {
    const stored = this.#point.has(kind.name) ? await this.#point.find(need.id, kind.name) : undefined;
    if (reading.state === 'present') await this.#noteDifferent(need, kind, reading, stored);
    else if (stored === undefined) this.#absent.set(need.id, 'nowhere');
    else if (this.#isUnnamed(kind, need.id)) this.#absent.set(need.id, 'unnamed');
    else await this.#loader.loadPair(kind, need.id, { stored }, 'need');
  }

  async #noteDifferent(
    need: Need,
    kind: Kind,
    reading: Extract<LiveReading, { state: 'present' }>,
    stored: StoredEntry | undefined,
  ): Promise<void> {
    const version = this.#point.canonicalVersion(kind.name);
    const described = describe(kind, { id: need.id, ...reading }, this.#deps.live, version);
    if (described === undefined) return;
    this.#loader.noteEntry(kind, described.entry);
    if (stored === undefined || sameState(kind, stored, described.entry)) return;
    const live = { ...described.entry, content: reading.content };
    const note = `differs live, but was not chosen; ${need.by} needs it (${need.why})`;
    await this.#loader.loadPair(kind, need.id, { stored, live }, 'shown', { note });
  }
}

/** To be created by its first import. */
function isToBeMade(pair: RestorePair): boolean {
  return (
    pair.kind.createdBy !== undefined && pair.role !== 'shown' && pair.desired !== undefined && pair.live === undefined
  );
}

/** References and ancestors of what will be written. */
function needsOf(pair: RestorePair): Need[] {
  if (pair.role === 'shown' || pair.desired === undefined) return [];
  const parents = ancestorsOf(pair.id).map((id) => ({ id, why: 'it stands under it', by: pair.id }));
  return [...parents, ...referencesOf(pair.kind, pair.desired).map((reference) => ({ ...reference, by: pair.id }))];
}
