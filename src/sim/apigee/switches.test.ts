import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowFiles, proxyFiles, TestClient } from './test-client.ts';

test('empty lists are left out or present, the last page has no token or an empty one', async () => {
  const client = new TestClient();
  assert.deepEqual([(await client.get('/apis')).text, (await client.get('/envgroups')).text], ['{}', '{}']);
  client.simulator.setSwitches({ emptyLists: 'present', lastPageToken: 'empty-string' });
  assert.deepEqual((await client.get('/apis')).body, { proxies: [] });
  assert.deepEqual((await client.get('/envgroups')).body, { environmentGroups: [], nextPageToken: '' });
});

test('revisions stand in numeric, lexical or descending order', async () => {
  const client = new TestClient();
  for (let number = 1; number <= 10; number += 1) await client.importFlow('f', flowFiles(String(number)));
  const order = async (): Promise<unknown> => (await client.get('/sharedflows/f')).body['revision'];
  const numeric = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'];
  assert.deepEqual(await order(), numeric);
  client.simulator.setSwitches({ revisionOrder: 'lexical' });
  assert.deepEqual(await order(), ['1', '10', '2', '3', '4', '5', '6', '7', '8', '9']);
  client.simulator.setSwitches({ revisionOrder: 'descending' });
  assert.deepEqual(await order(), numeric.toReversed());
});

test('downloads with fixed time stamps are equal byte for byte', async () => {
  const client = new TestClient({ switches: { bundleTimestamps: 'fixed' } });
  await client.importProxy('p', proxyFiles('one'));
  const path = '/apis/p/revisions/1?format=bundle';
  const first = (await client.get(path)).text;
  client.simulator.clock.advance(60_000);
  assert.equal((await client.get(path)).text, first);
});

test('environments of products may go unchecked', async () => {
  const client = new TestClient({ switches: { productEnvironments: 'unchecked' } });
  assert.equal((await client.post('/apiproducts', { name: 'x', environments: ['none'] })).status, 200);
});

test('keys may need a longer life, and an active developer', async () => {
  const client = new TestClient({ switches: { leastKeyLifetimeSeconds: 60, writesUnderInactiveDeveloper: 'refused' } });
  await client.addDeveloper('a@x.example');
  const apps = '/developers/a@x.example/apps';
  await client.post(apps, { name: 'app' });
  const create = (consumerKey: string, expiresInSeconds: number) =>
    client.post(`${apps}/app/keys`, { consumerKey, consumerSecret: 's', expiresInSeconds });
  assert.equal((await create('k', 59)).status, 400);
  assert.equal((await create('k', 60)).status, 200);
  await client.send('POST', '/developers/a@x.example?action=inactive');
  assert.equal((await create('l', 60)).status, 400);
  assert.equal((await client.post(apps, { name: 'other' })).status, 400);
  client.simulator.setSwitches({ writesUnderInactiveDeveloper: 'allowed' });
  assert.equal((await create('l', 60)).status, 200);
});
