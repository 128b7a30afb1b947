import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeed } from '../seeds/index.ts';
import { targetOf } from '../seeds/seeded-target.contract.ts';
import { errorOf, TestClient } from '../test-client.ts';

const hooks = '/environments/test/flowhooks';

test('the four points are always listed, and an empty one answers without a shared flow', async () => {
  const client = new TestClient();
  await client.addEnvironment('test');
  const points = ['PostProxyFlowHook', 'PostTargetFlowHook', 'PreProxyFlowHook', 'PreTargetFlowHook'];
  assert.equal((await client.get(hooks)).text, JSON.stringify(points));
  const empty = { flowHookPoint: 'PreProxyFlowHook', continueOnError: true };
  assert.deepEqual((await client.get(`${hooks}/PreProxyFlowHook`)).body, empty);
  assert.equal((await client.get(`${hooks}/Other`)).status, 404);
  assert.equal((await client.get('/environments/none/flowhooks')).status, 404);
});

test('a shared flow that is not deployed there, none at all and an unknown field are refused', async () => {
  const client = new TestClient();
  await client.addEnvironment('test');
  const absent = await client.put(`${hooks}/PreProxyFlowHook`, { sharedFlow: 'guard' });
  assert.equal(absent.status, 400);
  assert.equal(errorOf(absent)['status'], 'FAILED_PRECONDITION');
  assert.equal((await client.put(`${hooks}/PreProxyFlowHook`, { description: 'x' })).status, 400);
  assert.equal((await client.put(`${hooks}/PreProxyFlowHook`, { sharedFlow: 'guard', other: 1 })).status, 400);
});

test('a flow that is deployed is attached and detached; while attached it cannot be undeployed', () => {
  const target = targetOf(createSeed('small', 'acme-prod'));
  const path = ['environments', 'prod', 'flowhooks', 'PostTargetFlowHook'];
  const flow = { flavour: 'sharedflow', name: 'legacy-logging', revision: '7', environment: 'prod' } as const;
  target.deploy(flow);
  target.put(path, { sharedFlow: 'legacy-logging' });
  assert.deepEqual(target.get(path), {
    flowHookPoint: 'PostTargetFlowHook',
    sharedFlow: 'legacy-logging',
    continueOnError: true,
  });
  assert.throws(() => target.undeploy(flow), /undeployment validations failed/);
  target.delete(path);
  assert.equal(target.get(path)['sharedFlow'], undefined);
  target.undeploy(flow);
});
