import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { appendElements, emptyArray, findArraySpan, sliceElements } from './json-slices.ts';

const space = fc.constantFrom('', ' ', '\n  ', '\t', '\r\n');

/** JSON text with odd spaces, from any value. */
function loose(value: unknown, gap: string): string {
  if (Array.isArray(value)) return `[${gap}${value.map((element) => loose(element, gap)).join(`${gap},${gap}`)}${gap}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(
      ([name, inner]) => `${JSON.stringify(name)}${gap}:${gap}${loose(inner, gap)}`,
    );
    return `{${gap}${fields.join(`${gap},${gap}`)}${gap}}`;
  }
  return JSON.stringify(value);
}

test('slices of an array are its elements, and what is left is the object with an empty array', () => {
  const object = fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });
  fc.assert(
    fc.property(
      object,
      fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 5 }),
      object,
      space,
      (before, list, after, gap) => {
        const { 'the list': _, ...rest } = { ...before, ...after };
        const text = `${gap}${loose({ ...before, 'the list': list, ...after }, gap)}${gap}`;
        assert.deepEqual(
          sliceElements(text, 'the list').map((slice) => JSON.parse(slice)),
          JSON.parse(JSON.stringify(list)),
        );
        assert.deepEqual(
          JSON.parse(emptyArray(text, 'the list')),
          JSON.parse(JSON.stringify({ ...rest, 'the list': [] })),
        );
        const more = JSON.parse(appendElements(text, 'the list', ['{"x":1}', '2']));
        assert.deepEqual(more['the list'], [...JSON.parse(JSON.stringify(list)), { x: 1 }, 2]);
      },
    ),
  );
});

test('the text is kept as it was sent', () => {
  const text = '{"n": 1e2, "a" :[ {"k":"\\u0041\\\\\\"]}", "n":1.0} , "x"\n],"z":"a"}';
  assert.deepEqual(sliceElements(text, 'a'), ['{"k":"\\u0041\\\\\\"]}", "n":1.0}', '"x"']);
  assert.equal(emptyArray(text, 'a'), '{"n": 1e2, "a" :[],"z":"a"}');
});

test('escaped names, repeated fields and absent arrays behave as for JSON.parse', () => {
  assert.deepEqual(sliceElements('{"\\u0061":[1]}', 'a'), ['1']);
  assert.deepEqual(sliceElements('{"a":[1],"a":[2,3]}', 'a'), ['2', '3']);
  assert.equal(findArraySpan('{"a":[1],"a":5}', 'a'), undefined);
  assert.equal(findArraySpan('{"b":{"a":[1]}}', 'a'), undefined);
  assert.equal(findArraySpan('["a"]', 'a'), undefined);
  assert.equal(emptyArray('{"a":null}', 'a'), '{"a":null}');
  assert.equal(appendElements('{}', 'a', ['1']), '{"a":[1]}');
  assert.equal(appendElements('{"b":2}', 'a', ['1']), '{"b":2,"a":[1]}');
  assert.equal(appendElements('{"b":2}', 'a', []), '{"b":2}');
});
