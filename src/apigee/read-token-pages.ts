import type { Reading, ReadRequest } from '../app/ports/organization.ts';
import type { Sorter } from '../app/ports/surroundings.ts';
import { arrayField, isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import type { CrossCheck, ListPasses, Query } from '../core/kinds/kind.ts';
import type { Gap } from '../core/ledger.ts';
import type { ResourceId } from '../core/resource.ts';
import { concurrently, interleaved, oneAhead } from './concurrently.ts';
import { HashTable } from './hash-table.ts';
import { appendElements, sliceElements } from './json-slices.ts';
import { type ListItem, startKeyPages, tokenPages } from './list-pages.ts';
import { LISTS_AT_ONCE, listGap, listsOf, type ParentList } from './parent-lists.ts';
import {
  AT_ONCE,
  type CollectionOf,
  gapOf,
  gapReadings,
  isComparedAgain,
  isNoList,
  isNotFound,
  notice,
  type ReadContext,
  unidentified,
  wantedReadings,
} from './read-context.ts';

/**
 * P2: pages by token, once per pass. As long as filters may hide things, items are put aside (sorted, on disk when there
 * are many) and united by id after the last pass; an item that the first filter should have hidden ends that. What the
 * list says is checked against its totals and, where there is one, against a second source of the same names.
 */
export async function* readTokenPages(
  context: ReadContext,
  request: ReadRequest,
  collection: CollectionOf<'page-token'>,
): AsyncGenerator<Reading> {
  yield* interleaved(listsOf(context, request, collection.list), LISTS_AT_ONCE, (list) =>
    readList(context, request, { collection, list }),
  );
}

interface TokenListSource {
  readonly collection: CollectionOf<'page-token'>;
  readonly list: ParentList;
}

async function* readList(context: ReadContext, request: ReadRequest, source: TokenListSource): AsyncGenerator<Reading> {
  const reading = new TokenPagesReading(context, request, source);
  try {
    yield* reading.readPasses();
  } catch (error) {
    yield* await listGap(context, request.kind, { error, parent: source.list.parent });
    return;
  } finally {
    await reading.close();
  }
  yield* reading.readUnidentified();
  yield* reading.crossCheck();
}

interface Held {
  readonly id: ResourceId;
  readonly pass: number;
  readonly text: string;
}

/** Items of owners that are not known (yet); more than these are no race but a hole. */
const MOST_UNIDENTIFIED = 1000;

class TokenPagesReading {
  readonly #context: ReadContext;
  readonly #request: ReadRequest;
  readonly #collection: CollectionOf<'page-token'>;
  readonly #list: ParentList;
  readonly #held: Sorter<Held>;
  readonly #emitted = new HashTable();
  readonly #unidentified: ListItem[] = [];
  /** What each pass said it has, and how many different items came. */
  readonly #passes: { total: number | undefined; count: number }[] = [];
  #isUnfiltered: boolean;

  constructor(context: ReadContext, request: ReadRequest, source: TokenListSource) {
    this.#context = context;
    this.#request = request;
    this.#collection = source.collection;
    this.#list = source.list;
    this.#isUnfiltered = (source.collection.passes?.queries.length ?? 0) < 2;
    this.#held = context.memory.sorterFactory<Held>((held) => `${held.id}\0${held.pass}`);
  }

  close(): Promise<void> {
    return this.#held.close();
  }

  async *readPasses(): AsyncGenerator<Reading> {
    const queries = this.#collection.passes?.queries ?? [{}];
    for (const [pass, query] of queries.entries()) {
      yield* this.#readPass(pass, query);
      if (this.#isUnfiltered) break;
    }
    if (!this.#isUnfiltered) yield* this.#unite();
  }

  async *#readPass(pass: number, query: Query): AsyncGenerator<Reading> {
    const list = { ...this.#collection, path: this.#list.path, query: { ...this.#collection.query, ...query } };
    const nameless = new HashTable();
    const tally: { total: number | undefined; count: number } = { total: undefined, count: 0 };
    this.#passes[pass] = tally;
    for await (const page of oneAhead(tokenPages(this.#context.transport, list))) {
      tally.total = page.total;
      if (page.hasMore) this.#context.memory.noteLongList(this.#request.kind.name, this.#list.parent);
      for (const item of page.items) {
        const id = this.#idOf(item);
        if (id === undefined) {
          if (nameless.add(item.text).isNew) tally.count += 1;
          continue;
        }
        if (this.#isUnfiltered) {
          const before = this.#emitted.count;
          yield* await this.#emit(id, item);
          tally.count += this.#emitted.count - before;
          continue;
        }
        await this.#held.add({ id, pass, text: item.text });
        if (pass === 0 && this.#collection.passes?.provesUnfiltered(item.body) === true) {
          this.#isUnfiltered = true;
          yield* this.#unite();
        }
      }
    }
  }

  /** The id, or undefined for what is another kind's or cannot be identified (then it is put aside). */
  #idOf(item: ListItem): ResourceId | undefined {
    const { kind } = this.#request;
    if (kind.accepts?.(item.body) === false) return undefined;
    const id = kind.idOf(item.body, this.#list.parent, this.#context);
    if (id === undefined && this.#unidentified.length <= MOST_UNIDENTIFIED) this.#unidentified.push(item);
    return id;
  }

  /** Yields what was put aside; items of one id, from several passes, as one. */
  async *#unite(): AsyncGenerator<Reading> {
    let group: Held[] = [];
    for await (const held of this.#held.sorted()) {
      const last = group.at(-1);
      // A pass that repeats an item says nothing new.
      if (last?.id === held.id && last.pass === held.pass) continue;
      if (last !== undefined && last.id !== held.id) {
        yield* await this.#emitGroup(group);
        group = [];
      }
      group.push(held);
      const tally = this.#passes[held.pass];
      if (tally !== undefined) tally.count += 1;
    }
    yield* await this.#emitGroup(group);
  }

  /** What makes the list doubtful, in words. */
  #findDoubt(): string | undefined {
    const wrong = this.#passes.findLast(({ total, count }) => total !== undefined && total !== count);
    return wrong && `The list says that it has ${wrong.total}, but ${wrong.count} came.`;
  }

  #emitGroup(group: readonly Held[]): Promise<readonly Reading[]> {
    const [first, ...others] = group;
    if (first === undefined) return Promise.resolve([]);
    const merge = this.#collection.passes?.merge;
    const text = merge === undefined ? first.text : uniteTexts(first.text, others, merge);
    // The texts were cut from an answer that was parsed before.
    const body = JSON.parse(text) as JsonValue;
    return this.#emit(first.id, { text, body: isJsonObject(body) ? body : {} });
  }

  async #emit(id: ResourceId, { body, text }: ListItem, isOfList = true): Promise<readonly Reading[]> {
    const { kind } = this.#request;
    const isListed = isOfList && isComparedAgain(this.#context, kind, this.#list.parent);
    if (!this.#emitted.add(id).isNew) return [];
    const reason = kind.unreadable?.(id, this.#context);
    if (reason !== undefined) {
      return this.#request.wanted(id) ? gapReadings(this.#context, kind, { at: id, state: 'unreadable', reason }) : [];
    }
    const check = this.#collection.crossCheck;
    if (check !== undefined) {
      this.#context.memory.findEvidence(kind.name)?.tally.take(ownerOf(this.#context, check, id), id);
    }
    await notice(this.#context, kind, { id, body, text, isListed });
    return wantedReadings(this.#context, this.#request, { id, body, text });
  }

  /** What could not be identified may belong to an owner who came into being meanwhile: owners are listed once more. */
  async *readUnidentified(): AsyncGenerator<Reading> {
    if (this.#unidentified.length === 0) return;
    const { kind } = this.#request;
    if (this.#unidentified.length <= MOST_UNIDENTIFIED) await this.#indexOwnersAnew();
    let lost = 0;
    for (const item of this.#unidentified) {
      const id = kind.idOf(item.body, this.#list.parent, this.#context);
      if (id === undefined) lost += 1;
      else yield* await this.#emit(id, item);
    }
    if (lost === 0) return;
    const gap = unidentified(kind, this.#list.parent);
    const reason =
      lost === 1
        ? gap.reason
        : `${lost} or more of the ${kind.title.many} name nothing that was read, so they have no id.`;
    yield* gapReadings(this.#context, kind, { ...gap, reason });
  }

  async #indexOwnersAnew(): Promise<void> {
    const check = this.#collection.crossCheck;
    if (check === undefined) return;
    const owner = this.#context.kinds[check.kind];
    if (owner.collection.style !== 'start-key' || this.#context.memory.gaps(owner.name).length > 0) return;
    const list = { ...owner.collection, path: owner.collection.list('') };
    try {
      for await (const page of startKeyPages(this.#context.transport, list)) {
        for (const { body } of page) {
          const id = owner.idOf(body, '', this.#context);
          if (id === undefined) continue;
          for (const key of owner.indexKeys?.(body, id) ?? []) this.#context.memory.index(owner.name, key, id);
        }
      }
    } catch (error) {
      // The items stay without an id, which is reported as the gap that it is.
      gapOf(error, '');
    }
  }

  /** Compares the list with the owners' own arrays; where they differ or are full, the owner's list is read. */
  async *crossCheck(): AsyncGenerator<Reading> {
    const { kind } = this.#request;
    const check = this.#collection.crossCheck;
    const evidence = this.#context.memory.findEvidence(kind.name);
    if (check === undefined || evidence === undefined || !evidence.anyNamed) {
      const reason = this.#findDoubt();
      if (reason !== undefined) {
        const gap: Gap = { at: this.#list.parent, state: 'failed', reason };
        yield* gapReadings(this.#context, kind, gap);
      }
      return;
    }
    const full = new Set(evidence.full);
    const owners = this.#context.memory.marks(check.kind);
    const suspects = async function* (): AsyncGenerator<ResourceId> {
      for await (const { id } of owners.sorted()) if (full.has(id) || !evidence.tally.isEven(id)) yield id;
    };
    const lists = concurrently(suspects(), AT_ONCE, (owner) => this.#readOwner(owner, check));
    for await (const readings of lists) yield* readings;
  }

  async #readOwner(owner: ResourceId, check: CrossCheck): Promise<readonly Reading[]> {
    const { kind } = this.#request;
    const readings: Reading[] = [];
    try {
      for await (const page of startKeyPages(this.#context.transport, { ...check, path: check.list(owner) })) {
        for (const item of page) {
          if (kind.accepts?.(item.body) === false) continue;
          const id = kind.idOf(item.body, owner, this.#context);
          if (id === undefined) readings.push(...gapReadings(this.#context, kind, unidentified(kind, owner)));
          else readings.push(...(await this.#emit(id, item, false)));
        }
      }
    } catch (error) {
      // An owner who was deleted meanwhile has nothing left to be listed.
      if (!isNotFound(error)) readings.push(...gapReadings(this.#context, kind, gapOf(error, owner)));
    }
    return readings;
  }
}

/** The owner's id at the front of an id below it, by the shape of the owner's ids. */
function ownerOf(context: ReadContext, check: CrossCheck, id: ResourceId): ResourceId {
  const segments = context.kinds[check.kind].idPattern.split('/').length;
  return id.split('/').slice(0, segments).join('/');
}

/** The first pass's text with the elements that only later passes showed. */
function uniteTexts(text: string, others: readonly Held[], merge: NonNullable<ListPasses['merge']>): string {
  const elementsOf = (source: string): { readonly key: string; readonly text: string }[] => {
    const body = JSON.parse(source) as JsonValue;
    const texts = sliceElements(source, merge.field);
    return arrayField(isJsonObject(body) ? body : {}, merge.field).map((element, index) => ({
      key: keyOf(element, merge.by),
      text: texts[index] ?? '',
    }));
  };
  // Whose list cannot be read is told by whoever reads it.
  const spoiled = [text, ...others.map((other) => other.text)].find((source) => isNoList(fieldOf(source, merge.field)));
  if (spoiled !== undefined) return spoiled;
  const seen = new Set(elementsOf(text).map((element) => element.key));
  const added: string[] = [];
  for (const element of others.flatMap((other) => elementsOf(other.text))) {
    if (seen.has(element.key)) continue;
    seen.add(element.key);
    added.push(element.text);
  }
  return appendElements(text, merge.field, added);
}

function fieldOf(source: string, field: string): JsonValue | undefined {
  const body = JSON.parse(source) as JsonValue;
  return isJsonObject(body) ? body[field] : undefined;
}

function keyOf(element: JsonValue, by: string): string {
  const fields: JsonObject = isJsonObject(element) ? element : {};
  return JSON.stringify(fields[by] ?? element);
}
