import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn } from '../document.ts';
import { TestClient } from '../test-client.ts';

const role = 'roles/apigee.environmentAdmin';
const user = (name: string): string => `user:${name}@acme-pay.example`;

test('conditions are seen in version 3 only', async () => {
  const client = new TestClient({ seed: 'small' });
  const read = async (query: string) =>
    documentsIn((await client.get(`/environments/prod:getIamPolicy${query}`)).body, 'bindings');
  assert.equal((await read('?options.requestedPolicyVersion=3')).filter(({ condition }) => condition).length, 1);
  const blind = await read('');
  assert.equal(blind.filter(({ condition }) => condition).length, 0);
  assert.equal(blind.filter((binding) => String(binding['role']).includes('_withcond_')).length, 1);
  assert.equal((await client.get('/environments/prod:getIamPolicy?options.requestedPolicyVersion=2')).status, 400);
});

test('a policy is set as a whole, under its etag', async () => {
  const client = new TestClient({ seed: 'small' });
  const set = (policy: unknown) => client.post('/environments/dev:setIamPolicy', { policy });
  const { body } = await client.get('/environments/dev:getIamPolicy');
  const bindings = [{ role, members: [user('a')] }];
  const first = await set({ bindings, etag: body['etag'] });
  assert.deepEqual([first.status, first.body['bindings']], [200, bindings]);
  assert.equal((await set({ bindings, etag: body['etag'] })).status, 409);
  assert.equal((await set({})).body['bindings'], undefined);
  const condition = { title: 't', expression: 'true' };
  for (const refused of [
    { bindings: [{ role, members: ['deleted:user:a@acme-pay.example?uid=1'] }] },
    { bindings: [{ role, members: [] }] },
    { bindings: [{ role: 'admin', members: [user('a')] }] },
    { version: 1, bindings: [{ role, members: [user('a')], condition }] },
    { grants: [] },
  ]) {
    assert.equal((await set(refused)).status, 400, JSON.stringify(refused));
  }
  assert.equal((await set({ version: 3, bindings: [{ role, members: [user('a')], condition }] })).body['version'], 3);
});

test('a deployment has a policy as long as it stands, by its name or by nothing', async () => {
  const client = new TestClient({ seed: 'small' });
  const path = '/environments/prod/deployments/payments-v2:getIamPolicy';
  assert.equal((await client.get(path)).status, 200);
  assert.equal((await client.get('/environments/prod/deployments/none:getIamPolicy')).status, 404);
  client.simulator.setSwitches({ ...client.simulator.switches, deploymentIds: 'other' });
  assert.equal((await client.get(path)).status, 404);
});
