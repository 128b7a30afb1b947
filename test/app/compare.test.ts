import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparePoints } from '../../src/app/compare.ts';
import type { PointReader } from '../../src/app/ports/vault.ts';
import { noIgnoreRules } from '../../src/core/ignore-rules.ts';
import { everything } from '../../src/core/selection.ts';
import { diffTextLines } from '../../src/platform/line-diff.ts';
import { parseXml } from '../../src/platform/xml.ts';
import { createFurnishedStage } from './stage.ts';

const nothing = (): void => undefined;
const progress = { phase: nothing, advance: nothing, note: nothing, warn: nothing };

test('what is the same is counted as far as it was chosen', async () => {
  const stage = await createFurnishedStage();
  const { live, vault } = stage;
  for (const name of ['a', 'b', 'c']) live.put(`apiproducts/${name}`, { name });
  const before = await stage.capture();
  live.put('apiproducts/a', { name: 'a', description: 'changed' });
  live.put('apiproducts/gold', { name: 'gold', description: 'changed too' });
  const after = await stage.capture();
  const sameOf = async (only: readonly string[], [left, right]: readonly [PointReader, PointReader]) => {
    const tools = { parseXml, diffLines: diffTextLines };
    const deps = { hasher: vault.hasher, tools, ignore: noIgnoreRules, progress };
    const comparison = await comparePoints(deps, {
      before: left,
      after: right,
      selection: { ...everything, only, kinds: ['api-product'] },
    });
    const [row] = comparison.summary;
    return [row?.changed, row?.same];
  };
  assert.deepEqual(await sameOf([], [before, after]), [2, 2]);
  assert.deepEqual(await sameOf(['apiproducts/a'], [before, after]), [1, 0]);
  assert.deepEqual(await sameOf(['apiproducts/a', 'apiproducts/b', 'apiproducts/c'], [before, after]), [1, 2]);
  assert.deepEqual(await sameOf(['apiproducts/b'], [before, after]), [0, 1]);
});
