import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LruCache } from './lru-cache.ts';

/** What the cache has of these keys; looking is using, so it is looked in their order. */
function found(cache: LruCache<string>, ...keys: readonly string[]): readonly (string | undefined)[] {
  return keys.map((key) => cache.find(key));
}

test('all is kept while its cost is within the limit, which may be reached', () => {
  const cache = new LruCache<string>(10);
  cache.set('a', 'A', 4);
  cache.set('b', 'B', 6);
  assert.deepEqual(found(cache, 'a', 'b', 'c'), ['A', 'B', undefined]);
});

test('what was used longest ago goes first, and no more goes than must', () => {
  const cache = new LruCache<string>(10);
  for (const key of ['a', 'b', 'c']) cache.set(key, key, 3);
  cache.find('a');
  cache.set('d', 'd', 3);
  assert.deepEqual(found(cache, 'a', 'b', 'c', 'd'), ['a', undefined, 'c', 'd']);
  cache.set('e', 'e', 5);
  assert.deepEqual(found(cache, 'a', 'c', 'd', 'e'), [undefined, undefined, 'd', 'e']);
});

test('a value that costs more than the limit is kept alone until the next one comes', () => {
  const cache = new LruCache<string>(10);
  cache.set('a', 'A', 1);
  cache.set('b', 'B', 11);
  assert.deepEqual(found(cache, 'a', 'b'), [undefined, 'B']);
  cache.set('c', 'C', 1);
  assert.deepEqual(found(cache, 'b', 'c'), [undefined, 'C']);
});

test('a value that is set again costs what it costs now, and counts as used', () => {
  const cache = new LruCache<string>(10);
  cache.set('a', 'old', 8);
  cache.set('b', 'B', 1);
  cache.set('a', 'new', 2);
  cache.set('c', 'C', 7);
  assert.deepEqual(found(cache, 'b', 'a', 'c'), ['B', 'new', 'C']);
  cache.set('a', 'newer', 1);
  cache.set('d', 'D', 2);
  assert.deepEqual(found(cache, 'b', 'c', 'a', 'd'), [undefined, 'C', 'newer', 'D']);
});
