import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseShallow } from './parse-shallow.ts';

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

test('JSON is parsed as ever, to a depth that nothing honest has', () => {
  assert.deepEqual(parseShallow('{"a": [1, {"b": null}], "[[": "]"}'), { a: [1, { b: null }], '[[': ']' });
  assert.equal(parseShallow('1'), 1);
  assert.ok(Array.isArray(parseShallow(nested(256))));
});

test('what is no JSON, and what is nested beyond all measure, is a SyntaxError and nothing else', () => {
  assert.throws(() => parseShallow('{'), SyntaxError);
  for (const depth of [300, 1_000_000]) assert.throws(() => parseShallow(nested(depth)), SyntaxError);
  assert.throws(() => parseShallow(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`), /more than 256 levels/);
});
