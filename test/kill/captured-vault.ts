import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { createApigeeOrganization } from '../../src/apigee/create-organization.ts';
import { capture } from '../../src/app/capture.ts';
import type { Clock, Progress, Sorter, SorterFactory } from '../../src/app/ports/surroundings.ts';
import type { Vault } from '../../src/app/ports/vault.ts';
import type { KeyRole } from '../../src/core/key-role.ts';
import type { PointDetails } from '../../src/core/point.ts';
import { everything } from '../../src/core/selection.ts';
import { createStaticTokenSource } from '../../src/identity/static-token-source.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createExternalSorter } from '../../src/platform/external-sort.ts';
import { createHttpClient } from '../../src/platform/http.ts';
import { systemRandom } from '../../src/platform/random.ts';
import type { BlobStore } from '../../src/vault/blob/blob-store.ts';
import { createFolderBlobContainer } from '../../src/vault/blob/folder-blob-store.ts';
import { openVault } from '../../src/vault/open-vault.ts';

export const ORGANIZATION = 'acme-prod';

export type Keys = Readonly<Partial<Record<KeyRole, string>>>;

/** One capture of the simulated organization into a folder, put together as the command line does it. */
export interface CaptureOrder {
  readonly vaultFolder: string;
  readonly keys: Keys;
  readonly endpoint: string;
  /** A checkpoint after each so many readings; none when left out. */
  readonly checkpointEvery?: number;
  readonly newEpoch?: boolean;
  /** The clock of the points' times. */
  readonly clock?: Clock;
  readonly organization?: string;
}

const silent: Progress = { phase: () => {}, advance: () => {}, note: () => {}, warn: () => {} };

/** Sorters as in production: sealed files in the folder for temporary files. */
export const sorters: SorterFactory = <Item>(key: (item: Item) => string): Sorter<Item> =>
  createExternalSorter<Item>({
    encode: (item) => serialize(item),
    // What comes back is what this very sorter encoded.
    decode: (bytes) => deserialize(bytes) as Item,
    key,
    dir: tmpdir(),
    random: systemRandom,
  });

/** The store of a vault in a folder. */
export function folderStore(folder: string): BlobStore {
  return createFolderBlobContainer({ folder, random: systemRandom }).store;
}

/** Opens the vault in a store with these keys. */
export function openWith(store: BlobStore, keys: Keys, clock: Clock = systemClock): Promise<Vault> {
  return openVault({ store, keys, clock, random: systemRandom, sorterFactory: sorters });
}

/** The texts of the keys in a folder. */
export async function readKeys(folder: string, ...roles: readonly (keyof Keys)[]): Promise<Keys> {
  const texts = roles.map(async (role) => [role, await readFile(join(folder, `${role}.key`), 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

/** Captures; `decorate` stands between the vault and its folder. */
export async function captureInto(
  order: CaptureOrder,
  decorate: (store: BlobStore) => BlobStore = (store) => store,
): Promise<PointDetails> {
  const clock = order.clock ?? systemClock;
  const vault = await openWith(decorate(folderStore(order.vaultFolder)), order.keys, clock);
  const http = createHttpClient({ proxyEnvironment: {} });
  const live = createApigeeOrganization({
    name: order.organization ?? ORGANIZATION,
    endpoint: order.endpoint,
    tokens: createStaticTokenSource('kill-loop'),
    http,
    clock: systemClock,
    random: systemRandom,
    hasher: vault.hasher,
    sorterFactory: sorters,
    pacing: { quotaPerMinute: 'unlimited', share: 1 },
    writable: false,
  });
  try {
    const { details } = await capture(
      { live, vault, clock: countingClock(clock), progress: silent },
      {
        organization: order.organization ?? ORGANIZATION,
        selection: everything,
        revisions: { newest: 5 },
        acceptedGaps: [],
        tool: 'holdfast test',
        identity: 'a test',
        ...(order.newEpoch === undefined ? {} : { newEpoch: order.newEpoch }),
        checkpointEveryMs: order.checkpointEvery ?? Number.POSITIVE_INFINITY,
      },
    );
    return details;
  } finally {
    await live.close();
    http.close();
  }
}

/** A clock whose monotonic milliseconds are the times it was asked: checkpoints come after so many readings. */
function countingClock(clock: Clock): Clock {
  let asked = 0;
  return { ...clock, monotonicMs: () => (asked += 1) };
}
