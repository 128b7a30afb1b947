import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { judgeWholeness } from './wholeness.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 1);
const instant = (ms: number): string => new Date(START_MS + ms).toISOString();

const point = fc.record({
  id: fc.uuid(),
  endedAt: fc.nat(100 * HOUR_MS).map(instant),
  grade: fc.constantFrom('complete' as const, 'partial' as const, 'interrupted' as const),
  scope: fc.constantFrom({ type: 'all' as const }, { type: 'run' as const, run: 1 }),
});
const recoveryPoint = fc.record({
  id: fc.uuid(),
  time: fc.nat(100 * HOUR_MS).map(instant),
  state: fc.constantFrom('Completed', 'Partial', 'SomethingNew', undefined),
  expiresAt: fc.constant(undefined),
});

test('a point is expected whole only in a completed recovery point that began the margin after it, and the newest is told', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(point, { selector: ({ endedAt }) => endedAt, maxLength: 8 }),
      fc.uniqueArray(recoveryPoint, { selector: ({ time }) => time, maxLength: 8 }),
      fc.nat(5 * HOUR_MS),
      (points, recoveryPoints, marginMs) => {
        const counting = points.filter(({ grade, scope }) => grade !== 'interrupted' && scope.type === 'all');
        const isWhole = ({ endedAt }: { readonly endedAt: string }): boolean =>
          recoveryPoints.some(
            ({ state, time }) => state === 'Completed' && Date.parse(time) - Date.parse(endedAt) >= marginMs,
          );
        const latest = (all: typeof counting): string | undefined =>
          all.toSorted((a, b) => Date.parse(a.endedAt) - Date.parse(b.endedAt)).at(-1)?.id;
        const judged = judgeWholeness({ points, recoveryPoints, marginMs });
        assert.equal(judged.newestPoint?.id, latest(counting));
        assert.equal(judged.newestExpectedWhole?.id, latest(counting.filter(isWhole)));
        assert.deepEqual(
          new Set(judged.unprotected.map(({ id }) => id)),
          new Set(counting.filter((one) => !isWhole(one)).map(({ id }) => id)),
        );
      },
    ),
  );
});

test('the newest recovery point is told whatever its state; a partial one holds nothing for sure', () => {
  const points = [{ id: 'p1', endedAt: instant(0), grade: 'complete' as const, scope: { type: 'all' as const } }];
  const partial = { id: 'r2', time: instant(5 * HOUR_MS), state: 'Partial', expiresAt: undefined };
  const judged = judgeWholeness({ points, recoveryPoints: [partial], marginMs: HOUR_MS });
  assert.deepEqual([judged.newestRecoveryPoint?.id, judged.newestExpectedWhole], ['r2', undefined]);
});
