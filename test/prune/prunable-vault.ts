import type { PruneDeps, PruneRequest } from '../../src/app/prune/judge-points.ts';
import type { Vault } from '../../src/app/ports/vault.ts';
import { formatInstant } from '../../src/platform/clock.ts';
import { createCalendar } from '../../src/platform/calendar.ts';
import { createManualClock, type ManualClock } from '../../src/platform/manual-clock.ts';
import type { BlobStore } from '../../src/vault/blob/blob-store.ts';
import { createMemoryBlobStore, type MemoryBlobStore } from '../../src/vault/blob/memory-blob-store.ts';
import { epochEndsAt } from '../../src/vault/epoch.ts';
import { capture, createSampleVault, openWith, ORGANIZATION, readAll } from '../../src/vault/sample-vault.fixture.ts';

export const DAY_MS = 86_400_000;
export const prefix = `orgs/${ORGANIZATION}/`;

const nothing = (): void => undefined;
const progress = { phase: nothing, advance: nothing, note: nothing, warn: nothing };

/** A vault whose store attests time, with a key for each part somebody plays, and one clock for all. */
export interface PrunableVault {
  readonly store: MemoryBlobStore;
  readonly clock: ManualClock;
  readonly keyFiles: Awaited<ReturnType<typeof createSampleVault>>['keyFiles'];
  readonly writer: Vault;
  readonly verifier: Vault;
  readonly pruner: Vault;
  /** With what a pruner has at hand; over another store or clock, if given. */
  deps(over?: { readonly store?: BlobStore; readonly clock?: ManualClock }): Promise<PruneDeps>;
}

export async function createPrunableVault(
  options: { readonly immutableForMs?: number; readonly attestsTime?: boolean } = {},
): Promise<PrunableVault> {
  const clock = createManualClock(Date.UTC(2026, 0, 10));
  const { immutableForMs, attestsTime = true } = options;
  const store = createMemoryBlobStore({
    clock,
    attestsTime,
    ...(immutableForMs === undefined ? {} : { immutableForMs }),
  });
  const { keyFiles, open } = await createSampleVault({ store, clock });
  const writer = await open('writer');
  // Else an epoch might end, on a day that depends on the vault's id, while a test takes its points.
  const of = { vaultAndOrganization: `${writer.id}\n${ORGANIZATION}`, period: 'month' } as const;
  await clock.advance(Date.parse(epochEndsAt(clock.now(), of)) - clock.epochMs());
  return {
    store,
    clock,
    keyFiles,
    writer,
    verifier: await open('verifier'),
    pruner: await open('pruner'),
    deps: async (over = {}) => ({
      vault: await openWith(over.store ?? store, over.clock ?? clock, { pruner: keyFiles.pruner }),
      clock: over.clock ?? clock,
      progress,
      calendar: createCalendar('UTC'),
      formatInstant,
    }),
  };
}

/** Keeps two days; a grace of a day. */
export function pruneRequest(
  over: Partial<PruneRequest['policy']> & Partial<Omit<PruneRequest, 'policy'>> = {},
): PruneRequest {
  const { graceDays = 1, protectionDays, giveUp = [], organization = ORGANIZATION, ...policy } = over;
  return {
    organization,
    graceDays,
    protectionDays,
    giveUp,
    policy: {
      hourly: 0,
      daily: 2,
      weekly: 0,
      monthly: 0,
      yearly: 0,
      minimumVerified: 0,
      guaranteedDays: 0,
      zone: 'UTC',
      ...policy,
    },
  };
}

/** A point a day, for so many days, of the same and changing resources; the first opens an epoch. */
export async function captureDays(
  vault: PrunableVault,
  days: number,
  salt: string,
): Promise<readonly { readonly id: string; readonly expected: ReadonlyMap<string, string> }[]> {
  const points = [];
  for (let day = 0; day < days; day += 1) {
    await vault.clock.advance(DAY_MS);
    const resources = Array.from({ length: 30 }, (_, number) => ({
      id: `apps/${number}`,
      text: number % 7 === day % 7 ? `app ${number} of ${salt} day ${day}` : `app ${number} of ${salt}`,
      secret: `${salt} ${number}`,
    }));
    const id = await capture(vault.writer, vault.clock, resources, day === 0);
    points.push({ id, expected: await readConfig(vault, id) });
  }
  return points;
}

/** What a point has, read with the restorer's key from the store as it is now. */
export async function readConfig(vault: PrunableVault, point: string): Promise<ReadonlyMap<string, string>> {
  return readAll(await openWith(vault.store, vault.clock, { restorer: vault.keyFiles.restorer }), point);
}

/** Names of all blobs. */
export async function namesIn(store: BlobStore): Promise<readonly string[]> {
  return (await Array.fromAsync(store.list(''))).map(({ name }) => name);
}

/** Records what a verification of these points, with every byte read, found. */
export async function prove(
  vault: PrunableVault,
  points: readonly string[],
  result: 'good' | 'damaged' = 'good',
): Promise<void> {
  for (const point of points) {
    await vault.clock.advance(1000);
    await vault.verifier.recordVerification(ORGANIZATION, {
      point,
      depth: 'all-bytes',
      result,
      checkedObjects: 1,
      checkedBytes: 1,
      at: vault.clock.now(),
    });
  }
}
