import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStopAsking } from './stop-asking.ts';

test('the first signal stops, one within a second of it is the same, a later one ends at once', () => {
  let nowMs = 500;
  const ended: string[] = [];
  const stop = createStopAsking({ monotonicMs: () => nowMs }, (reason: string) => ended.push(`${reason} ${nowMs}`));
  assert.equal(stop.signal.aborted, false);
  stop.ask('first');
  assert.equal(stop.signal.reason, 'first');
  for (const laterMs of [500, 510, 1499]) {
    nowMs = laterMs;
    stop.ask('the same');
  }
  assert.deepEqual(ended, []);
  // A key that is held down repeats: the time counts from the first.
  nowMs = 1500;
  stop.ask('again');
  assert.deepEqual(ended, ['again 1500']);
  assert.equal(stop.signal.reason, 'first');
});
