import type { EntryCore } from '../core/entry.ts';
import { sameHashes } from '../core/entry.ts';
import { type CollectionRow, isSameLayer, type Layer } from './collections-table.ts';
import { type LayerSource, readLayer } from './index-part.ts';
import type { IndexedEntry } from './indexed-entry.ts';
import { batched, type LineStream, mergeDeltas, mergeLines } from './merge-layers.ts';

/** The layers of a collection as streams, oldest first, from an id on. */
export function layerStreams(
  source: LayerSource,
  row: Pick<CollectionRow, 'base' | 'deltas'>,
  fromId = '',
): LineStream[] {
  const base = row.base === null ? [] : [readLayer(source, row.base, 'base', fromId)];
  return [...base, ...row.deltas.map((layer) => readLayer(source, layer, 'delta', fromId))];
}

/** The entries of a collection by id. */
export async function* readEntries(source: LayerSource, row: CollectionRow): AsyncGenerator<IndexedEntry> {
  for await (const { now } of mergeDeltas(layerStreams(source, row))) {
    if (now !== undefined) yield now;
  }
}

/** One entry, reading only the segments where it can stand. */
export async function findEntry(
  source: LayerSource,
  row: CollectionRow,
  id: string,
): Promise<IndexedEntry | undefined> {
  for (const stream of layerStreams(source, row, id).reverse()) {
    for await (const lines of stream) {
      const line = lines.find((candidate) => candidate.id === id);
      if (line !== undefined) return line.now;
      if (lines.length > 0) break;
    }
  }
  return undefined;
}

export interface EntryPair {
  readonly before?: IndexedEntry;
  readonly after?: IndexedEntry;
}

/** One side of a comparison. */
export interface ComparedCollection {
  readonly source: LayerSource;
  readonly row: CollectionRow;
}

/** The entries that differ, by id. Layers that both sides share are not read. */
export async function* compareCollections(
  before: ComparedCollection,
  after: ComparedCollection,
): AsyncGenerator<EntryPair> {
  if (hasEqualRoots(before.row, after.row)) return;
  const pairs = shareBase(before, after) ? compareDeltas(before, after) : compareWhole(before, after);
  for await (const pair of pairs) {
    if (differs(pair)) yield pair;
  }
}

function hasEqualRoots(a: CollectionRow, b: CollectionRow): boolean {
  return a.configRoot === b.configRoot && a.secretRoot === b.secretRoot && a.tolerantRoot === b.tolerantRoot;
}

function shareBase(a: ComparedCollection, b: ComparedCollection): boolean {
  if (a.source.epochPrefix !== b.source.epochPrefix || a.row.base === null || b.row.base === null) return false;
  return isSameLayer(a.row.base, b.row.base);
}

async function* compareWhole(a: ComparedCollection, b: ComparedCollection): AsyncGenerator<EntryPair> {
  const streams = [a, b].map(({ source, row }) => batched(mergeDeltas(layerStreams(source, row))));
  for await (const { lines } of mergeLines(streams)) yield pairOf(lines[0]?.now, lines[1]?.now);
}

/**
 * Below the layers that only one side has, both sides are the same. What an id is there stands as `before` in the oldest
 * line that either side has of it.
 */
async function* compareDeltas(a: ComparedCollection, b: ComparedCollection): AsyncGenerator<EntryPair> {
  const shared = sharedCount(a.row.deltas, b.row.deltas);
  const streams = [a, b].map(({ source, row }) => {
    const own = row.deltas.slice(shared).map((layer) => readLayer(source, layer, 'delta'));
    return batched(mergeDeltas(own));
  });
  for await (const { lines } of mergeLines(streams)) {
    const [ofA, ofB] = lines;
    const common = (ofA ?? ofB)?.before;
    yield pairOf(ofA === undefined ? common : ofA.now, ofB === undefined ? common : ofB.now);
  }
}

function sharedCount(a: readonly Layer[], b: readonly Layer[]): number {
  const shortest = Math.min(a.length, b.length);
  for (let index = 0; index < shortest; index += 1) {
    const [left, right] = [a[index], b[index]];
    if (left === undefined || right === undefined || !isSameLayer(left, right)) return index;
  }
  return shortest;
}

function pairOf(before: IndexedEntry | undefined, after: IndexedEntry | undefined): EntryPair {
  return { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

/** Marks and labels are no part of a difference. */
function differs({ before, after }: EntryPair): boolean {
  if (before === undefined || after === undefined) return before !== after;
  return !sameHashes(before, after) || !hasSameInstants(before, after);
}

/** Whether tolerant fields are the very same, without any tolerance. */
function hasSameInstants(a: EntryCore, b: EntryCore): boolean {
  const [left, right] = [Object.entries(a.tolerant ?? {}), b.tolerant ?? {}];
  return left.length === Object.keys(right).length && left.every(([path, instantMs]) => right[path] === instantMs);
}
