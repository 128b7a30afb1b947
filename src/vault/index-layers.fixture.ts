import assert from 'node:assert/strict';
import { createFaultyBlobStore } from './blob/faulty-blob-store.ts';
import { BlobSink } from './blob-sink.ts';
import type { CollectionRow, Layer } from './collections-table.ts';
import { type LayerSource, LayerWriter } from './index-part.ts';
import type { IndexedEntry, IndexLine } from './indexed-entry.ts';
import { PackCache } from './pack-cache.ts';
import { createSampleVault, ORGANIZATION, sampleKind } from './sample-vault.fixture.ts';

/** Layers of an epoch, for tests of what reads them. */
export interface SampleLayers {
  readonly source: LayerSource;
  /** The same layers as if nothing of them had been read. */
  freshSource(): Promise<LayerSource>;
  readonly sink: BlobSink;
  /** Ids of the index parts that were read of the store. */
  readonly reads: string[];
  write(form: 'base' | 'delta', lines: readonly IndexLine[]): Promise<Layer>;
}

export async function createSampleLayers(epoch = '000001'): Promise<SampleLayers> {
  const sample = await createSampleVault();
  const reads: string[] = [];
  const store = createFaultyBlobStore(sample.store, {
    before: ({ operation, name }) => {
      if (operation === 'get') reads.push(name.slice(name.lastIndexOf('/') + 1));
    },
  });
  const context = await sample.context(['writer'], { store });
  const epochPrefix = `orgs/${ORGANIZATION}/epochs/${epoch}/`;
  const sink = new BlobSink(context, epochPrefix);
  const freshSource = async (): Promise<LayerSource> => {
    const packs = new PackCache(await sample.context(['writer'], { store }));
    reads.length = 0;
    return { packs, epochPrefix, kind: sampleKind.name };
  };
  return {
    source: await freshSource(),
    freshSource,
    sink,
    reads,
    write: async (form, lines) => {
      const writer = new LayerWriter(sink, form);
      for (const line of lines) await writer.add(line);
      const layer = await writer.finish(0);
      assert.ok(layer);
      return layer;
    },
  };
}

export function indexed(id: string, configHash: string, more: Partial<IndexedEntry> = {}): IndexedEntry {
  return { id, kind: sampleKind.name, configHash, location: {}, ...more };
}

/** A line of a base. */
export function baseLine(id: string, configHash = `${id}0`, more: Partial<IndexedEntry> = {}): IndexLine {
  return { id, now: indexed(id, configHash, more), before: undefined };
}

/** A line of a delta: what an id is from it on, and what it was below. */
export function deltaLine(id: string, before: string | undefined, now: string | undefined): IndexLine {
  return {
    id,
    now: now === undefined ? undefined : indexed(id, now),
    before: before === undefined ? undefined : indexed(id, before),
  };
}

/** A row of these layers; its roots are unlike those of any other name. */
export function rowOf(name: string, base: Layer | null, ...deltas: readonly Layer[]): CollectionRow {
  return {
    canonicalVersion: 1,
    count: 0,
    configRoot: `config of ${name}`,
    secretRoot: 'secret',
    tolerantRoot: 'tolerant',
    whole: true,
    base,
    deltas: [...deltas],
    findings: [],
  };
}
