import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createManualClock } from '../platform/manual-clock.ts';
import type { BlobStore } from './blob/blob-store.ts';
import { createMemoryBlobStore } from './blob/memory-blob-store.ts';
import { PACK_BYTES } from './pack.ts';
import {
  commitDetails,
  contentFor,
  createSampleVault,
  entryFor,
  openWith,
  ORGANIZATION,
  readAll,
  sampleKind,
} from './sample-vault.fixture.ts';

const AT_ONCE = 2;
const RESOURCES = 45;
const RESOURCE_BYTES = 1_000_000;

/** A store whose uploads of packs take until they are let go. */
function createSlowStore(store: BlobStore) {
  const waiting: { readonly sizeBytes: number; readonly go: () => void }[] = [];
  let [most, mostBytes] = [0, 0];
  const slow: BlobStore = {
    capabilities: store.capabilities,
    async put(name, bytes) {
      if (name.includes('/packs/')) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.push({ sizeBytes: bytes.length, go: resolve });
        most = Math.max(most, waiting.length);
        mostBytes = Math.max(
          mostBytes,
          waiting.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        );
        await promise;
      }
      return store.put(name, bytes);
    },
    find: (name) => store.find(name),
    get: (name) => store.get(name),
    getRange: (name, range) => store.getRange(name, range),
    list: (below) => store.list(below),
    listFolders: (below) => store.listFolders(below),
    delete: (name) => store.delete(name),
    protection: (name) => store.protection(name),
  };
  return {
    slow,
    seen: () => ({ most, mostBytes, now: waiting.length }),
    letGo: (): void => waiting.shift()?.go(),
  };
}

/** Whatever can go on without the store has had its turns: timers, callbacks, and the threads that compress and seal. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await crypto.subtle.digest('SHA-256', new Uint8Array(200_000));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('packs are uploaded two at a time; while the store is slow no more of the capture is taken than fits beside them', async () => {
  const clock = createManualClock(Date.UTC(2026, 4, 10));
  const { slow, seen, letGo } = createSlowStore(createMemoryBlobStore({ clock }));
  const sample = await createSampleVault({ store: slow, clock });
  const vault = await sample.open('writer');
  const writer = await vault.beginPoint({
    organization: ORGANIZATION,
    startedAt: clock.now(),
    scope: { type: 'all' },
    signer: 'writer',
  });
  const collection = writer.collection(sampleKind);
  let [taken, isEnded] = [0, false];
  const capturing = (async () => {
    for (let number = 0; number < RESOURCES; number += 1) {
      const text = randomBytes((RESOURCE_BYTES * 3) / 4).toString('base64');
      const resource = { id: `apps/${String(number).padStart(3, '0')}`, text };
      await collection.add(entryFor(vault, resource), contentFor(resource));
      taken += 1;
    }
    await collection.finish();
    const point = await writer.commit(commitDetails(clock.now()));
    isEnded = true;
    return point.id;
  })();
  for (let turn = 0; seen().now < AT_ONCE && turn < 300; turn += 1) await settle();
  assert.equal(seen().now, AT_ONCE, 'the second begins although the first has not ended');
  await settle();
  const stalledAt = taken;
  await settle();
  assert.equal(taken, stalledAt, 'nothing more is taken while both uploads take their time');
  // Two packs under way, one that is being filled, and the resource at hand.
  const most = (3 * PACK_BYTES + 2 * RESOURCE_BYTES) / (RESOURCE_BYTES * 0.7);
  assert.ok(taken > 2 && taken < most, `${taken} of ${RESOURCES} resources were taken, at most ${most} should`);
  while (!isEnded) {
    letGo();
    await settle();
  }
  const id = await capturing;
  assert.equal(seen().most, AT_ONCE);
  assert.ok(
    seen().mostBytes <= AT_ONCE * (PACK_BYTES + 2 * RESOURCE_BYTES),
    `${seen().mostBytes} bytes were under way`,
  );
  const reader = await openWith(slow, clock, { restorer: sample.keyFiles.restorer });
  assert.equal((await readAll(reader, id)).size, RESOURCES);
});
