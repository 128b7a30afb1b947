import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Forgotten } from './forgotten.ts';

test('where nothing was forgotten everything holds', () => {
  const forgotten = new Forgotten();
  assert.deepEqual([forgotten.isEmpty, forgotten.lastOrder('a'), forgotten.holds('a')], [true, 0, true]);
  forgotten.keep('a', 1);
  assert.deepEqual([forgotten.isEmpty, forgotten.holds('a')], [true, true]);
});

test('what is forgotten is forgotten with all below it, and nothing else is', () => {
  const forgotten = new Forgotten();
  forgotten.forget('a/b', 3);
  assert.equal(forgotten.isEmpty, false);
  for (const id of ['a/b', 'a/b/c', 'a/b/c/d'])
    assert.deepEqual([forgotten.lastOrder(id), forgotten.holds(id)], [3, false], id);
  for (const id of ['a', 'a/bc', 'b']) assert.deepEqual([forgotten.lastOrder(id), forgotten.holds(id)], [0, true], id);
});

test('of several forgettings the last one counts, in whatever order they are told', () => {
  const forgotten = new Forgotten();
  forgotten.forget('a', 2);
  forgotten.forget('a/b', 7);
  forgotten.forget('a/b', 5);
  assert.deepEqual([forgotten.lastOrder('a/b'), forgotten.lastOrder('a/c')], [7, 2]);
});

test('what is kept after it was forgotten holds, until it is forgotten again', () => {
  const forgotten = new Forgotten();
  forgotten.keep('a/b', 1);
  forgotten.forget('a', 2);
  assert.equal(forgotten.holds('a/b'), false);
  forgotten.keep('a/b', 3);
  assert.deepEqual([forgotten.holds('a/b'), forgotten.holds('a/c')], [true, false]);
  forgotten.forget('a/b', 4);
  assert.equal(forgotten.holds('a/b'), false);
  forgotten.keep('a/b', 5);
  assert.equal(forgotten.holds('a/b'), true);
});

test('a keeping that is of the same moment as the forgetting does not undo it', () => {
  const forgotten = new Forgotten();
  forgotten.forget('a', 2);
  forgotten.keep('a', 2);
  assert.equal(forgotten.holds('a'), false);
});
