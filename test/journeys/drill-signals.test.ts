import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../src/platform/clock.ts';
import { createDrillScene, type DrillScene, readVault } from '../harness/drill-scene.ts';
import type { SpawnedHoldfast } from '../harness/run-holdfast.ts';

const NOTICE = /It now removes the container/;

interface Moment {
  /** What the process says then. */
  readonly said: RegExp;
  readonly prepare?: (scene: DrillScene) => void;
  /** What happens between the signal and its end. */
  readonly meanwhile?: (scene: DrillScene, process: SpawnedHoldfast) => Promise<void>;
}

/** The restore ends while the drill that was ended waits for it. */
async function endRestore({ world }: DrillScene, process: SpawnedHoldfast): Promise<void> {
  await process.said(NOTICE);
  await world.simulator.pass(world.simulator.switches.jobMs);
}

const moments: Readonly<Record<string, Moment>> = {
  'while it starts the restore': {
    said: /Start the restore/,
    prepare: ({ world }) => {
      world.simulator.switches.jobMs = 0;
    },
  },
  'while it waits for the restore': { said: /Wait for the restore/, meanwhile: endRestore },
  'while it reads the copy': {
    said: /Read all of/,
    prepare: ({ world, storage }) => {
      world.simulator.switches.jobMs = 0;
      storage.faults.set([{ fault: { kind: 'slow', delayMs: 6000 }, route: 'GetBlob', path: '/packs/' }]);
    },
  },
  'while it removes the container': {
    said: /Remove the container/,
    prepare: ({ world }) => {
      world.simulator.switches.jobMs = 0;
      const busy = { kind: 'status', status: 429, retryAfterSeconds: 2 } as const;
      world.simulator.faults.set([{ fault: busy, route: '*containers*', http: 'DELETE', count: 1 }]);
    },
  },
};

async function createScene(t: Parameters<typeof createDrillScene>[0]): Promise<DrillScene> {
  const scene = await createDrillScene(t);
  assert.equal((await scene.run(['backup'])).exit, 0);
  await scene.copyAndBackUp();
  scene.world.simulator.switches.retryAfterSeconds = 1;
  scene.world.simulator.forget();
  return scene;
}

test('a drill that is interrupted removes what it made, whenever that is; asked twice it names it and goes', async (t) => {
  const scene = await createScene(t);
  const { simulator } = scene.world;
  const usualJobMs = simulator.switches.jobMs;
  const proofs = async (): Promise<readonly string[]> =>
    (await readVault(join(scene.folder, 'vault'))).map(({ name }) => name).filter((name) => name.includes('/proofs/'));
  const before = await proofs();
  for (const [when, { said, prepare, meanwhile }] of Object.entries(moments)) {
    simulator.switches.jobMs = usualJobMs;
    prepare?.(scene);
    const drill = scene.spawnDrill();
    await drill.said(said);
    drill.kill('SIGINT');
    await meanwhile?.(scene, drill);
    const { exit, stdout, stderr } = await drill.ended();
    const told = stderr.replaceAll(/\s+/g, ' ');
    assert.equal(exit, 130, `${when}: ${stderr}`);
    assert.equal(stdout, '', when);
    assert.match(told, NOTICE, when);
    assert.match(told, /Nothing was recorded\. The container holdfast-drill-\S+ was removed again\./, when);
    await simulator.pass(3_600_000);
    assert.deepEqual([...scene.storage.account.containers.keys()], [], when);
    assert.deepEqual(await proofs(), before, when);
    scene.storage.faults.set([]);
  }

  simulator.switches.jobMs = usualJobMs;
  const hasty = scene.spawnDrill();
  await hasty.said(/Wait for the restore/);
  hasty.kill('SIGINT');
  await hasty.said(NOTICE);
  // What comes within a second of the first is taken for the same.
  let isOver = false;
  const ended = hasty.ended().finally(() => {
    isOver = true;
  });
  for (; !isOver; await systemClock.sleep(100)) hasty.kill('SIGINT');
  const { exit, stderr } = await ended;
  assert.equal(exit, 130);
  assert.match(stderr, /The container holdfast-drill-\S+ of \/subscriptions\/\S+ may be left behind[^.]*\. Delete it/);
  await simulator.pass(3_600_000);
  assert.equal(scene.storage.account.containers.size, 1, 'it is the one that was named');
});
