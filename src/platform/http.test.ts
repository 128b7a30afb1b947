import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createHttpClient, type HttpRequest, type HttpResponse } from './http.ts';
import { HttpTransportError, translateSocketError } from './http-transport-error.ts';

const client = createHttpClient();
const servers: { close(): void }[] = [];

after(() => {
  client.close();
  for (const server of servers) server.close();
});

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return `http://127.0.0.1:${address.port}`;
}

function serve(listener: RequestListener): Promise<string> {
  return listen(createServer(listener));
}

/** A server that answers any request with these bytes and then does as `then` says. */
function serveRaw(answer: string, then: (socket: Socket) => void = (socket) => socket.end()): Promise<string> {
  return listen(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.write(answer, () => then(socket)));
    }),
  );
}

function send(url: string, request: Partial<HttpRequest> = {}): Promise<HttpResponse> {
  return client.send({ method: 'GET', url, timeoutMs: 5000, maxBytes: 1000, ...request });
}

function fault(expected: string, mayHaveArrived: boolean): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof HttpTransportError, String(error));
    assert.deepEqual([error.fault, error.mayHaveArrived], [expected, mayHaveArrived]);
    return true;
  };
}

test('a request arrives as it was sent and every status is an answer', async () => {
  const url = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(Buffer.from(chunk)));
    request.on('end', () => {
      const received = [request.method, request.url, request.headers['x-mine'], Buffer.concat(chunks)];
      response.writeHead(409, { 'content-type': 'application/json', 'x-two': ['a', 'b'] }).end(received.join(' '));
    });
  });
  const body = Buffer.from('{"a":1}');
  const answer = await send(`${url}/v1/x?y=z`, { method: 'PUT', body, headers: { 'x-mine': 'yes' } });
  assert.equal(answer.status, 409);
  assert.equal(answer.headers.get('content-type'), 'application/json');
  assert.equal(answer.headers.get('x-two'), 'a, b');
  assert.equal(Buffer.from(answer.body).toString(), 'PUT /v1/x?y=z yes {"a":1}');
});

test('a write without a body says that its body is empty', async () => {
  const url = await serve((request, response) => response.end(String(request.headers['content-length'])));
  assert.equal(Buffer.from((await send(url, { method: 'POST' })).body).toString(), '0');
  assert.equal(Buffer.from((await send(url, { method: 'DELETE' })).body).toString(), 'undefined');
});

test('a redirect is not followed', async () => {
  const url = await serve((_request, response) => response.writeHead(302, { location: 'https://example.com/' }).end());
  const answer = await send(url);
  assert.equal(answer.status, 302);
});

test('connections are used again', async () => {
  const sockets = new Set<unknown>();
  const url = await serve((request, response) => {
    sockets.add(request.socket);
    response.end('ok');
  });
  for (let round = 0; round < 5; round += 1) await send(url);
  assert.equal(sockets.size, 1);
});

test('a compressed answer is unpacked, up to the limit', async () => {
  const url = await serve((request, response) => {
    const size = Number(request.url?.slice(1));
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(gzipSync(Buffer.alloc(size, 'x')));
  });
  assert.equal((await send(`${url}/1000`)).body.length, 1000);
  await assert.rejects(send(`${url}/1001`), fault('tooLarge', true));
  await assert.rejects(send(`${url}/100000`), fault('tooLarge', true));
});

test('an answer that is too large is cut off while it comes', async () => {
  const url = await serve((_request, response) => {
    response.write(Buffer.alloc(2000));
  });
  await assert.rejects(send(url), fault('tooLarge', true));
});

test('an answer that ends early is an error, by its length, its chunks or its compression', async () => {
  const short = await serveRaw('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345');
  await assert.rejects(send(short), fault('truncated', true));
  const chunked = await serveRaw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n');
  await assert.rejects(send(chunked), fault('truncated', true));
  const cut = gzipSync('x'.repeat(500)).subarray(0, 12);
  const compressed = await serve((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': cut.length }).end(cut);
  });
  await assert.rejects(send(compressed), fault('truncated', true));
});

test('a connection that breaks before the answer leaves a write open', async () => {
  const url = await serveRaw('', (socket) => socket.resetAndDestroy());
  await assert.rejects(send(url, { method: 'POST' }), fault('reset', true));
});

test('nobody listening and no such host mean that nothing arrived', async () => {
  const url = await serve(() => undefined);
  servers.at(-1)?.close();
  await assert.rejects(send(url, { method: 'POST' }), fault('refused', false));
  const unresolved = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
  assert.ok(fault('unresolved', false)(translateSocketError(unresolved, true)));
  const badCertificate = Object.assign(new Error('chain'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' });
  assert.ok(fault('tls', false)(translateSocketError(badCertificate, true)));
});

test('an answer that does not come in time is a timeout, before or within the body', async () => {
  const silent = await serve(() => undefined);
  await assert.rejects(send(silent, { timeoutMs: 50 }), fault('timeout', true));
  const stuck = await serveRaw('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123', () => undefined);
  await assert.rejects(send(stuck, { timeoutMs: 50 }), fault('timeout', true));
});

test('an abort rejects with the reason of the signal', async () => {
  const reason = new Error('stopped by the user');
  const controller = new AbortController();
  const url = await serve(() => controller.abort(reason));
  await assert.rejects(send(url, { signal: controller.signal }), reason);
  await assert.rejects(send(url, { signal: controller.signal }), reason);
});

test('plain http is for this machine only', async () => {
  for (const url of [
    'http://apigee.googleapis.com/',
    'http://127.0.0.1.example.com/',
    'ftp://127.0.0.1/',
    'http://10.0.0.1/',
  ]) {
    await assert.rejects(send(url), fault('insecure', false), url);
  }
});

test('the proxy of the environment is used for other machines and never for this one', async () => {
  const asked: string[] = [];
  const proxy = createServer((request) => asked.push(String(request.url)));
  proxy.on('connect', (request, socket) => {
    asked.push(String(request.url));
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  const proxyUrl = await listen(proxy);
  const proxied = createHttpClient({ proxyEnvironment: { HTTPS_PROXY: proxyUrl, HTTP_PROXY: proxyUrl } });
  const call = { method: 'GET', timeoutMs: 5000, maxBytes: 10 } as const;
  await assert.rejects(proxied.send({ ...call, url: 'https://apigee.example.invalid/v1' }), fault('proxy', false));
  const local = await serve((_request, response) => response.end('direct'));
  assert.equal(Buffer.from((await proxied.send({ ...call, url: local })).body).toString(), 'direct');
  proxied.close();
  assert.deepEqual(asked, ['apigee.example.invalid:443']);
});
