import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeSchedule, intervalOf, isSameSchedule } from './schedule.ts';
import type { Weekday } from './settings.ts';

const policy = { name: 'holdfast', every: 'day', day: 'Sunday', at: '02:00', retentionDays: 30 } as const;

test('a weekly schedule begins on its day', () => {
  const days: readonly Weekday[] = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
  for (const [index, day] of days.entries()) {
    const interval = intervalOf({ ...policy, every: 'week', day });
    const start = interval.split('/')[1] ?? '';
    assert.equal(new Date(start).getUTCDay(), index, day);
    assert.match(interval, /\/P1W$/);
  }
});

test('the same times are the same schedule, whenever it began and in whichever offset it is written', () => {
  const daily = intervalOf(policy);
  assert.equal(isSameSchedule(daily, 'R/2024-05-17T02:00:00+00:00/P1D'), true);
  assert.equal(isSameSchedule(daily, 'R/2024-05-17T04:00:00+02:00/P1D'), true);
  assert.equal(isSameSchedule(daily, 'R/2024-05-17T03:00:00+00:00/P1D'), false);
  assert.equal(isSameSchedule(daily, 'R/2026-01-01T02:00:00+00:00/P1W'), false);
  const weekly = intervalOf({ ...policy, every: 'week' });
  assert.equal(isSameSchedule(weekly, 'R/2025-03-02T02:00:00+00:00/P1W'), true);
  assert.equal(isSameSchedule(weekly, 'R/2025-03-03T02:00:00+00:00/P1W'), false);
  assert.equal(isSameSchedule('nonsense', 'nonsense'), false);
  assert.equal(describeSchedule(weekly), 'weekly at 02:00');
});
