import { otherSwitchesOfWhole } from '../restore/switches-for.ts';
import { testMatrix } from './test-matrix.ts';

// What a read that is denied means does not depend on any of these answers.
testMatrix(otherSwitchesOfWhole, ['denied read']);
