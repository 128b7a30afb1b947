import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markPrune } from '../../src/app/prune/mark-prune.ts';
import { previewPrune } from '../../src/app/prune/preview-prune.ts';
import { sweepPrunes } from '../../src/app/prune/sweep-prune.ts';
import { openWith, ORGANIZATION, readAll } from '../../src/vault/sample-vault.fixture.ts';
import {
  captureDays,
  createPrunableVault,
  DAY_MS,
  namesIn,
  prefix,
  type PrunableVault,
  pruneRequest,
} from './prunable-vault.ts';
import { Died, dyingStore } from './stores.ts';

interface Scene {
  readonly vault: PrunableVault;
  readonly stays: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly goes: readonly string[];
}

const request = pruneRequest({ daily: 1 });

/** Four points of a closed epoch, one of them held, and a newer epoch; marked, and the grace is over. */
async function createScene(): Promise<Scene> {
  const vault = await createPrunableVault();
  const first = await captureDays(vault, 4, 'january');
  const second = await captureDays(vault, 1, 'february');
  const held = first[1];
  assert.ok(held !== undefined);
  const at = vault.clock.now();
  await vault.pruner.holds.addHold({ organization: ORGANIZATION, points: [held.id], owner: 'o', reason: 'r', at });
  await markPrune(await vault.deps(), request, await previewPrune(await vault.deps(), request));
  await vault.clock.advance(DAY_MS);
  return {
    vault,
    stays: new Map([held, ...second].map(({ id, expected }) => [id, expected])),
    goes: first.filter(({ id }) => id !== held.id).map(({ id }) => id),
  };
}

async function diesDuring(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    if (error instanceof Died) return true;
    throw error;
  }
}

/** Whatever is listed reads, and whatever is gone is known to be swept. */
async function assertSound({ vault, stays, goes }: Scene): Promise<readonly string[]> {
  const reader = await openWith(vault.store, vault.clock, { restorer: vault.keyFiles.restorer });
  const { points, damaged, swept } = await reader.listPoints(ORGANIZATION);
  assert.deepEqual(damaged, []);
  for (const { id } of points) assert.equal((await readAll(reader, id)).size, 30, `${id} is listed and not whole`);
  for (const [id, expected] of stays) assert.deepEqual(await readAll(reader, id), expected);
  const listed = new Set(points.map(({ id }) => id));
  const gone = swept.map(({ point }) => point);
  for (const id of goes) assert.ok(listed.has(id) !== gone.includes(id), `${id} is neither listed nor swept`);
  for await (const finding of reader.verify({ organization: ORGANIZATION, allData: true }))
    assert.notEqual(finding.type, 'damaged');
  return gone;
}

test('a sweep may die before or after any put or delete: what is listed reads, and the next sweep ends the work', async () => {
  let steps = 0;
  for (const when of ['before', 'after'] as const) {
    for (let at = 1, died = true; died; at += 1) {
      assert.ok(at < 60, 'the sweep never ends');
      const scene = await createScene();
      const { vault } = scene;
      const deps = await vault.deps({ store: dyingStore(vault.store, { at, when }) });
      died = await diesDuring(() => sweepPrunes(deps, request));
      steps = Math.max(steps, at);
      await assertSound(scene);
      await sweepPrunes(await vault.deps(), request);
      assert.deepEqual([...(await assertSound(scene))].sort(), scene.goes.toSorted());
      const left = (await namesIn(vault.store)).filter((name) => name.startsWith(`${prefix}epochs/000001/points/`));
      assert.equal(left.length, 1, 'only the held manifest is left');
      assert.deepEqual(await sweepPrunes(await vault.deps(), request), [], 'there is nothing left to do');
    }
  }
  assert.ok(steps > 8, `only ${steps} steps were killed`);
});

test('a hold that comes between the record of a sweep and its first delete keeps its point, however the sweep died', async () => {
  const scene = await createScene();
  const { vault, goes } = scene;
  const late = goes[0] ?? '';
  // It dies at its first delete: the record is there, every manifest still is.
  const deps = await vault.deps({ store: dyingStore(vault.store, { at: 2, when: 'before' }) });
  assert.equal(await diesDuring(() => sweepPrunes(deps, request)), true);
  const at = vault.clock.now();
  await vault.pruner.holds.addHold({ organization: ORGANIZATION, points: [late], owner: 'o', reason: 'late', at });
  await assert.rejects(sweepPrunes(await vault.deps(), request), { code: 'RUN_ACTIVE' }, 'it may still be deleting');
  await vault.clock.advance(15 * 60_000);
  const [sweep] = await sweepPrunes(await vault.deps(), request);
  assert.deepEqual(
    sweep?.withdrawn.map(({ point }) => point),
    [late],
  );
  assert.deepEqual([...sweep.points].sort(), goes.filter((id) => id !== late).sort());
  const reader = await openWith(vault.store, vault.clock, { restorer: vault.keyFiles.restorer });
  assert.equal((await readAll(reader, late)).size, 30);
  for await (const finding of reader.verify({ organization: ORGANIZATION, allData: true }))
    assert.notEqual(finding.type, 'damaged');
});
