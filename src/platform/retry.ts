import type { Clock } from './clock.ts';
import type { RandomSource } from './random.ts';

export interface RetryPolicy {
  /** How often an action is tried at most, the first time included. */
  readonly attempts: number;
  /** The longest pause after the first failure; it doubles with each further one. */
  readonly firstPauseMs: number;
  /** No pause that we choose ourselves is longer. */
  readonly longestPauseMs: number;
  /** When the other side asks for a longer pause than this, we give up instead of waiting. */
  readonly longestAskedPauseMs: number;
}

export interface RetryOptions {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly signal?: AbortSignal | undefined;
  /** Whether a failure may pass, and how long the other side asked us to wait. */
  readonly judge: (error: unknown) => RetryJudgement;
  /** Told before each pause. */
  readonly onRetry?: (retry: { readonly error: unknown; readonly attempt: number; readonly pauseMs: number }) => void;
}

export interface RetryJudgement {
  readonly retryable: boolean;
  readonly retryAfterMs?: number | undefined;
}

/**
 * Runs the action until it succeeds, fails for good, or the attempts are used up; then it throws the last failure as it
 * was. Pauses have full jitter: anything between nothing and a bound that doubles, so that many clients do not return
 * at the same moment. A pause that the other side asked for is kept, with jitter added on top.
 *
 * @param action gets the number of the attempt, counted from 1
 */
export async function retry<T>(action: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { policy, clock, random, signal, judge, onRetry } = options;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await action(attempt);
    } catch (error) {
      signal?.throwIfAborted();
      const { retryable, retryAfterMs } = judge(error);
      if (!retryable || attempt >= policy.attempts) throw error;
      if (retryAfterMs !== undefined && retryAfterMs > policy.longestAskedPauseMs) throw error;
      const pauseMs = choosePauseMs({ policy, attempt, retryAfterMs, fraction: random.fraction() });
      onRetry?.({ error, attempt, pauseMs });
      await clock.sleep(pauseMs, signal);
    }
  }
}

export interface PauseCircumstances {
  readonly policy: RetryPolicy;
  /** How many attempts have failed. */
  readonly attempt: number;
  readonly retryAfterMs?: number | undefined;
  /** A random number from 0 to 1. */
  readonly fraction: number;
}

/** The pause before the next attempt. */
export function choosePauseMs({ policy, attempt, retryAfterMs, fraction }: PauseCircumstances): number {
  const boundMs = Math.min(policy.longestPauseMs, policy.firstPauseMs * 2 ** (attempt - 1));
  if (retryAfterMs === undefined) return Math.round(boundMs * fraction);
  return Math.round(retryAfterMs + policy.firstPauseMs * fraction);
}

/**
 * Reads a `Retry-After` header: seconds, or an HTTP date relative to `nowEpochMs`. Undefined when it is absent or is
 * neither; a date in the past is no pause.
 */
export function findRetryAfterMs(header: string | null | undefined, nowEpochMs: number): number | undefined {
  if (header === null || header === undefined) return undefined;
  const text = header.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  const dateMs = /^[A-Za-z]{3},/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowEpochMs);
}
