import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { canonicalise, entryOf } from '../../src/core/canonical.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/core/json.ts';
import { parseJson } from '../../src/core/parse-json.ts';
import { type KindName, kindNames, kinds } from '../../src/core/kinds/index.ts';
import type { IdContext, Kind } from '../../src/core/kinds/kind.ts';
import { isListedPerParent, kindsToRead } from '../../src/core/reading-order.ts';
import { apiPath } from '../../src/core/kinds/api-path.ts';
import { type ApigeeSimulator, startApigeeSimulator } from '../../src/sim/apigee/index.ts';
import { createHybridSeed, createSeed } from '../../src/sim/apigee/seeds/index.ts';
import { openOrganization, readAll, testHasher, type WholeReading } from '../apigee/live-organization.ts';
import { backUp, createStage, ORGANIZATION, startSimulator } from '../restore/stage.ts';
import { checkListShape } from './list-shape.ts';
import { kindsWithoutAssignedFields } from './nothing-assigned.ts';

/** What every kind has to show. A cell that nothing fills fails the last test. */
const columns = ['list shape', 'capture', 'canonical form', 'restore', 'refusal', 'assigned field'] as const;
type Column = (typeof columns)[number];

const cells = new Map<string, string>();

function fill(kind: KindName, column: Column, evidence: string): void {
  assert.ok(evidence !== '');
  cells.set(`${kind} ${column}`, evidence);
}

/** A seeded organization that was read as a whole. */
interface Place {
  readonly url: string;
  readonly simulator: ApigeeSimulator;
  readonly seeded: WholeReading;
  readonly live: ReturnType<typeof openOrganization>;
  close(): Promise<void>;
}

async function openPlace(seedFunction: typeof seedOf): Promise<Place> {
  const { url, simulator, close } = await startApigeeSimulator({ organization: ORGANIZATION, seedFunction, port: 0 });
  const live = openOrganization(url);
  return { url, simulator, live, close, seeded: await readAll(live.live, { newest: 'all' }) };
}

const seedOf = (name: string) => createSeed('small', name);
const hybridSeedOf = (name: string) => createHybridSeed('small', name);

let cloud: Place;
let hybrid: Place;

before(async () => {
  cloud = await openPlace(seedOf);
  hybrid = await openPlace(hybridSeedOf);
});

after(async () => {
  for (const place of [cloud, hybrid]) {
    await place.live.close();
    await place.close();
  }
});

/** Where there are resources of the kind. */
const placeOf = (kind: Kind): Place => (kind.needsRuntime === 'HYBRID' ? hybrid : cloud);

const idsOf = (name: KindName): readonly string[] =>
  [...placeOf(kinds[name]).seeded.resources.values()].filter(({ kind }) => kind === name).map(({ id }) => id);

/** Where one resource is read, by the name that the server gave to what it stands under where the path has that. */
function pathOf(kind: Kind, id: string): string {
  const name = placeOf(kind).seeded.resources.get(id.slice(0, id.lastIndexOf('/')))?.marks?.['serverName'];
  return kind.pathUnder === undefined
    ? (kind.path?.(id) ?? apiPath(id))
    : kind.pathUnder(id, typeof name === 'string' ? name : '');
}

const askerOf = (kind: Kind) => ({
  pathOf,
  async ask(path: string, query: Readonly<Record<string, string>> = {}) {
    const search = Object.keys(query).length === 0 ? '' : `?${new URLSearchParams(query).toString()}`;
    const separator = path === '' || path.startsWith(':') ? '' : '/';
    const url = `${placeOf(kind).url}/v1/organizations/${ORGANIZATION}${separator}${path}${search}`;
    const answer = await fetch(url, {
      headers: { authorization: 'Bearer matrix', 'content-type': 'application/json' },
      ...(kind.readMethod === undefined ? {} : { method: kind.readMethod, body: '{}' }),
    });
    if (answer.status === 400) return undefined;
    assert.equal(answer.status, 200, path);
    return (await answer.json()) as JsonValue;
  },
});

for (const name of kindNames) {
  test(`${name}: list shape`, async () =>
    fill(name, 'list shape', await checkListShape(kinds[name], idsOf, askerOf(kinds[name]))));

  test(`${name}: capture`, () => {
    const failed = placeOf(kinds[name]).seeded.gaps.filter(
      ({ kind, gap }) => kind === name && !['notApplicable', 'unreadable', 'notSelected'].includes(gap.state),
    );
    assert.deepEqual(failed, []);
    const count = idsOf(name).length;
    assert.ok(count > 0, 'the seed has none');
    fill(name, 'capture', `${count} read`);
  });

  test(`${name}: canonical form`, () => fill(name, 'canonical form', checkCanonicalForm(kinds[name])));

  test(`${name}: assigned field`, () => fill(name, 'assigned field', checkAssignedFields(kinds[name])));

  test(`${name}: refusal`, async () => fill(name, 'refusal', await checkRefusal(kinds[name])));
}

// ---------------------------------------------------------------------------------------- canonical form, assigned fields

/** The context of the reading, and a name for what it does not know. */
const context: IdContext = {
  hasher: testHasher,
  find: (kind, key) => cloud.live.live.find(kind, key) ?? `${kind}/${key}`,
};

function hashOf(kind: Kind, body: JsonObject): string {
  const canonical = canonicalise(kind, body, context);
  assert.ok(canonical !== undefined);
  const { configHash, secretHash, tolerant } = entryOf(kind, 'id', canonical, testHasher);
  return JSON.stringify([configHash, secretHash, tolerant]);
}

function bodiesOf(kind: Kind): readonly JsonObject[] {
  return idsOf(kind.name).flatMap((id) => {
    const content = placeOf(kind).seeded.resources.get(id)?.content;
    const body = content?.type === 'json' ? parseJson(content.text) : undefined;
    return isJsonObject(body) ? [body] : [];
  });
}

/** Fields in another order change nothing; another value in a field that is compared does. */
function checkCanonicalForm(kind: Kind): string {
  if (kind.content === 'bundle') {
    for (const id of idsOf(kind.name)) assert.match(id, /\/~[0-9a-f]{32}$/, 'the id is the digest of the content');
    return 'digest of the content';
  }
  let changes = 0;
  for (const body of bodiesOf(kind)) {
    const hash = hashOf(kind, body);
    assert.equal(hashOf(kind, reversed(body)), hash, 'the order of fields counts');
    for (const other of changedBodies(body)) if (hashOf(kind, other) !== hash) changes += 1;
  }
  if (changes === 0) assert.ok(bodiesOf(kind).every(isOnlyNamed(kind)), 'no field of it is compared');
  return changes === 0 ? 'nothing but its name' : `${changes} changes noticed`;
}

/** True for what is told by its id alone (a keystore). */
const isOnlyNamed =
  (kind: Kind) =>
  (body: JsonObject): boolean =>
    canonicalise(kind, body, context)?.text === '{}' || Object.keys(body).length <= 2;

function reversed(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).reverse());
}

function* changedBodies(body: JsonObject): Generator<JsonObject> {
  for (const [field, value] of Object.entries(body)) {
    yield { ...body, [field]: typeof value === 'string' ? `${value}x` : typeof value === 'boolean' ? !value : ['x'] };
  }
}

function checkAssignedFields(kind: Kind): string {
  const reason = kindsWithoutAssignedFields[kind.name];
  if (kind.content === 'bundle') {
    const labels = idsOf(kind.name).map((id) => placeOf(kind).seeded.resources.get(id)?.label ?? '');
    for (const label of labels) assert.match(label, /@\d+$/, 'the number is a label');
    return 'its number is a label';
  }
  if (reason !== undefined) {
    assert.deepEqual(kind.serverAssigned, [], `${kind.name} has assigned fields after all`);
    return `none: ${reason}`;
  }
  const [first] = bodiesOf(kind);
  assert.ok(first !== undefined);
  const tried = kind.serverAssigned.filter((field) => {
    const other = withOther(first, field.split('.'));
    // What references are resolved by is assigned, and still tells one from another.
    return canonicalise(kind, other, context)?.text === canonicalise(kind, first, context)?.text;
  });
  assert.ok(tried.length > 0, 'no assigned field can change without a difference');
  return tried.join(', ');
}

/** The body with something else in the field, which may stand in objects, and in each object of a list (`wallets[]`). */
function withOther(body: JsonObject, [path = '', ...below]: readonly string[]): JsonObject {
  const field = path.replace(/\[\]$/, '');
  const value = body[field];
  if (field !== path) {
    const elements: readonly JsonValue[] = Array.isArray(value) ? value : [];
    return { ...body, [field]: elements.map((item) => (isJsonObject(item) ? withOther(item, below) : item)) };
  }
  if (below.length > 0) return { ...body, [field]: withOther(isJsonObject(value) ? value : {}, below) };
  return { ...body, [field]: typeof value === 'boolean' ? !value : 'other' };
}

// ---------------------------------------------------------------------------------------------------------------- refusal

/** Reading the kind is refused: the gap says so, and nothing is taken for empty. */
async function checkRefusal(kind: Kind): Promise<string> {
  const refused = kind.collection.style === 'embedded' && kind.scope !== 'organization' ? kinds[kind.scope] : kind;
  const rules = [...pathsOf(refused)].map((path) => ({
    fault: { kind: 'status' as const, status: 403 },
    path: `^/v1/organizations/${ORGANIZATION}${path === '' || path.startsWith(':') ? '' : '/'}${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(\\?|$)`,
  }));
  assert.ok(rules.length > 0);
  const { simulator, url } = placeOf(kind);
  simulator.setFaults(rules);
  const client = openOrganization(url);
  try {
    const only = kindsToRead((name) => name === kind.name || name === refused.name).map(({ kind: { name } }) => name);
    const reading = await readAll(client.live, { only });
    const gaps = reading.gaps.filter((gap) => gap.kind === kind.name).map(({ gap }) => gap);
    assert.ok(
      gaps.some(({ state }) => state === (kind.inapplicableOn?.includes(403) === true ? 'notApplicable' : 'denied')),
      `${JSON.stringify(gaps)} says nothing of a refusal`,
    );
    const read = [...reading.resources.values()].filter((resource) => resource.kind === kind.name);
    assert.deepEqual(
      read.map(({ id }) => id),
      [],
      'read in spite of the refusal',
    );
    return `${gaps.length} denied`;
  } finally {
    simulator.setFaults([]);
    await client.close();
  }
}

/** The paths by which the kind is read: its lists, or its resources where there is no list. */
function* pathsOf(kind: Kind): Generator<string> {
  const { collection } = kind;
  if (collection.style === 'singleton') for (const id of idsOf(kind.name)) yield pathOf(kind, id);
  else if (collection.style === 'revisions') {
    for (const parent of kind.scope === 'organization' ? [] : idsOf(kind.scope)) {
      for (let number = 1; number < 20; number += 1) yield collection.bundle(parent, String(number));
    }
  } else if ('list' in collection) {
    const parents = isListedPerParent(kind) && kind.scope !== 'organization' ? idsOf(kind.scope) : [''];
    for (const parent of parents) yield collection.list(parent);
  }
}

// ---------------------------------------------------------------------------------------------------------------- restore

for (const runtime of ['CLOUD', 'HYBRID'] as const) {
  test(`restore: every kind comes back into an empty organization (${runtime}), or what does not is named`, async (t) => {
    await checkRestore(t, runtime);
  });
}

/** The kinds that only organizations of that runtime have fill their cells there, all others in the cloud. */
async function checkRestore(t: TestContext, runtime: 'CLOUD' | 'HYBRID'): Promise<void> {
  const isHybrid = runtime === 'HYBRID';
  const stage = await createStage(t, { seedFunction: isHybrid ? hybridSeedOf : seedOf });
  const first = await backUp(stage);
  const seedFunction = (name: string) => (isHybrid ? createHybridSeed : createSeed)('empty', name);
  const target = await startSimulator(t, { seedFunction, randomSeed: 4711 });
  const environment = { HOLDFAST_APIGEE_ENDPOINT: target.url };
  const argv = ['restore', '--point', first.point, '--yes'];
  const whole = await stage.json('restore', argv, { environment });
  assert.ok(whole.exit === 0 || whole.exit === 3, whole.stderr);
  const optIn = kindNames.filter((name) => kinds[name].restore === 'opt-in');
  const costly = optIn.length === 0 ? [] : [['--kinds', optIn.join(',')]];
  const named: { readonly id: string; readonly code: string }[] = [];
  for (const flags of costly) {
    const second = await stage.json('restore', [...argv, ...flags], { environment });
    assert.ok(second.exit === 0 || second.exit === 3, second.stderr);
    named.push(...second.document.cannotRestore);
    // What stands under them can come now.
    const third = await stage.json('restore', argv, { environment });
    assert.ok(third.exit === 0 || third.exit === 3, third.stderr);
    named.push(...third.document.cannotRestore);
  }
  const left = await stage.json('diff', ['diff', first.point, 'live'], { environment });
  const cannot = [...whole.document.cannotRestore, ...named].filter(({ code }) => code !== 'OPT_IN');
  const residue = left.document.differences.filter(({ informational }) => !informational);
  const unnamed = residue.filter(({ id }) => !cannot.some((one) => one.id === id));
  assert.deepEqual(
    unnamed.map(({ id, change }) => `${change} ${id}`),
    [],
    'differs after the restore, and no report says why',
  );
  for (const name of kindNames.filter((each) => (kinds[each].needsRuntime === 'HYBRID') === isHybrid)) {
    const captured = first.ledger.find(({ kind }) => kind === name)?.captured ?? 0;
    const missing = new Set(residue.filter(({ kind }) => kind === name).map(({ id }) => id)).size;
    assert.ok(captured > missing, `none of ${captured} ${name} came back`);
    fill(name, 'restore', `${captured - missing} of ${captured} back${missing === 0 ? '' : `, ${missing} named`}`);
  }
}

test('no cell is empty', (t) => {
  const missing = kindNames.flatMap((name) =>
    columns.filter((column) => !cells.has(`${name} ${column}`)).map((column) => `${name}: ${column}`),
  );
  for (const name of kindNames) {
    t.diagnostic(`${name}: ${columns.map((column) => cells.get(`${name} ${column}`) ?? '-').join(' | ')}`);
  }
  assert.deepEqual(missing, []);
});

test('no kind is said to have no assigned fields without a reason', () => {
  for (const [name, reason] of Object.entries(kindsWithoutAssignedFields)) assert.ok(reason.length > 10, name);
});
