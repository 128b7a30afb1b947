import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApigeeSimulator } from './apigee-simulator.ts';
import { type DumpLine, dumpDifferences } from './dump.ts';
import { rowsOf } from './organization-seed.ts';
import { createSeed } from './seeds/index.ts';
import { proxyFiles, TestClient } from './test-client.ts';

function dumpOf(simulator: ApigeeSimulator): DumpLine[] {
  return [...simulator.dump()];
}

test('the same seed gives the same dump, also under another random seed', () => {
  const first = new ApigeeSimulator({ organization: 'acme', seed: 'small', randomSeed: 1 });
  const second = new ApigeeSimulator({ organization: 'acme', seed: 'small', randomSeed: 2 });
  assert.deepEqual(dumpOf(second), dumpOf(first));
  assert.ok(dumpOf(first).length > 100);
});

test('a wreck shows, and seeding again takes it back', () => {
  const simulator = new ApigeeSimulator({ organization: 'acme', seed: 'small', clock: 'virtual' });
  const before = dumpOf(simulator);
  assert.ok(simulator.wreck().length > 0);
  assert.ok(dumpDifferences(before, simulator.dump()).length > 5);
  simulator.addOrganization('acme', 'small');
  assert.deepEqual(dumpDifferences(before, simulator.dump()), []);
});

test('changes of any field, secret, status or expiry show; ids, times and the order of sets do not', () => {
  const seed = createSeed('small', 'acme');
  const product = { name: 'p', createdAt: '1', environments: ['a', 'b'], quota: '1' };
  const withProduct = (changes: object): DumpLine[] => {
    const products = rowsOf([{ ...product, ...changes }], (row) => String(row['name']));
    return dumpOf(new ApigeeSimulator({ organization: 'acme', seedFunction: () => ({ ...seed, products }) }));
  };
  const before = withProduct({});
  assert.deepEqual(withProduct({ createdAt: '2', environments: ['b', 'a'] }), before);
  assert.deepEqual(dumpDifferences(before, withProduct({ quota: '2' })), ['differs: product p']);
  assert.deepEqual(dumpDifferences(before, withProduct({ name: 'q' })), [
    'only right: product q',
    'only left: product p',
  ]);
});

test('an expiry may differ within the tolerance only', () => {
  const line = (expiresAt: string): DumpLine => ({ kind: 'key', key: 'k', value: { expiresAt } });
  assert.deepEqual(dumpDifferences([line('5000')], [line('5900')], 1000), []);
  assert.deepEqual(dumpDifferences([line('5000')], [line('5900')]), ['differs: key k']);
  assert.deepEqual(dumpDifferences([line('-1')], [line('500')], 1000), ['differs: key k']);
});

test('a bundle keeps its digest over download and import under the server’s stamps, and loses it when a file changes', async () => {
  const client = new TestClient();
  await client.importProxy('p', proxyFiles('one'));
  client.simulator.addOrganization('copy', 'empty');
  client.simulator.clock.advance(5000);
  const copy = client.simulator.target('copy');
  const files = client.simulator.target().bundleFiles({ flavour: 'proxy', name: 'p', revision: '1' });
  const stamped = {
    ...files,
    'apiproxy/p.xml': (files['apiproxy/p.xml'] ?? '').replace('revision="1"', 'revision="7"'),
  };
  copy.importBundle({ flavour: 'proxy', name: 'p', files: stamped });
  const proxyLine = (name: string): DumpLine | undefined =>
    [...client.simulator.dump(name)].find((line) => line.kind === 'proxy');
  assert.deepEqual(proxyLine('copy'), proxyLine('acme'));
  copy.importBundle({ flavour: 'proxy', name: 'p', files: proxyFiles('two') });
  assert.notDeepEqual(proxyLine('copy'), proxyLine('acme'));
});
