import type { Clock } from '../platform/clock.ts';

export interface Pacing {
  /** The organization's quota of management calls, shared by everybody who uses it. */
  readonly quotaPerMinute: number | 'unlimited';
  /** The part of the quota that we may use, above 0 and at most 1. */
  readonly share: number;
}

/** The one limiter of an organization: every attempt of every call passes through it. */
export interface Pacer {
  /**
   * Runs the action when its turn has come, first come first served. Rejects with the signal's reason when it is aborted
   * while waiting; an action that has started is not interrupted.
   */
  run<T>(action: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** The server refused a call for its rate: slows down, and sends nothing for `retryAfterMs` where the server says so. */
  throttled(retryAfterMs?: number): void;
  /** Calls a second and calls at once that are allowed now. */
  readonly limits: { readonly ratePerSecond: number; readonly concurrency: number };
}

// A little under the share, so that a burst and a neighbour's clock do not tip a full window over.
const HEADROOM = 0.99;
const BURST_SECONDS = 0.25;
const LARGEST_BURST = 20;
const FIRST_CONCURRENCY = 24;
const MOST_CONCURRENCY = 64;
const CUT = 0.7;
/** Refusals of calls that were under way together are one event. */
const EVENT_MS = 1000;
/** From a cut to the ceiling it takes this long without another refusal. */
const RECOVERY_SECONDS = 20;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 20_000;
const RECENT = 64;

/**
 * Creates a limiter that spreads calls evenly below the share of the quota and adapts: a refusal cuts rate and
 * concurrency at once, success raises them step by step. Without a quota only refusals limit the rate.
 */
export function createPacer(pacing: Pacing, clock: Clock): Pacer {
  return new AdaptivePacer(pacing, clock);
}

interface Waiter {
  readonly start: () => void;
}

class AdaptivePacer implements Pacer {
  readonly #clock: Clock;
  readonly #quotaRate: number;
  /** The rate that additive increase climbs to; with no quota it is learnt from the first refusal. */
  #ceiling: number;
  #rate: number;
  #concurrency = FIRST_CONCURRENCY;
  #succeeded = 0;
  #tokens: number;
  #refilledAtMs: number;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  #cutAtMs = Number.NEGATIVE_INFINITY;
  #refusals = 0;
  #running = 0;
  #timer = false;
  readonly #waiting = new Set<Waiter>();
  readonly #recentStarts: number[] = [];

  constructor(pacing: Pacing, clock: Clock) {
    this.#clock = clock;
    this.#quotaRate =
      pacing.quotaPerMinute === 'unlimited'
        ? Number.POSITIVE_INFINITY
        : (pacing.quotaPerMinute * pacing.share * HEADROOM) / 60;
    this.#ceiling = this.#quotaRate;
    this.#rate = this.#quotaRate;
    this.#tokens = this.#burst();
    this.#refilledAtMs = clock.monotonicMs();
  }

  get limits(): Pacer['limits'] {
    return { ratePerSecond: this.#rate, concurrency: this.#concurrency };
  }

  async run<T>(action: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#turn(signal);
    const startedAtMs = this.#clock.monotonicMs();
    try {
      return await action();
    } finally {
      this.#running -= 1;
      this.#ended(startedAtMs);
      this.#pump();
    }
  }

  throttled(retryAfterMs?: number): void {
    const nowMs = this.#clock.monotonicMs();
    if (retryAfterMs !== undefined) this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + retryAfterMs);
    if (nowMs - this.#cutAtMs < EVENT_MS) return;
    this.#refill(nowMs);
    this.#cutAtMs = nowMs;
    this.#refusals += 1;
    if (this.#rate === Number.POSITIVE_INFINITY) {
      this.#rate = this.#observedRate();
      this.#ceiling = this.#rate * 2;
    }
    this.#rate = Math.max(this.#rate * CUT, Math.min(1, this.#ceiling));
    this.#concurrency = Math.max(1, Math.floor(this.#concurrency * CUT));
    this.#tokens = Math.min(this.#tokens, 1);
    if (retryAfterMs === undefined) {
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#refusals - 1));
      this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + pauseMs);
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      const onAbort = (): void => {
        this.#waiting.delete(waiter);
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        start: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(waiter);
      this.#pump();
    });
  }

  #ended(startedAtMs: number): void {
    // A call that was under way during a cut says nothing about the new limits.
    if (startedAtMs <= this.#cutAtMs) return;
    this.#refusals = 0;
    this.#succeeded += 1;
    if (this.#succeeded < this.#concurrency) return;
    this.#succeeded = 0;
    if (this.#waiting.size > 0) this.#concurrency = Math.min(MOST_CONCURRENCY, this.#concurrency + 1);
  }

  /** Starts what may start now, oldest first, and arranges to come back when only time is missing. */
  #pump(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#refill(nowMs);
    for (const waiter of this.#waiting) {
      if (this.#running >= this.#concurrency) return;
      if (nowMs < this.#pausedUntilMs || this.#tokens < 1) return this.#comeBack(nowMs);
      this.#tokens -= 1;
      this.#running += 1;
      this.#waiting.delete(waiter);
      this.#recentStarts.push(nowMs);
      if (this.#recentStarts.length > RECENT) this.#recentStarts.shift();
      waiter.start();
    }
  }

  #comeBack(nowMs: number): void {
    if (this.#timer) return;
    this.#timer = true;
    const tokenMs = this.#tokens >= 1 ? 0 : ((1 - this.#tokens) / this.#rate) * 1000;
    const waitMs = Math.max(1, Math.ceil(Math.max(tokenMs, this.#pausedUntilMs - nowMs)));
    // No signal is handed in, so this sleep cannot reject.
    void this.#clock.sleep(waitMs).then(() => {
      this.#timer = false;
      this.#pump();
    });
  }

  #refill(nowMs: number): void {
    // A pause earns neither calls nor a higher rate.
    const quietMs = Math.max(0, nowMs - Math.max(this.#refilledAtMs, this.#pausedUntilMs));
    this.#refilledAtMs = nowMs;
    if (this.#rate === Number.POSITIVE_INFINITY) {
      this.#tokens = Number.POSITIVE_INFINITY;
      return;
    }
    this.#tokens = Math.min(this.#burst(), this.#tokens + (quietMs / 1000) * this.#rate);
    if (this.#quotaRate === Number.POSITIVE_INFINITY && this.#rate >= this.#ceiling) this.#ceiling *= 2;
    this.#rate = Math.min(this.#ceiling, this.#rate + ((quietMs / 1000) * this.#ceiling) / RECOVERY_SECONDS);
  }

  #burst(): number {
    return Math.max(1, Math.min(LARGEST_BURST, this.#rate * BURST_SECONDS));
  }

  #observedRate(): number {
    const first = this.#recentStarts[0];
    const last = this.#recentStarts.at(-1);
    if (first === undefined || last === undefined || last <= first) return this.#concurrency;
    return ((this.#recentStarts.length - 1) * 1000) / (last - first);
  }
}
