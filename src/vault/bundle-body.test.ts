import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BundleFile } from '../core/entry.ts';
import { decodeBundleItem, decodeFactsItem, encodeBundleItem, encodeFactsItem } from './bundle-body.ts';

const file = (path: string, text: string): BundleFile => ({ path, bytes: new Uint8Array(Buffer.from(text)) });

const facts = {
  version: 2,
  sharedFlows: ['flow'],
  targetServers: ['server'],
  keyValueMaps: ['map'],
  issuers: ['issuer'],
  basePaths: ['/v1'],
};

test('a bundle is a line of names and lengths, then its files, by path', () => {
  const files = [file('b/two.xml', '<two/>\n'), file('a.xml', '<één/>'), file('empty', '')];
  const item = encodeBundleItem(files);
  const head = '{"files":[["a.xml",8],["b/two.xml",7],["empty",0]]}\n';
  assert.equal(Buffer.from(item).toString(), `${head}<één/><two/>\n`);
  const sorted = [file('a.xml', '<één/>'), file('b/two.xml', '<two/>\n'), file('empty', '')];
  assert.deepEqual(decodeBundleItem(item), sorted);
  assert.deepEqual(decodeBundleItem(encodeBundleItem([])), []);
});

test('what is no bundle is refused', () => {
  const item = Buffer.from(encodeBundleItem([file('a', 'one')]));
  assert.throws(() => decodeBundleItem(item.subarray(0, -1)), { message: 'files and bytes do not match' });
  assert.throws(() => decodeBundleItem(Buffer.concat([item, Buffer.from('x')])), {
    message: 'files and bytes do not match',
  });
  for (const text of ['', 'x', '{"files":[["a","1"]]}\nx', '{"files":[[1,1]]}\nx', '{}\n', '[]\n'])
    assert.throws(() => decodeBundleItem(Buffer.from(text)), text);
});

test('facts come back as they were, and without one of them they are none', () => {
  assert.equal(Buffer.from(encodeFactsItem(facts)).toString(), JSON.stringify(facts));
  assert.deepEqual(decodeFactsItem(encodeFactsItem(facts)), facts);
  for (const [name, value] of Object.entries(facts)) {
    const wrong = typeof value === 'number' ? 'x' : value[0];
    for (const changed of [{ [name]: undefined }, { [name]: wrong }, { [name]: [7] }])
      assert.throws(() => decodeFactsItem(Buffer.from(JSON.stringify({ ...facts, ...changed }))), name);
  }
});
