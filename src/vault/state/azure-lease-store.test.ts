import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Lease } from '../../app/ports/runs.ts';
import type { Clock } from '../../platform/clock.ts';
import { createManualClock, type ManualClock } from '../../platform/manual-clock.ts';
import { createSeededRandom, type RandomSource } from '../../platform/random.ts';
import {
  type AzureAnswer,
  type AzureRequest,
  refusal,
  startScriptedAzure,
  success,
} from '../blob/scripted-azure.fixture.ts';
import { createAzureLeaseStore } from './azure-lease-store.ts';
import { RENEW_EVERY_MS } from './renewed-lease.ts';

type Step = 'create' | 'acquire' | 'describe' | 'renew' | 'release' | 'read' | 'container';

const NONCE = '11111111-1111-4111-8111-111111111111';
const startMs = Date.UTC(2026, 4, 10);
const random: RandomSource = { ...createSeededRandom(1), uuid: () => NONCE, fraction: () => 0.999 };
const acme = { organization: 'acme', holder: 'ada on ops-1' };

const usual: Readonly<Record<Step, AzureAnswer>> = {
  create: success(201),
  acquire: success(201, { 'x-ms-lease-id': NONCE }),
  describe: success(201),
  renew: success(200, { 'x-ms-lease-id': NONCE }),
  release: success(200),
  read: refusal(404, 'BlobNotFound'),
  container: success(201),
};

function stepOf({ method, query, headers }: AzureRequest): Step {
  if (query.get('restype') === 'container') return 'container';
  const action = headers['x-ms-lease-action'];
  if (action === 'acquire' || action === 'renew' || action === 'release') return action;
  if (method === 'GET' || method === 'HEAD') return 'read';
  return headers['x-ms-lease-id'] === undefined ? 'create' : 'describe';
}

interface Scene {
  readonly clock: ManualClock;
  readonly pauses: number[];
  readonly asked: readonly AzureRequest[];
  readonly steps: () => Step[];
  /** What is answered from now on, where it is not the usual. */
  readonly answers: { -readonly [Name in Step]?: AzureAnswer | ((count: number) => AzureAnswer) };
  acquire(organization?: string): Promise<Lease>;
}

/** A store of leases over a service that answers as told; its own pauses take no time. */
async function open(t: TestContext, answers: Scene['answers'] = {}): Promise<Scene> {
  const counts = new Map<Step, number>();
  const { connectionString, asked } = await startScriptedAzure(t, (request) => {
    const step = stepOf(request);
    const count = (counts.get(step) ?? 0) + 1;
    counts.set(step, count);
    const answer = answers[step] ?? usual[step];
    return typeof answer === 'function' ? answer(count) : answer;
  });
  const clock = createManualClock(startMs);
  const pauses: number[] = [];
  const hurried: Clock = {
    ...clock,
    sleep: async (durationMs, signal) => {
      if (durationMs === RENEW_EVERY_MS) return clock.sleep(durationMs, signal);
      pauses.push(durationMs);
    },
  };
  const store = createAzureLeaseStore({ container: 'state', prefix: 'p/', connectionString, clock: hurried, random });
  return {
    clock,
    pauses,
    asked,
    answers,
    steps: () => asked.map(stepOf),
    acquire: (organization = 'acme') => store.acquire({ ...acme, organization }),
  };
}

async function whenUnsafe(lease: Lease): Promise<void> {
  while (lease.isSafeToSend()) await new Promise<void>((resolve) => setImmediate(resolve));
}

test('a lease of a minute is taken on a blob of its own, which says who holds it', async (t) => {
  const { acquire, asked, steps } = await open(t);
  const lease = await acquire('a/b');
  assert.deepEqual(steps(), ['create', 'acquire', 'describe']);
  assert.deepEqual([...new Set(asked.map(({ path }) => path))], ['/acme/state/p/leases/a%252Fb']);
  const [create, taken, described] = asked;
  assert.deepEqual([create?.headers['if-none-match'], create?.body], ['*', '']);
  assert.equal(taken?.headers['x-ms-lease-duration'], '60');
  assert.equal(taken?.headers['x-ms-proposed-lease-id'], NONCE);
  assert.equal(described?.headers['x-ms-lease-id'], NONCE);
  assert.deepEqual(JSON.parse(described?.body ?? ''), {
    organization: 'a/b',
    holder: 'ada on ops-1',
    since: '2026-05-10T00:00:00.000Z',
    nonce: NONCE,
    renewals: '0000000000',
    renewedAt: '2026-05-10T00:00:00.000Z',
  });
  await lease.release();
  assert.equal(steps().at(-1), 'release');
  assert.equal(asked.at(-1)?.headers['x-ms-lease-id'], NONCE);
});

test('a blob that is there already is leased, whether its lease has run out or not', async (t) => {
  for (const create of [refusal(409, 'BlobAlreadyExists'), refusal(412, 'LeaseIdMissing')]) {
    const { acquire, steps } = await open(t, { create });
    await (await acquire()).release();
    assert.deepEqual(steps(), ['create', 'acquire', 'describe', 'release']);
  }
});

test('a state container that is missing is made', async (t) => {
  const create = (count: number) => (count === 1 ? refusal(404, 'ContainerNotFound') : success(201));
  const { acquire, steps } = await open(t, { create });
  await (await acquire()).release();
  assert.deepEqual(steps(), ['create', 'container', 'create', 'acquire', 'describe', 'release']);
});

test('whoever comes second learns who holds the lease, where that can be read', async (t) => {
  const { acquire, answers, steps } = await open(t, { acquire: refusal(409, 'LeaseAlreadyPresent') });
  const refused = (who: string) => ({ code: 'RUN_ACTIVE', message: `Another run is changing acme: ${who}.` });
  await assert.rejects(acquire(), refused('somebody'));
  const record = { ...acme, since: '2026-05-09T23:00:00.000Z', nonce: 'n', renewals: '1', renewedAt: '' };
  const answerRecord = (text: string) =>
    success(200, { 'content-range': `bytes 0-${text.length - 1}/${text.length}` }, text);
  answers.read = answerRecord(JSON.stringify(record));
  await assert.rejects(acquire(), refused('ada on ops-1 since 2026-05-09T23:00:00.000Z'));
  answers.read = answerRecord('half a rec');
  await assert.rejects(acquire(), refused('somebody'));
  assert.equal(steps().includes('describe'), false);
});

test('a service that is busy is asked again for the same lease, six times in all', async (t) => {
  const busy = refusal(503, 'ServerBusy');
  const { acquire, answers, steps, pauses, asked } = await open(t, {
    acquire: (count) => (count < 6 ? busy : usual.acquire),
  });
  await (await acquire()).release();
  assert.equal(steps().filter((step) => step === 'acquire').length, 6);
  const proposed = asked.map(({ headers }) => headers['x-ms-proposed-lease-id']).filter((id) => id !== undefined);
  assert.deepEqual([...new Set(proposed)], [NONCE]);
  assert.deepEqual(pauses.map(Math.round), [250, 500, 999, 1998, 3996]);
  answers.acquire = busy;
  await assert.rejects(acquire(), {
    code: 'STORE_UNREACHABLE',
    message: /^The Azure container state .*take the lease on acme \(503 ServerBusy\)/,
    ambiguous: true,
  });
  assert.equal(steps().filter((step) => step === 'acquire').length, 12);
});

test('a service that asks for more than a minute of rest is not waited for', async (t) => {
  const busy = refusal(503, 'ServerBusy');
  const asking = (seconds: number) => ({ ...busy, headers: { ...busy.headers, 'retry-after': String(seconds) } });
  const { acquire, answers, pauses } = await open(t, { create: asking(61) });
  await assert.rejects(acquire(), { code: 'STORE_UNREACHABLE' });
  assert.deepEqual(pauses, []);
  answers.create = (count) => (count === 2 ? asking(60) : success(201));
  await (await acquire()).release();
  assert.equal(pauses.length, 1);
  assert.ok((pauses[0] ?? 0) >= 60_000);
});

test('a refusal is told as it is, and asked for once', async (t) => {
  const missing = refusal(404, 'ContainerNotFound');
  const denied = refusal(403, 'AuthorizationFailure');
  const cases = [
    [{ create: denied }, 'STORE_DENIED', ['create']],
    [{ create: refusal(409, 'BlobImmutableDueToPolicy') }, 'STORE_FAILED', ['create']],
    [{ create: missing, container: denied }, 'STORE_DENIED', ['create', 'container']],
    [{ acquire: refusal(409, 'LeaseIsBreakingAndCannotBeAcquired') }, 'STORE_FAILED', ['create', 'acquire']],
    [{ describe: refusal(412, 'LeaseLost') }, 'STORE_FAILED', ['create', 'acquire', 'describe']],
  ] as const;
  for (const [answers, code, expected] of cases) {
    const { acquire, steps } = await open(t, answers);
    await assert.rejects(acquire(), { code, message: /take the lease on acme/ });
    assert.deepEqual(steps(), expected);
  }
});

test('a lease that is renewed stays safe, and one that is lost does not', async (t) => {
  for (const answer of [
    refusal(409, 'LeaseIdMismatchWithLeaseOperation'),
    refusal(404, 'BlobNotFound'),
    refusal(404, 'ContainerNotFound'),
  ]) {
    const { acquire, answers, clock, asked, steps } = await open(t);
    const lease = await acquire();
    await clock.advance(RENEW_EVERY_MS);
    await clock.whenSleeping(1);
    assert.equal(lease.isSafeToSend(), true);
    assert.equal(asked.at(-1)?.headers['x-ms-lease-id'], NONCE);
    answers.renew = answer;
    await clock.advance(RENEW_EVERY_MS);
    await whenUnsafe(lease);
    assert.equal(steps().filter((step) => step === 'renew').length, 2);
    answers.release = answer;
    await lease.release();
  }
});

test('a renewal that fails for a while loses nothing', async (t) => {
  const { acquire, clock, steps } = await open(t, { renew: refusal(503, 'ServerBusy') });
  const lease = await acquire();
  for (const renewals of [1, 2]) {
    await clock.advance(RENEW_EVERY_MS);
    await clock.whenSleeping(1);
    assert.equal(lease.isSafeToSend(), true);
    assert.equal(steps().filter((step) => step === 'renew').length, renewals);
  }
  await lease.release();
});

test('a release that the service refuses for another reason is told', async (t) => {
  const { acquire } = await open(t, { release: refusal(503, 'ServerBusy') });
  await assert.rejects((await acquire()).release(), {
    code: 'STORE_UNREACHABLE',
    message: /state container .*release the lease on acme \(503 ServerBusy\)/,
    ambiguous: true,
  });
});
