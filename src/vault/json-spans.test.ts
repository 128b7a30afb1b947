import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSpans } from './json-spans.ts';

/** Path and text of each value found, in the order of finding. */
function found(text: string, ...paths: readonly string[]): readonly (readonly [string, string])[] {
  return findSpans(text, paths).map(({ path, start, end }) => [path, text.slice(start, end)]);
}

test('a value is found with its path, without the spaces around it', () => {
  const text = ' { "a" : \t"x" , "b":\r\n{ "c" : [ 1 , 2.50 ] }\n, "d":true } ';
  assert.deepEqual(found(text, 'a'), [['a', '"x"']]);
  assert.deepEqual(found(text, 'b.c'), [['b.c', '[ 1 , 2.50 ]']]);
  assert.deepEqual(found(text, 'b.c[]'), [
    ['b.c[0]', '1'],
    ['b.c[1]', '2.50'],
  ]);
  assert.deepEqual(found(text, 'd', 'b'), [
    ['b', '{ "c" : [ 1 , 2.50 ] }'],
    ['d', 'true'],
  ]);
  assert.deepEqual(found(text, 'c', 'a.c', 'b.c.d', 'b[]'), []);
});

test('elements of elements are found, and the place of each counts those that are not', () => {
  const text = '{"list":[[],[{"key":1},{"no":2},{"key":3}],{"key":4},5]}';
  assert.deepEqual(found(text, 'list[][].key'), [
    ['list[1][0].key', '1'],
    ['list[1][2].key', '3'],
  ]);
  assert.deepEqual(found(text, 'list[].key'), [['list[2].key', '4']]);
});

test('a key is found in each of its spellings and occurrences, and one that is not plain is quoted in the path', () => {
  assert.deepEqual(found('{"a":1,"\\u0061":2,"a":3}', 'a'), [
    ['a', '1'],
    ['a', '2'],
    ['a', '3'],
  ]);
  assert.deepEqual(found('{"x y":{"a":1}}', 'x y.a'), [['["x y"].a', '1']]);
});

test('null is no value, and a value within one that is wanted whole is not told again', () => {
  assert.deepEqual(found('{"a":null,"b":"null","c":[null,0]}', 'a', 'b', 'c[]'), [
    ['b', '"null"'],
    ['c[1]', '0'],
  ]);
  assert.deepEqual(found('{"a":{"a":{"b":1}}}', 'a', 'a.a.b'), [['a', '{"a":{"b":1}}']]);
});

test('every scalar of JSON is read to its end', () => {
  for (const scalar of [
    '0',
    '-0',
    '10',
    '-12.340',
    '0.5',
    '1e5',
    '1E+10',
    '2.5e-10',
    'true',
    'false',
    '""',
    '"plain"',
    String.raw`"\"\\\/\b\f\n\r\t"`,
    String.raw`"a\u00e9\uABCDb"`,
    '"é😀"',
  ]) {
    JSON.parse(scalar);
    assert.deepEqual(found(`{"a":${scalar}}`, 'a'), [['a', scalar]]);
    assert.deepEqual(found(`[${scalar}]`, 'a'), []);
  }
});

test('what is not JSON is refused, and where it stops being so is said', () => {
  for (const [text, position] of [
    ['', 0],
    [' x', 1],
    ['01', 1],
    ['-', 0],
    ['1.', 1],
    ['.5', 0],
    ['1e', 1],
    ['1e+', 1],
    ['+1', 0],
    ['tru', 0],
    ['nulll', 4],
    ['"a', 0],
    [String.raw`"\x"`, 0],
    [String.raw`"\u00g0"`, 0],
    [String.raw`"\u00"`, 0],
    ['"\n"', 0],
    ['"a"b"', 3],
    ['\u00a01', 0],
    ['1 2', 2],
    ['{', 1],
    ['{"a"', 4],
    ['{"a":', 5],
    ['{"a":1', 6],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['{"a":1,}', 7],
    ['{"a":1 "b":2}', 7],
    ['{,}', 1],
    ['{"a":1]', 6],
    ['[1}', 2],
    ['[1,]', 3],
    ['[,1]', 1],
    ['[1 2]', 3],
    ['[1]]', 3],
  ] as const) {
    assert.throws(() => JSON.parse(text), SyntaxError, text);
    assert.throws(
      () => findSpans(text, ['a']),
      (error) => error instanceof SyntaxError && error.message === `The text is not JSON at position ${position}.`,
      text,
    );
  }
});
