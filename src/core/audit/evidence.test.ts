import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditAction, noEvidence, pointAt } from './evidence.fixture.ts';
import { actionsOf, type EvidencePoint, findMissed } from './evidence.ts';

const HOUR = 3_600_000;
const start = Date.UTC(2026, 4, 1);
const format = (epochMs: number): string => String((epochMs - start) / HOUR);

function point(hour: number, over: Partial<EvidencePoint> = {}): EvidencePoint {
  return pointAt(new Date(start + hour * HOUR).toISOString(), over);
}

/** Hours of each missed span, and how often. */
function missed(points: readonly EvidencePoint[], from = 0, to = 72): string[] {
  const span = { fromMs: start + from * HOUR, toMs: start + to * HOUR, objectiveMs: 24 * HOUR };
  return findMissed(points, span, format).map((one) => `${one.from}-${one.to}: ${one.missed}`);
}

test('backups within the objective miss nothing, at its very end neither', () => {
  assert.deepEqual(missed([point(0), point(24), point(48)]), []);
  assert.deepEqual(missed([point(-1), point(20), point(44), point(60)]), []);
});

test('a hole in the middle, at the end and at the begin is missed as often as the objective passed', () => {
  assert.deepEqual(missed([point(0), point(24), point(71)]), ['24-71: 1']);
  assert.deepEqual(missed([point(0)]), ['0-72: 3']);
  assert.deepEqual(missed([point(50)]), ['0-50: 2']);
  assert.deepEqual(missed([point(-30), point(10), point(30), point(50)]), ['0-10: 1'], 'the last one before counts');
});

test('selections and interrupted captures are no whole backups; a partial one is, and says so itself', () => {
  assert.deepEqual(missed([point(0), point(24, { isWhole: false }), point(30, { grade: 'interrupted' })]), ['0-72: 3']);
  assert.deepEqual(missed([point(0), point(24, { grade: 'partial' }), point(48)]), []);
});

test('points count by their time, in whatever order they come', () => {
  assert.deepEqual(missed([point(48), point(0), point(24)]), []);
  assert.deepEqual(missed([point(-4), point(-40), point(20)]), ['20-72: 2'], 'the newest before the time');
});

test('a backup at the end of the time is of the next one', () => {
  assert.deepEqual(missed([point(0), point(24), point(72)]), ['24-72: 2']);
});

test('the time that passed before the first moment is not told as missed here', () => {
  assert.deepEqual(missed([point(-30), point(0), point(24)], 0, 48), []);
});

test('actions are found by the first word of their verb', () => {
  const actions = ['key add', 'key', 'keyring', 'init', 'add key'].map((action) => auditAction(action));
  assert.deepEqual(
    actionsOf({ ...noEvidence, actions }, 'key', 'init').map(({ action }) => action),
    ['key add', 'key', 'init'],
  );
});
