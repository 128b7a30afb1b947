import { Agent, request } from 'node:http';
import { sharedKeyAuthorization } from './shared-key.ts';

/** The store behind the guard. */
export interface GuardUpstream {
  /** `http://127.0.0.1:10000/devstoreaccount1` */
  readonly blobEndpoint: string;
  readonly accountName: string;
  readonly accountKey: string;
}

export interface UpstreamCall {
  readonly method: string;
  /** Below the account, encoded: `/container/blob`. */
  readonly path: string;
  readonly query?: ReadonlyMap<string, string>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Of a connection, or of who asks: the guard's own are sent instead. */
const notPassedOn =
  /^(host|connection|authorization|date|x-ms-date|content-length|transfer-encoding|expect|keep-alive)$/;
const VERSION = '2026-04-06';

/** Sends calls to Azurite, signed with its key. */
export class UpstreamClient {
  readonly #upstream: GuardUpstream;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(upstream: GuardUpstream) {
    this.#upstream = upstream;
  }

  async send({ method, path, query = new Map(), headers: given = {}, body }: UpstreamCall): Promise<UpstreamAnswer> {
    const url = new URL(`${this.#upstream.blobEndpoint}${path}`);
    for (const [name, value] of query) url.searchParams.set(name, value);
    const passed = Object.entries(given).filter(([name]) => !notPassedOn.test(name));
    const headers: Record<string, string> = {
      'x-ms-version': VERSION,
      ...Object.fromEntries(passed),
      // Azurite does not look at it.
      'x-ms-date': 'Thu, 01 Jan 2026 00:00:00 GMT',
      ...(body === undefined ? {} : { 'content-length': String(body.length) }),
    };
    const signed = {
      method,
      path: url.pathname,
      query: new Map([...query].map(([name, value]) => [name, [value]])),
      headers,
    };
    const { accountName: account, accountKey: key } = this.#upstream;
    headers['authorization'] = sharedKeyAuthorization(signed, { account, key });
    return new Promise((resolve, reject) => {
      const outgoing = request(url, { method, headers, agent: this.#agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: flat(response.headers), body: Buffer.concat(chunks) });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Header values as single texts. */
export function flat(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) => {
    return value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')] as const];
  });
  return Object.fromEntries(entries);
}
