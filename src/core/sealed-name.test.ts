import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainHasher, sampleKind } from './sample-kind.fixture.ts';
import { hasSealedName, kindFor, nameSegment } from './sealed-name.ts';

const sealable = { ...sampleKind, sealableName: 'name' };

test('a sealed name is a tag behind a tilde, and another one is encoded', () => {
  assert.equal(nameSegment('a/b', plainHasher, true), '~id:a/b');
  assert.equal(nameSegment('a/b', plainHasher, false), 'a%2Fb');
});

test('a sealed name is told by the last segment, where the kind seals names at all', () => {
  assert.equal(hasSealedName(sealable, 'maps/m/entries/~tag'), true);
  assert.equal(hasSealedName(sealable, '~tag'), true);
  assert.equal(hasSealedName(sealable, 'maps/~m/entries/plain'), false);
  assert.equal(hasSealedName(sealable, 'maps/m/entries/a~b'), false);
  assert.equal(hasSealedName(sampleKind, 'maps/m/entries/~tag'), false);
});

test('a name that is sealed is a secret of its resource', () => {
  assert.equal(kindFor(sealable, 'entries/plain'), sealable);
  assert.equal(kindFor(sampleKind, 'entries/~tag'), sampleKind);
  const made = kindFor(sealable, 'entries/~tag');
  assert.deepEqual(made, { ...sealable, secrets: [...sealable.secrets, 'name'] });
  assert.equal(kindFor(sealable, 'entries/~other'), made, 'made once');
});
