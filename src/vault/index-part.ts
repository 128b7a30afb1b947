import { z } from 'zod';
import type { KindName } from '../core/kinds/kind-name.ts';
import { blobIdSchema } from './blob-id.ts';
import type { Layer } from './collections-table.ts';
import { damaged } from './damage.ts';
import { decodeEntry, encodeEntry, type IndexedEntry, type IndexLine, type SegmentRef } from './indexed-entry.ts';
import { PACK_BYTES, type PackBuilder } from './pack.ts';
import { openItems, type PackCache } from './pack-cache.ts';
import { count } from './scalar-schemas.ts';
import { joinItems } from './segment.ts';
import type { BlobSink } from './blob-sink.ts';

const SEGMENT_BYTES = 256 * 1024;

/** Writes one layer: lines in the order of ids, cut into segments and parts. */
export class LayerWriter {
  readonly #sink: BlobSink;
  readonly #form: 'base' | 'delta';
  readonly #parts: [string, number, string][] = [];
  #builder: PackBuilder | undefined;
  #partFirst = '';
  #partCount = 0;
  #partPacks = new Set<string>();
  #head = new SegmentHead();
  #lines: string[] = [];
  #lineBytes = 0;
  #segmentFirst = '';
  #count = 0;
  #bytes = 0;

  constructor(sink: BlobSink, form: 'base' | 'delta') {
    this.#sink = sink;
    this.#form = form;
  }

  /** Takes the next line; a base takes only lines with an entry. */
  async add(line: IndexLine): Promise<void> {
    if (this.#lines.length === 0) this.#segmentFirst = line.id;
    const { now, before } = line;
    const encode = (entry: IndexedEntry | undefined): readonly unknown[] | null =>
      entry === undefined ? null : encodeEntry(entry, this.#head.numberOf);
    // Where the replaced content lies is in the layers below; most of those who compare never ask.
    const replaced = before && { ...before, location: {} };
    const text = JSON.stringify(this.#form === 'base' ? encode(now) : [encode(now), encode(replaced)]);
    this.#lines.push(text);
    this.#lineBytes += text.length + 1;
    this.#count += 1;
    if (this.#lineBytes >= SEGMENT_BYTES) await this.#closeSegment();
  }

  /** Stores the rest and gives the layer's record, or undefined when it has no line. */
  async finish(level: number): Promise<Layer | undefined> {
    if (this.#lines.length > 0) await this.#closeSegment();
    await this.#closePart();
    if (this.#count === 0) return undefined;
    return { level, count: this.#count, bytes: this.#bytes, parts: this.#parts };
  }

  async #closeSegment(): Promise<void> {
    this.#builder ??= await this.#sink.createIndexBuilder();
    if (this.#partCount === 0) this.#partFirst = this.#segmentFirst;
    const head = Buffer.from(JSON.stringify({ packs: this.#head.packs, segments: this.#head.rows }));
    const lines = Buffer.from(this.#lines.map((line) => `${line}\n`).join(''));
    this.#builder.add(joinItems([head, lines]), { first: this.#segmentFirst });
    for (const pack of this.#head.packs) this.#partPacks.add(pack);
    this.#partCount += this.#lines.length;
    this.#head = new SegmentHead();
    this.#lines = [];
    this.#lineBytes = 0;
    if (this.#builder.sizeBytes >= PACK_BYTES - SEGMENT_BYTES) await this.#closePart();
  }

  async #closePart(): Promise<void> {
    if (this.#builder === undefined) return;
    const { id, bytes } = this.#builder.finish([...this.#partPacks]);
    await this.#sink.putIndex(id, bytes);
    this.#parts.push([id, this.#partCount, this.#partFirst]);
    this.#bytes += bytes.length;
    this.#builder = undefined;
    this.#partCount = 0;
    this.#partPacks = new Set();
  }
}

/** Numbers packs and segments as they are named by the entries of one index segment. */
class SegmentHead {
  readonly packs: string[] = [];
  readonly rows: [number, number, number, number, string][] = [];
  readonly #packNumbers = new Map<string, number>();
  readonly #numbers = new Map<string, number>();

  readonly numberOf = (segment: SegmentRef): number => {
    const key = `${segment.pack}#${segment.ordinal}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.rows.length;
    this.#numbers.set(key, number);
    this.rows.push([this.#packNumber(segment.pack), segment.ordinal, segment.offset, segment.length, segment.hash]);
    return number;
  };

  #packNumber(pack: string): number {
    const id = pack.slice(pack.lastIndexOf('/') + 1);
    const known = this.#packNumbers.get(id);
    if (known !== undefined) return known;
    this.#packNumbers.set(id, this.packs.length);
    return this.packs.push(id) - 1;
  }
}

const headSchema = z.object({
  packs: z.array(blobIdSchema),
  segments: z.array(z.tuple([count, count, count, count, z.string()])),
});

export interface LayerSource {
  readonly packs: PackCache;
  /** `orgs/<org>/epochs/<e>/` */
  readonly epochPrefix: string;
  readonly kind: KindName;
}

/** The lines of a layer from an id on, one segment at a time. */
export async function* readLayer(
  source: LayerSource,
  layer: Layer,
  form: 'base' | 'delta',
  fromId = '',
): AsyncGenerator<readonly IndexLine[]> {
  for (const [index, [id]] of layer.parts.entries()) {
    const nextFirst = layer.parts[index + 1]?.[2];
    if (nextFirst !== undefined && nextFirst <= fromId) continue;
    const pack = await source.packs.getWhole(`${source.epochPrefix}indexes/${id}`);
    const segments = pack.directory.segments;
    for (const segment of segments) {
      const following = segments[segment.ordinal + 1]?.first;
      if (following !== undefined && following <= fromId) continue;
      const lines = decodeSegment(source, pack.name, openItems(pack, segment.ordinal), form);
      yield fromId === '' ? lines : lines.filter((line) => line.id >= fromId);
    }
  }
}

function decodeSegment(
  source: LayerSource,
  name: string,
  items: readonly Uint8Array[],
  form: 'base' | 'delta',
): readonly IndexLine[] {
  try {
    const [headItem = new Uint8Array(), lineItem = new Uint8Array()] = items;
    const head = headSchema.parse(JSON.parse(Buffer.from(headItem).toString()));
    const segments = head.segments.map(([pack, ordinal, offset, length, hash]): SegmentRef => {
      const id = head.packs[pack];
      if (id === undefined) throw new Error('a segment is in no pack of the head');
      return { pack: `${source.epochPrefix}packs/${id}`, ordinal, offset, length, hash };
    });
    const texts = Buffer.from(lineItem).toString().split('\n');
    texts.pop();
    return texts.map((text) => decodeLine(source.kind, JSON.parse(text), form, segments));
  } catch (cause) {
    throw damaged(name, 'its entries cannot be read', cause);
  }
}

function decodeLine(kind: KindName, line: unknown, form: 'base' | 'delta', segments: readonly SegmentRef[]): IndexLine {
  if (form === 'base') {
    const now = decodeEntry(kind, line, segments);
    return { id: now.id, now, before: undefined };
  }
  const fields: readonly unknown[] = Array.isArray(line) ? line : [];
  const [nowList, beforeList] = fields;
  const now = nowList === null ? undefined : decodeEntry(kind, nowList, segments);
  const before = beforeList === null || beforeList === undefined ? undefined : decodeEntry(kind, beforeList, segments);
  const id = now?.id ?? before?.id;
  if (id === undefined) throw new Error('a line says nothing');
  return { id, now, before };
}
