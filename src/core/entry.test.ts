import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EntryCore, sameHashes, stateText } from './entry.ts';

const entry: EntryCore = { id: 'a', kind: 'proxy', configHash: 'c', secretHash: 's' };
const { secretHash: _, ...open } = entry;

test('two entries are of one state where both hashes are', () => {
  assert.equal(sameHashes(entry, { ...entry, id: 'b', label: 'x' }), true);
  assert.equal(sameHashes(entry, { ...entry, configHash: 'd' }), false);
  assert.equal(sameHashes(entry, { ...entry, secretHash: 't' }), false);
  assert.equal(sameHashes(entry, open), false);
});

test('a state is one text, with a secret and without', () => {
  assert.notEqual(stateText(entry), stateText(open));
  assert.equal(stateText(open), 'c');
  assert.ok(stateText(entry).startsWith('c') && stateText(entry).endsWith('s'));
});
