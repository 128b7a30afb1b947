import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CompactMap, HashTable } from './hash-table.ts';
import { ParentTally } from './parent-tally.ts';

test('a table numbers distinct strings in the order of their coming, growing as needed', () => {
  const table = new HashTable();
  for (let index = 0; index < 5000; index += 1)
    assert.deepEqual(table.add(`s${index}`), { number: index, isNew: true });
  for (let index = 0; index < 5000; index += 1) {
    assert.equal(table.find(`s${index}`), index);
    assert.deepEqual(table.add(`s${index}`), { number: index, isNew: false });
  }
  assert.equal(table.find('other'), -1);
  assert.equal(table.count, 5000);
});

test('a compact map answers as a map does', () => {
  const entries = fc.array(
    fc.tuple(fc.string({ unit: 'binary', maxLength: 6 }), fc.string({ unit: 'grapheme', maxLength: 30 })),
    {
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(entries, (pairs) => {
      const map = new Map(pairs);
      const compact = new CompactMap();
      for (const [key, value] of pairs) compact.set(key, value);
      for (const [key, value] of map) assert.equal(compact.find(key), value);
      assert.equal(compact.find('\0 never added'), map.get('\0 never added'));
    }),
    { numRuns: 40 },
  );
  const large = new CompactMap();
  for (let index = 0; index < 20_000; index += 1) large.set(`key ${index}`, `developers/ä${index}@x.example`);
  assert.equal(large.find('key 19999'), 'developers/ä19999@x.example');
  assert.equal(large.find('key 0'), 'developers/ä0@x.example');
});

test('a tally is even exactly when both sources named the same ids below a parent', () => {
  const tally = new ParentTally();
  for (let parent = 0; parent < 3000; parent += 1) {
    for (const name of ['a', 'b', 'c']) tally.add(`p${parent}`, `p${parent}/${name}`);
    for (const name of ['c', 'a', parent === 1500 ? 'x' : 'b']) tally.take(`p${parent}`, `p${parent}/${name}`);
  }
  tally.add('p7', 'p7/extra');
  const uneven = Array.from({ length: 3000 }, (_, index) => `p${index}`).filter((parent) => !tally.isEven(parent));
  assert.deepEqual(uneven, ['p7', 'p1500']);
  assert.ok(tally.isEven('never seen'));
});
