import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kinds } from '../core/kinds/index.ts';
import { listsOf } from './parent-lists.ts';
import { RunMemory } from './run-memory.ts';

const create = (): RunMemory =>
  new RunMemory(() => {
    throw new Error('Nothing is sorted here.');
  });

test('the lists of many parents are foreseen until their turn', () => {
  const memory = create();
  const kind = kinds['keystore-alias'];
  const lists = listsOf({ memory }, { kind, parents: ['a', 'b', 'c'] }, (parent) => `${parent}/aliases`);
  assert.equal(memory.foreseen, 0);
  const told = [];
  for (const { parent, path } of lists) told.push([parent, path, memory.foreseen]);
  assert.deepEqual(told, [
    ['a', 'a/aliases', 2],
    ['b', 'b/aliases', 1],
    ['c', 'c/aliases', 0],
  ]);
});

test('one list of all parents is read once, and is not foreseen', () => {
  const memory = create();
  const shared = listsOf({ memory }, { kind: kinds['keystore-alias'], parents: ['a', 'b'] }, () => 'all');
  assert.deepEqual([...shared], [{ parent: '', path: 'all' }]);
  const whole = listsOf({ memory }, { kind: kinds['api-product'], parents: [''] }, () => 'apiproducts');
  assert.deepEqual([...whole], [{ parent: '', path: 'apiproducts' }]);
  assert.equal(memory.foreseen, 0);
});

test('what of one kind begins unforeseen takes nothing from what is foreseen of others, and what ends leaves nothing', () => {
  const memory = create();
  memory.foresee('api-product', 3);
  memory.foresee('api-product', 2);
  memory.begin('api-product');
  memory.begin('developer');
  memory.begin('developer');
  assert.equal(memory.foreseen, 4);
  memory.foresee('developer', 3);
  assert.equal(memory.foreseen, 5);
  memory.endForeseeing('api-product');
  assert.equal(memory.foreseen, 1);
});
