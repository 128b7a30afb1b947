import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findAuditHeads, formatAuditHead, splitBatchName } from './audit-record.ts';

const STREAM = '20260510T000000000Z-0123456789abcdef';
const NAME = `audit/${STREAM}/000012`;
const HASH = 'a'.repeat(64);

test('a head is its name and hash, and is found in any text', () => {
  const head = { name: NAME, hash: HASH };
  const text = formatAuditHead(head);
  assert.equal(text, `${NAME}@${HASH}`);
  assert.deepEqual(findAuditHeads(`{"head":"${text}"} then ${text}\n`), [head, head]);
  for (const other of [
    '',
    `${NAME}@${'a'.repeat(63)}`,
    `${text}a`,
    `${NAME} ${HASH}`,
    text.replace('000012', '12'),
    text.replace('audit', 'audits'),
    text.replace('Z-', 'Z_'),
    text.replace('20260510T', '2026T'),
  ])
    assert.deepEqual(findAuditHeads(other), [], other);
  assert.deepEqual(findAuditHeads(`${text}x`), [head], 'no digit of a hash follows');
});

test('the name of a batch is its stream and number', () => {
  assert.deepEqual(splitBatchName(NAME), { stream: STREAM, number: 12 });
  assert.deepEqual(splitBatchName('audit/x/000000'), { stream: 'x', number: 0 });
  for (const other of ['', 'audit/x', 'audit/x/12', 'audit/x/0000012', 'audit/x/y/000012', `x${NAME}`, `${NAME}x`])
    assert.equal(splitBatchName(other), undefined, other);
});
