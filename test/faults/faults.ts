import { answerFaults } from './answer-faults.ts';
import type { Fault } from './arsenal.ts';
import { azureFaults } from './azure-faults.ts';
import { pageFaults } from './page-faults.ts';
import { processFaults } from './process-faults.ts';
import { spacesHide } from './space-faults.ts';
import { storeFaults } from './store-faults.ts';
import { writeFaults } from './write-faults.ts';

/** Everything that can go wrong, by name. */
export const faults: readonly Fault[] = [
  ...answerFaults,
  ...pageFaults,
  spacesHide,
  ...writeFaults,
  ...storeFaults,
  ...azureFaults,
  ...processFaults,
];

/** What has its turn, in order: what seldom strikes has several. */
const turns: readonly Fault[] = faults.flatMap((fault) => Array<Fault>(fault.turns ?? 1).fill(fault));

/** The fault that a run of this seed is about, so that none is left to luck. */
export function turnOf(seed: number): Fault {
  const fault = turns[seed % turns.length];
  if (fault === undefined) throw new Error(`${seed} is no seed`);
  return fault;
}
