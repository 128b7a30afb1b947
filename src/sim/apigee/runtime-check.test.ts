import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proxyFiles, TestClient } from './test-client.ts';

const octets = { contentType: 'application/octet-stream' };
const app = '/developers/a@x.example/apps/app';

async function clientWithKey(): Promise<TestClient> {
  const client = new TestClient();
  await client.addEnvironment('test');
  await client.addEnvironment('prod');
  await client.importProxy('p', proxyFiles('one'));
  for (const name of ['test', 'prod']) await client.post(`/environments/${name}/apis/p/revisions/1/deployments`);
  const operationConfigs = [{ apiSource: 'p', operations: [{ resource: '/accounts/*' }] }];
  await client.post('/apiproducts', { name: 'x', environments: ['test'], operationGroup: { operationConfigs } });
  await client.addDeveloper('a@x.example');
  await client.post('/developers/a@x.example/apps', { name: 'app' });
  await client.post(`${app}/keys`, { consumerKey: 'k', consumerSecret: 's', expiresInSeconds: 60 });
  await client.post(`${app}/keys/k`, { apiProducts: ['x'] });
  return client;
}

function reasonOf(client: TestClient, changes: object = {}): string {
  const request = { apiKey: 'k', environment: 'test', proxy: 'p', path: '/accounts/1', ...changes };
  return client.simulator.checkRuntime(request).reason;
}

test('a good key gets through; environment, proxy, path and key must fit', async () => {
  const client = await clientWithKey();
  assert.deepEqual(
    client.simulator.checkRuntime({ apiKey: 'k', environment: 'test', proxy: 'p', path: '/accounts/1' }),
    { allowed: true, reason: 'allowed', app: 'app', product: 'x' },
  );
  assert.match(reasonOf(client, { apiKey: 'other' }), /not known/);
  assert.match(reasonOf(client, { environment: 'prod' }), /does not cover environment prod/);
  assert.match(reasonOf(client, { proxy: 'q' }), /not deployed/);
  assert.match(reasonOf(client, { path: '/accounts/1/2' }), /does not cover path/);
});

test('every status on the way counts', async () => {
  const client = await clientWithKey();
  const toggle = async (path: string, [off, on]: readonly [string, string], expected: RegExp): Promise<void> => {
    await client.send('POST', `${path}?action=${off}`, octets);
    assert.match(reasonOf(client), expected);
    await client.send('POST', `${path}?action=${on}`, octets);
    assert.equal(reasonOf(client), 'allowed');
  };
  await toggle(`${app}/keys/k`, ['revoke', 'approve'], /API key is revoked/);
  await toggle(`${app}/keys/k/apiproducts/x`, ['revoke', 'approve'], /product x is revoked for the key/);
  await toggle(app, ['revoke', 'approve'], /app is revoked/);
  await toggle('/developers/a@x.example', ['inactive', 'active'], /developer is inactive/);
  client.simulator.clock.advance(60_000);
  assert.match(reasonOf(client), /expired/);
});
