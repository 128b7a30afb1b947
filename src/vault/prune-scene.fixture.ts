import type { CommitPoint, Vault } from '../app/ports/vault.ts';
import type { PruneStep } from '../app/ports/retention.ts';
import type { Gap } from '../core/ledger.ts';
import type { Scope } from '../core/point.ts';
import type { BlobStore } from './blob/blob-store.ts';
import {
  commitDetails,
  contentFor,
  entryFor,
  ORGANIZATION,
  sampleKind,
  type SampleVault,
} from './sample-vault.fixture.ts';

export const ORG = `orgs/${ORGANIZATION}/`;
export const EPOCH = `${ORG}epochs/000001/`;
/** When records of these tests are made. */
export const AT = '2026-05-10T00:00:00.000Z';
export const mark: Extract<PruneStep, { step: 'mark' }> = {
  step: 'mark',
  policy: {
    hourly: 0,
    daily: 2,
    weekly: 0,
    monthly: 0,
    yearly: 0,
    minimumVerified: 0,
    guaranteedDays: 0,
    zone: 'UTC',
  },
  graceDays: 1,
  points: [],
  objects: [],
  kept: [],
};
export const withdrawn: Extract<PruneStep, { step: 'withdrawn' }> = { step: 'withdrawn', names: [], why: 'held' };

export async function blobsIn(
  store: BlobStore,
  prefix: string,
): Promise<readonly { name: string; sizeBytes: number }[]> {
  return (await Array.fromAsync(store.list(prefix))).map(({ name, sizeBytes }) => ({ name, sizeBytes }));
}

export const namesIn = async (store: BlobStore, prefix: string): Promise<readonly string[]> =>
  (await blobsIn(store, prefix)).map(({ name }) => name);

/** Takes a point of one resource, with these gaps and this scope. */
export async function take(
  vault: Vault,
  sample: SampleVault,
  {
    organization = ORGANIZATION,
    gaps = [],
    scope = { type: 'all' },
    grade = 'complete',
  }: {
    readonly organization?: string;
    readonly gaps?: readonly Gap[];
    readonly scope?: Scope;
    readonly grade?: CommitPoint['grade'] | 'checkpoint';
  } = {},
): Promise<string> {
  await sample.clock.advance(60_000);
  const startedAt = sample.clock.now();
  const writer = await vault.beginPoint({ organization, startedAt, scope, signer: 'writer' });
  const collection = writer.collection(sampleKind);
  const resource = { id: 'a', text: `of ${startedAt}` };
  await collection.add(entryFor(vault, resource), contentFor(resource));
  for (const gap of gaps) collection.gap(gap);
  if (grade === 'checkpoint') {
    await writer.checkpoint(startedAt);
    return '';
  }
  await collection.finish();
  return (await writer.commit(commitDetails(startedAt, grade))).id;
}
