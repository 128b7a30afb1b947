import type { BundleFile, EntryCore } from '../core/entry.ts';
import type { Hasher } from '../core/hasher.ts';
import { findKindOf } from '../core/kind-of.ts';
import type { Kind } from '../core/kinds/kind.ts';
import type { ResourceId } from '../core/resource.ts';
import type { Organization } from './ports/organization.ts';
import type { PointReader, StoredEntry } from './ports/vault.ts';
import type { LiveEntry, LiveState } from './read-live.ts';
import type { Side } from './side.ts';
import { openLive, openStored } from './side.ts';

/** One side of a comparison, opened on demand. */
export interface ComparedState {
  /** Undefined when the resource cannot be opened any more (it vanished meanwhile). */
  open(kind: Kind, entry: EntryCore): Promise<Side | undefined>;
  /** The files of a revision; undefined when this side does not have it. */
  bundle(id: ResourceId): Promise<readonly BundleFile[] | undefined>;
}

export function pointAsState(point: PointReader, hasher: Hasher): ComparedState {
  return {
    open: async (kind, entry) => {
      // What a comparison of points gives has its place with it; to look it up would read the index that both share.
      const stored = isStored(entry) ? entry : await point.find(entry.id, kind.name);
      return stored === undefined ? undefined : await openStored(point, kind, stored, hasher);
    },
    bundle: (id) => bundleOf(point, id),
  };
}

/** Live content is kept only where it differs from the point's; where it does not, the point's is the same. */
export function liveAsState(state: LiveState, point: PointReader, live: Organization, hasher: Hasher): ComparedState {
  return {
    open: async (kind, entry: LiveEntry) => {
      const version = point.canonicalVersion(kind.name);
      if (entry.content !== undefined) return openLive(kind, { ...entry, content: entry.content }, live, version);
      const stored = await point.find(entry.id, kind.name);
      const sameContent = stored?.configHash === entry.configHash && stored.secretHash === entry.secretHash;
      if (stored !== undefined && sameContent) {
        const side = await openStored(point, kind, stored, hasher);
        return { ...side, tolerant: entry.tolerant ?? {} };
      }
      const reading = (await live.readOne([{ id: entry.id, kind }])).get(entry.id);
      return reading?.state === 'present' ? openLive(kind, { id: entry.id, ...reading }, live, version) : undefined;
    },
    bundle: async (id) => {
      const kind = findKindOf(id);
      if (kind === undefined) return undefined;
      for await (const entry of state.entries(kind.name)) {
        if (entry.id === id && entry.content?.type === 'bundle') return entry.content.files;
      }
      const stored = await bundleOf(point, id);
      if (stored !== undefined) return stored;
      const reading = (await live.readOne([{ id, kind }])).get(id);
      return reading?.state === 'present' && reading.content.type === 'bundle' ? reading.content.files : undefined;
    },
  };
}

function isStored(entry: EntryCore): entry is StoredEntry {
  return 'location' in entry;
}

async function bundleOf(point: PointReader, id: ResourceId): Promise<readonly BundleFile[] | undefined> {
  const kind = findKindOf(id);
  const entry = kind === undefined ? undefined : await point.find(id, kind.name);
  const content = entry === undefined ? undefined : await point.readContent(entry);
  return content?.type === 'bundle' ? content.files : undefined;
}
