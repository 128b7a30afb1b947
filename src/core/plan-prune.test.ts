import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseObjects, findObstacle, keepProtected, type ProtectionReading } from './plan-prune.ts';
import type { RetentionDecision } from './retention.ts';

const DAY_MS = 86_400_000;
const free: ProtectionReading = { immutableUntil: undefined, hasLegalHold: false, container: 'none' };
const format = (epochMs: number): string => `day ${epochMs / DAY_MS}`;

/** What stands in the way on day 10 of a blob of day 3. */
function obstacle(reading: Partial<ProtectionReading>, protectionDays: number | undefined = 30) {
  return findObstacle(
    { ...free, ...reading },
    { createdMs: 3 * DAY_MS },
    { nowMs: 10 * DAY_MS, protectionDays, format },
  );
}

test('a legal hold keeps a blob, on itself before that of its container, and before a policy', () => {
  const until = '1970-01-20T00:00:00.000Z';
  assert.deepEqual(obstacle({ hasLegalHold: true, container: 'legal-hold', immutableUntil: until }), {
    why: 'a legal hold',
  });
  assert.deepEqual(obstacle({ container: 'legal-hold', immutableUntil: until }), {
    why: 'a legal hold on the container',
  });
});

test('a blob that is immutable by itself is so until its time, and no longer', () => {
  const until = '1970-01-11T00:00:00.001Z';
  assert.deepEqual(obstacle({ immutableUntil: until }), { why: 'immutable', until });
  assert.equal(obstacle({ immutableUntil: '1970-01-11T00:00:00.000Z' }), undefined);
  assert.equal(obstacle({}), undefined);
});

test('a container that is immutable keeps a blob for the days that are said, from its creation', () => {
  assert.deepEqual(obstacle({ container: 'policy' }, 8), { why: 'immutable with its container', until: 'day 11' });
  assert.equal(obstacle({ container: 'policy' }, 7), undefined);
  assert.deepEqual(obstacle({ container: 'unknown' }, 8), { why: 'immutable with its container', until: 'day 11' });
});

test('where it is not said for how many days a container protects, its blobs are left alone', () => {
  const at = { nowMs: 10 * DAY_MS, protectionDays: undefined, format };
  const told = (container: ProtectionReading['container']) =>
    findObstacle({ ...free, container }, { createdMs: 0 }, at)?.why;
  const words = 'and retention.protectionDays does not say for how many days';
  assert.equal(told('policy'), `the container is immutable, ${words}`);
  assert.equal(told('unknown'), `what protects the container cannot be read, ${words}`);
  assert.equal(told('none'), undefined);
});

test('a point whose manifest cannot be deleted is kept, and says why and until when', () => {
  const point = (id: string) => ({
    id,
    epoch: '1',
    timeMs: 0,
    spans: { hourly: '', daily: '', weekly: '', monthly: '', yearly: '' },
    grade: 'complete' as const,
    scope: 'full' as const,
    standing: 'sound' as const,
    proof: 'none' as const,
    whole: [],
    excused: [],
    holds: [],
  });
  const kept = { rule: 'daily', why: 'of its day' } as const;
  const decision: RetentionDecision = {
    points: [
      { point: point('a'), keeps: [] },
      { point: point('b'), keeps: [] },
      { point: point('c'), keeps: [kept] },
      { point: point('d'), keeps: [] },
    ],
    refusals: ['r'],
    epochs: [],
  };
  const obstacles = new Map([
    ['a', { why: 'immutable', until: 'day 11' }],
    ['c', { why: 'a legal hold' }],
    ['d', { why: 'a legal hold' }],
  ]);
  const { points, ...rest } = keepProtected(decision, obstacles);
  assert.deepEqual(
    points.map(({ point: { id }, keeps }) => [id, keeps]),
    [
      ['a', [{ rule: 'immutable', why: 'immutable until day 11' }]],
      ['b', []],
      ['c', [kept]],
      ['d', [{ rule: 'immutable', why: 'a legal hold' }]],
    ],
  );
  assert.deepEqual(rest, { refusals: ['r'], epochs: [] });
});

test('what nobody needs goes, each name once, but for what the store holds', () => {
  const blob = (name: string) => ({ name, sizeBytes: 1, createdMs: 2 });
  assert.deepEqual(
    chooseObjects({
      candidates: ['a', 'b', 'a', 'held', 'needed'].map(blob),
      needed: new Set(['needed']),
      obstacles: new Map([['held', { why: 'immutable', until: 'day 11' }]]),
    }),
    { objects: [blob('a'), blob('b')], left: [{ ...blob('held'), why: 'immutable', until: 'day 11' }] },
  );
});
