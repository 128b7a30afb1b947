import type { LiveReading, Reading, ReadRequest } from '../app/ports/organization.ts';
import { canonicalise, entryOf } from '../core/canonical.ts';
import { kindAt } from '../core/canonical-version.ts';
import { assignIds, baseIdOf, type Colliding, SERVER_NAME } from '../core/colliding-ids.ts';
import { stateText } from '../core/entry.ts';
import { isJsonObject, stringField } from '../core/json.ts';
import type { Kind } from '../core/kinds/kind.ts';
import { parseJson } from '../core/parse-json.ts';
import { hasListsBelow } from '../core/reading-order.ts';
import type { ResourceId } from '../core/resource.ts';
import { concurrently } from './concurrently.ts';
import {
  type ListItem,
  listWhole,
  nextStartKeyPages,
  startKeyPages,
  type TokenPage,
  tokenPages,
} from './list-pages.ts';
import { listGap, listsOf, type ParentList } from './parent-lists.ts';
import {
  AT_ONCE,
  type Found,
  gapReadings,
  isComparedAgain,
  isGoneBelow,
  notice,
  type ReadContext,
  resourceReadings,
  unidentified,
  wantedReadings,
} from './read-context.ts';

/** True for kinds whose ids are known only when the list they are in was read to its end. */
export function isGathered(kind: Kind): boolean {
  return kind.mayCollide !== undefined || kind.collection.style === 'next-start-key';
}

/** Lists that are read whole, side by side, before their resources get ids: several may have one natural key. */
export async function* readGathered(context: ReadContext, request: ReadRequest): AsyncGenerator<Reading> {
  for await (const readings of concurrently(gatheredLists(context, request), AT_ONCE, (list) =>
    readList(context, request, list),
  ))
    yield* readings;
}

function gatheredLists(context: ReadContext, request: ReadRequest): Iterable<ParentList> {
  const { collection } = request.kind;
  return 'list' in collection ? listsOf(context, request, collection.list) : [];
}

async function readList(context: ReadContext, request: ReadRequest, list: ParentList): Promise<readonly Reading[]> {
  const { kind } = request;
  try {
    const { found, nameless } = await gather(context, kind, list);
    const readings: Reading[] = [];
    const isListed = isComparedAgain(context, kind, list.parent);
    for (const resource of found) {
      await notice(context, kind, { ...resource, isListed });
      const reason = kind.unreadable?.(resource.id, context);
      if (reason === undefined) readings.push(...(await wantedReadings(context, request, resource)));
      else if (request.wanted(resource.id))
        readings.push(...gapReadings(context, kind, { at: resource.id, state: 'unreadable', reason }));
    }
    if (nameless) readings.push(...gapReadings(context, kind, unidentified(kind, list.parent)));
    return readings;
  } catch (error) {
    return listGap(context, kind, { error, parent: list.parent });
  }
}

/** The resources of a second listing, with the ids that they have now. */
export async function* gatherAgain(context: ReadContext, request: ReadRequest): AsyncGenerator<Found> {
  const lists = concurrently(gatheredLists(context, request), AT_ONCE, async (list): Promise<readonly Found[]> => {
    try {
      return (await gather(context, request.kind, list)).found;
    } catch (error) {
      if (isGoneBelow(error, list.parent)) return [];
      throw error;
    }
  });
  for await (const found of lists) yield* found;
}

/** One resource and those that are wanted beside it in the same list. */
export async function readInList(
  context: ReadContext,
  kind: Kind,
  wanted: { readonly parent: ResourceId; readonly ids: readonly ResourceId[] },
): Promise<ReadonlyMap<ResourceId, LiveReading>> {
  const { collection } = kind;
  const path = 'list' in collection ? collection.list(wanted.parent) : '';
  const { found } = await gather(context, kind, { parent: wanted.parent, path });
  const readings = new Map<ResourceId, LiveReading>(wanted.ids.map((id) => [id, { state: 'absent' }]));
  for (const resource of found) {
    for (const key of kind.indexKeys?.(resource.body, resource.id) ?? []) {
      context.memory.index(kind.name, key, resource.id);
    }
    if (!readings.has(resource.id)) continue;
    const { own } = await resourceReadings(context, kind, resource);
    const { content, marks, label } = own;
    readings.set(resource.id, {
      state: 'present',
      content,
      ...(marks === undefined ? {} : { marks }),
      ...(label === undefined ? {} : { label }),
    });
  }
  return readings;
}

interface Gathered {
  readonly found: readonly Found[];
  /** True when something in the list has no id. */
  readonly nameless: boolean;
}

interface Candidate extends Colliding {
  readonly item: ListItem;
}

async function gather(context: ReadContext, kind: Kind, list: ParentList): Promise<Gathered> {
  const byKey = new Map<string, Candidate>();
  let nameless = false;
  for await (const item of itemsOf(context, kind, list)) {
    if (kind.accepts?.(item.body) === false) continue;
    const natural = kind.idOf(item.body, list.parent, context);
    if (natural === undefined) nameless = true;
    else {
      const key = kind.mayCollide === undefined ? natural : serverNameOf(kind, item);
      const base = kind.mayCollide === undefined ? natural : baseIdOf(natural);
      // What a list repeats is the same resource again.
      byKey.set(`${base}\0${key}`, { base, key, state: stateOf(context, kind, natural, item), item });
    }
  }
  const known = await context.memory.knownIds(kind.name);
  const ids = assignIds([...byKey.values()], (base) => known.get(base) ?? []);
  const found = [...ids].map(
    ([{ item, key }, id]): Found => ({
      id,
      ...item,
      ...(kind.mayCollide === undefined ? {} : { marks: { [SERVER_NAME]: key } }),
    }),
  );
  if (kind.mayCollide !== undefined && hasListsBelow(kind.name)) {
    for (const [{ key }, id] of ids) context.memory.noteServerName(id, key);
  }
  return { found, nameless };
}

function serverNameOf(kind: Kind, { body, text }: ListItem): string {
  const field = kind.mayCollide?.serverName;
  return (field === undefined ? undefined : stringField(body, field)) ?? text;
}

async function* itemsOf(context: ReadContext, { name, collection }: Kind, list: ParentList): AsyncGenerator<ListItem> {
  const { transport } = context;
  const { path, parent } = list;
  const itemsIn = ({ items, hasMore }: TokenPage): readonly ListItem[] => {
    if (hasMore) context.memory.noteLongList(name, parent);
    return items;
  };
  switch (collection.style) {
    case 'whole':
      yield* await listWhole(transport, { ...collection, path });
      return;
    case 'start-key':
      for await (const page of startKeyPages(transport, { ...collection, path })) yield* page;
      return;
    case 'page-token':
      for await (const page of tokenPages(transport, { ...collection, path })) yield* itemsIn(page);
      return;
    case 'next-start-key':
      for await (const page of nextStartKeyPages(transport, { ...collection, path })) yield* itemsIn(page);
      return;
    case 'names':
    case 'marked':
    case 'newest':
    case 'singleton':
    case 'embedded':
    case 'revisions':
      // A kind in one of these styles has an id of its own for each resource.
      return;
  }
}

/** Equal for equal resources. One that refers to what was not read is like no other. */
function stateOf(context: ReadContext, kind: Kind, id: ResourceId, { text }: ListItem): string {
  const body = parseJson(text);
  const hashed = kindAt(kind, context.memory.canonicalVersion(kind.name) ?? kind.canonicalVersion);
  const canonical = isJsonObject(body) ? canonicalise(hashed, body, context) : undefined;
  return canonical === undefined ? text : stateText(entryOf(hashed, id, canonical, context.hasher));
}
