/**
 * Wipes and restores the organization `medium` with everything in it, monetization too: `npm run test:wipe`. Some 15,000 calls
 * each way, so it is no part of `npm test`, where the journey of the residue does the same to `small`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mediumWithMoney, wipeAndRestore } from './wipe.ts';

test('the medium organization with everything in it comes back but for what is named', async (t) => {
  const { named, left } = await wipeAndRestore(t, mediumWithMoney);
  for (const line of named) t.diagnostic(`named: ${line}`);
  for (const line of left) t.diagnostic(line);
  // Each line of the dump that is not as it was has one that names it: the keys of an alias, the values of a map, a key, a purchase.
  assert.equal(left.length, named.length);
  const kinds = /^only left: (key value map entry|key|keystore alias|security action|subscription|wallet) /;
  assert.deepEqual(
    left.filter((line) => !kinds.test(line)),
    [],
  );
});
