import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeText } from './text-file.ts';

test('bytes are text where they are UTF-8 without a zero', () => {
  assert.equal(decodeText(new TextEncoder().encode('Zoë\n')), 'Zoë\n');
  assert.equal(decodeText(new Uint8Array()), '');
  assert.equal(decodeText(Uint8Array.of(0x61, 0, 0x62)), undefined);
  assert.equal(decodeText(Uint8Array.of(0x61, 0xff)), undefined);
});
