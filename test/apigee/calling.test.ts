import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { HoleFiller } from '../../src/app/ports/organization.ts';
import { kinds } from '../../src/core/kinds/index.ts';
import {
  nothing,
  planned,
  proxyFiles,
  type SendingSimulation,
  silent,
  startSendingSimulation,
} from './calling.fixture.ts';

const server = { name: 'fresh', host: 'fresh.example', port: 443 };

describe('sending planned calls to a simulated organization', () => {
  let simulation: SendingSimulation;
  let inRun: SendingSimulation['inRun'];
  let mutations: SendingSimulation['mutations'];
  let hidden: readonly string[];

  before(async () => {
    simulation = await startSendingSimulation();
    ({ inRun, mutations, hidden } = simulation);
  });
  beforeEach(() => simulation.sim.simulator.setFaults([]));
  after(() => simulation.sim.close());

  test('a create is sent once; the same again is a conflict, named, not thrown', async () => {
    const call = planned({
      method: 'POST',
      path: ['environments/test/targetservers'],
      body: { type: 'json', value: server },
      lookup: { type: 'get', path: ['environments/test/targetservers/fresh'] },
    });
    const first = await inRun((live) => live.send(call, nothing, silent));
    assert.deepEqual(first, { call: 'x#step', status: 'done' });
    const second = await inRun((live) => live.send(call, nothing, silent));
    assert.equal(second.status, 'failed');
    assert.match(second.detail ?? '', /^REMOTE_CONFLICT: POST environments\/test\/targetservers was answered 409/);
  });

  for (const nameClash of ['conflict', 'failed-precondition'] as const) {
    test(`a create whose answer was lost did it when the next one is refused (${nameClash})`, async () => {
      simulation.sim.simulator.setSwitches({ nameClash });
      const name = `once-${nameClash}`;
      const call = planned({
        method: 'POST',
        path: ['environments/test/targetservers'],
        body: { type: 'json', value: { ...server, name } },
        lookup: { type: 'get', path: [`environments/test/targetservers/${name}`] },
      });
      const drop = { kind: 'drop', when: 'after-commit' } as const;
      simulation.sim.simulator.setFaults([{ fault: drop, http: 'POST', nth: 1 }]);
      await inRun(async (live) => {
        assert.equal((await live.send(call, nothing, silent)).status, 'unknown');
        assert.equal((await live.send(call, nothing, silent)).status, 'done');
      });
      await inRun(async (live) => assert.equal((await live.send(call, nothing, silent)).status, 'failed'));
      const group = nameClash === 'conflict' ? 'internal' : 'public';
      const attachment = planned({
        method: 'POST',
        path: [`envgroups/${group}/attachments`],
        body: { type: 'json', value: { environment: 'workbench' } },
        longRunning: true,
        tolerates: [409],
        lookup: { type: 'resource', id: `envgroups/${group}/attachments/workbench` },
      });
      simulation.sim.simulator.setFaults([{ fault: drop, http: 'POST', nth: 1 }]);
      await inRun(async (live) => {
        assert.equal((await live.send(attachment, nothing, silent)).status, 'unknown');
        assert.equal((await live.send(attachment, nothing, silent)).status, 'done');
        assert.equal((await live.lookup(attachment, nothing)).status, 'done');
      });
      simulation.sim.simulator.setSwitches({ nameClash: 'conflict' });
    });
  }

  test('that something is attached already is looked up, for a service in the way may say the same', async () => {
    const path = ['envgroups', 'partners', 'attachments'];
    const attachment = planned({
      method: 'POST',
      path: [path.join('/')],
      body: { type: 'json', value: { environment: 'dev' } },
      longRunning: true,
      tolerates: [409],
      lookup: { type: 'resource', id: `${path.join('/')}/dev` },
    });
    simulation.sim.simulator.setFaults([{ fault: { kind: 'status', status: 409 }, http: 'POST' }]);
    const refused = await inRun((live) => live.send(attachment, nothing, silent));
    assert.deepEqual([refused.status, refused.detail?.split(':')[0]], ['failed', 'REMOTE_CONFLICT']);
    simulation.sim.simulator.setFaults([]);
    for (const time of ['first', 'second'])
      assert.equal((await inRun((live) => live.send(attachment, nothing, silent))).status, 'done', time);
  });

  test('a change of state whose answer was lost took effect if the field says so', async () => {
    const path = ['environments/test/targetservers/fresh'];
    const call = (value: string) =>
      planned({ method: 'PUT', path, lookup: { type: 'get', path, expect: { field: 'host', value } } });
    await inRun(async (live) => {
      assert.equal((await live.lookup(call('fresh.example'), nothing)).status, 'done');
      assert.equal((await live.lookup(call('other.example'), nothing)).status, 'notExecuted');
    });
  });

  test('an import whose answer was lost is found by its content and not sent twice', async () => {
    const id = await digestId();
    const call = planned({
      method: 'POST',
      path: ['apis'],
      query: { action: 'import', name: 'fresh' },
      body: { type: 'bundle', id },
      action: 'import',
      assigns: { revision: { path: 'revision', secret: false } },
      lookup: { type: 'revision', id },
    });
    await inRun(async (live) => {
      assert.equal((await live.lookup(call, nothing)).status, 'notExecuted');
      simulation.sim.simulator.log.reset();
      simulation.sim.simulator.setFaults([{ fault: { kind: 'drop', when: 'after-commit' }, http: 'POST', nth: 1 }]);
      assert.equal((await live.send(call, nothing, silent)).status, 'unknown');
      assert.deepEqual(await live.lookup(call, nothing), {
        call: 'x#step',
        status: 'done',
        assigned: { revision: '1' },
      });
      assert.equal(mutations().length, 1);
      const [reading] = (await live.readOne([{ id, kind: kinds['proxy-revision'] }])).values();
      assert.equal(reading?.state, 'present');
      const again = await live.send(call, nothing, silent);
      assert.deepEqual(again.assigned, { revision: '2' });
    });
  });

  /** The id that the test's bundle has once it is imported. */
  async function digestId(): Promise<string> {
    const { digestBundle } = await import('../../src/apigee/bundle-digest.ts');
    const { testHasher } = await import('./live-organization.ts');
    return `apis/fresh/revisions/~${digestBundle(proxyFiles, testHasher)}`;
  }

  test('an import that never arrived is reported as not executed', async () => {
    const id = 'apis/never/revisions/~00000000000000000000000000000000';
    const call = planned({
      method: 'POST',
      path: ['apis'],
      query: { action: 'import', name: 'never' },
      body: { type: 'bundle', id },
      lookup: { type: 'revision', id },
    });
    simulation.sim.simulator.setFaults([{ fault: { kind: 'drop', when: 'before-commit' }, http: 'POST', nth: 1 }]);
    await inRun(async (live) => {
      assert.equal((await live.send(call, nothing, silent)).status, 'unknown');
      assert.equal((await live.lookup(call, nothing)).status, 'notExecuted');
    });
  });

  const deploy = planned({
    method: 'POST',
    path: [
      'environments/test/apis/fresh/revisions/',
      { hole: 'assigned', call: 'i', field: 'revision' },
      '/deployments',
    ],
    query: { override: 'true' },
    body: { type: 'empty' },
    action: 'deploy',
    awaitReady: [
      'environments/test/apis/fresh/revisions/',
      { hole: 'assigned', call: 'i', field: 'revision' },
      '/deployments',
    ],
    lookup: { type: 'get', path: ['environments/test/apis/fresh/revisions/1/deployments'] },
  });
  const imported: HoleFiller = { ...nothing, assigned: () => '1' };

  test('a deployment is awaited until it is ready', async () => {
    simulation.sim.simulator.log.reset();
    assert.deepEqual(await inRun((live) => live.send(deploy, imported, silent)), { call: 'x#step', status: 'done' });
    const [status] = simulation.sim.simulator.log.entries.filter((entry) => entry.http === 'GET').slice(-1);
    assert.match(status?.path ?? '', /revisions\/1\/deployments$/);
    const state =
      simulation.sim.simulator.log.counts()[
        'GET ~/environments/{environmentsId}/apis/{apisId}/revisions/{revisionsId}/deployments'
      ];
    assert.ok((state ?? 0) >= 1);
  });

  test('where no runtime reports, a deployment is given up after a time, or not awaited', async () => {
    simulation.sim.simulator.setTimings({ deploymentMs: 1_000_000 });
    const readyTimes = { firstPollMs: 5, longestPollMs: 10, limitMs: 40, unknownMs: 40 };
    const again = {
      ...deploy,
      path: ['environments/dev/apis/fresh/revisions/1/deployments'],
      awaitReady: ['environments/dev/apis/fresh/revisions/1/deployments'],
    };
    const late = await inRun((live) => live.send(again, imported, silent), { readyTimes });
    assert.equal(late.status, 'failed');
    assert.match(late.detail ?? '', /^OPERATION_TIMEOUT: The deployment is still PROGRESSING/);
    const unawaited = await inRun((live) => live.send(again, imported, silent), { noWait: true });
    assert.equal(unawaited.status, 'done');
    assert.match(unawaited.detail ?? '', /not awaited/);
    simulation.sim.simulator.setTimings({ deploymentMs: 20 });
  });

  test('a delete of what is gone already is done, other refusals are failures', async () => {
    const path = ['environments/test/targetservers/never-there'];
    const tolerant = planned({ method: 'DELETE', path, action: 'delete', tolerates: [404] });
    assert.equal((await inRun((live) => live.send(tolerant, nothing, silent))).status, 'done');
    const strict = planned({ method: 'DELETE', path, action: 'delete' });
    assert.equal((await inRun((live) => live.send(strict, nothing, silent))).status, 'failed');
  });

  test('a secret is filled in, hidden before it is sent, and in no outcome', async () => {
    const secretive: HoleFiller = { ...nothing, secret: async (_id, name) => `sesame-${name}/+` };
    const call = planned({
      method: 'POST',
      path: ['developers/a%2540b.example/apps/a/keys/', { hole: 'secret', id: 'k', name: 'consumerKey' }],
      body: { type: 'json', value: { apiProducts: [{ $hole: { hole: 'secret', id: 'k', name: 'consumerSecret' } }] } },
    });
    simulation.sim.simulator.log.reset();
    const outcome = await inRun((live) => live.send(call, secretive, silent));
    assert.equal(outcome.status, 'failed');
    assert.doesNotMatch(JSON.stringify(outcome), /sesame/);
    assert.ok(hidden.includes('sesame-consumerKey/+') && hidden.includes('sesame-consumerSecret/+'));
    assert.match(mutations()[0]?.path ?? '', /keys\/sesame-consumerKey%2F%2B$/);
  });

  test('refused credentials end the run', async () => {
    simulation.sim.simulator.setFaults([{ fault: { kind: 'status', status: 401 } }]);
    const call = planned({
      method: 'PUT',
      path: ['environments/test/targetservers/fresh'],
      body: { type: 'json', value: server },
    });
    await assert.rejects(
      inRun((live) => live.send(call, nothing, silent)),
      { code: 'UNAUTHENTICATED' },
    );
  });
});
