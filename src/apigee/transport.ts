import type { ApiUsage, TokenSource } from '../app/ports/organization.ts';
import { HoldfastError, InternalError, RemoteError } from '../core/errors.ts';
import type { JsonValue } from '../core/json.ts';
import { judgeRemoteError } from '../core/judge-remote-error.ts';
import { parseShallow } from '../core/parse-shallow.ts';
import type { Clock } from '../platform/clock.ts';
import type { HttpClient, HttpResponse } from '../platform/http.ts';
import { HttpTransportError } from '../platform/http-transport-error.ts';
import type { RandomSource } from '../platform/random.ts';
import { findRetryAfterMs, type RetryPolicy, retry } from '../platform/retry.ts';
import { looksLikeHtml, notApigee, translateRefusal } from './answer-error.ts';
import { bundleTooLarge, LARGEST_ZIP_BYTES } from './bundle-zip.ts';
import type { Pacer } from './pacer.ts';
import { translateExchangeFailure } from './unreachable-error.ts';

export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `organizations/{org}/`, percent-encoded; '' is the organization itself. */
  readonly path: string;
  readonly query?: { readonly [name: string]: string };
  readonly body?: { readonly contentType: string; readonly bytes: Uint8Array };
  /** What it does, not how: some reads are POSTs. Writes need an organization opened for writing. */
  readonly access: 'read' | 'write';
  /** A write that may be sent again although its first answer was lost. Reads always may. */
  readonly repeatable?: boolean;
}

/** A successful answer. `json` is undefined when the body is empty. */
export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
  readonly json: JsonValue | undefined;
}

/** One organization's management API as authenticated, paced and retried calls. */
export interface Transport {
  /** Sends a call whose answer is JSON or nothing. RemoteError when it failed for good; `ambiguous` when nobody knows. */
  call(call: ApiCall): Promise<ApiAnswer>;
  /** Reads a bundle's zip. RemoteError `BUNDLE_TOO_LARGE` above 15 MiB. */
  download(path: string, query: { readonly [name: string]: string }, resource: string): Promise<Uint8Array>;
  /** The bytes that the path answers, whatever they are. */
  readBytes(path: string): Promise<Uint8Array>;
  /** Raises the least number of calls with which all this could have been read. */
  countFloor(calls: number): void;
  /** Foreseen is what waits for its turn. */
  usage(): ApiUsage;
}

export interface TransportOptions {
  readonly organization: string;
  /** Scheme, host and port, no slash at the end. */
  readonly endpoint: string;
  readonly tokens: TokenSource;
  readonly http: HttpClient;
  readonly pacer: Pacer;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly writable: boolean;
  readonly policy?: RetryPolicy | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly log?:
    | ((event: { readonly message: string; readonly operation: string; readonly detail: string }) => void)
    | undefined;
}

/** About a minute and a half of an unreachable or overloaded service is waited out. */
const PATIENCE: RetryPolicy = {
  attempts: 10,
  firstPauseMs: 400,
  longestPauseMs: 20_000,
  longestAskedPauseMs: 120_000,
};
const TIMEOUT_MS = 60_000;
const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;

/** Creates the transport; nothing is sent yet. */
export function createTransport(options: TransportOptions): Transport {
  return new ApigeeTransport(options);
}

/** Method and path for people and logs, below the organization; consumer keys are masked. */
export function describeCall(call: Pick<ApiCall, 'method' | 'path'>): string {
  return `${call.method} ${call.path.replace(/(\/keys\/)[^/?]+/g, '$1***') || 'the organization'}`;
}

class ApigeeTransport implements Transport {
  readonly #options: TransportOptions;
  #waiting = 0;
  #refreshing: Promise<unknown> | undefined;
  readonly #counts = { reads: 0, writes: 0, retries: 0, throttled: 0, floor: 0, bundleDownloads: 0 };

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  async call(call: ApiCall): Promise<ApiAnswer> {
    return this.#retried(call, async () => {
      const answer = await this.#send(call, { accept: 'application/json', maxBytes: LARGEST_ANSWER_BYTES });
      return parseAnswer(answer, call);
    });
  }

  async download(path: string, query: { readonly [name: string]: string }, resource: string): Promise<Uint8Array> {
    this.#counts.bundleDownloads += 1;
    const start = ({ body }: HttpResponse): string => new TextDecoder('latin1').decode(body.subarray(0, 100));
    return this.#bytes({ method: 'GET', path, query, access: 'read' }, start, resource);
  }

  async readBytes(path: string): Promise<Uint8Array> {
    // The bytes are somebody's file, which may well be XML: only the header tells a page of something in between.
    return this.#bytes({ method: 'GET', path, access: 'read' }, () => '');
  }

  #bytes(call: ApiCall, startOf: (answer: HttpResponse) => string, bundle?: string): Promise<Uint8Array> {
    const want = { accept: '*/*', maxBytes: LARGEST_ZIP_BYTES, ...(bundle === undefined ? {} : { bundle }) };
    return this.#retried(call, async () => {
      const answer = await this.#send(call, want);
      if (looksLikeHtml({ contentType: answer.headers.get('content-type') ?? '', text: startOf(answer) }))
        throw notApigee(describeCall(call), 'HTML');
      return answer.body;
    });
  }

  countFloor(calls: number): void {
    this.#counts.floor += calls;
  }

  usage(): ApiUsage {
    return { ...this.#counts, calls: this.#counts.reads + this.#counts.writes, foreseen: this.#waiting };
  }

  #retried<T>(call: ApiCall, action: () => Promise<T>): Promise<T> {
    if (call.access === 'write' && !this.#options.writable) {
      throw new InternalError(`${describeCall(call)} is a write, and the organization was opened for reading only.`);
    }
    const { policy = PATIENCE, clock, random, signal, log } = this.#options;
    const mayRepeat = call.access === 'read' || call.repeatable === true;
    return retry(action, {
      policy,
      clock,
      random,
      signal,
      judge: (error) => judgeRemoteError(error, { mayRepeat }),
      onRetry: ({ error, attempt, pauseMs }) => {
        this.#counts.retries += 1;
        const why = error instanceof HoldfastError ? error.message : 'unknown';
        log?.({
          message: 'call repeated',
          operation: describeCall(call),
          detail: `attempt ${attempt} failed, next in ${pauseMs} ms: ${why}`,
        });
      },
    });
  }

  async #send(call: ApiCall, want: Want): Promise<HttpResponse> {
    const credentials = await this.#credentials();
    let answer = await this.#sendWith(credentials, call, want);
    if (answer.status === 401) answer = await this.#sendWith(await this.#fresherThan(credentials.token), call, want);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw this.#refusal(answer, call);
  }

  /** The token in use; a refresh that is under way is awaited. */
  async #credentials(): Promise<Credentials> {
    await this.#refreshing;
    return this.#options.tokens.get();
  }

  /** Refreshes once for all calls that were refused with the same token. */
  async #fresherThan(refused: string): Promise<Credentials> {
    const current = await this.#credentials();
    if (current.token !== refused) return current;
    this.#refreshing ??= this.#options.tokens.get({ refresh: true }).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#credentials();
  }

  async #sendWith(credentials: Credentials, call: ApiCall, want: Want): Promise<HttpResponse> {
    const { pacer, signal } = this.#options;
    this.#waiting += 1;
    let waits = 1;
    const beginsOrGivesUp = (): void => {
      this.#waiting -= waits;
      waits = 0;
    };
    const exchange = async (): Promise<HttpResponse> => {
      beginsOrGivesUp();
      this.#counts[call.access === 'read' ? 'reads' : 'writes'] += 1;
      const answer = await this.#exchange(call, credentials, want);
      this.#options.log?.({ message: 'call', operation: describeCall(call), detail: String(answer.status) });
      if (answer.status === 429) {
        this.#counts.throttled += 1;
        pacer.throttled(this.#retryAfterMs(answer));
      }
      return answer;
    };
    return await pacer.run(exchange, signal).finally(beginsOrGivesUp);
  }

  async #exchange(call: ApiCall, credentials: Credentials, want: Want): Promise<HttpResponse> {
    const { http, signal } = this.#options;
    try {
      return await http.send({
        method: call.method,
        url: this.#url(call),
        headers: {
          authorization: `Bearer ${credentials.token}`,
          accept: want.accept,
          ...(credentials.quotaProject === undefined ? {} : { 'x-goog-user-project': credentials.quotaProject }),
          ...(call.body === undefined ? {} : { 'content-type': call.body.contentType }),
        },
        ...(call.body === undefined ? {} : { body: call.body.bytes }),
        timeoutMs: TIMEOUT_MS,
        maxBytes: want.maxBytes,
        // A write that is on its way is heard out: what it did, and what the server assigned, has to be known.
        ...(call.access === 'write' ? {} : { signal }),
      });
    } catch (error) {
      if (want.bundle !== undefined && error instanceof HttpTransportError && error.fault === 'tooLarge') {
        throw bundleTooLarge(want.bundle, error.message);
      }
      throw translateExchangeFailure(error, { operation: describeCall(call), access: call.access });
    }
  }

  #url(call: ApiCall): string {
    const query = new URLSearchParams(call.query).toString();
    const path = `organizations/${encodeURIComponent(this.#options.organization)}${call.path === '' || call.path.startsWith(':') ? '' : '/'}${call.path}`;
    return `${this.#options.endpoint}/v1/${path}${query === '' ? '' : `?${query}`}`;
  }

  #retryAfterMs(answer: HttpResponse): number | undefined {
    return findRetryAfterMs(answer.headers.get('retry-after'), this.#options.clock.epochMs());
  }

  #refusal(answer: HttpResponse, call: ApiCall): RemoteError {
    const text = new TextDecoder().decode(answer.body);
    if (answer.status >= 300 && answer.status < 400) return notApigee(describeCall(call), 'a redirect');
    return translateRefusal(
      {
        status: answer.status,
        contentType: answer.headers.get('content-type') ?? '',
        text,
        retryAfterMs: this.#retryAfterMs(answer),
      },
      { operation: describeCall(call), access: call.access },
    );
  }
}

interface Want {
  readonly accept: string;
  readonly maxBytes: number;
  /** The resource whose bundle is read, for the message when it is too large. */
  readonly bundle?: string;
}

type Credentials = Awaited<ReturnType<TokenSource['get']>>;

function parseAnswer(answer: HttpResponse, call: ApiCall): ApiAnswer {
  const operation = describeCall(call);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(answer.body);
  } catch (cause) {
    throw unreadable(call, 'is no UTF-8 text', cause);
  }
  if (text.trim() === '') return { status: answer.status, text, json: undefined };
  if (looksLikeHtml({ contentType: answer.headers.get('content-type') ?? '', text }))
    throw notApigee(operation, 'HTML');
  try {
    // What was parsed is JSON, whatever it is.
    return { status: answer.status, text, json: parseShallow(text) as JsonValue };
  } catch (cause) {
    if (!/\bjson\b/i.test(answer.headers.get('content-type') ?? ''))
      throw notApigee(operation, `"${answer.headers.get('content-type') ?? ''}" instead of JSON`);
    throw unreadable(call, 'is no JSON that can be read', cause);
  }
}

function unreadable(call: ApiCall, why: string, cause: unknown): RemoteError {
  return new RemoteError({
    code: 'REMOTE_ANSWER_INVALID',
    message: `The answer to ${describeCall(call)} ${why}.`,
    next: 'Run again; if it stays, something between here and Apigee changes the answers.',
    operation: describeCall(call),
    retryable: true,
    ambiguous: call.access === 'write',
    cause: cause instanceof Error ? new Error(cause.name) : undefined,
  });
}
