import type { Reading, ReadRequest } from '../app/ports.ts';
import type { ResourceId } from '../core/resource.ts';
import { oneAhead } from './concurrently.ts';
import { HashTable } from './hash-table.ts';
import { type ListItem, listWhole, startKeyPages } from './list-pages.ts';
import { listGap, listsOf, type ParentList } from './parent-lists.ts';
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
  for (const list of listsOf(request, collection.list)) {
    let items: readonly ListItem[];
    try {
      items = await context.memory.sharedList(kind, list.parent, () =>
        listWhole(context.transport, { ...collection, path: list.path }),
      );
    } catch (error) {
      yield* await listGap(context, kind, { error, parent: list.parent });
      continue;
    }
    for (const item of items) yield* await readItem(context, request, { item, parent: list.parent, seen });
  }
}

/** P3. What the server does not expand is read at its own path. */
export async function* readStartKey(
  context: ReadContext,
  request: ReadRequest,
  collection: CollectionOf<'start-key'>,
): AsyncGenerator<Reading> {
  const { kind } = request;
  for (const list of listsOf(request, collection.list)) {
    const stillNamed = async (): Promise<ReadonlySet<ResourceId>> => {
      const ids = new Set<ResourceId>();
      for await (const page of startKeyPages(context.transport, { ...collection, path: list.path })) {
        for (const { body } of page) ids.add(kind.idOf(body, list.parent, context) ?? '');
      }
      return ids;
    };
    yield* readNamed(context, request, { steps: stepsOf(context, request, { list, collection }), stillNamed });
  }
}

async function* stepsOf(
  context: ReadContext,
  request: ReadRequest,
  source: { readonly list: ParentList; readonly collection: CollectionOf<'start-key'> },
): AsyncGenerator<ListStep> {
  const { list, collection } = source;
  const { kind } = request;
  const seen = new HashTable();
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
