import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn, textIn } from '../document.ts';
import { TestClient } from '../test-client.ts';

async function withGroup(): Promise<TestClient> {
  const client = new TestClient();
  await client.post('/appgroups', { name: 'guild', displayName: 'Guild', status: 'inactive' });
  return client;
}

test('an AppGroup is created active, and its status is set by PUT with an action and no body', async () => {
  const client = await withGroup();
  assert.equal((await client.get('/appgroups/guild')).body['status'], 'active');
  assert.equal((await client.send('PUT', '/appgroups/guild?action=inactive')).status, 204);
  assert.equal((await client.get('/appgroups/guild')).body['status'], 'inactive');
  assert.equal((await client.send('PUT', '/appgroups/guild?action=asleep')).status, 400);
  assert.equal((await client.post('/appgroups', { name: 'guild' })).status, 409);
  assert.equal((await client.post('/appgroups', { name: 'other', colour: 'red' })).status, 400);
  assert.equal((await client.get('/appgroups/nobody')).status, 404);
});

test('the list of its apps has a token only when a page size is asked for', async () => {
  const client = await withGroup();
  for (const name of ['a', 'b', 'c']) await client.post('/appgroups/guild/apps', { name });
  const asked = await client.get('/appgroups/guild/apps?pageSize=2');
  assert.deepEqual([documentsIn(asked.body, 'appGroupApps').length, 'nextPageToken' in asked.body], [2, true]);
  const rest = await client.get(`/appgroups/guild/apps?pageSize=2&pageToken=${textIn(asked.body, 'nextPageToken')}`);
  assert.deepEqual(
    documentsIn(rest.body, 'appGroupApps').map((app) => app['name']),
    ['c'],
  );
  const unasked = await client.get('/appgroups/guild/apps');
  assert.ok(!('nextPageToken' in unasked.body));
  const all = await client.get('/apps?pageSize=1000&expand=true');
  assert.equal(documentsIn(all.body, 'app').filter((app) => app['appGroup'] === 'guild').length, 3);
});

test('a key of given values is born approved; one request sets scopes, attributes, products and status', async () => {
  const client = await withGroup();
  await client.post('/apiproducts', { name: 'gold', approvalType: 'manual' });
  const created = await client.post('/appgroups/guild/apps', { name: 'a' });
  assert.equal(documentsIn(created.body, 'credentials').length, 1);
  const keys = '/appgroups/guild/apps/a/keys';
  const key = { consumerKey: 'K', consumerSecret: 'S', expiresInSeconds: '60', status: 'revoked' };
  assert.equal((await client.post(keys, key)).body['status'], 'approved');
  assert.equal((await client.post(keys, key)).status, 409);
  const changed = await client.post(`${keys}/K`, {
    action: 'revoke',
    apiProducts: ['gold'],
    appGroupAppKey: { scopes: ['read'], attributes: [{ name: 'a', value: 'b' }] },
  });
  assert.deepEqual(
    [changed.body['status'], changed.body['scopes'], changed.body['apiProducts']],
    ['revoked', ['read'], [{ apiproduct: 'gold', status: 'pending' }]],
  );
  const replaced = await client.post(`${keys}/K`, { appGroupAppKey: {} });
  assert.deepEqual([replaced.body['scopes'], replaced.body['attributes']], [undefined, undefined]);
  assert.equal((await client.post(`${keys}/K`, { appGroupAppKey: { consumerSecret: 'T' } })).status, 400);
  assert.equal((await client.post(`${keys}/K`, { apiProducts: ['nothing'] })).status, 404);
  const revoke = `${keys}/K/apiproducts/gold?action=revoke`;
  assert.equal((await client.send('POST', revoke)).status, 200);
  assert.equal((await client.send('PUT', '/appgroups/guild/apps/a?action=revoke')).status, 204);
  assert.equal((await client.get('/appgroups/guild/apps/a')).body['status'], 'revoked');
});

test('a deleted AppGroup is gone at once; its name and its keys are free when the cascade has ended', async () => {
  const client = await withGroup();
  await client.post('/appgroups/guild/apps', { name: 'a' });
  await client.post('/appgroups/guild/apps/a/keys', { consumerKey: 'K', consumerSecret: 'S' });
  assert.equal((await client.send('DELETE', '/appgroups/guild')).status, 200);
  assert.equal((await client.get('/appgroups/guild/apps')).status, 404);
  assert.equal((await client.post('/appgroups', { name: 'guild' })).status, 409);
  client.simulator.settle();
  assert.equal((await client.post('/appgroups', { name: 'guild' })).status, 200);
  assert.deepEqual((await client.get('/appgroups/guild/apps')).body, {});
});
