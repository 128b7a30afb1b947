import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elementPathOf, fieldPathOf, fieldRules, pathSteps, toleranceAt } from './field-path.ts';
import { sampleKind } from './sample-kind.fixture.ts';

test('a declared path is its names and elements', () => {
  assert.deepEqual(pathSteps('attributes[].value'), ['attributes', '[]', 'value']);
  assert.deepEqual(pathSteps('a[][].b'), ['a', '[]', '[]', 'b']);
  assert.deepEqual(pathSteps('a.b'), ['a', 'b']);
});

test('what a kind declares stands at its field, and nowhere else', () => {
  const kind = { ...sampleKind, int64: ['count'], unspecified: { mode: 'MODE_UNSPECIFIED' } };
  const rules = fieldRules(kind);
  const at = (name: string) => rules.fields.get(name);
  const none = {
    dropped: false,
    secret: false,
    toleranceMs: undefined,
    set: undefined,
    absentMeans: undefined,
    int64: false,
    unspecified: undefined,
    map: false,
    fields: new Map(),
    element: undefined,
  };
  assert.deepEqual(at('createdAt'), { ...none, dropped: true });
  assert.deepEqual(at('secret'), { ...none, secret: true });
  assert.deepEqual(at('labels'), { ...none, map: true });
  assert.deepEqual(at('expiresAt'), { ...none, toleranceMs: 120_000 });
  assert.deepEqual(at('retries'), { ...none, absentMeans: 0 });
  assert.deepEqual(at('count'), { ...none, int64: true });
  assert.deepEqual(at('mode'), { ...none, unspecified: 'MODE_UNSPECIFIED' });
  assert.deepEqual(at('hosts'), { ...none, set: { by: undefined } });
  const pin = new Map([['pin', { ...none, secret: true }]]);
  assert.deepEqual(at('attributes'), { ...none, set: { by: 'name' }, element: { ...none, fields: pin } });
  assert.equal(fieldRules(kind), rules, 'they are compiled once');
});

test('a tolerance is found for a concrete path, whatever its keys and numbers', () => {
  const tolerant = [
    { path: 'expiresAt', toleranceMs: 1 },
    { path: 'items[].at', toleranceMs: 2 },
  ];
  const at = (path: string) => toleranceAt({ ...sampleKind, tolerant }, path);
  assert.deepEqual(['expiresAt', 'items[0].at', 'items[a].at', 'items["a]\\"."].at'].map(at), [1, 2, 2, 2]);
  assert.deepEqual(['other', 'items.at', 'x.expiresAt', 'items[0][1].at'].map(at), Array(4).fill(undefined));
});

test('a name or key that is not plain is quoted', () => {
  assert.equal(fieldPathOf('', 'host'), 'host');
  assert.equal(fieldPathOf('labels', '_a-$1'), 'labels._a-$1');
  for (const name of ['a.b', '1a', '', 'a b', 'a"b'])
    assert.equal(fieldPathOf('labels', name), `labels[${JSON.stringify(name)}]`, name);
  assert.equal(elementPathOf('rules', 0), 'rules[0]');
  assert.equal(elementPathOf('rules', 'quota.1'), 'rules[quota.1]');
  for (const key of ['a b', 'a]', '[a', 'a"', 'a\\b', ''])
    assert.equal(elementPathOf('rules', key), `rules[${JSON.stringify(key)}]`, key);
});
