import assert from 'node:assert/strict';
import { test } from 'node:test';
import { virtualClock, realClock } from './clock.ts';
import { MinuteQuota } from './quota.ts';
import { SeededRandom } from './seeded-random.ts';

test('the same seed gives the same ids, another seed others; ids are version-4 UUIDs', () => {
  const ids = (seed: number): string[] => {
    const random = new SeededRandom(seed);
    return [random.uuid(), random.uuid()];
  };
  assert.deepEqual(ids(1), ids(1));
  assert.notDeepEqual(ids(1), ids(2));
  for (const id of ids(3)) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('a virtual clock stands until it is advanced, a real one cannot be', () => {
  const clock = virtualClock(1000);
  clock.advance(5);
  assert.equal(clock.nowMs(), 1005);
  assert.throws(() => clock.advance(-1), RangeError);
  assert.throws(() => realClock().advance(1), /cannot be advanced/);
});

test('a minute’s quota is refilled when the minute is over, and a refused call costs nothing', () => {
  const clock = virtualClock(0);
  const quota = new MinuteQuota(clock, 2);
  const granted = (): boolean => quota.take('acme').granted;
  assert.deepEqual([granted(), granted(), granted(), granted()], [true, true, false, false]);
  assert.equal(quota.take('other').granted, true);
  clock.advance(59_999);
  assert.deepEqual(quota.take('acme'), { granted: false, retryAfterMs: 1 });
  clock.advance(1);
  assert.deepEqual([granted(), granted(), granted()], [true, true, false]);
  quota.set(undefined);
  assert.equal(granted(), true);
});
