import type { CollectionWriter } from '../app/ports/vault.ts';
import { type Content, type EntryCore, sameHashes } from '../core/entry.ts';
import { InternalError } from '../core/errors.ts';
import type { Gap } from '../core/ledger.ts';
import type { Kind } from '../core/kinds/kind.ts';
import { compareIds, isWithin } from '../core/resource.ts';
import { kindFor } from '../core/sealed-name.ts';
import type { Sorter } from '../app/ports/surroundings.ts';
import { encodeBundleItem, encodeFactsItem } from './bundle-body.ts';
import { encodeConfigItem, encodeSecretItem, markHoles, splitBody } from './body.ts';
import type { CollectionRow, Finding, Layer } from './collections-table.ts';
import {
  type CollectionCounts,
  type CollectionParts,
  countCollection,
  type DraftPlaces,
  planForm,
  type RowRequest,
  type SpilledEntry,
  writeRow,
} from './collection-row.ts';
import { scanBundle, scanJson } from './credential-scan.ts';
import { LayerWriter } from './index-part.ts';
import { Forgotten } from './forgotten.ts';
import type { KnownEntries } from './known-entries.ts';
import { loadKnown } from './load-known.ts';
import { SegmentBuffer } from './segment-buffer.ts';
import { SerialQueue } from './serial-queue.ts';

/** A collection of this many entries is indexed as soon as it is finished, so that its sorter and table can go. */
const LARGE_COLLECTION = 50_000;

/** Writes one collection of a point: bodies as they come, entries into a sorter, the index at the end. */
export class VaultCollectionWriter implements CollectionWriter {
  readonly kind: Kind;
  readonly #parts: CollectionParts;
  readonly #queue = new SerialQueue();
  readonly #buffers: { readonly config: SegmentBuffer; readonly secret: SegmentBuffer; readonly facts: SegmentBuffer };
  readonly #spilled: Sorter<SpilledEntry>;
  #interim: Sorter<SpilledEntry>;
  readonly #interimLayers: Layer[] = [];
  #gaps: Gap[] = [];
  readonly #findings: Finding[] = [];
  /** Resources of which findings are carried until their content is written anew. */
  readonly #carriedFindings = new Map<string, Finding[]>();
  #known: Promise<KnownEntries> | undefined;
  #spilledCount = 0;
  #interimCount = 0;
  #counts: CollectionCounts | undefined;
  readonly #forgotten = new Forgotten();
  #order = 0;
  #written: Promise<{ readonly row: CollectionRow | undefined; readonly counts: CollectionCounts }> | undefined;

  constructor(parts: CollectionParts) {
    this.kind = parts.kind;
    this.#parts = parts;
    this.#buffers = {
      config: new SegmentBuffer(parts.streams.config),
      secret: new SegmentBuffer(parts.streams.secret),
      facts: new SegmentBuffer(parts.streams.config),
    };
    this.#spilled = this.#createSorter();
    this.#interim = this.#createSorter();
    this.#carryFindings();
  }

  /** What the collection itself said is not there. */
  get gaps(): readonly Gap[] {
    return this.#gaps;
  }

  add(entry: EntryCore, content: Content): Promise<'written' | 'same'> {
    return this.#queue.run(async () => {
      this.#assertOpen();
      const known = (await this.#getKnown()).see(entry);
      if (known === 'same' && this.#forgotten.lastOrder(entry.id) === 0) return 'same';
      if (known === 'same' || known === 'extrasChanged') {
        await this.#spill(entry, null);
        return 'same';
      }
      await this.#spill(entry, await this.#write(entry.id, content));
      return 'written';
    });
  }

  keep(id: string): Promise<void> {
    return this.#queue.run(async () => {
      this.#assertOpen();
      if (!(await this.#getKnown()).seeId(id)) throw new InternalError(`${id} cannot be kept: nothing is known of it.`);
      this.#forgotten.keep(id, this.#nextOrder());
    });
  }

  forget(id: string): Promise<void> {
    return this.#queue.run(async () => {
      this.#assertOpen();
      this.#forgotten.forget(id, this.#nextOrder());
      this.#gaps = this.#gaps.filter((gap) => !isWithin(gap.at, id));
    });
  }

  gap(gap: Gap): void {
    this.#gaps.push(gap);
  }

  finish(): Promise<CollectionCounts> {
    return this.#queue.run(async () => {
      if (this.#counts !== undefined) return this.#counts;
      await this.flushSegments();
      const known = await this.#getKnown();
      const isLarge = Math.max(known.count, this.#spilledCount) >= LARGE_COLLECTION;
      this.#counts = isLarge
        ? (await this.#writeOnce()).counts
        : await countCollection(this.#parts, await this.#planRow());
      return this.#counts;
    });
  }

  /** Index and record of the finished collection; undefined when nothing of it was there to be had. */
  async getRow(): Promise<CollectionRow | undefined> {
    if (this.#counts === undefined) throw new InternalError(`The collection ${this.kind.name} was not finished.`);
    return (await this.#writeOnce()).row;
  }

  /** Hands the bodies gathered so far to the packs. */
  async flushSegments(): Promise<void> {
    for (const buffer of Object.values(this.#buffers)) await buffer.flush();
  }

  /** Takes the entries added since the last call; written once the packs are closed. */
  async takeInterim(): Promise<() => Promise<void>> {
    const taken = await this.#queue.run(async () => {
      await this.flushSegments();
      if (this.#interimCount === 0) return undefined;
      const sorter = this.#interim;
      this.#interim = this.#createSorter();
      this.#interimCount = 0;
      return { sorter };
    });
    return async () => {
      if (taken === undefined) return;
      const writer = new LayerWriter(this.#parts.sink, 'delta');
      for await (const { entry, places } of lastOfEach(taken.sorter.sorted())) {
        if (places === null) continue;
        await writer.add({ id: entry.id, now: { ...entry, location: this.#parts.resolve(places) }, before: undefined });
      }
      await taken.sorter.close();
      const layer = await writer.finish(0);
      if (layer !== undefined) this.#interimLayers.push(layer);
    };
  }

  /** Record of what was stored so far, for an interrupted point; undefined when there is nothing. */
  getInterimRow(): CollectionRow | undefined {
    const deltas = [...(this.#parts.checkpoint?.row.deltas ?? []), ...this.#interimLayers];
    if (deltas.length === 0) return undefined;
    const count = deltas.reduce((sum, layer) => sum + layer.count, 0);
    const roots = { configRoot: '', secretRoot: '', tolerantRoot: '' };
    return {
      ...roots,
      canonicalVersion: this.kind.canonicalVersion,
      count,
      whole: false,
      base: null,
      deltas,
      findings: this.#allFindings(() => true),
    };
  }

  /** Forgets what was spilled. */
  async close(): Promise<void> {
    await this.#spilled.close();
    await this.#interim.close();
  }

  #writeOnce(): Promise<{ readonly row: CollectionRow | undefined; readonly counts: CollectionCounts }> {
    this.#written ??= this.#writeIndex();
    return this.#written;
  }

  async #writeIndex(): Promise<{ readonly row: CollectionRow | undefined; readonly counts: CollectionCounts }> {
    await this.#parts.flushPacks();
    const written = await writeRow(this.#parts, await this.#planRow());
    await this.close();
    // The table can be large, and a collection that is written asks it nothing more.
    this.#known = undefined;
    return written;
  }

  async #planRow(): Promise<RowRequest> {
    const known = await this.#getKnown();
    const whole = !this.#gaps.some((gap) => gap.at === '');
    const forgotten = this.#forgotten;
    const form = planForm(this.#parts, { spilled: this.#spilledCount, forgotten, known, whole });
    const findings = this.#allFindings((id) => known.isSeen(id) && forgotten.holds(id));
    return { form, known, whole, forgotten, findings, gaps: this.#gaps, spilled: lastOfEach(this.#spilled.sorted()) };
  }

  #allFindings(isPresent: (id: string) => boolean): Finding[] {
    return [...this.#carriedFindings.values()]
      .flat()
      .filter(([id]) => isPresent(id))
      .concat(this.#findings)
      .sort(compareFindings);
  }

  #carryFindings(): void {
    const { base, checkpoint } = this.#parts;
    const carried = [...(base?.row.findings ?? []), ...(checkpoint?.row.findings ?? [])];
    const kept = new Map(carried.map((finding) => [finding.join('\0'), finding]));
    for (const finding of kept.values())
      this.#carriedFindings.set(finding[0], [...(this.#carriedFindings.get(finding[0]) ?? []), finding]);
  }

  async #write(id: string, content: Content): Promise<DraftPlaces> {
    this.#carriedFindings.delete(id);
    if (content.type === 'bundle') {
      this.#note(id, scanBundle(content.files));
      const config = await this.#buffers.config.add(encodeBundleItem(content.files));
      return [config, null, await this.#buffers.facts.add(encodeFactsItem(content.facts))];
    }
    if (!content.text.isWellFormed()) throw new InternalError(`The text of ${id} is not Unicode.`);
    const split = splitBody(content.text, kindFor(this.kind, id).secrets, this.#parts.sink.context.hasher.secret);
    this.#note(id, scanJson(split.holes.length === 0 ? content.text : markHoles(split)));
    const config = await this.#buffers.config.add(encodeConfigItem(split));
    if (split.holes.length === 0) return [config];
    return [config, await this.#buffers.secret.add(encodeSecretItem(split))];
  }

  #note(id: string, findings: readonly { readonly place: string; readonly what: string }[]): void {
    for (const { place, what } of findings) this.#findings.push([id, place, what]);
  }

  #nextOrder(): number {
    this.#order += 1;
    return this.#order;
  }

  async #spill(entry: EntryCore, places: DraftPlaces | null): Promise<void> {
    const spilled = { entry, places, order: this.#nextOrder() };
    this.#spilledCount += 1;
    this.#interimCount += 1;
    await this.#spilled.add(spilled);
    await this.#interim.add(spilled);
  }

  #createSorter(): Sorter<SpilledEntry> {
    return this.#parts.sink.context.sorterFactory<SpilledEntry>((spilled) => spilled.entry.id);
  }

  #assertOpen(): void {
    if (this.#counts !== undefined) throw new InternalError(`The collection ${this.kind.name} is finished already.`);
  }

  #getKnown(): Promise<KnownEntries> {
    this.#known ??= loadKnown(this.kind.name, this.#parts);
    return this.#known;
  }
}

/** Resources come in any order, but equal collections have equal rows. */
function compareFindings(a: Finding, b: Finding): number {
  for (const [index, text] of a.entries()) {
    const order = compareIds(text, b[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** Of entries that were added twice, the later one. */
async function* lastOfEach(sorted: AsyncIterable<SpilledEntry>): AsyncGenerator<SpilledEntry> {
  let held: SpilledEntry | undefined;
  for await (const spilled of sorted) {
    if (held !== undefined && held.entry.id !== spilled.entry.id) yield held;
    // A later one without content of its own is the same content as the one it follows, or as what is known.
    const isRepeat =
      held?.entry.id === spilled.entry.id && spilled.places === null && sameHashes(held.entry, spilled.entry);
    held = isRepeat ? { ...spilled, places: held?.places ?? null } : spilled;
  }
  if (held !== undefined) yield held;
}
