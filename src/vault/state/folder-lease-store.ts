import { type FileHandle, link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Lease, LeaseStore } from '../../app/ports/runs.ts';
import { type Clock, findInstant } from '../../platform/clock.ts';
import type { RandomSource } from '../../platform/random.ts';
import { isFileError, translateFileError } from '../blob/file-error.ts';
import { encodeLeaseRecord, findLeaseRecord, type LeaseRecord } from './lease-record.ts';
import { createRenewedLease, LEASE_LASTS_MS, type LeaseHold, leaseLost, runActive } from './renewed-lease.ts';

export interface FolderLeaseStoreOptions {
  /** The state folder; it is made when it is missing. */
  readonly folder: string;
  readonly clock: Clock;
  readonly random: RandomSource;
}

const OBSERVE_EVERY_MS = 10_000;

/**
 * One file per organization that is being changed. It is created by a link, which never replaces, and rewritten in place
 * at each renewal. A file that stays unchanged for a minute on the monotonic clock of the one who waits is renamed away
 * and the lease is taken; whoever then still holds the old file notices that its name leads elsewhere.
 */
export function createFolderLeaseStore(options: FolderLeaseStoreOptions): LeaseStore {
  const { folder, clock, random } = options;
  return {
    async acquire({ organization, holder }): Promise<Lease> {
      const path = join(folder, 'leases', encodeURIComponent(organization));
      const place = `state folder ${folder}`;
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        for (;;) {
          const startedMs = clock.monotonicMs();
          const now = clock.now();
          const record = { organization, holder, since: now, nonce: random.uuid(), renewals: 0, renewedAt: now };
          const file = await findNewFile(path, record);
          if (file !== undefined)
            return createRenewedLease(holdFile({ file, path, record, clock }), { clock, startedMs });
          const stale = await observeUntilStale(path, { organization, clock });
          if (stale !== undefined) await removeStale(path, stale, random);
        }
      } catch (error) {
        throw translateFileError(error, { operation: `take the lease on ${organization}`, place });
      }
    },
  };
}

/** Creates the lease file with its record in one step and keeps it open; undefined when there is one already. */
async function findNewFile(path: string, record: LeaseRecord): Promise<FileHandle | undefined> {
  const temporary = `${path}.${record.nonce}`;
  const file = await open(temporary, 'wx+', 0o600);
  try {
    await file.writeFile(encodeLeaseRecord(record));
    await link(temporary, path);
    return file;
  } catch (error) {
    await file.close();
    if (isFileError(error, 'EEXIST')) return undefined;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Watches the lease of somebody else. Throws `RUN_ACTIVE` when it is alive, gives back its bytes when it stayed the same
 * for as long as a lease lasts, and undefined when it is gone.
 */
async function observeUntilStale(
  path: string,
  { organization, clock }: { organization: string; clock: Clock },
): Promise<Buffer | undefined> {
  const first = await findFile(path);
  if (first === undefined) return undefined;
  const record = findLeaseRecord(first);
  // A recent renewal by the wall clock spares the wait for the refusal; only the monotonic clock allows the taking over.
  const ageMs = clock.epochMs() - (findInstant(record?.renewedAt ?? '') ?? Number.NEGATIVE_INFINITY);
  if (ageMs >= 0 && ageMs < LEASE_LASTS_MS) throw runActive(organization, record);
  const sinceMs = clock.monotonicMs();
  while (clock.monotonicMs() - sinceMs < LEASE_LASTS_MS) {
    await clock.sleep(OBSERVE_EVERY_MS);
    const current = await findFile(path);
    if (current === undefined) return undefined;
    if (!current.equals(first)) throw runActive(organization, findLeaseRecord(current) ?? record);
  }
  return first;
}

/** Moves the stale file out of the way; of several who try, each but one finds that it is gone or another's. */
async function removeStale(path: string, stale: Buffer, random: RandomSource): Promise<void> {
  if ((await findFile(path))?.equals(stale) !== true) return;
  const aside = `${path}.${random.uuid()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return;
    throw error;
  }
  // Between the look and the move somebody else may have taken the lease: then it is theirs and goes back.
  if ((await findFile(aside))?.equals(stale) !== true) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function holdFile(held: { file: FileHandle; path: string; record: LeaseRecord; clock: Clock }): LeaseHold {
  const { file, path, record, clock } = held;
  let renewals = 0;
  const isOurs = async (): Promise<boolean> => {
    const [ours, named] = await Promise.all([
      file.stat({ bigint: true }),
      stat(path, { bigint: true }).catch(() => undefined),
    ]);
    return named !== undefined && ours.ino === named.ino && ours.dev === named.dev;
  };
  return {
    async renew(): Promise<void> {
      renewals += 1;
      const bytes = encodeLeaseRecord({ ...record, renewals, renewedAt: clock.now() });
      // Through the open file: if it was renamed away, this changes nothing that anybody reads.
      await file.write(bytes, 0, bytes.length, 0);
      if (!(await isOurs())) throw leaseLost(record.organization);
    },
    async release(): Promise<void> {
      try {
        if (await isOurs()) await rm(path, { force: true });
      } finally {
        await file.close();
      }
    },
  };
}

async function findFile(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return undefined;
    throw error;
  }
}
