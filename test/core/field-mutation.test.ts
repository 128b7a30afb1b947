import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, JsonValue } from '../../src/core/json.ts';
import type { Kind } from '../../src/core/kinds/kind.ts';
import type { Mutation } from './field-mutation.ts';
import { isJsonObject } from '../../src/core/json.ts';
import { kinds } from '../../src/core/kinds/index.ts';
import { kindNames } from '../../src/core/kinds/kind-name.ts';
import { covers, exemptions, isExempt } from './field-mutation-exemptions.ts';
import { fieldPaths, fullBody, judge, judgePair, mutations, spellings } from './field-mutation.ts';
import { schemasOf } from './kind-schemas.ts';

function verdicts(kind: Kind): { readonly mutation: Mutation; readonly verdict: string }[] {
  return schemasOf[kind.name].flatMap((schema) =>
    mutations(schema).map((mutation) => ({ mutation, verdict: judge(kind, schema, mutation) })),
  );
}

function failures(kind: Kind): string[] {
  return verdicts(kind)
    .filter(({ mutation, verdict }) => verdict !== 'noticed' && !isExempt(kind.name, mutation.field))
    .map(({ mutation, verdict }) => `${kind.name} ${mutation.field} (${mutation.how}): ${verdict}`);
}

for (const name of kindNames) {
  const kind = kinds[name];
  test(`${kind.title.one}: every writable field changes the hash and is named`, () => {
    assert.equal(schemasOf[name].length > 0, kind.content === 'json');
    assert.deepEqual(failures(kind), []);
  });
}

test('a kind that drops a field, takes it for a default or does not know it as a map is found out', () => {
  const { 'target-server': targetServer, proxy } = kinds;
  assert.deepEqual(failures({ ...targetServer, serverAssigned: ['sSLInfo.keyStore', 'port'] }), [
    'target-server port (another value): same',
    'target-server port (zero): same',
    'target-server sSLInfo.keyStore (another value): same',
  ]);
  assert.deepEqual(failures({ ...targetServer, tolerant: [{ path: 'port', toleranceMs: 10 }] }), [
    'target-server port (another value): same',
  ]);
  assert.deepEqual(failures({ ...targetServer, refine: ({ host: _, ...rest }) => rest }), [
    'target-server host (another value): same',
  ]);
  assert.deepEqual(failures({ ...proxy, maps: [] }), ['proxy labels (an empty entry more): same']);
});

test('every exemption is needed, and gives a reason', () => {
  for (const exemption of exemptions) {
    assert.ok(exemption.reason.length > 20, exemption.field);
    for (const name of exemption.kinds) {
      const covered = verdicts(kinds[name]).filter(({ mutation }) => covers(exemption, mutation.field));
      assert.ok(covered.length > 0, `${name} has no writable field ${exemption.field}`);
      assert.ok(
        covered.some(({ verdict }) => verdict !== 'noticed'),
        `${name} notices ${exemption.field}`,
      );
    }
  }
});

test('the description has the fields that this test is about', () => {
  const count = kindNames.flatMap((name) => schemasOf[name].flatMap(mutations)).length;
  assert.ok(count > 250, `${count} mutations`);
  assert.ok(mutations('Developer').some(({ field }) => field === 'status'));
  assert.ok(!mutations('Environment').some(({ field }) => field === 'createdAt'));
});

for (const name of kindNames) {
  const kind = kinds[name];
  test(`${kind.title.one}: what it declares of its fields is about fields that the API has`, () => {
    const fields = new Set(schemasOf[name].flatMap((schema) => [...fieldPaths(schema)]));
    const declared = [
      ...kind.sets.flatMap(({ path, by }) => [path, ...(by === undefined ? [] : [`${path}[].${by}`])]),
      ...kind.tolerant.map(({ path }) => path),
      ...kind.secrets,
      ...(kind.maps ?? []),
      ...(kind.int64 ?? []),
      ...Object.keys(kind.unspecified ?? {}),
      ...Object.keys(kind.defaults),
    ];
    assert.deepEqual(
      declared.filter((path) => !fields.has(path.replace(/\[\]$/, ''))),
      [],
    );
  });
}

for (const name of kindNames) {
  const kind = kinds[name];
  test(`${kind.title.one}: the two spellings of a number, and of saying nothing, are no difference`, () => {
    const pairs = schemasOf[name].flatMap((schema) => spellings(schema));
    const told = pairs.filter(({ field, one, other }) => judgePair(kind, field, [one, other]) !== 'same');
    assert.deepEqual(
      told.map(({ field, how }) => `${field}: ${how}`),
      [],
    );
  });
}

/** Not compared, but what references are resolved by. */
const identifying = ['apiProxy', 'environment'];

for (const name of kindNames) {
  const kind = kinds[name];
  test(`${kind.title.one}: order in its sets, empty fields and what the server assigns are no difference`, () => {
    const assigned = kind.serverAssigned.filter((path) => !path.includes('.') && !identifying.includes(path));
    const noise = {
      ...Object.fromEntries(assigned.map((path) => [path, 'other'])),
      a: '',
      b: [],
      c: {},
      d: false,
      e: null,
    };
    for (const schema of schemasOf[name]) {
      const body = { ...reversedSets(kind, fullBody(schema)), ...noise };
      assert.equal(judge(kind, schema, { field: '', how: 'noise', body }), 'same');
    }
  });
}

/** The body with its fields and the elements of its sets in the opposite order. */
function reversedSets(kind: Kind, body: JsonObject): JsonObject {
  const walk = (value: JsonValue, path: string): JsonValue => {
    if (Array.isArray(value)) {
      const elements = value.map((element: JsonValue) => walk(element, `${path}[]`));
      return kind.sets.some((set) => set.path === path) ? elements.toReversed() : elements;
    }
    return isJsonObject(value) ? walkObject(value, path === '' ? '' : `${path}.`) : value;
  };
  const walkObject = (object: JsonObject, prefix: string): JsonObject =>
    Object.fromEntries(
      Object.entries(object)
        .reverse()
        .map(([field, item]) => [field, walk(item, `${prefix}${field}`)]),
    );
  return walkObject(body, '');
}
