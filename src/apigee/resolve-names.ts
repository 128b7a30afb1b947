import { canonicalise } from '../core/canonical.ts';
import type { JsonObject } from '../core/json.ts';
import { findKindOf } from '../core/kind-of.ts';
import type { Kind } from '../core/kinds/kind.ts';
import type { ResourceId } from '../core/resource.ts';
import { readCallOf } from './read-call.ts';
import { isNotFound, type ReadContext } from './read-context.ts';
import { isGathered, readInList } from './read-gathered.ts';
import type { ApiCall } from './transport.ts';

/**
 * A resource that refers to others by names that the server made can only be compared when those are known: where they are
 * not, or the body is not known yet, the lists of what it resolves against are read. What is not found then stays unresolved.
 * RemoteError when a list cannot be read.
 */
export async function resolveNames(
  context: ReadContext,
  kind: Kind,
  found: { readonly id: ResourceId; readonly body?: JsonObject },
): Promise<void> {
  const others = (kind.resolvesAgainst ?? []).map((name) => context.kinds[name]).filter(isGathered);
  if (found.body !== undefined && canonicalise(kind, found.body, context) !== undefined) return;
  for (const other of others) {
    const parent = scopeIdOf(context, other, found.id);
    // What stands elsewhere than beside it is not found through it.
    if (other.scope !== 'organization' && findKindOf(parent)?.name !== other.scope) continue;
    try {
      await readInList(context, other, { parent, ids: [] });
    } catch (error) {
      // Without the parent there is nothing below it.
      if (!isNotFound(error)) throw error;
    }
  }
}

/**
 * The call that reads one resource at its own path, by the name that the server gave to what it stands under where the path has
 * that; undefined where that is not there. RemoteError when its list cannot be read.
 */
export async function findReadCall(context: ReadContext, kind: Kind, id: ResourceId): Promise<ApiCall | undefined> {
  if (kind.pathUnder === undefined || kind.scope === 'organization') return readCallOf(kind, id);
  const scope = context.kinds[kind.scope];
  const parent = scopeIdOf(context, kind, id);
  if (context.memory.findServerName(parent) === undefined)
    await readInList(context, scope, { parent: scopeIdOf(context, scope, parent), ids: [] });
  const name = context.memory.findServerName(parent);
  return name === undefined ? undefined : { ...readCallOf(kind, id), path: kind.pathUnder(id, name) };
}

/** The id of what a resource below `id` stands under, by the shape of the scope's ids; '' for the organization. */
export function scopeIdOf(context: Pick<ReadContext, 'kinds'>, kind: Kind, id: ResourceId): ResourceId {
  if (kind.scope === 'organization') return '';
  const { length } = context.kinds[kind.scope].idPattern.split('/');
  return id.split('/').slice(0, length).join('/');
}
