import type { Reading, ReadRequest } from '../app/ports/organization.ts';
import { RemoteError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { findKindOf } from '../core/kind-of.ts';
import type { ApiPath, Kind } from '../core/kinds/kind.ts';
import { parentId, type ResourceId } from '../core/resource.ts';
import { tokenPages } from './list-pages.ts';
import { namedItems } from './named-items.ts';
import { gapOf, gapReadings, isNotFound, type ReadContext } from './read-context.ts';

/** A list to read: of one parent, or of the organization ('') when all parents share it. */
export interface ParentList {
  readonly parent: ResourceId;
  readonly path: ApiPath;
}

/** The lists behind the parents of a request, each foreseen until its turn. A list that does not depend on the parent is read once. */
export function* listsOf(
  { memory }: Pick<ReadContext, 'memory'>,
  { kind, parents }: Pick<ReadRequest, 'kind' | 'parents'>,
  list: (parent: ResourceId) => ApiPath,
): Generator<ParentList> {
  const shared = list('');
  const [first] = parents;
  if (kind.scope === 'organization' || (first !== undefined && list(first) === shared)) {
    yield { parent: '', path: shared };
    return;
  }
  memory.foresee(kind.name, parents.length);
  for (const parent of parents) {
    memory.begin(kind.name);
    yield { parent, path: list(parent) };
  }
}

/** How many lists of one kind are read at once where each holds a page or two in memory. */
export const LISTS_AT_ONCE = 32;

/** The gap of a list that cannot be had; none when the parent itself was deleted meanwhile. */
export async function listGap(
  context: ReadContext,
  kind: Kind,
  failure: { readonly error: unknown; readonly parent: ResourceId },
): Promise<readonly Reading[]> {
  const gap = gapOf(failure.error, failure.parent);
  if (await isInapplicable(context, kind, failure))
    return gapReadings(context, kind, { ...gap, state: 'notApplicable' });
  if (!isNotFound(failure.error)) return gapReadings(context, kind, gap);
  if (await isGone(context, kind, failure.parent)) return [];
  return gapReadings(context, kind, { ...gap, state: failure.parent === '' ? 'failed' : 'vanished' });
}

/** True when the organization does not know the list: said twice, for something in between may say it once. */
async function isInapplicable(
  context: ReadContext,
  kind: Kind,
  { error, parent }: { readonly error: unknown; readonly parent: ResourceId },
): Promise<boolean> {
  const isSaid = (said: unknown): boolean =>
    said instanceof RemoteError && kind.inapplicableOn?.includes(said.status ?? 0) === true;
  const { collection } = kind;
  if (!isSaid(error) || !('list' in collection)) return false;
  try {
    await context.transport.call({ method: 'GET', path: collection.list(parent), access: 'read' });
    return false;
  } catch (again) {
    if (isSaid(again)) return true;
    gapOf(again, parent);
    return false;
  }
}

async function isGone(context: ReadContext, kind: Kind, parent: ResourceId): Promise<boolean> {
  if (parent === '' || kind.scope === 'organization') return false;
  const scope = context.kinds[kind.scope];
  const path = scope.path?.(parent) ?? parent;
  try {
    await context.transport.call({ method: 'GET', path, access: 'read' });
    return false;
  } catch (error) {
    // Of what stands in a list only the list can say that it is gone; a list that is not there says nothing.
    if (isNotFound(error)) return scope.pathItems === undefined && !(await isStillNamed(context, parent));
    // Whether it is gone cannot be told; only what ends the run is thrown.
    gapOf(error, parent);
    return false;
  }
}

/**
 * Whether the list that named the resource still does, so that it is not deleted, whatever is answered at its path. False where
 * only a listing of everything could tell.
 */
export async function isStillNamed(context: ReadContext, id: ResourceId): Promise<boolean> {
  const kind = findKindOf(id);
  if (kind === undefined) return false;
  const parent = parentId(id);
  try {
    for await (const items of namingPages(context, kind, parent)) {
      if (items.some((item) => kind.idOf(item, parent, context) === id)) return true;
    }
    return false;
  } catch (error) {
    if (isNotFound(error)) return false;
    gapOf(error, id);
    return true;
  }
}

async function* namingPages(
  context: ReadContext,
  { collection }: Kind,
  parent: ResourceId,
): AsyncGenerator<readonly JsonObject[]> {
  if (collection.style === 'names') yield await namedItems(context, collection, collection.list(parent));
  if (collection.style !== 'page-token') return;
  const list = { ...collection, path: collection.list(parent) };
  for await (const { items } of tokenPages(context.transport, list)) yield items.map(({ body }) => body);
}
