import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { kindNames, kinds } from './kinds/index.ts';
import {
  hasListsBelow,
  isListedPerParent,
  kindsReadTogether,
  kindsToRead,
  parentsOf,
  readsAfter,
  usesKnownEntries,
} from './reading-order.ts';

test('with what is chosen its parents and what its references resolve against are read, in registry order', () => {
  fc.assert(
    fc.property(fc.subarray([...kindNames]), (chosen) => {
      const read = kindsToRead((name) => chosen.includes(name));
      const names = read.map(({ kind }) => kind.name);
      assert.deepEqual(
        names,
        kindNames.filter((name) => names.includes(name)),
      );
      for (const name of chosen) assert.ok(names.includes(name));
      for (const { kind, chosen: isChosen } of read) {
        assert.equal(isChosen, chosen.includes(kind.name));
        const above = kind.scope === 'organization' ? [] : [kind.scope];
        for (const needed of [...above, ...(kind.resolvesAgainst ?? [])]) {
          assert.ok(names.indexOf(needed) >= 0 && names.indexOf(needed) < names.indexOf(kind.name));
        }
      }
    }),
  );
});

test('nothing is read for nothing', () => {
  assert.deepEqual(
    kindsToRead(() => false),
    [],
  );
  assert.deepEqual(
    kindsToRead((name) => name === 'target-server').map(({ kind }) => kind.name),
    ['environment', 'target-server'],
  );
});

test('lists that depend on the parent are asked for per parent', () => {
  const perParent = kindNames.filter((name) => isListedPerParent(kinds[name]));
  for (const name of ['keystore', 'debug-mask', 'proxy-revision', 'proxy-kvm-entry'] as const)
    assert.ok(perParent.includes(name), name);
  for (const name of ['environment', 'api-product', 'proxy-deployment', 'developer-app', 'app-key'] as const)
    assert.ok(!perParent.includes(name), name);
  const above = new Set(perParent.map((name) => kinds[name].scope));
  assert.deepEqual(
    kindNames.filter(hasListsBelow),
    kindNames.filter((name) => above.has(name)),
  );
  const known = kindNames.filter((name) => usesKnownEntries(kinds[name]));
  assert.deepEqual(known, ['archive-deployment', 'shared-flow', 'shared-flow-revision', 'proxy', 'proxy-revision']);
  assert.deepEqual(
    parentsOf(kinds['target-server'], (name) => [`${name}-id`]),
    ['environment-id'],
  );
  assert.deepEqual(
    parentsOf(kinds['developer-app'], () => assert.fail('one list')),
    [''],
  );
});

test('a kind is read after what its ids, its parents and its canonical form are told from', () => {
  assert.deepEqual(readsAfter(kinds.environment), []);
  assert.deepEqual(readsAfter(kinds['target-server']), ['environment']);
  assert.deepEqual(readsAfter(kinds['proxy-deployment']), ['environment', 'proxy-revision']);
  assert.deepEqual(readsAfter(kinds['developer-app']), ['developer']);
  const child = { ...kinds['target-server'], scope: 'app-key', resolvesAgainst: ['app-key', 'developer'] } as const;
  assert.deepEqual(readsAfter(child), ['developer-app', 'developer'], 'what is embedded comes with its parent');
  const read = kindsToRead(() => true).map(({ kind }) => kind.name);
  for (const name of kindNames) {
    for (const needed of readsAfter(kinds[name])) {
      if (kinds[name].collection.style === 'embedded') continue;
      assert.ok(read.indexOf(needed) < kindNames.indexOf(name), `${needed} is read, before ${name}`);
    }
  }
});

test('kinds that stand in one answer are read together, and every kind once', () => {
  const names = kindsReadTogether().map((together) => together.map(({ name }) => name));
  const shared = names.filter(({ length }) => length > 1).map((together) => together.join(' '));
  for (const expected of ['shared-flow shared-flow-revision', 'proxy proxy-revision', 'developer-app app-key']) {
    assert.ok(shared.includes(expected), `${expected} among ${shared.join(', ')}`);
  }
  assert.deepEqual(names.flat().toSorted(), kindNames.toSorted());
  const firsts = names.flatMap(([first]) => first ?? []);
  assert.deepEqual(
    firsts,
    kindNames.filter((name) => firsts.includes(name)),
  );
});
