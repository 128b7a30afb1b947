import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type GuardedStorage, startGuardedStorage } from '../../../test/harness/blob-guard.ts';
import { createManualClock } from '../../platform/manual-clock.ts';
import { createSeededRandom } from '../../platform/random.ts';
import { createAzureBlobContainer } from './azure-blob-store.ts';
import { createRetryingBlobStore } from './retrying-blob-store.ts';
import type { BlobContainer } from './blob-store.ts';
import { describeBlobStore } from './blob-store.contract.ts';

let storage: GuardedStorage | undefined;
let count = 0;

before(async () => {
  storage = await startGuardedStorage({ settings: { versioning: true, softDeleteDays: 7 } });
});

after(async () => {
  await storage?.close();
});

function guard(): GuardedStorage {
  assert.ok(storage !== undefined);
  return storage;
}

function freshName(): string {
  count += 1;
  return `vault-${count}`;
}

function openContainer(container: string, prefix = ''): BlobContainer {
  return createAzureBlobContainer({ container, prefix, connectionString: guard().connectionString });
}

describeBlobStore({ name: 'azure behind the guard', createContainer: async () => openContainer(freshName()) });
describeBlobStore({
  name: 'azure behind the guard, with a prefix and pages of two',
  createContainer: async () => {
    const { connectionString } = guard();
    return createAzureBlobContainer({ container: freshName(), prefix: 'a/b/', pageSize: 2, connectionString });
  },
});

const DAY_MS = 86_400_000;

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function openSigned(container: string, letters: string): BlobContainer {
  return createAzureBlobContainer({ container, connectionString: guard().signedConnection(container, letters) });
}

for (const order of ['permission', 'condition'] as const) {
  test(`an identity that reads and adds keeps what is there, whichever check comes first (${order})`, async () => {
    guard().account.settings.overwriteIsRefusedAs = order;
    const container = freshName();
    const all = openContainer(container);
    await all.create();
    await all.store.put('taken', bytes('first'));
    const { store } = openSigned(container, 'rcl');
    assert.equal(await store.put('fresh', bytes('new')), 'created');
    assert.equal(await store.put('taken', bytes('second')), 'exists');
    await assert.rejects(store.delete('taken'), { code: 'STORE_DENIED', status: 403 });
    assert.deepEqual(await store.get('taken'), Buffer.from('first'));
    const plain = guard().signedUrl(container, 'rcl').replace('?', '/taken?');
    const headers = { 'x-ms-version': '2026-04-06', 'x-ms-blob-type': 'BlockBlob' };
    const answer = await fetch(plain, { method: 'PUT', headers, body: 'third' });
    assert.deepEqual([answer.status, answer.headers.get('x-ms-error-code')], [403, 'UnauthorizedBlobOverwrite']);
    assert.equal((await fetch(plain, { method: 'DELETE', headers })).status, 403);
    assert.deepEqual(await all.store.get('taken'), Buffer.from('first'));
  });
}

test('a policy on the blob is read with its end, and so is what it makes of a delete', async () => {
  const { account, clock } = guard();
  const container = freshName();
  const { store, create } = openContainer(container);
  await create();
  account.enableVersionLevel(container, { days: 10, mode: 'Locked' });
  await store.put('a', bytes('text'));
  const until = new Date(clock.nowMs() + 10 * DAY_MS).toISOString();
  assert.deepEqual(await store.delete('a'), { outcome: 'held', by: 'policy', until });
  const expected = { immutableUntil: until, isLocked: true, hasLegalHold: false, container: 'none' };
  assert.deepEqual(await store.protection('a'), expected);
  await guard().admin.getContainerClient(container).getBlobClient('a').setLegalHold(true);
  assert.deepEqual(await store.protection('a'), { ...expected, hasLegalHold: true });
  assert.deepEqual(await store.delete('a'), { outcome: 'held', by: 'legal-hold', until: undefined });
  await guard().admin.getContainerClient(container).getBlobClient('a').setLegalHold(false);
  clock.advance(10 * DAY_MS);
  assert.deepEqual(await store.delete('a'), { outcome: 'deleted' });
});

test('a policy on the container is known, its end is not; who may not ask knows neither', async () => {
  const { account, clock } = guard();
  const container = freshName();
  const { store, create } = openContainer(container);
  await create();
  await store.put('a', bytes('text'));
  account.setContainerPolicy(container, 10);
  assert.equal((await store.protection('a'))?.container, 'policy');
  assert.equal((await openSigned(container, 'rl').store.protection('a'))?.container, 'unknown');
  assert.deepEqual(await store.delete('a'), { outcome: 'held', by: 'policy', until: undefined });
  account.setLegalHolds(container, ['case17']);
  assert.equal((await store.protection('a'))?.container, 'legal-hold');
  assert.deepEqual(await store.delete('a'), { outcome: 'held', by: 'legal-hold', until: undefined });
  account.setLegalHolds(container, []);
  clock.advance(10 * DAY_MS);
  assert.deepEqual(await store.delete('a'), { outcome: 'deleted' });
});

test('a service that is busy is left alone for as long as it asks, and a body that was cut is read again', async () => {
  const container = freshName();
  const { store: inner, create } = openContainer(container);
  await create();
  const pauses: number[] = [];
  const clock = { ...createManualClock(), sleep: async (durationMs: number) => void pauses.push(durationMs) };
  const store = createRetryingBlobStore(inner, { clock, random: createSeededRandom(1) });
  guard().faults.set([
    { fault: { kind: 'status', status: 503, retryAfterSeconds: 7 }, route: 'PutBlob', nth: 1 },
    { fault: { kind: 'status', status: 429, retryAfterSeconds: 11 }, route: 'PutBlob', nth: 1 },
    { fault: { kind: 'drop', when: 'after-commit' }, route: 'PutBlob', nth: 1 },
    { fault: { kind: 'truncate' }, route: 'GetBlob', nth: 2 },
  ]);
  assert.equal(await store.put('a', bytes('text')), 'created', 'the put whose answer was lost was ours');
  const [first = 0, second = 0] = pauses;
  // With some jitter on top.
  assert.ok(first >= 7000 && first < 8000 && second >= 11_000 && second < 12_000, pauses.join());
  assert.deepEqual(await store.get('a'), Buffer.from('text'));
  assert.equal(pauses.length, 4);
  assert.deepEqual(
    guard()
      .faults.report()
      .map(({ fired }) => fired),
    [1, 1, 1, 1],
  );
  guard().faults.set([]);
});
