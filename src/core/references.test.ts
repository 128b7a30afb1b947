import assert from 'node:assert/strict';
import { test } from 'node:test';
import { referencesOf } from './references.ts';
import { stateOf } from './kinds/write-context.fixture.ts';
import { sampleKind } from './sample-kind.fixture.ts';

const own = { id: 'apis/a', why: 'it needs it' };
const kind = { ...sampleKind, needs: () => [own] };
const state = stateOf(kind, 'x', {});

test('a resource refers to what it needs, and to the organization whose add-on it needs', () => {
  assert.deepEqual(referencesOf(kind, state), [own]);
  assert.deepEqual(referencesOf({ ...kind, needsAddon: 'monetizationConfig' }, state), [
    own,
    { id: 'organization', why: 'its add-on monetizationConfig has to be on' },
  ]);
});
