import { createHash, createHmac } from 'node:crypto';
import type { Reading, ReadRequest } from '../../src/app/ports/organization.ts';
import type { SorterFactory } from '../../src/app/ports/surroundings.ts';
import type { EntryCore } from '../../src/core/entry.ts';
import { kindNames, kinds, type KindName } from '../../src/core/kinds/index.ts';
import type { Kind } from '../../src/core/kinds/kind.ts';
import type { ResourceId } from '../../src/core/resource.ts';
import type { Hasher } from '../../src/core/hasher.ts';
import {
  type ApigeeOptions,
  type ApigeeOrganization,
  createApigeeOrganization,
} from '../../src/apigee/create-organization.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createHttpClient } from '../../src/platform/http.ts';
import { createSeededRandom } from '../../src/platform/random.ts';

const tag = (domain: string, value: string): string =>
  createHmac('sha256', `test ${domain}`).update(value).digest('hex').slice(0, 32);

export const testHasher: Hasher = {
  config: (value) => tag('config', value),
  secret: (value) => tag('secret', value),
  idTag: (value) => tag('id', value),
  digest: (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 32),
};

/** Sorts in memory, and like the one on disk takes nothing more once it was read. */
const memorySorters: SorterFactory = <Item>(keyOf: (item: Item) => string) => {
  const items: Item[] = [];
  let isRead = false;
  return {
    add: async (item: Item) => {
      if (isRead) throw new Error('A sorter takes no item after it was read.');
      items.push(item);
    },
    async *sorted() {
      isRead = true;
      yield* items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
    },
    close: async () => {
      items.length = 0;
    },
  };
};

/** An organization at `endpoint`, with impatient retries, and its HTTP client to be closed. */
export function openOrganization(
  endpoint: string,
  options: Partial<ApigeeOptions> = {},
): { readonly live: ApigeeOrganization; close(): Promise<void> } {
  const http = createHttpClient();
  const live = createApigeeOrganization({
    name: 'acme-prod',
    endpoint,
    tokens: { describe: () => 'test token', get: async () => ({ token: 'test-token' }) },
    http,
    clock: systemClock,
    random: createSeededRandom(1),
    hasher: testHasher,
    sorterFactory: memorySorters,
    pacing: { quotaPerMinute: 'unlimited', share: 1 },
    writable: false,
    retryPolicy: { attempts: 4, firstPauseMs: 1, longestPauseMs: 10, longestAskedPauseMs: 10 },
    ...options,
  });
  return {
    live,
    close: async () => {
      http.close();
      await live.close();
    },
  };
}

export interface WholeReading {
  readonly resources: ReadonlyMap<ResourceId, Extract<Reading, { type: 'resource' }>>;
  readonly unchanged: ReadonlySet<ResourceId>;
  readonly gaps: readonly Extract<Reading, { type: 'gap' }>[];
  readonly requests: readonly ReadRequest[];
}

/** Reads every kind as a capture does. */
export async function readAll(
  live: ApigeeOrganization,
  options: {
    readonly known?: WholeReading;
    readonly newest?: number | 'all';
    readonly only?: readonly KindName[];
  } = {},
): Promise<WholeReading> {
  const resources = new Map<ResourceId, Extract<Reading, { type: 'resource' }>>();
  const unchanged = new Set<ResourceId>();
  const gaps: Extract<Reading, { type: 'gap' }>[] = [];
  const requests: ReadRequest[] = [];
  const ids = new Map<KindName, ResourceId[]>();
  for (const name of options.only ?? kindNames) {
    const kind = kinds[name];
    if (kind.collection.style === 'embedded') continue;
    const known = options.known === undefined ? undefined : knownEntries(kind, options.known);
    const request: ReadRequest = {
      kind,
      parents: parentsOf(kind, ids),
      revisions: { newest: options.newest ?? 5 },
      wanted: () => true,
      ...(known === undefined ? {} : { known }),
    };
    requests.push(request);
    for await (const reading of live.read(request)) {
      if (reading.type === 'gap') {
        gaps.push(reading);
        continue;
      }
      if (resources.has(reading.id) || unchanged.has(reading.id)) throw new Error(`${reading.id} came twice`);
      if (reading.type === 'unchanged') unchanged.add(reading.id);
      else resources.set(reading.id, reading);
      ids.set(reading.kind, [...(ids.get(reading.kind) ?? []), reading.id]);
    }
  }
  return { resources, unchanged, gaps, requests };
}

function parentsOf(kind: Kind, ids: ReadonlyMap<KindName, readonly ResourceId[]>): readonly ResourceId[] {
  if (kind.scope === 'organization') return [''];
  const { collection } = kind;
  if ('list' in collection && collection.list('') === collection.list('x/y')) return [''];
  return (ids.get(kind.scope) ?? []).toSorted();
}

/** What a point of that reading would know. */
function knownEntries(kind: Kind, reading: WholeReading): ReadonlyMap<ResourceId, EntryCore> {
  const entries = [...reading.resources.values()].filter((resource) => resource.kind === kind.name);
  return new Map(
    entries.map(({ id, marks }) => [
      id,
      { id, kind: kind.name, configHash: '', ...(marks === undefined ? {} : { marks }) },
    ]),
  );
}
