import type { Content, EntryCore } from '../core/entry.ts';
import { stateText } from '../core/entry.ts';
import type { KindName } from '../core/kinds/index.ts';
import type { Gap } from '../core/ledger.ts';
import { findKindOf } from '../core/kind-of.ts';
import { kindNames, kinds } from '../core/kinds/index.ts';
import type { Kind } from '../core/kinds/kind.ts';
import type { SealsNames } from '../core/member-policy.ts';
import { isWithin, parentId, type ResourceId } from '../core/resource.ts';
import { hasSealedName } from '../core/sealed-name.ts';
import type { Selector } from '../core/selection.ts';
import type { Organization, Reading, RevisionSelection } from './ports/organization.ts';
import type { Progress, Sorter, SorterFactory } from './ports/surroundings.ts';
import type { PointReader } from './ports/vault.ts';
import { describe } from './describe.ts';
import { entriesOf } from './point-scope.ts';
import { type AskedResource, readEach } from './read-each.ts';
import { readOrganization } from './read-organization.ts';
import { SeenStates } from './seen-states.ts';

/**
 * An entry of the live organization. The content is kept where it differs from all that the point has of its kind; hardly ever
 * it is missing where it differs, and is read once more then.
 */
export interface LiveEntry extends EntryCore {
  readonly content?: Content;
}

/** The live organization as far as it was read, in the form in which points are compared. Close it after use. */
export interface LiveState {
  entries(kind: KindName): AsyncIterable<LiveEntry>;
  gaps(kind: KindName): readonly Gap[];
  close(): Promise<void>;
}

export interface ReadLiveDeps {
  readonly live: Organization;
  readonly sorters: SorterFactory;
  readonly progress: Progress;
}

export interface ReadLiveRequest {
  readonly selector: Selector;
  readonly revisions: RevisionSelection;
  /** What live is compared with: its marks save reading, and content equal to its own is not kept. */
  readonly point: PointReader;
  /** Whose names are sealed where the point does not tell; nobody's when left out. */
  readonly sealsNames?: SealsNames | undefined;
}

/** Reads the chosen kinds of the live organization. What could not be read is a gap, as in a capture. */
export async function readLive(deps: ReadLiveDeps, request: ReadLiveRequest): Promise<LiveState> {
  const state = new LiveStateBuilder(deps, request);
  try {
    await state.read();
    return state;
  } catch (error) {
    await state.close();
    throw error;
  }
}

/** Owners of revisions of which some are looked for together, with their bundles in memory. */
const OWNERS_AT_ONCE = 16;

class LiveStateBuilder implements LiveState {
  readonly #deps: ReadLiveDeps;
  readonly #request: ReadLiveRequest;
  readonly #sorters = new Map<KindName, Sorter<LiveEntry>>();
  readonly #gaps = new Map<KindName, Gap[]>();
  readonly #seenInPoint = new SeenStates();
  /** Met live: revisions, and what has them. */
  readonly #revisions = new Set<ResourceId>();
  readonly #owners = new Set<ResourceId>();
  /** Parents of members that the point has: whether their names are sealed there. */
  readonly #sealedInPoint = new Map<ResourceId, boolean>();

  constructor(deps: ReadLiveDeps, request: ReadLiveRequest) {
    this.#deps = deps;
    this.#request = request;
  }

  async read(): Promise<void> {
    const { selector, point, revisions } = this.#request;
    for (const name of kindNames) if (selector.kind(name)) await this.#open(name);
    // What is the same must have the same id, so the point's way of naming counts before that of the configuration.
    this.#deps.live.sealNames(
      (kind, parent) => this.#sealedInPoint.get(parent) ?? this.#request.sealsNames?.(kind, parent) === true,
    );
    this.#deps.live.recognise(
      (name) => entriesOf(point, name),
      (name) => point.canonicalVersion(name),
    );
    const steps = readOrganization({
      live: this.#deps.live,
      progress: this.#deps.progress,
      selector,
      revisions,
      known: (kind) => entriesOf(point, kind.name),
    });
    for await (const { reading, known, chosen } of steps) {
      if (reading.type !== 'gap') this.#noteRevisions(reading);
      if (chosen) await this.#take(reading, known);
    }
    for (const name of kindNames) if (selector.kind(name)) await this.#seekRevisions(kinds[name]);
  }

  #noteRevisions({ kind, id }: { readonly kind: KindName; readonly id: ResourceId }): void {
    if (kinds[kind].collection.style === 'revisions') this.#revisions.add(id);
    else if (kinds[kind].createdBy !== undefined) this.#owners.add(id);
  }

  /**
   * A revision of the point that was not met may be live under a number that was not to be read, because an import gave it a new
   * one: it is absent only when those were read too.
   */
  async #seekRevisions(kind: Kind): Promise<void> {
    if (kind.collection.style !== 'revisions') return;
    const { selector, point } = this.#request;
    const gaps = this.gaps(kind.name);
    const missing = new Map<ResourceId, AskedResource[]>();
    for await (const { id } of entriesOf(point, kind.name)) {
      const owner = parentId(id);
      const isUntold = !selector.resource(kind.name, id) || !this.#owners.has(owner) || this.#revisions.has(id);
      if (isUntold || gaps.some(({ at }) => isWithin(id, at))) continue;
      missing.set(owner, [...(missing.get(owner) ?? []), { id, kind }]);
    }
    const byOwner = [...missing.values()];
    for (let at = 0; at < byOwner.length; at += OWNERS_AT_ONCE) {
      await this.#takeSought(byOwner.slice(at, at + OWNERS_AT_ONCE).flat());
    }
  }

  async #takeSought(asked: readonly AskedResource[]): Promise<void> {
    const readings = await readEach(this.#deps.live, asked, ({ id, kind }, { message }) =>
      this.#gap(kind.name, { at: id, state: 'failed', reason: `Whether it is among the revisions: ${message}` }),
    );
    for (const { id, kind } of asked) {
      const reading = readings.get(id);
      if (reading?.state !== 'present') continue;
      const { content, marks, label } = reading;
      const named = { ...(marks === undefined ? {} : { marks }), ...(label === undefined ? {} : { label }) };
      await this.#take({ type: 'resource', kind: kind.name, id, content, ...named }, undefined);
    }
  }

  async #open(kind: KindName): Promise<void> {
    this.#sorters.set(
      kind,
      this.#deps.sorters<LiveEntry>((entry) => entry.id),
    );
    this.#gaps.set(kind, []);
    for await (const entry of entriesOf(this.#request.point, kind)) {
      this.#seenInPoint.add(kind, stateText(entry));
      this.#noteNaming(kind, entry.id);
    }
    for (const { at } of this.#request.point.gaps(kind)) this.#noteNaming(kind, at);
  }

  #noteNaming(name: KindName, id: ResourceId): void {
    const kind = kinds[name];
    // A gap may be about a parent, or all of the kind.
    if (kind.sealableName === undefined || findKindOf(id) !== kind) return;
    this.#sealedInPoint.set(parentId(id), hasSealedName(kind, id));
  }

  async #take(reading: Reading, known: EntryCore | undefined): Promise<void> {
    if (reading.type === 'gap') {
      this.#gap(reading.kind, reading.gap);
      return;
    }
    const entry = reading.type === 'unchanged' ? known : this.#describe(reading);
    if (entry === undefined) {
      const reason = 'It refers to something that could not be read, so it cannot be compared.';
      this.#gap(reading.kind, { at: reading.id, state: 'failed', reason });
      return;
    }
    await this.#sorters.get(reading.kind)?.add(entry);
  }

  #describe(reading: Extract<Reading, { type: 'resource' }>): LiveEntry | undefined {
    const version = this.#request.point.canonicalVersion(reading.kind);
    const described = describe(kinds[reading.kind], reading, this.#deps.live, version);
    if (described === undefined) return undefined;
    const maybeSame = this.#seenInPoint.mayHave(reading.kind, stateText(described.entry));
    return maybeSame ? described.entry : { ...described.entry, content: reading.content };
  }

  #gap(kind: KindName, gap: Gap): void {
    this.#gaps.get(kind)?.push(gap);
  }

  async *entries(kind: KindName): AsyncIterable<LiveEntry> {
    const sorter = this.#sorters.get(kind);
    if (sorter !== undefined) yield* sorter.sorted();
  }

  gaps(kind: KindName): readonly Gap[] {
    return this.#gaps.get(kind) ?? [];
  }

  async close(): Promise<void> {
    for (const sorter of this.#sorters.values()) await sorter.close();
  }
}
