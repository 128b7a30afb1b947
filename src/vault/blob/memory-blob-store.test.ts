import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../../platform/manual-clock.ts';
import { describeBlobStore } from './blob-store.contract.ts';
import { createMemoryBlobContainer, createMemoryBlobStore } from './memory-blob-store.ts';

describeBlobStore({
  name: 'memory',
  createContainer: async () => createMemoryBlobContainer({ clock: createManualClock() }),
});

test('the memory store takes creation times from its clock and claims to attest them only when told to', async () => {
  const clock = createManualClock(Date.UTC(2026, 2, 1));
  const store = createMemoryBlobStore({ clock, attestsTime: true });
  assert.equal(store.capabilities.attestsTime, true);
  await store.put('a', new Uint8Array());
  await clock.advance(1500);
  await store.put('b', new Uint8Array());
  const times = (await Array.fromAsync(store.list(''))).map((info) => info.createdAt);
  assert.deepEqual(times, ['2026-03-01T00:00:00.000Z', '2026-03-01T00:00:01.500Z']);
  assert.equal(createMemoryBlobStore({ clock }).capabilities.attestsTime, false);
});
