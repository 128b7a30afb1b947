import { HoldfastError, RemoteError } from '../core/errors.ts';
import { judgeRemoteError } from '../core/judge-remote-error.ts';
import type { ResourceId } from '../core/resource.ts';
import type { Clock } from '../platform/clock.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../platform/http.ts';
import { HttpTransportError } from '../platform/http-transport-error.ts';
import { isLoopbackHost } from '../platform/loopback.ts';
import type { RandomSource } from '../platform/random.ts';
import { findRetryAfterMs, type RetryPolicy, retry } from '../platform/retry.ts';
import { bundleTooLarge, LARGEST_ZIP_BYTES } from './bundle-zip.ts';
import { translateExchangeFailure } from './unreachable-error.ts';

/** Objects behind signed URLs, which stand in another service than the API: whoever has the URL needs no token, and none is sent. */
export interface SignedStorage {
  /**
   * The bytes behind the URL. RemoteError `BUNDLE_TOO_LARGE` above 15 MiB, `REMOTE_ANSWER_INVALID` for a URL of somebody else's;
   * with `status` where the storage refuses: the URL may be too old.
   */
  read(url: string, resource: ResourceId): Promise<Uint8Array>;
  /** Puts a zip there; doing so twice is doing so once. The same errors. */
  write(url: string, zip: Uint8Array, resource: ResourceId): Promise<void>;
}

export interface SignedStorageOptions {
  /** The endpoint of the API. */
  readonly endpoint: string;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly policy?: RetryPolicy | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly log?:
    | ((event: { readonly message: string; readonly operation: string; readonly detail: string }) => void)
    | undefined;
}

const GOOGLES_STORAGE = 'storage.googleapis.com';
const TIMEOUT_MS = 120_000;
const LARGEST_REFUSAL_BYTES = 64 * 1024;
const PATIENCE: RetryPolicy = { attempts: 6, firstPauseMs: 400, longestPauseMs: 10_000, longestAskedPauseMs: 60_000 };

/** These and no others are part of what an upload URL is signed for. */
const uploadHeaders = { 'content-type': 'application/zip', 'x-goog-content-length-range': '0,1073741824' };

/**
 * Where archives may be read and put: Google's storage over https and, where the API is this machine's (a simulator), this
 * machine. RemoteError `REMOTE_ANSWER_INVALID` for any other address, of which no more than the host is said.
 */
export function checkSignedUrl(url: string, endpoint: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isGoogles = parsed?.protocol === 'https:' && parsed.hostname === GOOGLES_STORAGE && parsed.port === '';
  const isOurs = parsed !== undefined && isLoopbackHost(new URL(endpoint).hostname) && isLoopbackHost(parsed.hostname);
  const isWeb = parsed?.protocol === 'https:' || parsed?.protocol === 'http:';
  if (parsed !== undefined && isWeb && (isGoogles || isOurs) && parsed.username === '' && parsed.password === '')
    return parsed.href;
  const where =
    parsed === undefined ? 'something that is no address' : `an address at ${parsed.protocol}//${parsed.host}`;
  throw new RemoteError({
    code: 'REMOTE_ANSWER_INVALID',
    message: `For an archive the API answered ${where}, which is not Google's storage; nothing was sent there.`,
    next: 'Check the endpoint (HOLDFAST_APIGEE_ENDPOINT) and what proxies stand before it.',
    operation: 'find the address of an archive',
  });
}

/** Creates the storage; nothing is sent yet. */
export function createSignedStorage(options: SignedStorageOptions): SignedStorage {
  const { endpoint, policy = PATIENCE, clock, random, signal, log } = options;

  const send = (url: string, asked: Asked): Promise<HttpResponse> => {
    const checked = checkSignedUrl(url, endpoint);
    return retry(() => exchange(options, { ...asked, url: checked }), {
      policy,
      clock,
      random,
      signal,
      judge: judgeRemoteError,
      onRetry: ({ error, attempt, pauseMs }) => {
        const why = error instanceof HoldfastError ? error.message : 'unknown';
        const detail = `attempt ${attempt} failed, next in ${pauseMs} ms: ${why}`;
        log?.({ message: 'call repeated', operation: operationOf(asked), detail });
      },
    });
  };

  return {
    async read(url, resource) {
      const answer = await send(url, { method: 'GET', resource, maxBytes: LARGEST_ZIP_BYTES });
      return answer.body;
    },
    async write(url, zip, resource) {
      await send(url, { method: 'PUT', resource, maxBytes: LARGEST_REFUSAL_BYTES, zip });
    },
  };
}

interface Asked {
  readonly method: 'GET' | 'PUT';
  readonly resource: ResourceId;
  readonly maxBytes: number;
  readonly zip?: Uint8Array;
}

function operationOf({ method, resource }: Asked): string {
  return `${method === 'GET' ? 'download' : 'upload'} the archive of ${resource}`;
}

async function exchange(
  { http, clock, signal, log }: SignedStorageOptions,
  asked: Asked & { readonly url: string },
): Promise<HttpResponse> {
  const operation = operationOf(asked);
  // The bytes as they are: a storage that packs them on the way would be counted by their unpacked size.
  const headers = asked.method === 'PUT' ? uploadHeaders : { 'accept-encoding': 'identity' };
  const { method, url, maxBytes, zip } = asked;
  const request: HttpRequest = { method, url, headers, timeoutMs: TIMEOUT_MS, maxBytes, signal };
  let answer: HttpResponse;
  try {
    answer = await http.send(zip === undefined ? request : { ...request, body: zip });
  } catch (error) {
    if (method === 'GET' && error instanceof HttpTransportError && error.fault === 'tooLarge')
      throw bundleTooLarge(asked.resource, error.message);
    throw translateExchangeFailure(error, { operation, access: 'read' });
  }
  log?.({ message: 'call', operation, detail: String(answer.status) });
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw refusal(answer, operation, findRetryAfterMs(answer.headers.get('retry-after'), clock.epochMs()));
}

/** The storage answers in XML; of that only the code is said, for the rest quotes what was signed. */
function refusal(answer: HttpResponse, operation: string, retryAfterMs: number | undefined): RemoteError {
  const text = new TextDecoder().decode(answer.body.subarray(0, LARGEST_REFUSAL_BYTES));
  const code = /<Code>(?<code>\w{1,60})<\/Code>/.exec(text)?.groups?.['code'];
  return new RemoteError({
    code: answer.status === 403 ? 'REMOTE_DENIED' : answer.status === 404 ? 'REMOTE_NOT_FOUND' : 'REMOTE_FAILED',
    message: `The storage answered ${answer.status}${code === undefined ? '' : ` ${code}`} when asked to ${operation}.`,
    next: 'Run again: each run asks for a new address.',
    operation,
    status: answer.status,
    retryable: answer.status === 429 || answer.status >= 500,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
