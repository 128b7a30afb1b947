import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { TestContext } from 'node:test';

export interface AzureRequest {
  readonly method: string;
  /** `/acme/vault/NAME` */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface AzureAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface ScriptedAzure {
  /** Of the account `acme`, with its key. */
  readonly connectionString: string;
  /** `http://127.0.0.1:PORT/acme` */
  readonly endpoint: string;
  readonly asked: AzureRequest[];
}

/** A storage service on this machine that answers as told, or never, for what Azurite does not do. It ends with the test. */
export async function startScriptedAzure(
  t: TestContext,
  answer: (request: AzureRequest) => AzureAnswer | undefined,
): Promise<ScriptedAzure> {
  const asked: AzureRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
      const { method = '', headers } = request;
      const one = { method, path: pathname, query: searchParams, headers, body: String(Buffer.concat(chunks)) };
      asked.push(one);
      const answered = answer(one);
      if (answered === undefined) return;
      const { status, headers: own = {}, body = '' } = answered;
      response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...own });
      response.end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const endpoint = `http://127.0.0.1:${address.port}/acme`;
  const key = Buffer.alloc(32).toString('base64');
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=acme;AccountKey=${key};BlobEndpoint=${endpoint}`;
  return { connectionString, endpoint, asked };
}

const LAST_MODIFIED = 'Sun, 10 May 2026 00:00:00 GMT';

/** What a blob or container was changed to, or is. */
export function success(status: number, headers: Readonly<Record<string, string>> = {}, body = ''): AzureAnswer {
  return { status, headers: { etag: '"1"', 'last-modified': LAST_MODIFIED, ...headers }, body };
}

export function refusal(status: number, code: string): AzureAnswer {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml', 'x-ms-error-code': code }, body };
}

/** A page of a listing, from the XML of its blobs or prefixes. */
export function listing(items: readonly string[], next = ''): AzureAnswer {
  const body = `<?xml version="1.0"?><EnumerationResults ServiceEndpoint="http://127.0.0.1/" ContainerName="vault"><Blobs>${items.join('')}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`;
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

/** A blob in a listing; `parts` are further elements of it, and of its properties. */
export function listedBlob(name: string, parts: { readonly own?: string; readonly properties?: string } = {}): string {
  const { own = '', properties = '<Content-Length>7</Content-Length>' } = parts;
  return `<Blob><Name>${name}</Name>${own}<Properties><Last-Modified>${LAST_MODIFIED}</Last-Modified><Etag>1</Etag>${properties}</Properties></Blob>`;
}
