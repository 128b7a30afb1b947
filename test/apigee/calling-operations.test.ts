import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { JsonObject } from '../../src/core/json.ts';
import { kinds } from '../../src/core/kinds/index.ts';
import type { FaultRule } from '../../src/sim/apigee/index.ts';
import { nothing, planned, type SendingSimulation, silent, startSendingSimulation } from './calling.fixture.ts';
import { readAll } from './live-organization.ts';

describe('operations of a simulated organization', () => {
  let simulation: SendingSimulation;
  let inRun: SendingSimulation['inRun'];
  let mutations: SendingSimulation['mutations'];

  before(async () => {
    simulation = await startSendingSimulation();
    ({ inRun, mutations } = simulation);
  });
  beforeEach(() => simulation.sim.simulator.setFaults([]));
  after(() => simulation.sim.close());

  test('long-running operations go one after the other and are named before they are awaited', async () => {
    const environment = (name: string) =>
      planned({
        id: `environments/${name}#create`,
        method: 'POST',
        path: ['environments'],
        query: { name },
        body: { type: 'json', value: { name } },
        longRunning: true,
        lookup: { type: 'get', path: [`environments/${name}`] },
      });
    simulation.sim.simulator.log.reset();
    const operations: string[] = [];
    const outcomes = await inRun((live) =>
      Promise.all(
        ['one', 'two', 'three'].map((name) =>
          live.send(environment(name), nothing, async (operation) => void operations.push(operation)),
        ),
      ),
    );
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['done', 'done', 'done'],
    );
    assert.equal(new Set(operations).size, 3);
    assert.deepEqual(
      outcomes.map(({ operation }) => operation),
      operations,
    );
    assert.deepEqual(
      mutations().map(({ status }) => status),
      [200, 200, 200],
    );
  });

  test('the lock of somebody else’s operation is waited out', async () => {
    const lock: FaultRule = {
      fault: { kind: 'status', status: 400, message: 'the resource is locked by another operation "7"' },
      http: 'POST',
      count: 6,
    };
    simulation.sim.simulator.setFaults([lock]);
    const call = planned({
      method: 'POST',
      path: ['environments'],
      query: { name: 'four' },
      body: { type: 'json', value: { name: 'four' } },
      longRunning: true,
      lookup: { type: 'get', path: ['environments/four'] },
    });
    assert.equal((await inRun((live) => live.send(call, nothing, silent))).status, 'done');
  });

  test('what the organization has of add-ons is asked once, and again when a call may have changed it', async () => {
    const before: JsonObject = { ...Object(simulation.sim.simulator.target().get([])['addonsConfig']) };
    const kind = kinds['security-profile'];
    const [id = ''] = (await inRun((live) => readAll(live, { only: [kind.name] }))).resources.keys();
    const setAddons = (more: JsonObject) =>
      planned({
        resource: 'organization',
        kind: 'organization',
        method: 'POST',
        path: [':setAddons'],
        body: { type: 'json', value: { addonsConfig: { ...before, ...more } } },
        longRunning: true,
      });
    await inRun(async (live) => {
      const profileReads = () =>
        simulation.sim.simulator.log.entries.filter(({ path }) => path.endsWith('/acme-prod')).length;
      const stateOf = async () => (await live.readOne([{ id, kind }])).get(id)?.state;
      simulation.sim.simulator.log.reset();
      assert.deepEqual([await stateOf(), await stateOf()], ['present', 'present']);
      assert.equal(profileReads(), 1);
      const off = await live.send(setAddons({ apiSecurityConfig: { enabled: false } }), nothing, silent);
      assert.equal(off.status, 'done', off.detail);
      assert.deepEqual([await stateOf(), profileReads()], ['absent', 2]);
      const on = await live.send(setAddons({}), nothing, silent);
      assert.equal(on.status, 'done', on.detail);
      assert.deepEqual([await stateOf(), await stateOf(), profileReads()], ['present', 'present', 3]);
    });
  });
});
