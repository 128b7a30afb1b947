import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseJson } from './parse-json.ts';
import { stableJson } from './stable-json.ts';

test('fields are sorted, and no digit is lost', () => {
  const text = '{"b":[1,{}],"a":{"z":12345678901234567890,"y":[]},"big":1e400}';
  const expected =
    '{\n  "a": {\n    "y": [],\n    "z": 1234567890123456789e1\n  },\n  "b": [\n    1,\n    {}\n  ],\n  "big": 1e400\n}';
  assert.equal(stableJson(parseJson(text)), expected);
  assert.deepEqual(parseJson(stableJson(parseJson(text))), parseJson(text));
});

test('it reads back as it was', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      assert.deepEqual(parseJson(stableJson(parseJson(text))), parseJson(text));
    }),
  );
});
