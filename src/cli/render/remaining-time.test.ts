import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatRemaining, Pace } from './remaining-time.ts';

const known = { least: 100, most: 100, ceilingPerSecond: Number.POSITIVE_INFINITY };

function paceOf(...samples: readonly (readonly [atMs: number, done: number])[]): Pace {
  const pace = new Pace();
  for (const [atMs, done] of samples) pace.note({ atMs, done });
  return pace;
}

test('the time left is what is left by the rate, and the quota sets the soonest end', () => {
  const pace = paceOf([0, 0], [5000, 50]);
  assert.deepEqual(pace.remainingMs({ ...known, done: 50 }), { least: 5000, most: 5000 });
  assert.deepEqual(pace.remainingMs({ ...known, done: 50, ceilingPerSecond: 5 }), {
    least: 10_000,
    most: 10_000,
  });
});

test('a rate that changes makes a range', () => {
  const pace = paceOf([0, 0], [20_000, 40], [40_000, 50]);
  const left = pace.remainingMs({ ...known, done: 50 });
  assert.deepEqual(left, { least: 40_000, most: 100_000 });
});

test('nothing is said too early, nor of more work than was known, nor when nothing moves', () => {
  assert.equal(paceOf([0, 0], [1000, 50]).remainingMs({ ...known, done: 50 }), undefined);
  assert.equal(paceOf([0, 0], [5000, 120]).remainingMs({ ...known, done: 120 }), undefined);
  assert.equal(paceOf([0, 10], [5000, 10]).remainingMs({ ...known, done: 10 }), undefined);
  assert.equal(new Pace().remainingMs({ ...known, done: 0 }), undefined);
});

test('it is told in one unit, rounded up', () => {
  assert.equal(formatRemaining({ least: 19_001, most: 20_000 }), 'about 20 s left');
  assert.equal(formatRemaining({ least: 70_000, most: 200_000 }), '2 to 4 min left');
  assert.equal(formatRemaining({ least: 0, most: 45_000 }), 'at most 45 s left');
  assert.equal(formatRemaining({ least: 200_000, most: Number.POSITIVE_INFINITY }), 'at least 3 min left');
  assert.equal(formatRemaining({ least: 3_600_000 * 2, most: 3_600_000 * 5 }), '2 to 5 h left');
});
