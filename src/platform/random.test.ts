import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom, systemRandom } from './random.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('system randomness has the size asked for and does not repeat', () => {
  assert.equal(systemRandom.bytes(32).length, 32);
  assert.notDeepEqual(systemRandom.bytes(32), systemRandom.bytes(32));
  assert.match(systemRandom.uuid(), UUID);
  const fraction = systemRandom.fraction();
  assert.ok(fraction >= 0 && fraction < 1);
});

test('seeded randomness repeats for the same seed and differs for another', () => {
  const draw = (seed: number): unknown => {
    const random = createSeededRandom(seed);
    return [random.bytes(8), random.uuid(), random.fraction()];
  };
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
  assert.match(createSeededRandom(7).uuid(), UUID);
});

test('seeded fractions spread evenly', () => {
  const random = createSeededRandom(1);
  const buckets = Array.from({ length: 10 }, () => 0);
  for (let draw = 0; draw < 10_000; draw += 1) {
    const bucket = Math.floor(random.fraction() * 10);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  for (const count of buckets) assert.ok(count > 850 && count < 1150, String(buckets));
});
