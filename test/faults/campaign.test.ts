import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { runSeed } from './campaign.ts';
import { closeShared } from './scene.ts';

/**
 * A few seeds of the campaign that `npm run test:faults` runs whole. Chosen so that each phase, each kind of damage and each
 * family of faults (wire, answers, writes, operations, store, process, clocks) has its turn.
 */
const seeds = [18, 32, 46, 104, 182, 287, 313, 366];

after(closeShared);

for (const seed of seeds) {
  test(`under the faults of seed ${seed} nothing is lost, and nothing is called done that is not`, async (t) => {
    const { what, wrongs, exits } = await runSeed(seed);
    t.diagnostic(`${what}; exits ${exits.join(', ')}`);
    assert.deepEqual(wrongs, [], `replay: npm run test:faults -- --seed ${seed}`);
  });
}
