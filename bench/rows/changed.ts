import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { comparePoints } from '../../src/app/compare.ts';
import type { PointReader, StoredEntry, Vault } from '../../src/app/ports.ts';
import type { House } from '../../src/cli/house.ts';
import { kindNames } from '../../src/core/kinds/index.ts';
import { everything } from '../../src/core/selection.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { createFolderBlobContainer } from '../../src/vault/blob/folder-blob-store.ts';
import type { Places } from '../../src/vault/indexed-entry.ts';
import { openVault } from '../../src/vault/open-vault.ts';
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
      await measureDiff({ place, house, ids, change, before }),
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
      for (const entry of [pair.before, pair.after]) if (entry !== undefined) segments.add(segmentOf(entry));
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
  /** Blobs of the first point. */
  readonly before: ReadonlyMap<string, number>;
}

async function measureDiff({ place, house, ids, change, before }: DiffScene): Promise<Measured> {
  const { store } = createFolderBlobContainer({ folder: vaultFolder(place), random: systemRandom });
  const recording = new RecordingStore(store);
  const vault = await openVault({
    store: recording,
    keys: { reader: await readFile(join(place.folder, 'keys', 'reader.key'), 'utf8') },
    clock: systemClock,
    random: systemRandom,
    sorterFactory: await house.sorters(),
  });
  const points = {
    before: await vault.openPoint(benchOrganization, ids[0]),
    after: await vault.openPoint(benchOrganization, ids[1]),
  };
  const opening = recording.take();
  const deps = { hasher: vault.hasher, tools: await house.compareTools(), progress: silence };
  const { differences } = await comparePoints(deps, { ...points, selection: everything });
  const comparing = recording.take();
  const opened = new Set(opening.map(({ name }) => name));
  const ofBase = comparing.filter(({ name }) => name.includes('/indexes/') && before.has(name) && !opened.has(name));
  const runs = comparing.filter(({ name }) => name.includes('/indexes/') && !before.has(name) && !opened.has(name));
  const segments = comparing.filter(({ name, isHeader }) => name.includes('/packs/') && !isHeader);
  const foreign = segments.filter(({ name, offset }) => !change.segments.has(`${name}#${offset}`));
  const bytes = comparing.reduce((sum, read) => sum + read.bytes, 0);
  const vaultBytes = await place.vaultBytes();
  return {
    what: 'diff of two points of one epoch: what is read',
    target: 'only delta runs and the segments shown',
    found: `${runs.length} delta runs, ${segments.length} segments, ${ofBase.length} base parts, ${foreign.length} other segments: ${bytes} bytes of ${vaultBytes} for ${differences.length} differences`,
    reached: ofBase.length === 0 && foreign.length === 0,
    figures: {
      deltaRuns: runs.length,
      segments: segments.length,
      baseParts: ofBase.length,
      otherSegments: foreign.length,
      bytes,
      vaultBytes,
      differences: differences.length,
    },
  };
}
