import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from './json.ts';
import { canonicalise, secretTags } from './canonical.ts';
import { changedSecretPaths, compareFields } from './compare-fields.ts';
import { plainHasher, sampleContext, sampleKind } from './sample-kind.fixture.ts';

function side(body: JsonObject) {
  const canonical = canonicalise(sampleKind, body, sampleContext);
  assert.ok(canonical);
  return { ...canonical, secretTags: secretTags(canonical, plainHasher) };
}

const compare = (before: JsonObject, after: JsonObject) => compareFields(sampleKind, side(before), side(after));
const fields = (before: JsonObject, after: JsonObject) => compare(before, after).fields;

test('a changed, an added and a removed field, by the names of the API', () => {
  assert.deepEqual(
    fields({ host: 'a', tls: { enabled: false, alias: 'x' } }, { host: 'b', tls: { alias: 'x', store: 's' } }),
    [
      { path: 'host', before: 'a', after: 'b', hidden: false },
      { path: 'tls.store', after: 's', hidden: false },
    ],
  );
  assert.deepEqual(fields({ tls: { alias: 'x', n: 1 } }, {}), [
    { path: 'tls.alias', before: 'x', hidden: false },
    { path: 'tls.n', before: 1, hidden: false },
  ]);
});

test('a value of another shape is one change', () => {
  assert.deepEqual(fields({ a: ['x'] }, { a: { b: 'x' } }), [
    { path: 'a', before: ['x'], after: { b: 'x' }, hidden: false },
  ]);
});

test('elements of a set are told by key', () => {
  const attribute = (name: string, value: string) => ({ name, value });
  assert.deepEqual(
    fields(
      { attributes: [attribute('tier', 'gold'), attribute('quota', '5'), attribute('x', '1')] },
      { attributes: [attribute('quota', '6'), attribute('tier', 'gold'), attribute('odd key]', '2')] },
    ),
    [
      { path: 'attributes["odd key]"]', after: attribute('odd key]', '2'), hidden: false },
      { path: 'attributes[quota].value', before: '5', after: '6', hidden: false },
      { path: 'attributes[x]', before: attribute('x', '1'), hidden: false },
    ],
  );
});

test('plain elements of a set come and go by themselves', () => {
  assert.deepEqual(fields({ hosts: ['a', 'b', 'b'] }, { hosts: ['b', 'c'] }), [
    { path: 'hosts[a]', before: 'a', hidden: false },
    { path: 'hosts[b]', before: 'b', hidden: false },
    { path: 'hosts[c]', after: 'c', hidden: false },
  ]);
});

test('objects of a set without keys are compared with what is left on the other side', () => {
  const group = (path: string, limit: number) => ({ path, limit });
  assert.deepEqual(fields({ groups: [group('/a', 1), group('/b', 2)] }, { groups: [group('/b', 3), group('/a', 1)] }), [
    { path: 'groups[1].limit', before: 2, after: 3, hidden: false },
  ]);
});

test('elements of a list are told by index', () => {
  assert.deepEqual(
    fields({ rules: [{ path: '/a' }, { path: '/b' }] }, { rules: [{ path: '/a' }, { path: '/c' }, {}] }),
    [
      { path: 'rules[1].path', before: '/b', after: '/c', hidden: false },
      { path: 'rules[2]', after: {}, hidden: false },
    ],
  );
});

test('a secret is told by its path alone', () => {
  const result = compare({ secret: 's1', rules: [{ token: 't' }] }, { secret: 's2', rules: [{ token: 't' }] });
  assert.deepEqual(result, { fields: [{ path: 'secret', hidden: true }], secretChanged: true });
  assert.equal(compare({ secret: 's1' }, { secret: 's1' }).secretChanged, false);
  assert.deepEqual(compare({ secret: 's1' }, {}).fields, [{ path: 'secret', hidden: true }]);
  const blind = { ...side({ secret: 's1' }), secretTags: undefined };
  assert.deepEqual(compareFields(sampleKind, blind, side({ secret: 's2' })), { fields: [], secretChanged: false });
});

test('an instant is told as one, and only beyond its tolerance', () => {
  assert.deepEqual(fields({ expiresAt: '1767225600000' }, { expiresAt: '1767225660000' }), []);
  assert.deepEqual(fields({ expiresAt: '1767225600000' }, { expiresAt: '1767229200000' }), [
    { path: 'expiresAt', before: '2026-01-01T00:00:00.000Z', after: '2026-01-01T01:00:00.000Z', hidden: false },
  ]);
  assert.deepEqual(fields({ expiresAt: '-1' }, { expiresAt: '1767225600000' }), [
    { path: 'expiresAt', after: '2026-01-01T00:00:00.000Z', hidden: false },
  ]);
});

test('what looks like a credential is not shown', () => {
  const attribute = (name: string, value: string) => ({ name, value });
  assert.deepEqual(
    fields(
      { attributes: [attribute('api-key', 'k1')], note: 'call https://a:pw1@b', password: 'p1' },
      {
        attributes: [attribute('api-key', 'k2'), attribute('db_password', 'p')],
        note: 'see https://a:pw2@b',
        password: 'p2',
      },
    ),
    [
      { path: 'attributes[api-key].value', hidden: true },
      { path: 'attributes[db_password]', after: attribute('db_password', '***'), hidden: false },
      { path: 'note', before: 'call https://a:***@b', after: 'see https://a:***@b', hidden: false },
      { path: 'password', hidden: true },
    ],
  );
});

test('there are changed fields exactly when the canonical values differ', () => {
  const bodies = fc.record({
    name: fc.constantFrom('a', 'b'),
    hosts: fc.array(fc.constantFrom('x', 'y'), { maxLength: 3 }),
    attributes: fc.array(fc.record({ name: fc.constantFrom('a', 'b'), value: fc.constantFrom('1', '2') }), {
      maxLength: 3,
    }),
    groups: fc.array(fc.record({ p: fc.constantFrom('1', '2') }), { maxLength: 3 }),
    deep: fc.object({ key: fc.constantFrom('a', 'b'), values: [fc.constantFrom('1', '2')], maxKeys: 2, maxDepth: 2 }),
  });
  fc.assert(
    fc.property(bodies, bodies, (before, after) => {
      const [left, right] = [JSON.parse(JSON.stringify(before)), JSON.parse(JSON.stringify(after))];
      assert.equal(fields(left, right).length === 0, side(left).text === side(right).text);
    }),
    { numRuns: 1000 },
  );
});

test('secrets that differ are told by their paths, in order; a side that gives no tags tells nothing', () => {
  const tags = (entries: Readonly<Record<string, string>>) => new Map(Object.entries(entries));
  const before = tags({ c: '1', a: '1', same: '1' });
  const after = tags({ same: '1', b: '1', a: '2' });
  assert.deepEqual(changedSecretPaths(before, after), ['a', 'b', 'c']);
  assert.deepEqual(changedSecretPaths(before, undefined), []);
  assert.deepEqual(changedSecretPaths(undefined, after), []);
});

test('an instant that one side alone has is told', () => {
  const [none, one] = [side({}), side({ expiresAt: '1767225600000' })];
  const { tolerant: _, ...untold } = none;
  const at = '2026-01-01T00:00:00.000Z';
  assert.deepEqual(compareFields(sampleKind, untold, one).fields, [{ path: 'expiresAt', after: at, hidden: false }]);
  assert.deepEqual(compareFields(sampleKind, one, untold).fields, [{ path: 'expiresAt', before: at, hidden: false }]);
});
