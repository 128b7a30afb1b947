import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bigNumberPrefix, parseJson } from './parse-json.ts';

test('what a double holds is parsed as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      assert.deepEqual(parseJson(text), JSON.parse(text));
    }),
  );
});

test('two different integers never become one', () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
      fc.pre(a !== b);
      assert.notDeepEqual(parseJson(`{"n":${a}}`), parseJson(`{"n":${b}}`));
    }),
  );
});

test('numbers that a double cannot hold keep their digits, wherever they stand', () => {
  for (const text of ['9007199254740993', '[0.1000000000000000055]', '{"a": {"b":[1e400]}}', '-123456789012345678.5']) {
    assert.match(JSON.stringify(parseJson(text)), /\\u0000#/, text);
  }
  assert.equal(parseJson('9007199254740993'), `${bigNumberPrefix}9007199254740993e0`);
  assert.equal(parseJson('1e400'), parseJson('10.0e399'));
});

test('spelling is not a difference', () => {
  assert.deepEqual(parseJson('[1.0, 1e2, 100e-2, 0.10, -0.0]'), [1, 100, 1, 0.1, -0]);
});

test('text that is not JSON throws', () => {
  assert.throws(() => parseJson('{"a":1e400'), SyntaxError);
});
