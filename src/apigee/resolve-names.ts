import { canonicalise } from '../core/canonical.ts';
import type { JsonObject } from '../core/json.ts';
import type { Kind } from '../core/kinds/kind.ts';
import type { ResourceId } from '../core/resource.ts';
import { isNotFound, type ReadContext } from './read-context.ts';
import { isGathered, readInList } from './read-gathered.ts';

/**
 * A resource that refers to others by names that the server made can only be compared when those are known: where they are
 * not, the lists of what it resolves against are read. What is not found then stays unresolved. RemoteError when a list
 * cannot be read.
 */
export async function resolveNames(
  context: ReadContext,
  kind: Kind,
  found: { readonly id: ResourceId; readonly body: JsonObject },
): Promise<void> {
  const others = (kind.resolvesAgainst ?? []).map((name) => context.kinds[name]).filter(isGathered);
  if (others.length === 0 || canonicalise(kind, found.body, context) !== undefined) return;
  for (const other of others) {
    try {
      await readInList(context, other, { parent: scopeIdOf(context, other, found.id), ids: [] });
    } catch (error) {
      // Without the parent there is nothing below it.
      if (!isNotFound(error)) throw error;
    }
  }
}

/** The id of what a resource below `id` stands under, by the shape of the scope's ids; '' for the organization. */
function scopeIdOf(context: Pick<ReadContext, 'kinds'>, kind: Kind, id: ResourceId): ResourceId {
  if (kind.scope === 'organization') return '';
  const { length } = context.kinds[kind.scope].idPattern.split('/');
  return id.split('/').slice(0, length).join('/');
}
