import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';
import type { BlobStates } from './as-of-blob-store.ts';
import { createAzureBlobVersions } from './azure-blob-versions.ts';

type Answer = (request: { readonly url: URL; readonly range: string | undefined }, response: ServerResponse) => void;

/** Versions of a container of a service that answers as told: Azurite keeps none. */
async function open(t: TestContext, answer: Answer, prefix = 'a/'): Promise<BlobStates> {
  const server = createServer((request: IncomingMessage, response) => {
    const range = request.headers['x-ms-range'] ?? request.headers.range;
    answer({ url: new URL(request.url ?? '/', 'http://x'), range: String(range ?? '') || undefined }, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const key = Buffer.alloc(32).toString('base64');
  const endpoint = `http://127.0.0.1:${address.port}/acme`;
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=acme;AccountKey=${key};BlobEndpoint=${endpoint}`;
  return createAzureBlobVersions({ container: 'vault', prefix, connectionString, pageSize: 2 });
}

function blob(
  name: string,
  parts: { readonly version?: string; readonly deleted?: boolean; readonly created?: string },
) {
  const { version, deleted, created = 'Sun, 10 May 2026 01:00:00 GMT' } = parts;
  const createdOn = created === '' ? '' : `<Creation-Time>${created}</Creation-Time>`;
  return [
    `<Blob><Name>${name}</Name>`,
    version === undefined ? '' : `<VersionId>${version}</VersionId>`,
    deleted === undefined ? '' : `<Deleted>${deleted}</Deleted>`,
    `<Properties>${createdOn}<Last-Modified>Sun, 10 May 2026 02:00:00 GMT</Last-Modified><Etag>1</Etag>`,
    '<Content-Length>7</Content-Length></Properties></Blob>',
  ].join('');
}

function listing(blobs: readonly string[], next = ''): string {
  return `<?xml version="1.0"?><EnumerationResults ServiceEndpoint="http://127.0.0.1/" ContainerName="vault"><Blobs>${blobs.join('')}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`;
}

function answerXml(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' }).end(text);
}

function answerBytes(response: ServerResponse, text: string): void {
  response
    .writeHead(200, { 'content-length': text.length, etag: '"1"', 'last-modified': 'Sun, 10 May 2026 00:00:00 GMT' })
    .end(text);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml', 'x-ms-error-code': code });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
}

test('all versions of all pages are listed, without the prefix, dated by the version or else by the blob', async (t) => {
  const asked: URL[] = [];
  const versions = await open(t, ({ url }, response) => {
    asked.push(url);
    const first = [
      blob('a/one', { version: '2026-05-09T03:04:05.1234567Z', deleted: true }),
      blob('a/one', { version: '2026-05-09T03:04:06.0000000Z', deleted: false }),
    ];
    const second = [blob('a/two', {}), blob('a/three', { version: 'odd', created: '' })];
    answerXml(response, url.searchParams.has('marker') ? listing(second) : listing(first, 'm1'));
  });
  const common = { sizeBytes: 7, isSoftDeleted: false };
  assert.deepEqual(await Array.fromAsync(versions.list('t')), [
    {
      ...common,
      name: 'one',
      versionId: '2026-05-09T03:04:05.1234567Z',
      createdAt: '2026-05-09T03:04:05.123Z',
      isSoftDeleted: true,
    },
    { ...common, name: 'one', versionId: '2026-05-09T03:04:06.0000000Z', createdAt: '2026-05-09T03:04:06.000Z' },
    { ...common, name: 'two', versionId: undefined, createdAt: '2026-05-10T01:00:00.000Z' },
    { ...common, name: 'three', versionId: 'odd', createdAt: '2026-05-10T02:00:00.000Z' },
  ]);
  assert.deepEqual(
    asked.map(({ searchParams }) =>
      ['prefix', 'include', 'maxresults', 'marker'].map((name) => searchParams.get(name)),
    ),
    [
      ['a/t', 'deleted,versions', '2', null],
      ['a/t', 'deleted,versions', '2', 'm1'],
    ].map((row) => row),
  );
});

test('a container keeps versions where a blob of it has one', async (t) => {
  let blobs: readonly string[] = [];
  const versions = await open(t, (_, response) => answerXml(response, listing(blobs)));
  assert.equal(await versions.keepsVersions(), false);
  blobs = [blob('a/one', {}), blob('a/two', {})];
  assert.equal(await versions.keepsVersions(), false);
  blobs = [blob('a/one', {}), blob('a/two', { version: '2026-05-09T03:04:05.1234567Z' })];
  assert.equal(await versions.keepsVersions(), true);
});

test('a version, a part of it and the blob itself are read below the prefix', async (t) => {
  const asked: (readonly [string, string | null, string | undefined])[] = [];
  const versions = await open(t, ({ url, range }, response) => {
    asked.push([url.pathname, url.searchParams.get('versionid'), range]);
    answerBytes(response, range === undefined ? 'content' : 'nte');
  });
  const state = { name: 'one', createdAt: '', sizeBytes: 7, isSoftDeleted: false };
  const read = async (...call: Parameters<BlobStates['read']>) => Buffer.from((await versions.read(...call)) ?? '');
  assert.equal(String(await read({ ...state, versionId: undefined })), 'content');
  assert.equal(String(await read({ ...state, versionId: 'v1' }, { offsetBytes: 2, lengthBytes: 3 })), 'nte');
  assert.deepEqual(asked, [
    ['/acme/vault/a/one', null, undefined],
    ['/acme/vault/a/one', 'v1', 'bytes=2-4'],
  ]);
});

test('a version that is gone is none, and any other refusal is an error', async (t) => {
  let code = 'BlobNotFound';
  const versions = await open(t, (_, response) => refuse(response, 404, code));
  const state = { name: 'one', versionId: 'v1', createdAt: '', sizeBytes: 7, isSoftDeleted: false };
  assert.equal(await versions.read(state), undefined);
  code = 'ContainerNotFound';
  await assert.rejects(versions.read(state), { code: 'VAULT_NOT_FOUND' });
  code = 'ResourceNotFound';
  await assert.rejects(versions.read(state), {
    code: 'STORE_FAILED',
    message: 'The Azure container vault/a failed to read one (404 ResourceNotFound).',
  });
  await assert.rejects(Array.fromAsync(versions.list('t')), { message: /failed to list t \(404/ });
});

test('a call that is given up ends', async (t) => {
  const versions = await open(t, (_, response) => answerXml(response, listing([])));
  const signal = AbortSignal.abort(new Error('given up'));
  await assert.rejects(versions.keepsVersions({ signal }), { message: 'given up' });
  await assert.rejects(Array.fromAsync(versions.list('', { signal })), { message: 'given up' });
  const state = { name: 'one', versionId: 'v1', createdAt: '', sizeBytes: 7, isSoftDeleted: false };
  await assert.rejects(versions.read(state, undefined, { signal }), { message: 'given up' });
});
