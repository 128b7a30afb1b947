import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callId, kindOrder } from './call-graph.ts';
import { kindNames } from './kinds/kind-name.ts';
import { decideRestore } from './plan-restore.ts';
import type { RestorePair } from './restore-pair.ts';
import { inputOf, pairOf } from './restore-pairs.fixture.ts';

/** An environment group that holds some host names live, and is to hold others. */
function group(name: string, hostnames: { readonly live?: readonly string[]; readonly desired?: readonly string[] }) {
  const body = (names: readonly string[] | undefined) => (names === undefined ? {} : { name, hostnames: [...names] });
  const { live, desired } = hostnames;
  return pairOf(`envgroups/${name}`, {
    ...(live === undefined ? {} : { live: body(live) }),
    ...(desired === undefined ? {} : { desired: body(desired) }),
  });
}

/** What the first call of a group waits for. */
function waitsOf(id: string, ...pairs: readonly RestorePair[]): readonly string[] {
  const call = decideRestore(inputOf(pairs)).calls.find(({ resource }) => resource === id);
  assert.ok(call !== undefined, id);
  return [...call.needs, ...call.after];
}

test('who takes a name that one resource only may hold waits for who gives it up', () => {
  const giver = group('a', { live: ['x', 'y'], desired: ['x'] });
  const waits = waitsOf('envgroups/b', group('b', { live: ['z'], desired: ['y', 'z'] }), giver);
  assert.equal(waits.length, 1);
  assert.ok(waits[0]?.startsWith('envgroups/a#'), waits[0]);
  const gone = group('a', { live: ['y'] });
  assert.equal(waitsOf('envgroups/b', group('b', { desired: ['y'] }), gone).length, 1, 'by its removal');
});

test('who keeps a name waits for nobody, and nobody waits for who keeps one', () => {
  const giver = group('a', { live: ['x', 'y'], desired: ['x'] });
  assert.deepEqual(waitsOf('envgroups/b', group('b', { live: ['y'], desired: ['y', 'z'] }), giver), []);
  assert.deepEqual(waitsOf('envgroups/b', group('b', { live: [], desired: ['x'] }), giver), []);
});

test('a call is named by its resource and step, and a kind that is not known comes last', () => {
  assert.equal(callId('apis/a', 'create'), 'apis/a#create');
  assert.equal(kindOrder(kindNames[0]), 0);
  assert.equal(kindOrder('of a later release'), kindNames.length);
});
