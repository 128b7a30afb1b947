import { kindNames, kinds } from './kinds/index.ts';
import type { KindName } from './kinds/index.ts';
import type { Kind } from './kinds/kind.ts';
import type { ResourceId } from './resource.ts';

export interface KindToRead {
  readonly kind: Kind;
  /** False for a kind that is only read because another one's ids or references resolve against it. */
  readonly chosen: boolean;
}

/**
 * The kinds to read for a choice of kinds, in reading order: chosen ones, those whose resources are their parents, and those
 * their references resolve against. Embedded kinds come with their parents and stand here only when chosen.
 */
export function kindsToRead(isChosen: (name: KindName) => boolean): readonly KindToRead[] {
  const needed = new Set<KindName>();
  const add = (name: KindName): void => {
    if (needed.has(name)) return;
    needed.add(name);
    const kind = kinds[name];
    if (kind.scope !== 'organization') add(kind.scope);
    if (kind.resolvesAgainst !== undefined) kind.resolvesAgainst.forEach(add);
  };
  kindNames.filter(isChosen).forEach(add);
  return kindNames.filter((name) => needed.has(name)).map((name) => ({ kind: kinds[name], chosen: isChosen(name) }));
}

/**
 * The kinds that must have been read to their end before this one is read: its ids, its parents and its canonical form
 * are told from what they brought. Others may be read at the same time. What is embedded comes with its parent.
 */
export function readsAfter(kind: Kind): readonly KindName[] {
  const { collection, scope, resolvesAgainst = [] } = kind;
  const checked = collection.style === 'page-token' ? (collection.crossCheck?.kind ?? []) : [];
  const needed = [scope === 'organization' ? [] : scope, checked, ...resolvesAgainst].flat();
  return [...new Set(needed.map(carrierOf))];
}

/** The kind whose reading brings resources of this one. */
function carrierOf(name: KindName): KindName {
  const { collection, scope } = kinds[name];
  return collection.style === 'embedded' && scope !== 'organization' ? carrierOf(scope) : name;
}

/**
 * All kinds in reading order, each beside those whose single resources stand in the answer that its own stand in: keys of an
 * app, revisions of a proxy. Read in one go they cost one call.
 */
export function kindsReadTogether(): readonly (readonly Kind[])[] {
  const together = new Map<KindName, Kind[]>();
  for (const name of kindNames) {
    const { collection, scope } = kinds[name];
    const standsInParent = collection.style === 'embedded' || collection.style === 'revisions';
    const carrier = standsInParent && scope !== 'organization' ? carrierOf(scope) : name;
    together.set(carrier, [...(together.get(carrier) ?? []), kinds[name]]);
  }
  return [...together.values()];
}

/** True when the kind's list is asked for once per parent; otherwise one list serves the organization. */
export function isListedPerParent(kind: Kind): boolean {
  const { collection } = kind;
  if (kind.scope === 'organization') return false;
  if (collection.style === 'singleton') return true;
  return collection.style === 'revisions' || ('list' in collection && collection.list('') !== collection.list('x/y'));
}

/** True when some kind's list is asked for once per resource of this one. */
export function hasListsBelow(name: KindName): boolean {
  return listedUnder.has(name);
}

const listedUnder: ReadonlySet<string> = new Set(
  kindNames.filter((name) => isListedPerParent(kinds[name])).map((name) => kinds[name].scope),
);

/** True when marks of known entries save reading: they are then loaded before the kind is read. */
export function usesKnownEntries(kind: Kind): boolean {
  return ['marked', 'newest', 'revisions'].includes(kind.collection.style);
}

/** The parents to name in a read request. */
export function parentsOf(kind: Kind, idsOf: (name: KindName) => readonly ResourceId[]): readonly ResourceId[] {
  return isListedPerParent(kind) && kind.scope !== 'organization' ? idsOf(kind.scope) : [''];
}
