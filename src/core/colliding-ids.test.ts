import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assignIds, baseIdOf, type Colliding, type KnownId, withoutNumber } from './colliding-ids.ts';
import { encodeSegment, idName } from './resource.ts';

const item = (state: string, key = `n-${state}`, base = 'plans/gold'): Colliding => ({ base, state, key });
const known = (...ids: readonly KnownId[]) => {
  const byBase = Map.groupBy(ids, ({ id }) => withoutNumber(id));
  return (base: string): readonly KnownId[] => byBase.get(base) ?? [];
};
const idsOf = (ids: ReadonlyMap<Colliding, string>) =>
  Object.fromEntries([...ids].map(([{ state }, id]) => [state, id]));

test('resources of one name are numbered in order of their state, whatever order they come in', () => {
  const items = [item('c'), item('a'), item('b'), item('z', 'n', 'plans/other')];
  const expected = { a: 'plans/gold', b: 'plans/gold~2', c: 'plans/gold~3', z: 'plans/other' };
  assert.deepEqual(idsOf(assignIds(items)), expected);
  assert.deepEqual(idsOf(assignIds(items.toReversed())), expected);
});

test('of two equal ones the server names decide, so that the answer is always the same', () => {
  const [first, second] = [item('a', 'n1'), item('a', 'n2')];
  for (const items of [
    [first, second],
    [second, first],
  ]) {
    const ids = assignIds(items);
    assert.deepEqual([ids.get(first), ids.get(second)], ['plans/gold', 'plans/gold~2']);
  }
});

test('known ids go to who is equal, then to who has the same server name, then in order', () => {
  const equal = known({ id: 'plans/gold', state: 'a' }, { id: 'plans/gold~2', state: 'b' });
  assert.deepEqual(idsOf(assignIds([item('b')], equal)), { b: 'plans/gold~2' });
  assert.deepEqual(idsOf(assignIds([item('0'), item('b')], equal)), { 0: 'plans/gold', b: 'plans/gold~2' });
  assert.deepEqual(idsOf(assignIds([item('0'), item('a'), item('b')], equal)), {
    0: 'plans/gold~3',
    a: 'plans/gold',
    b: 'plans/gold~2',
  });
  const named = known({ id: 'plans/gold', state: 'a', key: 'n1' }, { id: 'plans/gold~2', state: 'b', key: 'n2' });
  assert.deepEqual(idsOf(assignIds([item('0', 'n2')], named)), { 0: 'plans/gold~2' });
});

test('a name that looks like a numbered id stays apart from one', () => {
  assert.equal(baseIdOf('plans/gold~2'), 'plans/gold%7E2');
  assert.equal(idName(baseIdOf('plans/gold~2')), 'gold~2');
  assert.equal(baseIdOf('plans/gold~x'), 'plans/gold~x');
  const ids = assignIds([
    item('a', 'n1', baseIdOf('plans/gold')),
    item('b', 'n2', baseIdOf('plans/gold')),
    item('c', 'n3', baseIdOf('plans/gold~2')),
  ]);
  assert.deepEqual(idsOf(ids), { a: 'plans/gold', b: 'plans/gold~2', c: 'plans/gold%7E2' });
});

const names = fc.oneof(fc.constantFrom('gold', 'gold~2', 'gold~10', 'gold~1', '~2'), fc.string({ maxLength: 6 }));
const colliding = fc
  .record({ name: names, state: fc.constantFrom('a', 'b', 'c') })
  .chain(({ name, state }) =>
    fc.uuid().map((key) => ({ base: baseIdOf(`plans/${encodeSegment(name.toWellFormed())}`), state, key })),
  );

test('ids are unique, keep the natural key, and stay when the same list is read again', () => {
  fc.assert(
    fc.property(fc.array(colliding, { maxLength: 12 }), (items) => {
      const ids = assignIds(items);
      assert.equal(new Set(ids.values()).size, items.length);
      for (const [{ base }, id] of ids) assert.equal(withoutNumber(id), base);
      const again = assignIds(items, known(...[...ids].map(([{ state, key }, id]) => ({ id, state, key }))));
      assert.deepEqual([...ids].sort(byId), [...again].sort(byId));
    }),
  );
});

function byId([, a]: readonly [unknown, string], [, b]: readonly [unknown, string]): number {
  return a < b ? -1 : 1;
}
