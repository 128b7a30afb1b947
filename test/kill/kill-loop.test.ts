import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { captureOn, copyVault, killEverywhere, openStage, prepareScene } from './kill-scene.ts';
import type { KillStage } from './kill-scene.ts';

let stage: KillStage;

before(async () => {
  stage = await openStage();
});

after(() => stage.close());

test('a first capture killed before and after each put leaves no point or a whole one, and the next succeeds', async (t) => {
  const scene = await prepareScene(stage, join(stage.home, 'empty'), {});
  assert.equal(scene.earlier.size, 0);
  t.diagnostic(`${await killEverywhere(scene)} kill points in a first capture`);
});

test('a later capture killed before and after each put leaves the earlier points as they were', async (t) => {
  const base = await copyVault(join(stage.home, 'empty'), join(stage.home, 'two-points'));
  await captureOn(stage, base);
  stage.simulator.mutate({ seed: 5, count: 2 });
  await captureOn(stage, base);
  stage.simulator.mutate({ seed: 6, count: 4 });
  const scene = await prepareScene(stage, base, {});
  assert.equal(scene.earlier.size, 2);
  assert.equal(
    new Set([...scene.earlier.values(), scene.whole]).size,
    3,
    'the organization changed between the points',
  );
  t.diagnostic(`${await killEverywhere(scene)} kill points in a later capture`);
});
