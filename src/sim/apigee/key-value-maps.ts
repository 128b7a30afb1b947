import type { DocumentStore } from './document-store.ts';

/** Key under which the entries of a map are stored. */
export function entriesOwner(owner: string, map: string): string {
  return `${owner}\n${map}`;
}

/** A map goes with its entries. */
export function dropMap(store: DocumentStore, owner: string, name: string): void {
  const entries = entriesOwner(owner, name);
  const names = [...store.list('keyvalueentry', entries)].map((entry) => entry.name);
  for (const entry of names) store.delete('keyvalueentry', entries, entry);
  store.delete('keyvaluemap', owner, name);
}

/**
 * What deletion of the owner does to its maps. An environment deleted with maps in it leaves encryption behind that those of
 * a new environment of this name do not fit (documented): their entries are refused from then on.
 */
export function dropMapsOf(store: DocumentStore, owner: string): void {
  const names = [...store.list('keyvaluemap', owner)].map((item) => item.name);
  for (const name of names) dropMap(store, owner, name);
  if (names.length > 0 && owner.startsWith('environments/')) store.put('staleencryption', '', owner, {});
}
