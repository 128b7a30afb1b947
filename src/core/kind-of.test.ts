import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ancestorsOf, findKindOf } from './kind-of.ts';
import { kindNames, kinds } from './kinds/index.ts';
import { encodeSegment } from './resource.ts';

test('an id of a kind is told to be of that kind, whatever the names in it', () => {
  const names = fc.array(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(fc.constantFrom(...kindNames), names, (kind, given) => {
      let next = 0;
      const id = kinds[kind].idPattern.replaceAll('*', () => encodeSegment(given[next++] ?? 'x'));
      assert.equal(findKindOf(id)?.name, kind);
    }),
  );
});

test('no two kinds have ids of one shape', () => {
  assert.equal(new Set(kindNames.map((name) => kinds[name].idPattern)).size, kindNames.length);
});

test('what is no id of a kind has none', () => {
  for (const id of ['', 'apis', 'apis/x/y', 'environments/test/other/x', 'developers/x/apps/y/keys/~T/z'])
    assert.equal(findKindOf(id), undefined, id);
});

test('the resources above, nearest first', () => {
  assert.deepEqual(ancestorsOf('developers/x/apps/y/keys/~T'), ['developers/x/apps/y', 'developers/x']);
  assert.deepEqual(ancestorsOf('environments/test/apis/orders/deployment'), ['environments/test']);
  assert.deepEqual(ancestorsOf('apis/orders'), []);
});
