import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { runSeed } from './campaign.ts';
import { faults } from './faults.ts';
import { closeShared } from './scene.ts';

/** Some seeds of the campaign that `npm run test:faults` runs whole, so chosen that every fault is to strike in one of them. */
const seeds = [
  1, 2, 8, 21, 23, 25, 28, 31, 39, 42, 44, 57, 58, 60, 87, 91, 100, 105, 205, 234, 239, 295, 342, 413, 430, 532, 591,
  721, 823, 1038, 1088, 1149, 1285, 1386, 1408, 1479,
];
const drawnSoFar = new Set<string>();
const struckSoFar = new Set<string>();

after(closeShared);

for (const seed of seeds) {
  test(`under the faults of seed ${seed} nothing is lost, and nothing is called done that is not`, async (t) => {
    const { what, wrongs, exits, drawn, struck } = await runSeed(seed);
    t.diagnostic(`${what}; exits ${exits.join(', ')}`);
    for (const name of drawn) drawnSoFar.add(name);
    for (const name of struck.keys()) struckSoFar.add(name);
    assert.deepEqual(wrongs, [], `replay: npm run test:faults -- --seed ${seed}`);
  });
}

test('every fault is to strike in one of these runs, and nearly every one does', (t) => {
  const names = faults.map(({ name }) => name);
  assert.deepEqual(
    names.filter((name) => !drawnSoFar.has(name)),
    [],
  );
  // In which order requests come is not in the seed's hands: the one that is to be struck may not come before the end.
  const spared = names.filter((name) => !struckSoFar.has(name));
  t.diagnostic(`spared this time: ${spared.join(', ') || 'nothing'}`);
  assert.ok(spared.length < names.length / 5, spared.join(', '));
});
