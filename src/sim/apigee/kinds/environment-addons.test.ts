import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../test-client.ts';

const path = (environment: string): string => `/environments/${environment}/addonsConfig`;

test('both switches are set at once, what is left out is off', async () => {
  const client = new TestClient({ seed: 'small' });
  const set = (environment: string, body: unknown) => client.post(`${path(environment)}:setAddonEnablement`, body);
  const { body } = await set('prod', { apiSecurityEnabled: true });
  assert.match(String(body['name']), /operations/);
  assert.equal((await set('test', {})).status, 400, 'one operation at a time');
  client.simulator.settle();
  assert.deepEqual((await client.get(path('prod'))).body, {
    analyticsConfig: {},
    apiSecurityConfig: { enabled: true },
  });
  assert.equal((await set('dev', { analyticsEnabled: true })).status, 400, 'BASE has no analytics');
  assert.equal((await set('none', {})).status, 404);
  assert.equal((await set('prod', { monetizationEnabled: true })).status, 400);
});

test('security needs the add-on of the organization', async () => {
  const client = new TestClient({ seed: 'empty' });
  await client.addEnvironment('test');
  assert.deepEqual((await client.get(path('test'))).body, {});
  assert.equal((await client.post(`${path('test')}:setAddonEnablement`, { apiSecurityEnabled: true })).status, 400);
});
