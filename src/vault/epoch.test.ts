import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatInstant } from '../platform/clock.ts';
import { epochPeriods, longestEpochDays } from '../core/epoch-period.ts';
import { epochEndsAt, isEpochDue, organizationPrefix } from './epoch.ts';

const DAY_MS = 86_400_000;
const periods = fc.constantFrom(...epochPeriods);
const instant = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2035, 0, 1) });

test('an epoch is not due when it was opened, and is due after the longest that its period lasts', () => {
  fc.assert(
    fc.property(instant, fc.string(), periods, (openedMs, vaultAndOrganization, period) => {
      const of = { vaultAndOrganization, period };
      const at = (days: number): string => formatInstant(openedMs + days * DAY_MS);
      assert.equal(isEpochDue(at(0), at(0), of), false);
      assert.equal(isEpochDue(at(0), at(longestEpochDays[period]), of), true);
    }),
  );
});

test('organizations change epochs on different days, each once a month', () => {
  const days = Array.from({ length: 200 }, (_, number) => {
    const changes = Array.from({ length: 31 }, (_day, day) => day).filter((day) => {
      return isEpochDue(formatInstant(Date.UTC(2026, 2, day)), formatInstant(Date.UTC(2026, 2, day + 1)), {
        vaultAndOrganization: `organization ${number}`,
        period: 'month',
      });
    });
    assert.equal(changes.length, 1);
    return changes[0];
  });
  assert.ok(new Set(days).size > 20);
});

test('an organization name cannot leave its folder', () => {
  assert.equal(organizationPrefix('acme-prod'), 'orgs/acme-prod/');
  assert.equal(organizationPrefix("a/../b'"), 'orgs/a%2F..%2Fb%27/');
});

test('an epoch ends at the first instant at which the next one is due', () => {
  fc.assert(
    fc.property(instant, fc.string(), periods, (openedMs, vaultAndOrganization, period) => {
      const of = { vaultAndOrganization, period };
      const opened = formatInstant(openedMs);
      const endsMs = Date.parse(epochEndsAt(opened, of));
      assert.ok(endsMs > openedMs);
      assert.equal(isEpochDue(opened, formatInstant(endsMs), of), true);
      assert.equal(isEpochDue(opened, formatInstant(endsMs - 1), of), false);
    }),
  );
});

test('weeks begin on Mondays, quarters with January, April, July and October, all on the day of the organization', () => {
  // The first byte of its hash is 0x82: 18 days of months and quarters, 4 of weeks.
  const endOf = (opened: string, period: (typeof epochPeriods)[number]): string =>
    epochEndsAt(opened, { vaultAndOrganization: 'acme', period });
  assert.equal(endOf('2026-05-10T00:00:00.000Z', 'week'), '2026-05-15T00:00:00.000Z');
  assert.equal(endOf('2026-05-10T00:00:00.000Z', 'month'), '2026-05-19T00:00:00.000Z');
  assert.equal(endOf('2026-05-10T00:00:00.000Z', 'quarter'), '2026-07-19T00:00:00.000Z');
});
