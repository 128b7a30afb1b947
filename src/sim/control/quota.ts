import type { SimulatorClock } from './clock.ts';

interface Window {
  startMs: number;
  used: number;
}

/** Counts calls by key in windows of one minute of the simulator's clock, as the service's quota does by organization. */
export class MinuteQuota {
  readonly #clock: SimulatorClock;
  readonly #windows = new Map<string, Window>();
  #perMinute: number | undefined;

  constructor(clock: SimulatorClock, perMinute?: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  /** undefined: no quota. All windows start anew. */
  set(perMinute: number | undefined): void {
    this.#perMinute = perMinute;
    this.#windows.clear();
  }

  /** Takes one call; answers how long (ms) until the window ends when there is none left. A refused call is not counted. */
  take(key: string): { readonly granted: boolean; readonly retryAfterMs: number } {
    if (this.#perMinute === undefined) return { granted: true, retryAfterMs: 0 };
    const now = this.#clock.nowMs();
    let window = this.#windows.get(key);
    if (window === undefined || now - window.startMs >= 60_000) {
      window = { startMs: now, used: 0 };
      this.#windows.set(key, window);
    }
    if (window.used >= this.#perMinute) return { granted: false, retryAfterMs: window.startMs + 60_000 - now };
    window.used += 1;
    return { granted: true, retryAfterMs: 0 };
  }
}
