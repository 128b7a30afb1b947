import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isProofOfJob, lackingPoints, newestFirst } from './drill.ts';

const point = (id: string, day: number) => ({ id, endedAt: `2026-05-0${day}T00:00:00.000Z` });
const [one, two, three] = [point('p1', 1), point('p2', 2), point('p3', 3)];

test('points are tried the newest first', () => {
  assert.deepEqual(newestFirst([two, one, three]), [three, two, one]);
  assert.deepEqual(newestFirst([one, { ...two, endedAt: one.endedAt }]), [{ ...two, endedAt: one.endedAt }, one]);
  assert.deepEqual(newestFirst([{ ...two, endedAt: one.endedAt }, one]), [{ ...two, endedAt: one.endedAt }, one]);
});

test('only a job that is completed proves anything', () => {
  assert.equal(isProofOfJob('Completed'), true);
  for (const status of ['CompletedWithWarnings', 'completed', 'InProgress', ''])
    assert.equal(isProofOfJob(status), false);
});

test('lacking is what is newer than the whole point and not in the copy, and what is damaged in it', () => {
  const absent = 'It is not in the recovery point.';
  const whole = { ...two, damage: [] };
  assert.deepEqual(lackingPoints([one, two, three], [whole], [two]), [
    { point: 'p3', endedAt: three.endedAt, why: absent },
  ]);
  assert.deepEqual(lackingPoints([two, three], [whole], [two, three]), []);
  assert.deepEqual(lackingPoints([{ ...three, endedAt: two.endedAt }], [whole], [two]), [], 'it is as old');
  assert.deepEqual(lackingPoints([one, three], [{ ...two, damage: ['cut'] }], [two]), [
    { point: 'p3', endedAt: three.endedAt, why: absent },
    { point: 'p2', endedAt: two.endedAt, why: 'cut' },
    { point: 'p1', endedAt: one.endedAt, why: absent },
  ]);
  const twice = lackingPoints([], [{ ...two, damage: ['cut', 'flipped', 'gone'] }], []);
  assert.deepEqual(twice, [{ point: 'p2', endedAt: two.endedAt, why: 'cut And 2 more.' }]);
});
