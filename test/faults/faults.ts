import { answerFaults } from './answer-faults.ts';
import type { Fault } from './arsenal.ts';
import { processFaults } from './process-faults.ts';
import { storeFaults } from './store-faults.ts';
import { writeFaults } from './write-faults.ts';

/** Everything that can go wrong, by name. */
export const faults: readonly Fault[] = [...answerFaults, ...writeFaults, ...storeFaults, ...processFaults];
