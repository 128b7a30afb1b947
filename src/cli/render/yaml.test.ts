import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { isPrintable } from './printable.ts';
import { renderYaml } from './yaml.ts';

test('blocks, without what older readers would misunderstand', () => {
  const text = renderYaml({ a: 'no', b: '2026-01-01', list: [{ c: 1 }], left: undefined });
  assert.equal(text, 'a: "no"\nb: "2026-01-01"\nlist:\n  - c: 1\n');
});

test('every document reads back as it was, and does not act on a terminal', () => {
  const key = fc.string({ unit: 'binary' }).filter((name) => name !== '__proto__');
  const value = fc.jsonValue({ stringUnit: 'binary' });
  fc.assert(
    fc.property(fc.dictionary(key, value), (document) => {
      const plain: unknown = JSON.parse(JSON.stringify(document));
      const text = renderYaml(document);
      assert.deepEqual(parse(text), plain);
      assert.ok(isPrintable(text.replaceAll('\n', '')));
    }),
  );
});
