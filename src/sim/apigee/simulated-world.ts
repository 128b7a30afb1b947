import type { SimulatorClock } from '../control/clock.ts';
import type { SeededRandom } from '../control/seeded-random.ts';
import type { SimulatorSwitches } from './switches.ts';

/** How long things take on the simulator's clock. */
export interface SimulatorTimings {
  /** A long-running operation. */
  readonly operationMs: number;
  /** From the call to READY. */
  readonly deploymentMs: number;
  /** From a developer's or app's deletion to the end of what hangs on it. */
  readonly cascadeMs: number;
}

/** What all organizations of one simulator share. */
export interface SimulatedWorld {
  readonly clock: SimulatorClock;
  readonly random: SeededRandom;
  switches: SimulatorSwitches;
  timings: SimulatorTimings;
  /** Whether another organization holds the consumer key. */
  consumerKeyElsewhere(organization: string, consumerKey: string): boolean;
}
