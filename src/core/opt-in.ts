import type { CannotRestore, Kind } from './kinds/kind.ts';
import type { ResourceId } from './resource.ts';
import type { Selection } from './selection.ts';

/** How to name a resource so that a restore takes it: the flags to add to those that were given. */
export function namingFlags(id: ResourceId, selection: Selection): string {
  // An apostrophe (o'neil@…) would end what the shell takes as one word.
  const flag = `--only '${id.replaceAll("'", `'\\''`)}'`;
  return selection.only.length > 0 ? flag : `--only '**' ${flag}`;
}

/** What stands in a plan instead of a change that costs money or time and is made only on request. */
export function withhold(
  kind: Kind,
  id: ResourceId,
  difference: { readonly change: 'create' | 'update' | 'delete'; readonly selection: Selection },
): CannotRestore {
  const state = { create: 'missing live', update: 'different live', delete: 'not in the point' }[difference.change];
  return {
    id,
    code: 'OPT_IN',
    why: `It is ${state}; ${kind.title.many} are touched only when named, because of what they cost.`,
    next: `To have it so as the point has it, add ${namingFlags(id, difference.selection)}.`,
  };
}
