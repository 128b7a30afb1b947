import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatInstant } from '../platform/clock.ts';
import { epochEndsAt, isEpochDue, organizationPrefix } from './epoch.ts';

const DAY_MS = 86_400_000;
const instant = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2035, 0, 1) });

test('an epoch is not due on its own day and is due after at most 31 more', () => {
  fc.assert(
    fc.property(instant, fc.string(), (openedMs, organization) => {
      const at = (days: number): string => formatInstant(openedMs + days * DAY_MS);
      assert.equal(isEpochDue(at(0), at(0), organization), false);
      assert.equal(isEpochDue(at(0), at(32), organization), true);
    }),
  );
});

test('organizations change epochs on different days, each once a month', () => {
  const days = Array.from({ length: 200 }, (_, number) => {
    const changes = Array.from({ length: 31 }, (_day, day) => day).filter((day) => {
      return isEpochDue(
        formatInstant(Date.UTC(2026, 2, day)),
        formatInstant(Date.UTC(2026, 2, day + 1)),
        `organization ${number}`,
      );
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
    fc.property(instant, fc.string(), (openedMs, organization) => {
      const opened = formatInstant(openedMs);
      const endsMs = Date.parse(epochEndsAt(opened, organization));
      assert.ok(endsMs > openedMs);
      assert.equal(isEpochDue(opened, formatInstant(endsMs), organization), true);
      assert.equal(isEpochDue(opened, formatInstant(endsMs - 1), organization), false);
    }),
  );
});
