import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  compareIds,
  compileGlob,
  decodeSegment,
  encodeSegment,
  globReaches,
  idName,
  idsAbove,
  idSegments,
  isWithin,
  joinId,
  parentId,
} from './resource.ts';

const awkward = fc.constantFrom(
  '.',
  '..',
  '~',
  '~tag',
  '%',
  '%2F',
  '/',
  'a/b',
  '*',
  '**',
  '+',
  ' ',
  'é',
  '💳',
  'a+b@x.com',
);
const name = fc.oneof(awkward, fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }));
const id = fc.array(name, { minLength: 1, maxLength: 6 }).map((names) => joinId(...names.map(encodeSegment)));

test('a segment comes back as it was, and is one segment that no URL, glob or tag can mistake', () => {
  fc.assert(
    fc.property(name, (value) => {
      const segment = encodeSegment(value);
      assert.equal(decodeSegment(segment), value);
      assert.match(segment, /^[A-Za-z0-9._@~!$'(),;=:%-]+$/);
      assert.ok(segment !== '.' && segment !== '..' && !segment.startsWith('~'));
    }),
  );
});

test('different names have different segments', () => {
  fc.assert(fc.property(name, name, (a, b) => assert.equal(encodeSegment(a) === encodeSegment(b), a === b)));
});

test('ids take apart what was joined', () => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 6 }), (names) => {
      const joined = joinId(...names.map(encodeSegment));
      assert.deepEqual(idSegments(joined), names);
      assert.equal(idName(joined), names.at(-1));
    }),
  );
});

test('a badly encoded segment is a usage error', () => {
  assert.throws(() => decodeSegment('%E0%A4%A'), { code: 'USAGE' });
});

test('what is above an id, nearest first', () => {
  assert.deepEqual(idsAbove('developers/x/apps/y'), ['developers/x/apps', 'developers/x', 'developers']);
  assert.equal(parentId('developers/x/apps/keys/keys/~T'), 'developers/x/apps/keys');
  assert.equal(parentId('apis/revisions/revisions/~D'), 'apis/revisions');
  assert.equal(parentId('apis/orders'), '');
  assert.ok(isWithin('apis/orders', '') && isWithin('apis/orders/revisions/~D', 'apis/orders'));
  assert.ok(!isWithin('apis/orders2', 'apis/orders'));
});

test('ids sort by code unit', () => {
  assert.deepEqual(['b', 'a/b', 'a', 'B', 'a-b'].sort(compareIds), ['B', 'a', 'a-b', 'a/b', 'b']);
});

const globCases: readonly (readonly [glob: string, matching: readonly string[], others: readonly string[]])[] = [
  ['apis/orders', ['apis/orders', 'apis/orders/revisions/~D'], ['apis/orders2', 'apis', 'apis/orders.v2']],
  ['apis/*', ['apis/orders', 'apis/orders/revisions/~D'], ['sharedflows/x', 'apis']],
  ['apis/ord*', ['apis/orders', 'apis/ord'], ['apis/old', 'apis/x/ord']],
  [
    'developers/*/apps/**',
    ['developers/x/apps/y', 'developers/x/apps/y/keys/~T'],
    ['developers/x', 'developers/x/y/apps/z'],
  ],
  [
    'environments/test/**',
    ['environments/test/targetservers/a'],
    ['environments/test', 'environments/test2/targetservers/a'],
  ],
  ['**', ['apis/orders', 'a'], []],
  ['**/keys/*', ['developers/x/apps/y/keys/~T', 'keys/a'], ['developers/x/apps/y']],
  ['**/**', ['a', 'a/b'], []],
  ['apis/a.c', ['apis/a.c'], ['apis/abc']],
  ['apis/a(b|c)', ['apis/a(b|c)'], ['apis/ab']],
];

for (const [glob, matching, others] of globCases) {
  test(`glob ${glob}`, () => {
    const matches = compileGlob(glob);
    for (const one of matching) assert.ok(matches(one), one);
    for (const one of others) assert.ok(!matches(one), one);
  });
}

test('every id selects itself and what is below it, never a sibling that only begins alike', () => {
  fc.assert(
    fc.property(id, name, (own, child) => {
      const matches = compileGlob(own);
      assert.ok(matches(own));
      assert.ok(matches(joinId(own, encodeSegment(child))));
      assert.ok(!matches(`${own}x`));
    }),
  );
});

test('a star stands for exactly one segment, two for any number', () => {
  fc.assert(
    fc.property(id, (own) => {
      const segments = own.split('/');
      for (const index of segments.keys()) {
        assert.ok(compileGlob(segments.with(index, '*').join('/'))(own));
        assert.ok(compileGlob(['**', ...segments.slice(index)].join('/'))(own));
      }
      assert.ok(!compileGlob(`${own}/*`)(own));
      assert.ok(!compileGlob(`${own}/**`)(own));
    }),
  );
});

test('a glob with an empty segment is a usage error, not a choice of nothing', () => {
  for (const glob of ['', '/', 'apis/', '/apis', 'apis//x'])
    assert.throws(() => compileGlob(glob), { code: 'USAGE' }, glob);
});

test('a hostile glob is not slow', () => {
  const matches = compileGlob(`${'**/'.repeat(30)}x${'*a'.repeat(20)}`);
  assert.equal(matches('a/'.repeat(200)), false);
});

test('what shapes of ids a glob can reach', () => {
  assert.ok(globReaches('developers/*/apps/**', 'developers/*/apps/*'));
  assert.ok(globReaches('developers/x', 'developers/*/apps/*/keys/*'));
  assert.ok(globReaches('**', 'apis/*'));
  assert.ok(!globReaches('developers/*/apps/**', 'developers/*'));
  assert.ok(!globReaches('developers/*/apps/**', 'apis/*/revisions/*'));
  assert.ok(!globReaches('environments/test/**', 'environments/*'));
});

test('a glob reaches the shape of whatever it matches', () => {
  const shape = fc.constantFrom('apis/*', 'apis/*/revisions/*', 'developers/*/apps/*/keys/*');
  fc.assert(
    fc.property(shape, fc.array(name, { minLength: 4, maxLength: 4 }), fc.nat(), (pattern, names, seed) => {
      let next = 0;
      const own = pattern.split('/').map((part) => (part === '*' ? encodeSegment(names[next++] ?? 'x') : part));
      const glob = own.map((part, index) => (((seed >> index) & 1) === 1 ? '*' : part)).join('/');
      assert.ok(compileGlob(glob)(own.join('/')) && globReaches(glob, pattern));
    }),
  );
});
