import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrayField, isJsonObject, omitFields, pickFields, stringField } from './json.ts';

test('an object is neither a list nor nothing', () => {
  assert.deepEqual([{}, { a: 1 }, [], null, undefined, 'a', 1, true].map(isJsonObject), [
    true,
    true,
    ...Array.from({ length: 6 }, () => false),
  ]);
});

test('a field of another type counts as absent', () => {
  const object = { text: 'a', empty: '', list: ['a'], number: 1 };
  assert.deepEqual(
    ['text', 'empty', 'list', 'number', 'absent'].map((field) => stringField(object, field)),
    ['a', '', undefined, undefined, undefined],
  );
  assert.deepEqual(
    ['list', 'text', 'absent'].map((field) => arrayField(object, field)),
    [['a'], [], []],
  );
});

test('fields are left out or picked by name, and those that are not there do not matter', () => {
  const object = { a: 1, b: 2, c: 3 };
  assert.deepEqual(omitFields(object, ['b', 'z']), { a: 1, c: 3 });
  assert.deepEqual(pickFields(object, ['b', 'z']), { b: 2 });
});
