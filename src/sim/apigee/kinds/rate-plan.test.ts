import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn, textIn } from '../document.ts';
import { TestClient } from '../test-client.ts';

const plans = '/apiproducts/gold/rateplans';

async function withProduct(): Promise<TestClient> {
  const client = new TestClient();
  await client.post(':setAddons', { addonsConfig: { monetizationConfig: { enabled: true } } });
  client.simulator.settle();
  await client.post('/apiproducts', { name: 'gold' });
  return client;
}

test('without the add-on there are no rate plans', async () => {
  const client = new TestClient();
  await client.post('/apiproducts', { name: 'gold' });
  await client.post(':setAddons', { addonsConfig: {} });
  client.simulator.settle();
  assert.equal((await client.get(plans)).status, 400);
  assert.equal((await client.post(plans, {})).status, 400);
});

test('a plan has a name that the server gave, and is a draft unless it is published', async () => {
  const client = await withProduct();
  const created = await client.post(plans, { displayName: 'Standard', name: 'mine' });
  assert.equal(created.status, 200);
  assert.match(textIn(created.body, 'name'), /^[0-9a-f-]{36}$/);
  assert.deepEqual([created.body['state'], created.body['apiproduct']], ['DRAFT', 'gold']);
  assert.equal((await client.post(plans, { colour: 'red' })).status, 400);
  assert.equal((await client.post(plans, { apiproduct: 'silver' })).status, 400);
  assert.equal((await client.post('/apiproducts/none/rateplans', {})).status, 404);
  const path = `${plans}/${textIn(created.body, 'name')}`;
  const replaced = await client.put(path, { displayName: 'Standard', description: 'x' });
  assert.deepEqual([replaced.body['name'], replaced.body['description']], [created.body['name'], 'x']);
  assert.equal((await client.delete(path)).status, 200);
  assert.equal((await client.get(path)).status, 404);
});

test('only one plan of a product is active at a time', async () => {
  const client = await withProduct();
  const published = (startTime: string, endTime?: string) =>
    client.post(plans, { state: 'PUBLISHED', startTime, ...(endTime === undefined ? {} : { endTime }) });
  assert.equal((await published('1000', '2000')).status, 200);
  assert.equal((await published('2000')).status, 200);
  assert.equal((await published('1500', '1600')).status, 400);
  assert.equal((await published('9000')).status, 400);
  assert.equal((await client.post(plans, { state: 'DRAFT', startTime: '9000' })).status, 200);
  client.simulator.setSwitches({ pastRatePlanStart: 'refused' });
  assert.equal((await published('1', '900')).status, 400);
});

test('pages name the key of the next one; names only unless expanded', async () => {
  const client = await withProduct();
  for (const displayName of ['a', 'b', 'c']) await client.post(plans, { displayName });
  const first = await client.get(`${plans}?count=2&expand=true`);
  assert.equal(documentsIn(first.body, 'ratePlans').length, 2);
  const rest = await client.get(`${plans}?count=2&startKey=${textIn(first.body, 'nextStartKey')}`);
  assert.deepEqual(Object.keys(documentsIn(rest.body, 'ratePlans')[0] ?? {}), ['name']);
  assert.ok(!('nextStartKey' in rest.body));
  assert.deepEqual((await client.get(`${plans}?state=PUBLISHED`)).body, {});
});
