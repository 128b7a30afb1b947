import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import {
  AnonymousCredential,
  type BlobClient,
  BlobServiceClient,
  type BlockBlobClient,
  ContainerClient,
  RestError,
} from '@azure/storage-blob';
import type { AccountSettings } from '../../src/sim/azure/guarded-account.ts';
import { blobTexts, type GuardedStorage, startGuardedStorage } from '../harness/blob-guard.ts';

const DAY_MS = 86_400_000;
const open: GuardedStorage[] = [];

afterEach(async () => {
  for (const storage of open.splice(0)) await storage.close();
});

/** A guard, and a container `vault` in it. */
async function startVault(settings: Partial<AccountSettings> = {}) {
  const storage = await startGuardedStorage({ settings });
  open.push(storage);
  const container = storage.admin.getContainerClient('vault');
  await container.create();
  return { storage, container, blob: container.getBlockBlobClient('a') };
}

async function put(blob: BlockBlobClient, text: string, options: Parameters<BlockBlobClient['upload']>[2] = {}) {
  return blob.upload(text, Buffer.byteLength(text), options);
}

async function read(blob: BlobClient): Promise<string> {
  const { readableStreamBody } = await blob.download();
  const chunks = await Array.fromAsync(readableStreamBody ?? []);
  return Buffer.concat(chunks.map((chunk) => Buffer.from(chunk))).toString();
}

function code(status: number, name: string): { statusCode: number; code: string } {
  return { statusCode: status, code: name };
}

test('versioning: an overwrite and a delete keep what was there, readable by its version', async () => {
  const { storage, container, blob } = await startVault({ versioning: true });
  const { versionId: first = '' } = await put(blob, 'first');
  storage.clock.advance(1000);
  const { versionId: second = '' } = await put(blob, 'second');
  assert.ok(first < second);
  assert.equal(await read(blob.withVersion(first)), 'first');
  assert.equal(await read(blob.withVersion(second)), 'second');
  await blob.delete();
  await assert.rejects(read(blob), code(404, 'BlobNotFound'));
  assert.deepEqual(await blobTexts(container), {});
  const versions = await Array.fromAsync(container.listBlobsFlat({ includeVersions: true }));
  assert.deepEqual(
    versions.map(({ name, versionId, isCurrentVersion }) => [name, versionId, isCurrentVersion]),
    [
      ['a', first, undefined],
      ['a', second, undefined],
    ],
  );
  const part = await blob.withVersion(second).downloadToBuffer(2, 3);
  assert.equal(part.toString(), 'con');
});

test('versioning: a version that is the current one cannot be deleted by its id, a previous one can', async () => {
  const { blob } = await startVault({ versioning: true });
  const { versionId: first = '' } = await put(blob, 'first');
  const { versionId: second = '' } = await put(blob, 'second');
  await assert.rejects(blob.withVersion(second).delete(), code(403, 'OperationNotAllowedOnRootBlob'));
  await blob.withVersion(first).delete();
  await assert.rejects(read(blob.withVersion(first)), code(404, 'BlobNotFound'));
  assert.equal(await read(blob), 'second');
});

test('soft delete: what was deleted is listed, cannot be read, comes back, and is gone after its days', async () => {
  const { storage, container, blob } = await startVault({ softDeleteDays: 7 });
  await put(blob, 'text', { blobHTTPHeaders: { blobContentType: 'text/plain' } });
  await blob.delete();
  await assert.rejects(read(blob), code(404, 'BlobNotFound'));
  const listed = await Array.fromAsync(container.listBlobsFlat({ includeDeleted: true }));
  assert.deepEqual(
    listed.map(({ name, deleted, properties }) => [name, deleted, properties.remainingRetentionDays]),
    [['a', true, 7]],
  );
  await blob.undelete();
  assert.equal(await read(blob), 'text');
  await blob.delete();
  storage.clock.advance(7 * DAY_MS);
  await assert.rejects(blob.undelete(), code(404, 'BlobNotFound'));
  assert.deepEqual(await Array.fromAsync(container.listBlobsFlat({ includeDeleted: true })), []);
});

test('soft delete: a deleted version comes back as a version', async () => {
  const { container, blob } = await startVault({ versioning: true, softDeleteDays: 7 });
  const { versionId: first = '' } = await put(blob, 'first');
  await put(blob, 'second');
  await blob.withVersion(first).delete();
  await assert.rejects(read(blob.withVersion(first)), code(404, 'BlobNotFound'));
  const listed = await Array.fromAsync(container.listBlobsFlat({ includeDeleted: true, includeVersions: true }));
  assert.deepEqual(
    listed.map(({ deleted }) => deleted ?? false),
    [true, false],
  );
  await blob.undelete();
  assert.equal(await read(blob.withVersion(first)), 'first');
  assert.equal(await read(blob), 'second');
});

test('containers: a deleted one is in the way for a while, and comes back with its blobs where that is on', async () => {
  const { storage, container, blob } = await startVault({ containerSoftDeleteDays: 7 });
  await put(blob, 'text');
  await container.delete();
  await assert.rejects(container.create(), code(409, 'ContainerBeingDeleted'));
  await assert.rejects(read(blob), code(409, 'ContainerBeingDeleted'));
  const deleted = await Array.fromAsync(storage.admin.listContainers({ includeDeleted: true }));
  assert.deepEqual(
    deleted.map(({ name, deleted: isDeleted }) => [name, isDeleted]),
    [['vault', true]],
  );
  await storage.admin.undeleteContainer('vault', deleted[0]?.version ?? '');
  assert.equal(await read(blob), 'text');
  await container.delete();
  storage.clock.advance(30_000);
  await container.create();
  assert.deepEqual(await blobTexts(container), {});
});

for (const isLocked of [false, true]) {
  test(`container policy, ${isLocked ? 'locked' : 'unlocked'}: new blobs only; deletion when the days since creation are over, overwriting never`, async () => {
    const { storage, container, blob } = await startVault();
    storage.account.setContainerPolicy('vault', 10);
    if (isLocked) storage.account.lockContainerPolicy('vault');
    await put(blob, 'text');
    storage.clock.advance(10 * DAY_MS - 1);
    await assert.rejects(blob.delete(), code(409, 'BlobImmutableDueToPolicy'));
    await assert.rejects(put(blob, 'other'), code(409, 'BlobImmutableDueToPolicy'));
    await put(container.getBlockBlobClient('b'), 'young');
    storage.clock.advance(1);
    await assert.rejects(put(blob, 'other'), code(409, 'BlobImmutableDueToPolicy'));
    await assert.rejects(container.delete(), code(409, 'ContainerProtectedFromDeletion'));
    await blob.delete();
    await assert.rejects(container.getBlockBlobClient('b').delete(), code(409, 'BlobImmutableDueToPolicy'));
    assert.deepEqual(await blobTexts(container), { b: 'young' });
    assert.equal((await container.getProperties()).hasImmutabilityPolicy, true);
  });
}

test('container policy: an unlocked one can be changed and taken away, a locked one only becomes longer, five times', async () => {
  const { storage, blob } = await startVault();
  const { account } = storage;
  await put(blob, 'text');
  account.setContainerPolicy('vault', 10);
  account.setContainerPolicy('vault', 5);
  account.removeContainerPolicy('vault');
  await put(blob, 'other');
  account.setContainerPolicy('vault', 10);
  account.lockContainerPolicy('vault');
  assert.throws(() => account.removeContainerPolicy('vault'), /locked/);
  assert.throws(() => account.setContainerPolicy('vault', 1), /locked/);
  assert.throws(() => account.extendContainerPolicy('vault', 10), /longer/);
  for (const days of [11, 12, 13, 14, 15]) account.extendContainerPolicy('vault', days);
  assert.throws(() => account.extendContainerPolicy('vault', 16), /5 times/);
});

test('legal hold on a container: nothing is deleted or replaced until it is lifted', async () => {
  const { storage, container, blob } = await startVault();
  await put(blob, 'text');
  storage.account.setLegalHolds('vault', ['case17']);
  await assert.rejects(blob.delete(), code(409, 'BlobImmutableDueToLegalHold'));
  await assert.rejects(put(blob, 'other'), code(409, 'BlobImmutableDueToLegalHold'));
  await put(container.getBlockBlobClient('b'), 'new');
  assert.equal((await container.getProperties()).hasLegalHold, true);
  storage.account.setLegalHolds('vault', []);
  await blob.delete();
  assert.throws(() => storage.account.setLegalHolds('vault', ['no']), /bad legal hold/);
});

test('version-level immutability: by a header on upload, extended but not shortened when locked; overwriting makes a new version', async () => {
  const { storage, blob } = await startVault({ versioning: true, softDeleteDays: 7 });
  const until = new Date(storage.clock.nowMs() + 10 * DAY_MS);
  const inVain = put(blob, 'text', { immutabilityPolicy: { expiriesOn: until, policyMode: 'Unlocked' } });
  await assert.rejects(inVain, code(400, 'InvalidHeaderValue'));
  storage.account.enableVersionLevel('vault');
  const { versionId = '' } = await put(blob, 'text', {
    immutabilityPolicy: { expiriesOn: until, policyMode: 'Locked' },
  });
  await assert.rejects(blob.delete(), code(409, 'BlobImmutableDueToPolicy'));
  const { immutabilityPolicyExpiresOn, immutabilityPolicyMode } = await blob.getProperties();
  assert.deepEqual([immutabilityPolicyExpiresOn, immutabilityPolicyMode?.toLowerCase()], [until, 'locked']);
  const shorter = { expiriesOn: new Date(until.getTime() - DAY_MS), policyMode: 'Locked' } as const;
  await assert.rejects(blob.setImmutabilityPolicy(shorter), code(409, 'BlobImmutableDueToPolicy'));
  await assert.rejects(blob.deleteImmutabilityPolicy(), code(409, 'BlobImmutableDueToPolicy'));
  await blob.setImmutabilityPolicy({ expiriesOn: new Date(until.getTime() + DAY_MS), policyMode: 'Locked' });
  await put(blob, 'other');
  await assert.rejects(blob.withVersion(versionId).delete(), code(409, 'BlobImmutableDueToPolicy'));
  assert.equal(await read(blob.withVersion(versionId)), 'text');
  storage.clock.advance(11 * DAY_MS);
  await blob.withVersion(versionId).delete();
});

test('version-level immutability: a default policy and a legal hold', async () => {
  const { storage, container, blob } = await startVault({ versioning: true });
  storage.account.enableVersionLevel('vault', { days: 3, mode: 'Unlocked' });
  await put(blob, 'text');
  await assert.rejects(blob.delete(), code(409, 'BlobImmutableDueToPolicy'));
  await blob.setLegalHold(true);
  storage.clock.advance(3 * DAY_MS);
  await assert.rejects(blob.delete(), code(409, 'BlobImmutableDueToLegalHold'));
  const options = { includeLegalHold: true, includeImmutabilityPolicy: true };
  const [listed] = await Array.fromAsync(container.listBlobsFlat(options));
  assert.deepEqual([listed?.properties.legalHold, listed?.properties.immutabilityPolicyMode], [true, 'unlocked']);
  await blob.setLegalHold(false);
  await blob.deleteImmutabilityPolicy();
  await blob.delete();
  await assert.rejects(container.delete(), code(409, 'ContainerImmutableStorageWithVersioningEnabled'));
});

test('a signature does what its letters say, in its time, in its container', async () => {
  const { storage, blob } = await startVault({ versioning: true });
  await put(blob, 'text');
  const as = (letters: string, times = {}): BlockBlobClient =>
    new ContainerClient(storage.signedUrl('vault', letters, times), undefined, {
      retryOptions: { maxTries: 1 },
    }).getBlockBlobClient('a');
  assert.equal(await read(as('r')), 'text');
  await assert.rejects(put(as('r'), 'x'), code(403, 'AuthorizationPermissionMismatch'));
  await assert.rejects(as('rc').delete(), code(403, 'AuthorizationPermissionMismatch'));
  await assert.rejects(put(as('rc'), 'x'), code(403, 'UnauthorizedBlobOverwrite'));
  await assert.rejects(read(as('c')), code(403, 'AuthorizationPermissionMismatch'));
  const over = { expiresOn: new Date(storage.clock.nowMs() - 1000) };
  await assert.rejects(read(as('r', over)), code(403, 'AuthenticationFailed'));
  const soon = { startsOn: new Date(storage.clock.nowMs() + 60_000) };
  await assert.rejects(read(as('r', soon)), code(403, 'AuthenticationFailed'));
  const forged = storage.signedUrl('vault', 'r').replace('sp=r', 'sp=rwd');
  await assert.rejects(
    read(new ContainerClient(forged, undefined, { retryOptions: { maxTries: 1 } }).getBlockBlobClient('a')),
    code(403, 'AuthenticationFailed'),
  );
  await storage.admin.getContainerClient('other').create();
  const elsewhere = storage.signedUrl('vault', 'r').replace('/vault?', '/other?');
  await assert.rejects(
    read(new ContainerClient(elsewhere, undefined, { retryOptions: { maxTries: 1 } }).getBlockBlobClient('a')),
    code(403, 'AuthenticationFailed'),
  );
});

test('a token does what its identity may, until it ends; nobody is refused', async () => {
  const { storage, blob } = await startVault();
  storage.identities.set('w', {
    name: 'writer',
    actions: ['read', 'add'],
    expiresAtMs: storage.clock.nowMs() + 60_000,
  });
  const send = async (method: string, token: string, body?: string): Promise<number> => {
    const headers = { 'x-ms-version': '2026-04-06', authorization: `Bearer ${token}`, 'x-ms-blob-type': 'BlockBlob' };
    const answer = await fetch(blob.url, { method, headers, ...(body === undefined ? {} : { body }) });
    await answer.arrayBuffer();
    return answer.status;
  };
  assert.equal(await send('PUT', 'w', 'new'), 201);
  assert.equal(await send('PUT', 'w', 'again'), 403);
  assert.equal(await send('GET', 'w'), 200);
  assert.equal(await send('DELETE', 'w'), 403);
  assert.equal(await send('GET', 'unknown'), 401);
  storage.clock.advance(60_000);
  assert.equal(await send('GET', 'w'), 401);
  const nobody = new BlobServiceClient(storage.blobEndpoint, new AnonymousCredential(), {
    retryOptions: { maxTries: 1 },
  });
  await assert.rejects(nobody.getContainerClient('vault').getProperties(), { statusCode: 401 });
});

test('the key of an account that takes no shared keys is refused, and so is a wrong one', async () => {
  const { storage, blob } = await startVault();
  storage.account.settings.allowSharedKey = false;
  await assert.rejects(put(blob, 'x'), code(403, 'AuthorizationFailure'));
  storage.account.settings.allowSharedKey = true;
  const wrong = storage.connectionString.replace(storage.key.key, Buffer.alloc(64).toString('base64'));
  const service = BlobServiceClient.fromConnectionString(wrong, { retryOptions: { maxTries: 1 } });
  await assert.rejects(service.getContainerClient('vault').getProperties(), code(403, 'AuthenticationFailed'));
});

test('faults: throttling, server trouble and cut bodies, before and after the change', async () => {
  const { storage, container, blob } = await startVault();
  await put(blob, 'text');
  storage.faults.set([
    { fault: { kind: 'status', status: 503, retryAfterSeconds: 7 }, route: 'PutBlob', nth: 1 },
    { fault: { kind: 'status', status: 429 }, route: 'PutBlob', nth: 1 },
    { fault: { kind: 'drop', when: 'before-commit' }, route: 'PutBlob', nth: 1 },
    { fault: { kind: 'drop', when: 'after-commit' }, route: 'PutBlob', nth: 1 },
    { fault: { kind: 'truncate' }, route: 'GetBlob', nth: 1 },
    { fault: { kind: 'vanish' }, route: 'DeleteBlob' },
  ]);
  const next = container.getBlockBlobClient('b');
  const busy = await put(next, 'b').catch((error: unknown) => error);
  assert.ok(busy instanceof RestError);
  assert.deepEqual([busy.code, busy.response?.headers.get('retry-after')], ['ServerBusy', '7']);
  await assert.rejects(put(next, 'b'), code(429, 'TooManyRequests'));
  await assert.rejects(put(next, 'b'), { name: 'RestError' });
  assert.deepEqual(
    (await Array.fromAsync(container.listBlobsFlat())).map(({ name }) => name),
    ['a'],
  );
  await assert.rejects(put(next, 'b'), { name: 'RestError' });
  await assert.rejects(read(next), { name: 'AbortError' });
  assert.equal(await read(next), 'b');
  await assert.rejects(blob.delete(), { statusCode: 501 });
});

test('times are the guard’s: creation, the answer’s date, and they cannot be chosen', async () => {
  const { storage, container, blob } = await startVault();
  storage.clock.advance(5 * DAY_MS);
  const { date } = await put(blob, 'text');
  const [listed] = await Array.fromAsync(container.listBlobsFlat());
  const now = new Date(storage.clock.nowMs());
  assert.deepEqual([date, listed?.properties.createdOn, (await blob.getProperties()).createdOn], [now, now, now]);
});

test('what is not modelled is refused, not ignored', async () => {
  const { container, blob } = await startVault({ softDeleteDays: 7 });
  await put(blob, 'text');
  const refused = code(501, 'NotModelled');
  await assert.rejects(container.getAppendBlobClient('log').create(), refused);
  await assert.rejects(blob.stageBlock('AAAA', 'x', 1), refused);
  await assert.rejects(blob.createSnapshot(), refused);
  await assert.rejects(blob.setTags({ a: 'b' }), refused);
  await assert.rejects(blob.setAccessTier('Cool'), refused);
  await assert.rejects(blob.setMetadata({ a: 'b' }), refused);
  await assert.rejects(put(blob, 'x'), refused);
  await assert.rejects(Array.fromAsync(container.listBlobsFlat({ includeSnapshots: true })), refused);
});

test('account information tells a hierarchical namespace, and the log who asked for what', async () => {
  const { storage, blob } = await startVault({ hierarchicalNamespace: true });
  assert.equal((await storage.admin.getAccountInfo()).isHierarchicalNamespaceEnabled, true);
  await put(blob, 'text');
  assert.deepEqual(storage.log.counts(), {
    'PUT CreateContainer': 1,
    'GET GetAccountInformation': 1,
    'PUT PutBlob': 1,
  });
  assert.deepEqual(
    storage.log.mutations.map(({ route, status, committed }) => [route, status, committed]),
    [
      ['CreateContainer', 201, true],
      ['PutBlob', 201, true],
    ],
  );
});
