import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EntryCore } from '../core/entry.ts';
import { InternalError } from '../core/errors.ts';
import { sha256Tag } from './digest.ts';
import { KnownEntries } from './known-entries.ts';

function entry(id: number, content: number, secret: number | null, mark: number): EntryCore {
  return {
    id: `developers/d${id}@example.com/apps/a`,
    kind: 'app-key',
    configHash: sha256Tag(`c${content}`),
    ...(secret !== null && { secretHash: sha256Tag(`s${secret}`) }),
    marks: { mark },
  };
}

test('it answers as a map of whole entries would', () => {
  const state = fc.tuple(fc.nat(400), fc.nat(2), fc.option(fc.nat(2)), fc.nat(1));
  fc.assert(
    fc.property(fc.array(state, { maxLength: 400 }), fc.array(state, { maxLength: 100 }), (before, now) => {
      const known = new KnownEntries(7);
      const model = new Map(before.map((item) => [item[0], item] as const));
      for (const item of model.values()) assert.equal(known.add(entry(...item)), true);
      const seen = new Set<number>();
      for (const item of now) {
        const was = model.get(item[0]);
        const isSame = was !== undefined && was[1] === item[1] && was[2] === item[2];
        const expected =
          was === undefined
            ? 'absent'
            : !isSame
              ? 'changed'
              : was[3] === item[3] && !seen.has(item[0])
                ? 'same'
                : 'extrasChanged';
        assert.equal(known.see(entry(...item)), expected);
        if (was !== undefined) seen.add(item[0]);
      }
      assert.deepEqual([known.count, known.seenCount], [model.size, seen.size]);
      for (const id of model.keys()) assert.equal(known.isSeen(entry(id, 0, null, 0).id), seen.has(id));
      assert.equal(known.seeId('nothing'), false);
    }),
  );
});

test('an id that is added twice is told, and a hash that is no tag is refused', () => {
  const known = new KnownEntries(1);
  assert.equal(known.add(entry(1, 1, null, 1)), true);
  assert.equal(known.add(entry(1, 2, null, 1)), false);
  assert.throws(() => known.add({ ...entry(2, 1, null, 1), configHash: 'zz' }), InternalError);
});

test('many ids that are alike do not collide', () => {
  const known = new KnownEntries(123_456);
  for (let number = 0; number < 100_000; number += 1) assert.equal(known.add(entry(number, number % 5, null, 0)), true);
  assert.equal(known.count, 100_000);
});
