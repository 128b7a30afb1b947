import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HoldfastError, InternalError } from '../core/errors.ts';
import type { Plan, RunReport } from '../core/plan.ts';
import { createFaultyBlobStore, type FaultScript } from './blob/faulty-blob-store.ts';
import { createSampleVault, openWith, ORGANIZATION } from './sample-vault.fixture.ts';

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

const RUN = `orgs/${ORGANIZATION}/runs/000001/`;

/** A run that has begun, in a store that goes wrong as a script says. */
async function beginOver(script: FaultScript) {
  const { store, clock, keyFiles } = await createSampleVault();
  const faulty = createFaultyBlobStore(store, script);
  const vault = await openWith(faulty, clock, { restorer: keyFiles.restorer });
  const journal = await vault.beginRun({ organization: ORGANIZATION, plan, startedAt: clock.now(), holder: 'me' });
  const names = async () => (await Array.fromAsync(store.list(RUN))).map(({ name }) => name.slice(RUN.length));
  return { journal, vault, store, clock, names };
}

test('documents are numbered in the order of writing, whoever waits for them, and each follows the one before', async () => {
  const { journal, vault, names } = await beginOver({});
  await Promise.all([
    journal.intent(['a']),
    journal.outcome({ call: 'a', status: 'done' }, 'now'),
    journal.intent(['b']),
    journal.outcome({ call: 'b', status: 'done' }, 'now'),
    journal.report(report),
  ]);
  // What had come by the first writing of outcomes is in it.
  assert.deepEqual(await names(), [
    '000000-plan',
    '000001-intent',
    '000002-outcomes',
    '000003-intent',
    '000004-report',
  ]);
  const read = await vault.readRun(ORGANIZATION, 1);
  assert.deepEqual(
    [read.intents, read.outcomes.map(({ call }) => call)],
    [
      [['a'], ['b']],
      ['a', 'b'],
    ],
  );
});

test('what does not wait to be written is written once, and a flush of nothing writes nothing', async () => {
  const { journal, clock, names } = await beginOver({});
  await journal.flush();
  assert.deepEqual(await names(), ['000000-plan']);
  await journal.outcome({ call: 'a', status: 'done' }, 'soon');
  await journal.outcome({ call: 'b', status: 'done' }, 'now');
  await clock.advance(1000);
  await journal.flush();
  assert.deepEqual(await names(), ['000000-plan', '000001-outcomes']);
  await journal.outcome({ call: 'c', status: 'done' }, 'soon');
  await clock.advance(250);
  await journal.flush();
  assert.deepEqual(await names(), ['000000-plan', '000001-outcomes', '000002-outcomes']);
});

test('outcomes that wait are written by one timer, which begins anew with the first that comes after', async () => {
  const { journal, vault, clock } = await beginOver({});
  const written = async () => (await vault.readRun(ORGANIZATION, 1)).outcomes.map(({ call }) => call);
  await journal.outcome({ call: 'a', status: 'done' }, 'soon');
  await clock.advance(249);
  assert.deepEqual(await written(), []);
  await clock.advance(1);
  await journal.intent(['x']);
  assert.deepEqual(await written(), ['a']);
  await journal.outcome({ call: 'b', status: 'done' }, 'soon');
  await clock.advance(249);
  await journal.outcome({ call: 'c', status: 'done' }, 'soon');
  await clock.advance(1);
  await journal.intent(['y']);
  assert.deepEqual(await written(), ['a', 'b', 'c']);
});

test('a wave has room for 256 calls', async () => {
  const { journal, vault } = await beginOver({});
  const calls = Array.from({ length: 257 }, (_, number) => `c${number}`);
  assert.throws(
    () => journal.intent(calls),
    (error) => error instanceof InternalError && error.message === 'A wave of 257 calls is too large.',
  );
  await journal.intent(calls.slice(1));
  assert.deepEqual((await vault.readRun(ORGANIZATION, 1)).intents, [calls.slice(1)]);
});

test('a number that another process took is an error, and what was there stays', async () => {
  const { journal, store } = await beginOver({});
  await store.put(`${RUN}000001-intent`, Buffer.from('of another'));
  await assert.rejects(
    journal.intent(['a']),
    (error) =>
      error instanceof InternalError &&
      error.message === `${RUN}000001-intent is taken: another process writes to run 1.`,
  );
  assert.equal(Buffer.from(await store.get(`${RUN}000001-intent`)).toString(), 'of another');
});

test('where outcomes that could wait were not written, nothing more is: the failure is told by every next call', async () => {
  let failures = 0;
  const failing = Promise.withResolvers<void>();
  const { journal, clock, names } = await beginOver({
    before: ({ operation, name }) => {
      if (operation !== 'put' || !name.endsWith('-outcomes')) return;
      failing.resolve();
      failures += 1;
      throw new Error(`no room ${failures}`);
    },
  });
  await journal.outcome({ call: 'a', status: 'done' }, 'soon');
  await clock.advance(250);
  await failing.promise;
  await new Promise((resolve) => setImmediate(resolve));
  const failed = { message: 'no room 1' };
  await assert.rejects(journal.intent(['x']), failed);
  await assert.rejects(journal.outcome({ call: 'b', status: 'done' }, 'soon'), failed);
  await assert.rejects(journal.flush(), failed);
  await assert.rejects(journal.report(report), failed);
  assert.deepEqual(await names(), ['000000-plan']);
});

test('an outcome that must be written now tells its own failure, and later calls go on', async () => {
  let isBroken = true;
  const { journal, names } = await beginOver({
    before: ({ operation, name }) => {
      if (isBroken && operation === 'put' && name.endsWith('-outcomes')) throw new Error('no room');
    },
  });
  await assert.rejects(journal.outcome({ call: 'a', status: 'done' }, 'now'), { message: 'no room' });
  isBroken = false;
  await journal.intent(['x']);
  assert.deepEqual(await names(), ['000000-plan', '000001-intent']);
});

test('the header of the report says when the run ended and how, without a key', async () => {
  const { journal, store } = await beginOver({});
  await journal.report({ ...report, status: 'partial' });
  const text = Buffer.from(await store.get(`${RUN}000001-report`)).toString('latin1');
  assert.match(text, /"status":"partial","endedAt":"2026-05-10T00:01:00.000Z","run":1,/);
});
