import { type Client, getClient, type HttpResponse } from '@azure-rest/core-client';
import type { TokenCredential } from '@azure/core-auth';
import { createHttpPoller, type OperationResponse } from '@azure/core-lro';
import type { JsonObject } from '../core/json.ts';
import { RemoteError } from '../core/errors.ts';
import type { Clock } from '../platform/clock.ts';
import { findRetryAfterMs } from '../platform/retry.ts';
import { armError, translateArmError } from './arm-error.ts';
import type { ArmEndpoint } from './arm-http-client.ts';

export interface ArmClientOptions extends ArmEndpoint {
  readonly credential: TokenCredential;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

export interface ArmRequest {
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  readonly path: string;
  readonly apiVersion: string;
  readonly body?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
  /** A verb with its object. */
  readonly operation: string;
}

const USUAL_POLL_MS = 5000;
const LONGEST_POLL_MS = 60_000;
const LONGEST_OPERATION_MS = 30 * 60_000;

/** Requests to resource manager, with pages and long-running operations followed to their end. */
export class ArmClient {
  readonly #client: Client;
  readonly #options: ArmClientOptions;

  constructor(options: ArmClientOptions) {
    this.#options = options;
    const { endpoint, httpClient, credential } = options;
    this.#client = getClient(endpoint, credential, {
      httpClient,
      // Repeated below, by our clock.
      retryOptions: { maxRetries: 0 },
      userAgentOptions: { userAgentPrefix: 'holdfast' },
      credentials: { scopes: [`${endpoint}/.default`] },
    });
  }

  /** The body of an answer. */
  async get(request: Omit<ArmRequest, 'method' | 'body'>): Promise<unknown> {
    return (await this.#send({ ...request, method: 'GET' })).body;
  }

  /** Sends a request whose answer is the result. */
  async call(request: ArmRequest): Promise<unknown> {
    return (await this.#send(request)).body;
  }

  /** All items of all pages. RemoteError `REMOTE_ANSWER_INVALID` for what is no page, or pages that go in a circle. */
  async list(request: Omit<ArmRequest, 'method' | 'body'>): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    const seen = new Set<string>();
    let answer = await this.get(request);
    for (;;) {
      const { value, nextLink } = fieldsOf(answer);
      if (!Array.isArray(value)) throw this.#noPage(request);
      // Each is read by its own schema.
      items.push(...(value as readonly unknown[]));
      if (typeof nextLink !== 'string' || nextLink === '') return items;
      if (seen.has(nextLink)) throw this.#noPage(request);
      seen.add(nextLink);
      answer = (await this.#follow(nextLink, request)).body;
    }
  }

  /**
   * Sends a request and waits for the operation that it starts. Answers what the operation's status says beside its end
   * (`properties` with the id of a job). RemoteError `OPERATION_FAILED` with Azure's code, `OPERATION_TIMEOUT`.
   */
  async operate(request: ArmRequest): Promise<unknown> {
    const { clock, signal } = this.#options;
    let last: unknown;
    let pollAfterMs = USUAL_POLL_MS;
    const remember = (response: HttpResponse): OperationResponse => {
      last = response.body;
      pollAfterMs = Math.min(
        LONGEST_POLL_MS,
        findRetryAfterMs(response.headers['retry-after'], clock.epochMs()) ?? USUAL_POLL_MS,
      );
      return operationResponse(response);
    };
    const poller = createHttpPoller(
      {
        sendInitialRequest: async () => remember(await this.#send(request)),
        sendPollRequest: async (address) => remember(await this.#follow(address, request)),
      },
      // The last answer of the status is what counts: it names the job. The resource itself is read when it is needed.
      { skipFinalGet: true, resolveOnUnsuccessful: true, intervalInMs: 0 },
    );
    const deadlineMs = clock.monotonicMs() + LONGEST_OPERATION_MS;
    try {
      await poller.submitted();
      while (!poller.isDone) {
        if (clock.monotonicMs() >= deadlineMs) throw tooLong(request);
        await clock.sleep(pollAfterMs, signal);
        await poller.poll();
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw translateArmError(error, { operation: request.operation, resource: request.path });
    }
    const state = poller.operationState;
    if (state?.status === 'failed' || state?.status === 'canceled') throw failedOperation(request, last);
    return last;
  }

  async #send(request: ArmRequest): Promise<HttpResponse> {
    const { method, path, apiVersion, body, headers } = request;
    const { signal } = this.#options;
    const route = this.#client.pathUnchecked(path);
    const parameters = {
      queryParameters: { 'api-version': apiVersion },
      ...(body === undefined ? {} : { body, contentType: 'application/json' }),
      ...(headers === undefined ? {} : { headers }),
      ...(signal === undefined ? {} : { abortSignal: signal }),
    };
    const send = {
      GET: route.get,
      PUT: route.put,
      PATCH: route.patch,
      POST: route.post,
      DELETE: route.delete,
    }[method];
    return this.#judge(request, async () => await send(parameters));
  }

  async #follow(address: string, request: Pick<ArmRequest, 'operation' | 'path'>): Promise<HttpResponse> {
    const { endpoint, signal } = this.#options;
    const url = new URL(address, endpoint);
    const route = this.#client.pathUnchecked(url.href);
    return this.#judge(request, async () => await route.get(signal === undefined ? {} : { abortSignal: signal }));
  }

  async #judge(
    { operation, path }: Pick<ArmRequest, 'operation' | 'path'>,
    send: () => Promise<HttpResponse>,
  ): Promise<HttpResponse> {
    const { clock, signal } = this.#options;
    let response: HttpResponse;
    try {
      response = await send();
    } catch (error) {
      signal?.throwIfAborted();
      throw translateArmError(error, { operation, resource: path });
    }
    const status = Number(response.status);
    if (status < 400) return response;
    const { code, message } = fieldsOf(fieldsOf(response.body)['error']);
    throw armError({
      operation,
      resource: path,
      status,
      reason: typeof code === 'string' ? code : undefined,
      message: typeof message === 'string' ? message : undefined,
      retryAfterMs: findRetryAfterMs(response.headers['retry-after'], clock.epochMs()),
    });
  }

  #noPage({ operation, path }: Pick<ArmRequest, 'operation' | 'path'>): RemoteError {
    return new RemoteError({
      code: 'REMOTE_ANSWER_INVALID',
      message: `Azure's answer to ${operation} is no list, or its pages go in a circle.`,
      operation,
      resource: path,
      next: 'Repeat. If it stays, look for a proxy that alters answers.',
    });
  }
}

function operationResponse(response: HttpResponse): OperationResponse {
  const { request, headers, body } = response;
  const { method, url } = request;
  return {
    flatResponse: body,
    rawResponse: { statusCode: Number(response.status), request: { method, url }, headers: { ...headers }, body },
  };
}

function failedOperation({ operation, path }: ArmRequest, last: unknown): RemoteError {
  const { code, message } = fieldsOf(fieldsOf(last)['error']);
  const reason = typeof code === 'string' ? code : 'no code';
  const told = armError({
    operation,
    resource: path,
    status: 400,
    reason,
    message: typeof message === 'string' ? message : undefined,
  });
  if (told.code === 'ROLE_NOT_EFFECTIVE') return told;
  return new RemoteError({
    code: 'OPERATION_FAILED',
    message: `Azure could not ${operation}: ${reason}${typeof message === 'string' ? `: ${message}` : '.'}`,
    operation,
    resource: path,
    reason,
    next: "Do what Azure's words ask for, then repeat.",
  });
}

function tooLong({ operation, path }: ArmRequest): RemoteError {
  return new RemoteError({
    code: 'OPERATION_TIMEOUT',
    message: `Azure did not end to ${operation} within ${LONGEST_OPERATION_MS / 60_000} minutes; it may still do so.`,
    operation,
    resource: path,
    next: 'Look at the resource in the portal, then repeat.',
  });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  // Only looked into, field by field.
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
