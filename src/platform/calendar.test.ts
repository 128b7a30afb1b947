import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createCalendar, isTimeZone } from './calendar.ts';

const HOUR_MS = 3_600_000;
const at = (instant: string): number => Date.parse(instant);

test('an instant has the hour, day, week, month and year of its zone', () => {
  assert.deepEqual(createCalendar('America/New_York').namesOf(at('2026-01-01T03:30:00Z')), {
    hourly: '2025-12-31T22-05:00',
    daily: '2025-12-31',
    weekly: '2026-W01',
    monthly: '2025-12',
    yearly: '2025',
  });
  assert.equal(createCalendar('Asia/Kolkata').namesOf(at('2026-05-10T20:00:00Z')).hourly, '2026-05-11T01+05:30');
});

test('the hour that clocks show twice in autumn is two hours, and the one they skip in spring is none', () => {
  const { namesOf } = createCalendar('Europe/Vienna');
  const hours = (from: string, count: number): string[] =>
    Array.from({ length: count }, (_, hour) => namesOf(at(from) + hour * HOUR_MS).hourly);
  assert.deepEqual(hours('2026-10-24T23:00:00Z', 4), [
    '2026-10-25T01+02:00',
    '2026-10-25T02+02:00',
    '2026-10-25T02+01:00',
    '2026-10-25T03+01:00',
  ]);
  assert.deepEqual(hours('2026-03-29T00:00:00Z', 2), ['2026-03-29T01+01:00', '2026-03-29T03+02:00']);
});

test('weeks are those of ISO 8601', () => {
  const { namesOf } = createCalendar('UTC');
  const weeks = ['2020-12-31', '2021-01-03', '2021-01-04', '2024-12-30', '2026-12-31', '2027-01-01', '2027-01-04'];
  assert.deepEqual(
    weeks.map((day) => namesOf(at(`${day}T12:00:00Z`)).weekly),
    ['2020-W53', '2020-W53', '2021-W01', '2025-W01', '2026-W53', '2026-W53', '2027-W01'],
  );
});

test('every hour is part of one day, month and year, and later instants never have an earlier day', () => {
  const zones = [
    'UTC',
    'Europe/Vienna',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Africa/Casablanca',
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) }),
      fc.integer({ min: 0, max: 400 * 24 * HOUR_MS }),
      (zone, first, later) => {
        const { namesOf } = createCalendar(zone);
        const [a, b] = [namesOf(first), namesOf(first + later)];
        assert.ok(a.hourly.startsWith(`${a.daily}T`));
        assert.ok(a.daily.startsWith(`${a.monthly}-`));
        assert.ok(a.monthly.startsWith(`${a.yearly}-`));
        assert.ok(a.daily <= b.daily && a.weekly <= b.weekly);
        if (a.hourly === b.hourly) assert.ok(later < HOUR_MS);
      },
    ),
  );
});

test('a zone is one that the machine knows', () => {
  assert.deepEqual(['UTC', 'Europe/Vienna', 'Europe/Wien', '', 'Mars/Olympus'].map(isTimeZone), [
    true,
    true,
    false,
    false,
    false,
  ]);
});
