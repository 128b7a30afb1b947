import type { Reading, ReadRequest } from '../app/ports/organization.ts';
import { isJsonObject, type JsonObject, stringField } from '../core/json.ts';
import type { Kind } from '../core/kinds/kind.ts';
import type { ResourceId } from '../core/resource.ts';
import { concurrently } from './concurrently.ts';
import { type ListItem, tokenPages } from './list-pages.ts';
import { listGap, listsOf, type ParentList } from './parent-lists.ts';
import {
  type CollectionOf,
  type Found,
  gapOf,
  gapReadings,
  isGoneBelow,
  isNotFound,
  itemMark,
  listedMark,
  notice,
  type ReadContext,
  wantedReadings,
} from './read-context.ts';
import { RemoteError } from '../core/errors.ts';
import { NOT_APPLICABLE } from './answer-error.ts';
import type { ListedMark } from './run-memory.ts';
import { withZippedFiles } from './zipped-files.ts';

type Newest = CollectionOf<'newest'>;

/** Each of these may be a zip in memory. */
const AT_ONCE = 2;

/** P2 that lists a history: the newest item that took effect, with the files of its zip. */
export async function* readNewest(
  context: ReadContext,
  request: ReadRequest,
  collection: Newest,
): AsyncGenerator<Reading> {
  const lists = listsWith(context, request, collection);
  for await (const readings of concurrently(lists, AT_ONCE, (list) => readList(context, request, { collection, list })))
    yield* readings;
}

/** The lists of parents that have one. */
function* listsWith(context: ReadContext, request: ReadRequest, collection: Newest): Generator<ParentList> {
  const { scope } = request.kind;
  for (const list of listsOf(context, request, collection.list)) {
    if (scope === 'organization' || context.find(scope, collection.onlyBelow(list.parent)) !== undefined) yield list;
  }
}

async function readList(
  context: ReadContext,
  request: ReadRequest,
  source: { readonly collection: Newest; readonly list: ParentList },
): Promise<readonly Reading[]> {
  const { kind, known } = request;
  const { parent } = source.list;
  const id = kind.idOf({}, parent, context);
  if (id === undefined || !request.wanted(id)) return [];
  let newest: NewestItem | undefined;
  try {
    const known = request.known?.get(id)?.marks?.['item'];
    newest = await findNewest(context, kind, { collection: source.collection, parent, known });
  } catch (error) {
    return listGap(context, kind, { error, parent });
  }
  if (newest === undefined) return [];
  const { item, marks } = newest;
  if (known?.get(id)?.marks?.['item'] === marks['item']) {
    await notice(context, kind, { id, ...item, item: item.body });
    return [{ type: 'unchanged', kind: kind.name, id }];
  }
  try {
    const found: Found = {
      id,
      ...(await withZippedFiles(context, kind, { id, parent, ...item })),
      item: item.body,
      marks,
    };
    await notice(context, kind, found);
    return await wantedReadings(context, request, found);
  } catch (error) {
    return gapReadings(context, kind, gapOf(error, id));
  }
}

interface NewestItem {
  readonly item: ListItem;
  /** `item`: what the list says of it, hashed; `names`: those of all items, the oldest first. */
  readonly marks: JsonObject;
}

/**
 * The newest item of the list that took effect; undefined where there is none. Of one whose mark is known it was found out
 * before that it did.
 */
async function findNewest(
  context: ReadContext,
  kind: Kind,
  source: { readonly collection: Newest; readonly parent: ResourceId; readonly known?: unknown },
): Promise<NewestItem | undefined> {
  const { collection, parent, known } = source;
  const items = new Map<string, ListItem>();
  const pages = tokenPages(context.transport, { ...collection, path: collection.list(parent) });
  for await (const page of pages) for (const item of page.items) items.set(stringField(item.body, 'name') ?? '', item);
  const numberOf = ({ body }: ListItem): number => Number(body[collection.orderedBy] ?? 0);
  const sorted = [...items.values()].filter(({ body }) => kind.accepts?.(body) !== false);
  sorted.sort((a, b) => numberOf(a) - numberOf(b));
  const names = sorted.map(({ body }) => (stringField(body, 'name') ?? '').split('/').at(-1) ?? '');
  for (const item of sorted.toReversed()) {
    const mark = itemMark(context, item.body);
    const marks = { item: mark, names };
    if (mark === known || !(await hasFailed(context, stringField(item.body, collection.operation))))
      return { item, marks };
  }
  return undefined;
}

/** Whether the operation ended with an error. Of one that is forgotten, or that may not be read, nothing bad is known. */
async function hasFailed(context: ReadContext, name: string | undefined): Promise<boolean> {
  const path = /(?:^|\/)(?<path>operations\/[^/]+)$/.exec(name ?? '')?.groups?.['path'];
  if (path === undefined) return false;
  try {
    const { json } = await context.transport.call({ method: 'GET', path, access: 'read' });
    context.transport.countFloor(1);
    return isJsonObject(json) && isJsonObject(json['error']);
  } catch (error) {
    if (isNotFound(error) || (error instanceof RemoteError && error.status === 403)) return false;
    throw error;
  }
}

/** The one resource of a parent as it is now, with its files; undefined where there is none. */
export async function readNewestOf(
  context: ReadContext,
  kind: Kind,
  source: { readonly id: ResourceId; readonly parent: ResourceId; readonly collection: Newest },
): Promise<Omit<Found, 'id'> | undefined> {
  const { id, parent } = source;
  try {
    const newest = await findNewest(context, kind, source);
    if (newest === undefined) return undefined;
    const { item, marks } = newest;
    return { ...(await withZippedFiles(context, kind, { id, parent, ...item })), item: item.body, marks };
  } catch (error) {
    if (error instanceof RemoteError && error.reason === NOT_APPLICABLE) return undefined;
    throw error;
  }
}

/** What a second listing says of each. */
export async function* relistNewest(
  context: ReadContext,
  request: ReadRequest,
  collection: Newest,
): AsyncGenerator<ListedMark> {
  for (const { parent } of listsWith(context, request, collection)) {
    const id = request.kind.idOf({}, parent, context);
    const newest = await findNewest(context, request.kind, { collection, parent }).catch((error: unknown) => {
      if (isGoneBelow(error, parent)) return undefined;
      throw error;
    });
    if (id !== undefined && newest !== undefined) yield { id, mark: listedMark(context, newest.item.body) };
  }
}
