import { RemoteError } from '../core/errors.ts';
import { arrayField, isJsonObject, type JsonObject, stringField } from '../core/json.ts';
import type { Clock } from '../platform/clock.ts';
import { isNotFound } from './read-context.ts';
import type { Transport } from './transport.ts';

export interface ReadyTimes {
  readonly firstPollMs: number;
  readonly longestPollMs: number;
  readonly limitMs: number;
  /** How long a deployment may be unknown after it was accepted. */
  readonly unknownMs: number;
}

export const readyTimes: ReadyTimes = {
  firstPollMs: 200,
  longestPollMs: 5000,
  limitMs: 10 * 60_000,
  unknownMs: 60_000,
};

export interface ReadyWait {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly path: string;
  readonly times: ReadyTimes;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Polls a deployment until it is READY. Answers what people should know of it (route conflicts, which do not stop it), or
 * ''. RemoteError `OPERATION_FAILED` with the deployment's errors, `OPERATION_TIMEOUT` when no runtime reported in time.
 */
export async function awaitReady(wait: ReadyWait): Promise<string> {
  const { transport, clock, path, times, signal } = wait;
  const startedAtMs = clock.monotonicMs();
  for (let pauseMs = times.firstPollMs; ; pauseMs = Math.min(times.longestPollMs, pauseMs * 1.5)) {
    const deployment = await findDeployment(transport, path);
    const waitedMs = clock.monotonicMs() - startedAtMs;
    const state = deployment === undefined ? undefined : stringField(deployment, 'state');
    if (deployment !== undefined && state === 'READY') return conflictsOf(deployment);
    if (deployment !== undefined && state === 'ERROR') throw failed(path, errorsOf(deployment));
    if (deployment === undefined && waitedMs > times.unknownMs) throw failed(path, 'it is not there any more');
    if (waitedMs > times.limitMs) throw timedOut(path, state, waitedMs);
    await clock.sleep(pauseMs, signal);
  }
}

/** The deployment, or undefined while there is none: 404 or an empty answer. */
async function findDeployment(transport: Transport, path: string): Promise<JsonObject | undefined> {
  try {
    const { json } = await transport.call({ method: 'GET', path, access: 'read' });
    return isJsonObject(json) && Object.keys(json).length > 0 ? json : undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function errorsOf(deployment: JsonObject): string {
  const errors = arrayField(deployment, 'errors').flatMap((error) =>
    isJsonObject(error) ? (stringField(error, 'message') ?? []) : [],
  );
  return errors.length === 0 ? 'the runtime gave no reason' : errors.join('; ');
}

function conflictsOf(deployment: JsonObject): string {
  const conflicts = arrayField(deployment, 'routeConflicts').flatMap((conflict) => {
    if (!isJsonObject(conflict)) return [];
    const group = stringField(conflict, 'environmentGroup') ?? '?';
    const other = conflict['conflictingDeployment'];
    const path = isJsonObject(other) ? (stringField(other, 'basepath') ?? '?') : '?';
    return [`${path} in ${group}`];
  });
  return conflicts.length === 0 ? '' : `ready, but other deployments serve the same routes: ${conflicts.join(', ')}`;
}

function failed(path: string, why: string): RemoteError {
  return new RemoteError({
    code: 'OPERATION_FAILED',
    message: `The deployment did not come up: ${why}.`,
    next: 'Look at the deployment in the Apigee console; what was deployed before keeps serving.',
    operation: `GET ${path}`,
  });
}

function timedOut(path: string, state: string | undefined, waitedMs: number): RemoteError {
  return new RemoteError({
    code: 'OPERATION_TIMEOUT',
    message: `The deployment is still ${state ?? 'without a state'} after ${Math.round(waitedMs / 1000)} s.`,
    next: 'A runtime must report: attach the environment to an instance, or use --no-wait where none runs.',
    operation: `GET ${path}`,
  });
}
