import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IndexLine } from './indexed-entry.ts';
import { baseLine, createSampleLayers, deltaLine, rowOf } from './index-layers.fixture.ts';
import { loadKnown } from './load-known.ts';

const TAG = '0'.repeat(32);

async function load(...lines: readonly IndexLine[]) {
  const { write, source, sink } = await createSampleLayers();
  const base = await write('base', lines);
  const delta = await write('delta', [deltaLine('z', undefined, TAG)]);
  const loading = loadKnown('app-key', { base: { source, row: rowOf('a', base, delta) }, checkpoint: undefined, sink });
  return { loading, index: `${source.epochPrefix}indexes/${base.parts[0]?.[0]}` };
}

test('what is known is the base with what came after it', async () => {
  const { loading } = await load(baseLine('a', TAG), baseLine('b', TAG, { secretHash: TAG }));
  const known = await loading;
  assert.equal(known.count, 3);
  assert.ok(known.seeId('z'));
});

test('an entry without a hash, or one id twice, is damage of the index', async () => {
  for (const line of [baseLine('b', 'x'), baseLine('b', `${TAG}0`), baseLine('b', TAG, { secretHash: 'x' })]) {
    const { loading, index } = await load(baseLine('a', TAG), line);
    await assert.rejects(loading, { code: 'VAULT_DAMAGED', damaged: index, message: /b has no hash in it/ });
  }
  const { loading, index } = await load(baseLine('a', TAG), baseLine('a', TAG));
  await assert.rejects(loading, { code: 'VAULT_DAMAGED', damaged: index, message: /cannot be told apart/ });
});
