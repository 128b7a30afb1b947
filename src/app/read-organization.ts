import type { EntryCore } from '../core/entry.ts';
import type { KindName } from '../core/kinds/index.ts';
import type { Kind } from '../core/kinds/kind.ts';
import type { KindToRead } from '../core/reading-order.ts';
import { isListedPerParent, kindsToRead, parentsOf, readsAfter, usesKnownEntries } from '../core/reading-order.ts';
import type { ResourceId } from '../core/resource.ts';
import { compareIds } from '../core/resource.ts';
import type { Selector } from '../core/selection.ts';
import type { Organization, Reading, ReadRequest, RevisionSelection } from './ports/organization.ts';
import type { Progress } from './ports/surroundings.ts';
import { carryMembers, divideMembers, type MembersRequest } from './read-members.ts';
import { sideBySide } from './side-by-side.ts';

export interface OrganizationReading {
  readonly live: Organization;
  readonly progress: Progress;
  readonly selector: Selector;
  readonly revisions: RevisionSelection;
  /** Entries whose marks save reading (proxies, flows, revisions). */
  readonly known: (kind: Kind) => AsyncIterable<EntryCore>;
  /** What is taken of members by policy; all of them when left out. */
  readonly members?: MembersRequest;
  /** Called before the readings of a request, so that a second listing can ask the same. */
  readonly onRequest?: (request: ReadRequest) => void;
  /** Only what stands below these is read, and below what is found there: what a second listing brought to light. */
  readonly below?: ReadonlyMap<KindName, readonly ResourceId[]>;
}

export interface ReadStep {
  readonly reading: Reading;
  /** For `unchanged`: the entry that still holds. */
  readonly known?: EntryCore;
  /** False for what is only read because something chosen resolves against it. */
  readonly chosen: boolean;
}

/** So many lists, or windows of single readings, are held in memory at once. */
const KINDS_AT_ONCE = 16;

/**
 * Reads all chosen kinds, and those they resolve against: each after those it rests on, otherwise side by side. One way of
 * reading for captures and comparisons. What is yielded of one kind comes in its own order; kinds come interleaved.
 */
export function readOrganization(request: OrganizationReading): AsyncIterable<ReadStep> {
  return new KindsReading(request).read();
}

class KindsReading {
  readonly #request: OrganizationReading;
  readonly #parentIds = new Map<KindName, ResourceId[]>();
  readonly #remembered: ReadonlySet<string>;
  readonly #listed: readonly KindToRead[];
  readonly #sortedParents = new Map<KindName, readonly ResourceId[]>();
  #count = 0;

  constructor(request: OrganizationReading) {
    this.#request = request;
    const { selector, live, below: above } = request;
    for (const [name, ids] of above ?? []) this.#parentIds.set(name, [...ids]);
    // Revisions of what moved are told by their owner's second listing.
    const isRead = (kind: Kind): boolean =>
      above === undefined || (isListedPerParent(kind) && kind.collection.style !== 'revisions');
    this.#listed = kindsToRead(selector.kind).filter(
      ({ kind }) => kind.collection.style !== 'embedded' && isRead(kind),
    );
    const below = this.#listed.filter(({ kind }) => isListedPerParent(kind) && live.mayHave(kind));
    this.#remembered = new Set(below.map(({ kind }) => kind.scope));
  }

  async *read(): AsyncGenerator<ReadStep> {
    const { progress } = this.#request;
    const listed = this.#listed;
    const sources = listed.map((toRead) => ({
      name: toRead.kind.name,
      after: readsAfter(toRead.kind),
      open: () => this.#readKind(toRead),
    }));
    let drained = 0;
    if (this.#request.below === undefined) progress.phase('reading');
    const steps = sideBySide(sources, KINDS_AT_ONCE, (count) => {
      drained = count;
    });
    for await (const step of steps) {
      yield step;
      if (!step.chosen || step.reading.type === 'gap' || this.#request.below !== undefined) continue;
      this.#count += 1;
      progress.advance(this.#count, undefined, `resources so far, ${drained} of ${listed.length} kinds to their end`);
    }
  }

  async *#readKind({ kind, chosen }: KindToRead): AsyncGenerator<ReadStep> {
    const { live, selector, revisions, onRequest, below } = this.#request;
    const parents = parentsOf(kind, (name) => this.#parentsOf(name));
    if (below !== undefined && parents.length === 0) return;
    const known = usesKnownEntries(kind) ? await entriesById(this.#request.known(kind)) : undefined;
    const read: ReadRequest = {
      kind,
      parents,
      revisions: chosen ? revisions : { newest: 0 },
      wanted: chosen ? (id) => selector.resource(kind.name, id) : () => true,
      ...(known === undefined || known.size === 0 ? {} : { known }),
    };
    const members = chosen ? divideMembers(read, this.#request.members) : undefined;
    const asked = members?.asked ?? read;
    onRequest?.(asked);
    if (members !== undefined) yield* carryMembers(members, { kind, known: () => this.#request.known(kind) });
    for await (const answered of live.read(asked)) {
      const reading = members?.take(answered) ?? answered;
      if (reading.type !== 'gap') this.#rememberParent(reading.kind, reading.id);
      const entry = reading.type === 'unchanged' ? known?.get(reading.id) : undefined;
      const isChosen =
        selector.kind(reading.kind) && (reading.type === 'gap' || selector.resource(reading.kind, reading.id));
      yield { reading, chosen: isChosen, ...(entry === undefined ? {} : { known: entry }) };
    }
  }

  /** Sorted once for all kinds below; asked for when all are read. */
  #parentsOf(name: KindName): readonly ResourceId[] {
    const sorted = this.#sortedParents.get(name) ?? (this.#parentIds.get(name) ?? []).sort(compareIds);
    this.#sortedParents.set(name, sorted);
    return sorted;
  }

  #rememberParent(kind: KindName, id: ResourceId): void {
    // Only kinds that others are listed under here; developers and apps may be a million.
    if (!this.#remembered.has(kind)) return;
    const ids = this.#parentIds.get(kind);
    if (ids === undefined) this.#parentIds.set(kind, [id]);
    else ids.push(id);
  }
}

async function entriesById(entries: AsyncIterable<EntryCore>): Promise<ReadonlyMap<ResourceId, EntryCore>> {
  const known = new Map<ResourceId, EntryCore>();
  for await (const entry of entries) known.set(entry.id, entry);
  return known;
}
