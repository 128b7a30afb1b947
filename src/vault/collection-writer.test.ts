import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Content, EntryCore } from '../core/entry.ts';
import { InternalError } from '../core/errors.ts';
import { readEntries } from './collection-reader.ts';
import type { CollectionParts, KnownCollection } from './collection-row.ts';
import type { CollectionRow } from './collections-table.ts';
import { VaultCollectionWriter } from './collection-writer.ts';
import { sha256Tag } from './digest.ts';
import { createSampleLayers, type SampleLayers } from './index-layers.fixture.ts';
import type { ItemPlace, Places } from './indexed-entry.ts';
import { PackStream } from './pack-stream.ts';
import { sampleKind } from './sample-vault.fixture.ts';
import type { DraftPlace } from './segment-buffer.ts';

interface Begun {
  readonly form?: 'full' | 'scoped';
  readonly base?: KnownCollection;
  readonly checkpoint?: KnownCollection;
}

function begin({ sink, source }: SampleLayers, { form = 'full', base, checkpoint }: Begun = {}) {
  const streams = { config: new PackStream(sink, 'config'), secret: new PackStream(sink, 'secret') };
  const flushPacks = async (): Promise<void> => {
    await streams.config.flush();
    await streams.secret.flush();
  };
  const placeIn = (stream: PackStream, place: DraftPlace | null | undefined): ItemPlace | undefined =>
    place === null || place === undefined ? undefined : { segment: stream.getSegment(place[0]), item: place[1] };
  const resolve: CollectionParts['resolve'] = ([config, secret]): Places => {
    const [ofConfig, ofSecret] = [placeIn(streams.config, config), placeIn(streams.secret, secret)];
    return { ...(ofConfig && { config: ofConfig }), ...(ofSecret && { secret: ofSecret }) };
  };
  const common = { kind: sampleKind, form, sink, streams, source, base, checkpoint };
  return { writer: new VaultCollectionWriter({ ...common, flushPacks, resolve }), flushPacks };
}

function entry(id: string, text: string, more: Partial<EntryCore> = {}): EntryCore {
  return { id, kind: sampleKind.name, configHash: sha256Tag(text), ...more };
}

function content(text: string): Content {
  return { type: 'json', text: JSON.stringify({ text }) };
}

async function add(writer: VaultCollectionWriter, texts: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const outcomes: string[] = [];
  for (const [id, text] of Object.entries(texts)) outcomes.push(await writer.add(entry(id, text), content(text)));
  return outcomes;
}

async function rowOf(writer: VaultCollectionWriter): Promise<CollectionRow> {
  await writer.finish();
  const row = await writer.getRow();
  assert.ok(row);
  return row;
}

/** The ids of a row's entries, each with the text that it was added with. */
async function textsOf(layers: SampleLayers, row: CollectionRow, ...texts: readonly string[]) {
  const known = new Map(texts.map((text) => [sha256Tag(text), text]));
  const source = await layers.freshSource();
  const entries = await Array.fromAsync(readEntries(source, row));
  return entries.map(({ id, configHash }) => [id, known.get(configHash)]);
}

/** A collection of twenty entries, and one that continues it. */
async function continued(form: 'full' | 'scoped' = 'full') {
  const layers = await createSampleLayers();
  const { writer } = begin(layers);
  const texts: Record<string, string> = {};
  for (let number = 0; number < 20; number += 1) texts[`e/${String(number).padStart(2, '0')}`] = `t${number}`;
  await add(writer, texts);
  const base = { source: layers.source, row: await rowOf(writer) };
  return { layers, base, texts, ...begin(layers, { form, base }) };
}

const internal = (message: string) => (error: unknown) => error instanceof InternalError && error.message === message;

test('what is added once is written once; of an entry that is added twice the later one counts', async () => {
  const layers = await createSampleLayers();
  const { writer } = begin(layers);
  assert.deepEqual(await add(writer, { b: 'one', a: 'two' }), ['written', 'written']);
  assert.deepEqual(await add(writer, { b: 'three' }), ['written']);
  assert.deepEqual(await writer.finish(), { count: 2, added: 2, changed: 0, removed: 0 });
  const row = await rowOf(writer);
  assert.deepEqual(
    [row.count, row.whole, row.deltas, row.canonicalVersion],
    [2, true, [], sampleKind.canonicalVersion],
  );
  assert.deepEqual(await textsOf(layers, row, 'one', 'two', 'three'), [
    ['a', 'two'],
    ['b', 'three'],
  ]);
});

test('what is the same is not written again, what has changed is, and what was not seen is removed', async () => {
  const { layers, base, texts, writer } = await continued();
  const { 'e/00': _first, 'e/01': second, ...others } = texts;
  const outcomes = await add(writer, { ...others, 'e/01': `${second} anew`, 'e/99': 'new' });
  assert.deepEqual([outcomes.filter((outcome) => outcome === 'written').length, outcomes.length], [2, 20]);
  assert.equal(await writer.add(entry('e/02', 't2', { marks: { m: 1 } }), content('t2')), 'same');
  assert.deepEqual(await writer.finish(), { count: 20, added: 1, changed: 1, removed: 1 });
  const row = await rowOf(writer);
  assert.deepEqual([row.base, row.deltas.map(({ count }) => count)], [base.row.base, [4]]);
  const found = await textsOf(layers, row, ...Object.values(texts), 't1 anew', 'new');
  assert.deepEqual(found.slice(0, 2), [
    ['e/01', 't1 anew'],
    ['e/02', 't2'],
  ]);
  assert.deepEqual(found.at(-1), ['e/99', 'new']);
});

test('a collection that is the same as before has the same row, which counts its entries', async () => {
  const { base, texts, writer } = await continued();
  await add(writer, texts);
  assert.deepEqual(await writer.finish(), { count: 20, added: 0, changed: 0, removed: 0 });
  assert.equal(await rowOf(writer), base.row);
});

test('what is kept holds as it was known, and what is not known cannot be kept', async () => {
  const { layers, texts, writer } = await continued();
  for (const id of Object.keys(texts)) if (id !== 'e/05') await writer.keep(id);
  await assert.rejects(writer.keep('e/77'), internal('e/77 cannot be kept: nothing is known of it.'));
  assert.deepEqual(await writer.finish(), { count: 19, added: 0, changed: 0, removed: 1 });
  const found = await textsOf(layers, await rowOf(writer), ...Object.values(texts));
  assert.deepEqual(
    found.map(([id]) => id),
    Object.keys(texts).filter((id) => id !== 'e/05'),
  );
});

test('what is forgotten is gone unless it is kept or added afterwards', async () => {
  const { layers, texts, writer } = await continued();
  await add(writer, texts);
  writer.gap({ at: 'e/03', state: 'denied', reason: 'no' });
  await writer.forget('e');
  assert.deepEqual(writer.gaps, []);
  await writer.keep('e/01');
  assert.equal(await writer.add(entry('e/02', 't2'), content('t2')), 'same');
  await add(writer, { 'e/03': 'anew' });
  assert.deepEqual(await writer.finish(), { count: 3, added: 0, changed: 1, removed: 17 });
  assert.deepEqual(await textsOf(layers, await rowOf(writer), ...Object.values(texts), 'anew'), [
    ['e/01', 't1'],
    ['e/02', 't2'],
    ['e/03', 'anew'],
  ]);
});

test('of what lies in a gap nobody says that it was removed, and with a gap at the root the collection is not whole', async () => {
  const { texts, writer, base } = await continued();
  const gap = { state: 'denied', reason: 'no' } as const;
  writer.gap({ ...gap, at: 'e/00' });
  for (const id of Object.keys(texts).slice(2)) await writer.keep(id);
  assert.deepEqual(await writer.finish(), { count: 18, added: 0, changed: 0, removed: 1 });
  assert.equal((await rowOf(writer)).whole, true);
  const { layers } = await continued();
  const other = begin(layers).writer;
  other.gap({ ...gap, at: '' });
  assert.deepEqual(await other.finish(), { count: 0, added: 0, changed: 0, removed: 0 });
  assert.equal(await other.getRow(), undefined);
  assert.equal(base.row.whole, true);
});

test('a scoped collection has only what was added or kept, and of the rest nothing is said', async () => {
  const { layers, texts, writer } = await continued('scoped');
  await writer.keep('e/04');
  await add(writer, { 'e/05': 't5 anew' });
  assert.deepEqual(await writer.finish(), { count: 2, added: 0, changed: 1, removed: 0 });
  const row = await rowOf(writer);
  assert.deepEqual(row.deltas, []);
  assert.deepEqual(await textsOf(layers, row, ...Object.values(texts), 't5 anew'), [
    ['e/04', 't4'],
    ['e/05', 't5 anew'],
  ]);
});

test('a finished collection takes nothing more, and one that is not finished has no row', async () => {
  const { writer } = begin(await createSampleLayers());
  await assert.rejects(writer.getRow(), internal('The collection app-key was not finished.'));
  const counts = await writer.finish();
  assert.equal(await writer.finish(), counts);
  const finished = internal('The collection app-key is finished already.');
  await assert.rejects(add(writer, { a: 'x' }), finished);
  await assert.rejects(writer.keep('a'), finished);
  await assert.rejects(writer.forget('a'), finished);
});

test('a text that is no Unicode is refused by its id', async () => {
  const { writer } = begin(await createSampleLayers());
  await assert.rejects(
    writer.add(entry('a', 'x'), { type: 'json', text: '{"a":"\ud800"}' }),
    internal('The text of a is not Unicode.'),
  );
});

test('what was added up to an interruption is known to the next capture, which does not write it again', async () => {
  const layers = await createSampleLayers();
  const { writer, flushPacks } = begin(layers);
  assert.equal(writer.getInterimRow(), undefined);
  await add(writer, { b: 'one', a: 'two' });
  const write = await writer.takeInterim();
  await flushPacks();
  await write();
  await (await writer.takeInterim())();
  const row = writer.getInterimRow();
  assert.ok(row);
  assert.deepEqual([row.count, row.whole, row.base, row.deltas.length], [2, false, null, 1]);
  assert.deepEqual(await textsOf(layers, row, 'one', 'two'), [
    ['a', 'two'],
    ['b', 'one'],
  ]);
  const checkpoint = { source: layers.source, row };
  const next = begin(layers, { checkpoint }).writer;
  assert.deepEqual(await add(next, { a: 'two', b: 'other' }), ['same', 'written']);
  assert.deepEqual(next.getInterimRow()?.deltas, row.deltas);
  assert.deepEqual(await next.finish(), { count: 2, added: 2, changed: 0, removed: 0 });
});

test('findings of the scan are told in order, and carried with what they were found in until it is written anew', async () => {
  const layers = await createSampleLayers();
  const key = `AIza${'x'.repeat(35)}`;
  const { writer } = begin(layers);
  for (const id of ['c', 'a', 'b']) await add(writer, { [id]: `${id} ${key}` });
  const row = await rowOf(writer);
  assert.deepEqual(
    row.findings.map(([id, , what]) => [id, what]),
    [
      ['a', 'Google API key'],
      ['b', 'Google API key'],
      ['c', 'Google API key'],
    ],
  );
  const next = begin(layers, { base: { source: layers.source, row } }).writer;
  await next.keep('c');
  await add(next, { b: 'harmless', d: `d ${key}` });
  assert.deepEqual(
    (await rowOf(next)).findings.map(([id]) => id),
    ['c', 'd'],
  );
});
