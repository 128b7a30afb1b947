import type { SimulatorClock } from './clock.ts';

/** Counts calls in windows of one minute of the simulator's clock, as the service's per-minute quota does. */
export class MinuteQuota {
  readonly #clock: SimulatorClock;
  #perMinute: number | undefined;
  #windowStartMs = Number.NEGATIVE_INFINITY;
  #used = 0;

  constructor(clock: SimulatorClock, perMinute?: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  /** undefined: no quota. */
  set(perMinute: number | undefined): void {
    this.#perMinute = perMinute;
    this.#windowStartMs = Number.NEGATIVE_INFINITY;
    this.#used = 0;
  }

  get perMinute(): number | undefined {
    return this.#perMinute;
  }

  /** Takes one call; answers how long (ms) until the window ends when there is none left. A refused call is not counted. */
  take(): { readonly granted: boolean; readonly retryAfterMs: number } {
    if (this.#perMinute === undefined) return { granted: true, retryAfterMs: 0 };
    const now = this.#clock.nowMs();
    if (now - this.#windowStartMs >= 60_000) {
      this.#windowStartMs = now;
      this.#used = 0;
    }
    if (this.#used >= this.#perMinute) return { granted: false, retryAfterMs: this.#windowStartMs + 60_000 - now };
    this.#used += 1;
    return { granted: true, retryAfterMs: 0 };
  }
}
