import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderCalls } from '../call-graph.ts';
import type { JsonObject } from '../json.ts';
import type { RestorePair } from '../restore-pair.ts';
import { pairOf } from '../restore-pairs.fixture.ts';
import { environmentGroup } from './environment-group.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const context = writeContext();

const group = (name: string, hostnames: readonly string[], more: JsonObject = {}) =>
  stateOf(environmentGroup, `envgroups/${name}`, { name, hostnames, createdAt: '1', state: 'ACTIVE', ...more });

test('a group is created as a long-running operation, without what the server assigns', () => {
  const { calls } = environmentGroup.create(group('public', ['a.example']), context);
  assert.deepEqual(linesOf(calls), ['materialise create: POST envgroups?name=public']);
  assert.equal(calls[0]?.longRunning, true);
  assert.deepEqual(jsonOf(calls[0]), { name: 'public', hostnames: ['a.example'] });
});

test('its hostnames are a set; another set is patched by name, and what stops answering is said', () => {
  const wanted = group('public', ['b.example', 'a.example']);
  assert.deepEqual(wanted.canonical, group('public', ['a.example', 'b.example'], { state: 'UPDATING' }).canonical);
  const { calls } = environmentGroup.update(wanted, group('public', ['a.example', 'old.example']), context);
  assert.deepEqual(linesOf(calls), ['materialise update: PATCH envgroups/public?updateMask=hostnames']);
  assert.deepEqual(jsonOf(calls[0]), { hostnames: ['b.example', 'a.example'] });
  assert.deepEqual([calls[0]?.longRunning, calls[0]?.lookup.type], [true, 'repeat']);
  assert.equal(calls[0]?.risk, 'Nothing answers any more at old.example.');
  const [more] = environmentGroup.update(wanted, group('public', ['a.example']), context).calls;
  assert.equal(more?.risk, undefined);
});

test('a field that no call can set is left alone', () => {
  const { calls } = environmentGroup.update(
    group('public', ['a.example'], { unheardOf: 'x' }),
    group('public', ['a.example']),
    context,
  );
  assert.deepEqual(calls, []);
});

test('a group is deleted as a long-running operation', () => {
  const { calls } = environmentGroup.remove(group('public', ['a.example']), context);
  assert.deepEqual(linesOf(calls), ['remove delete: DELETE envgroups/public']);
  assert.deepEqual([calls[0]?.longRunning, calls[0]?.tolerates], [true, [404]]);
});

function orderOf(pairs: readonly RestorePair[]): string[] {
  const written = pairs.map((pair) => {
    const { desired, live, kind } = pair;
    if (desired === undefined) return { pair, writes: kind.remove(live ?? assert.fail(), context) };
    return { pair, writes: live === undefined ? kind.create(desired, context) : kind.update(desired, live, context) };
  });
  return orderCalls(written).map(({ id }) => id);
}

const pair = (name: string, desired: readonly string[] | undefined, live: readonly string[] | undefined) =>
  pairOf(`envgroups/${name}`, {
    ...(desired === undefined ? {} : { desired: { name, hostnames: desired } }),
    ...(live === undefined ? {} : { live: { name, hostnames: live } }),
  });

test('a hostname is taken after the group that holds it has given it up', () => {
  const giver = pair('z', ['own.example'], ['own.example', 'moved.example']);
  const taker = pair('a', ['moved.example'], undefined);
  assert.deepEqual(orderOf([taker, giver]), ['envgroups/z#update', 'envgroups/a#create']);
  const other = pair('a', ['new.example'], undefined);
  assert.deepEqual(orderOf([other, giver]), ['envgroups/a#create', 'envgroups/z#update']);
  const deleted = pair('z', undefined, ['moved.example']);
  assert.deepEqual(orderOf([taker, deleted]), ['envgroups/z#delete', 'envgroups/a#create']);
});

test('groups that exchange hostnames are planned all the same', () => {
  const a = pair('a', ['x.example'], ['y.example']);
  const b = pair('b', ['y.example'], ['x.example']);
  assert.deepEqual(orderOf([a, b]).toSorted(), ['envgroups/a#update', 'envgroups/b#update']);
});
