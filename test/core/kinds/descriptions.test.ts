import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindNames, kinds } from '../../../src/core/kinds/index.ts';
import { describeKind } from './describe-kind.ts';
import { readDescriptions } from './descriptions.ts';

const described = readDescriptions();

for (const name of kindNames) {
  test(`${name}: reading, comparing and writing are as described (npm run describe:kinds)`, () =>
    assert.equal(describeKind(kinds[name]).trimEnd(), described.get(name)?.trimEnd()));
}

test('nothing is described that is no kind', () => assert.deepEqual([...described.keys()], kindNames));
