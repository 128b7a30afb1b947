import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn } from '../document.ts';
import { errorOf, TestClient } from '../test-client.ts';

const app = '/developers/a@x.example/apps/app';
const octets = { contentType: 'application/octet-stream' };

async function clientWithApp(): Promise<TestClient> {
  const client = new TestClient();
  await client.addDeveloper('a@x.example');
  await client.post('/apiproducts', { name: 'auto' });
  await client.post('/apiproducts', { name: 'manual', approvalType: 'manual' });
  await client.post('/developers/a@x.example/apps', { name: 'app' });
  return client;
}

test('a key keeps its given values; status and products sent with it are ignored; the secret is readable', async () => {
  const client = await clientWithApp();
  const sent = {
    consumerKey: 'k-1',
    consumerSecret: 's_1',
    status: 'revoked',
    apiProducts: ['auto'],
    expiresInSeconds: '60',
  };
  const created = await client.post(`${app}/keys`, { ...sent, expiresAt: '5', scopes: ['read'] });
  const now = client.simulator.clock.nowMs();
  const expected = {
    consumerKey: 'k-1',
    consumerSecret: 's_1',
    issuedAt: String(now),
    expiresAt: String(now + 60_000),
    status: 'approved',
    scopes: ['read'],
  };
  assert.deepEqual(created.body, expected);
  assert.deepEqual((await client.get(`${app}/keys/k-1`)).body, expected);
  assert.equal((await client.post(`${app}/keys/create`, { consumerKey: 'k-2', consumerSecret: 's' })).status, 200);
  assert.equal(documentsIn((await client.get(app)).body, 'credentials').length, 3);
});

test('keys have a charset, 2 KB, one owner, and a positive lifetime', async () => {
  const client = await clientWithApp();
  const create = (more: object) => client.post(`${app}/keys`, { consumerKey: 'k', consumerSecret: 's', ...more });
  assert.equal((await create({ consumerKey: 'a b' })).status, 400);
  assert.equal((await create({ consumerKey: 'a'.repeat(2049) })).status, 400);
  assert.equal((await create({ consumerSecret: 'a/b' })).status, 400);
  assert.equal((await create({ expiresInSeconds: -5 })).status, 400);
  assert.equal((await create({ expiresInSeconds: -1 })).body['expiresAt'], '-1');
  const taken = await create({});
  assert.equal(errorOf(taken)['status'], 'ALREADY_EXISTS');
});

test('a key may be owned in another organization, unless keys are global', async () => {
  const client = await clientWithApp();
  client.simulator.addOrganization('other', 'empty');
  const other = client.simulator.target('other');
  other.post(['developers'], { email: 'o@x.example', firstName: 'O', lastName: 'O', userName: 'o' });
  other.post(['developers', 'o@x.example', 'apps'], { name: 'app' });
  other.post(['developers', 'o@x.example', 'apps', 'app', 'keys'], { consumerKey: 'k', consumerSecret: 's' });
  client.simulator.setSwitches({ consumerKeyScope: 'global' });
  assert.equal((await client.post(`${app}/keys`, { consumerKey: 'k', consumerSecret: 's' })).status, 409);
  client.simulator.setSwitches({ consumerKeyScope: 'organization' });
  assert.equal((await client.post(`${app}/keys`, { consumerKey: 'k', consumerSecret: 's' })).status, 200);
});

test('products are added by name and approved or revoked one by one', async () => {
  const client = await clientWithApp();
  await client.post(`${app}/keys`, { consumerKey: 'k', consumerSecret: 's' });
  assert.equal((await client.post(`${app}/keys/k`, { apiProducts: ['none'] })).status, 404);
  assert.equal((await client.post(`${app}/keys/k`, { apiProducts: [{ apiproduct: 'auto' }] })).status, 400);
  const added = await client.post(`${app}/keys/k`, { apiProducts: ['auto', 'manual'] });
  assert.deepEqual(added.body['apiProducts'], [
    { apiproduct: 'auto', status: 'approved' },
    { apiproduct: 'manual', status: 'pending' },
  ]);
  assert.equal((await client.send('POST', `${app}/keys/k/apiproducts/manual?action=approve`, octets)).status, 204);
  assert.equal((await client.send('POST', `${app}/keys/k/apiproducts/auto?action=revoke`, octets)).status, 204);
  assert.equal((await client.send('POST', `${app}/keys/k/apiproducts/none?action=revoke`, octets)).status, 404);
  assert.deepEqual((await client.get(`${app}/keys/k`)).body['apiProducts'], [
    { apiproduct: 'auto', status: 'revoked' },
    { apiproduct: 'manual', status: 'approved' },
  ]);
  await client.delete(`${app}/keys/k/apiproducts/auto`);
  assert.equal(documentsIn((await client.get(`${app}/keys/k`)).body, 'apiProducts').length, 1);
});

test('a key is revoked by action, its scopes are replaced by PUT, and a deleted key is free again', async () => {
  const client = await clientWithApp();
  await client.post(`${app}/keys`, { consumerKey: 'k', consumerSecret: 's', scopes: ['a', 'b'] });
  assert.equal((await client.send('POST', `${app}/keys/k?action=revoke`, octets)).status, 204);
  assert.equal((await client.get(`${app}/keys/k`)).body['status'], 'revoked');
  assert.deepEqual((await client.put(`${app}/keys/k`, { scopes: ['c'] })).body['scopes'], ['c']);
  assert.equal((await client.delete(`${app}/keys/k`)).status, 200);
  assert.equal((await client.get(`${app}/keys/k`)).status, 404);
  assert.equal((await client.post(`${app}/keys`, { consumerKey: 'k', consumerSecret: 's' })).status, 200);
});

test('a key of a deleted app is taken until the cascade has ended', async () => {
  const client = await clientWithApp();
  await client.post(`${app}/keys`, { consumerKey: 'k', consumerSecret: 's' });
  await client.delete(app);
  await client.post('/developers/a@x.example/apps', { name: 'app' });
  assert.equal((await client.post(`${app}/keys`, { consumerKey: 'k', consumerSecret: 's' })).status, 409);
  client.simulator.clock.advance(200);
  assert.equal((await client.post(`${app}/keys`, { consumerKey: 'k', consumerSecret: 's' })).status, 200);
});
