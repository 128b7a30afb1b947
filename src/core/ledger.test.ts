import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareGaps, type Gap, gradeOf, type LedgerRow, tellsOfNothing } from './ledger.ts';

const row: LedgerRow = {
  kind: 'proxy',
  listed: 9,
  captured: 9,
  denied: 0,
  failed: 0,
  vanished: 0,
  notApplicable: 3,
  unreadable: 3,
  accepted: 3,
  exceptions: [],
  notes: [],
};
const gap = (at: string, state: Gap['state'], reason = ''): Gap => ({ at, state, reason });

test('a capture is partial where something was denied, failed or vanished in any kind', () => {
  assert.equal(gradeOf([]), 'complete');
  assert.equal(gradeOf([row, row]), 'complete');
  for (const lack of [{ denied: 1 }, { failed: 1 }, { vanished: 1 }])
    assert.equal(gradeOf([row, { ...row, ...lack }]), 'partial', JSON.stringify(lack));
});

test('only the gap of a whole kind that there cannot be tells of nothing', () => {
  assert.equal(tellsOfNothing(gap('', 'notApplicable')), true);
  assert.equal(tellsOfNothing(gap('apis/a', 'notApplicable')), false);
  assert.equal(tellsOfNothing(gap('', 'denied')), false);
});

test('gaps are ordered by place, state and reason', () => {
  const ordered = [gap('a', 'denied', '1'), gap('a', 'denied', '2'), gap('a', 'failed', '0'), gap('b', 'denied', '0')];
  assert.deepEqual(ordered.toReversed().sort(compareGaps), ordered);
  assert.equal(compareGaps(gap('a', 'denied', '1'), gap('a', 'denied', '1')), 0);
});
