import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn } from './document.ts';
import { defaultSwitches, switchValues } from './switches.ts';
import { errorOf, flowFiles, proxyFiles, TestClient } from './test-client.ts';

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

test('pages of more than a hundred entries are cut, refused or given', async () => {
  const client = new TestClient();
  await client.post('/keyvaluemaps', { name: 'm', encrypted: true });
  for (let number = 0; number < 120; number += 1)
    await client.post('/keyvaluemaps/m/entries', { name: `e${number}`, value: 'x' });
  const entries = '/keyvaluemaps/m/entries';
  const count = async (query: string): Promise<number> =>
    documentsIn((await client.get(`${entries}${query}`)).body, 'keyValueEntries').length;
  assert.deepEqual([await count(''), await count('?pageSize=1000')], [100, 100]);
  client.simulator.setSwitches({ largeEntryPages: 'given' });
  assert.deepEqual([await count(''), await count('?pageSize=110'), await count('?pageSize=1000')], [100, 110, 120]);
  client.simulator.setSwitches({ largeEntryPages: 'refused' });
  assert.equal((await client.get(`${entries}?pageSize=101`)).status, 400);
  assert.deepEqual([await count(''), await count('?pageSize=100')], [100, 100]);
});

test('what is there already is refused by 409 or by 400', async () => {
  const client = new TestClient();
  const create = () => client.post('/apiproducts', { name: 'x' });
  assert.equal((await create()).status, 200);
  const conflict = await create();
  assert.deepEqual([conflict.status, errorOf(conflict)['status']], [409, 'ALREADY_EXISTS']);
  client.simulator.setSwitches({ nameClash: 'failed-precondition' });
  const refused = await create();
  assert.deepEqual([refused.status, errorOf(refused)['status']], [400, 'FAILED_PRECONDITION']);
  assert.equal(errorOf(refused)['message'], errorOf(conflict)['message']);
});

test('a flow hook may name a flow that is deployed nowhere', async () => {
  const client = new TestClient({ switches: { flowHookFlows: 'unchecked' } });
  await client.addEnvironment('test');
  const hook = '/environments/test/flowhooks/PreProxyFlowHook';
  assert.equal((await client.put(hook, { sharedFlow: 'guard' })).status, 200);
  assert.equal((await client.get(hook)).body['sharedFlow'], 'guard');
  client.simulator.setSwitches({ flowHookFlows: 'checked' });
  assert.equal((await client.put(hook, { sharedFlow: 'other' })).status, 400);
});

test('who may not see spaces is not shown what is in one, or is', async () => {
  const client = new TestClient({ seed: 'small' });
  const reads = ['proxies.list', 'sharedflows.list', 'apiproducts.list'].map((name) => `apigee.${name}`);
  const listed = async (path: string, field: string): Promise<unknown[]> =>
    documentsIn((await client.get(path)).body, field).map(({ name }) => name);
  const lists = async (): Promise<unknown[]> => [
    ...(await listed('/apis', 'proxies')),
    ...(await listed('/sharedflows', 'sharedFlows')),
    ...(await listed('/apiproducts', 'apiProduct')),
  ];
  const all = await lists();
  const inSpaces = ['payments-v2', 'error-envelope', 'payments-premium'];
  client.simulator.setTokens({ authority: () => new Set([...reads, 'apigee.spaces.get']) });
  assert.deepEqual(await lists(), all);
  client.simulator.setTokens({ authority: () => new Set(reads) });
  assert.deepEqual(
    await lists(),
    all.filter((name) => !inSpaces.includes(String(name))),
  );
  client.simulator.setSwitches({ spacesInLists: 'listed' });
  assert.deepEqual(await lists(), all);
});

test('every switch begins with the first of its values, and has another', () => {
  for (const [name, value] of Object.entries(defaultSwitches)) {
    const values = new Map<string, readonly unknown[]>(Object.entries(switchValues)).get(name);
    assert.equal(values?.[0], value, name);
    assert.ok(new Set(values).size > 1, name);
  }
});
