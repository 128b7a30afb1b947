import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn } from '../document.ts';
import { detailOf, errorOf, TestClient } from '../test-client.ts';

const apps = '/developers/a@x.example/apps';

async function clientWithDeveloper(): Promise<TestClient> {
  const client = new TestClient();
  await client.addDeveloper('a@x.example');
  await client.post('/apiproducts', { name: 'auto' });
  await client.post('/apiproducts', { name: 'manual', approvalType: 'manual' });
  return client;
}

test('creating an app mints a key with its products, pending where approved by hand', async () => {
  const client = await clientWithDeveloper();
  const sent = { name: 'app', apiProducts: ['auto', 'manual'], keyExpiresIn: '1000', appId: 'mine', status: 'revoked' };
  const created = await client.post(apps, sent);
  assert.match(String(created.body['appId']), /^[0-9a-f-]{36}$/);
  assert.equal(created.body['status'], 'approved');
  assert.equal(created.body['apiProducts'], undefined);
  const [credential, ...others] = documentsIn(created.body, 'credentials');
  assert.equal(others.length, 0);
  assert.match(String(credential?.['consumerKey']), /^[A-Za-z0-9]{48}$/);
  assert.equal(credential?.['expiresAt'], String(client.simulator.clock.nowMs() + 1000));
  assert.deepEqual(credential?.['apiProducts'], [
    { apiproduct: 'auto', status: 'approved' },
    { apiproduct: 'manual', status: 'pending' },
  ]);
  assert.equal((await client.post(apps, { name: 'app' })).status, 409);
  assert.equal((await client.post(apps, { name: 'b', apiProducts: ['none'] })).status, 404);
});

test('without products a key is minted too, unless switched', async () => {
  const client = await clientWithDeveloper();
  const [minted] = documentsIn((await client.post(apps, { name: 'a' })).body, 'credentials');
  assert.equal(minted?.['expiresAt'], '-1');
  client.simulator.setSwitches({ keyOnAppCreate: 'with-products' });
  assert.deepEqual(documentsIn((await client.post(apps, { name: 'b' })).body, 'credentials'), []);
});

test('PUT replaces attributes and mints another key only with products', async () => {
  const client = await clientWithDeveloper();
  await client.post(apps, { name: 'app', callbackUrl: 'https://a', attributes: [{ name: 'x', value: 'y' }] });
  const plain = await client.put(`${apps}/app`, { name: 'app' });
  assert.equal(documentsIn(plain.body, 'credentials').length, 1);
  assert.equal(plain.body['attributes'], undefined);
  assert.equal(plain.body['callbackUrl'], undefined);
  const minting = await client.put(`${apps}/app`, { apiProducts: ['auto'] });
  assert.equal(documentsIn(minting.body, 'credentials').length, 2);
});

test('the status changes by action with an empty answer', async () => {
  const client = await clientWithDeveloper();
  await client.post(apps, { name: 'app' });
  const contentType = 'application/octet-stream';
  assert.equal((await client.send('POST', `${apps}/app?action=revoke`, { contentType })).status, 204);
  assert.equal((await client.get(`${apps}/app`)).body['status'], 'revoked');
  assert.equal((await client.send('POST', `${apps}/app?action=delete`, { contentType })).status, 400);
  const minted = await client.post(`${apps}/app`, { apiProducts: ['auto'] });
  assert.equal(documentsIn(minted.body, 'credentials').length, 2);
});

test('an unknown app is named in the service’s words and type', async () => {
  const client = await clientWithDeveloper();
  const answer = await client.get(`${apps}/none`);
  assert.equal(answer.status, 404);
  assert.equal(errorOf(answer)['message'], 'App named none does not exist under a@x.example');
  const [violation] = documentsIn(detailOf(answer, 'PreconditionFailure'), 'violations');
  assert.equal(violation?.['type'], 'developer.service.AppDoesNotExist');
});

test('lists: the name under appId, 100 without count, start key inclusive, shallow and whole', async () => {
  const client = await clientWithDeveloper();
  for (let number = 100; number < 205; number += 1) await client.post(apps, { name: `app ${number}` });
  const listed = documentsIn((await client.get(apps)).body, 'app');
  assert.equal(listed.length, 100);
  assert.deepEqual(listed[0], { appId: 'app 100' });
  const rest = documentsIn((await client.get(`${apps}?count=1000&startKey=app%20199`)).body, 'app');
  assert.deepEqual([rest.length, rest[0]], [6, { appId: 'app 199' }]);
  const [shallow] = documentsIn((await client.get(`${apps}?count=1&shallowExpand=true`)).body, 'app');
  assert.equal(shallow?.['name'], 'app 100');
  assert.match(String(shallow?.['appId']), /^[0-9a-f-]{36}$/);
  const whole = documentsIn((await client.get(`${apps}?expand=true`)).body, 'app');
  assert.equal(whole.length, 105);
  assert.equal(documentsIn(whole[0] ?? {}, 'credentials').length, 1);
  const owner = (await client.get('/developers/a@x.example')).body;
  assert.equal(Array.isArray(owner['apps']) ? owner['apps'].length : 0, 100);
});

test('app names are decoded once', async () => {
  const client = await clientWithDeveloper();
  await client.post(apps, { name: 'a+b %40' });
  assert.equal((await client.get(`${apps}/${encodeURIComponent('a+b %40')}`)).status, 200);
  client.simulator.setSwitches({ appNameDecoding: 'as-developer-ids' });
  assert.equal((await client.get(`${apps}/${encodeURIComponent('a+b %40')}`)).status, 404);
});
