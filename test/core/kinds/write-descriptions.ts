/**
 * `npm run describe:kinds`, second half: writes `descriptions.txt` anew. What changed in it is what the change to a kind does: read it
 * before it is committed.
 */
import { writeFileSync } from 'node:fs';
import { kindNames, kinds } from '../../../src/core/kinds/index.ts';
import { describeKind } from './describe-kind.ts';
import { descriptionsFile } from './descriptions.ts';

writeFileSync(descriptionsFile, kindNames.map((name) => describeKind(kinds[name])).join('\n'));
