import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../platform/manual-clock.ts';
import type { BlobStore } from './blob/blob-store.ts';
import { createMemoryBlobStore } from './blob/memory-blob-store.ts';
import {
  capture,
  commitDetails,
  contentFor,
  createSampleVault,
  entryFor,
  openWith,
  ORGANIZATION,
  readAll,
  type SampleResource,
  sampleKind,
} from './sample-vault.fixture.ts';

class Died extends Error {}

/** Dies at put number `at`, before or after the bytes are stored; from then on nothing works. */
function dyingStore(
  store: BlobStore,
  at: number,
  when: 'before' | 'after',
): BlobStore & { readonly puts: () => number } {
  let puts = 0;
  return {
    capabilities: store.capabilities,
    puts: () => puts,
    put: async (name, bytes) => {
      puts += 1;
      if (puts > at || (puts === at && when === 'before')) throw new Died();
      const result = await store.put(name, bytes);
      if (puts === at) throw new Died();
      return result;
    },
    find: (name) => store.find(name),
    get: (name) => store.get(name),
    getRange: (name, range) => store.getRange(name, range),
    list: (prefix) => store.list(prefix),
    listFolders: (prefix) => store.listFolders(prefix),
    delete: (name) => store.delete(name),
    protection: (name) => store.protection(name),
  };
}

const first: SampleResource[] = Array.from({ length: 20 }, (_, number) => ({
  id: `apps/${number}`,
  text: `app ${number}`,
  secret: `${number}`,
}));
const second = first
  .slice(2)
  .map((resource, index) => (index === 3 ? { ...resource, text: 'changed', secret: 'rotated' } : resource));

test('a capture may die before or after any put: every earlier point reads as before, and the next capture succeeds', async () => {
  for (const newEpoch of [false, true]) {
    for (const when of ['before', 'after'] as const) {
      let died = true;
      for (let at = 1; died; at += 1) {
        assert.ok(at < 30, 'the capture never ends');
        const sample = await createSampleVault();
        const vault = await sample.open('writer', 'restorer');
        const id = await capture(vault, sample.clock, first);
        const expected = await readAll(vault, id);
        const store = dyingStore(sample.store, at, when);
        const dying = await openWith(store, sample.clock, { writer: sample.keyFiles.writer });
        died = await diesDuring(async () => {
          const writer = await dying.beginPoint({
            organization: ORGANIZATION,
            startedAt: sample.clock.now(),
            scope: { type: 'all' },
            signer: 'writer',
            newEpoch,
          });
          const collection = writer.collection(sampleKind);
          for (const [index, resource] of second.entries()) {
            await collection.add(entryFor(dying, resource), contentFor(resource));
            if (index === 9) await writer.checkpoint(sample.clock.now());
          }
          await collection.finish();
          await sample.clock.advance(1);
          await writer.commit(commitDetails(sample.clock.now()));
        });
        const fresh = await sample.open('writer', 'restorer');
        assert.deepEqual(await readAll(fresh, id), expected);
        const { points, damaged } = await fresh.listPoints(ORGANIZATION);
        assert.deepEqual(damaged, []);
        for (const point of points) {
          if (point.grade !== 'interrupted' && point.id !== id)
            assert.equal((await readAll(fresh, point.id)).size, second.length);
        }
        const next = await capture(fresh, sample.clock, second);
        assert.equal((await readAll(fresh, next)).size, second.length);
        for await (const finding of fresh.verify({ organization: ORGANIZATION, allData: true }))
          assert.equal(finding.type, 'checked');
      }
    }
  }
});

async function diesDuring(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    if (error instanceof Died) return true;
    throw error;
  }
}

test('the reads of a damaged vault name the blob and the points hurt; the others still open', async () => {
  const sample = await createSampleVault();
  const vault = await sample.open('writer', 'restorer');
  const one = await capture(vault, sample.clock, first);
  const two = await capture(vault, sample.clock, second);
  const three = await capture(vault, sample.clock, first, true);
  const names = (await Array.fromAsync(sample.store.list(''))).map(({ name }) => name);
  for (const name of names.filter((candidate) => /\/(?:packs|indexes|points)\//.test(candidate))) {
    for (const damage of ['missing', 'flipped'] as const) {
      const store = createMemoryBlobStore({ clock: createManualClock() });
      for (const other of names) {
        const bytes = Uint8Array.from(await sample.store.get(other));
        if (other !== name) await store.put(other, bytes);
        else if (damage === 'flipped') {
          bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 4;
          await store.put(other, bytes);
        }
      }
      const hurt = await openWith(store, sample.clock, { restorer: sample.keyFiles.restorer });
      const damaged = new Set<string>();
      for await (const finding of hurt.verify({ organization: ORGANIZATION, allData: true })) {
        if (finding.type !== 'damaged') continue;
        assert.equal(finding.object, name, finding.reason);
        for (const point of finding.points) damaged.add(point);
      }
      const isManifest = name.includes('/points/');
      const listed = (await hurt.listPoints(ORGANIZATION)).points.map(({ id }) => id);
      if (isManifest) assert.equal(listed.length, 2);
      else assert.ok(damaged.size > 0, `${damage} ${name} was not found`);
      for (const point of [one, two, three]) {
        if (!damaged.has(point) && listed.includes(point)) assert.ok((await readAll(hurt, point)).size > 0);
      }
      const structure = await Array.fromAsync(hurt.verify({ organization: ORGANIZATION, allData: false }));
      if (damage === 'missing' && !isManifest)
        assert.ok(structure.some((finding) => finding.type === 'damaged' && finding.object === name));
    }
  }
});
