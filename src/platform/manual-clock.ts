import { type Clock, formatInstant } from './clock.ts';

/** A clock that stands still until it is told to move; for tests and simulated runs. */
export interface ManualClock extends Clock {
  /**
   * Moves both clocks forward by `durationMs`, waking sleepers in the order of their due times; after each waking the
   * woken code runs until it waits for something else than a promise.
   */
  advance(durationMs: number): Promise<void>;
  /** Moves only the wall clock, as an administrator or a time server does; sleepers are not woken. */
  shiftWallClock(differenceMs: number): void;
  /** Resolves once at least `count` sleeps are waiting. */
  whenSleeping(count: number): Promise<void>;
}

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** Creates a clock that starts at the given instant (epoch milliseconds; 2026-01-01T00:00:00Z by default). */
export function createManualClock(startEpochMs: number = Date.UTC(2026, 0, 1)): ManualClock {
  let monotonicMs = 0;
  let wallOffsetMs = startEpochMs;
  const sleepers = new Set<Sleeper>();
  const watchers = new Set<() => void>();

  const nextDueBy = (limitMs: number): Sleeper | undefined => {
    let next: Sleeper | undefined;
    for (const sleeper of sleepers) {
      if (sleeper.dueMs <= limitMs && (next === undefined || sleeper.dueMs < next.dueMs)) next = sleeper;
    }
    return next;
  };

  return {
    epochMs: () => wallOffsetMs + monotonicMs,
    now: () => formatInstant(wallOffsetMs + monotonicMs),
    monotonicMs: () => monotonicMs,
    sleep(durationMs, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        if (durationMs <= 0) return resolve();
        const onAbort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          dueMs: monotonicMs + durationMs,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        sleepers.add(sleeper);
        for (const watcher of watchers) watcher();
      });
    },
    async advance(durationMs) {
      const targetMs = monotonicMs + durationMs;
      for (let next = nextDueBy(targetMs); next !== undefined; next = nextDueBy(targetMs)) {
        monotonicMs = Math.max(monotonicMs, next.dueMs);
        next.wake();
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      monotonicMs = Math.max(monotonicMs, targetMs);
    },
    shiftWallClock(differenceMs) {
      wallOffsetMs += differenceMs;
    },
    whenSleeping(count) {
      return new Promise((resolve) => {
        const watcher = (): void => {
          if (sleepers.size < count) return;
          watchers.delete(watcher);
          resolve();
        };
        watchers.add(watcher);
        watcher();
      });
    },
  };
}
