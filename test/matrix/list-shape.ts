import assert from 'node:assert/strict';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/core/json.ts';
import { kinds } from '../../src/core/kinds/index.ts';
import type { ApiPath, Collection, Kind, Query } from '../../src/core/kinds/kind.ts';
import type { ResourceId } from '../../src/core/resource.ts';
import { isListedPerParent } from '../../src/core/reading-order.ts';

/** What asks the simulator, as a client that knows nothing of ours would. */
export interface Asker {
  /** Where a resource of a singleton kind is read. */
  pathOf(kind: Kind, id: ResourceId): ApiPath;
  /** The answer to a read of a path below the organization; undefined where it is refused with 400 (environment types). */
  ask(path: ApiPath, query?: Query): Promise<JsonValue | undefined>;
}

/** The shapes of the API's lists that a style of reading can read. */
const shapesOf: Readonly<Record<Collection['style'], readonly Kind['listShape'][]>> = {
  names: ['P0', 'P1'],
  whole: ['P1'],
  marked: ['P1'],
  'start-key': ['P3'],
  'page-token': ['P2'],
  newest: ['P2'],
  'next-start-key': ['P4'],
  singleton: ['P5'],
  embedded: ['embedded'],
  revisions: ['embedded'],
};

/**
 * Asserts that the service answers the kind's list in the shape that the kind declares, and answers what was seen.
 * `idsOf` gives the resources that were read of a kind.
 */
export async function checkListShape(
  kind: Kind,
  idsOf: (name: Kind['name']) => readonly ResourceId[],
  asker: Asker,
): Promise<string> {
  const { collection } = kind;
  assert.ok(shapesOf[collection.style].includes(kind.listShape), `${collection.style} cannot read ${kind.listShape}`);
  if (collection.style === 'embedded' || collection.style === 'revisions')
    return checkEmbedded(kind, collection, idsOf, asker);
  if (collection.style === 'singleton') {
    const [id] = idsOf(kind.name);
    assert.ok(id !== undefined, 'the seed has none');
    const body = await asker.ask(asker.pathOf(kind, id), kind.readQuery);
    assert.ok(isJsonObject(body));
    return 'one object';
  }
  const parents = isListedPerParent(kind) && kind.scope !== 'organization' ? idsOf(kind.scope) : [''];
  let most = '';
  let count = 0;
  for (const parent of parents) {
    const seen = await checkList(collection, collection.list(parent), asker);
    if (seen > count) [most, count] = [parent, seen];
  }
  assert.ok(count > 0, 'no list of the seed has an item');
  return `${kind.listShape}: ${count === 1 ? 'one item' : 'more than one item'}${most === '' ? '' : ' below one parent'}`;
}

type ListCollection = Exclude<Collection, { style: 'embedded' | 'revisions' | 'singleton' }>;

/** Reads the beginning of a list and asserts its shape; answers how many items were seen, 2 standing for more. */
async function checkList(collection: ListCollection, path: ApiPath, asker: Asker): Promise<number> {
  if ((await asker.ask(path, collection.query)) === undefined) return 0;
  switch (collection.style) {
    case 'names':
      return collection.items === undefined
        ? namesIn(await asker.ask(path)).length
        : itemsIn(await asker.ask(path, collection.query), collection.items).length;
    case 'whole':
    case 'marked': {
      const body = await asker.ask(path, collection.query);
      assert.ok(isJsonObject(body) && body['nextPageToken'] === undefined, `${path} has pages`);
      return itemsIn(body, collection.items).length;
    }
    case 'newest':
      return checkTokens({ ...collection, style: 'page-token' }, path, asker);
    case 'page-token':
      return checkTokens(collection, path, asker);
    case 'start-key':
      return checkStartKeys(collection, path, asker);
    case 'next-start-key':
      return checkNextStartKeys(collection, path, asker);
  }
}

async function checkTokens(
  collection: Extract<Collection, { style: 'page-token' }>,
  path: ApiPath,
  asker: Asker,
): Promise<number> {
  const query = { ...collection.query, ...collection.passes?.queries[0], pageSize: '1' };
  const first = await asker.ask(path, query);
  const items = itemsIn(first, collection.items);
  const token = textIn(first, 'nextPageToken');
  if (token === '') return items.length;
  assert.equal(items.length, 1, `${path} does not keep to the page size`);
  const second = await asker.ask(path, { ...query, pageToken: token });
  assert.notDeepEqual(itemsIn(second, collection.items), items, `${path} gives the first page again`);
  return 2;
}

/** The last item of a page is the first of the next. */
async function checkStartKeys(
  collection: Extract<Collection, { style: 'start-key' }>,
  path: ApiPath,
  asker: Asker,
): Promise<number> {
  const query = { ...collection.query, count: '2' };
  const first = itemsIn(await asker.ask(path, query), collection.items);
  const last = first.at(-1);
  if (first.length < 2 || last === undefined) return first.length;
  const startKey = textIn(last, collection.key);
  const second = itemsIn(await asker.ask(path, { ...query, startKey }), collection.items);
  assert.equal(
    second.length === 0 ? '' : textIn(second[0] ?? {}, collection.key),
    startKey,
    `${path} is not inclusive`,
  );
  return 2;
}

async function checkNextStartKeys(
  collection: Extract<Collection, { style: 'next-start-key' }>,
  path: ApiPath,
  asker: Asker,
): Promise<number> {
  const query = { ...collection.query, count: '1' };
  const first = await asker.ask(path, query);
  const items = itemsIn(first, collection.items);
  const startKey = textIn(first, 'nextStartKey');
  if (startKey === '') return items.length;
  const second = itemsIn(await asker.ask(path, { ...query, startKey }), collection.items);
  assert.notDeepEqual(second, items, `${path} gives the first page again`);
  return 2;
}

async function checkEmbedded(
  kind: Kind,
  collection: Extract<Collection, { style: 'embedded' | 'revisions' }>,
  idsOf: (name: Kind['name']) => readonly ResourceId[],
  asker: Asker,
): Promise<string> {
  assert.ok(kind.scope !== 'organization');
  const scope = kinds[kind.scope];
  for (const parent of idsOf(kind.scope)) {
    const body = await asker.ask(scope.path?.(parent) ?? parent);
    const elements = isJsonObject(body) ? body[collection.field] : undefined;
    if (elements === undefined) continue;
    assert.ok(Array.isArray(elements), `${collection.field} of ${parent} is no array`);
    const isOfKind = collection.style === 'embedded' ? isObject : isText;
    assert.ok(elements.every(isOfKind), `${collection.field} of ${parent} has other elements`);
    if (elements.length > 0) return `in ${collection.field} of the ${scope.title.one}`;
  }
  throw new Error(`no ${scope.title.one} of the seed has ${collection.field}`);
}

const isObject = (value: JsonValue): boolean => isJsonObject(value);
const isText = (value: JsonValue): boolean => typeof value === 'string';

function namesIn(body: JsonValue | undefined): readonly string[] {
  assert.ok(Array.isArray(body), 'no bare array');
  const names: readonly JsonValue[] = body;
  return names.map((name) => (typeof name === 'string' ? name : assert.fail('an element that is no name')));
}

function itemsIn(body: JsonValue | undefined, field: string): readonly JsonObject[] {
  assert.ok(isJsonObject(body), 'no object');
  const items = body[field] ?? [];
  assert.ok(Array.isArray(items), `${field} is no array`);
  const elements: readonly JsonValue[] = items;
  return elements.map((item) => (isJsonObject(item) ? item : assert.fail(`an element of ${field} that is no object`)));
}

function textIn(body: JsonValue | undefined, field: string): string {
  const value = isJsonObject(body) ? body[field] : undefined;
  return typeof value === 'string' ? value : '';
}
