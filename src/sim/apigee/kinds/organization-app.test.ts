import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn, textIn } from '../document.ts';
import { TestClient } from '../test-client.ts';

const octets = { contentType: 'application/octet-stream' };

/** Apps `a0` to `a4`: a1 is revoked, a2 has a revoked key, a3 both. */
async function clientWithApps(): Promise<TestClient> {
  const client = new TestClient();
  await client.addDeveloper('a@x.example');
  for (let number = 0; number < 5; number += 1) {
    const path = `/developers/a@x.example/apps/a${number}`;
    const created = await client.post('/developers/a@x.example/apps', { name: `a${number}` });
    const key = String(documentsIn(created.body, 'credentials')[0]?.['consumerKey']);
    if (number === 1 || number === 3) await client.send('POST', `${path}?action=revoke`, octets);
    if (number === 2 || number === 3) await client.send('POST', `${path}/keys/${key}?action=revoke`, octets);
  }
  return client;
}

async function namesOf(client: TestClient, query: string): Promise<string[]> {
  const { body } = await client.get(`/apps?expand=true&${query}`);
  return documentsIn(body, 'app')
    .map((app) => textIn(app, 'name'))
    .toSorted((a, b) => (a < b ? -1 : 1));
}

test('status and keyStatus default to approved, so that others are hidden until asked for', async () => {
  const client = await clientWithApps();
  assert.deepEqual(await namesOf(client, ''), ['a0', 'a4']);
  assert.deepEqual(await namesOf(client, 'status=revoked'), ['a1']);
  assert.deepEqual(await namesOf(client, 'keyStatus=revoked'), ['a2']);
  assert.deepEqual(await namesOf(client, 'status=revoked&keyStatus=revoked'), ['a3']);
  assert.equal((await client.get('/apps?status=odd')).status, 400);
  assert.equal(client.simulator.listingFloor().byRoute['GET ~/apps'], 4);
  client.simulator.setSwitches({ appListFilters: 'ignored' });
  assert.deepEqual(await namesOf(client, 'status=revoked'), ['a0', 'a1', 'a2', 'a3', 'a4']);
  assert.equal(client.simulator.listingFloor().byRoute['GET ~/apps'], 1);
});

test('pageSize gives a token and the total, rows an inclusive start key and neither', async () => {
  const client = await clientWithApps();
  client.simulator.setSwitches({ appListFilters: 'ignored' });
  const first = await client.get('/apps?pageSize=2');
  assert.equal(first.body['totalSize'], 5);
  const ids = documentsIn(first.body, 'app').map((app) => String(app['appId']));
  assert.equal(ids.length, 2);
  assert.deepEqual(Object.keys(documentsIn(first.body, 'app')[0] ?? {}), ['appId']);
  const second = await client.get(`/apps?pageSize=2&pageToken=${String(first.body['nextPageToken'])}`);
  assert.equal(
    documentsIn(second.body, 'app').some((app) => ids.includes(String(app['appId']))),
    false,
  );
  const rows = await client.get(`/apps?rows=2&startKey=${ids[1]}`);
  assert.equal(documentsIn(rows.body, 'app')[0]?.['appId'], ids[1]);
  assert.equal(rows.body['nextPageToken'], undefined);
  assert.equal((await client.get('/apps?pageSize=2&pageToken=nonsense')).status, 400);
});

test('expanded apps carry credentials, unless switched or asked not to', async () => {
  const client = await clientWithApps();
  const credentials = async (query: string): Promise<unknown> => {
    return documentsIn((await client.get(`/apps?expand=true${query}`)).body, 'app')[0]?.['credentials'];
  };
  assert.notEqual(await credentials(''), undefined);
  assert.equal(await credentials('&includeCred=false'), undefined);
  client.simulator.setSwitches({ expandedAppCredentials: 'with-includeCred' });
  assert.equal(await credentials(''), undefined);
  assert.notEqual(await credentials('&includeCred=true'), undefined);
});

test('a filter that is not modelled is refused by name', async () => {
  const client = new TestClient();
  assert.equal((await client.get('/apps?filter=x')).status, 501);
  assert.equal((await client.get('/apps')).text, '{}');
});
