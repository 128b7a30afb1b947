import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EntryComparison } from './compare.ts';
import type { EntryCore } from './entry.ts';
import { followRenames } from './follow-renames.ts';
import { sampleKind } from './sample-kind.fixture.ts';

const entry = (id: string, more: Partial<EntryCore> = {}): EntryCore => ({
  id,
  kind: 'app-key',
  configHash: 'c',
  ...more,
});
const common = { kind: 'app-key', informational: true, secretChanged: false } as const;
const removed = (id: string): EntryComparison => ({ ...common, id, change: 'removed', before: entry(id) });
const added = (id: string, more: Partial<EntryCore> = {}): EntryComparison => ({
  ...common,
  id,
  change: 'added',
  after: entry(id, more),
});

async function follow(...comparisons: readonly EntryComparison[]): Promise<readonly EntryComparison[]> {
  async function* stream(): AsyncGenerator<EntryComparison> {
    yield* comparisons;
  }
  return await Array.fromAsync(followRenames(sampleKind, stream(), new Map([['d/a', 'd/z']])));
}

test('what came along with a renamed resource is told under its newer id, with where it was', async () => {
  assert.deepEqual(await follow(removed('d/a/x'), added('d/z/x')), [
    {
      ...common,
      id: 'd/z/x',
      change: 'same',
      informational: false,
      before: entry('d/a/x'),
      after: entry('d/z/x'),
      note: 'was d/a/x',
    },
  ]);
  const [changed] = await follow(added('d/z/x/y', { secretHash: 's' }), removed('d/a/x/y'));
  assert.deepEqual([changed?.change, changed?.secretChanged], ['changed', true]);
});

test('what has no counterpart, and what stands elsewhere, is told as it is', async () => {
  const [elsewhere, gone, come, same] = [
    removed('d/b/x'),
    removed('d/a/x'),
    added('d/z/y'),
    { ...added('d/a/q'), change: 'same' } as const,
  ];
  assert.deepEqual(await follow(gone, come, elsewhere, same), [elsewhere, same, come, gone]);
  assert.deepEqual(await follow(removed('d/a'), added('d/z')), [removed('d/a'), added('d/z')], 'the resource itself');
});
