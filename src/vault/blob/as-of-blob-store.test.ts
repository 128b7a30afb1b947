import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../../platform/manual-clock.ts';
import { type BlobState, type BlobStates, createAsOfBlobStore } from './as-of-blob-store.ts';
import { createMemoryBlobStore } from './memory-blob-store.ts';

type Kept = Partial<BlobState> & { readonly name: string; readonly createdAt: string; readonly text: string };

/** A store of these states, in their order, and what is written into it now. */
function openAt(time: string, states: readonly Kept[]) {
  const all = states.map((state, index) => {
    return { versionId: `v${index}`, isSoftDeleted: false, sizeBytes: state.text.length, ...state };
  });
  const past: BlobStates = {
    place: 'test container',
    undeleteCommand: (name) => `undelete ${name ?? 'all'}`,
    keepsVersions: async () => all.some(({ versionId }) => versionId !== undefined),
    async *list(prefix) {
      yield* all.filter(({ name }) => name.startsWith(prefix));
    },
    read: async (state, range) => {
      const text = all.find((one) => one === state)?.text ?? '';
      const { offsetBytes = 0, lengthBytes = text.length } = range ?? {};
      return new TextEncoder().encode(text.slice(offsetBytes, offsetBytes + lengthBytes));
    },
  };
  const present = createMemoryBlobStore({ clock: createManualClock() });
  return { present, store: createAsOfBlobStore({ past, present, time }) };
}

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

const history: readonly Kept[] = [
  { name: 'a', createdAt: '2026-01-01T00:00:00.000Z', text: 'a of January' },
  { name: 'a', createdAt: '2026-03-01T00:00:00.000Z', text: 'a of March' },
  { name: 'd/b', createdAt: '2026-01-05T00:00:00.000Z', text: 'b' },
  { name: 'd/c', createdAt: '2026-02-01T00:00:00.000Z', text: 'c', isSoftDeleted: true, keptForDays: 6 },
  { name: 'e/late', createdAt: '2026-03-02T00:00:00.000Z', text: 'late' },
];

test('of each name the newest state by the instant, that of the very instant included', async () => {
  const { store } = openAt('2026-02-01T00:00:00.000Z', history);
  assert.equal(text(await store.find('a')), 'a of January');
  assert.equal(text(await store.getRange('a', { offsetBytes: 5, lengthBytes: 7 })), 'January');
  assert.equal(await store.find('e/late'), undefined);
  assert.deepEqual(
    (await Array.fromAsync(store.list(''))).map(({ name, createdAt }) => `${name} ${createdAt.slice(0, 10)}`),
    ['a 2026-01-01', 'd/b 2026-01-05', 'd/c 2026-02-01'],
  );
  assert.deepEqual(await Array.fromAsync(store.listFolders('')), ['d/']);
  const later = openAt('2026-03-01T00:00:00.000Z', history).store;
  assert.equal(text(await later.get('a')), 'a of March');
});

test('what is soft-deleted is named, with how to get it back', async () => {
  const { store } = openAt('2026-04-01T00:00:00.000Z', history);
  await assert.rejects(store.get('d/c'), {
    code: 'VAULT_DAMAGED',
    message: /d\/c \(kept for 6 more days\) is soft-deleted/,
    next: /with an identity that may: undelete d\/c$/,
  });
  await assert.rejects(store.getRange('a', { offsetBytes: 5, lengthBytes: 90 }), { message: /is shorter/ });
  await assert.rejects(store.get('nothing'), { message: /nothing is not in test container as of 2026-04-01/ });
});

test('what is written through it goes to the present, is read and listed from there, and takes no name of the past', async () => {
  const { store, present } = openAt('2026-02-01T00:00:00.000Z', history);
  assert.equal(await store.put('d/bb', new TextEncoder().encode('new')), 'created');
  assert.equal(text(await present.get('d/bb')), 'new');
  assert.equal(text(await store.get('d/bb')), 'new');
  assert.deepEqual(
    (await Array.fromAsync(store.list('d/'))).map(({ name }) => name),
    ['d/b', 'd/bb', 'd/c'],
  );
  await present.put('a', new TextEncoder().encode('harmed'));
  assert.equal(await store.put('a', new TextEncoder().encode('mine')), 'exists');
  assert.equal(text(await store.get('a')), 'a of January');
  await present.put('claim', new TextEncoder().encode('of another'));
  assert.equal(await store.put('claim', new TextEncoder().encode('mine')), 'exists');
  assert.equal(text(await store.get('claim')), 'of another', 'whoever lost a claim sees who won it');
  await assert.rejects(store.delete('d/b'), { code: 'USAGE' });
});

test('a store without versions has no past', async () => {
  const { store } = openAt('2026-02-01T00:00:00.000Z', [
    { name: 'a', createdAt: '2026-01-01T00:00:00.000Z', text: 'a', versionId: undefined },
  ]);
  await assert.rejects(store.find('a'), { code: 'STORE_UNSUITABLE' });
  await assert.rejects(Array.fromAsync(store.list('')), { code: 'STORE_UNSUITABLE' });
});
