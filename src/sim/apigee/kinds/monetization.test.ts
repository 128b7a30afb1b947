import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn, textIn } from '../document.ts';
import { TestClient } from '../test-client.ts';

const owners = ['/developers/ada@a.example', '/appgroups/guild'] as const;

async function withOwners(): Promise<TestClient> {
  const client = new TestClient();
  await client.post(':setAddons', { addonsConfig: { monetizationConfig: { enabled: true } } });
  client.simulator.settle();
  await client.post('/apiproducts', { name: 'gold' });
  await client.post('/developers', { email: 'ada@a.example', firstName: 'A', lastName: 'B', userName: 'a' });
  await client.post('/appgroups', { name: 'guild' });
  return client;
}

test('without the add-on all of it is refused', async () => {
  const client = await withOwners();
  await client.post(':setAddons', { addonsConfig: {} });
  client.simulator.settle();
  for (const owner of owners) {
    for (const what of ['monetizationConfig', 'subscriptions', 'balance'])
      assert.equal((await client.get(`${owner}/${what}`)).status, 400);
  }
});

test('a billing type is one of two, and reads as nothing before it is set', async () => {
  const client = await withOwners();
  for (const owner of owners) {
    const path = `${owner}/monetizationConfig`;
    assert.deepEqual((await client.get(path)).body, {});
    for (const wrong of [{}, { billingType: 'BILLING_TYPE_UNSPECIFIED' }, { billingType: 'FREE' }, { colour: 'red' }])
      assert.equal((await client.put(path, wrong)).status, 400);
    assert.equal((await client.put(path, { billingType: 'PREPAID' })).status, 200);
    assert.deepEqual((await client.get(path)).body, { billingType: 'PREPAID' });
  }
  assert.equal((await client.get('/developers/none@a.example/monetizationConfig')).status, 404);
});

test('a subscription takes a published plan, and is expired once', async () => {
  const client = await withOwners();
  for (const owner of owners)
    assert.equal((await client.post(`${owner}/subscriptions`, { apiproduct: 'gold' })).status, 400);
  await client.post('/apiproducts/gold/rateplans', { state: 'PUBLISHED' });
  for (const owner of owners) {
    const path = `${owner}/subscriptions`;
    assert.equal((await client.post(path, { apiproduct: 'none' })).status, 404);
    assert.equal((await client.post(path, {})).status, 400);
    const bought = await client.post(path, { apiproduct: 'gold', startTime: '1000', name: 'mine' });
    assert.equal(bought.status, 200);
    assert.equal(bought.body['startTime'] === '1000', owner === owners[0], 'settable for developers only');
    const one = `${path}/${textIn(bought.body, 'name')}`;
    const ended = await client.post(`${one}:expire`, {});
    assert.ok(Number(ended.body['endTime']) > 0);
    assert.equal((await client.post(`${one}:expire`, {})).status, 400);
    assert.equal((await client.delete(one)).status, 404);
  }
  client.simulator.setSwitches({ pastSubscriptionStart: 'refused' });
  const path = `${owners[0]}/subscriptions`;
  assert.equal((await client.post(path, { apiproduct: 'gold', startTime: '1000' })).status, 400);
  assert.equal((await client.post(path, { apiproduct: 'gold' })).status, 200);
});

test('pages of subscriptions: by start key of developers, by token of AppGroups', async () => {
  const client = await withOwners();
  await client.post('/apiproducts/gold/rateplans', { state: 'PUBLISHED' });
  for (const owner of owners)
    for (let count = 0; count < 3; count += 1) await client.post(`${owner}/subscriptions`, { apiproduct: 'gold' });
  const first = await client.get(`${owners[0]}/subscriptions?count=2`);
  assert.equal(documentsIn(first.body, 'developerSubscriptions').length, 2);
  const rest = await client.get(`${owners[0]}/subscriptions?startKey=${textIn(first.body, 'nextStartKey')}`);
  assert.deepEqual(
    [documentsIn(rest.body, 'developerSubscriptions').length, rest.body['nextStartKey']],
    [1, undefined],
  );
  const page = await client.get(`${owners[1]}/subscriptions?pageSize=2`);
  const next = await client.get(`${owners[1]}/subscriptions?pageToken=${textIn(page.body, 'nextPageToken')}`);
  assert.deepEqual(
    [page, next].map(({ body }) => documentsIn(body, 'appGroupSubscriptions').length),
    [2, 1],
  );
});

test('a credit counts once by its transaction id; a positive adjustment lowers', async () => {
  const client = await withOwners();
  for (const owner of owners) {
    const path = `${owner}/balance`;
    assert.deepEqual((await client.get(path)).body, {});
    const amount = { currencyCode: 'EUR', units: '5', nanos: 500_000_000 };
    for (let count = 0; count < 2; count += 1)
      await client.post(`${path}:credit`, { transactionAmount: amount, transactionId: 'a' });
    await client.post(`${path}:adjust`, { adjustment: { currencyCode: 'EUR', units: '6' } });
    const [wallet] = documentsIn((await client.get(path)).body, 'wallets');
    assert.deepEqual(wallet?.['balance'], { currencyCode: 'EUR', nanos: -500_000_000 });
    const refused = [
      { transactionAmount: amount },
      { transactionAmount: { currencyCode: 'EUR' }, transactionId: 'b' },
      { transactionAmount: { currencyCode: 'euro', units: '1' }, transactionId: 'c' },
    ];
    for (const body of refused) assert.equal((await client.post(`${path}:credit`, body)).status, 400);
  }
});

test('what is billed goes with who is billed', async () => {
  const client = await withOwners();
  for (const owner of owners) {
    await client.put(`${owner}/monetizationConfig`, { billingType: 'PREPAID' });
    await client.delete(owner);
  }
  client.simulator.settle();
  await client.post('/developers', { email: 'ada@a.example', firstName: 'A', lastName: 'B', userName: 'a' });
  await client.post('/appgroups', { name: 'guild' });
  for (const owner of owners) assert.deepEqual((await client.get(`${owner}/monetizationConfig`)).body, {});
});
