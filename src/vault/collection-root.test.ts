import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EntryCore } from '../core/entry.ts';
import { CollectionRoot } from './collection-root.ts';
import { sha256Hex } from './digest.ts';

const entry = (id: string, more: Partial<EntryCore> = {}): EntryCore => ({
  id,
  kind: 'app-key',
  configHash: `c${id}`,
  ...more,
});

function rootOf(entries: readonly EntryCore[]) {
  const root = new CollectionRoot();
  for (const item of entries) root.add(item);
  return root.finish();
}

test('roots are hashes over a line of each entry: its id and hash, its id and secret hash, its id and each instant', () => {
  const entries = [
    entry('a', { secretHash: 'sa', tolerant: { y: 2, x: 1 } }),
    entry('b'),
    entry('c', { tolerant: {} }),
  ];
  assert.deepEqual(rootOf(entries), {
    count: 3,
    configRoot: sha256Hex('a\0ca\nb\0cb\nc\0cc\n'),
    secretRoot: sha256Hex('a\0sa\nb\0\nc\0\n'),
    tolerantRoot: sha256Hex('a\0x=1\na\0y=2\n'),
  });
  const none = sha256Hex();
  assert.deepEqual(rootOf([]), { count: 0, configRoot: none, secretRoot: none, tolerantRoot: none });
});

test('roots do not depend on marks, labels, or the order of fields', () => {
  assert.deepEqual(
    rootOf([entry('a', { tolerant: { x: 1, y: 2 }, marks: { m: 1 }, label: 'A' })]),
    rootOf([entry('a', { tolerant: { y: 2, x: 1 } })]),
  );
});

test('roots of many entries are those of all their lines', () => {
  const entries = Array.from({ length: 5000 }, (_, number) =>
    entry(`resource-${number}`, { secretHash: `s${number}` }),
  );
  const { configRoot, secretRoot, count } = rootOf(entries);
  assert.equal(count, 5000);
  assert.equal(configRoot, sha256Hex(entries.map(({ id }) => `${id}\0c${id}\n`).join('')));
  assert.equal(secretRoot, sha256Hex(entries.map(({ id }, number) => `${id}\0s${number}\n`).join('')));
});
