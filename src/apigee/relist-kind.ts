import type { Movement, ReadRequest } from '../app/ports/organization.ts';
import type { Sorter } from '../app/ports/surroundings.ts';
import type { JsonObject } from '../core/json.ts';
import type { Kind } from '../core/kinds/kind.ts';
import { isWithin, type ResourceId } from '../core/resource.ts';
import { type ListItem, listWhole, startKeyPages, tokenPages } from './list-pages.ts';
import { interleaved } from './concurrently.ts';
import { LISTS_AT_ONCE, listsOf, type ParentList } from './parent-lists.ts';
import { namedItems } from './named-items.ts';
import { gatherAgain, isGathered } from './read-gathered.ts';
import { isComparedAgain, isGoneBelow, itemMark, listedMark, type ReadContext, relistable } from './read-context.ts';
import { NAME_MARK } from './read-named.ts';
import { relistNewest } from './read-newest.ts';
import { againKey } from './revision-numbers.ts';
import { RevisionsReading } from './read-revisions.ts';
import type { ListedMark } from './run-memory.ts';

/**
 * Lists a collection again and compares with the first listing. Nothing for collections whose listing says nothing of
 * change, and of what a gap of the first listing hides. RemoteError where a list that was read cannot be read again: then nobody knows
 * what moved.
 */
export async function* relistKind(context: ReadContext, request: ReadRequest): AsyncGenerator<Movement> {
  const { kind } = request;
  if (kind.collection.style === 'revisions') {
    yield* relistRevisions(context, request);
    return;
  }
  // Also where the first listing had nothing: an answer that lacks everything looks like that.
  if (!relistable(kind) || context.memory.gaps(kind.name).some(({ at }) => at === '')) return;
  const again = context.memory.sorterFactory<ListedMark>((listed) => listed.id);
  const isHidden = hiding(context, kind);
  const parents = request.parents.filter((parent) => isComparedAgain(context, kind, parent) && !isHidden(parent));
  try {
    for await (const listed of listMarks(context, { ...request, parents })) await again.add(listed);
    yield* compareMarks(context, request, again);
  } finally {
    context.memory.endForeseeing(kind.name);
    await again.close();
  }
}

async function* compareMarks(
  context: ReadContext,
  request: ReadRequest,
  again: Sorter<ListedMark>,
): AsyncGenerator<Movement> {
  const first = distinct(context.memory.marksToCompare(request.kind.name).sorted());
  const second = distinct(again.sorted());
  const isHidden = hiding(context, request.kind);
  let [before, after] = [await first.next(), await second.next()];
  while (before.done !== true || after.done !== true) {
    const beforeId = before.done === true ? undefined : before.value.id;
    const afterId = after.done === true ? undefined : after.value.id;
    if (afterId === undefined || (beforeId !== undefined && beforeId < afterId)) {
      if (beforeId !== undefined && !isHidden(beforeId)) yield { id: beforeId, change: 'gone' };
      before = await first.next();
    } else if (beforeId === undefined || afterId < beforeId) {
      // What a gap hides did not appear: it was there, and could not be read.
      if (!isHidden(afterId)) {
        const unreadable = request.kind.unreadable?.(afterId, context);
        yield { id: afterId, change: 'appeared', ...(unreadable === undefined ? {} : { unreadable }) };
      }
      after = await second.next();
    } else {
      if (before.done !== true && after.done !== true && before.value.mark !== after.value.mark) {
        yield { id: afterId, change: 'moved' };
      }
      [before, after] = [await first.next(), await second.next()];
    }
  }
}

/** Whether a gap of the first reading stands at an id, or above it. */
function hiding({ memory }: ReadContext, kind: Kind): (id: ResourceId) => boolean {
  const hidden = memory.gaps(kind.name).map(({ at }) => at);
  return (id) => hidden.some((at) => isWithin(id, at));
}

/** One mark for each id: an item that a list repeated has the mark it came with last. */
async function* distinct(marks: AsyncIterable<ListedMark>): AsyncGenerator<ListedMark> {
  let last: ListedMark | undefined;
  for await (const listed of marks) {
    if (last !== undefined && last.id !== listed.id) yield last;
    last = listed;
  }
  if (last !== undefined) yield last;
}

async function* listMarks(context: ReadContext, request: ReadRequest): AsyncGenerator<ListedMark> {
  const { kind } = request;
  const { collection } = kind;
  if (isGathered(kind)) {
    for await (const { id, body } of gatherAgain(context, request)) yield { id, mark: listedMark(context, body) };
    return;
  }
  if (collection.style === 'newest') {
    yield* relistNewest(context, request, collection);
    return;
  }
  if (!('list' in collection)) return;
  yield* interleaved(listsOf(context, request, collection.list), LISTS_AT_ONCE, (list) =>
    marksOf(context, request, list),
  );
}

async function* marksOf(context: ReadContext, request: ReadRequest, list: ParentList): AsyncGenerator<ListedMark> {
  const { kind } = request;
  for await (const { body } of untilGone(list, itemsAgain(context, request, list))) {
    if (kind.accepts?.(body) === false) continue;
    const id = kind.idOf(body, list.parent, context);
    if (id === undefined) continue;
    noticeOwner(context, kind, { id, body });
    const isName = kind.collection.style === 'names';
    if (!isName || request.wanted(id)) yield { id, mark: isName ? NAME_MARK : listedMark(context, body) };
  }
}

async function* untilGone({ parent }: ParentList, items: AsyncIterable<ListItem>): AsyncGenerator<ListItem> {
  try {
    yield* items;
  } catch (error) {
    if (!isGoneBelow(error, parent)) throw error;
  }
}

function noticeOwner(
  context: ReadContext,
  kind: Kind,
  item: { readonly id: ResourceId; readonly body: JsonObject },
): void {
  const hasRevisions = Object.values(context.kinds).some(
    ({ collection, scope }) => collection.style === 'revisions' && scope === kind.name,
  );
  if (!hasRevisions) return;
  const before = context.memory.findOwner(item.id);
  if (before !== undefined && itemMark(context, before) === itemMark(context, item.body)) return;
  context.memory.moveOwner(kind.name, item.id, item.body);
}

async function* itemsAgain(context: ReadContext, request: ReadRequest, list: ParentList): AsyncGenerator<ListItem> {
  const { kind } = request;
  const { collection } = kind;
  const { path } = list;
  switch (collection.style) {
    case 'marked':
      yield* await listWhole(context.transport, { ...collection, path });
      return;
    case 'whole':
      yield* await context.memory.sharedList(kind, againKey(list.parent), () =>
        listWhole(context.transport, { ...collection, path }),
      );
      return;
    case 'start-key':
      for await (const page of startKeyPages(context.transport, { ...collection, path })) yield* page;
      return;
    case 'page-token': {
      for (const [index, pass] of (collection.passes?.queries ?? [{}]).entries()) {
        const query = { ...collection.query, ...pass };
        let isUnfiltered = false;
        for await (const page of tokenPages(context.transport, { ...collection, path, query })) {
          // Only the first filter should have hidden such an item.
          isUnfiltered ||=
            index === 0 && page.items.some(({ body }) => collection.passes?.provesUnfiltered(body) === true);
          yield* page.items;
        }
        if (isUnfiltered) return;
      }
      return;
    }
    case 'names':
      for (const body of await namedItems(context, collection, path)) yield { body, text: '' };
      return;
    case 'singleton':
    case 'newest':
    case 'embedded':
    case 'next-start-key':
    case 'revisions':
      // These lists tell nothing of change.
      return;
  }
}

/** Owners that moved since may have new revisions, or newly deployed ones; what these bring to light is reported. */
async function* relistRevisions(context: ReadContext, request: ReadRequest): AsyncGenerator<Movement> {
  const { kind } = request;
  if (kind.scope === 'organization') return;
  const moved = context.memory.movedOwners(kind.scope);
  if (moved.size === 0) return;
  const reading = new RevisionsReading(context, request);
  await reading.prepare('again');
  for (const owner of moved) {
    for (const id of await reading.readNewNumbers(owner)) {
      if (request.wanted(id)) yield { id, change: 'appeared' };
    }
  }
}
