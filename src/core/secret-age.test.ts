import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeSecret, type SecretReading } from './secret-age.ts';

const nowMs = Date.parse('2026-06-01T00:00:00Z');
const rules = { nowMs, maxAgeDays: 90 };
const base: SecretReading = { kind: 'configured', name: 'idp', remedy: 'Rotate it.' };
const judge = (more: Partial<SecretReading>) => judgeSecret({ ...base, ...more }, rules);
const daysAgo = (days: number): string => new Date(nowMs - days * 86_400_000).toISOString();

test('a secret is overdue from its age on, to the day', () => {
  for (const [days, state] of [
    [0, 'ok'],
    [89, 'ok'],
    [90, 'overdue'],
    [400, 'overdue'],
  ] as const) {
    const judged = judge({ madeAt: daysAgo(days) });
    assert.deepEqual([judged.state, judged.ageDays], [state, days]);
    assert.equal(judged.dueAt, daysAgo(days - 90));
    assert.equal(judged.remedy, state === 'ok' ? undefined : 'Rotate it.');
  }
  assert.equal(judge({ madeAt: daysAgo(200), maxAgeDays: 365 }).state, 'ok');
  assert.equal(judge({ madeAt: daysAgo(40), maxAgeDays: 30 }).state, 'overdue');
});

test('a secret that ends by itself is due two weeks before', () => {
  assert.equal(judge({ expiresAt: daysAgo(-15) }).state, 'ok');
  assert.equal(judge({ expiresAt: daysAgo(-14) }).state, 'overdue');
  assert.equal(judge({ madeAt: daysAgo(1), expiresAt: daysAgo(-3) }).state, 'overdue');
  assert.match(judge({ madeAt: daysAgo(1), expiresAt: daysAgo(-3) }).evidence, /1 days old; ends on 2026-06-04/);
});

test('what is not known is unknown, never ok; a clock that runs behind makes nothing negative', () => {
  assert.equal(judge({}).state, 'unknown');
  assert.equal(judge({ madeAt: 'never' }).state, 'unknown');
  assert.deepEqual(
    [judge({ unknown: 'denied' }).state, judge({ unknown: 'denied', madeAt: daysAgo(400) }).state],
    ['unknown', 'unknown'],
  );
  assert.equal(judge({ note: 'Its keys open nothing.' }).state, 'ok');
  assert.equal(judge({ madeAt: daysAgo(-1) }).ageDays, 0);
});

test('what is wrong with a secret counts whatever its age', () => {
  const judged = judge({ madeAt: daysAgo(1), problem: 'It is disabled.', note: 'Look.' });
  assert.deepEqual([judged.state, judged.evidence], ['overdue', 'It is disabled. Look.']);
});

test('a day that is yet to come says nothing of the age', () => {
  const future = judge({ madeAt: '2099-01-01' });
  assert.equal(future.state, 'unknown');
  assert.match(future.evidence, /2099-01-01, is yet to come/);
  assert.equal(future.dueAt, undefined);
  assert.equal(judge({ madeAt: daysAgo(-1) }).state, 'ok', 'another zone has this day already');
  assert.equal(judge({ madeAt: '2099-01-01', problem: 'It is disabled.' }).state, 'overdue');
});
