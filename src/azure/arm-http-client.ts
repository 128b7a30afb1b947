import {
  createDefaultHttpClient,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { RemoteError, UserError } from '../core/errors.ts';
import type { Clock } from '../platform/clock.ts';
import { isLoopbackHost } from '../platform/loopback.ts';
import type { RandomSource } from '../platform/random.ts';
import { findRetryAfterMs, retry, type RetryPolicy } from '../platform/retry.ts';
import { PUBLIC_ENDPOINT } from './api-versions.ts';

export interface ArmHttpOptions {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly signal?: AbortSignal | undefined;
  readonly policy?: RetryPolicy | undefined;
  /** Sends the requests in the end; the library's own client without it. */
  readonly httpClient?: HttpClient | undefined;
}

/** How resource manager is reached. */
export interface ArmEndpoint {
  /** What stands in the requests: the only host that is ever sent a token. */
  readonly endpoint: string;
  readonly httpClient: HttpClient;
}

const usualArmPatience: RetryPolicy = {
  attempts: 6,
  firstPauseMs: 1000,
  longestPauseMs: 30_000,
  longestAskedPauseMs: 300_000,
};

/**
 * The way to resource manager at `address`: the public one, that of another cloud, or a simulator on this machine, to which
 * the requests are sent as copies while they keep naming the public one. UserError `ENDPOINT_REFUSED` for plain http to any
 * other machine.
 */
export function openArmEndpoint(address: string | undefined, options: ArmHttpOptions): ArmEndpoint {
  if (address !== undefined && !URL.canParse(address)) {
    throw new UserError({
      code: 'USAGE',
      message: `HOLDFAST_AZURE_MANAGEMENT_ENDPOINT is "${address}", which is no URL.`,
      next: 'Leave it away for the public cloud; others are such as https://management.usgovcloudapi.net.',
    });
  }
  const url = new URL(address ?? PUBLIC_ENDPOINT);
  const isLocal = isLoopbackHost(url.hostname);
  if (url.protocol !== 'https:' && !isLocal) {
    throw new UserError({
      code: 'ENDPOINT_REFUSED',
      message: `Azure Resource Manager at ${url.host} is addressed without encryption.`,
      next: 'Use https in HOLDFAST_AZURE_MANAGEMENT_ENDPOINT; plain http is for this machine only.',
    });
  }
  const endpoint = isLocal ? PUBLIC_ENDPOINT : url.origin;
  const inner = options.httpClient ?? createDefaultHttpClient();
  const sender = isLocal ? redirectTo(url.origin, inner) : inner;
  return { endpoint, httpClient: bindToHost(endpoint, expectJson(repeating(sender, options))) };
}

/** Refuses whatever else is asked for: an address that an answer gave must not be sent our token. */
function bindToHost(endpoint: string, inner: HttpClient): HttpClient {
  return {
    sendRequest(request) {
      const { origin } = new URL(request.url);
      if (origin === endpoint) return inner.sendRequest(request);
      return Promise.reject(
        new RemoteError({
          code: 'REMOTE_ANSWER_INVALID',
          message: `Azure sent us on to ${origin}, which is not ${endpoint}. No token was sent there.`,
          operation: 'follow an address of an answer',
          next: 'Look for a proxy that alters answers.',
        }),
      );
    },
  };
}

/** A login page or a proxy's notice with a good status must not be read as a resource without fields. */
function expectJson(inner: HttpClient): HttpClient {
  return {
    async sendRequest(request) {
      const response = await inner.sendRequest(request);
      const isJson = /[/+]json\b/i.test(response.headers.get('content-type') ?? '');
      if (response.status >= 300 || isJson || (response.bodyAsText ?? '') === '') return response;
      throw new RemoteError({
        code: 'REMOTE_ANSWER_INVALID',
        message: `What answers in the place of Azure Resource Manager at ${endpointOf(request)} does not speak JSON.`,
        operation: 'read an answer',
        status: response.status,
        next: 'Look for a proxy that alters answers, or a login page.',
      });
    },
  };
}

function endpointOf({ url }: PipelineRequest): string {
  return new URL(url).host;
}

/** Sends a copy: the library looks at the request again later, for its address and to repeat it. */
function redirectTo(origin: string, inner: HttpClient): HttpClient {
  return {
    async sendRequest(request) {
      const { pathname, search } = new URL(request.url);
      const { agent: _agent, proxySettings: _proxy, ...rest } = request;
      const copy: PipelineRequest = { ...rest, url: `${origin}${pathname}${search}`, allowInsecureConnection: true };
      return { ...(await inner.sendRequest(copy)), request };
    },
  };
}

class BusyAnswer extends Error {
  readonly response: PipelineResponse;

  constructor(response: PipelineResponse) {
    super(`busy: ${response.status}`);
    this.response = response;
  }
}

/**
 * Repeats what may be repeated: reads, and writes that come to the same twice. A `POST` starts something, so it is repeated
 * only where the answer says that nothing was begun: 429. After 503 something may have begun.
 */
function repeating(
  inner: HttpClient,
  { clock, random, signal, policy = usualArmPatience }: ArmHttpOptions,
): HttpClient {
  return {
    async sendRequest(request) {
      const mayRepeat = request.method !== 'POST';
      const send = async (): Promise<PipelineResponse> => {
        const response = await inner.sendRequest(request);
        const { status } = response;
        const isBusy = status === 429 || (mayRepeat && (status === 408 || status >= 500));
        // 501 will not pass.
        if (isBusy && status !== 501) throw new BusyAnswer(response);
        return response;
      };
      const judge = (error: unknown): { retryable: boolean; retryAfterMs?: number | undefined } => {
        if (!(error instanceof BusyAnswer)) return { retryable: mayRepeat && isConnectionTrouble(error) };
        const header = error.response.headers.get('retry-after');
        return { retryable: true, retryAfterMs: findRetryAfterMs(header, clock.epochMs()) };
      };
      try {
        return await retry(send, { policy, clock, random, signal, judge });
      } catch (error) {
        if (error instanceof BusyAnswer) return error.response;
        throw error;
      }
    },
  };
}

function isConnectionTrouble(error: unknown): boolean {
  return error instanceof Error && error.name === 'RestError';
}
