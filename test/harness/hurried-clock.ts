import { type Clock, systemClock } from '../../src/platform/clock.ts';

/** How much shorter pauses are. */
const HURRY = 400;

/**
 * The machine's clock with pauses that pass in no time: retries, polls and renewals of leases happen in their
 * order and take no time. A lease's age is still counted in real time, so that a busy machine does not lose one.
 */
export const hurriedClock: Clock = {
  ...systemClock,
  sleep: (durationMs, signal) => systemClock.sleep(durationMs / HURRY, signal),
};
