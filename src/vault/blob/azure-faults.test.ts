import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, test } from 'node:test';
import { createAzureBlobContainer } from './azure-blob-store.ts';
import type { BlobStore } from './blob-store.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A store over a service that answers as told, for what Azurite never does. */
async function openStore(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  timeoutMs = 30_000,
): Promise<BlobStore> {
  server = createServer((request, response) => {
    request.resume();
    request.on('end', () => answer(request, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const key = Buffer.alloc(32).toString('base64');
  const endpoint = `http://127.0.0.1:${address.port}/acme`;
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=acme;AccountKey=${key};BlobEndpoint=${endpoint}`;
  return createAzureBlobContainer({ container: 'vault', connectionString, timeoutMs }).store;
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml', 'x-ms-error-code': code });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
}

function listing(names: readonly string[], next: string): string {
  const prefixes = names.map((name) => `<BlobPrefix><Name>${name}</Name></BlobPrefix>`).join('');
  return `<?xml version="1.0"?><EnumerationResults ServiceEndpoint="http://127.0.0.1/" ContainerName="vault"><Delimiter>/</Delimiter><Blobs>${prefixes}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`;
}

function answerXml(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' }).end(text);
}

test('a folder that reaches over the end of a page is named once', async () => {
  const store = await openStore((request, response) => {
    const isSecond = request.url?.includes('marker=m1') === true;
    answerXml(response, isSecond ? listing(['b/', 'c/'], '') : listing(['a/', 'b/'], 'm1'));
  });
  assert.deepEqual(await Array.fromAsync(store.listFolders('')), ['a/', 'b/', 'c/']);
});

test('a listing out of order is refused, since callers merge by it', async () => {
  const store = await openStore((_request, response) => answerXml(response, listing(['b/', 'a/'], '')));
  await assert.rejects(Array.fromAsync(store.listFolders('')), { code: 'STORE_FAILED', retryable: false });
});

test('a download that is cut is no blob, and is worth another try', async () => {
  const store = await openStore((_request, response) => {
    response.writeHead(200, { 'content-length': '10', etag: '"1"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' });
    response.write('1234', () => response.destroy());
  });
  await assert.rejects(store.get('a'), { code: 'STORE_UNREACHABLE', retryable: true });
});

test('a busy service leaves a put open and a read not', async () => {
  const store = await openStore((_request, response) => refuse(response, 503, 'ServerBusy'));
  await assert.rejects(store.put('a', new Uint8Array([1])), {
    code: 'STORE_UNREACHABLE',
    status: 503,
    retryable: true,
    ambiguous: true,
  });
  await assert.rejects(store.get('a'), { code: 'STORE_UNREACHABLE', ambiguous: false });
});

test('a container that is being deleted may come back', async () => {
  const store = await openStore((_request, response) => refuse(response, 409, 'ContainerBeingDeleted'));
  await assert.rejects(store.put('a', new Uint8Array([1])), { code: 'STORE_UNREACHABLE', retryable: true });
});

test('a call is sent once: repeating is the decorator’s affair', async () => {
  let calls = 0;
  const store = await openStore((_request, response) => {
    calls += 1;
    refuse(response, 500, 'InternalError');
  });
  await assert.rejects(store.get('a'), { code: 'STORE_UNREACHABLE' });
  assert.equal(calls, 1);
});

test('a service that never answers is given up after the timeout', async () => {
  const store = await openStore(() => undefined, 200);
  await assert.rejects(store.get('a'), { code: 'STORE_UNREACHABLE', retryable: true });
});
