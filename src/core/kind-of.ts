import { kindNames, kinds } from './kinds/index.ts';
import type { Kind } from './kinds/kind.ts';
import type { ResourceId } from './resource.ts';

const patterns = kindNames.map((name) => ({ kind: kinds[name], parts: kinds[name].idPattern.split('/') }));

/** The kind an id is of, by its shape; undefined when no kind has such ids. */
export function findKindOf(id: ResourceId): Kind | undefined {
  const segments = id.split('/');
  return patterns.find(
    ({ parts }) =>
      parts.length === segments.length && parts.every((part, index) => part === '*' || part === segments[index]),
  )?.kind;
}

/** Ids above `id` that are ids of kinds, nearest first: an app key's app, then its developer. */
export function ancestorsOf(id: ResourceId): readonly ResourceId[] {
  const ancestors: ResourceId[] = [];
  for (let cut = id.lastIndexOf('/'); cut > 0; cut = id.lastIndexOf('/', cut - 1)) {
    const ancestor = id.slice(0, cut);
    if (findKindOf(ancestor) !== undefined) ancestors.push(ancestor);
  }
  return ancestors;
}
