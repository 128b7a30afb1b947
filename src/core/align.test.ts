import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alignLists } from './align.ts';

const letters = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
const align = (before: readonly string[], after: readonly string[]) => alignLists(before, after, (item) => item);

test('both lists come back whole, in order, and only equal items stand side by side', () => {
  fc.assert(
    fc.property(letters, letters, (before, after) => {
      const aligned = align(before, after);
      assert.deepEqual(
        aligned.flatMap((pair) => pair.before ?? []),
        before,
      );
      assert.deepEqual(
        aligned.flatMap((pair) => pair.after ?? []),
        after,
      );
      for (const pair of aligned)
        assert.ok(pair.before === undefined || pair.after === undefined || pair.before === pair.after);
    }),
  );
});

test('as many stand side by side as can', () => {
  const longest = (a: readonly string[], b: readonly string[]): number => {
    const [head, ...rest] = a;
    if (head === undefined) return 0;
    const at = b.indexOf(head);
    return Math.max(longest(rest, b), at < 0 ? 0 : 1 + longest(rest, b.slice(at + 1)));
  };
  fc.assert(
    fc.property(letters, letters, (before, after) => {
      const both = align(before, after).filter((pair) => pair.before !== undefined && pair.after !== undefined);
      assert.equal(both.length, longest(before, after));
    }),
  );
});
