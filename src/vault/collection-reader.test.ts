import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IntegrityError } from '../core/errors.ts';
import { type ComparedCollection, compareCollections, findEntry, readEntries } from './collection-reader.ts';
import type { CollectionRow, Layer } from './collections-table.ts';
import { baseLine, createSampleLayers, deltaLine, indexed, rowOf, type SampleLayers } from './index-layers.fixture.ts';
import type { IndexedEntry } from './indexed-entry.ts';

const partsOf = ({ parts }: Layer): readonly string[] => parts.map(([id]) => id);

/** What differs, as id, hash before and hash after. */
async function comparedOf(before: ComparedCollection, after: ComparedCollection) {
  const pairs = await Array.fromAsync(compareCollections(before, after));
  return pairs.map((pair) => [(pair.before ?? pair.after)?.id, pair.before?.configHash, pair.after?.configHash]);
}

/** Compares rows over the same layers, of which nothing was read yet. */
async function comparedRows(layers: SampleLayers, before: CollectionRow, after: CollectionRow) {
  const source = await layers.freshSource();
  return comparedOf({ source, row: before }, { source, row: after });
}

/** Compares two bases of one entry each. */
async function comparedEntries(
  layers: SampleLayers,
  before: Partial<IndexedEntry>,
  after: Partial<IndexedEntry>,
): Promise<readonly unknown[]> {
  const [a, b] = [
    await layers.write('base', [baseLine('x', 'same', before), baseLine('y')]),
    await layers.write('base', [baseLine('x', 'same', after), baseLine('z')]),
  ];
  const compared = await comparedRows(layers, rowOf('a', a), rowOf('b', b));
  return compared.map(([id]) => id).filter((id) => id === 'x');
}

test('the entries are those of the base with all deltas upon it, by id', async () => {
  const { source, write } = await createSampleLayers();
  const base = await write('base', [baseLine('a'), baseLine('b'), baseLine('c')]);
  const first = await write('delta', [deltaLine('b', 'b0', undefined), deltaLine('c', 'c0', 'c1')]);
  const second = await write('delta', [deltaLine('aa', undefined, 'aa2'), deltaLine('c', 'c1', 'c2')]);
  const entriesOf = async (row: CollectionRow) =>
    (await Array.fromAsync(readEntries(source, row))).map(({ id, configHash }) => [id, configHash]);
  assert.deepEqual(await entriesOf(rowOf('r', base, first, second)), [
    ['a', 'a0'],
    ['aa', 'aa2'],
    ['c', 'c2'],
  ]);
  assert.deepEqual(await entriesOf(rowOf('r', null, second)), [
    ['aa', 'aa2'],
    ['c', 'c2'],
  ]);
  assert.deepEqual(await entriesOf(rowOf('r', null)), []);
});

test('an entry is found as the newest layer that has it says, and no older layer is read', async () => {
  const layers = await createSampleLayers();
  const base = await layers.write('base', [baseLine('a'), baseLine('b'), baseLine('d')]);
  const first = await layers.write('delta', [deltaLine('b', 'b0', 'b1'), deltaLine('d', 'd0', undefined)]);
  const second = await layers.write('delta', [deltaLine('b', 'b1', 'b2'), deltaLine('e', undefined, 'e2')]);
  const found = async (id: string) => {
    const source = await layers.freshSource();
    return (await findEntry(source, rowOf('r', base, first, second), id))?.configHash;
  };
  assert.deepEqual([await found('b'), layers.reads], ['b2', partsOf(second)]);
  assert.deepEqual([await found('d'), layers.reads], [undefined, [second, first].flatMap(partsOf)]);
  const all = [second, first, base].flatMap(partsOf);
  assert.deepEqual([await found('a'), layers.reads], ['a0', all]);
  for (const id of ['', 'aa', 'c', 'z']) assert.equal(await found(id), undefined, id);
  assert.deepEqual([await found('c'), layers.reads], [undefined, all]);
});

test('an entry is looked for only in the part of a layer where it can stand', async () => {
  const layers = await createSampleLayers();
  const [one, two] = [
    await layers.write('base', [baseLine('a'), baseLine('c')]),
    await layers.write('base', [baseLine('e'), baseLine('g')]),
  ];
  const row = rowOf('r', { ...one, parts: [...one.parts, ...two.parts] });
  const found = async (id: string) => {
    const source = await layers.freshSource();
    return (await findEntry(source, row, id))?.id;
  };
  assert.deepEqual([await found('a'), layers.reads], ['a', partsOf(one)]);
  assert.deepEqual([await found('b'), layers.reads], [undefined, partsOf(one)]);
  assert.deepEqual([await found('e'), layers.reads], ['e', partsOf(two)]);
  assert.deepEqual([await found('g'), layers.reads], ['g', partsOf(two)]);
  assert.deepEqual([await found('d'), layers.reads], [undefined, [one, two].flatMap(partsOf)]);
});

test('of collections with equal roots nothing is read; one root that is unlike makes a comparison', async () => {
  const layers = await createSampleLayers();
  const [a, b] = [await layers.write('base', [baseLine('a')]), await layers.write('base', [baseLine('b')])];
  assert.deepEqual(await comparedRows(layers, rowOf('r', a), rowOf('r', b)), []);
  assert.deepEqual(layers.reads, []);
  for (const root of ['configRoot', 'secretRoot', 'tolerantRoot']) {
    assert.deepEqual(await comparedRows(layers, rowOf('r', a), { ...rowOf('r', b), [root]: 'other' }), [
      ['a', 'a0', undefined],
      ['b', undefined, 'b0'],
    ]);
  }
});

test('where both sides have the base in common, only the deltas are read that one of them has alone', async () => {
  const layers = await createSampleLayers();
  const base = await layers.write(
    'base',
    ['a', 'b', 'c', 'd', 'e'].map((id) => baseLine(id)),
  );
  const shared = await layers.write('delta', [deltaLine('a', 'a0', 'a1')]);
  const ofBefore = await layers.write('delta', [
    deltaLine('a', 'a1', 'a2'),
    deltaLine('b', 'b0', undefined),
    deltaLine('d', 'd0', 'd2'),
    deltaLine('f', undefined, 'f2'),
  ]);
  const ofAfter = [
    await layers.write('delta', [deltaLine('b', 'b0', 'b3'), deltaLine('c', 'c0', 'c3'), deltaLine('d', 'd0', 'd3')]),
    await layers.write('delta', [
      deltaLine('c', 'c3', 'c0'),
      deltaLine('d', 'd3', 'd2'),
      deltaLine('e', 'e0', undefined),
    ]),
  ];
  const before = rowOf('before', base, shared, ofBefore);
  const after = rowOf('after', base, shared, ...ofAfter);
  assert.deepEqual(await comparedRows(layers, before, after), [
    ['a', 'a2', 'a1'],
    ['b', undefined, 'b3'],
    ['e', 'e0', undefined],
    ['f', 'f2', undefined],
  ]);
  assert.deepEqual(new Set(layers.reads), new Set([ofBefore, ...ofAfter].flatMap(partsOf)));
  assert.deepEqual(await comparedRows(layers, after, before), [
    ['a', 'a1', 'a2'],
    ['b', 'b3', undefined],
    ['e', undefined, 'e0'],
    ['f', undefined, 'f2'],
  ]);
  assert.deepEqual(await comparedRows(layers, rowOf('base', base), rowOf('first', base, shared)), [['a', 'a0', 'a1']]);
  assert.deepEqual(layers.reads, partsOf(shared));
});

test('bases that are not the same, or not of one epoch, are compared whole', async () => {
  const [one, two] = [await createSampleLayers('000001'), await createSampleLayers('000002')];
  const lines = [baseLine('a'), baseLine('b')];
  const [first, second] = [
    await one.write('base', lines),
    await two.write('base', [baseLine('a'), baseLine('b', 'b9')]),
  ];
  const expected = [['b', 'b0', 'b9']];
  // Names of parts are hashes, so this is how a base of another epoch looks that has the same ones.
  const pretended = { ...second, parts: first.parts };
  const other = { source: two.source, row: rowOf('other', second) };
  assert.deepEqual(await comparedOf({ source: one.source, row: rowOf('r', first) }, other), expected);
  await assert.rejects(
    comparedOf({ source: one.source, row: rowOf('r', first) }, { source: two.source, row: rowOf('other', pretended) }),
    (error) =>
      error instanceof IntegrityError && error.damaged === `${two.source.epochPrefix}indexes/${partsOf(first)[0]}`,
  );
  const third = await one.write('base', [baseLine('a'), baseLine('b', 'b9')]);
  assert.deepEqual(await comparedRows(one, rowOf('r', first), rowOf('other', third)), expected);
  assert.deepEqual(await comparedRows(one, rowOf('r', null), rowOf('other', third)), [
    ['a', undefined, 'a0'],
    ['b', undefined, 'b9'],
  ]);
  assert.deepEqual(await comparedRows(one, rowOf('r', third), rowOf('other', null)), [
    ['a', 'a0', undefined],
    ['b', 'b9', undefined],
  ]);
});

test('a side that lacks the entry is left out of the pair', async () => {
  const { source, write } = await createSampleLayers();
  const [a, b] = [await write('base', [baseLine('a')]), await write('base', [baseLine('b')])];
  assert.deepEqual(
    await Array.fromAsync(compareCollections({ source, row: rowOf('a', a) }, { source, row: rowOf('b', b) })),
    [{ before: indexed('a', 'a0') }, { after: indexed('b', 'b0') }],
  );
});

test('entries differ by their hashes and by the very instants of tolerant fields, and not by marks and labels', async () => {
  const layers = await createSampleLayers();
  const compared = (before: Partial<IndexedEntry>, after: Partial<IndexedEntry>) =>
    comparedEntries(layers, before, after);
  assert.deepEqual(await compared({}, {}), []);
  assert.deepEqual(await compared({ marks: { m: 1 }, label: 'a' }, { marks: { m: 2 }, label: 'b' }), []);
  assert.deepEqual(await compared({ configHash: 'other' }, {}), ['x']);
  assert.deepEqual(await compared({ secretHash: 's' }, {}), ['x']);
  assert.deepEqual(await compared({ tolerant: { t: 1, u: 2 } }, { tolerant: { t: 1, u: 2 } }), []);
  assert.deepEqual(await compared({ tolerant: { t: 1, u: 2 } }, { tolerant: { t: 1, u: 3 } }), ['x']);
  assert.deepEqual(await compared({ tolerant: { t: 1 } }, { tolerant: { t: 1, u: 2 } }), ['x']);
  assert.deepEqual(await compared({ tolerant: { t: 1, u: 2 } }, { tolerant: { t: 1 } }), ['x']);
  assert.deepEqual(await compared({ tolerant: { t: 1 } }, {}), ['x']);
  assert.deepEqual(await compared({}, { tolerant: { t: 1 } }), ['x']);
});
