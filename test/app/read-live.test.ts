import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sorter, SorterFactory } from '../../src/app/ports/surroundings.ts';
import { readLive, type LiveEntry } from '../../src/app/read-live.ts';
import { compileSelection, everything } from '../../src/core/selection.ts';
import { memorySorter } from '../../src/vault/sample-vault.fixture.ts';
import { createFurnishedStage } from './stage.ts';

const nothing = (): void => undefined;
const progress = { phase: nothing, advance: nothing, note: nothing, warn: nothing };

/** Sorters that spill, and what was handed to them. */
function countingSorters(): { readonly sorters: SorterFactory; readonly spilled: LiveEntry[] } {
  const spilled: LiveEntry[] = [];
  const sorters: SorterFactory = <Item>(keyOf: (item: Item) => string): Sorter<Item> => {
    const inner = memorySorter(keyOf);
    return {
      ...inner,
      add: async (item) => {
        // What reads an organization sorts live entries and nothing else.
        spilled.push(item as unknown as LiveEntry);
        await inner.add(item);
      },
    };
  };
  return { sorters, spilled };
}

test('of what is read live everything is spilled, and content only of what the point does not have', async () => {
  const stage = await createFurnishedStage();
  for (let index = 0; index < 500; index += 1) stage.live.put(`apiproducts/p${index}`, { name: `p${index}` });
  const point = await stage.capture();
  stage.live.put('apiproducts/p7', { name: 'p7', description: 'changed' });
  stage.live.put('apiproducts/new', { name: 'new' });
  const { sorters, spilled } = countingSorters();
  const selector = compileSelection({ ...everything, kinds: ['api-product'] });
  const state = await readLive({ live: stage.live, sorters, progress }, { selector, revisions: { newest: 5 }, point });
  try {
    const sorted = await Array.fromAsync(state.entries('api-product'));
    assert.deepEqual(
      sorted.map(({ id }) => id),
      spilled.map(({ id }) => id).sort(),
    );
    assert.ok(sorted.length > 500);
    const kept = sorted.filter(({ content }) => content !== undefined).map(({ id }) => id);
    assert.deepEqual(kept, ['apiproducts/new', 'apiproducts/p7']);
  } finally {
    await state.close();
  }
});
