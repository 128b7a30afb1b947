import type { Reading, ReadRequest } from '../app/ports/organization.ts';
import type { ResourceId } from '../core/resource.ts';
import { concurrently, interleaved, oneAhead } from './concurrently.ts';
import { HashTable } from './hash-table.ts';
import { type ListItem, listWhole, startKeyPages } from './list-pages.ts';
import { LISTS_AT_ONCE, listGap, listsOf, type ParentList } from './parent-lists.ts';
import {
  type CollectionOf,
  gapReadings,
  notice,
  type ReadContext,
  unidentified,
  wantedReadings,
} from './read-context.ts';
import { type ListStep, readNamed } from './read-named.ts';

/** P1 with whole resources. */
export async function* readWhole(
  context: ReadContext,
  request: ReadRequest,
  collection: CollectionOf<'whole'>,
): AsyncGenerator<Reading> {
  const { kind } = request;
  const seen = new HashTable();
  const lists = concurrently(listsOf(context, request, collection.list), LISTS_AT_ONCE, async ({ parent, path }) => {
    try {
      const list = { ...collection, path };
      return { parent, items: await context.memory.sharedList(kind, parent, () => listWhole(context.transport, list)) };
    } catch (error) {
      return { parent, gaps: await listGap(context, kind, { error, parent }) };
    }
  });
  for await (const { parent, items = [], gaps = [] } of lists) {
    yield* gaps;
    for (const item of items) yield* await readItem(context, request, { item, parent, seen });
  }
}

/** P3. What the server does not expand is read at its own path. */
export async function* readStartKey(
  context: ReadContext,
  request: ReadRequest,
  collection: CollectionOf<'start-key'>,
): AsyncGenerator<Reading> {
  const { kind } = request;
  const stillNamed = async (parent: ResourceId): Promise<ReadonlySet<ResourceId>> => {
    const ids = new Set<ResourceId>();
    for await (const page of startKeyPages(context.transport, { ...collection, path: collection.list(parent) })) {
      for (const { body } of page) ids.add(kind.idOf(body, parent, context) ?? '');
    }
    return ids;
  };
  const seen = new HashTable();
  const steps = interleaved(listsOf(context, request, collection.list), LISTS_AT_ONCE, (list) =>
    stepsOf(context, request, { list, collection, seen }),
  );
  yield* readNamed(context, request, { steps, stillNamed });
}

async function* stepsOf(
  context: ReadContext,
  request: ReadRequest,
  source: { readonly list: ParentList; readonly collection: CollectionOf<'start-key'>; readonly seen: HashTable },
): AsyncGenerator<ListStep> {
  const { list, collection, seen } = source;
  const { kind } = request;
  try {
    for await (const page of oneAhead(startKeyPages(context.transport, { ...collection, path: list.path }))) {
      const readings: Reading[] = [];
      for (const item of page) {
        const isBare = Object.keys(item.body).every((field) => field === collection.key);
        const id = isBare ? kind.idOf(item.body, list.parent, context) : undefined;
        if (id === undefined) readings.push(...(await readItem(context, request, { item, parent: list.parent, seen })));
        else if (seen.add(id).isNew) yield { named: { parent: list.parent, id } };
      }
      yield { readings };
    }
  } catch (error) {
    yield { readings: await listGap(context, kind, { error, parent: list.parent }) };
  }
}

/** A whole resource of a list as readings; none when it is another kind's, not wanted, or came before. */
async function readItem(
  context: ReadContext,
  request: ReadRequest,
  listed: { readonly item: ListItem; readonly parent: ResourceId; readonly seen: HashTable },
): Promise<readonly Reading[]> {
  const { kind } = request;
  const { body, text } = listed.item;
  if (kind.accepts?.(body) === false) return [];
  const id = kind.idOf(body, listed.parent, context);
  if (id === undefined) return gapReadings(context, kind, unidentified(kind, listed.parent));
  if (!listed.seen.add(id).isNew) return [];
  await notice(context, kind, { id, body, text });
  return wantedReadings(context, request, { id, body, text });
}
