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
  const asked: string[] = [];
  const past: BlobStates = {
    place: 'test container',
    undeleteCommand: (name) => `undelete ${name ?? 'all'}`,
    keepsVersions: async () => {
      asked.push('versions');
      return all.some(({ versionId }) => versionId !== undefined);
    },
    async *list(prefix) {
      asked.push(`list ${prefix}`);
      yield* all.filter(({ name }) => name.startsWith(prefix));
    },
    read: async (state, range) => {
      const text = all.find((one) => one === state)?.text ?? '';
      const { offsetBytes = 0, lengthBytes = text.length } = range ?? {};
      return new TextEncoder().encode(text.slice(offsetBytes, offsetBytes + lengthBytes));
    },
  };
  const present = createMemoryBlobStore({ clock: createManualClock() });
  return { present, past, asked, store: createAsOfBlobStore({ past, present, time }) };
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

const NAME_REFUSED = { code: 'INTERNAL' };

test('it says what it shows, and of when', () => {
  const { store, present } = openAt('2026-02-01T00:00:00.000Z', history);
  assert.equal(store.capabilities.description, 'test container as of 2026-02-01T00:00:00.000Z');
  assert.equal(store.capabilities.attestsTime, present.capabilities.attestsTime);
});

test('a part ends with its state, and is of nothing where that is asked for', async () => {
  const { store, past } = openAt('2026-02-01T00:00:00.000Z', history);
  assert.equal(text(await store.getRange('a', { offsetBytes: 5, lengthBytes: 7 })), 'January');
  await assert.rejects(store.getRange('a', { offsetBytes: 5, lengthBytes: 8 }), { message: /blob a .* is shorter/ });
  assert.deepEqual(await store.getRange('a', { offsetBytes: 12, lengthBytes: 0 }), new Uint8Array());
  await assert.rejects(store.getRange('e/late', { offsetBytes: 0, lengthBytes: 0 }), {
    code: 'VAULT_DAMAGED',
    message: 'The blob e/late is not in test container as of 2026-02-01T00:00:00.000Z.',
  });
  const read = past.read;
  past.read = async (...call) => (await read(...call))?.subarray(1);
  await assert.rejects(store.getRange('a', { offsetBytes: 5, lengthBytes: 7 }), { message: /blob a .* is shorter/ });
  past.read = async () => undefined;
  await assert.rejects(store.get('a'), { message: /^The blob a is not in test container as of/ });
});

test('a name that is no name of a blob is refused before the store is asked', async () => {
  const { store, asked } = openAt('2026-02-01T00:00:00.000Z', history);
  await assert.rejects(store.find('/a'), NAME_REFUSED);
  await assert.rejects(store.getRange('/a', { offsetBytes: 0, lengthBytes: 1 }), NAME_REFUSED);
  await assert.rejects(Array.fromAsync(store.list('/a')), NAME_REFUSED);
  await assert.rejects(Array.fromAsync(store.listFolders('a')), NAME_REFUSED);
  assert.deepEqual(asked, []);
});

test('a name that begins another is not taken for it', async () => {
  const { store } = openAt('2026-02-01T00:00:00.000Z', [
    { name: 'ab', createdAt: '2026-01-01T00:00:00.000Z', text: 'ab' },
    { name: 'ac', createdAt: '2026-01-01T00:00:00.000Z', text: 'ac' },
  ]);
  assert.equal(await store.find('a'), undefined);
  assert.equal(text(await store.find('ab')), 'ab');
});

test('whether there are versions is asked once, and a state that is known is not looked for again', async () => {
  const { store, asked } = openAt('2026-02-01T00:00:00.000Z', history);
  await store.get('a');
  await store.get('a');
  await store.find('e/late');
  await store.find('e/late');
  assert.deepEqual(asked.splice(0), ['versions', 'list a', 'list e/late']);
  await Array.fromAsync(store.list('d/'));
  await store.get('d/b');
  assert.deepEqual(asked, ['list d/']);
});

test('whether there are versions is asked again after that failed', async () => {
  const { store, past } = openAt('2026-02-01T00:00:00.000Z', history);
  const { keepsVersions } = past;
  past.keepsVersions = async () => assert.fail('busy');
  await assert.rejects(store.get('a'), { message: 'busy' });
  past.keepsVersions = keepsVersions;
  assert.equal(text(await store.get('a')), 'a of January');
});

test('what was written through it is listed once and in order, also beside later states of its name', async () => {
  const { store, present } = openAt('2026-02-01T00:00:00.000Z', history);
  await present.put('z/other', new Uint8Array(1));
  for (const name of ['e/late', 'c', 'f/g', 'd/a']) await store.put(name, new Uint8Array(2));
  const listed = async (prefix: string) => (await Array.fromAsync(store.list(prefix))).map(({ name }) => name);
  assert.deepEqual(await listed(''), ['a', 'c', 'd/a', 'd/b', 'd/c', 'e/late', 'f/g']);
  assert.deepEqual(await listed('d/'), ['d/a', 'd/b', 'd/c']);
  assert.deepEqual(await listed('z/'), []);
  assert.deepEqual(await Array.fromAsync(store.listFolders('')), ['d/', 'e/', 'f/']);
  assert.equal((await store.getRange('f/g', { offsetBytes: 1, lengthBytes: 1 })).length, 1);
});

test('nothing of the past is deleted, and what protects a blob is read from the present', async () => {
  const { store, present } = openAt('2026-02-01T00:00:00.000Z', history);
  await assert.rejects(store.delete('d/b'), {
    code: 'USAGE',
    message:
      'd/b was not deleted: the vault is opened as it was at 2026-02-01T00:00:00.000Z, and its past is not changed.',
    next: 'Run this without --vault-as-of.',
  });
  assert.equal(await store.protection('a'), undefined);
  await present.put('a', new Uint8Array());
  assert.deepEqual(await store.protection('a'), await present.protection('a'));
});

test('a store without versions says what of it is lost', async () => {
  const { store } = openAt('2026-02-01T00:00:00.000Z', [
    { name: 'a', createdAt: '2026-01-01T00:00:00.000Z', text: 'a', versionId: undefined },
    { name: 'b', createdAt: '2026-03-01T00:00:00.000Z', text: 'b', versionId: undefined, isSoftDeleted: true },
  ]);
  await assert.rejects(store.find('a'), {
    code: 'STORE_UNSUITABLE',
    message: 'The test container keeps no versions of its blobs: what it held earlier cannot be read.',
    next: /^Undelete what is soft-deleted, or restore the vault from Azure Backup/,
  });
});

test('a store without versions names what is soft-deleted in it, five of many, and how it comes back', async () => {
  const deletedAt = '2026-02-02T00:00:00.000Z';
  const gone = (name: string, more: Partial<BlobState> = {}): Kept => {
    return {
      name,
      createdAt: '2026-02-01T00:00:00.000Z',
      text: '',
      versionId: undefined,
      isSoftDeleted: true,
      ...more,
    };
  };
  const head =
    'The test container keeps no versions of its blobs: what was overwritten is lost. What was deleted since is soft-deleted, and is read again once it is undeleted:';
  const next = 'Undelete it with an identity that may, and run this without --vault-as-of: undelete';
  const told = async (states: readonly Kept[], message: string, what: string) => {
    const { store } = openAt('2026-02-01T00:00:00.000Z', states);
    const expected = { code: 'STORE_UNSUITABLE', message: `${head} ${message}.`, next: `${next} ${what}` };
    await assert.rejects(store.find('a'), expected);
  };
  await told([gone('a', { deletedAt, keptForDays: 1 })], `a (deleted ${deletedAt}, kept for 1 more day)`, 'a');
  await told([gone('a', { deletedAt }), gone('b')], `a (deleted ${deletedAt}); b`, 'all');
  await told(
    ['a', 'b', 'c', 'd', 'e'].map((name) => gone(name)),
    'a; b; c; d; e',
    'all',
  );
  await told(
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => gone(name)),
    'a; b; c; d; e, and 2 more',
    'all',
  );
});

test('a name that is free by now is taken anew, and read as it was written', async () => {
  const { store } = openAt('2026-02-01T00:00:00.000Z', history);
  assert.equal(await store.put('a', new TextEncoder().encode('new')), 'created');
  assert.equal(text(await store.get('a')), 'new');
});

test('folders are named once each, and blobs beside them are none', async () => {
  const createdAt = '2026-01-01T00:00:00.000Z';
  const names = ['a', 'd/b', 'd/c', 'e', 'f/g', 'z'];
  const { store } = openAt(
    '2026-02-01T00:00:00.000Z',
    names.map((name) => ({ name, createdAt, text: '' })),
  );
  assert.deepEqual(await Array.fromAsync(store.listFolders('')), ['d/', 'f/']);
});
