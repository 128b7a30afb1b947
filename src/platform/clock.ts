import { setTimeout as timerSleep } from 'node:timers/promises';

/** The only source of time. Code that decides takes instants as values; code that acts takes a Clock. */
export interface Clock {
  /** The wall clock now, as milliseconds since 1970-01-01T00:00:00Z. It may jump. */
  epochMs(): number;
  /** The wall clock now, as an ISO 8601 instant in UTC with milliseconds (`2026-01-02T03:04:05.678Z`). */
  now(): string;
  /** Milliseconds since an arbitrary moment; never goes back and is not moved by changes of the wall clock. */
  monotonicMs(): number;
  /**
   * Resolves once `durationMs` milliseconds have passed. Rejects with the signal's reason when it is aborted before or
   * while waiting, and then holds no timer.
   */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

// Node fires a timer above this at once instead of late.
const LONGEST_TIMER_MS = 2_147_483_647;

/** The machine's own clock. */
export const systemClock: Clock = {
  epochMs: () => Date.now(),
  now: () => new Date().toISOString(),
  monotonicMs: () => performance.now(),
  async sleep(durationMs, signal) {
    signal?.throwIfAborted();
    const end = performance.now() + durationMs;
    for (let left = durationMs; left > 0; left = end - performance.now()) {
      try {
        await timerSleep(Math.min(left, LONGEST_TIMER_MS), undefined, signal === undefined ? {} : { signal });
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
    }
  },
};

/** Turns an instant in epoch milliseconds into ISO 8601 in UTC with milliseconds. */
export function formatInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/**
 * Reads an ISO 8601 instant that states its offset (`Z` or `+hh:mm`) and returns epoch milliseconds, or undefined when
 * the text is not such an instant or names a day that does not exist.
 */
export function findInstant(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/.exec(text);
  if (match === null) return undefined;
  const localMs = Date.parse(`${match[1]}T${match[2]}Z`);
  // Date.parse rolls 31 February over into March; the round trip shows it.
  if (Number.isNaN(localMs) || !new Date(localMs).toISOString().startsWith(`${match[1]}T${match[2]}`)) return undefined;
  const epochMs = Date.parse(text);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
