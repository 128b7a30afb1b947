import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { StoreProbe } from '../../app/ports/store-probe.ts';
import { createManualClock } from '../../platform/manual-clock.ts';
import { createSeededRandom } from '../../platform/random.ts';
import {
  type AzureAnswer,
  type AzureRequest,
  listedBlob,
  listing,
  refusal,
  startScriptedAzure,
  success,
} from './scripted-azure.fixture.ts';
import { openStoreProbe } from './store-probe.ts';

const policy = { attempts: 1, firstPauseMs: 1, longestPauseMs: 1, longestAskedPauseMs: 1 };
const options = { clock: createManualClock(), random: createSeededRandom(1), policy };
const address = { type: 'azure', account: undefined, container: 'vault', prefix: 'a/' } as const;

async function openAccount(
  t: TestContext,
  answer: (request: AzureRequest) => AzureAnswer,
): Promise<{ readonly probe: StoreProbe; readonly asked: readonly AzureRequest[] }> {
  const { connectionString, asked } = await startScriptedAzure(t, answer);
  return { probe: openStoreProbe(address, { ...options, azure: { connectionString } }), asked };
}

test('a folder is tried out by what a store promises, and has no clock, no overwriting and no facts', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-probe-'));
  t.after(() => rm(folder, { recursive: true }));
  const probe = openStoreProbe({ type: 'folder', path: folder }, options);
  assert.equal(probe.kind, 'folder');
  assert.equal(probe.description, `folder ${folder}`);
  assert.equal(probe.attestsTime, false);
  assert.deepEqual([probe.overwrite, probe.readTime, probe.readFacts], [undefined, undefined, undefined]);
  assert.equal(await probe.put('p/a', new Uint8Array([1])), 'created');
  assert.equal(await probe.put('p/a', new Uint8Array([2])), 'exists');
  assert.deepEqual([...((await probe.find('p/a')) ?? [])], [1]);
  assert.deepEqual(
    (await probe.list('p/')).map(({ name }) => name),
    ['p/a'],
  );
  assert.deepEqual(await probe.list('q/'), []);
  assert.equal(await probe.delete('p/a'), 'deleted');
  assert.equal(await probe.delete('p/a'), 'absent');
});

test('an account attests times and tells its own', async (t) => {
  const { probe } = await openAccount(t, () => success(200, { date: 'Sun, 10 May 2026 01:02:03 GMT' }));
  assert.deepEqual([probe.kind, probe.attestsTime], ['account', true]);
  assert.equal(probe.description, 'Azure container vault/a');
  assert.equal(await probe.readTime?.(), '2026-05-10T01:02:03.000Z');
});

test('an overwriting is sent below the prefix without asking whether the name is free', async (t) => {
  const { probe, asked } = await openAccount(t, () => success(201));
  assert.equal(await probe.overwrite?.('p/a', Buffer.from('new')), 'done');
  assert.deepEqual(
    asked.map(({ method, path, body, headers }) => [method, path, body, headers['if-none-match']]),
    [['PUT', '/acme/vault/a/p/a', 'new', undefined]],
  );
});

test('an overwriting is held where the blob cannot be changed, and refused where the identity may not', async (t) => {
  let answer = refusal(409, 'BlobImmutableDueToPolicy');
  const { probe } = await openAccount(t, () => answer);
  const overwrite = () => probe.overwrite?.('p/a', new Uint8Array([1]));
  assert.equal(await overwrite(), 'held');
  answer = refusal(409, 'BlobImmutableDueToLegalHold');
  assert.equal(await overwrite(), 'held');
  answer = refusal(403, 'AuthorizationPermissionMismatch');
  assert.equal(await overwrite(), 'refused');
  answer = refusal(409, 'LeaseIdMissing');
  await assert.rejects(async () => overwrite(), {
    code: 'STORE_FAILED',
    message: 'The Azure container vault/a failed to overwrite p/a (409 LeaseIdMissing).',
  });
  answer = refusal(400, 'BlobImmutableDueToPolicy');
  await assert.rejects(async () => overwrite(), { code: 'STORE_FAILED' });
  answer = refusal(404, 'ContainerNotFound');
  await assert.rejects(async () => overwrite(), { code: 'VAULT_NOT_FOUND' });
  answer = refusal(503, 'ServerBusy');
  await assert.rejects(async () => overwrite(), { code: 'STORE_UNREACHABLE', ambiguous: true });
});

test('a deletion is done, held or refused, and any other failure is one', async (t) => {
  let answer = success(202);
  const { probe } = await openAccount(t, () => answer);
  assert.equal(await probe.delete('p/a'), 'deleted');
  answer = refusal(409, 'BlobImmutableDueToLegalHold');
  assert.equal(await probe.delete('p/a'), 'held');
  answer = refusal(403, 'AuthorizationPermissionMismatch');
  assert.equal(await probe.delete('p/a'), 'refused');
  answer = refusal(503, 'ServerBusy');
  await assert.rejects(probe.delete('p/a'), { code: 'STORE_UNREACHABLE' });
});

test('the facts of an account are its namespace and whether the blob that was written has a version', async (t) => {
  let isHierarchical = 'true';
  let own = '<VersionId>2026-05-09T03:04:05.1234567Z</VersionId>';
  const { probe, asked } = await openAccount(t, ({ query }) =>
    query.get('restype') === 'account'
      ? success(200, { 'x-ms-is-hns-enabled': isHierarchical })
      : listing([listedBlob('a/p/a', {}), listedBlob('a/p/a', { own })]),
  );
  assert.deepEqual(await probe.readFacts?.('p/a'), {
    hierarchicalNamespace: true,
    keepsVersions: true,
    signatureEnd: undefined,
  });
  assert.deepEqual(
    asked.filter(({ query }) => query.has('prefix')).map(({ query }) => query.get('prefix')),
    ['a/p/a'],
  );
  isHierarchical = 'false';
  own = '';
  assert.deepEqual(await probe.readFacts?.('p/a'), {
    hierarchicalNamespace: false,
    keepsVersions: false,
    signatureEnd: undefined,
  });
});

test('facts that may not be read are not known, and when the signature ends is known all the same', async (t) => {
  const { endpoint } = await startScriptedAzure(t, () => refusal(403, 'AuthorizationFailure'));
  const signature = 'sv=2025-01-05&se=2027-01-31T00%3A00%3A00Z&sig=c2VjcmV0';
  const signedUrls = [{ endpoint, account: 'acme', container: 'vault', signature }];
  const probe = openStoreProbe({ ...address, account: 'acme' }, { ...options, azure: { signedUrls } });
  assert.deepEqual(await probe.readFacts?.('p/a'), {
    hierarchicalNamespace: undefined,
    keepsVersions: undefined,
    signatureEnd: '2027-01-31T00:00:00.000Z',
  });
});
