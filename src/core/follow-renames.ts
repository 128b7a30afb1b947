import type { EntryComparison } from './compare.ts';
import type { EntryCore } from './entry.ts';
import type { Kind } from './kinds/kind.ts';
import type { ResourceId } from './resource.ts';
import { sameState } from './compare.ts';

/**
 * What stands below a renamed resource has other ids on both sides. Pairs its removed and added comparisons by the part of
 * their ids below it: what came along unchanged is `same`, the rest `changed`, under the newer id. `renames` is from older
 * to newer id.
 */
export function followRenames<Entry extends EntryCore>(
  kind: Kind,
  comparisons: readonly EntryComparison<Entry>[],
  renames: ReadonlyMap<ResourceId, ResourceId>,
): readonly EntryComparison<Entry>[] {
  const added = new Map(comparisons.filter(({ change }) => change === 'added').map((item) => [item.id, item]));
  const paired = new Set<EntryComparison<Entry>>();
  const followed = comparisons.map((item) => {
    const newer = item.change === 'removed' ? newerId(item.id, renames) : undefined;
    const counterpart = newer === undefined ? undefined : added.get(newer);
    if (counterpart?.after === undefined || item.before === undefined) return item;
    paired.add(counterpart);
    const same = sameState(kind, item.before, counterpart.after);
    return {
      ...counterpart,
      change: same ? ('same' as const) : ('changed' as const),
      informational: false,
      before: item.before,
      secretChanged: item.before.secretHash !== counterpart.after.secretHash,
      note: `was ${item.id}`,
    };
  });
  return followed.filter((item) => !paired.has(item));
}

function newerId(id: ResourceId, renames: ReadonlyMap<ResourceId, ResourceId>): ResourceId | undefined {
  for (let end = id.lastIndexOf('/'); end > 0; end = id.lastIndexOf('/', end - 1)) {
    const newer = renames.get(id.slice(0, end));
    if (newer !== undefined) return newer + id.slice(end);
  }
  return undefined;
}
