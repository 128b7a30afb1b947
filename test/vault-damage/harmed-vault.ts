import { createHash } from 'node:crypto';
import type { PointReader, Vault, VerifyFinding } from '../../src/app/ports/vault.ts';
import { HoldfastError } from '../../src/core/errors.ts';
import { kindNames } from '../../src/core/kinds/index.ts';
import { createExternalSorter } from '../../src/platform/external-sort.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { createFaultyBlobStore } from '../../src/vault/blob/faulty-blob-store.ts';
import { createMemoryBlobStore } from '../../src/vault/blob/memory-blob-store.ts';
import { openVault } from '../../src/vault/open-vault.ts';
import { deserialize, serialize } from 'node:v8';
import { tmpdir } from 'node:os';

/** Everything in a vault by name. */
export type Blobs = ReadonlyMap<string, Uint8Array>;

export interface Keys {
  readonly writer: string;
  readonly reader: string;
  readonly restorer: string;
}

/** What a vault says of itself when it is read whole. */
export interface WholeVault {
  /** Of each point: a digest over everything in it, secrets too, or the code of the error that reading it ended with. */
  readonly points: ReadonlyMap<string, string>;
  readonly findings: readonly VerifyFinding[];
  /** Of each run: a digest over plan, intents, outcomes and report, or an error's code. */
  readonly runs: ReadonlyMap<number, string>;
}

/** Opens a vault of these blobs; `onRead` is told each blob that is looked at. */
async function open(blobs: Blobs, keys: Keys, onRead: (name: string) => void = () => undefined): Promise<Vault> {
  const store = createMemoryBlobStore({ clock: systemClock });
  for (const [name, bytes] of blobs) await store.put(name, bytes);
  return openVault({
    store: createFaultyBlobStore(store, { before: ({ name }) => onRead(name) }),
    keys,
    clock: systemClock,
    random: systemRandom,
    sorterFactory: <Item>(key: (item: Item) => string) =>
      createExternalSorter<Item>({
        encode: (item) => serialize(item),
        // What comes back is what this very sorter encoded.
        decode: (bytes) => deserialize(bytes) as Item,
        key,
        memoryBytes: 1024 * 1024,
        fanIn: 16,
        dir: tmpdir(),
        random: systemRandom,
      }),
  });
}

/** Which blobs each point, and each run, rests on: those that are looked at when it is read whole in a vault just opened. */
export async function blobsNeeded(blobs: Blobs, keys: Keys, organization: string) {
  const points = new Map<string, ReadonlySet<string>>();
  const listed = await (await open(blobs, keys)).listPoints(organization);
  for (const { id } of listed.points) {
    const seen = new Set<string>();
    const traced = await open(blobs, keys, (name) => seen.add(name));
    await digestPoint(await traced.openPoint(organization, id));
    // Manifests of other points are looked at to find this one.
    const others = [...seen].filter((name) => name.includes('/points/') && !name.endsWith(id));
    for (const name of others) seen.delete(name);
    points.set(id, new Set([...seen].filter((name) => blobs.has(name))));
  }
  return points;
}

/** Reads and verifies everything. Throws what opening the vault or listing its points throws. */
export async function readWhole(blobs: Blobs, keys: Keys, organization: string): Promise<WholeVault> {
  const vault = await open(blobs, keys);
  const { points: listed } = await vault.listPoints(organization);
  const points = new Map<string, string>();
  for (const { id } of listed) {
    points.set(id, await codeOf(async () => digestPoint(await vault.openPoint(organization, id))));
  }
  const findings: VerifyFinding[] = [];
  for await (const finding of vault.verify({ organization, allData: true })) findings.push(finding);
  const runs = new Map<number, string>();
  for (const { run } of await vault.listRuns(organization).catch(typed([]))) {
    runs.set(run, await codeOf(async () => digestOf(JSON.stringify(await vault.readRun(organization, run)))));
  }
  return { points, findings, runs };
}

async function codeOf(read: () => Promise<string>): Promise<string> {
  return read().catch((error: unknown) => {
    if (!(error instanceof HoldfastError) || error.code === 'INTERNAL') throw error;
    return `refused: ${error.code}`;
  });
}

function typed<Value>(instead: Value): (error: unknown) => Value {
  return (error) => {
    if (!(error instanceof HoldfastError) || error.code === 'INTERNAL') throw error;
    return instead;
  };
}

async function digestPoint(point: PointReader): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(point.details));
  for (const kind of kindNames) {
    if (!point.has(kind)) continue;
    for await (const entry of point.entries(kind)) {
      const content = await point.readContent(entry);
      hash.update(`${kind} ${entry.id} ${entry.configHash} ${entry.secretHash ?? ''}\n`);
      if (content.type === 'json') hash.update(content.text);
      else for (const { path, bytes } of content.files) hash.update(path).update(bytes);
      const secrets = entry.secretHash === undefined ? [] : [...(await point.readSecrets(entry))];
      hash.update(JSON.stringify(secrets.sort(([a], [b]) => (a < b ? -1 : 1))));
    }
    hash.update(JSON.stringify(point.gaps(kind)));
  }
  return hash.digest('hex');
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
