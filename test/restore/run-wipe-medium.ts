/**
 * Wipes and restores the organization `medium` with everything in it, monetization too: `npm run test:wipe`. Some 15,000 calls
 * each way, so it is no part of `npm test`, where the journey of the residue does the same to `small`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { otherSwitchesOfWhole } from './switches-for.ts';
import { mediumWithMoney, wipeAndRestore } from './wipe.ts';

for (const [way, switches] of [
  ['as the service usually answers', {}],
  ['with the other answer to each open question', otherSwitchesOfWhole],
] as const) {
  test(`the medium organization with everything in it comes back but for what is named, ${way}`, async (t) => {
    const { named, left, explanation } = await wipeAndRestore(t, mediumWithMoney, switches);
    for (const line of named) t.diagnostic(`named: ${line}`);
    for (const line of left) t.diagnostic(line);
    assert.ok(left.length > 10);
    assert.deepEqual(explanation, { unnamed: [], unfounded: [] });
  });
}
