import { type Clock, formatInstant, systemClock } from '../../src/platform/clock.ts';

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** How long what is under way (an exchange with the simulator) may run before the next sleeper is woken. */
const TICK_MS = 1;

/**
 * Time that leaps from one pause to the next: whoever sleeps longest is woken last, and nobody waits in real time, so
 * that half an hour of polling passes in a second. Several clocks share one time; one of them can be stopped for good.
 */
export class LeapTime {
  #nowMs = 0;
  #wallOffsetMs = 0;
  #isTicking = false;
  readonly #sleepers = new Set<Sleeper>();

  /** A clock of one process; after `stop` its sleepers never wake again, as those of a killed process. */
  clock(): { readonly clock: Clock; readonly stop: () => void } {
    const own = new Set<Sleeper>();
    let isStopped = false;
    const clock: Clock = {
      epochMs: () => systemClock.epochMs() + this.#wallOffsetMs,
      now: () => formatInstant(systemClock.epochMs() + this.#wallOffsetMs),
      monotonicMs: () => this.#nowMs,
      sleep: (durationMs, signal) => {
        if (isStopped) return new Promise(() => undefined);
        return this.#sleep({ durationMs, own, ...(signal === undefined ? {} : { signal }) });
      },
    };
    const stop = (): void => {
      isStopped = true;
      for (const sleeper of own) this.#sleepers.delete(sleeper);
    };
    return { clock, stop };
  }

  /** What a suspended machine sees when it wakes: the monotonic clock went on, and nobody did anything meanwhile. */
  leap(byMs: number): void {
    this.#nowMs += byMs;
  }

  /** Sets the wall clock forth or back, as an administrator does. */
  shiftWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  /** As a time server does. */
  setWallRight(): void {
    this.#wallOffsetMs = 0;
  }

  #sleep(pause: { durationMs: number; own: Set<Sleeper>; signal?: AbortSignal }): Promise<void> {
    const { durationMs, own, signal } = pause;
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      if (durationMs <= 0) return resolve();
      const forget = (): void => {
        this.#sleepers.delete(sleeper);
        own.delete(sleeper);
      };
      const onAbort = (): void => {
        forget();
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        dueMs: this.#nowMs + durationMs,
        wake: () => {
          forget();
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      own.add(sleeper);
      this.#sleepers.add(sleeper);
      this.#tickSoon();
    });
  }

  #tickSoon(): void {
    if (this.#isTicking || this.#sleepers.size === 0) return;
    this.#isTicking = true;
    void systemClock.sleep(TICK_MS).then(() => {
      this.#isTicking = false;
      let next: Sleeper | undefined;
      for (const sleeper of this.#sleepers) if (next === undefined || sleeper.dueMs < next.dueMs) next = sleeper;
      if (next !== undefined) {
        this.#nowMs = Math.max(this.#nowMs, next.dueMs);
        next.wake();
      }
      this.#tickSoon();
    });
  }
}
