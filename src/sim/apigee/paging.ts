import { invalidArgument } from './api-error.ts';
import type { Document } from './document.ts';
import { type Answer, ok, type Query } from './route.ts';
import type { SimulatorSwitches } from './switches.ts';

/** Largest pages the service gives, whatever is asked for. */
export const pageCaps = {
  products: 1000,
  developers: 1000,
  developerApps: 1000,
  apps: 1000,
  appGroups: 1000,
  ratePlans: 1000,
  subscriptions: 1000,
  appGroupApps: 1000,
  entries: 100,
  largeEntries: 1000,
  overrides: 100,
  profiles: 50,
  catalogItems: 100,
  securityActions: 1000,
  securityFeedback: 100,
  spaces: 1000,
  small: 25,
} as const;

/** Items of one page of a token-paged list (P2). */
export interface TokenPage<Item> {
  readonly items: readonly Item[];
  /** Absent on the last page. */
  readonly nextPageToken: string | undefined;
}

/** Largest page of a request: what it asks for, at most `cap`; 0 or nothing asked means `cap`. */
export function pageSizeOf(query: Query, name: string, cap: number): number {
  const asked = query[name];
  if (asked === undefined || asked === '') return cap;
  if (!/^\d+$/.test(asked)) {
    throw invalidArgument(`Invalid value at '${name}' (TYPE_INT32), "${asked}"`, [
      { field: name, description: `Invalid value at '${name}' (TYPE_INT32), "${asked}"` },
    ]);
  }
  const size = Number(asked);
  return size === 0 ? cap : Math.min(size, cap);
}

/**
 * One page of a list that is read from a name on. The token names the last item given, so that a page neither repeats nor
 * skips when items come and go between calls.
 */
export function tokenPage<Item>(
  source: { from(name: string): Iterable<Item>; nameOf(item: Item): string },
  query: Query,
  cap: number,
): TokenPage<Item> {
  const size = pageSizeOf(query, 'pageSize', cap);
  const token = query['pageToken'] ?? '';
  const last = token === '' ? '' : nameOfToken(token);
  const items: Item[] = [];
  for (const item of source.from(last)) {
    if (last !== '' && source.nameOf(item) === last) continue;
    if (items.length === size) {
      const end = items.at(-1);
      return { items, nextPageToken: end === undefined ? undefined : tokenOf(source.nameOf(end)) };
    }
    items.push(item);
  }
  return { items, nextPageToken: undefined };
}

/** The token that continues after `name`. */
function tokenOf(name: string): string {
  return Buffer.from(`after:${name}`, 'utf8').toString('base64url');
}

function nameOfToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (!text.startsWith('after:')) throw invalidArgument('invalid page token');
  return text.slice('after:'.length);
}

/** At most `count` items. */
export function firstOf<Item>(items: Iterable<Item>, count: number): Item[] {
  const taken: Item[] = [];
  if (count === 0) return taken;
  for (const item of items) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}

/** `{field: [...]}` as the service answers it: an empty list is left out, unless switched. */
export function listAnswer(switches: SimulatorSwitches, field: string, items: readonly Document[]): Answer {
  return ok(items.length === 0 && switches.emptyLists === 'omitted' ? {} : { [field]: items });
}

/** A token-paged answer. */
export function tokenAnswer(
  switches: SimulatorSwitches,
  field: string,
  page: TokenPage<Document>,
  more: Document = {},
): Answer {
  const list: Document = page.items.length === 0 && switches.emptyLists === 'omitted' ? {} : { [field]: page.items };
  const token = page.nextPageToken ?? (switches.lastPageToken === 'empty-string' ? '' : undefined);
  return ok({ ...list, ...(token === undefined ? {} : { nextPageToken: token }), ...more });
}
