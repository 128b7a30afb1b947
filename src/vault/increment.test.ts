import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { createSeededRandom } from '../platform/random.ts';
import type { BlobStore } from './blob/blob-store.ts';
import {
  capture,
  contentFor,
  createSampleVault,
  openWith,
  ORGANIZATION,
  type SampleResource,
  sampleKind,
} from './sample-vault.fixture.ts';

const random = createSeededRandom(5);
// What a point may cost in which nothing changed.
const UNCHANGED_BYTES = 4096;

function app(number: number, version: number): SampleResource {
  const id = `developers/dev${number % 700}@example.com/apps/app-${number}/keys/~${random.uuid().replaceAll('-', '')}`;
  return {
    id,
    text: `attributes of app ${number}, version ${version}, ${random.uuid()}`,
    secret: random.uuid(),
    marks: { lastModifiedAt: String(1_700_000_000_000 + number * 977 + version) },
  };
}

/** Counts the bytes read of each blob. */
function countingStore(store: BlobStore): BlobStore & { readonly read: Map<string, number> } {
  const read = new Map<string, number>();
  const count = (name: string, bytes: Uint8Array): Uint8Array => {
    read.set(name, (read.get(name) ?? 0) + bytes.length);
    return bytes;
  };
  return {
    read,
    capabilities: store.capabilities,
    put: (name, bytes) => store.put(name, bytes),
    find: (name) => store.find(name),
    get: async (name) => count(name, await store.get(name)),
    getRange: async (name, range) => count(name, await store.getRange(name, range)),
    list: (prefix) => store.list(prefix),
    listFolders: (prefix) => store.listFolders(prefix),
    delete: (name) => store.delete(name),
    protection: (name) => store.protection(name),
  };
}

test('one percent changed costs twice the changed bytes, compressed, and 100 bytes an entry; comparing reads only deltas', async () => {
  const sample = await createSampleVault();
  const vault = await sample.open('writer');
  const apps = Array.from({ length: 10_000 }, (_, number) => app(number, 0));
  const first = await capture(vault, sample.clock, apps);
  const changed = new Set(Array.from({ length: 100 }, (_, index) => (index * 97) % apps.length));
  const next = apps.map((resource, number) =>
    changed.has(number) ? { ...app(number, 1), id: resource.id } : resource,
  );
  const second = await capture(vault, sample.clock, next);
  const { points } = await vault.listPoints(ORGANIZATION);
  const written = points[1]?.bytesWritten ?? 0;
  const raw = next
    .filter((_, number) => changed.has(number))
    .map((resource) => {
      const content = contentFor(resource);
      return content.type === 'json' ? content.text : '';
    });
  const budget = UNCHANGED_BYTES + 2 * zstdCompressSync(raw.join('\n')).length + 100 * changed.size;
  assert.ok(written <= budget, `${written} bytes of ${budget}`);

  const store = countingStore(sample.store);
  const reader = await openWith(store, sample.clock, { writer: sample.keyFiles.writer });
  const [before, after] = [await reader.openPoint(ORGANIZATION, first), await reader.openPoint(ORGANIZATION, second)];
  store.read.clear();
  assert.equal((await Array.fromAsync(before.compare(after, sampleKind.name))).length, changed.size);
  const [readBytes = 0, ...others] = [...store.read.values()];
  assert.deepEqual(others, []);
  assert.ok(readBytes < written, String(readBytes));
});
