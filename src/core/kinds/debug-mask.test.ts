import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { sampleContext } from '../sample-kind.fixture.ts';
import { debugMask } from './debug-mask.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const id = 'environments/prod/debugmask';
const mask = (body: JsonObject) =>
  stateOf(debugMask, id, { name: 'organizations/o/environments/prod/debugmask', ...body });

test('there is one for each environment, and it is a resource when it masks something', () => {
  assert.equal(debugMask.idOf({}, 'environments/prod', sampleContext), id);
  assert.equal(debugMask.isVacant?.({}), true);
  assert.equal(debugMask.isVacant?.({ name: 'x', variables: [], namespaces: {} }), true);
  assert.equal(debugMask.isVacant?.({ name: 'x', variables: ['request.header.authorization'] }), false);
});

test('the lists of a mask have no order', () => {
  assert.deepEqual(
    mask({ variables: ['a', 'b'] }).canonical,
    mask({ variables: ['b', 'a'], requestXPaths: [] }).canonical,
  );
  assert.notDeepEqual(mask({ variables: ['a'] }).canonical, mask({ requestXPaths: ['a'] }).canonical);
});

test('a mask is set as a whole, never added to', () => {
  const wanted = mask({ variables: ['a'], namespaces: { s: 'urn:s' } });
  for (const { calls } of [
    debugMask.create(wanted, writeContext()),
    debugMask.update(wanted, mask({ variables: ['b'] }), writeContext()),
  ]) {
    assert.deepEqual(linesOf(calls), [`materialise set: PATCH ${id}?replaceRepeatedFields=true`]);
    assert.deepEqual(jsonOf(calls[0]), { variables: ['a'], namespaces: { s: 'urn:s' } });
    assert.deepEqual(calls[0]?.lookup, { type: 'repeat' });
  }
});

test('a mask that the point does not have is emptied, unless its environment goes', () => {
  const { calls } = debugMask.remove(mask({ variables: ['a'] }), writeContext());
  assert.deepEqual(linesOf(calls), [`remove unset: PATCH ${id}?replaceRepeatedFields=true`]);
  assert.deepEqual(jsonOf(calls[0]), {});
  const gone = writeContext({ isRemoved: (other) => other === 'environments/prod' });
  assert.deepEqual(debugMask.remove(mask({ variables: ['a'] }), gone).calls, []);
});
