import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchName, dayOfStream, dayPrefix, newStreamName, parseBatchName } from './audit-name.ts';

const STREAM = '20260510T010203456Z-0123456789abcdef';

test('a stream is named by its moment and a random part, its batches by their numbers, its day by the first digits', () => {
  assert.equal(newStreamName('2026-05-10T01:02:03.456Z', Buffer.from('0123456789abcdef', 'hex')), STREAM);
  assert.equal(batchName(STREAM, 7), `audit/${STREAM}/000007`);
  assert.equal(dayPrefix('2026-05-10T01:02:03.456Z'), 'audit/20260510');
  assert.equal(dayOfStream(STREAM), 'audit/20260510');
});

test('the name of a batch says stream and number', () => {
  assert.deepEqual(parseBatchName(`audit/${STREAM}/000000`), { stream: STREAM, number: 0 });
  assert.deepEqual(parseBatchName(batchName(STREAM, 123_456)), { stream: STREAM, number: 123_456 });
});

test('every other name is that of no batch', () => {
  for (const name of [
    '',
    'audit/',
    `audit/${STREAM}`,
    `audit/${STREAM}/`,
    `audit/${STREAM}/00001`,
    `audit/${STREAM}/0000010`,
    `audit/${STREAM}/00000x`,
    `audit/${STREAM}/000001/x`,
    `x/audit/${STREAM}/000001`,
    `audit/0${STREAM}/000001`,
    `audit/${STREAM}0/000001`,
    `audit/${STREAM.slice(0, -1)}/000001`,
    `audit/${STREAM.slice(0, -1)}F/000001`,
    `audit/${STREAM.replace('T', ' ')}/000001`,
    `audit/${STREAM.replace('Z', '')}/000001`,
    `audit/${STREAM.replace('203456', '20345')}/000001`,
    `audit/${STREAM.replace('2026', 'year')}/000001`,
  ]) {
    assert.equal(parseBatchName(name), undefined, name);
  }
});
