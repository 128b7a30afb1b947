import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../platform/manual-clock.ts';
import { createMemoryBlobStore } from './blob/memory-blob-store.ts';
import { findWhole } from './torn-put.ts';

const bytes = Buffer.from('all that was put');

for (const [what, stands, found] of [
  ['the same bytes', bytes, true],
  ['the bytes of somebody else', Buffer.from('something'), false],
  ['more than was put', Buffer.concat([bytes, Buffer.from('!')]), false],
] as const) {
  test(`a name that is taken by ${what}`, async () => {
    const store = createMemoryBlobStore({ clock: createManualClock(0) });
    await store.put('a', stands);
    assert.equal(await findWhole(store, 'a', bytes), found);
  });
}

for (const length of [0, 1, bytes.length - 1]) {
  test(`the first ${length} bytes of a put that broke off are damage`, async () => {
    const store = createMemoryBlobStore({ clock: createManualClock(0) });
    await store.put('a', bytes.subarray(0, length));
    await assert.rejects(findWhole(store, 'a', bytes), {
      code: 'VAULT_DAMAGED',
      message: 'a is damaged: only a part of it was stored.',
    });
  });
}
