import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HoldfastError } from '../core/errors.ts';
import type { Plan, RunReport } from '../core/plan.ts';
import { createSampleVault, ORGANIZATION } from './sample-vault.fixture.ts';

const plan: Plan = {
  schema: 'holdfast/plan/1',
  hash: 'h1',
  vault: 'v',
  organization: ORGANIZATION,
  point: 'p1',
  pointTime: '2026-05-10T00:00:00.000Z',
  plannedAt: '2026-05-10T00:00:00.000Z',
  tool: 'test',
  selection: { only: [], kinds: [] },
  deleteExtra: false,
  resources: [],
  calls: [],
  fingerprints: [],
  cannotRestore: [],
  unknown: [],
  secretsRequired: [],
  risks: [],
  estimate: { mutatingCalls: 0, reads: 0, seconds: 0 },
};

const report: RunReport = {
  run: 1,
  organization: ORGANIZATION,
  point: 'p1',
  planHash: 'h1',
  safetyPoint: 'p2',
  status: 'done',
  startedAt: '2026-05-10T00:00:00.000Z',
  endedAt: '2026-05-10T00:01:00.000Z',
  resources: [],
  cannotRestore: [],
  identityMap: [],
  calls: { planned: 2, done: 2, failed: 0, skipped: 0, notExecuted: 0 },
};

test('a journal gives back plan, intents, outcomes and report in order', async () => {
  const { open, clock, store } = await createSampleVault();
  const vault = await open('restorer');
  const journal = await vault.beginRun({ organization: ORGANIZATION, plan, startedAt: clock.now(), holder: 'me' });
  await journal.intent(['a', 'b']);
  await journal.outcome({ call: 'a', status: 'done', assigned: { key: 'minted-secret' } }, 'now');
  await journal.outcome({ call: 'b', status: 'unknown' }, 'soon');
  assert.equal((await vault.listRuns(ORGANIZATION))[0]?.status, 'unfinished');
  await journal.report(report);
  assert.deepEqual(await vault.readRun(ORGANIZATION, journal.run), {
    plan,
    intents: [['a', 'b']],
    outcomes: [
      { call: 'a', status: 'done', assigned: { key: 'minted-secret' } },
      { call: 'b', status: 'unknown' },
    ],
    report,
  });
  const listed = await (await open()).listRuns(ORGANIZATION);
  assert.deepEqual(listed, [{ run: 1, startedAt: clock.now(), planHash: 'h1', status: 'done' }]);
  await assert.rejects(
    (await open('reader')).readRun(ORGANIZATION, 1),
    (error) => error instanceof HoldfastError && error.code === 'KEY_MISSING',
  );
  for await (const { name } of store.list('orgs/'))
    assert.equal(Buffer.from(await store.get(name)).includes('minted-secret'), false);
});

test('an outcome that can wait is durable a quarter second later, together with what came meanwhile', async () => {
  const { open, clock, store } = await createSampleVault();
  const vault = await open('restorer');
  const journal = await vault.beginRun({ organization: ORGANIZATION, plan, startedAt: clock.now(), holder: 'me' });
  const outcomes = async (): Promise<number> => (await vault.readRun(ORGANIZATION, 1)).outcomes.length;
  await journal.outcome({ call: 'a', status: 'done' }, 'soon');
  await clock.advance(100);
  await journal.outcome({ call: 'b', status: 'done' }, 'soon');
  assert.equal(await outcomes(), 0);
  await clock.advance(150);
  await journal.flush();
  assert.equal(await outcomes(), 2);
  assert.equal(
    (await Array.fromAsync(store.list(`orgs/${ORGANIZATION}/runs/`))).filter(({ name }) => name.endsWith('outcomes'))
      .length,
    1,
  );
});

test('two runs at once get numbers of their own', async () => {
  const { open, clock } = await createSampleVault();
  const [a, b] = [await open('restorer'), await open('restorer')];
  const request = { organization: ORGANIZATION, plan, startedAt: clock.now(), holder: 'me' };
  const runs = await Promise.all([a.beginRun(request), b.beginRun(request)]);
  assert.deepEqual(new Set(runs.map(({ run }) => run)), new Set([1, 2]));
  await assert.rejects(
    (await open('writer')).beginRun(request),
    (error) => error instanceof HoldfastError && error.code === 'KEY_MISSING',
  );
});

test('runs without a report, or with one that does not say done, may have left something', async () => {
  const { open, clock } = await createSampleVault();
  const vault = await open('restorer');
  const request = { organization: ORGANIZATION, plan, startedAt: clock.now(), holder: 'me' };
  for (const status of ['done', 'partial', undefined] as const) {
    const journal = await vault.beginRun(request);
    if (status !== undefined) await journal.report({ ...report, run: journal.run, status });
  }
  assert.deepEqual(await vault.listUnended(ORGANIZATION), [2, 3]);
});
