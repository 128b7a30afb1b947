import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan, RunReport } from '../core/plan.ts';
import { storeFailed } from './blob/blob-error.ts';
import type { BlobStore } from './blob/blob-store.ts';
import { createFaultyBlobStore } from './blob/faulty-blob-store.ts';
import { VaultRuns } from './run-store.ts';
import { copyStore, createSampleVault, flipped, ORGANIZATION, type SampleVault } from './sample-vault.fixture.ts';

const RUNS = `orgs/${ORGANIZATION}/runs/`;
const AT = '2026-05-10T00:00:00.000Z';
// Of a plan the store looks at its hash, of a report at its status.
const plan = {
  hash: 'h1',
  organization: ORGANIZATION,
  calls: [{ id: 'a', kind: 'api-product', resource: 'r' }],
} as unknown as Plan;
const reportOf = (run: number, status: RunReport['status']): RunReport =>
  ({ run, planHash: 'h1', status, endedAt: AT }) as unknown as RunReport;

async function runsOf(sample: SampleVault, store: BlobStore = sample.store): Promise<VaultRuns> {
  return new VaultRuns(await sample.context(['restorer'], { store }));
}

const begin = (runs: VaultRuns) => runs.beginRun({ organization: ORGANIZATION, plan, startedAt: AT, holder: 'me' });

/** Runs that ended like this, one after another; `undefined` did not end. */
async function createRuns(statuses: readonly (RunReport['status'] | undefined)[]): Promise<SampleVault> {
  const sample = await createSampleVault();
  const runs = await runsOf(sample);
  for (const status of statuses) {
    const journal = await begin(runs);
    if (status !== undefined) await journal.report(reportOf(journal.run, status));
  }
  return sample;
}

test('runs are numbered from 1, and a number that somebody took is passed over', async () => {
  const sample = await createRuns([undefined, undefined]);
  const runs = await runsOf(sample);
  assert.deepEqual(await runs.listRuns(ORGANIZATION), [
    { run: 1, startedAt: AT, planHash: 'h1', status: 'unfinished' },
    { run: 2, startedAt: AT, planHash: 'h1', status: 'unfinished' },
  ]);
  // A folder that is listed, and a plan that came after the listing.
  const late = createFaultyBlobStore(sample.store, {
    after: async ({ operation }) => {
      if (operation === 'listFolders') await sample.store.put(`${RUNS}000003/000000-plan`, Buffer.from('other'));
    },
  });
  assert.equal((await begin(await runsOf(sample, late))).run, 4);
  assert.deepEqual(await runs.listRuns('acme-test'), []);
  await assert.rejects(begin(new VaultRuns(await sample.context(['writer']))), {
    code: 'KEY_MISSING',
    message: 'Writing the journal of a restore needs restorer.key, which is not at hand.',
  });
});

test('behind the last number no run can begin', async () => {
  const sample = await createSampleVault();
  await sample.store.put(`${RUNS}999998/x`, Buffer.from('x'));
  const runs = await runsOf(sample);
  assert.equal((await begin(runs)).run, 999_999);
  await assert.rejects(begin(runs), {
    code: 'VAULT_DAMAGED',
    message: `No run can follow ${RUNS}999999/, which nobody began who counted.`,
    damaged: `${RUNS}999999/`,
    next: 'Find out who could write to the vault, and delete what is below that name.',
  });
});

test('unended is what has no report that says that it is done', async () => {
  const sample = await createRuns(['done', 'partial', 'differs', undefined, 'done']);
  const runs = await runsOf(sample);
  assert.deepEqual(
    (await runs.listRuns(ORGANIZATION)).map(({ run, status }) => [run, status]),
    [
      [1, 'done'],
      [2, 'partial'],
      [3, 'differs'],
      [4, 'unfinished'],
      [5, 'done'],
    ],
  );
  assert.deepEqual(await runs.listUnended(ORGANIZATION), [2, 3, 4]);
  const report = `${RUNS}000005/000001-report`;
  const harmed = await copyStore(sample.store, { put: { [report]: flipped(await sample.store.get(report)) } });
  assert.deepEqual(await (await runsOf(sample, harmed)).listUnended(ORGANIZATION), [2, 3, 4, 5]);
  const failing = createFaultyBlobStore(sample.store, {
    before: ({ operation, name }) => {
      if (operation === 'get' && name === report)
        throw storeFailed({ operation: 'read a report', place: 'memory', cause: undefined });
    },
  });
  await assert.rejects((await runsOf(sample, failing)).listUnended(ORGANIZATION), { code: 'STORE_FAILED' });
});

test('a run without its plan, and records that do not follow one another, are damage', async () => {
  const sample = await createSampleVault();
  const journal = await begin(await runsOf(sample));
  await journal.intent(['a']);
  await journal.outcome({ call: 'a', status: 'done' }, 'now');
  const [planName = '', intent = '', outcome = ''] = (await Array.fromAsync(sample.store.list(RUNS))).map(
    ({ name }) => name,
  );
  assert.deepEqual([planName, intent], [`${RUNS}000001/000000-plan`, `${RUNS}000001/000001-intent`]);
  const without = async (...names: readonly string[]): Promise<VaultRuns> =>
    runsOf(sample, await copyStore(sample.store, { without: names }));
  const unfollowed = (name: string) => ({
    code: 'VAULT_DAMAGED',
    message: `${name} is damaged: it does not follow the record before it.`,
  });
  await assert.rejects((await without(planName)).readRun(ORGANIZATION, 1), unfollowed(intent));
  await assert.rejects((await without(intent)).readRun(ORGANIZATION, 1), unfollowed(outcome));
  await assert.rejects((await without(intent)).listRuns(ORGANIZATION), unfollowed(outcome));

  const alone = await sample.putDocument({
    type: 'intent',
    name: `${RUNS}000007/000001-intent`,
    header: { run: 7, organization: ORGANIZATION },
    signer: 'restorer',
    sealed: { secretClass: 'secret', content: { calls: [] } },
  });
  const runs = await runsOf(sample, await copyStore(sample.store, { without: [planName, intent, outcome] }));
  await assert.rejects(runs.listRuns(ORGANIZATION), {
    code: 'VAULT_DAMAGED',
    message: `${RUNS}000007/000000-plan is damaged: it is missing.`,
  });
  assert.match(alone, /000007/);
});

test('a run that is not there is said not to be; reading one needs the restorer', async () => {
  const sample = await createRuns(['done']);
  const runs = await runsOf(sample);
  await assert.rejects(runs.readRun(ORGANIZATION, 9), {
    code: 'RESOURCE_NOT_FOUND',
    message: `There is no run 9 of ${ORGANIZATION} in this vault.`,
    resource: '9',
    next: 'List the runs with holdfast runs.',
  });
  await assert.rejects(new VaultRuns(await sample.context(['reader'])).readRun(ORGANIZATION, 1), {
    code: 'KEY_MISSING',
    message: 'Reading the journal of run 1 needs restorer.key, which is not at hand.',
  });
  assert.deepEqual(await runs.readRun(ORGANIZATION, 1), {
    plan,
    intents: [],
    outcomes: [],
    report: reportOf(1, 'done'),
  });
});
