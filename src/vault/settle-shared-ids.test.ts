import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SweptPoint } from '../app/ports/retention.ts';
import type { PointRecord } from './manifest.ts';
import { pointRecord } from './point-record.fixture.ts';
import { settleSharedIds } from './settle-shared-ids.ts';

const FIRST = '2026-05-10T00:00:00.000Z';
const SECOND = '2026-05-11T00:00:00.000Z';

const record = (name: string, point: string, time: string, timeAttested = true): PointRecord =>
  pointRecord(point, time, { name, signer: `writer of ${name}`, timeAttested });

const sweptPoint = (point: string, name: string, isGivenUp = false): SweptPoint => ({
  point,
  name,
  prune: 1,
  sweptAt: SECOND,
  signer: 'pruner',
  isGivenUp,
});

/** Names of the records that are points, and what is said of the others. */
function settle(records: readonly PointRecord[], swept: readonly SweptPoint[] = []) {
  const settled = settleSharedIds(records, swept);
  return {
    points: settled.records.map(({ name }) => name),
    damaged: settled.damaged.map(({ name, error }) => [name, error.code, error.message]),
  };
}

test('manifests of ids of their own are all points, in their order', () => {
  const records = [record('b', 'p2', SECOND), record('a', 'p1', FIRST, false)];
  assert.deepEqual(settle(records, [sweptPoint('p3', 'c')]), { points: ['b', 'a'], damaged: [] });
});

test('of manifests with one id the one that the store had first is the point', () => {
  const false1 = [
    'late',
    'VAULT_DAMAGED',
    'late is damaged: the id p1 is that of early, which was there before; it is signed by writer of late.',
  ];
  const early = record('early', 'p1', FIRST);
  const late = record('late', 'p1', SECOND);
  const other = record('other', 'p2', SECOND);
  assert.deepEqual(settle([early, late, other]), { points: ['early', 'other'], damaged: [false1] });
  assert.deepEqual(settle([late, other, early]), { points: ['other', 'early'], damaged: [false1] });
});

test('where nobody knows which was first none is the point', () => {
  const unknown = (name: string) => [
    name,
    'VAULT_DAMAGED',
    `${name} is damaged: other manifests have the id p1 too, and which was first is not known; it is signed by writer of ${name}.`,
  ];
  const none = { points: [], damaged: [unknown('a'), unknown('b')] };
  assert.deepEqual(settle([record('a', 'p1', FIRST), record('b', 'p1', FIRST)]), none);
  assert.deepEqual(settle([record('a', 'p1', FIRST), record('b', 'p1', SECOND, false)]), none);
  assert.deepEqual(settle([record('a', 'p1', FIRST, false), record('b', 'p1', SECOND, false)]), none);
});

test('the id of a point that was swept stays taken, but not that of a damaged manifest that was given up', () => {
  const late = record('late', 'p1', SECOND);
  assert.deepEqual(settle([late], [sweptPoint('p1', 'gone')]), {
    points: [],
    damaged: [
      [
        'late',
        'VAULT_DAMAGED',
        'late is damaged: the id p1 is that of gone, which was there before; it is signed by writer of late.',
      ],
    ],
  });
  assert.deepEqual(settle([late], [sweptPoint('p1', 'gone', true)]), { points: ['late'], damaged: [] });
  assert.deepEqual(settle([late], [sweptPoint('p2', 'gone')]), { points: ['late'], damaged: [] });
});
