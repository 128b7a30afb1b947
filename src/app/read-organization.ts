import type { EntryCore } from '../core/entry.ts';
import type { KindName } from '../core/kinds/index.ts';
import type { Kind } from '../core/kinds/kind.ts';
import { hasListsBelow, kindsToRead, parentsOf, usesKnownEntries } from '../core/reading-order.ts';
import type { ResourceId } from '../core/resource.ts';
import { compareIds } from '../core/resource.ts';
import type { Selector } from '../core/selection.ts';
import type { Organization, Progress, Reading, ReadRequest, RevisionSelection } from './ports.ts';

export interface OrganizationReading {
  readonly live: Organization;
  readonly progress: Progress;
  readonly selector: Selector;
  readonly revisions: RevisionSelection;
  /** Entries whose marks save reading (proxies, flows, revisions). */
  readonly known: (kind: Kind) => AsyncIterable<EntryCore>;
  /** Called before the readings of a request, so that a second listing can ask the same. */
  readonly onRequest?: (request: ReadRequest) => void;
}

export interface ReadStep {
  readonly reading: Reading;
  /** For `unchanged`: the entry that still holds. */
  readonly known?: EntryCore;
  /** False for what is only read because something chosen resolves against it. */
  readonly chosen: boolean;
}

/** Reads all chosen kinds, and those they resolve against, in reading order. One way of reading for captures and comparisons. */
export async function* readOrganization(request: OrganizationReading): AsyncIterable<ReadStep> {
  const parentIds = new Map<KindName, ResourceId[]>();
  let count = 0;
  for (const { kind, chosen } of kindsToRead(request.selector.kind)) {
    if (kind.collection.style === 'embedded') continue;
    request.progress.phase(kind.title.many);
    const known = usesKnownEntries(kind) ? await entriesById(request.known(kind)) : undefined;
    const read: ReadRequest = {
      kind,
      parents: parentsOf(kind, (name) => (parentIds.get(name) ?? []).toSorted(compareIds)),
      revisions: chosen ? request.revisions : { newest: 0 },
      wanted: chosen ? (id) => request.selector.resource(kind.name, id) : () => true,
      ...(known === undefined || known.size === 0 ? {} : { known }),
    };
    request.onRequest?.(read);
    for await (const reading of request.live.read(read)) {
      if (reading.type !== 'gap') rememberParent(parentIds, reading.kind, reading.id);
      const entry = reading.type === 'unchanged' ? known?.get(reading.id) : undefined;
      const isChosen =
        request.selector.kind(reading.kind) &&
        (reading.type === 'gap' || request.selector.resource(reading.kind, reading.id));
      yield { reading, chosen: isChosen, ...(entry === undefined ? {} : { known: entry }) };
      if (!isChosen || reading.type === 'gap') continue;
      count += 1;
      request.progress.advance(count, undefined, 'resources so far');
    }
  }
}

async function entriesById(entries: AsyncIterable<EntryCore>): Promise<ReadonlyMap<ResourceId, EntryCore>> {
  const known = new Map<ResourceId, EntryCore>();
  for await (const entry of entries) known.set(entry.id, entry);
  return known;
}

function rememberParent(parentIds: Map<KindName, ResourceId[]>, kind: KindName, id: ResourceId): void {
  // Only kinds that others are listed under; developers and apps may be a million.
  if (!hasListsBelow(kind)) return;
  const ids = parentIds.get(kind);
  if (ids === undefined) parentIds.set(kind, [id]);
  else ids.push(id);
}
