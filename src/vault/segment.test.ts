import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinItems, splitItems } from './segment.ts';

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

const textsOf = (items: readonly Uint8Array[]): readonly string[] => items.map((item) => Buffer.from(item).toString());

test('a segment is the number of items, the length of each, and the items', () => {
  assert.equal(
    Buffer.from(joinItems([bytesOf('ab'), bytesOf(''), bytesOf('c')])).toString('hex'),
    '00000003000000020000000000000001616263',
  );
  assert.equal(Buffer.from(joinItems([])).toString('hex'), '00000000');
});

test('items come back as they were put in, from the middle of a larger buffer too', () => {
  for (const texts of [[], [''], ['one'], ['one', '', 'three', 'x'.repeat(300)]]) {
    const raw = joinItems(texts.map(bytesOf));
    assert.deepEqual(textsOf(splitItems(raw)), texts);
    const within = new Uint8Array(raw.length + 7);
    within.set(raw, 3);
    assert.deepEqual(textsOf(splitItems(within.subarray(3, 3 + raw.length))), texts);
  }
});

test('bytes that are too many or too few for what they say are refused', () => {
  const raw = joinItems([bytesOf('one'), bytesOf('two')]);
  const mismatch = { message: 'items and bytes do not match' };
  assert.throws(() => splitItems(Buffer.concat([raw, bytesOf('!')])), mismatch);
  assert.throws(() => splitItems(raw.subarray(0, -1)), mismatch);
  assert.throws(() => splitItems(raw.subarray(0, 11)), { message: 'more items than bytes' });
  assert.throws(() => splitItems(raw.subarray(0, 3)), RangeError);
});
