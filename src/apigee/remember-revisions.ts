import type { EntryCore } from '../core/entry.ts';
import type { Kind } from '../core/kinds/kind.ts';
import type { ResourceId } from '../core/resource.ts';
import type { ReadContext } from './read-context.ts';
import { noteRevision } from './read-revisions.ts';
import { knownNumbers, readOwner, revisionLabel } from './revision-numbers.ts';

/**
 * Tells the index what a point knows of revision numbers. It counts only for owners of the same creation time: a number
 * of an owner that was deleted and made again is another revision.
 */
export async function rememberRevisions(context: ReadContext, entries: AsyncIterable<EntryCore>): Promise<void> {
  for await (const entry of entries) {
    const kind = context.kinds[entry.kind];
    if (kind.collection.style !== 'revisions') continue;
    for (const [owner, numbers] of knownNumbers(new Map([[entry.id, entry]]))) {
      for (const [number, known] of numbers) {
        noteRevision(context, kind, { owner: { id: owner, createdAt: known.of }, number, id: known.id, isLive: false });
        if (known.mark.frozen) context.memory.index(kind.name, madeKey(revisionLabel(owner, number)), known.of);
        if (known.mark.item !== undefined) context.memory.index(kind.name, itemKey(owner), known.mark.item);
      }
    }
  }
}

/** What a point knows of a deployed number, when the live owner is still the one it was then and has not moved since. */
export async function recallRevision(
  context: ReadContext,
  kind: Kind,
  revision: { readonly owner: ResourceId; readonly number: string },
): Promise<ResourceId | undefined> {
  const label = revisionLabel(revision.owner, revision.number);
  const made = context.memory.find(kind.name, madeKey(label));
  if (made === undefined || kind.collection.style !== 'revisions' || kind.scope === 'organization') return undefined;
  const source = { scope: context.kinds[kind.scope], collection: kind.collection };
  const owner = await context.memory.ownerOnce(revision.owner, () => readOwner(context, revision.owner, source));
  const isUnmoved = owner.createdAt === made && owner.mark === context.memory.find(kind.name, itemKey(revision.owner));
  return isUnmoved ? context.memory.find(kind.name, `${label} ${made}`) : undefined;
}

function itemKey(owner: ResourceId): string {
  return `item ${owner}`;
}

function madeKey(label: string): string {
  return `made ${label}`;
}
