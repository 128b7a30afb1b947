import type { Desired, Kind, Live, Reference } from './kinds/kind.ts';

/** What a resource refers to, and the organization whose add-on it needs. */
export function referencesOf(kind: Kind, state: Desired | Live): readonly Reference[] {
  const own = kind.needs(state);
  if (kind.needsAddon === undefined) return own;
  return [...own, { id: 'organization', why: `its add-on ${kind.needsAddon} has to be on` }];
}
