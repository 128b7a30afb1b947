import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { BlobStore } from '../../src/vault/blob/blob-store.ts';

export interface AzureCallSeen {
  /** PutBlob, GetBlob, HeadBlob, List or Other. */
  readonly operation: 'PutBlob' | 'GetBlob' | 'HeadBlob' | 'List' | 'Other';
  readonly name: string;
}

export interface AzureAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The connection breaks: before anything is answered, or in the middle of the body. */
  readonly broken?: 'unanswered' | 'half';
}

/** What comes between a client and the service. */
export type AzureWire = (call: AzureCallSeen, serve: () => Promise<AzureAnswer>) => Promise<AzureAnswer>;

interface Asked extends AzureCallSeen {
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

const LAST_MODIFIED = 'Sun, 10 May 2026 00:00:00 GMT';
const PAGE = 40;

/**
 * The few calls of Blob Storage that captures and restores make, on this machine, over the blobs of another store: for what a
 * service may answer and Azurite does not. It checks no signature and keeps no ETags.
 */
export async function startPlainAzure(
  store: BlobStore,
  wire: AzureWire,
): Promise<{ readonly connectionString: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = await readRequest(request);
    const { status, headers = {}, body = new Uint8Array(), broken } = await wire(asked, () => serve(store, asked));
    if (broken === 'unanswered') return void response.destroy();
    response.writeHead(status, { 'content-length': body.length, ...headers });
    if (request.method === 'HEAD') return void response.end();
    if (broken === 'half') response.write(body.subarray(0, body.length / 2), () => response.destroy());
    else response.end(body);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const key = Buffer.alloc(32).toString('base64');
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=acme;AccountKey=${key};BlobEndpoint=http://127.0.0.1:${port}/acme`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readRequest(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  // A request without an encoding comes in buffers.
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
  const name = decodeURIComponent(pathname.replace(/^\/acme\/vault\/?/, ''));
  return {
    operation: operationOf(request, name, searchParams),
    name,
    query: searchParams,
    headers: request.headers,
    body: Buffer.concat(chunks),
  };
}

function operationOf({ method }: IncomingMessage, name: string, query: URLSearchParams): AzureCallSeen['operation'] {
  if (name === '') return query.get('comp') === 'list' ? 'List' : 'Other';
  if (method === 'PUT' && !query.has('comp')) return 'PutBlob';
  return method === 'GET' ? 'GetBlob' : method === 'HEAD' ? 'HeadBlob' : 'Other';
}

async function serve(store: BlobStore, asked: Asked): Promise<AzureAnswer> {
  switch (asked.operation) {
    case 'PutBlob': {
      const isCreated = (await store.put(asked.name, asked.body)) === 'created';
      return isCreated ? { status: 201, headers: { etag: '"1"', 'last-modified': LAST_MODIFIED } } : taken;
    }
    case 'GetBlob':
    case 'HeadBlob':
      return readBlob(await store.find(asked.name), asked.headers);
    case 'List':
      return listPage(store, asked.query);
    case 'Other':
      return azureRefusal(400, 'NotModelled');
  }
}

const taken = azureRefusal(409, 'BlobAlreadyExists');

function readBlob(bytes: Uint8Array | undefined, headers: IncomingHttpHeaders): AzureAnswer {
  if (bytes === undefined) return azureRefusal(404, 'BlobNotFound');
  const own = { etag: '"1"', 'last-modified': LAST_MODIFIED, 'x-ms-blob-type': 'BlockBlob' };
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(String(headers['x-ms-range'] ?? headers.range ?? '')) ?? [];
  if (from === undefined) return { status: 200, headers: own, body: bytes };
  if (Number(from) >= bytes.length) return azureRefusal(416, 'InvalidRange');
  const end = to === undefined || to === '' ? bytes.length : Math.min(bytes.length, Number(to) + 1);
  const body = bytes.subarray(Number(from), end);
  return { status: 206, headers: { ...own, 'content-range': `bytes ${from}-${end - 1}/${bytes.length}` }, body };
}

/** One page of names or, with a delimiter, of the next level; the marker is the last that was given. */
async function listPage(store: BlobStore, query: URLSearchParams): Promise<AzureAnswer> {
  const prefix = query.get('prefix') ?? '';
  const after = query.get('marker') ?? '';
  const isFlat = !query.has('delimiter');
  const infos = isFlat ? await Array.fromAsync(store.list(prefix)) : [];
  const sizes = new Map(infos.map(({ name, sizeBytes }) => [name, sizeBytes]));
  const all = isFlat ? [...sizes.keys()] : await Array.fromAsync(store.listFolders(prefix));
  const left = all.filter((name) => name > after);
  const page = left.slice(0, PAGE);
  const items = page.map((name) =>
    isFlat
      ? `<Blob><Name>${name}</Name><Properties><Creation-Time>${LAST_MODIFIED}</Creation-Time><Last-Modified>${LAST_MODIFIED}</Last-Modified><Etag>1</Etag><Content-Length>${sizes.get(name)}</Content-Length></Properties></Blob>`
      : `<BlobPrefix><Name>${name}</Name></BlobPrefix>`,
  );
  const next = left.length > PAGE ? page.at(-1) : '';
  const text = `<?xml version="1.0"?><EnumerationResults ServiceEndpoint="http://127.0.0.1/" ContainerName="vault"><Blobs>${items.join('')}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`;
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: Buffer.from(text) };
}

/** An error of the service, by its code. */
export function azureRefusal(
  status: number,
  code: string,
  headers: Readonly<Record<string, string>> = {},
): AzureAnswer {
  return {
    status,
    headers: { ...headers, 'content-type': 'application/xml', 'x-ms-error-code': code },
    body: Buffer.from(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`),
  };
}
