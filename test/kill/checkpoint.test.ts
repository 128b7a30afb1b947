import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createFaultyBlobStore } from '../../src/vault/blob/faulty-blob-store.ts';
import type { BlobStore } from '../../src/vault/blob/blob-store.ts';
import { captureInto, folderStore, openWith, ORGANIZATION } from './captured-vault.ts';
import { copyVault, openStage, runKilled } from './kill-scene.ts';
import type { KillStage } from './kill-scene.ts';
import { NEVER } from './never.ts';

let stage: KillStage;

before(async () => {
  stage = await openStage('small');
});

after(() => stage.close());

interface Written {
  readonly put: readonly { readonly name: string; readonly bytes: number }[];
  readonly downloads: number;
}

/** Captures without a kill; answers what was put and how many bundles were fetched. */
async function captureCounted(vaultFolder: string): Promise<Written> {
  const names: string[] = [];
  const { log } = stage.simulator;
  log.reset();
  const { grade, id } = await captureInto(
    { vaultFolder, keys: { writer: stage.keys.writer ?? '' }, endpoint: stage.endpoint },
    (store: BlobStore) =>
      createFaultyBlobStore(store, {
        after: ({ operation, name }) => {
          if (operation === 'put') names.push(name);
        },
      }),
  );
  assert.equal(grade, 'complete');
  const sizes = new Map<string, number>();
  for await (const { name, sizeBytes } of folderStore(vaultFolder).list('')) sizes.set(name, sizeBytes);
  assert.ok(id !== '');
  return { put: names.map((name) => ({ name, bytes: sizes.get(name) ?? 0 })), downloads: bundleDownloads() };
}

function bundleDownloads(): number {
  return stage.simulator.log.entries.filter(({ path }) => path.includes('format=bundle')).length;
}

function packBytes({ put }: Written): number {
  return put.filter(({ name }) => name.includes('/packs/')).reduce((sum, { bytes }) => sum + bytes, 0);
}

test('a capture that was killed after a checkpoint is continued: fewer bundles are fetched, no body is stored twice', async (t) => {
  const empty = join(stage.home, 'empty');
  const fresh = await captureCounted(await copyVault(empty, join(stage.home, 'fresh')));
  assert.ok(fresh.downloads > 10);

  const folder = await copyVault(empty, join(stage.home, 'continued'));
  stage.simulator.log.reset();
  const order = { vaultFolder: folder, keys: { writer: stage.keys.writer ?? '' }, endpoint: stage.endpoint };
  const store = folderStore(folder);
  // Its last puts are index parts, the table and the manifest: by then the bundles stand in a checkpoint.
  const whole = { vaultFolder: await copyVault(empty, join(stage.home, 'whole')), keys: order.keys };
  const never = { when: 'before', put: NEVER } as const;
  const puts = Number((await runKilled(stage, [{ ...order, ...whole, checkpointEvery: 60, kill: never }])).stdout);
  stage.simulator.log.reset();
  const { signal } = await runKilled(stage, [
    { ...order, checkpointEvery: 60, kill: { when: 'before', put: puts - 10 } },
  ]);
  assert.equal(signal, 'SIGKILL');
  const fetchedBefore = bundleDownloads();
  assert.ok(fetchedBefore > 0);
  const vault = await openWith(store, stage.keys);
  const { points } = await vault.listPoints(ORGANIZATION);
  assert.ok(points.length > 0 && points.every(({ grade }) => grade === 'interrupted'));
  const kept = points.at(-1)?.resources ?? 0;

  const continued = await captureCounted(folder);
  t.diagnostic(
    `fresh: ${fresh.downloads} bundles, ${packBytes(fresh)} bytes of packs; ` +
      `continued from a checkpoint of ${kept} resources: ${continued.downloads} bundles, ${packBytes(continued)} bytes`,
  );
  assert.ok(continued.downloads < fresh.downloads / 2, `${continued.downloads} of ${fresh.downloads} bundles`);
  assert.ok(packBytes(continued) < packBytes(fresh) / 2, `${packBytes(continued)} of ${packBytes(fresh)} bytes`);

  // One that finds nothing changed writes no body at all.
  const again = await captureCounted(folder);
  assert.deepEqual([again.downloads, packBytes(again)], [0, 0]);
});
