import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IntegrityError } from '../core/errors.ts';
import type { CollectionsTable, Layer } from './collections-table.ts';
import { baseLine, createSampleLayers, deltaLine, rowOf } from './index-layers.fixture.ts';
import type { IndexLine } from './indexed-entry.ts';
import type { PointRecord } from './manifest.ts';
import { listNeeds } from './point-needs.ts';
import { pointRecord } from './point-record.fixture.ts';

const TABLE = 'a'.repeat(64);

/** As much of a manifest as says what its point rests on. */
function recordOf(epochPrefix: string, table: string | null): PointRecord {
  const name = `${epochPrefix}points/20260510T000000000Z-p1`;
  return pointRecord('p1', '2026-05-10T00:00:00.000Z', { name, table });
}

test('a point rests on its manifest, its table, the parts of all rows and the packs that those name', async () => {
  const layers = await createSampleLayers();
  const { source, sink } = layers;
  const packOf = (letter: string): string => letter.repeat(64);
  const inPack = (line: IndexLine, letter: string): IndexLine => {
    const segment = {
      pack: `${sink.epochPrefix}packs/${packOf(letter)}`,
      ordinal: 0,
      offset: 56,
      length: 9,
      hash: 'h',
    };
    return { ...line, now: line.now && { ...line.now, location: { config: { segment, item: 0 } } } };
  };
  const base = await layers.write('base', [inPack(baseLine('a'), 'b'), inPack(baseLine('b'), 'c')]);
  const delta = await layers.write('delta', [inPack(deltaLine('b', 'b0', 'b1'), 'c')]);
  const carried = await layers.write('base', [inPack(baseLine('x'), 'd')]);
  const table: CollectionsTable = {
    collections: new Map([
      ['app-key', rowOf('one', base, delta)],
      ['kvm', rowOf('same', base)],
    ]),
    carried: new Map([['proxy', rowOf('other', null, carried)]]),
  };
  const record = recordOf(sink.epochPrefix, TABLE);
  const partsOf = (layer: Layer) => layer.parts.map(([id]) => `indexes/${id}`);
  const below = [
    `indexes/${TABLE}`,
    ...[base, delta, carried].flatMap(partsOf),
    ...['b', 'c', 'd'].map((letter) => `packs/${packOf(letter)}`),
  ];
  const names = await listNeeds({ packs: source.packs, table }, record);
  assert.deepEqual(names.toSorted(), [record.name, ...below.map((name) => `${sink.epochPrefix}${name}`)].toSorted());
});

test('a point without a table rests on its manifest alone', async () => {
  const { source, sink } = await createSampleLayers();
  const record = recordOf(sink.epochPrefix, null);
  const table = { collections: new Map(), carried: new Map() };
  assert.deepEqual(await listNeeds({ packs: source.packs, table }, record), [record.name]);
});

test('an index that cannot be read is damage', async () => {
  const { source, sink } = await createSampleLayers();
  const gone: Layer = { level: 0, count: 1, bytes: 1, parts: [['f'.repeat(64), 1, 'a']] };
  const table = { collections: new Map([['app-key', rowOf('r', gone)]]), carried: new Map() };
  await assert.rejects(
    listNeeds({ packs: source.packs, table }, recordOf(sink.epochPrefix, TABLE)),
    (error) => error instanceof IntegrityError && error.damaged === `${sink.epochPrefix}indexes/${'f'.repeat(64)}`,
  );
});
