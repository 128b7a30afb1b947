import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from './json.ts';
import { isJsonObject } from './json.ts';
import { canonicalise, entryOf, secretTags } from './canonical.ts';
import { canonicalJson } from './canonical-json.ts';
import { plainHasher, sampleContext, sampleKind } from './sample-kind.fixture.ts';

function canonical(body: JsonObject) {
  const result = canonicalise(sampleKind, body, sampleContext);
  assert.ok(result);
  return result;
}

const entry = (body: JsonObject) => entryOf(sampleKind, 'samples/one', canonical(body), plainHasher);

test('what the server assigns is dropped, at the top, nested and in arrays', () => {
  const body = { name: 'a', createdAt: '1', meta: { etag: 'x', owner: 'o' }, rules: [{ id: '7', path: '/' }] };
  assert.deepEqual(canonical(body).value, { name: 'a', meta: { owner: 'o' }, rules: [{ path: '/' }] });
});

test('secrets are taken out by path and never stand in the canonical text', () => {
  const body = {
    secret: 's3',
    rules: [{ path: '/', token: 't1' }],
    attributes: [{ name: 'a', value: 'v', pin: '99' }],
  };
  const result = canonical(body);
  assert.deepEqual(
    [...result.secrets],
    [
      ['secret', 's3'],
      ['rules[0].token', 't1'],
      ['attributes[a].pin', '99'],
    ],
  );
  assert.doesNotMatch(result.text, /s3|t1|99/);
  assert.equal(entry(body).secretHash, 'secret:{"attributes[a].pin":"99","rules[0].token":"t1","secret":"s3"}');
  assert.deepEqual([...secretTags(result, plainHasher)][0], ['secret', 'secret:s3']);
});

test('a secret that moves with its set element is no change', () => {
  const first = { name: 'a', pin: '1' };
  const second = { name: 'b', pin: '2' };
  assert.equal(entry({ attributes: [first, second] }).secretHash, entry({ attributes: [second, first] }).secretHash);
  assert.notEqual(
    entry({ attributes: [first, second] }).secretHash,
    entry({
      attributes: [
        { ...first, pin: '2' },
        { ...second, pin: '1' },
      ],
    }).secretHash,
  );
});

test('an empty secret is an absent one', () => {
  for (const secret of ['', null]) assert.equal(entry({ name: 'a', secret }).secretHash, undefined);
});

test('the empty values, false and the declared defaults mean absence', () => {
  const body = {
    name: 'a',
    n: null,
    s: '',
    list: [],
    object: { inner: { deep: '' } },
    no: false,
    approval: 'auto',
    retries: 0,
    enabled: true,
  };
  assert.deepEqual(canonical(body).value, { name: 'a' });
});

test('where true is the default, false is a value', () => {
  assert.deepEqual(canonical({ enabled: false }).value, { enabled: false });
  assert.equal(canonical({ enabled: true }).text, canonical({}).text);
});

test('elements of arrays and entries of maps are values even when empty', () => {
  assert.deepEqual(canonical({ list: ['', null, {}], labels: { team: '', tier: 'gold' } }).value, {
    list: ['', null, {}],
    labels: { team: '', tier: 'gold' },
  });
  assert.deepEqual(canonical({ labels: {} }).value, {});
});

test('attributes of one name are all kept, in one order', () => {
  const a = { name: 'x', value: '1' };
  const b = { name: 'x', value: '2' };
  assert.deepEqual(canonical({ attributes: [b, a, b] }).value, { attributes: [a, b, b] });
  assert.equal(canonical({ attributes: [a, b, b] }).text, canonical({ attributes: [b, a, b] }).text);
  assert.notEqual(canonical({ attributes: [a, b] }).text, canonical({ attributes: [a, b, b] }).text);
});

test('an instant stands outside the hash, but never and some day are different', () => {
  const soon = canonical({ expiresAt: '1767225600000' });
  const later = canonical({ expiresAt: 1767225660000 });
  assert.equal(soon.text, later.text);
  assert.deepEqual(soon.tolerant, { expiresAt: 1767225600000 });
  assert.deepEqual(entry({ expiresAt: '1767225600000' }).tolerant, { expiresAt: 1767225600000 });
  for (const never of ['-1', -1, '', null, '0', 0]) {
    assert.equal(canonical({ expiresAt: never }).text, canonical({}).text);
    assert.deepEqual(canonical({ expiresAt: never }).tolerant, {});
  }
  assert.notEqual(soon.text, canonical({}).text);
  assert.equal(canonical({ expiresAt: 'soon' }).text, '{"expiresAt":"soon"}');
});

test('the last step of the kind is taken, and its failure to resolve is told', () => {
  const refined = { ...sampleKind, refine: (value: JsonObject) => ({ ...value, owner: 'developers/a' }) };
  assert.equal(canonicalise(refined, { name: 'a' }, sampleContext)?.text, '{"name":"a","owner":"developers/a"}');
  assert.equal(canonicalise({ ...sampleKind, refine: () => undefined }, {}, sampleContext), undefined);
});

test('the canonical version and the kind are part of the hash', () => {
  const same = canonical({ name: 'a' });
  const next = entryOf({ ...sampleKind, canonicalVersion: 2 }, 'samples/one', same, plainHasher);
  assert.notEqual(entry({ name: 'a' }).configHash, next.configHash);
});

test('a field named __proto__ is a field', () => {
  const body: JsonObject = JSON.parse('{"labels":{"__proto__":{"a":"1"}}}');
  assert.equal(canonical(body).text, '{"labels":{"__proto__":{"a":"1"}}}');
});

// ------------------------------------------------------------------ properties

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '"', '.', '[', ' '), minLength: 1, maxLength: 4 });
const leaf: fc.Arbitrary<JsonValue> = fc.oneof(text, fc.integer({ min: 1 }), fc.constant(true));
const method = fc.constantFrom('GET', 'PUT', 'POST', 'DELETE');
const rule = fc.record({ path: text, methods: fc.array(method, { minLength: 1 }), weight: leaf });
const bodies = fc.record(
  {
    name: text,
    owner: fc.record({ mail: text, since: leaf }),
    attributes: fc.array(fc.record({ name: text, value: text }), { minLength: 1 }),
    hosts: fc.array(text, { minLength: 1 }),
    rules: fc.array(rule, { minLength: 1 }),
    groups: fc.array(rule, { minLength: 1 }),
    labels: fc.dictionary(text, fc.oneof(text, fc.constant('')), { minKeys: 1 }),
    secret: text,
    enabled: fc.constant(false),
    retries: fc.integer({ min: 1, max: 9 }),
    expiresAt: fc.integer({ min: 1_000_000 }).map(String),
  },
  { requiredKeys: ['name'] },
);

/** Any order of fields and of set elements; noise that means absence where a field is absent. */
function shuffled(value: JsonValue, path: string, draw: () => number): JsonValue {
  if (Array.isArray(value)) {
    const elements = value.map((element: JsonValue) => shuffled(element, `${path}[]`, draw));
    return sampleKind.sets.some((set) => set.path === path) ? disorder(elements, draw) : elements;
  }
  if (!isJsonObject(value)) return value;
  const fields = Object.entries(value).map(([field, item]): [string, JsonValue] => [
    field,
    shuffled(item, path === '' ? field : `${path}.${field}`, draw),
  ]);
  return Object.fromEntries(disorder(path === 'labels' ? fields : [...fields, ...noise(value, path)], draw));
}

function noise(object: JsonObject, path: string): [string, JsonValue][] {
  const extra: [string, JsonValue][] = [
    ['note', ''],
    ['parent', null],
    ['tags', []],
    ['options', { on: false, list: [{}].slice(1) }],
    ['flag', false],
  ];
  if (path === '') extra.push(['approval', 'auto'], ['retries', 0], ['enabled', true], ['createdAt', '5']);
  return extra.filter(([field]) => !(field in object));
}

function disorder<Item>(items: readonly Item[], draw: () => number): Item[] {
  const left = [...items];
  return items.flatMap(() => left.splice(Math.floor(draw() * left.length), 1));
}

function drawFrom(numbers: readonly number[]): () => number {
  let at = 0;
  return () => numbers[at++ % numbers.length] ?? 0;
}

const draws = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 50 });

test('order, defaults and what the server adds are never a difference', () => {
  fc.assert(
    fc.property(bodies, draws, (body, numbers) => {
      const other = shuffled(body, '', drawFrom(numbers));
      assert.ok(isJsonObject(other));
      assert.deepEqual(entry(other), entry(body));
    }),
    { numRuns: 500 },
  );
});

/** Every place of a value, with a way to put something else there. */
function* places(
  value: JsonValue,
  put: (other: JsonValue) => JsonObject,
): Generator<[JsonValue, (other: JsonValue) => JsonObject]> {
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) {
      yield* places(element, (other) => put(value.with(index, other)));
    }
    return;
  }
  if (!isJsonObject(value)) {
    yield [value, put];
    return;
  }
  for (const [field, item] of Object.entries(value)) {
    yield* places(item, (other) => put({ ...value, [field]: other }));
  }
}

test('any other change gives another hash', () => {
  fc.assert(
    fc.property(bodies, fc.nat(), (body, at) => {
      const all = [...places(body, (other) => (isJsonObject(other) ? other : {}))].filter(
        ([value]) => value !== body.expiresAt,
      );
      const [value, put] = all[at % all.length] ?? assert.fail('a body has a name');
      const changed = put(typeof value === 'boolean' ? !value : `${JSON.stringify(value)}!`);
      const [before, after] = [entry(body), entry(changed)];
      assert.notDeepEqual([before.configHash, before.secretHash], [after.configHash, after.secretHash]);
    }),
    { numRuns: 500 },
  );
});

test('equal canonical texts come from equal canonical values', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const [left, right] = [JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))];
      assert.deepEqual(JSON.parse(canonicalJson(left)), left);
      assert.equal(canonicalJson(left) === canonicalJson(right), isDeepStrictEqual(left, right));
    }),
  );
});
