import type { BeginPoint, CollectionWriter, CommitPoint, PointWriter } from '../app/ports/vault.ts';
import type { EntryCore } from '../core/entry.ts';
import { InternalError } from '../core/errors.ts';
import type { KindName } from '../core/kinds/kind-name.ts';
import type { Kind } from '../core/kinds/kind.ts';
import { compareGaps, type Gap } from '../core/ledger.ts';
import type { PointSummary } from '../core/point.ts';
import { isWithin, type ResourceId } from '../core/resource.ts';
import { BlobSink } from './blob-sink.ts';
import type { CollectionParts, DraftPlaces, KnownCollection } from './collection-row.ts';
import { VaultCollectionWriter } from './collection-writer.ts';
import { readKnown } from './load-known.ts';
import { type CollectionRow, type CollectionsTable, emptyTable, encodeTable } from './collections-table.ts';
import type { Epoch } from './epoch.ts';
import type { ItemPlace, Places } from './indexed-entry.ts';
import { type ManifestBody, manifestName, type PointRecord, summaryOf } from './manifest.ts';
import type { PackCache } from './pack-cache.ts';
import { PackStream } from './pack-stream.ts';
import type { DraftPlace } from './segment-buffer.ts';
import { joinItems } from './segment.ts';
import type { Predecessor } from './signed-document.ts';
import { findWhole } from './torn-put.ts';
import type { VaultContext } from './vault-context.ts';

/** What a new point of an epoch stands on. */
export interface PointGround {
  readonly epoch: Epoch;
  /** Newest manifest of the epoch, of whatever grade and scope. */
  readonly previous: Predecessor | undefined;
  /** Newest point whose collections can be continued. */
  readonly parent: { readonly record: PointRecord; readonly table: CollectionsTable } | undefined;
  /** Newest interrupted point that is newer than the parent. */
  readonly checkpoint: { readonly table: CollectionsTable } | undefined;
}

/** Writes one point. */
export class VaultPointWriter implements PointWriter {
  readonly epoch: string;
  readonly opensEpoch: boolean;
  readonly parent: PointSummary | undefined;
  readonly #context: VaultContext;
  readonly #packs: PackCache;
  readonly #request: BeginPoint;
  readonly #ground: PointGround;
  readonly #sink: BlobSink;
  readonly #streams: { readonly config: PackStream; readonly secret: PackStream };
  readonly #collections = new Map<KindName, VaultCollectionWriter>();
  #previous: Predecessor | undefined;
  #isCommitted = false;

  constructor(
    context: VaultContext,
    packs: PackCache,
    begin: { readonly request: BeginPoint; readonly ground: PointGround },
  ) {
    this.#context = context;
    this.#packs = packs;
    this.#request = begin.request;
    this.#ground = begin.ground;
    this.#previous = begin.ground.previous;
    this.epoch = begin.ground.epoch.id;
    this.opensEpoch = begin.ground.parent === undefined;
    this.parent = begin.ground.parent === undefined ? undefined : summaryOf(begin.ground.parent.record);
    this.#sink = new BlobSink(context, begin.ground.epoch.prefix);
    this.#streams = { config: new PackStream(this.#sink, 'config'), secret: new PackStream(this.#sink, 'secret') };
  }

  get bytesWritten(): number {
    return this.#sink.bytesWritten;
  }

  known(kind: KindName): AsyncIterable<EntryCore> {
    return readKnown({ base: this.#findBase(kind), checkpoint: this.#findCheckpoint(kind) });
  }

  readSince(kind: KindName, at: ResourceId): string | undefined {
    const { record, table } = this.#ground.parent ?? {};
    if (record === undefined || table?.collections.has(kind) !== true) return undefined;
    const over = (record.body.gaps[kind] ?? []).filter((gap) => isWithin(at, gap.at));
    if (over.some((gap) => gap.state !== 'carried')) return undefined;
    return over.find((gap) => gap.since !== undefined)?.since ?? record.header.startedAt;
  }

  canonicalVersion(kind: KindName): number | undefined {
    return (this.#findBase(kind) ?? this.#findCheckpoint(kind))?.row.canonicalVersion;
  }

  collection(kind: Kind): CollectionWriter {
    if (this.#collections.has(kind.name))
      throw new InternalError(`The collection ${kind.name} is being written already.`);
    const writer = new VaultCollectionWriter(this.#partsOf(kind));
    this.#collections.set(kind.name, writer);
    return writer;
  }

  async checkpoint(endedAt: string): Promise<void> {
    const writers = [...this.#collections.values()];
    const taken = await Promise.all(writers.map((writer) => writer.takeInterim()));
    await this.#flushPacks();
    for (const writeInterim of taken) await writeInterim();
    const rows = new Map(this.#ground.checkpoint?.table.collections);
    for (const [kind, writer] of this.#collections) {
      const row = writer.getInterimRow();
      if (row !== undefined) rows.set(kind, row);
    }
    if (rows.size === 0) return;
    const table = await this.#writeTable({ collections: rows, carried: new Map() });
    const resources = [...rows.values()].reduce((sum, row) => sum + row.count, 0);
    await this.#writeManifest('interrupted', endedAt, { ...emptyBody, resources, table });
  }

  async commit(details: CommitPoint): Promise<PointSummary> {
    if (this.#isCommitted) throw new InternalError('The point is committed already.');
    this.#isCommitted = true;
    const rows = new Map<string, CollectionRow>();
    for (const [kind, writer] of this.#collections) {
      const row = await writer.getRow();
      if (row !== undefined) rows.set(kind, row);
    }
    await this.#flushPacks();
    const { consistent, ledger, notCaptured, calls, floor, efficiency, moved, tool, identity } = details;
    const resources = [...rows.values()].reduce((sum, row) => sum + row.count, 0);
    const table = await this.#writeTable({ collections: rows, carried: this.#carriedRows(rows) });
    const record = await this.#writeManifest(details.grade, details.endedAt, {
      consistent,
      ledger,
      notCaptured,
      calls,
      floor,
      efficiency,
      moved,
      tool,
      identity,
      resources,
      table,
      gaps: Object.fromEntries(this.#allGaps(details.gaps)),
    });
    return summaryOf(record);
  }

  /** Rows that the next point continues although this one lacks them. */
  #carriedRows(rows: ReadonlyMap<string, CollectionRow>): Map<string, CollectionRow> {
    const carried = new Map<string, CollectionRow>();
    const parent = this.#ground.parent?.table ?? emptyTable;
    for (const [kind, row] of [...parent.collections, ...parent.carried]) {
      if (row.whole && rows.get(kind)?.whole !== true) carried.set(kind, row);
    }
    return this.#isScoped() ? new Map<string, CollectionRow>() : carried;
  }

  #allGaps(committed: CommitPoint['gaps']): Map<KindName, readonly Gap[]> {
    const all = new Map<KindName, Map<string, Gap>>();
    const take = (kind: KindName, gaps: readonly Gap[]): void => {
      const known = all.get(kind) ?? new Map<string, Gap>();
      for (const gap of gaps) known.set(`${gap.at}\0${gap.state}`, gap);
      if (known.size > 0) all.set(kind, known);
    };
    for (const [kind, writer] of this.#collections) take(kind, writer.gaps);
    for (const [kind, gaps] of committed) take(kind, gaps);
    return new Map([...all].map(([kind, gaps]) => [kind, [...gaps.values()].sort(compareGaps)]));
  }

  #partsOf(kind: Kind): CollectionParts {
    const isRun = this.#request.scope.type === 'run';
    return {
      kind,
      form: this.#isScoped() ? 'scoped' : 'full',
      sink: this.#sink,
      streams: this.#streams,
      source: { packs: this.#packs, epochPrefix: this.#ground.epoch.prefix, kind: kind.name },
      // A safety point has few resources: writing them is cheaper than reading what is known.
      base: isRun ? undefined : this.#findBase(kind.name),
      checkpoint: isRun ? undefined : this.#findCheckpoint(kind.name),
      flushPacks: () => this.#flushPacks(),
      resolve: (places) => this.#resolve(places),
    };
  }

  #isScoped(): boolean {
    const { scope } = this.#request;
    return scope.type === 'run' || (scope.type === 'selection' && scope.selection.only.length > 0);
  }

  #findBase(kind: KindName): KnownCollection | undefined {
    const table = this.#ground.parent?.table;
    return this.#knownOf(kind, table?.carried.get(kind) ?? table?.collections.get(kind));
  }

  #findCheckpoint(kind: KindName): KnownCollection | undefined {
    return this.#knownOf(kind, this.#ground.checkpoint?.table.collections.get(kind));
  }

  #knownOf(kind: KindName, row: CollectionRow | undefined): KnownCollection | undefined {
    return row === undefined
      ? undefined
      : { row, source: { packs: this.#packs, epochPrefix: this.#ground.epoch.prefix, kind } };
  }

  #resolve([config, secret, facts]: DraftPlaces): Places {
    const resolve = (stream: PackStream, [segment, item]: DraftPlace): ItemPlace => ({
      segment: stream.getSegment(segment),
      item,
    });
    return {
      ...(config && { config: resolve(this.#streams.config, config) }),
      ...(secret && { secret: resolve(this.#streams.secret, secret) }),
      ...(facts && { facts: resolve(this.#streams.config, facts) }),
    };
  }

  async #flushPacks(): Promise<void> {
    await Promise.all([this.#streams.config.flush(), this.#streams.secret.flush()]);
  }

  /** The id of the table's blob; the parent's where nothing changed. */
  async #writeTable(table: CollectionsTable): Promise<string | null> {
    if (table.collections.size === 0 && table.carried.size === 0) return null;
    const bytes = encodeTable(table);
    const parent = this.#ground.parent;
    if (parent !== undefined && Buffer.compare(encodeTable(parent.table), bytes) === 0) return parent.record.body.table;
    const builder = await this.#sink.createIndexBuilder();
    builder.add(joinItems([bytes]));
    const { id, bytes: blob } = builder.finish();
    await this.#sink.putIndex(id, blob);
    return id;
  }

  async #writeManifest(
    grade: PointSummary['grade'],
    endedAt: string,
    rest: Omit<ManifestBody, 'scope' | 'parent' | 'bytesWritten'>,
  ): Promise<PointRecord> {
    const { organization, startedAt, scope, signer } = this.#request;
    const point = `p${Buffer.from(this.#context.random.bytes(8)).toString('hex')}`;
    const name = manifestName(this.#ground.epoch.prefix, endedAt, point);
    const auditHead = this.#context.auditStream?.head;
    const header = {
      point,
      organization,
      epoch: this.epoch,
      grade,
      startedAt,
      endedAt,
      wrote: [...this.#sink.wrote],
      ...(auditHead !== undefined && { auditHeads: [auditHead] }),
      previous: this.#previous ?? null,
    };
    const body: ManifestBody = {
      ...rest,
      scope,
      parent: this.#ground.parent?.record.header.point ?? null,
      bytesWritten: this.bytesWritten,
    };
    const bytes = await this.#context.encode({
      type: 'point',
      name,
      header,
      signer,
      sealed: { secretClass: 'meta', content: body },
    });
    const { store } = this.#context;
    if ((await store.put(name, bytes)) === 'exists' && !(await findWhole(store, name, bytes)))
      throw new InternalError(`${name} is taken.`);
    this.#sink.bytesWritten += bytes.length;
    const document = this.#context.check(
      bytes,
      { type: 'point', name },
      { attested: undefined, signed: () => endedAt },
    );
    this.#previous = { name, hash: document.hash };
    const { time, timeAttested } = await this.#timeOf(name, endedAt);
    return {
      name,
      hash: document.hash,
      sizeBytes: bytes.length,
      header,
      body,
      signer: this.#context.describeSigner(document.header.signer),
      time,
      timeAttested,
    };
  }

  async #timeOf(name: string, endedAt: string): Promise<{ readonly time: string; readonly timeAttested: boolean }> {
    if (!this.#context.store.capabilities.attestsTime) return { time: endedAt, timeAttested: false };
    for await (const blob of this.#context.store.list(name)) return { time: blob.createdAt, timeAttested: true };
    return { time: endedAt, timeAttested: false };
  }
}

const emptyBody = {
  consistent: false,
  ledger: [],
  notCaptured: [],
  calls: 0,
  floor: 0,
  efficiency: 0,
  moved: [],
  tool: '',
  identity: '',
  gaps: {},
};
