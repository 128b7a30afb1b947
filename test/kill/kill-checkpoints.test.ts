import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { captureOn, killEverywhere, openStage, prepareScene } from './kill-scene.ts';
import type { KillStage } from './kill-scene.ts';

let stage: KillStage;

before(async () => {
  stage = await openStage();
});

after(() => stage.close());

test('a capture with checkpoints that opens an epoch, killed before and after each put, harms nothing', async (t) => {
  const base = join(stage.home, 'empty');
  await captureOn(stage, base);
  stage.simulator.mutate({ seed: 7, count: 3 });
  const scene = await prepareScene(stage, base, { newEpoch: true, checkpointEvery: 36 });
  assert.equal(scene.earlier.size, 1);
  assert.ok(scene.checkpoints >= 2, `${scene.checkpoints} checkpoints`);
  t.diagnostic(`${await killEverywhere(scene)} kill points in a capture with ${scene.checkpoints} checkpoints`);
});
