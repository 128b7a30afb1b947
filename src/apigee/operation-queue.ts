import { type HoldfastError, RemoteError } from '../core/errors.ts';
import { arrayField, isJsonObject, type JsonObject, stringField } from '../core/json.ts';
import type { Clock } from '../platform/clock.ts';
import { LOCKED } from './answer-error.ts';
import { type ApiAnswer, type ApiCall, describeCall, type Transport } from './transport.ts';

export interface OperationTimes {
  readonly firstPollMs: number;
  readonly longestPollMs: number;
  /** How long a running operation, or a lock of somebody else's, is waited for. */
  readonly limitMs: number;
}

const operationTimes: OperationTimes = { firstPollMs: 200, longestPollMs: 5000, limitMs: 30 * 60_000 };

export interface QueuedCall {
  readonly call: ApiCall;
  /** Told the operation's name before it is waited for. */
  readonly onOperation: (name: string) => Promise<void>;
}

export interface OperationQueueOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly times?: OperationTimes | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The one line for calls that start long-running operations: Apigee runs one at a time in an organization. */
export class OperationQueue {
  readonly #options: OperationQueueOptions;
  readonly #times: OperationTimes;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: OperationQueueOptions) {
    this.#options = options;
    this.#times = options.times ?? operationTimes;
  }

  /**
   * Sends the call when those before it have ended, again while another's operation holds the lock, and waits until its
   * own has ended. RemoteError `OPERATION_FAILED` or `OPERATION_TIMEOUT` with the operation's name, or what the call met.
   */
  run(queued: QueuedCall): Promise<ApiAnswer> {
    const turn = this.#tail.then(() => this.#runNow(queued));
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  async #runNow({ call, onOperation }: QueuedCall): Promise<ApiAnswer> {
    const answer = await this.#sendUnlocked(call);
    const operation = answer.json;
    const name = isJsonObject(operation) ? (stringField(operation, 'name') ?? '') : '';
    const match = /^organizations\/[^/]+\/(?<path>operations\/[^/]+)$/.exec(name);
    const path = match?.groups?.['path'];
    // Some of these calls answer the resource itself when there is nothing to wait for.
    if (path === undefined || !isJsonObject(operation)) return answer;
    await onOperation(name);
    return this.#await({ first: operation, answer, path, name, started: describeCall(call) });
  }

  async #sendUnlocked(call: ApiCall): Promise<ApiAnswer> {
    const { transport, clock, signal } = this.#options;
    const startedAtMs = clock.monotonicMs();
    for (let pauseMs = this.#times.firstPollMs; ; pauseMs = this.#longer(pauseMs)) {
      try {
        return await transport.call(call);
      } catch (error) {
        const isLocked = error instanceof RemoteError && error.reason === LOCKED;
        if (!isLocked || clock.monotonicMs() - startedAtMs > this.#times.limitMs) throw error;
        await clock.sleep(pauseMs, signal);
      }
    }
  }

  async #await(running: {
    readonly first: JsonObject;
    readonly answer: ApiAnswer;
    readonly path: string;
    readonly name: string;
    readonly started: string;
  }): Promise<ApiAnswer> {
    const { transport, clock, signal } = this.#options;
    const { path, name, started } = running;
    const startedAtMs = clock.monotonicMs();
    let { answer } = running;
    for (let pauseMs = this.#times.firstPollMs; ; pauseMs = this.#longer(pauseMs)) {
      const operation = isJsonObject(answer.json) ? answer.json : {};
      if (isFinished(operation)) {
        const error = operation['error'];
        if (isJsonObject(error)) throw failed({ name, started, error });
        return answer;
      }
      if (clock.monotonicMs() - startedAtMs > this.#times.limitMs) throw timedOut({ name, started, ...this.#times });
      await clock.sleep(pauseMs, signal);
      answer = await transport.call({ method: 'GET', path, access: 'read' });
    }
  }

  #longer(pauseMs: number): number {
    return Math.min(this.#times.longestPollMs, pauseMs * 1.5);
  }
}

/** Two signals are in use, and either counts. */
function isFinished(operation: JsonObject): boolean {
  const metadata = operation['metadata'];
  return operation['done'] === true || (isJsonObject(metadata) && metadata['state'] === 'FINISHED');
}

function failed(ended: { readonly name: string; readonly started: string; readonly error: JsonObject }): HoldfastError {
  const message = stringField(ended.error, 'message') ?? 'no reason given';
  const details = arrayField(ended.error, 'details').length;
  return new RemoteError({
    code: 'OPERATION_FAILED',
    message: `The operation that ${ended.started} started failed: ${message}${details > 0 ? ` (${details} details)` : ''}.`,
    next: `See ${ended.name} in the Apigee console.`,
    operation: ended.name,
  });
}

function timedOut(waited: {
  readonly name: string;
  readonly started: string;
  readonly limitMs: number;
}): HoldfastError {
  return new RemoteError({
    code: 'OPERATION_TIMEOUT',
    message: `The operation that ${waited.started} started has not ended after ${Math.round(waited.limitMs / 1000)} s.`,
    next: `Wait for ${waited.name}, then run again: what is done already is not done twice.`,
    operation: waited.name,
  });
}
