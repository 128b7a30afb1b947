import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { HttpTransportError, translateSocketError } from './http-transport-error.ts';
import { isLoopbackHost } from './loopback.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `https:`, or `http:` to this machine. */
  readonly url: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: Uint8Array;
  /** For the whole exchange, the body of the answer included. */
  readonly timeoutMs: number;
  /** The largest body, after decompression, that is accepted. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; what came several times is joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  /** The whole body, decompressed. */
  readonly body: Uint8Array;
}

export interface HttpClient {
  /**
   * One exchange, tried once. Every status is an answer, and a redirect is not followed. Throws HttpTransportError when
   * no whole answer came, and the signal's reason when it was aborted.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Closes idle connections and cuts the others. */
  close(): void;
}

export interface HttpClientOptions {
  /** Where `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` (in either case) are looked up; no proxy without it. */
  readonly proxyEnvironment?: { readonly [name: string]: string | undefined };
  /** How many connections one host gets at most; 64 unless given. */
  readonly maxConnections?: number;
}

const DEFAULT_MAX_CONNECTIONS = 64;

const decompressors: ReadonlyMap<string, (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>> =
  new Map([
    ['gzip', promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip)],
    ['deflate', promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflate)],
    ['br', promisify<Uint8Array, { maxOutputLength: number }, Buffer>(brotliDecompress)],
  ]);

/**
 * A client that keeps connections alive. Proxies are Node's own support in its agents (never used for this machine);
 * private certificate authorities come from `NODE_EXTRA_CA_CERTS` or `--use-system-ca`, which Node reads when it starts.
 */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const agentOptions = { keepAlive: true, maxSockets: options.maxConnections ?? DEFAULT_MAX_CONNECTIONS };
  const proxyEnv = findProxyEnvironment(options.proxyEnvironment);
  const loopbackAgents = { http: new HttpAgent(agentOptions), https: new HttpsAgent(agentOptions) };
  const outerAgent = new HttpsAgent({ ...agentOptions, ...(proxyEnv === undefined ? {} : { proxyEnv }) });
  return {
    async send(request) {
      const url = new URL(request.url);
      const isLoopback = isLoopbackHost(url.hostname);
      if (url.protocol === 'http:' && isLoopback) return exchange(request, { url, agent: loopbackAgents.http });
      if (url.protocol !== 'https:') throw new HttpTransportError('insecure', `${url.origin} is not encrypted`);
      return exchange(request, { url, agent: isLoopback ? loopbackAgents.https : outerAgent });
    },
    close() {
      for (const agent of [loopbackAgents.http, loopbackAgents.https, outerAgent]) agent.destroy();
    },
  };
}

type ProxyEnvironment = Record<string, string | undefined>;

function findProxyEnvironment(environment: HttpClientOptions['proxyEnvironment']): ProxyEnvironment | undefined {
  if (environment === undefined) return undefined;
  const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy'];
  const found = names.filter((name) => (environment[name] ?? '') !== '');
  if (!found.some((name) => !name.toLowerCase().startsWith('no_'))) return undefined;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  // Older agents take the setting and do not heed it; going around a proxy in silence is worse than stopping.
  if (major < 22 || (major === 22 && minor < 21) || (major === 24 && minor < 5) || major === 23) {
    throw new HttpTransportError('unsupported', `Node ${process.versions.node} cannot use a proxy; 22.21 or 24.5 can`);
  }
  return Object.fromEntries(found.map((name) => [name, environment[name]]));
}

async function exchange(
  request: HttpRequest,
  route: { url: URL; agent: HttpAgent | HttpsAgent },
): Promise<HttpResponse> {
  request.signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(request.timeoutMs);
  const signal = request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]);
  // A socket may fail before a byte of the request left; then a write certainly had no effect.
  const progress = { mayHaveArrived: false };
  try {
    const response = await open(request, { ...route, signal, progress });
    const headers = readHeaders(response);
    const raw = await readBody(response, request);
    const body = request.method === 'HEAD' ? raw : await decompress(raw, headers, request.maxBytes);
    return { status: response.statusCode ?? 0, headers, body };
  } catch (error) {
    request.signal?.throwIfAborted();
    if (timeout.aborted) {
      const message = `no whole answer within ${request.timeoutMs} ms`;
      throw new HttpTransportError('timeout', message, { cause: error, ...progress });
    }
    throw translateSocketError(error, progress.mayHaveArrived);
  }
}

interface OpenExchange {
  readonly url: URL;
  readonly agent: HttpAgent | HttpsAgent;
  readonly signal: AbortSignal;
  readonly progress: { mayHaveArrived: boolean };
}

function open(request: HttpRequest, { url, agent, signal, progress }: OpenExchange): Promise<IncomingMessage> {
  const { method, headers = {}, body } = request;
  const start = url.protocol === 'https:' ? requestHttps : requestHttp;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = start(url, {
    method,
    agent,
    signal,
    headers: {
      'accept-encoding': [...decompressors.keys()].join(', '),
      ...headers,
      ...(body === undefined && method !== 'POST' && method !== 'PUT' && method !== 'PATCH'
        ? {}
        : { 'content-length': String(body?.length ?? 0) }),
    },
  });
  outgoing.on('error', reject);
  outgoing.on('response', resolve);
  outgoing.on('socket', (socket) => {
    const markConnected = (): void => {
      progress.mayHaveArrived = true;
    };
    // A proxied or reused socket is connected already; a new one says when it is.
    if (socket.connecting) socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', markConnected);
    else markConnected();
  });
  outgoing.end(body);
  return promise;
}

function readHeaders(response: IncomingMessage): ReadonlyMap<string, string> {
  const entries = Object.entries(response.headersDistinct).map(
    ([name, values]) => [name, (values ?? []).join(', ')] as const,
  );
  return new Map(entries);
}

async function readBody(response: IncomingMessage, request: HttpRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of response) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('a body comes as bytes as long as no encoding is set');
      sizeBytes += chunk.length;
      if (sizeBytes > request.maxBytes) throw tooLarge(request.maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    response.destroy();
    // The connection ended before as many bytes came as were announced.
    if (!response.complete && !(error instanceof HttpTransportError) && !isAborted(error)) {
      throw new HttpTransportError('truncated', `the answer ended after ${sizeBytes} bytes`, {
        cause: error,
        mayHaveArrived: true,
      });
    }
    throw error;
  }
  return Buffer.concat(chunks);
}

async function decompress(raw: Buffer, headers: ReadonlyMap<string, string>, maxBytes: number): Promise<Uint8Array> {
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || raw.length === 0) return raw;
  const decompressor = decompressors.get(encoding);
  if (decompressor === undefined) {
    throw new HttpTransportError('unsupported', `the answer is in the unknown encoding ${encoding}`, {
      mayHaveArrived: true,
    });
  }
  try {
    return await decompressor(raw, { maxOutputLength: maxBytes });
  } catch (error) {
    const isTooLarge = error instanceof RangeError;
    if (isTooLarge) throw tooLarge(maxBytes);
    const options = { cause: error, mayHaveArrived: true };
    throw new HttpTransportError('truncated', 'the compressed answer is cut or damaged', options);
  }
}

function tooLarge(maxBytes: number): HttpTransportError {
  return new HttpTransportError('tooLarge', `the answer is larger than ${maxBytes} bytes`, { mayHaveArrived: true });
}

function isAborted(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
