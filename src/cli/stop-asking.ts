import type { Clock } from '../platform/clock.ts';

/**
 * How long after the first signal another one is the same asking. What signals a whole process group (`timeout`, a terminal,
 * a supervisor) reaches this process and also those that started it (the launcher, npm), which pass it on.
 */
const SAME_ASKING_MS = 1000;

export interface StopAsking<Reason> {
  /** Aborted, with the reason, at the first asking. */
  readonly signal: AbortSignal;
  /** To be told of every signal. The first stops, those within a second of it are the same, a later one ends at once. */
  ask(reason: Reason): void;
}

/** Stops what runs when it is asked to, and ends it at once for whoever asks again. */
export function createStopAsking<Reason>(
  clock: Pick<Clock, 'monotonicMs'>,
  endAtOnce: (reason: Reason) => void,
): StopAsking<Reason> {
  const abort = new AbortController();
  let firstMs: number | undefined;
  return {
    signal: abort.signal,
    ask(reason) {
      if (firstMs === undefined) {
        firstMs = clock.monotonicMs();
        abort.abort(reason);
      } else if (clock.monotonicMs() - firstMs >= SAME_ASKING_MS) {
        endAtOnce(reason);
      }
    },
  };
}
