import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { createAzureBlobContainer } from './azure-blob-store.ts';
import type { BlobCallOptions, BlobContainer, BlobStore } from './blob-store.ts';
import {
  type AzureAnswer,
  type AzureRequest,
  listedBlob,
  listing,
  refusal,
  startScriptedAzure,
  success,
} from './scripted-azure.fixture.ts';

interface Opened extends BlobContainer {
  readonly store: BlobStore;
  readonly asked: readonly AzureRequest[];
}

async function open(t: TestContext, answer: (request: AzureRequest) => AzureAnswer | undefined): Promise<Opened> {
  const { connectionString, asked } = await startScriptedAzure(t, answer);
  return { ...createAzureBlobContainer({ container: 'vault', prefix: 'a/', connectionString }), asked };
}

const place = 'Azure container vault/a';
const missing = refusal(404, 'BlobNotFound');
const denied = refusal(403, 'AuthorizationPermissionMismatch');
const bytes = Buffer.from('content');

type Call = readonly [string, (opened: BlobContainer, options?: BlobCallOptions) => Promise<unknown>];

/** Every call of a store, and what a failure of it says was being done. */
const calls: readonly Call[] = [
  ['create the container', ({ create }, options) => create(options)],
  ['write x/1', ({ store }, options) => store.put('x/1', bytes, options)],
  ['read x/1', ({ store }, options) => store.find('x/1', options)],
  ['read x/1', ({ store }, options) => store.get('x/1', options)],
  ['read x/1', ({ store }, options) => store.getRange('x/1', { offsetBytes: 1, lengthBytes: 1 }, options)],
  ['read x/1', ({ store }, options) => store.getRange('x/1', { offsetBytes: 1, lengthBytes: 0 }, options)],
  ['list x/', ({ store }, options) => Array.fromAsync(store.list('x/', options))],
  ['list x/', ({ store }, options) => Array.fromAsync(store.listFolders('x/', options))],
  ['delete x/1', ({ store }, options) => store.delete('x/1', options)],
  ['read x/1', ({ store }, options) => store.protection('x/1', options)],
];

test('a failure says what was being done and where', async (t) => {
  const opened = await open(t, () => refusal(400, 'InvalidHeaderValue'));
  for (const [operation, call] of calls) {
    await assert.rejects(call(opened), {
      code: 'STORE_FAILED',
      operation,
      message: `The ${place} failed to ${operation} (400 InvalidHeaderValue).`,
    });
  }
});

test('a container that is not there is told as no vault by every call but its making', async (t) => {
  const opened = await open(t, () => refusal(404, 'ContainerNotFound'));
  for (const [, call] of calls.slice(1)) {
    await assert.rejects(call(opened), { code: 'VAULT_NOT_FOUND', message: `There is no vault in ${place}.` });
  }
});

test('a lost answer leaves open what a call changed, and nothing of one that reads', async (t) => {
  const opened = await open(t, () => refusal(500, 'InternalError'));
  for (const [operation, call] of calls) {
    const ambiguous = /^(?:create|write|delete)/.test(operation);
    await assert.rejects(call(opened), { code: 'STORE_UNREACHABLE', ambiguous }, operation);
  }
});

test('a call that is given up while the service is silent ends with the reason', async (t) => {
  let controller = new AbortController();
  const opened = await open(t, () => {
    controller.abort(new Error('given up'));
    return undefined;
  });
  const asking: readonly Call[] = [
    ...calls,
    ['ask for the time', async ({ store }, options) => store.capabilities.readTime?.(options)],
  ];
  for (const [operation, call] of asking) {
    controller = new AbortController();
    await assert.rejects(call(opened, { signal: controller.signal }), { message: 'given up' }, operation);
  }
});

test('a put goes below the prefix under the condition that the name is free, with the MD5 of the bytes', async (t) => {
  let answer = success(201);
  const { store, asked } = await open(t, () => answer);
  assert.equal(await store.put('x/1', bytes), 'created');
  const [{ method, path, headers, body } = assert.fail()] = asked;
  assert.deepEqual([method, path, body], ['PUT', '/acme/vault/a/x/1', 'content']);
  assert.equal(headers['if-none-match'], '*');
  assert.equal(headers['x-ms-blob-type'], 'BlockBlob');
  assert.equal(headers['content-md5'], createHash('md5').update(bytes).digest('base64'));
  // Of an immutable blob, or of one that a condition keeps, nothing else can be meant: the condition is that there is none.
  for (const [status, code] of [
    [409, 'BlobAlreadyExists'],
    [409, 'BlobImmutableDueToPolicy'],
    [409, 'BlobImmutableDueToLegalHold'],
    [412, 'ConditionNotMet'],
  ] as const) {
    answer = refusal(status, code);
    assert.equal(await store.put('x/1', bytes), 'exists', code);
  }
  answer = refusal(409, 'BlobBeingRehydrated');
  await assert.rejects(store.put('x/1', bytes), { code: 'STORE_FAILED', status: 409 });
  assert.equal(asked.length, 6);
});

test('an identity that is refused a put learns whether the name was taken, where it may look', async (t) => {
  let look = success(200, { 'content-length': '7' });
  const { store, asked } = await open(t, ({ method }) => (method === 'HEAD' ? look : denied));
  assert.equal(await store.put('x/1', bytes), 'exists');
  assert.equal(asked.at(-1)?.path, '/acme/vault/a/x/1');
  for (const other of [missing, denied]) {
    look = other;
    await assert.rejects(store.put('x/1', bytes), { code: 'STORE_DENIED', status: 403 });
  }
});

test('a part of nothing is nothing while it lies within the blob', async (t) => {
  const { store } = await open(t, () => success(200, { 'content-length': '7' }));
  for (const offsetBytes of [0, 6, 7]) {
    assert.deepEqual(await store.getRange('x', { offsetBytes, lengthBytes: 0 }), new Uint8Array());
  }
  await assert.rejects(store.getRange('x', { offsetBytes: 8, lengthBytes: 0 }), {
    code: 'VAULT_DAMAGED',
    message: `The blob x in ${place} is shorter than what was written.`,
  });
});

test('a blob that ends before the part does is too short, and one that is missing is told as such', async (t) => {
  let answer: AzureAnswer = success(206, { 'content-length': '2' }, 'on');
  const { store, asked } = await open(t, () => answer);
  const read = (lengthBytes: number) => store.getRange('x', { offsetBytes: 1, lengthBytes });
  assert.equal(String(await read(2)), 'on');
  assert.equal(asked[0]?.headers['x-ms-range'] ?? asked[0]?.headers['range'], 'bytes=1-2');
  const short = { code: 'VAULT_DAMAGED', message: `The blob x in ${place} is shorter than what was written.` };
  await assert.rejects(read(3), short);
  answer = refusal(416, 'InvalidRange');
  await assert.rejects(read(3), short);
  answer = missing;
  const gone = { code: 'VAULT_DAMAGED', message: `The blob x is not in ${place}.` };
  await assert.rejects(read(3), gone);
  await assert.rejects(store.get('x'), gone);
  assert.equal(await store.find('x'), undefined);
});

test('a listing brings names, sizes and times of all pages, the time of the last change where no other is told', async (t) => {
  const created = '<Creation-Time>Fri, 01 May 2026 00:00:00 GMT</Creation-Time><Content-Length>3</Content-Length>';
  const { store, asked } = await open(t, ({ query }) =>
    query.has('marker')
      ? listing([listedBlob('a/x/2'), listedBlob('a/x/3', { properties: ' ' })])
      : listing([listedBlob('a/x/1', { properties: created })], 'm1'),
  );
  assert.deepEqual(await Array.fromAsync(store.list('x/')), [
    { name: 'x/1', sizeBytes: 3, createdAt: '2026-05-01T00:00:00.000Z' },
    { name: 'x/2', sizeBytes: 7, createdAt: '2026-05-10T00:00:00.000Z' },
    { name: 'x/3', sizeBytes: 0, createdAt: '2026-05-10T00:00:00.000Z' },
  ]);
  assert.deepEqual(
    asked.map(({ query }) => ['prefix', 'marker', 'maxresults'].map((name) => query.get(name))),
    [
      ['a/x/', null, '5000'],
      ['a/x/', 'm1', '5000'],
    ],
  );
});

test('a listing that is not in order, or names a blob twice, is refused', async (t) => {
  let names = ['a/2', 'a/1'];
  const { store } = await open(t, () => listing(names.map((name) => listedBlob(name))));
  const disordered = { code: 'STORE_FAILED', message: /failed to list .*its listing is not in order/ };
  await assert.rejects(Array.fromAsync(store.list('')), disordered);
  names = ['a/1', 'a/1'];
  await assert.rejects(Array.fromAsync(store.list('')), disordered);
});

test('what a policy holds is told with its end, where that can be read', async (t) => {
  let look: AzureAnswer = success(200, { 'x-ms-immutability-policy-until-date': 'Mon, 01 Jun 2026 00:00:00 GMT' });
  const { store } = await open(t, ({ method }) =>
    method === 'HEAD' ? look : refusal(409, 'BlobImmutableDueToPolicy'),
  );
  const held = (until: string | undefined) => ({ outcome: 'held', by: 'policy', until });
  assert.deepEqual(await store.delete('x'), held('2026-06-01T00:00:00.000Z'));
  look = success(200);
  assert.deepEqual(await store.delete('x'), held(undefined));
  look = denied;
  assert.deepEqual(await store.delete('x'), held(undefined));
});

test('a deletion is told as done, as of nothing, or as held without end', async (t) => {
  let answer: AzureAnswer = success(202);
  const { store, asked } = await open(t, () => answer);
  assert.deepEqual(await store.delete('x'), { outcome: 'deleted' });
  answer = missing;
  assert.deepEqual(await store.delete('x'), { outcome: 'absent' });
  answer = refusal(409, 'BlobImmutableDueToLegalHold');
  assert.deepEqual(await store.delete('x'), { outcome: 'held', by: 'legal-hold', until: undefined });
  assert.deepEqual([...new Set(asked.map(({ method, path }) => `${method} ${path}`))], ['DELETE /acme/vault/a/x']);
});

test('the protection of a blob is its own and that of its container', async (t) => {
  let own: Record<string, string> = {};
  let container: AzureAnswer = success(200);
  const { store } = await open(t, ({ query }) => (query.has('restype') ? container : success(200, own)));
  const none = { immutableUntil: undefined, isLocked: false, hasLegalHold: false, container: 'none' };
  assert.deepEqual(await store.protection('x'), none);
  const until = 'Mon, 01 Jun 2026 00:00:00 GMT';
  own = { 'x-ms-immutability-policy-until-date': until, 'x-ms-immutability-policy-mode': 'unlocked' };
  const immutableUntil = '2026-06-01T00:00:00.000Z';
  assert.deepEqual(await store.protection('x'), { ...none, immutableUntil });
  own = { ...own, 'x-ms-immutability-policy-mode': 'Locked', 'x-ms-legal-hold': 'true' };
  assert.deepEqual(await store.protection('x'), { ...none, immutableUntil, isLocked: true, hasLegalHold: true });
  own = {};
  for (const [policy, hold, expected] of [
    ['true', 'false', 'policy'],
    ['true', 'true', 'legal-hold'],
    ['false', 'true', 'legal-hold'],
    ['false', 'false', 'none'],
  ] as const) {
    container = success(200, { 'x-ms-has-immutability-policy': policy, 'x-ms-has-legal-hold': hold });
    assert.equal((await store.protection('x'))?.container, expected);
  }
  container = denied;
  assert.equal((await store.protection('x'))?.container, 'unknown');
  container = refusal(503, 'ServerBusy');
  await assert.rejects(store.protection('x'), { code: 'STORE_UNREACHABLE' });
});

test('a blob that is not there has no protection, and a container that is not there is told apart from it', async (t) => {
  let container: AzureAnswer = success(200);
  const silent: AzureAnswer = { status: 404 };
  const { store } = await open(t, ({ query }) => (query.has('restype') ? container : silent));
  assert.equal(await store.protection('x'), undefined);
  container = refusal(404, 'ContainerNotFound');
  await assert.rejects(store.protection('x'), { code: 'VAULT_NOT_FOUND' });
});

test('the making of a container refuses an account that keeps folders, and is not held up where it may not ask', async (t) => {
  let account: AzureAnswer = success(200, { 'x-ms-is-hns-enabled': 'true' });
  let made: AzureAnswer = success(201);
  const { create, asked } = await open(t, ({ query }) => (query.get('restype') === 'account' ? account : made));
  await assert.rejects(create(), {
    code: 'STORE_UNSUITABLE',
    message: /^The storage account of Azure container vault\/a has a hierarchical namespace/,
  });
  assert.equal(asked.length, 1);
  for (const one of [success(200, { 'x-ms-is-hns-enabled': 'false' }), success(200), denied]) {
    account = one;
    assert.equal(await create(), 'created');
  }
  made = refusal(409, 'ContainerAlreadyExists');
  assert.equal(await create(), 'exists');
});

test('the time of the service is that of its answer, also of a refusal', async (t) => {
  let answer: AzureAnswer = success(200, { date: 'Sun, 10 May 2026 01:02:03 GMT' });
  const { store } = await open(t, () => answer);
  assert.equal(await store.capabilities.readTime?.(), '2026-05-10T01:02:03.000Z');
  answer = { ...denied, headers: { ...denied.headers, date: 'Sun, 10 May 2026 01:02:04 GMT' } };
  assert.equal(await store.capabilities.readTime?.(), '2026-05-10T01:02:04.000Z');
});

test('a container that a restore filled attests no times', () => {
  const common = { container: 'vault', connectionString: 'x' };
  assert.equal(createAzureBlobContainer(common).store.capabilities.attestsTime, true);
  assert.equal(createAzureBlobContainer({ ...common, attestsTime: false }).store.capabilities.attestsTime, false);
});
