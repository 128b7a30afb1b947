import type { Reading, ReadRequest } from '../app/ports/organization.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { findKindOf } from '../core/kind-of.ts';
import type { Kind } from '../core/kinds/kind.ts';
import { idName, joinId, type ResourceId } from '../core/resource.ts';
import { concurrently } from './concurrently.ts';
import { saysNothing } from './judge-vacancy.ts';
import { listWhole } from './list-pages.ts';
import { namedItems } from './named-items.ts';
import { unexpectedAnswer } from './answer-error.ts';
import { isStillNamed, listGap, listsOf } from './parent-lists.ts';
import {
  AT_ONCE,
  type CollectionOf,
  embeddedIn,
  gapOf,
  gapReadings,
  isNotFound,
  itemMark,
  notice,
  type ReadContext,
  unidentified,
  wantedReadings,
} from './read-context.ts';
import { withRawField } from './raw-field.ts';
import { findReadCall } from './resolve-names.ts';

/** A resource named by a list, to be read at its own path. */
export interface NamedResource {
  readonly parent: ResourceId;
  readonly id: ResourceId;
  readonly item?: JsonObject;
  readonly marks?: JsonObject;
}

/** What a list gives: readings that are done, or a resource that is still to be read. */
export type ListStep = { readonly readings: readonly Reading[] } | { readonly named: NamedResource };

export interface NamedSource {
  readonly steps: AsyncIterable<ListStep>;
  /** The ids that a second listing below the parent has; undefined where there is no list, and only asking again tells. */
  readonly stillNamed: ((parent: ResourceId) => Promise<ReadonlySet<ResourceId>>) | undefined;
}

/** What a name says of the state of what is called so: nothing. */
export const NAME_MARK = '';

/** P0: names, each then read at its path. */
export async function* readNames(
  context: ReadContext,
  request: ReadRequest,
  collection: CollectionOf<'names'>,
): AsyncGenerator<Reading> {
  const { kind } = request;
  const listed = concurrently(
    listsOf(context, request, collection.list),
    AT_ONCE,
    async (list): Promise<ListStep[]> => {
      try {
        const items = await namedItems(context, collection, list.path);
        const steps = items.flatMap((item) => stepOf(context, request, { parent: list.parent, item }));
        for (const step of steps)
          if ('named' in step) await context.memory.noteMark(kind.name, { id: step.named.id, mark: NAME_MARK });
        return foresee(context, request, steps);
      } catch (error) {
        return [{ readings: await listGap(context, kind, { error, parent: list.parent }) }];
      }
    },
  );
  const stillNamed = async (parent: ResourceId): Promise<ReadonlySet<ResourceId>> => {
    const items = await namedItems(context, collection, collection.list(parent));
    return new Set(items.flatMap((item) => kind.idOf(item, parent, context) ?? []));
  };
  yield* readNamed(context, request, { steps: inTurn(context, request, listed), stillNamed });
}

/** P5: the one resource of each parent. Where there is none, or no parent any more, nothing is read. */
export async function* readSingletons(context: ReadContext, request: ReadRequest): AsyncGenerator<Reading> {
  const { kind, parents } = request;
  const named = parents.flatMap((parent): ListStep[] => {
    const id = kind.idOf({}, parent, context);
    return id !== undefined && request.wanted(id) ? [{ named: { parent, id } }] : [];
  });
  const lists = async function* (): AsyncGenerator<readonly ListStep[]> {
    yield foresee(context, request, named);
  };
  yield* readNamed(context, request, { steps: inTurn(context, request, lists()), stillNamed: undefined });
}

/** P1 whose items are marks: what moved is read at its path. */
export async function* readMarked(
  context: ReadContext,
  request: ReadRequest,
  collection: CollectionOf<'marked'>,
): AsyncGenerator<Reading> {
  const { kind } = request;
  const listed = concurrently(
    listsOf(context, request, collection.list),
    AT_ONCE,
    async (list): Promise<ListStep[]> => {
      try {
        const items = await listWhole(context.transport, { ...collection, path: list.path });
        const steps = items.flatMap(({ body }) =>
          stepOf(context, request, { parent: list.parent, item: body, marks: { item: itemMark(context, body) } }),
        );
        return foresee(
          context,
          request,
          await Promise.all(once(steps).map((step) => keepUnmoved(context, request, step))),
        );
      } catch (error) {
        return [{ readings: await listGap(context, kind, { error, parent: list.parent }) }];
      }
    },
  );
  const stillNamed = async (parent: ResourceId): Promise<ReadonlySet<ResourceId>> => {
    const items = await listWhole(context.transport, { ...collection, path: collection.list(parent) });
    return new Set(items.flatMap(({ body }) => kind.idOf(body, parent, context) ?? []));
  };
  yield* readNamed(context, request, { steps: inTurn(context, request, listed), stillNamed });
}

/** Each named resource once, also when its list has it twice. */
function once(steps: readonly ListStep[]): readonly ListStep[] {
  const seen = new Set<ResourceId>();
  return steps.filter((step) => {
    if (!('named' in step)) return true;
    if (seen.has(step.named.id)) return false;
    seen.add(step.named.id);
    return true;
  });
}

/** A resource whose item is the one known need not be read, unless others have to be cut out of it. */
async function keepUnmoved(context: ReadContext, request: ReadRequest, step: ListStep): Promise<ListStep> {
  const { kind, known } = request;
  if (!('named' in step) || embeddedIn(context, kind).length > 0) return step;
  const { id, item = {}, marks } = step.named;
  if (known?.get(id)?.marks?.['item'] !== marks?.['item']) return step;
  await notice(context, kind, { id, body: item, text: '', item });
  return { readings: [{ type: 'unchanged', kind: kind.name, id }] };
}

function stepOf(
  context: ReadContext,
  request: ReadRequest,
  listed: { readonly parent: ResourceId; readonly item: JsonObject; readonly marks?: JsonObject },
): ListStep[] {
  const { kind } = request;
  if (kind.accepts?.(listed.item) === false) return [];
  const id = kind.idOf(listed.item, listed.parent, context);
  if (id === undefined) return [{ readings: gapReadings(context, kind, unidentified(kind, listed.parent)) }];
  // One that is not wanted is not read: it has nothing that others resolve against but its name.
  return request.wanted(id) ? [{ named: { id, ...listed } }] : [];
}

/** Reads named resources, several at once; what is not there is looked for in a second listing at the end. */
export async function* readNamed(
  context: ReadContext,
  request: ReadRequest,
  source: NamedSource,
): AsyncGenerator<Reading> {
  const { kind } = request;
  const missing: NamedResource[] = [];
  const results = concurrently(source.steps, AT_ONCE, async (step) => {
    if (!('named' in step)) return step.readings;
    try {
      return await readAtPath(context, request, step.named);
    } catch (error) {
      if (!isNotFound(error)) return gapReadings(context, kind, gapOf(error, step.named.id));
      if (kind.notFoundMeans !== undefined)
        return gapReadings(context, kind, { at: step.named.id, state: 'unreadable', reason: kind.notFoundMeans });
      missing.push(step.named);
      return [];
    }
  });
  for await (const readings of results) yield* readings;
  const { stillNamed } = source;
  if (stillNamed !== undefined) yield* await judgeMissing(context, kind, { missing, stillNamed });
  else for (const target of missing) yield* await readAgain(context, request, target);
}

/**
 * What no list names is not there when it is answered 404 twice and what it stands under is gone as well; once may be the
 * answer of a moment, and under what is there it always stands, if only to say nothing.
 */
async function readAgain(context: ReadContext, request: ReadRequest, target: NamedResource): Promise<Reading[]> {
  const { kind } = request;
  try {
    return await readAtPath(context, request, target);
  } catch (error) {
    if (!isNotFound(error)) return gapReadings(context, kind, gapOf(error, target.id));
  }
  try {
    if (!(await isThere(context, target.parent))) return [];
    const reason = `The ${kind.title.one} is answered 404, but what it belongs to is there.`;
    return gapReadings(context, kind, { at: target.id, state: 'vanished', reason });
  } catch (error) {
    return gapReadings(context, kind, gapOf(error, target.id));
  }
}

/** Whether the service knows the resource at this moment; the organization was there when reading began. */
async function isThere(context: ReadContext, id: ResourceId): Promise<boolean> {
  const kind = findKindOf(id);
  const call = kind === undefined ? undefined : await findReadCall(context, kind, id);
  if (call === undefined) return id === '';
  try {
    await context.transport.call(call);
    return true;
  } catch (error) {
    // A list that is not there does not say that what stands in it is gone.
    if (isNotFound(error)) return kind?.pathItems !== undefined || (await isStillNamed(context, id));
    throw error;
  }
}

async function readAtPath(context: ReadContext, request: ReadRequest, target: NamedResource): Promise<Reading[]> {
  const { kind } = request;
  const plain = await readPlain(context, kind, target);
  if (plain === undefined) return [];
  const found = { ...target, ...(await withRawField(context, kind, { id: target.id, ...plain })) };
  await notice(context, kind, found);
  const part = request.wanted(target.id) ? kind.unreadablePart?.(found.body) : undefined;
  const unreadable =
    part === undefined
      ? []
      : gapReadings(context, kind, { at: joinId(target.id, part.name), state: 'unreadable', reason: part.why });
  return [...(await wantedReadings(context, request, found)), ...unreadable];
}

/** The JSON at the resource's path, or what its id says where it has none; undefined where there is nothing. RemoteError when it is not this resource's. */
async function readPlain(
  context: ReadContext,
  kind: Kind,
  { id, parent }: NamedResource,
): Promise<{ readonly body: JsonObject; readonly text: string } | undefined> {
  const told = kind.bodyOfId?.(id);
  if (told !== undefined) return { body: told, text: JSON.stringify(told) };
  const call = await findReadCall(context, kind, id);
  if (call === undefined) return undefined;
  const known = call.path === '' ? context.memory.takeProfile() : undefined;
  const answer = known ?? (await context.transport.call(call));
  if (known === undefined) context.transport.countFloor(1);
  const body = answer.json;
  if (!isJsonObject(body)) throw unexpectedAnswer(call, 'no JSON object');
  const answered = kind.idOf(body, parent, context);
  if (answered !== undefined && answered !== id) throw unexpectedAnswer(call, `another ${kind.title.one}`);
  return saysNothing(kind, body, call) ? undefined : { body, text: answer.text };
}

/** Listed, then not there: deleted meanwhile when a second listing has it no more, else a hole named `vanished`. */
async function judgeMissing(
  context: ReadContext,
  kind: Kind,
  found: {
    readonly missing: readonly NamedResource[];
    readonly stillNamed: NonNullable<NamedSource['stillNamed']>;
  },
): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (const parent of new Set(found.missing.map((missing) => missing.parent))) {
    const ids = found.missing.filter((missing) => missing.parent === parent).map((missing) => missing.id);
    try {
      const still = await found.stillNamed(parent);
      for (const id of ids.filter((missing) => still.has(missing))) {
        const reason = `"${idName(id)}" is listed twice, but reading it is answered 404.`;
        readings.push(...gapReadings(context, kind, { at: id, state: 'vanished', reason }));
      }
    } catch (error) {
      // Perhaps the parent is gone, and these with it.
      if (isNotFound(error)) readings.push(...(await listGap(context, kind, { error, parent })));
      else for (const id of ids) readings.push(...gapReadings(context, kind, gapOf(error, id)));
    }
  }
  return readings;
}

/** Notes of a list's steps that so many are to be read; each is foreseen until its turn. */
function foresee<Steps extends readonly ListStep[]>(
  { memory }: ReadContext,
  { kind }: ReadRequest,
  steps: Steps,
): Steps {
  memory.foresee(kind.name, steps.filter((step) => 'named' in step).length);
  return steps;
}

async function* inTurn(
  { memory }: ReadContext,
  { kind }: ReadRequest,
  lists: AsyncIterable<readonly ListStep[]>,
): AsyncGenerator<ListStep> {
  for await (const steps of lists) {
    for (const step of steps) {
      if ('named' in step) memory.begin(kind.name);
      yield step;
    }
  }
}
