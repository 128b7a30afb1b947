import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Rows, SeedDocument } from '../organization-seed.ts';
import { hugeConsumers } from './huge.ts';
import { coreProducts } from './products.ts';

const { developers, apps, relations } = hugeConsumers('acme-prod');

function assertOrderAndInverse(rows: Rows<SeedDocument>, field: string): void {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: rows.count - 2 }), (index) => {
      const key = rows.key(index);
      assert.equal(rows.indexOf(key), index);
      assert.equal(rows.at(index)[field], key);
      assert.ok(key < rows.key(index + 1));
      assert.deepEqual(rows.at(index), rows.at(index));
    }),
    { numRuns: 2_000 },
  );
  assert.equal(rows.indexOf(rows.key(rows.count - 1)), rows.count - 1);
  assert.throws(() => rows.at(rows.count), RangeError);
  assert.throws(() => rows.key(-1), RangeError);
}

test('developers are in order of e-mail, and an e-mail tells its row', () => {
  assertOrderAndInverse(developers, 'email');
});

test('apps are in order of appId, and an appId tells its row', () => {
  assertOrderAndInverse(apps, 'appId');
});

test('a name that is nobody’s is found nowhere', () => {
  for (const key of [
    '',
    'm000001',
    'm000001@bikes.example ',
    'm999999@bikes.example',
    'ffffffff-0000-4000-a000-000000000000',
  ]) {
    assert.equal(developers.indexOf(key), -1);
    assert.equal(apps.indexOf(key), -1);
    assert.equal(relations.developerIndexOfId(key), -1);
    assert.equal(relations.appIndexOfKey(key), -1);
  }
});

test('apps, owners and keys lead to each other', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: apps.count - 1 }), (index) => {
      const app = apps.at(index);
      const owner = relations.developerIndexOfId(String(app['developerId']));
      assert.equal(developers.at(owner)['developerId'], app['developerId']);
      const { first, count } = relations.appsOfDeveloper(owner);
      assert.ok(first <= index && index < first + count && (count === 2 || count === 3));
      const credentials = app['credentials'];
      assert.ok(Array.isArray(credentials));
      for (const credential of credentials) assert.equal(relations.appIndexOfKey(credential.consumerKey), index);
    }),
    { numRuns: 2_000 },
  );
});

test('the apps of all developers are all apps, once each', () => {
  let next = 0;
  for (let index = 0; index < developers.count; index += 1) {
    const { first, count } = relations.appsOfDeveloper(index);
    assert.equal(first, next);
    next += count;
  }
  assert.equal(next, apps.count);
});

test('keys name products that exist', () => {
  const names = new Set(coreProducts.map((product) => product['name']));
  for (let index = 0; index < 60; index += 1) {
    const credentials = apps.at(index)['credentials'];
    assert.ok(Array.isArray(credentials));
    for (const row of credentials.flatMap((credential) => credential.apiProducts)) assert.ok(names.has(row.apiproduct));
  }
});
