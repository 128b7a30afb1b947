import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideRetention, judgeEpochs, type RetainedPoint, type RetentionPolicy } from './retention.ts';

const nothing: RetentionPolicy = {
  hourly: 0,
  daily: 0,
  weekly: 0,
  monthly: 0,
  yearly: 0,
  minimumVerified: 0,
  guaranteedDays: 0,
};

function point(epoch: string, over: Partial<RetainedPoint> = {}): RetainedPoint {
  return {
    id: `p${epoch}`,
    epoch,
    timeMs: Number(epoch),
    spans: { hourly: epoch, daily: epoch, weekly: epoch, monthly: epoch, yearly: epoch },
    grade: 'complete',
    scope: 'full',
    standing: 'sound',
    proof: 'none',
    whole: [],
    excused: [],
    holds: [],
    ...over,
  };
}

const refusalsOf = (policy: Partial<RetentionPolicy>, ...points: readonly RetainedPoint[]): readonly string[] =>
  decideRetention({ policy: { ...nothing, ...policy }, points, epochs: ['1'], blocked: [], nowMs: 10 }).refusals;

test('a policy that keeps nothing, and too few points that are verified, refuse a prune in words', () => {
  assert.deepEqual(refusalsOf({}), ['The retention policy is empty: it keeps no hour, day, week, month or year.']);
  const verified = point('1', { proof: 'verified' });
  const words = (count: string) => [
    `Only ${count} verified, and at least 3 must be: record a verification of all data first.`,
  ];
  assert.deepEqual(refusalsOf({ daily: 1, minimumVerified: 3 }, point('1')), words('0 of the points are'));
  assert.deepEqual(refusalsOf({ daily: 1, minimumVerified: 3 }, verified), words('1 of the points is'));
  assert.deepEqual(refusalsOf({ daily: 1, minimumVerified: 1 }, verified), []);
});

test('an epoch that is not closed says why', () => {
  const kinds = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const judge = (whole: readonly string[], newest: Partial<RetainedPoint> = {}) =>
    judgeEpochs({ epochs: ['1', '2'], points: [point('1', { whole }), point('2', newest)] });
  const last = { epoch: '2', isClosed: false, why: 'it is the newest' };
  assert.deepEqual(judge([]), [{ epoch: '1', isClosed: true }, last]);
  assert.deepEqual(judge(['a', 'b'], { whole: ['b'] })[0], {
    epoch: '1',
    isClosed: false,
    why: 'no later epoch has a whole',
  });
  assert.equal(judge(kinds)[0]?.why, 'no later epoch has a, b, c and 5 more kinds whole');
  assert.equal(judge(kinds.slice(0, 4))[0]?.why, 'no later epoch has a, b, c, d whole');
  assert.deepEqual(judge(['a'], { excused: ['a'] })[0], { epoch: '1', isClosed: true });
  assert.equal(judge(['a'], { excused: ['a'], scope: 'part' })[0]?.isClosed, false);
  assert.equal(judge(['a'], { excused: ['a'], grade: 'interrupted' })[0]?.isClosed, false);
});
