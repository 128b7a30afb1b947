import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { SeenStates } from './seen-states.ts';

const stateOf = (index: number): string => createHash('sha256').update(String(index)).digest('hex').slice(0, 32);

test('every state that was seen is known, and hardly any other, in memory that does not grow', () => {
  const seen = new SeenStates();
  const before = seen.sizeBytes;
  const count = 100_000;
  for (let index = 0; index < count; index += 1) seen.add('app-key', stateOf(index));
  assert.equal(seen.sizeBytes, before);
  for (let index = 0; index < count; index += 97) assert.ok(seen.mayHave('app-key', stateOf(index)));
  let taken = 0;
  for (let index = count; index < count + 100_000; index += 1) if (seen.mayHave('app-key', stateOf(index))) taken += 1;
  assert.ok(taken < 100, `${taken} of 100,000 are taken for seen`);
  assert.equal(seen.mayHave('developer', stateOf(0)), false, 'of another kind');
});
