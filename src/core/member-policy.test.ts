import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileMemberRules, compileSealRules } from './member-policy.ts';
import { sampleKind } from './sample-kind.fixture.ts';

const optional = { ...sampleKind, mayBeLeftOut: true as const };
const sealable = { ...sampleKind, sealableName: 'name' };

test('the first rule that matches the parent says what of the members is taken', () => {
  const find = compileMemberRules([
    { at: 'maps/cache', take: 'skip' },
    { at: 'maps/*', take: 'names' },
    { at: 'caches/*', take: { everyMs: 7 } },
  ]);
  assert.equal(find(optional, 'maps/cache'), 'skip');
  assert.equal(find(optional, 'maps/other'), 'names');
  assert.deepEqual(find(optional, 'caches/a'), { everyMs: 7 });
  assert.equal(find(optional, 'apis/a'), 'full');
  assert.equal(find(sampleKind, 'maps/cache'), 'full', 'the kind may not be left out');
  assert.throws(() => compileMemberRules([{ at: '', take: 'skip' }]), { code: 'USAGE' });
});

test('names are sealed where the first rule that matches says so', () => {
  const seals = compileSealRules([
    { at: 'maps/open', take: 'full' },
    { at: 'maps/plain', take: 'full', sealNames: false },
    { at: 'maps/*', take: 'full', sealNames: true },
  ]);
  assert.equal(seals(sealable, 'maps/a'), true);
  assert.equal(seals(sealable, 'maps/open'), false);
  assert.equal(seals(sealable, 'maps/plain'), false);
  assert.equal(seals(sealable, 'apis/a'), false);
  assert.equal(seals(sampleKind, 'maps/a'), false, 'its names are no secrets');
});
