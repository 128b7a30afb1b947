import type { KindProbe } from '../app/ports/organization.ts';
import { RemoteError } from '../core/errors.ts';
import { arrayField, isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import type { ApiPath, Kind, Query } from '../core/kinds/kind.ts';
import type { ResourceId } from '../core/resource.ts';
import { listWhole } from './list-pages.ts';
import { namedItems } from './named-items.ts';
import { whyNotApplicable } from './not-applicable.ts';
import { readCall, readCallOf } from './read-call.ts';
import { gapOf, isNotFound, type ReadContext } from './read-context.ts';

/**
 * Shows with one to three reads whether a kind can be read below a parent: its list, cut to one item where the service
 * pages, and where a capture reads each resource at its own path, the first of them. Nothing is kept. Throws only for what
 * ends the run: credentials refused, abort.
 */
export async function probeKind(context: ReadContext, kind: Kind, parent: ResourceId): Promise<KindProbe> {
  const reason = whyNotApplicable(context, kind);
  if (reason !== undefined) return { state: 'notApplicable', reason };
  try {
    const first = await readFirst(context, kind, parent);
    return { state: 'readable', ...(first === undefined ? {} : { first }) };
  } catch (error) {
    const { state, reason } = gapOf(error, parent);
    return { state: state === 'denied' || state === 'notApplicable' ? state : 'failed', reason };
  }
}

async function readFirst(context: ReadContext, kind: Kind, parent: ResourceId): Promise<ResourceId | undefined> {
  const { collection } = kind;
  const { transport } = context;
  switch (collection.style) {
    case 'names': {
      const [item] = await namedItems(context, collection, collection.list(parent));
      return item === undefined ? undefined : readItem(context, kind, { item, parent });
    }
    case 'marked': {
      const [item] = await listWhole(transport, { ...collection, path: collection.list(parent) });
      return item === undefined ? undefined : readItem(context, kind, { item: item.body, parent });
    }
    case 'whole': {
      const [item] = await listWhole(transport, { ...collection, path: collection.list(parent) });
      return item === undefined ? undefined : kind.idOf(item.body, parent, context);
    }
    case 'start-key':
    case 'next-start-key':
      return idOfFirst(context, kind, { parent, ...collection, query: { ...collection.query, count: '1' } });
    case 'page-token':
      return idOfFirst(context, kind, { parent, ...collection, query: { ...collection.query, pageSize: '1' } });
    case 'newest': {
      const json = await get(context, collection.list(parent), { ...collection.query, pageSize: '1' });
      const [item] = isJsonObject(json) ? arrayField(json, collection.items) : [];
      if (!isJsonObject(item) || kind.zippedFiles === undefined) return undefined;
      await transport.call(readCall({ method: 'POST', path: kind.zippedFiles.path(item, parent) }));
      return kind.idOf(item, parent, context);
    }
    case 'singleton':
      return readItem(context, kind, { item: {}, parent });
    case 'revisions': {
      const owner = await readJson(
        context,
        context.kinds[kind.scope === 'organization' ? kind.name : kind.scope],
        parent,
      );
      const number = arrayField(owner, collection.field).findLast((one) => typeof one === 'string');
      if (number !== undefined) await get(context, collection.detail(parent, number));
      return undefined;
    }
    case 'embedded':
      return undefined;
  }
}

interface Listed {
  readonly item: JsonObject;
  readonly parent: ResourceId;
}

/** Reads a resource where it is read by a capture; one that is not there (any more) is no obstacle. */
async function readItem(context: ReadContext, kind: Kind, { item, parent }: Listed): Promise<ResourceId | undefined> {
  const id = kind.idOf(item, parent, context);
  if (id === undefined || kind.path === undefined) return id;
  try {
    // What has no JSON of its own is read as it is.
    if (kind.bodyOfId === undefined) await context.transport.call(readCallOf(kind, id));
    else await context.transport.readBytes(kind.path(id));
    return id;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function idOfFirst(
  context: ReadContext,
  kind: Kind,
  {
    parent,
    list,
    query,
    items,
  }: { parent: ResourceId; list: (parent: ResourceId) => ApiPath; query: Query; items: string },
): Promise<ResourceId | undefined> {
  const json = await get(context, list(parent), query).catch((error: unknown) => {
    // Some services do not expand this list.
    if (!(error instanceof RemoteError) || error.status !== 400 || !('expand' in query)) throw error;
    return get(context, list(parent), { count: '1' });
  });
  const [first] = isJsonObject(json) ? arrayField(json, items) : [];
  return isJsonObject(first) ? kind.idOf(first, parent, context) : undefined;
}

async function readJson(context: ReadContext, kind: Kind, id: ResourceId): Promise<JsonObject> {
  const json = kind.path === undefined ? undefined : await get(context, kind.path(id));
  return isJsonObject(json) ? json : {};
}

async function get(context: ReadContext, path: ApiPath, query: Query = {}): Promise<JsonValue | undefined> {
  return (await context.transport.call({ method: 'GET', path, query, access: 'read' })).json;
}
