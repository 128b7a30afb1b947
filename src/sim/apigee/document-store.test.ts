import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DocumentStore } from './document-store.ts';
import { rowsOf, type SeedDocument } from './organization-seed.ts';

const names = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
const action = fc.record({ remove: fc.boolean(), name: names, value: fc.integer() });

test('a store over generated rows behaves as a map, whatever is written and deleted', () => {
  fc.assert(
    fc.property(fc.uniqueArray(names), fc.array(action), names, (seeded, actions, from) => {
      const store = new DocumentStore(false);
      const model = new Map<string, SeedDocument>(seeded.map((name) => [name, { name, value: 'seed' }]));
      store.setRows(
        'kind',
        rowsOf([...model.values()], (row) => String(row['name'])),
      );
      for (const { remove, name, value } of actions) {
        if (remove) {
          store.delete('kind', '', name);
          model.delete(name);
        } else {
          store.put('kind', '', name, { name, value });
          model.set(name, { name, value });
        }
      }
      const expected = [...model.keys()].sort();
      assert.deepEqual(
        [...store.list('kind', '')].map((item) => item.name),
        expected,
      );
      assert.deepEqual(
        [...store.list('kind', '', from)].map((item) => item.read()),
        expected.filter((name) => name >= from).map((name) => model.get(name)),
      );
      assert.equal(store.count('kind', ''), model.size);
      for (const name of ['a', 'd', 'g']) assert.deepEqual(store.find('kind', '', name), model.get(name));
      const sampled = store.sample('kind', '', 0.5);
      assert.equal(sampled === undefined, model.size === 0);
      assert.ok(sampled === undefined || model.has(sampled));
      store.close();
    }),
  );
});

test('a long list is read in pages without repeating or losing a name', () => {
  const store = new DocumentStore(true);
  const expected: string[] = [];
  for (let number = 0; number < 1000; number += 1) {
    const name = String(number).padStart(4, '0');
    store.put('kind', 'owner', name, {});
    expected.push(name);
  }
  store.put('kind', 'other', 'x', {});
  assert.deepEqual(
    [...store.list('kind', 'owner')].map((item) => item.name),
    expected,
  );
  store.close();
});
