import type { EntryComparison } from './compare.ts';
import type { EntryCore } from './entry.ts';
import type { Kind } from './kinds/kind.ts';
import type { ResourceId } from './resource.ts';
import { sameState } from './compare.ts';

/**
 * What stands below a renamed resource has other ids on both sides. Holds back its removed and added comparisons, and pairs
 * them by the part of their ids below it: what came along unchanged is `same`, the rest `changed`, under the newer id.
 * All other comparisons pass through at once. `renames` is from older to newer id.
 */
export async function* followRenames<Entry extends EntryCore>(
  kind: Kind,
  comparisons: AsyncIterable<EntryComparison<Entry>>,
  renames: ReadonlyMap<ResourceId, ResourceId>,
): AsyncGenerator<EntryComparison<Entry>> {
  const newerOf = new Map<ResourceId, ResourceId>([...renames].map(([, newer]) => [newer, newer]));
  const removed = new Map<ResourceId, EntryComparison<Entry>>();
  const added = new Map<ResourceId, EntryComparison<Entry>>();
  for await (const item of comparisons) {
    const newer = item.change === 'removed' ? translated(item.id, renames) : undefined;
    if (newer !== undefined) removed.set(newer, item);
    else if (item.change === 'added' && translated(item.id, newerOf) !== undefined) added.set(item.id, item);
    else yield item;
  }
  for (const [id, item] of added) {
    const counterpart = removed.get(id);
    removed.delete(id);
    yield counterpart === undefined ? item : paired(kind, counterpart, item);
  }
  yield* removed.values();
}

function paired<Entry extends EntryCore>(
  kind: Kind,
  removed: EntryComparison<Entry>,
  added: EntryComparison<Entry>,
): EntryComparison<Entry> {
  const { before } = removed;
  const { after } = added;
  if (before === undefined || after === undefined) return added;
  return {
    ...added,
    change: sameState(kind, before, after) ? 'same' : 'changed',
    informational: false,
    before,
    secretChanged: before.secretHash !== after.secretHash,
    note: `was ${removed.id}`,
  };
}

/** The id with the nearest ancestor that has an entry replaced by it; undefined when none has. */
function translated(id: ResourceId, ancestors: ReadonlyMap<ResourceId, ResourceId>): ResourceId | undefined {
  for (let end = id.lastIndexOf('/'); end > 0; end = id.lastIndexOf('/', end - 1)) {
    const ancestor = ancestors.get(id.slice(0, end));
    if (ancestor !== undefined) return ancestor + id.slice(end);
  }
  return undefined;
}
