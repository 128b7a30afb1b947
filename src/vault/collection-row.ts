import type { Kind } from '../core/kinds/kind.ts';
import type { EntryCore } from '../core/entry.ts';
import { sameHashes } from '../core/entry.ts';
import { InternalError } from '../core/errors.ts';
import type { Gap } from '../core/ledger.ts';
import { isWithin } from '../core/resource.ts';
import type { BlobSink } from './blob-sink.ts';
import { CollectionRoot } from './collection-root.ts';
import { layerStreams } from './collection-reader.ts';
import type { CollectionRow, Finding, Layer } from './collections-table.ts';
import type { Forgotten } from './forgotten.ts';
import { type LayerSource, LayerWriter, readLayer } from './index-part.ts';
import type { IndexedEntry, IndexLine, Places } from './indexed-entry.ts';
import type { KnownEntries } from './known-entries.ts';
import { batched, mergeDeltas, mergeLines } from './merge-layers.ts';
import type { PackStream } from './pack-stream.ts';
import type { DraftPlace } from './segment-buffer.ts';

/** Config, secret and facts parts; absent at the end = null. */
export type DraftPlaces = readonly (DraftPlace | null)[];

/** An entry on its way through the sorter; without places its content is the known one. */
export interface SpilledEntry {
  readonly entry: EntryCore;
  /** When it was said, among all that was said of the collection. */
  readonly order: number;
  readonly places: DraftPlaces | null;
}

/** A collection of an earlier point. */
export interface KnownCollection {
  readonly source: LayerSource;
  readonly row: CollectionRow;
}

/** What a collection is written with. */
export interface CollectionParts {
  readonly kind: Kind;
  /** `full`: the index continues the base. `scoped`: the index stands alone and has only what was added or kept. */
  readonly form: 'full' | 'scoped';
  readonly sink: BlobSink;
  readonly streams: { readonly config: PackStream; readonly secret: PackStream };
  readonly source: LayerSource;
  readonly base: KnownCollection | undefined;
  readonly checkpoint: KnownCollection | undefined;
  readonly flushPacks: () => Promise<void>;
  /** Final places, once the packs are closed. */
  readonly resolve: (places: DraftPlaces) => Places;
}

export type RowForm = 'none' | 'same' | 'base' | 'delta';

const DELTAS_PER_LEVEL = 8;
/** The base is rewritten when its deltas have more lines than one of so many entries. */
const BASE_PER_DELTA = 4;
// Stands for "as known" until the merge finds the known entry.
const AS_KNOWN: Places = {};
const EMPTY_LAYER: Layer = { level: 0, count: 0, bytes: 0, parts: [] };

/** Decides how the collection is written, before anything is read again. */
export function planForm(
  parts: Pick<CollectionParts, 'form' | 'base' | 'checkpoint'>,
  state: {
    readonly spilled: number;
    readonly forgotten: Forgotten;
    readonly known: KnownEntries;
    readonly whole: boolean;
  },
): RowForm {
  const { base, checkpoint, form } = parts;
  if (state.spilled + state.known.seenCount === 0 && !state.whole) return 'none';
  if (base === undefined || form === 'scoped') return 'base';
  const unseen = state.known.count - state.known.seenCount;
  const lines = state.spilled + unseen + (checkpoint?.row.count ?? 0);
  if (lines === 0 && state.forgotten.isEmpty) return 'same';
  const deltaLines = base.row.deltas.reduce((sum, layer) => sum + layer.count, lines);
  return deltaLines * BASE_PER_DELTA > (base.row.base?.count ?? 0) ? 'base' : 'delta';
}

export interface RowRequest {
  readonly form: RowForm;
  readonly known: KnownEntries;
  readonly whole: boolean;
  readonly forgotten: Forgotten;
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
  readonly spilled: AsyncIterable<SpilledEntry>;
}

/** What became of a collection, in entries. */
export interface CollectionCounts {
  readonly count: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** Counts without writing anything. */
export async function countCollection(parts: CollectionParts, request: RowRequest): Promise<CollectionCounts> {
  if (request.form === 'same') return { count: parts.base?.row.count ?? 0, added: 0, changed: 0, removed: 0 };
  const counter = new Counter(parts, request);
  for await (const line of mergeCollection(parts, request, () => ({}))) counter.add(line);
  return counter.counts;
}

/** Writes the index as decided; the record is undefined when nothing of the collection was there to be had. */
export async function writeRow(
  parts: CollectionParts,
  request: RowRequest,
): Promise<{ readonly row: CollectionRow | undefined; readonly counts: CollectionCounts }> {
  const { form, whole } = request;
  const { base } = parts;
  const counter = new Counter(parts, request);
  if (form === 'none') return { row: undefined, counts: counter.counts };
  if (form === 'same' && base !== undefined) {
    const row = base.row.whole === whole ? base.row : { ...base.row, whole };
    return { row, counts: { ...counter.counts, count: row.count } };
  }
  const writer = new LayerWriter(parts.sink, form === 'delta' ? 'delta' : 'base');
  const root = new CollectionRoot();
  for await (const line of mergeCollection(parts, request, parts.resolve)) {
    const { id, now, before } = line;
    counter.add(line);
    if (now !== undefined) root.add(now);
    if (form === 'delta') {
      if (now !== before) await writer.add(line);
    } else if (now !== undefined) await writer.add({ id, now, before: undefined });
  }
  const layer = await writer.finish(0);
  const rest = {
    ...root.finish(),
    canonicalVersion: parts.kind.canonicalVersion,
    whole,
    findings: [...request.findings],
  };
  const { counts } = counter;
  if (form === 'base') return { row: { ...rest, base: layer ?? EMPTY_LAYER, deltas: [] }, counts };
  const deltas = [...(base?.row.deltas ?? []), ...(layer === undefined ? [] : [layer])];
  return { row: { ...rest, base: base?.row.base ?? null, deltas: await mergeLevels(parts, deltas) }, counts };
}

class Counter {
  readonly #isScoped: boolean;
  readonly #gaps: readonly Gap[];
  readonly #counts = { count: 0, added: 0, changed: 0, removed: 0 };

  constructor(parts: Pick<CollectionParts, 'form'>, request: Pick<RowRequest, 'gaps'>) {
    this.#isScoped = parts.form === 'scoped';
    this.#gaps = request.gaps;
  }

  get counts(): CollectionCounts {
    return { ...this.#counts };
  }

  add({ id, now, before }: IndexLine): void {
    if (now !== undefined) {
      this.#counts.count += 1;
      if (before === undefined) this.#counts.added += 1;
      else if (!sameHashes(now, before)) this.#counts.changed += 1;
    } else if (before !== undefined && !this.#isScoped && !this.#gaps.some((gap) => isWithin(id, gap.at))) {
      this.#counts.removed += 1;
    }
  }
}

/** Each id with its entry in this point and in the base; the very same object when it was carried. */
async function* mergeCollection(
  parts: CollectionParts,
  request: RowRequest,
  resolve: (places: DraftPlaces) => Places,
): AsyncGenerator<IndexLine> {
  const streams = [parts.base, parts.checkpoint].map((known) => {
    return batched(mergeDeltas(known === undefined ? [] : layerStreams(known.source, known.row)));
  });
  const { forgotten } = request;
  for await (const { id, lines } of mergeLines([...streams, batched(spilledLines(request, resolve))])) {
    const before = lines[0]?.now;
    const known = lines[1]?.now ?? before;
    const spilled = lines[2]?.now;
    if (spilled !== undefined) yield { id, now: placed(spilled, known), before };
    else if (known !== undefined && request.known.isSeen(id) && forgotten.holds(id)) yield { id, now: known, before };
    else if (before !== undefined) yield { id, now: undefined, before };
  }
}

async function* spilledLines(
  { spilled, forgotten }: RowRequest,
  resolve: (places: DraftPlaces) => Places,
): AsyncGenerator<IndexLine> {
  for await (const { entry, places, order } of spilled) {
    if (order < forgotten.lastOrder(entry.id)) continue;
    const location = places === null ? AS_KNOWN : resolve(places);
    yield { id: entry.id, now: { ...entry, location }, before: undefined };
  }
}

function placed(spilled: IndexedEntry, known: IndexedEntry | undefined): IndexedEntry {
  if (spilled.location !== AS_KNOWN) return spilled;
  // Nobody may be told "the same" about a content that is not stored.
  if (known === undefined || !sameHashes(known, spilled))
    throw new InternalError(`${spilled.id} is not what it was taken for.`);
  return { ...spilled, location: known.location };
}

/** Merges the newest deltas while eight of them have one level. */
async function mergeLevels(parts: CollectionParts, deltas: readonly Layer[]): Promise<Layer[]> {
  const newest = deltas.slice(-DELTAS_PER_LEVEL);
  const level = newest[0]?.level ?? 0;
  if (newest.length < DELTAS_PER_LEVEL || newest.some((layer) => layer.level !== level)) return [...deltas];
  const writer = new LayerWriter(parts.sink, 'delta');
  for await (const line of mergeDeltas(newest.map((layer) => readLayer(parts.source, layer, 'delta')))) {
    if (line.now !== undefined || line.before !== undefined) await writer.add(line);
  }
  const merged = await writer.finish(level + 1);
  return mergeLevels(parts, [...deltas.slice(0, -DELTAS_PER_LEVEL), ...(merged === undefined ? [] : [merged])]);
}
