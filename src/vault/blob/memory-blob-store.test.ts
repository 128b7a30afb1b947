import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../../platform/manual-clock.ts';
import { describeBlobStore } from './blob-store.contract.ts';
import { createMemoryBlobContainer, createMemoryBlobStore } from './memory-blob-store.ts';

describeBlobStore({
  name: 'memory',
  createContainer: async () => createMemoryBlobContainer({ clock: createManualClock() }),
});

test('the memory store holds a blob until its time is over, and under a legal hold for good', async () => {
  const clock = createManualClock(Date.UTC(2026, 2, 1));
  const store = createMemoryBlobStore({ clock, immutableForMs: 2000 });
  await store.put('a', new Uint8Array());
  const until = '2026-03-01T00:00:02.000Z';
  assert.deepEqual(await store.delete('a'), { outcome: 'held', by: 'policy', until });
  const held = { immutableUntil: until, isLocked: true, hasLegalHold: true, container: 'none' };
  store.setLegalHold('a', true);
  assert.deepEqual(await store.protection('a'), held);
  await clock.advance(2000);
  assert.deepEqual(await store.delete('a'), { outcome: 'held', by: 'legal-hold', until: undefined });
  store.setLegalHold('a', false);
  assert.deepEqual(await store.delete('a'), { outcome: 'deleted' });
  assert.throws(() => store.setLegalHold('a', true), { code: 'VAULT_DAMAGED' });
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

test('the memory store lists until it is given up', async () => {
  const store = createMemoryBlobStore({ clock: createManualClock() });
  for (const name of ['a', 'b']) await store.put(name, new Uint8Array());
  const controller = new AbortController();
  const names: string[] = [];
  const listing = async () => {
    for await (const { name } of store.list('', { signal: controller.signal })) {
      names.push(name);
      controller.abort(new Error('given up'));
    }
  };
  await assert.rejects(listing(), { message: 'given up' });
  assert.deepEqual(names, ['a']);
});

test('the memory store passes over what was deleted while it lists, and takes holds off and on', async () => {
  const store = createMemoryBlobStore({ clock: createManualClock() });
  for (const name of ['a', 'b', 'c']) await store.put(name, new Uint8Array());
  const names: string[] = [];
  for await (const { name } of store.list('')) {
    names.push(name);
    await store.delete('b');
  }
  assert.deepEqual(names, ['a', 'c']);
  store.setLegalHold('a', true);
  assert.equal((await store.protection('a'))?.hasLegalHold, true);
  store.setLegalHold('a', false);
  assert.deepEqual(await store.protection('a'), {
    immutableUntil: undefined,
    isLocked: false,
    hasLegalHold: false,
    container: 'none',
  });
});
