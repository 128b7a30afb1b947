/** The simulator's own time: milliseconds since the epoch. */
export interface SimulatorClock {
  readonly mode: 'real' | 'virtual';
  nowMs(): number;
  /** Moves a virtual clock forward; refused by a real one. */
  advance(byMs: number): void;
  /** Waits real time, whatever the mode: what a slow answer costs its caller. */
  wait(realMs: number): Promise<void>;
}

/** A clock that follows the machine's. */
export function realClock(): SimulatorClock {
  return {
    mode: 'real',
    nowMs: () => Date.now(),
    advance: () => {
      throw new Error('a real clock cannot be advanced; start the simulator with a virtual one');
    },
    wait: waitRealTime,
  };
}

/** A clock that stands still until it is advanced. `startMs` defaults to 2026-01-15T08:00:00Z. */
export function virtualClock(startMs: number = Date.UTC(2026, 0, 15, 8)): SimulatorClock {
  let now = startMs;
  return {
    mode: 'virtual',
    nowMs: () => now,
    advance: (byMs) => {
      if (!Number.isFinite(byMs) || byMs < 0) throw new RangeError(`a clock cannot be advanced by ${byMs} ms`);
      now += byMs;
    },
    wait: waitRealTime,
  };
}

function waitRealTime(realMs: number): Promise<void> {
  if (realMs <= 0) return Promise.resolve();
  return new Promise((resolve) => setTimeout(resolve, realMs));
}
