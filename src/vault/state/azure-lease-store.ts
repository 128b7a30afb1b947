import type { BlobLeaseClient, BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import type { Lease, LeaseStore } from '../../app/ports/runs.ts';
import { HoldfastError } from '../../core/errors.ts';
import { judgeRemoteError } from '../../core/judge-remote-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { RandomSource } from '../../platform/random.ts';
import { type RetryPolicy, retry } from '../../platform/retry.ts';
import { type AzureContainerAddress, describeAzureContainer, lazyAzureContainer } from '../blob/azure-container.ts';
import { findAzureCode, translateAzureError } from '../blob/azure-error.ts';
import { encodeLeaseRecord, findLeaseRecord, type LeaseRecord } from './lease-record.ts';
import { createRenewedLease, LEASE_LASTS_MS, type LeaseHold, leaseLost, runActive } from './renewed-lease.ts';

export interface AzureLeaseStoreOptions extends AzureContainerAddress {
  /** Put before every name, ending in `/`; empty for none. */
  readonly prefix?: string;
  readonly clock: Clock;
  readonly random: RandomSource;
}

const ACQUIRE_POLICY: RetryPolicy = {
  attempts: 6,
  firstPauseMs: 250,
  longestPauseMs: 10_000,
  longestAskedPauseMs: 60_000,
};
// A renewal that takes longer is better sent again.
const CALL_TIMEOUT_MS = 10_000;

/** Leases of Azure's own, of one minute, each on a blob that says who holds it. The state container is made when missing. */
export function createAzureLeaseStore(options: AzureLeaseStoreOptions): LeaseStore {
  const { prefix = '', clock, random } = options;
  const openContainer = lazyAzureContainer(options);
  const place = describeAzureContainer(options);
  return {
    async acquire({ organization, holder }): Promise<Lease> {
      const nonce = random.uuid();
      const operation = `take the lease on ${organization}`;
      const attempt = async (): Promise<Lease> => {
        const startedMs = clock.monotonicMs();
        try {
          const blob = await openBlob(await openContainer(), `${prefix}leases/${encodeURIComponent(organization)}`);
          // With an id of our own a repeated request after a lost answer finds that the lease is ours already.
          const lease = blob.getBlobLeaseClient(nonce);
          await takeLease({ blob, lease, organization });
          const now = clock.now();
          await describeHolder(blob, { organization, holder, since: now, nonce, renewals: 0, renewedAt: now });
          return createRenewedLease(holdLease(lease, organization), { clock, startedMs });
        } catch (error) {
          throw translateAzureError(error, { operation, place, writes: true });
        }
      };
      return retry(attempt, {
        policy: ACQUIRE_POLICY,
        clock,
        random,
        judge: judgeRemoteError,
      });
    },
  };
}

async function openBlob(container: ContainerClient, name: string): Promise<BlockBlobClient> {
  const blob = container.getBlockBlobClient(name);
  const create = (): Promise<unknown> =>
    blob.upload('', 0, { conditions: { ifNoneMatch: '*' }, abortSignal: timeout() });
  try {
    await create();
  } catch (error) {
    const code = findAzureCode(error);
    if (code === 'ContainerNotFound') {
      await container.createIfNotExists({ abortSignal: timeout() });
      return openBlob(container, name);
    }
    if (code !== 'BlobAlreadyExists' && code !== 'LeaseIdMissing') throw error;
  }
  return blob;
}

async function takeLease(taken: {
  blob: BlockBlobClient;
  lease: BlobLeaseClient;
  organization: string;
}): Promise<void> {
  const { blob, lease, organization } = taken;
  try {
    await lease.acquireLease(LEASE_LASTS_MS / 1000, { abortSignal: timeout() });
  } catch (error) {
    if (findAzureCode(error) !== 'LeaseAlreadyPresent') throw error;
    throw runActive(organization, await findHolder(blob));
  }
}

/** Who holds the lease is only for the message of the refusal, which is right without it. */
async function findHolder(blob: BlockBlobClient): Promise<LeaseRecord | undefined> {
  const bytes = await blob.downloadToBuffer(undefined, undefined, { abortSignal: timeout() }).catch(() => undefined);
  return bytes === undefined ? undefined : findLeaseRecord(bytes);
}

async function describeHolder(blob: BlockBlobClient, record: LeaseRecord): Promise<void> {
  const bytes = encodeLeaseRecord(record);
  await blob.upload(bytes, bytes.length, { conditions: { leaseId: record.nonce }, abortSignal: timeout() });
}

function holdLease(lease: BlobLeaseClient, organization: string): LeaseHold {
  const run = async (operation: string, action: () => Promise<unknown>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      const code = findAzureCode(error) ?? '';
      if (code.startsWith('Lease') || code === 'BlobNotFound' || code === 'ContainerNotFound') {
        throw leaseLost(organization, error);
      }
      throw translateAzureError(error, { operation, place: 'state container', writes: true });
    }
  };
  return {
    renew: () => run(`renew the lease on ${organization}`, () => lease.renewLease({ abortSignal: timeout() })),
    async release(): Promise<void> {
      try {
        await run(`release the lease on ${organization}`, () => lease.releaseLease({ abortSignal: timeout() }));
      } catch (error) {
        // What is lost needs no release.
        if (!(error instanceof HoldfastError && error.code === 'LEASE_LOST')) throw error;
      }
    },
  };
}

function timeout(): AbortSignal {
  return AbortSignal.timeout(CALL_TIMEOUT_MS);
}
