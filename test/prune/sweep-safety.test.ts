import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markPrune } from '../../src/app/prune/mark-prune.ts';
import { previewPrune } from '../../src/app/prune/preview-prune.ts';
import { sweepPrunes } from '../../src/app/prune/sweep-prune.ts';
import { RemoteError } from '../../src/core/errors.ts';
import { formatInstant } from '../../src/platform/clock.ts';
import type { BlobStore } from '../../src/vault/blob/blob-store.ts';
import { ORGANIZATION } from '../../src/vault/sample-vault.fixture.ts';
import { captureDays, createPrunableVault, DAY_MS, type PrunableVault, pruneRequest } from './prunable-vault.ts';

const request = pruneRequest({ daily: 1 });

/** The store, but for how it deletes and puts. */
function storeWith(store: BlobStore, over: Partial<Pick<BlobStore, 'delete' | 'put'>>): BlobStore {
  return {
    capabilities: store.capabilities,
    put: over.put ?? ((name, bytes) => store.put(name, bytes)),
    delete: over.delete ?? ((name) => store.delete(name)),
    find: (name) => store.find(name),
    get: (name) => store.get(name),
    getRange: (name, range) => store.getRange(name, range),
    list: (below) => store.list(below),
    listFolders: (below) => store.listFolders(below),
    protection: (name) => store.protection(name),
  };
}

function denying(store: BlobStore, isDenied: (name: string) => boolean): BlobStore {
  return storeWith(store, {
    delete: (name) => {
      if (!isDenied(name)) return store.delete(name);
      throw new RemoteError({ code: 'STORE_DENIED', message: 'No right to delete.', operation: 'delete', status: 403 });
    },
  });
}

/** Points of a closed epoch, and a newer epoch; all of the first marked. */
async function createMarked(days: number): Promise<{ readonly vault: PrunableVault; readonly first: string[] }> {
  const vault = await createPrunableVault();
  const first = (await captureDays(vault, days, 'january')).map(({ id }) => id);
  await captureDays(vault, 1, 'february');
  await markPrune(await vault.deps(), request, await previewPrune(await vault.deps(), request));
  return { vault, first };
}

async function listed(vault: PrunableVault): Promise<readonly string[]> {
  return (await vault.writer.listPoints(ORGANIZATION)).points.map(({ id }) => id);
}

function lay(vault: PrunableVault, point: string, until?: string) {
  return vault.pruner.holds.addHold({
    organization: ORGANIZATION,
    points: [point],
    owner: 'legal',
    reason: 'case 7',
    ...(until === undefined ? {} : { until }),
    at: vault.clock.now(),
  });
}

test('points whose manifest the store denies to delete stay points, by name, and go once it does not', async () => {
  const { vault, first } = await createMarked(3);
  await vault.clock.advance(DAY_MS);
  const before = await listed(vault);
  const none = denying(vault.store, () => true);
  await assert.rejects(sweepPrunes(await vault.deps({ store: none }), request), (error: unknown) => {
    assert.ok(error instanceof RemoteError);
    assert.deepEqual([error.code, error.exit], ['STORE_DENIED', 1]);
    for (const point of first) assert.ok(error.message.includes(point));
    return true;
  });
  assert.deepEqual(await listed(vault), before, 'nothing was deleted, so nothing is swept');
  const some = denying(vault.store, (name) => name.endsWith(first[1] ?? ''));
  await assert.rejects(sweepPrunes(await vault.deps({ store: some }), request), { code: 'STORE_DENIED' });
  const { points, damaged } = await vault.writer.listPoints(ORGANIZATION);
  assert.ok(points.some(({ id }) => id === first[1]));
  assert.deepEqual(damaged, []);
  await sweepPrunes(await vault.deps(), request);
  assert.deepEqual(
    await listed(vault),
    before.filter((point) => !first.includes(point)),
  );
});

test('a hold that is laid while a begun sweep goes on keeps its point', async () => {
  const { vault, first } = await createMarked(2);
  await vault.clock.advance(DAY_MS);
  // Begun, and nothing deleted yet.
  const dead = storeWith(vault.store, { delete: () => Promise.reject(new Error('died')) });
  await assert.rejects(sweepPrunes(await vault.deps({ store: dead }), request), /died/);
  await vault.clock.advance(15 * 60_000);
  const [point = ''] = first;
  let isLaid = false;
  const busy = storeWith(vault.store, {
    async put(name, bytes) {
      if (!isLaid && name.includes('/prunes/')) {
        isLaid = true;
        await lay(vault, point);
      }
      return vault.store.put(name, bytes);
    },
  });
  await assert.rejects(sweepPrunes(await vault.deps({ store: busy }), request), { code: 'PRUNE_REFUSED' });
  assert.ok((await listed(vault)).includes(point));
  await sweepPrunes(await vault.deps(), request);
  assert.ok((await listed(vault)).includes(point));
});

test('what a hold kept waits for the grace once more after it has ended', async () => {
  for (const isLifted of [false, true]) {
    const { vault, first } = await createMarked(2);
    const [point = ''] = first;
    const hold = await lay(vault, point, formatInstant(vault.clock.epochMs() + 3 * DAY_MS));
    await vault.clock.advance(isLifted ? 2 * DAY_MS : 3 * DAY_MS + 1000);
    const statement = { organization: ORGANIZATION, hold: hold.id, owner: 'legal', reason: 'closed' };
    if (isLifted) await vault.verifier.holds.removeHold({ ...statement, at: vault.clock.now() });
    await sweepPrunes(await vault.deps(), request);
    assert.ok((await listed(vault)).includes(point), 'the hold has only just ended');
    const [mark] = (await previewPrune(await vault.deps(), request)).marks;
    assert.deepEqual(
      mark?.waiting.map((waiting) => waiting.point.summary.id),
      [point],
    );
    await vault.clock.advance(DAY_MS);
    await sweepPrunes(await vault.deps(), request);
    assert.ok(!(await listed(vault)).includes(point));
  }
});
