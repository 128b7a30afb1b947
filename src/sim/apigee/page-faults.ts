import { documentsIn } from './document.ts';
import { isDocument } from './document.ts';
import type { Answer, Paging, Query } from './route.ts';

const remembered = 1000;

/** Remembers the page given before for each list, so that it can be given again. */
export class PageFaults {
  readonly #previous = new Map<string, Answer>();

  /** The page this list answered before, undefined on its first page. */
  previous(path: string, query: Query): Answer | undefined {
    return isFirstPage(query) ? undefined : this.#previous.get(listKey(path, query));
  }

  remember(path: string, query: Query, answer: Answer): void {
    if (this.#previous.size >= remembered) this.#previous.clear();
    this.#previous.set(listKey(path, query), answer);
  }
}

/** The query for the page after the one answered; undefined when it was the last. */
export function nextPageQuery(paging: Paging, query: Query, answer: Answer): Query | undefined {
  if (!isDocument(answer.body)) return undefined;
  const token = answer.body['nextPageToken'];
  if (typeof token === 'string' && token !== '') return { ...query, pageToken: token };
  const items = documentsIn(answer.body, paging.field);
  const last = items.at(-1);
  const keys = paging.style === 'startKey' ? paging.keys : ['appId'];
  const usesStartKey = paging.style === 'startKey' || query['rows'] !== undefined || query['startKey'] !== undefined;
  if (!usesStartKey || last === undefined || items.length < 2) return undefined;
  for (const key of keys) {
    const value = last[key];
    if (typeof value === 'string') return { ...query, startKey: value };
  }
  return undefined;
}

function isFirstPage(query: Query): boolean {
  return (query['pageToken'] ?? '') === '' && (query['startKey'] ?? '') === '';
}

function listKey(path: string, query: Query): string {
  const rest = Object.entries(query).filter(([name]) => name !== 'pageToken' && name !== 'startKey');
  return `${path}?${rest.map(([name, value]) => `${name}=${value}`).join('&')}`;
}
