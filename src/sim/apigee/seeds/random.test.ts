import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom, hashText } from './random.ts';

test('a seed text always gives the same sequence', () => {
  const draw = (seed: string): unknown[] => {
    const random = createRandom(seed);
    return [
      random.integer(0, 1_000),
      random.token(20),
      random.uuid(),
      random.chance(0.5),
      random.pick(['a', 'b', 'c']),
    ];
  };
  assert.deepEqual(draw('one'), draw('one'));
  assert.notDeepEqual(draw('one'), draw('two'));
  // Pins the generator itself: a demo and its documentation show the same names on every machine.
  assert.deepEqual([hashText('pinned'), createRandom('pinned').token(8)], [1_768_089_470, '0mSMFWIt']);
});

test('numbers, tokens, ids and choices stay within what is asked', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 300 }), (seed, size) => {
      const random = createRandom(seed);
      const number = random.integer(3, 2 + size);
      assert.ok(Number.isInteger(number) && number >= 3 && number <= 2 + size);
      assert.match(random.token(size), new RegExp(`^[A-Za-z0-9_-]{${size}}$`, 'u'));
      assert.match(random.uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/u);
      const items = Array.from({ length: size }, (_, index) => index);
      const some = random.some(items, 3);
      assert.equal(some.length, Math.min(3, size));
      assert.deepEqual(
        some,
        [...new Set(some)].sort((a, b) => a - b),
      );
      assert.ok(items.includes(random.pick(items)));
    }),
  );
  assert.throws(() => createRandom('x').pick([]), RangeError);
});
