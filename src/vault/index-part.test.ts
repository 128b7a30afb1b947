import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IntegrityError } from '../core/errors.ts';
import { systemRandom } from '../platform/random.ts';
import type { Layer } from './collections-table.ts';
import { baseLine, createSampleLayers, deltaLine, indexed, type SampleLayers } from './index-layers.fixture.ts';
import { LayerWriter, readLayer } from './index-part.ts';
import type { IndexedEntry, IndexLine, ItemPlace } from './indexed-entry.ts';
import { PACK_BYTES } from './pack.ts';
import { openItems } from './pack-cache.ts';
import { joinItems } from './segment.ts';

/** What stands in a layer from an id on, in the batches that it is read in. */
async function batchesOf(layers: SampleLayers, layer: Layer, form: 'base' | 'delta', fromId?: string) {
  const source = await layers.freshSource();
  return Array.fromAsync(readLayer(source, layer, form, fromId));
}

const idsOf = (batches: readonly (readonly IndexLine[])[]): readonly (readonly string[])[] =>
  batches.map((lines) => lines.map(({ id }) => id));

function partOf(layer: Layer, index = 0): string {
  const id = layer.parts[index]?.[0];
  assert.ok(id !== undefined);
  return id;
}

/** An item of one of two packs. */
function placeIn({ sink }: SampleLayers, pack: 1 | 2, ordinal: number, item: number): ItemPlace {
  const name = `${sink.epochPrefix}packs/${String(pack).repeat(64)}`;
  const segment = { pack: name, ordinal, offset: 56 + ordinal, length: 100, hash: `hash ${pack} ${ordinal}` };
  return { segment, item };
}

/** A line so long that a segment has room for two of them only. */
const long = (id: string): IndexLine => baseLine(id, '0', { label: 'x'.repeat(100_000) });

test('lines come back whole, with all that an entry says and where its content lies', async () => {
  const layers = await createSampleLayers();
  const entries: readonly IndexedEntry[] = [
    indexed('a', 'ha', {
      secretHash: 'sa',
      tolerant: { expiresAt: 5 },
      marks: { modified: '1' },
      label: 'A',
      location: {
        config: placeIn(layers, 1, 0, 0),
        secret: placeIn(layers, 2, 0, 4),
        facts: placeIn(layers, 1, 3, 1),
      },
    }),
    indexed('b', 'hb', { location: { config: placeIn(layers, 1, 0, 1) } }),
    indexed('c', 'hc', { location: { secret: placeIn(layers, 2, 0, 5) } }),
    indexed('d', 'hd'),
  ];
  const lines = entries.map((now): IndexLine => ({ id: now.id, now, before: undefined }));
  const layer = await layers.write('base', lines);
  assert.deepEqual(await batchesOf(layers, layer, 'base'), [lines]);
  const [wrote] = layers.sink.wrote;
  assert.deepEqual(layer, { level: 0, count: 4, bytes: wrote?.[1], parts: [[partOf(layer), 4, 'a']] });
  assert.deepEqual(wrote?.[0], `indexes/${partOf(layer)}`);
  const { directory } = await layers.source.packs.getWhole(`${layers.sink.epochPrefix}indexes/${partOf(layer)}`);
  assert.deepEqual(directory.packs, ['1'.repeat(64), '2'.repeat(64)]);
});

test('a line of a delta says what is and what was, and where what was lay is left to the layers below', async () => {
  const layers = await createSampleLayers();
  const location = { config: placeIn(layers, 1, 0, 0) };
  const layer = await layers.write('delta', [
    { id: 'a', now: indexed('a', 'a1', { location }), before: indexed('a', 'a0', { location }) },
    deltaLine('b', undefined, 'b1'),
    deltaLine('c', 'c0', undefined),
  ]);
  assert.deepEqual(await batchesOf(layers, layer, 'delta'), [
    [
      { id: 'a', now: indexed('a', 'a1', { location }), before: indexed('a', 'a0') },
      deltaLine('b', undefined, 'b1'),
      deltaLine('c', 'c0', undefined),
    ],
  ]);
});

test('a layer without a line is none, and nothing is stored for it', async () => {
  const { sink } = await createSampleLayers();
  assert.equal(await new LayerWriter(sink, 'base').finish(0), undefined);
  assert.deepEqual(sink.wrote, []);
});

test('the level is that of the end, and a segment holds lines of 256 KiB', async () => {
  const layers = await createSampleLayers();
  const writer = new LayerWriter(layers.sink, 'base');
  for (const id of ['a', 'b', 'c', 'd', 'e']) await writer.add(long(id));
  const layer = await writer.finish(3);
  assert.ok(layer);
  assert.deepEqual([layer.level, layer.count, layer.parts.length], [3, 5, 1]);
  assert.deepEqual(idsOf(await batchesOf(layers, layer, 'base')), [
    ['a', 'b', 'c'],
    ['d', 'e'],
  ]);
});

test('read from an id on, segments and parts before it are left out, and lines before it too', async () => {
  const layers = await createSampleLayers();
  const [one, two] = [
    await layers.write('base', ['a', 'b', 'c', 'd', 'e'].map(long)),
    await layers.write(
      'base',
      ['f', 'g'].map((id) => baseLine(id)),
    ),
  ];
  const layer = { ...one, parts: [...one.parts, ...two.parts] };
  const idsFrom = async (id: string) => idsOf(await batchesOf(layers, layer, 'base', id));
  const all = [
    ['a', 'b', 'c'],
    ['d', 'e'],
    ['f', 'g'],
  ];
  assert.deepEqual([await idsFrom(''), layers.reads], [all, [partOf(one), partOf(two)]]);
  assert.deepEqual(await idsFrom('A'), all);
  assert.deepEqual(await idsFrom('b'), [
    ['b', 'c'],
    ['d', 'e'],
    ['f', 'g'],
  ]);
  assert.deepEqual(await idsFrom('cc'), [[], ['d', 'e'], ['f', 'g']]);
  assert.deepEqual(await idsFrom('d'), [
    ['d', 'e'],
    ['f', 'g'],
  ]);
  assert.deepEqual(
    [await idsFrom('ee'), layers.reads],
    [
      [[], ['f', 'g']],
      [partOf(one), partOf(two)],
    ],
  );
  assert.deepEqual([await idsFrom('f'), layers.reads], [[['f', 'g']], [partOf(two)]]);
  assert.deepEqual([await idsFrom('z'), layers.reads], [[[]], [partOf(two)]]);
});

test('a part that was written in another form, or that has no entries, is damage', async () => {
  const layers = await createSampleLayers();
  const head = JSON.stringify({ packs: ['1'.repeat(64)], segments: [[0, 0, 56, 100, 'h']] });
  const store = async (...items: readonly string[]): Promise<Layer> => {
    const builder = await layers.sink.createIndexBuilder();
    builder.add(joinItems(items.map((item) => Buffer.from(item))), { first: 'a' });
    const { id, bytes } = builder.finish();
    await layers.sink.putIndex(id, bytes);
    return { level: 0, count: 1, bytes: bytes.length, parts: [[id, 1, 'a']] };
  };
  const good = await store(head, '["a","h",null,[[0,3]]]\n');
  const [[line] = []] = await batchesOf(layers, good, 'base');
  assert.equal(line?.now?.location.config?.item, 3);
  for (const [form, ...items] of [
    ['base'],
    ['base', 'x', ''],
    ['base', '{"packs":[]}', ''],
    ['base', head, 'x\n'],
    ['base', head, '{}\n'],
    ['base', head, '["a","h"]\n'],
    ['base', head, '[1,"h",null,[]]\n'],
    ['base', head, '["a",1,null,[]]\n'],
    ['base', head, '["a","h",null,[[1,0]]]\n'],
    ['base', head, '["a","h",null,[["0",0]]]\n'],
    ['base', head, '["a","h",null,[[0,"0"]]]\n'],
    ['base', head, '["a","h",null,[5]]\n'],
    ['delta', head, '[null,null]\n'],
    ['delta', head, '[]\n'],
    ['delta', head, '7\n'],
  ] as const) {
    const layer = await store(...items);
    const name = `${layers.sink.epochPrefix}indexes/${partOf(layer)}`;
    await assert.rejects(
      batchesOf(layers, layer, form),
      (error) =>
        error instanceof IntegrityError &&
        error.message === `${name} is damaged: its entries cannot be read.` &&
        error.damaged === name &&
        error.cause instanceof Error,
      `${form} ${items.join(' ')}`,
    );
  }
});

test('a segment names each pack and segment once, and leaves out what a line does not say', async () => {
  const layers = await createSampleLayers();
  const [one, other] = [placeIn(layers, 1, 0, 0), placeIn(layers, 2, 0, 4)];
  const layer = await layers.write('base', [
    baseLine('a', 'ha', { location: { config: one, secret: other } }),
    baseLine('b', 'hb', { location: { config: { ...one, item: 1 } } }),
    baseLine('c', 'hc', { location: { config: placeIn(layers, 1, 7, 0) }, tolerant: { t: 1 }, label: 'C' }),
    baseLine('d', 'hd', { secretHash: 's' }),
  ]);
  const pack = await layers.source.packs.getWhole(`${layers.sink.epochPrefix}indexes/${partOf(layer)}`);
  const [head, lines] = openItems(pack, 0).map((item) => Buffer.from(item).toString());
  assert.deepEqual(JSON.parse(head ?? ''), {
    packs: ['1'.repeat(64), '2'.repeat(64)],
    segments: [
      [0, 0, 56, 100, 'hash 1 0'],
      [1, 0, 56, 100, 'hash 2 0'],
      [0, 7, 63, 100, 'hash 1 7'],
    ],
  });
  assert.equal(
    lines,
    [
      '["a","ha",null,[[0,0],[1,4]]]',
      '["b","hb",null,[[0,1]]]',
      '["c","hc",null,[[2,0]],{"t":1},null,"C"]',
      '["d","hd","s",[]]',
      '',
    ].join('\n'),
  );
});

test('a part is closed before it outgrows a pack, and the next one begins with the line after', async () => {
  const layers = await createSampleLayers();
  const label = Buffer.from(systemRandom.bytes(1_500_000)).toString('base64');
  const ids = Array.from({ length: 8 }, (_, number) => `e/${number}`);
  const layer = await layers.write(
    'base',
    // Each line unlike the others, so that none of it is compressed away.
    ids.map((id, number) => baseLine(id, 'h', { label: `${label.slice(number * 7)}${id}` })),
  );
  const sizes = layers.sink.wrote.map(([, sizeBytes]) => sizeBytes);
  assert.equal(
    layer.bytes,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  assert.deepEqual(
    layer.parts.map(([, count, first]) => [count, first]),
    [
      [6, 'e/0'],
      [2, 'e/6'],
    ],
  );
  assert.ok((sizes[0] ?? 0) >= PACK_BYTES - 256 * 1024);
  assert.deepEqual(
    idsOf(await batchesOf(layers, layer, 'base')),
    ids.map((id) => [id]),
  );
});

test('instants that are no numbers are not read', async () => {
  const layers = await createSampleLayers();
  const builder = await layers.sink.createIndexBuilder();
  const texts = ['["a","h",null,[],{"t":1,"u":"x"}]', '["b","h",null,[],{"t":1}]'];
  builder.add(joinItems(['{"packs":[],"segments":[]}', `${texts.join('\n')}\n`].map((text) => Buffer.from(text))));
  const { id, bytes } = builder.finish();
  await layers.sink.putIndex(id, bytes);
  const [lines = []] = await batchesOf(layers, { level: 0, count: 2, bytes: 1, parts: [[id, 2, 'a']] }, 'base');
  assert.deepEqual(
    lines.map(({ now }) => now?.tolerant),
    [undefined, { t: 1 }],
  );
});
