import { RemoteError } from '../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringField } from '../core/json.ts';
import type { ApiPath, Query } from '../core/kinds/kind.ts';
import { sliceElements } from './json-slices.ts';
import { type ApiAnswer, describeCall, type Transport } from './transport.ts';

/** An element of a list: parsed, and as the text the server sent. */
export interface ListItem {
  readonly body: JsonObject;
  readonly text: string;
}

/** Reads a bare array of names (P0). */
export async function listNames(transport: Transport, path: ApiPath): Promise<string[]> {
  const answer = await transport.call({ method: 'GET', path, access: 'read' });
  transport.countFloor(1);
  const names: readonly JsonValue[] = Array.isArray(answer.json) ? answer.json : [];
  if (!Array.isArray(answer.json) || !names.every((name) => typeof name === 'string')) {
    throw unexpectedList(path, 'no array of names');
  }
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

/** Reads an object with one array (P1). An absent array is an empty one. */
export async function listWhole(
  transport: Transport,
  list: { readonly path: ApiPath; readonly query: Query; readonly items: string },
): Promise<ListItem[]> {
  const answer = await transport.call({ method: 'GET', path: list.path, query: list.query, access: 'read' });
  transport.countFloor(1);
  return itemsOf(answer, list.path, list.items);
}

export interface StartKeyList {
  readonly path: ApiPath;
  readonly query: Query;
  readonly items: string;
  readonly key: string;
}

/** What is asked for when the server does not expand this list page by page. */
const NAMES_ONLY: Query = { count: '1000' };
const USUAL_PAGE = 1000;
/** How many items before the end of a page may have been deleted before the next page is read. */
const STEPS_BACK = 5;

/**
 * Reads a list by inclusive start keys (P3), page by page, each item once. It is complete when a page adds nothing new; the length of a
 * page proves nothing. Each page must begin with the key it was asked for: otherwise it was repeated or skipped, and is
 * asked for again; then an earlier key is tried, because the item may have been deleted. Items that hold only their key
 * were not expanded. RemoteError when the list cannot be read to its end.
 */
export async function* startKeyPages(transport: Transport, list: StartKeyList): AsyncGenerator<readonly ListItem[]> {
  const keyOf = (item: ListItem): string => stringField(item.body, list.key) ?? '';
  const pages = new StartKeyReading(transport, list);
  let page = await pages.read(undefined);
  let count = 0;
  let seen = new Set<string>();
  for (;;) {
    const before = seen;
    const fresh = page.filter((item) => !before.has(keyOf(item)));
    if (fresh.some((item) => keyOf(item) === '')) throw unexpectedList(list.path, `an item without "${list.key}"`);
    count += fresh.length;
    if (fresh.length === 0) break;
    yield fresh;
    seen = new Set(page.map(keyOf));
    page = await pages.readAfter(page.map(keyOf));
  }
  const pageSize = Number(list.query['count'] ?? USUAL_PAGE);
  transport.countFloor(Math.max(1, Math.ceil((count - 1) / (pageSize - 1))));
}

class StartKeyReading {
  readonly #transport: Transport;
  readonly #list: StartKeyList;
  #query: Query;

  constructor(transport: Transport, list: StartKeyList) {
    this.#transport = transport;
    this.#list = list;
    this.#query = list.query;
  }

  async read(startKey: string | undefined): Promise<ListItem[]> {
    const { path, items } = this.#list;
    const query = { ...this.#query, ...(startKey === undefined ? {} : { startKey }) };
    try {
      return itemsOf(await this.#transport.call({ method: 'GET', path, query, access: 'read' }), path, items);
    } catch (error) {
      const expanded = 'expand' in this.#query;
      if (!(error instanceof RemoteError && error.status === 400 && expanded)) throw error;
      this.#query = NAMES_ONLY;
      return this.read(startKey);
    }
  }

  /** The page that begins with the last key, or with one shortly before when that item is gone. */
  async readAfter(keys: readonly string[]): Promise<ListItem[]> {
    const keyOf = (item: ListItem | undefined): string | undefined =>
      item === undefined ? undefined : stringField(item.body, this.#list.key);
    const gone: string[] = [];
    for (const key of keys.slice(-STEPS_BACK).reverse()) {
      // Twice: a page that a cache repeated once comes right at the second time.
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const page = await this.read(key);
        // A page that shows what it could not begin with comes from a server that heeds no start key.
        const isHonest = !page.some((item) => gone.includes(keyOf(item) ?? ''));
        if (keyOf(page[0]) === key && isHonest) return page;
      }
      gone.push(key);
    }
    throw unexpectedList(this.#list.path, 'pages that do not begin with the key they were asked for');
  }
}

export interface TokenList {
  readonly path: ApiPath;
  readonly query: Query;
  readonly items: string;
  readonly pageSize: number;
}

/** What a list calls the size of a page, where it starts, and where the next one does. */
interface PageNames {
  readonly size: string;
  readonly start: string;
  readonly next: string;
}

const TOKENS: PageNames = { size: 'pageSize', start: 'pageToken', next: 'nextPageToken' };
const START_KEYS: PageNames = { size: 'count', start: 'startKey', next: 'nextStartKey' };

export interface TokenPage {
  readonly items: readonly ListItem[];
  /** How many items the server says there are in all pages, where it says so. */
  readonly total: number | undefined;
  /** True where another page follows. */
  readonly hasMore: boolean;
}

/**
 * Reads the pages of a list by tokens (P2); an absent or empty token ends it. Items may come twice when the server repeats
 * a page or when a token expires, which starts the list anew once. RemoteError when tokens go in a circle.
 */
export function tokenPages(transport: Transport, list: TokenList): AsyncGenerator<TokenPage> {
  return chainedPages(transport, list, TOKENS);
}

/** The same for lists whose answers name the start key of the next page (P4). It may be the last item's, which then comes twice. */
export function nextStartKeyPages(transport: Transport, list: TokenList): AsyncGenerator<TokenPage> {
  return chainedPages(transport, list, START_KEYS);
}

async function* chainedPages(transport: Transport, list: TokenList, names: PageNames): AsyncGenerator<TokenPage> {
  const { path, items } = list;
  let used = new Set<string>();
  let token = '';
  let anew = 0;
  let count = 0;
  for (;;) {
    const start = token === '' ? {} : { [names.start]: token };
    const query = { ...list.query, [names.size]: String(list.pageSize), ...start };
    let answer: ApiAnswer;
    try {
      answer = await transport.call({ method: 'GET', path, query, access: 'read' });
    } catch (error) {
      if (!(error instanceof RemoteError && error.status === 400 && token !== '' && anew === 0)) throw error;
      anew += 1;
      used = new Set();
      token = '';
      count = 0;
      continue;
    }
    const page = itemsOf(answer, path, items);
    const next = tokenOf(answer, path, names);
    if (next !== '' && (next === token || used.has(next))) {
      if (anew > 1) throw unexpectedList(path, 'page tokens that go in a circle');
      // The page before may have been repeated: ask once more for this one.
      anew += 1;
      yield { items: page, total: totalOf(answer), hasMore: true };
      continue;
    }
    used.add(token);
    count += page.length;
    yield { items: page, total: totalOf(answer), hasMore: next !== '' };
    if (next === '') break;
    token = next;
  }
  transport.countFloor(Math.max(1, Math.ceil(count / list.pageSize)));
}

/** Where the next page begins, '' where this was the last: a token that cannot be sent is no end. */
function tokenOf(answer: ApiAnswer, path: ApiPath, { next }: PageNames): string {
  const token = isJsonObject(answer.json) ? answer.json[next] : undefined;
  if (token === undefined) return '';
  if (typeof token !== 'string') throw unexpectedList(path, `a "${next}" that is no text`);
  return token;
}

function totalOf(answer: ApiAnswer): number | undefined {
  const total = isJsonObject(answer.json) ? answer.json['totalSize'] : undefined;
  const number = typeof total === 'string' ? Number(total) : total;
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
}

/** What an answer may say of its page in place of an empty array. */
const besideItems: ReadonlySet<string> = new Set(['nextPageToken', 'nextStartKey', 'totalSize']);
/** Portals wrap their lists in an account of the request. */
const account: ReadonlySet<string> = new Set(['status', 'requestId', 'message']);

/** The elements of an answer's array with their source texts. */
function itemsOf(answer: ApiAnswer, path: ApiPath, field: string): ListItem[] {
  if (!isJsonObject(answer.json)) throw unexpectedList(path, 'no JSON object');
  const value = answer.json[field];
  if (value === undefined) {
    // An empty list is left out. Where something else stands instead, it is no list at all.
    const told = answer.json['status'] === 'success' ? account : new Set<string>();
    const other = Object.keys(answer.json).find((name) => !besideItems.has(name) && !told.has(name));
    if (other !== undefined) throw unexpectedList(path, `"${other}" instead of "${field}"`);
    return [];
  }
  const texts = sliceElements(answer.text, field);
  const elements: readonly JsonValue[] = Array.isArray(value) ? value : [];
  if (!Array.isArray(value) || texts.length !== elements.length) throw unexpectedList(path, `no array "${field}"`);
  return elements.map((body, index) => {
    const text = texts[index];
    if (!isJsonObject(body) || text === undefined)
      throw unexpectedList(path, `an element of "${field}" that is no object`);
    return { body, text };
  });
}

function unexpectedList(path: ApiPath, what: string): RemoteError {
  const operation = describeCall({ method: 'GET', path });
  return new RemoteError({
    code: 'REMOTE_ANSWER_INVALID',
    message: `${operation} answered ${what}, so the list cannot be shown to be complete.`,
    next: 'Run again; if it stays, report it with the output under --log-level debug.',
    operation,
  });
}
