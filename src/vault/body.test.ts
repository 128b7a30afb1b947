import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { holeMarker } from '../core/hole-marker.ts';
import {
  decodeConfigItem,
  decodeSecretItem,
  encodeConfigItem,
  encodeSecretItem,
  joinBody,
  markHoles,
  splitBody,
} from './body.ts';
import { findSpans } from './json-spans.ts';

const PATHS = ['consumerSecret', 'credentials[].consumerKey', 'deep.er.secret', 'list[][].key'];
const tagOf = (value: string): string => `tag of ${value}`;

const key = fc.oneof(
  fc.constantFrom(
    '"consumerSecret"',
    '"consumer\\u0053ecret"',
    '"credentials"',
    '"consumerKey"',
    '"deep"',
    '"er"',
    '"secret"',
    '"list"',
    '"key"',
    '"\\"consumerSecret\\""',
    '""',
    '"__proto__"',
  ),
  fc.string({ unit: 'grapheme', maxLength: 4 }).map((text) => JSON.stringify(text)),
);
const scalar = fc.oneof(
  fc.constantFrom(
    '0',
    '-0',
    '1E400',
    '1.50e+2',
    '-12.3450',
    '123456789012345678901234567890',
    'true',
    'false',
    'null',
    '"\\ud83d"',
    '"\\u0000"',
    '"\\/"',
    '"😀"',
    '"{\\"consumerSecret\\":\\"x\\"}"',
  ),
  fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)),
);
const space = fc.constantFrom('', ' ', '\n\t', '\r\n ');

/** JSON as text, with every liberty that a text has: spaces, duplicate keys, odd numbers, escapes. */
const json = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc
      .tuple(space, fc.array(fc.tuple(space, tie('value'), space), { maxLength: 4 }))
      .map(([inner, items]) => `[${inner}${items.map((item) => item.join('')).join(',')}]`),
    fc
      .tuple(space, fc.array(fc.tuple(space, key, space, space, tie('value'), space), { maxLength: 5 }))
      .map(
        ([inner, members]) =>
          `{${inner}${members.map(([a, name, b, c, value, d]) => `${a}${name}${b}:${c}${value}${d}`).join(',')}}`,
      ),
  ),
})).value;

test('joining what was split gives the text back, byte for byte, also through the stored forms', () => {
  fc.assert(
    fc.property(json, space, (text, around) => {
      const source = `${around}${text}${around}`;
      JSON.parse(source);
      const split = splitBody(source, PATHS, tagOf);
      assert.equal(joinBody(split), source);
      const stored = decodeConfigItem(encodeConfigItem(split));
      assert.deepEqual(stored.holes, split.holes);
      assert.equal(joinBody({ ...stored, cuts: decodeSecretItem(encodeSecretItem(split)) }), source);
      assert.equal(split.holes.length, split.cuts.length);
      JSON.parse(markHoles(split));
    }),
    { numRuns: 2000 },
  );
});

test('every value at a declared path is cut, wherever JSON.parse would find one', () => {
  fc.assert(
    fc.property(json, (text) => {
      const left = JSON.parse(markHoles(splitBody(text, PATHS, tagOf)), (name, value: unknown) =>
        name === '__proto__' ? undefined : value,
      );
      const secrets = [
        left?.consumerSecret,
        left?.deep?.er?.secret,
        ...[left?.credentials].flat().map((item) => item?.consumerKey),
      ];
      for (const [index, secret] of secrets.entries()) {
        if (index > 1 && !Array.isArray(left?.credentials)) continue;
        assert.ok(secret === undefined || secret === null || String(secret).startsWith('\u0000{hole '), text);
      }
    }),
    { numRuns: 2000 },
  );
});

test('holes say where: concrete paths, byte offsets in the remaining UTF-8, a tag of the value', () => {
  const text =
    '{"é":1,"credentials":[{"consumerKey":"a"},{"consumerKey":"b"}],"consumerSecret":"c\\n","consumerSecret":null}';
  const split = splitBody(text, PATHS, tagOf);
  assert.deepEqual(
    split.holes.map(({ path, tag }) => [path, tag]),
    [
      ['credentials[0].consumerKey', 'tag of a'],
      ['credentials[1].consumerKey', 'tag of b'],
      ['consumerSecret', 'tag of c\n'],
    ],
  );
  assert.equal(split.holes[0]?.at, Buffer.byteLength('{"é":1,"credentials":[{"consumerKey":'));
  assert.deepEqual(split.cuts, ['"a"', '"b"', '"c\\n"']);
  assert.equal(JSON.parse(markHoles(split)).credentials[1].consumerKey, holeMarker(1));
  assert.equal(split.rest.includes('c\\n'), false);
});

test('an object at a secret path is cut whole', () => {
  const split = splitBody('{"consumerSecret": {"consumerSecret": [1, "x"]} , "a": 1}', PATHS, tagOf);
  assert.deepEqual(split.cuts, ['{"consumerSecret": [1, "x"]}']);
});

test('deep nesting needs no stack, and a long string no backtracking', () => {
  const depth = 200_000;
  const long = 'x'.repeat(5_000_000);
  const text = `{"consumerSecret":"s","deep":${'['.repeat(depth)}${']'.repeat(depth)},"long":"${long}\\n"}`;
  assert.equal(joinBody(splitBody(text, PATHS, tagOf)), text);
});

test('what is not JSON is refused', () => {
  for (const text of [
    '',
    '{',
    '[1,]',
    '{"a" 1}',
    '{"a":1,}',
    '01',
    '"\u0001"',
    '[1] 2',
    "{'a':1}",
    'nul',
    '{"a":1 "b":2}',
    '[1}',
  ]) {
    assert.throws(() => JSON.parse(text), text);
    assert.throws(() => findSpans(text, PATHS), SyntaxError, text);
  }
});
