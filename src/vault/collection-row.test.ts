import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KnownCollection, planForm, type RowForm } from './collection-row.ts';
import type { Layer } from './collections-table.ts';
import { Forgotten } from './forgotten.ts';
import { createSampleLayers, indexed, rowOf } from './index-layers.fixture.ts';
import { KnownEntries } from './known-entries.ts';

interface State {
  readonly form?: 'full' | 'scoped';
  /** Lines of the base that is continued, if there is one, and of its deltas. */
  readonly base?: number | null;
  readonly deltas?: readonly number[];
  /** Entries of a checkpoint. */
  readonly checkpoint?: number;
  readonly spilled?: number;
  readonly known?: number;
  readonly seen?: number;
  readonly whole?: boolean;
  readonly forgets?: boolean;
}

const { source } = await createSampleLayers();

function layerOf(count: number): Layer {
  return { level: 0, count, bytes: 0, parts: [] };
}

function formOf(state: State): RowForm {
  const known = new KnownEntries(1);
  for (let number = 0; number < (state.known ?? 0); number += 1) known.add(indexed(`e${number}`, ''));
  for (let number = 0; number < (state.seen ?? 0); number += 1) known.seeId(`e${number}`);
  const forgotten = new Forgotten();
  if (state.forgets === true) forgotten.forget('e0', 1);
  const base: KnownCollection | undefined =
    state.base === undefined
      ? undefined
      : {
          source,
          row: rowOf('base', state.base === null ? null : layerOf(state.base), ...(state.deltas ?? []).map(layerOf)),
        };
  const checkpoint: KnownCollection | undefined =
    state.checkpoint === undefined
      ? undefined
      : { source, row: { ...rowOf('checkpoint', null), count: state.checkpoint } };
  const { spilled = 0, whole = true, form = 'full' } = state;
  return planForm({ form, base, checkpoint }, { spilled, forgotten, known, whole });
}

test('a collection of which nothing was said and that is not whole has no row', () => {
  assert.equal(formOf({ whole: false }), 'none');
  assert.equal(formOf({ whole: false, base: 10, known: 10 }), 'none');
  assert.equal(formOf({ whole: false, spilled: 1 }), 'base');
  assert.equal(formOf({ whole: false, base: 10, known: 1, seen: 1 }), 'same');
  assert.equal(formOf({ whole: true }), 'base');
});

test('what has nothing to continue, or stands alone, is written as a base', () => {
  assert.equal(formOf({ spilled: 1 }), 'base');
  assert.equal(formOf({ form: 'scoped', base: 100, spilled: 1 }), 'base');
  assert.equal(formOf({ form: 'scoped', base: 100, known: 100, seen: 100 }), 'base');
});

test('where all that was known was seen and nothing else came, the row stays the same', () => {
  assert.equal(formOf({ base: 100, known: 100, seen: 100 }), 'same');
  assert.equal(formOf({ base: 100, known: 100, seen: 99 }), 'delta');
  assert.equal(formOf({ base: 100, known: 100, seen: 100, spilled: 1 }), 'delta');
  assert.equal(formOf({ base: 100, known: 100, seen: 100, checkpoint: 1 }), 'delta');
  assert.equal(formOf({ base: 100, known: 100, seen: 100, checkpoint: 0 }), 'same');
  assert.equal(formOf({ base: 100, known: 100, seen: 100, forgets: true }), 'delta');
});

test('a base is written anew when the deltas would have more lines than a quarter of it', () => {
  assert.equal(formOf({ base: 100, spilled: 25 }), 'delta');
  assert.equal(formOf({ base: 100, spilled: 26 }), 'base');
  assert.equal(formOf({ base: 100, deltas: [10, 5], spilled: 10 }), 'delta');
  assert.equal(formOf({ base: 100, deltas: [10, 5], spilled: 11 }), 'base');
  assert.equal(formOf({ base: 100, spilled: 10, known: 10, checkpoint: 5 }), 'delta');
  assert.equal(formOf({ base: 100, spilled: 10, known: 11, checkpoint: 5 }), 'base');
  assert.equal(formOf({ base: 100, spilled: 10, known: 10, checkpoint: 6 }), 'base');
  assert.equal(formOf({ base: null, spilled: 1 }), 'base');
});
