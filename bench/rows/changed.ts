import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { comparePoints } from '../../src/app/compare.ts';
import type { PointReader, StoredEntry, Vault } from '../../src/app/ports/vault.ts';
import type { House } from '../../src/cli/house.ts';
import { noIgnoreRules } from '../../src/core/ignore-rules.ts';
import { kindNames } from '../../src/core/kinds/index.ts';
import { everything } from '../../src/core/selection.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { createFolderBlobContainer } from '../../src/vault/blob/folder-blob-store.ts';
import type { Places } from '../../src/vault/indexed-entry.ts';
import { openVault } from '../../src/vault/open-vault.ts';
import { VaultPointReader } from '../../src/vault/point-reader.ts';
import { captureAll, openHouse, silence, vaultFolder } from '../in-process.ts';
import { RecordingStore } from '../recording-store.ts';
import type { Measured, Row } from '../row.ts';
import { rounded } from '../statistics.ts';
import { benchOrganization, type Workplace } from '../workplace.ts';

const CHANGED_SHARE = 0.01;
const BYTES_PER_ENTRY = 100;
const MOST_PER_CHANGED_BYTE = 2;

/** What differs between two points. */
interface Change {
  readonly entries: number;
  /** The new content of what changed or came, secrets included, together in one zstd frame. */
  readonly compressedBytes: number;
  /** Segments that hold what is shown of the differences. */
  readonly segments: ReadonlySet<string>;
}

/** `medium` with one in a hundred resources changed at random, captured twice within an epoch; then compared. */
export const changed: Row = {
  name: 'changed',
  measure: async (place) => {
    const simulator = await place.startSimulator({ seed: 'medium' });
    const house = openHouse(place, simulator);
    await house.createVault();
    const first = await captureAll(house);
    const before = await place.blobs();
    const count = Math.round(first.details.resources * CHANGED_SHARE);
    await simulator.control('POST', '/mutate', { seed: 20, count });
    await simulator.control('POST', '/settle', {});
    const second = await captureAll(house);
    const written = [...(await place.blobs())].filter(([name]) => !before.has(name));
    const writtenBytes = written.reduce((sum, [, bytes]) => sum + bytes, 0);
    const ids = [first.details.id, second.details.id] as const;
    const change = await readChange(await house.openVault(), ids);
    const limit = MOST_PER_CHANGED_BYTE * change.compressedBytes + BYTES_PER_ENTRY * change.entries;
    return [
      {
        what: `${count} random changes of ${first.details.resources} resources: bytes written`,
        target: `at most ${MOST_PER_CHANGED_BYTE} × the changed bytes, compressed, and ${BYTES_PER_ENTRY} for each changed entry`,
        found: `${rounded(writtenBytes / limit)} of that (${writtenBytes} bytes; ${change.compressedBytes} compressed, ${change.entries} entries)`,
        reached: writtenBytes <= limit,
        figures: { writtenBytes, limit, compressedBytes: change.compressedBytes, entries: change.entries },
      },
      ...(await measureDiff({ place, house, ids, change })),
    ];
  },
};

async function readChange(vault: Vault, [before, after]: readonly [string, string]): Promise<Change> {
  const left = await vault.openPoint(benchOrganization, before);
  const right = await vault.openPoint(benchOrganization, after);
  const contents: Uint8Array[] = [];
  const segments = new Set<string>();
  let entries = 0;
  for (const kind of kindNames) {
    for await (const pair of right.has(kind) ? left.compare(right, kind) : []) {
      entries += 1;
      // A delta does not say where the replaced content lies.
      const replaced = pair.before && (await left.find(pair.before.id, kind));
      for (const entry of [replaced, pair.after]) if (entry !== undefined) segments.add(segmentOf(entry));
      if (pair.after !== undefined) contents.push(await rawContent(right, pair.after));
    }
  }
  return { entries, compressedBytes: zstdCompressSync(Buffer.concat(contents)).length, segments };
}

function segmentOf({ location }: StoredEntry): string {
  // Opaque to the use cases; this benchmark counts what the vault reads.
  const { config } = location as Places;
  return config === undefined ? '' : `${config.segment.pack}#${config.segment.offset}`;
}

async function rawContent(point: PointReader, entry: StoredEntry): Promise<Uint8Array> {
  const content = await point.readContent(entry);
  if (content.type === 'bundle') return Buffer.concat(content.files.map(({ bytes }) => bytes));
  const secrets = await point.readSecrets(entry);
  return Buffer.from(content.text + [...secrets.values()].join(''));
}

interface DiffScene {
  readonly place: Workplace;
  readonly house: House;
  readonly ids: readonly [string, string];
  readonly change: Change;
}

/** Which resources differ, as the writer's key tells; and how, as the reader's does. */
async function measureDiff(scene: DiffScene): Promise<readonly Measured[]> {
  const names = await countReads(scene, 'writer');
  const contents = await countReads(scene, 'reader');
  const target = 'only delta runs and the segments shown';
  return [
    {
      what: 'diff of two points of one epoch: read to tell which resources differ',
      target,
      found: `${names.deltaRuns} delta runs, ${names.segments} segments, ${names.sharedParts} parts of shared indexes; ${names.bytes} bytes for ${names.differences} differences`,
      reached: names.sharedParts === 0 && names.segments === 0,
      figures: names,
    },
    {
      what: 'diff of two points of one epoch: read to show how they differ',
      target,
      found: `${contents.deltaRuns} delta runs, ${contents.segments} segments (${contents.otherSegments} of them not shown), ${contents.sharedParts} parts of shared indexes; ${contents.bytes} bytes of ${contents.vaultBytes}`,
      reached: contents.sharedParts === 0 && contents.otherSegments === 0,
      figures: contents,
    },
  ];
}

/** What a comparison reads of the vault, the opening of the points left out. */
type DiffReads = Readonly<
  Record<'deltaRuns' | 'segments' | 'otherSegments' | 'sharedParts' | 'bytes' | 'vaultBytes' | 'differences', number>
>;

async function countReads({ place, house, ids, change }: DiffScene, role: 'writer' | 'reader'): Promise<DiffReads> {
  const { store } = createFolderBlobContainer({ folder: vaultFolder(place), random: systemRandom });
  const recording = new RecordingStore(store);
  const vault = await openVault({
    store: recording,
    keys: { [role]: await readFile(join(place.folder, 'keys', `${role}.key`), 'utf8') },
    clock: systemClock,
    random: systemRandom,
    sorterFactory: await house.sorters(),
  });
  const [before, after] = [await openReader(vault, ids[0]), await openReader(vault, ids[1])];
  recording.take();
  const deps = { hasher: vault.hasher, tools: await house.compareTools(), ignore: noIgnoreRules, progress: silence };
  const { differences } = await comparePoints(deps, { before, after, selection: everything });
  const reads = recording.take();
  const shared = sharedParts(before, after);
  const indexes = reads.filter(({ name }) => name.includes('/indexes/'));
  const segments = reads.filter(({ name, isHeader }) => name.includes('/packs/') && !isHeader);
  const ofShared = indexes.filter(({ name }) => shared.has(name.slice(name.lastIndexOf('/') + 1)));
  return {
    deltaRuns: indexes.length - ofShared.length,
    segments: segments.length,
    otherSegments: segments.filter(({ name, offset }) => !change.segments.has(`${name}#${offset}`)).length,
    sharedParts: ofShared.length,
    bytes: reads.reduce((sum, read) => sum + read.bytes, 0),
    vaultBytes: await place.vaultBytes(),
    differences: differences.length,
  };
}

async function openReader(vault: Vault, id: string): Promise<VaultPointReader> {
  const point = await vault.openPoint(benchOrganization, id);
  if (!(point instanceof VaultPointReader)) throw new Error('This benchmark looks into the points of a real vault.');
  return point;
}

/** Ids of the base parts that both points rest on. */
function sharedParts(before: VaultPointReader, after: VaultPointReader): ReadonlySet<string> {
  const partsOf = ({ table }: VaultPointReader): string[] =>
    [...table.collections.values()].flatMap(({ base }) => base?.parts.map(([id]) => id) ?? []);
  const ofBefore = new Set(partsOf(before));
  return new Set(partsOf(after).filter((id) => ofBefore.has(id)));
}
