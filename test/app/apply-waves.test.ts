import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PointFiller } from '../../src/app/apply-holes.ts';
import { runWaves, type WaveDeps } from '../../src/app/apply-waves.ts';
import type { PointReader } from '../../src/app/ports/vault.ts';
import { RemoteError, UserError } from '../../src/core/errors.ts';
import type { CallOutcome, PlannedCall } from '../../src/core/plan.ts';
import { plainHasher } from '../../src/core/sample-kind.fixture.ts';
import { MemoryOrganization } from '../harness/memory-organization.ts';

function call(id: string, more: Partial<PlannedCall> = {}): PlannedCall {
  return {
    id,
    resource: `apiproducts/${id}`,
    kind: 'api-product',
    step: 'create',
    action: 'create',
    phase: 'materialise',
    method: 'POST',
    path: ['apiproducts'],
    reason: '',
    lookup: { type: 'repeat' },
    stage: 0,
    needs: [],
    after: [],
    ...more,
  };
}

/** Runs calls and answers the statuses, and in which order intents, sends and outcomes came. */
async function run(
  calls: readonly PlannedCall[],
  change: (live: MemoryOrganization, deps: WaveDeps, events: string[]) => void = () => {},
) {
  const live = new MemoryOrganization(plainHasher);
  const events: string[] = [];
  const nothing = (): void => undefined;
  const point = { details: {} } as PointReader;
  const deps: { -readonly [Name in keyof WaveDeps]: WaveDeps[Name] } = {
    live,
    journal: {
      run: 1,
      intent: async (ids) => void events.push(`intent ${ids.join(',')}`),
      outcome: async (outcome) => void events.push(`${outcome.status} ${outcome.call}`),
      flush: async () => void events.push('flush'),
      report: async () => undefined,
    },
    lease: { isSafeToSend: () => true, release: async () => undefined },
    progress: { phase: nothing, advance: nothing, note: nothing, warn: nothing },
    filler: new PointFiller(point, new Map()),
    signal: undefined,
  };
  live.onSend = (sent) => {
    events.push(`send ${sent.id}`);
  };
  change(live, deps, events);
  const { records, stopped } = await runWaves(deps, calls);
  const statuses = Object.fromEntries([...records].map(([id, { status }]) => [id, status]));
  return { statuses, records, stopped, events, live };
}

const failing =
  (id: string, status: CallOutcome['status'] = 'failed') =>
  (live: MemoryOrganization): void => {
    live.onSend = (sent) => (sent.id === id ? { call: id, status, detail: 'refused' } : undefined);
  };

test('a call is sent only after a durable intent names it, and after all it waits for', async () => {
  const calls = [call('a'), call('b', { needs: ['a'] }), call('c', { after: ['b'] }), call('z', { stage: 1 })];
  const { events, statuses } = await run(calls);
  const order = events.filter((event) => /^(intent|send)/.test(event));
  assert.deepEqual(order, ['intent a', 'send a', 'intent b', 'send b', 'intent c', 'send c', 'intent z', 'send z']);
  assert.deepEqual(new Set(Object.values(statuses)), new Set(['done']));
});

test('a failure blocks what needs it, and that alone', async () => {
  const calls = [
    call('a'),
    call('b', { needs: ['a'] }),
    call('c', { needs: ['b'] }),
    call('d', { after: ['b'] }),
    call('e'),
  ];
  const { statuses, records, events } = await run(calls, failing('a'));
  assert.deepEqual(statuses, { a: 'failed', b: 'notExecuted', c: 'notExecuted', d: 'done', e: 'done' });
  assert.match(records.get('c')?.detail ?? '', /because b did not succeed/);
  assert.ok(!events.some((event) => event.includes('intent') && event.includes('b')));
});

test('an answer that was lost is looked up, and what is found counts', async () => {
  const { statuses, live } = await run([call('a'), call('b', { needs: ['a'] })], (organization) => {
    failing('a', 'unknown')(organization);
    organization.onLookup = ({ id }) => ({ call: id, status: 'done', assigned: { revision: '7' } });
  });
  assert.deepEqual(statuses, { a: 'done', b: 'done' });
  assert.deepEqual([live.sent, live.lookedUp], [['a', 'b'], ['a']]);
});

test('what the look-up does not find is sent again at most twice, looked up each time', async () => {
  const { statuses, live } = await run([call('a'), call('b', { needs: ['a'] })], failing('a', 'unknown'));
  assert.deepEqual(statuses, { a: 'unknown', b: 'notExecuted' });
  assert.deepEqual(
    [live.sent, live.lookedUp],
    [
      ['a', 'a', 'a'],
      ['a', 'a', 'a'],
    ],
  );
});

test('nothing is sent again when the lease is gone meanwhile', async () => {
  const { live, stopped } = await run([call('a')], (organization, deps) => {
    failing('a', 'unknown')(organization);
    let asked = 0;
    Object.assign(deps, { lease: { isSafeToSend: () => (asked += 1) < 3, release: async () => undefined } });
  });
  assert.deepEqual(live.sent, ['a']);
  assert.equal(stopped instanceof UserError ? stopped.code : '', 'LEASE_LOST');
});

test('without the lease nothing is sent', async () => {
  const { statuses, stopped, events } = await run([call('a')], (_live, deps) => {
    Object.assign(deps, { lease: { isSafeToSend: () => false, release: async () => undefined } });
  });
  assert.deepEqual(statuses, { a: 'notExecuted' });
  assert.equal(stopped instanceof UserError ? stopped.code : '', 'LEASE_LOST');
  assert.ok(!events.some((event) => event.startsWith('intent')));
});

test('an interruption ends the run after what is under way', async () => {
  const controller = new AbortController();
  const { statuses, stopped } = await run([call('a'), call('b', { needs: ['a'] })], (live, deps) => {
    live.onSend = () => controller.abort(new UserError({ code: 'TERMINATED', message: 'x' }));
    Object.assign(deps, { signal: controller.signal });
  });
  assert.deepEqual(statuses, { a: 'done', b: 'notExecuted' });
  assert.equal(stopped instanceof UserError ? stopped.code : '', 'TERMINATED');
});

test('a refused login ends the run; any other error is the failure of its call', async () => {
  const throwing = (code: 'UNAUTHENTICATED' | 'REMOTE_FAILED') => (live: MemoryOrganization) => {
    live.onSend = (sent) => {
      if (sent.id === 'a') throw new RemoteError({ code, message: 'no', operation: 'x' });
      return undefined;
    };
  };
  const ended = await run([call('a'), call('b', { stage: 1 })], throwing('UNAUTHENTICATED'));
  assert.deepEqual(ended.statuses, { a: 'unknown', b: 'notExecuted' });
  assert.ok(ended.stopped instanceof RemoteError);
  const failed = await run([call('a'), call('b', { stage: 1 })], throwing('REMOTE_FAILED'));
  assert.deepEqual(failed.statuses, { a: 'failed', b: 'done' });
  assert.equal(failed.stopped, undefined);
});

test('a call that depends on something assigned is skipped where nothing was, and does not block', async () => {
  const rule = { onlyIfAssigned: { call: 'a', field: 'mintedKey' }, needs: ['a'] };
  const calls = [call('a'), call('b', rule), call('c', { needs: ['b'] })];
  const skipped = await run(calls);
  assert.deepEqual(skipped.statuses, { a: 'done', b: 'skipped', c: 'done' });
  assert.ok(!skipped.live.sent.includes('b'));
  const sent = await run(calls, (live) => {
    live.onSend = ({ id }) => (id === 'a' ? { call: id, status: 'done', assigned: { mintedKey: 'K' } } : undefined);
  });
  assert.deepEqual(sent.statuses, { a: 'done', b: 'done', c: 'done' });
});

test('a journal that fails ends the run, and what was done is still known', async () => {
  const { statuses, stopped } = await run([call('a'), call('b', { needs: ['a'] })], (_live, deps) => {
    const { journal } = deps;
    const intent: typeof journal.intent = async (ids) => {
      if (ids.includes('b')) throw new RemoteError({ code: 'STORE_UNREACHABLE', message: 'gone', operation: 'put' });
    };
    Object.assign(deps, { journal: { ...journal, intent } });
  });
  assert.deepEqual(statuses, { a: 'done', b: 'notExecuted' });
  assert.ok(stopped instanceof RemoteError);
});

test('a journal that fails at one outcome does not leave the other calls of the wave unheard', async () => {
  const answered = Promise.withResolvers<void>();
  const { statuses, stopped } = await run([call('a'), call('b')], (live, deps) => {
    const { journal } = deps;
    live.onSend = async ({ id }) => {
      if (id === 'b') await answered.promise;
      return { call: id, status: 'done' };
    };
    const outcome: typeof journal.outcome = async ({ call: ended }) => {
      if (ended !== 'a') return;
      setImmediate(() => answered.resolve());
      throw new RemoteError({ code: 'STORE_FULL', message: 'no room', operation: 'put' });
    };
    Object.assign(deps, { journal: { ...journal, outcome } });
  });
  assert.deepEqual(statuses, { a: 'done', b: 'done' });
  assert.ok(stopped instanceof RemoteError);
});

test('an operation that the journal could not name is heard out, and nothing is sent after it', async () => {
  const full = new UserError({ code: 'STORE_FULL', message: 'No room.' });
  const {
    statuses,
    stopped,
    events: seen,
  } = await run([call('a'), call('b', { stage: 1 })], (live, deps, events) => {
    const { journal } = deps;
    const outcome: typeof journal.outcome = async ({ operation }) => {
      if (operation !== undefined) throw full;
    };
    const send: WaveDeps['live']['send'] = async ({ id }, _filler, onOperation) => {
      events.push(`send ${id}`);
      await onOperation('operations/1');
      return { call: id, status: 'done' };
    };
    Object.assign(deps, { journal: { ...journal, outcome } });
    Object.assign(live, { send });
  });
  assert.deepEqual(statuses, { a: 'done', b: 'notExecuted' });
  assert.equal(stopped, full);
  assert.deepEqual(
    seen.filter((event) => event.startsWith('send')),
    ['send a'],
  );
});

test('calls that wait for each other end the run instead of hanging', async () => {
  const { stopped, statuses } = await run([call('x'), call('a', { needs: ['b'] }), call('b', { needs: ['a'] })]);
  assert.match(stopped?.message ?? '', /wait for each other/);
  assert.deepEqual(statuses, { x: 'done', a: 'notExecuted', b: 'notExecuted' });
});

test('an intent names at most 256 calls', async () => {
  const { events } = await run(Array.from({ length: 600 }, (_, index) => call(`c${index}`)));
  const sizes = events.filter((event) => event.startsWith('intent')).map((event) => event.split(',').length);
  assert.deepEqual(sizes, [256, 256, 88]);
});
