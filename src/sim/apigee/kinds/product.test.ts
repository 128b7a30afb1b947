import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn } from '../document.ts';
import { errorOf, proxyFiles, TestClient } from '../test-client.ts';

function names(body: Parameters<typeof documentsIn>[0]): unknown[] {
  return documentsIn(body, 'apiProduct').map((product) => product['name']);
}

test('pages start with the start key, inclusive, in name order; {} when empty', async () => {
  const client = new TestClient();
  assert.equal((await client.get('/apiproducts')).text, '{}');
  for (const name of ['c', 'a', 'b', 'd']) await client.post('/apiproducts', { name, displayName: name });
  assert.deepEqual(names((await client.get('/apiproducts?count=3')).body), ['a', 'b', 'c']);
  assert.deepEqual(names((await client.get('/apiproducts?count=3&startKey=c')).body), ['c', 'd']);
  assert.deepEqual(documentsIn((await client.get('/apiproducts?count=1')).body, 'apiProduct'), [{ name: 'a' }]);
  const [expanded] = documentsIn((await client.get('/apiproducts?count=1&expand=true')).body, 'apiProduct');
  assert.equal(expanded?.['displayName'], 'a');
});

test('pages hold 1000 whatever is asked for', async () => {
  const client = new TestClient();
  const target = client.simulator.target();
  for (let number = 0; number < 1001; number += 1) target.post(['apiproducts'], { name: `p${number}` });
  assert.equal(names((await client.get('/apiproducts?count=5000')).body).length, 1000);
  assert.equal(client.simulator.listingFloor().byRoute['GET ~/apiproducts'], 2);
});

test('named proxies and environments must exist, in operation groups too', async () => {
  const client = new TestClient();
  await client.addEnvironment('test');
  await client.importProxy('p', proxyFiles('one'));
  const create = (more: object) => client.post('/apiproducts', { name: 'x', ...more });
  assert.equal((await create({ proxies: ['none'] })).status, 400);
  assert.equal((await create({ environments: ['none'] })).status, 400);
  const operationConfigs = [{ apiSource: 'none', operations: [{ resource: '/' }] }];
  assert.equal((await create({ operationGroup: { operationConfigType: 'proxy', operationConfigs } })).status, 400);
  assert.equal(
    (await create({ proxies: ['p'], operationGroup: { operationConfigs: [{ apiSource: 'p' }] } })).status,
    400,
  );
  assert.equal((await create({ proxies: ['p'], environments: ['test'] })).status, 200);
  assert.equal((await create({})).status, 409);
});

test('at most 18 attributes; unknown fields and a wrong approval type are refused', async () => {
  const client = new TestClient();
  const attributes = Array.from({ length: 19 }, (_, index) => ({ name: `a${index}`, value: 'v' }));
  assert.equal((await client.post('/apiproducts', { name: 'x', attributes })).status, 400);
  assert.equal((await client.post('/apiproducts', { name: 'x', nope: 1 })).status, 400);
  assert.equal((await client.post('/apiproducts', { name: 'x', approvalType: 'maybe' })).status, 400);
  assert.equal((await client.post('/apiproducts', { name: 'x', attributes: attributes.slice(1) })).status, 200);
});

test('PUT replaces everything, times are the server’s', async () => {
  const client = new TestClient();
  const created = await client.post('/apiproducts', { name: 'x', description: 'd', createdAt: '1', quota: '10' });
  const now = String(client.simulator.clock.nowMs());
  assert.deepEqual(created.body, {
    approvalType: 'auto',
    name: 'x',
    description: 'd',
    quota: '10',
    createdAt: now,
    lastModifiedAt: now,
  });
  client.simulator.clock.advance(5);
  const replaced = await client.put('/apiproducts/x', { name: 'x', displayName: 'X' });
  assert.equal(replaced.body['description'], undefined);
  assert.equal(replaced.body['createdAt'], now);
  assert.equal(replaced.body['lastModifiedAt'], String(Number(now) + 5));
  assert.equal((await client.put('/apiproducts/x', { name: 'y' })).status, 400);
});

test('a product that a key uses cannot be deleted, unless switched', async () => {
  const client = new TestClient();
  await client.post('/apiproducts', { name: 'x' });
  await client.addDeveloper('a@x.example');
  await client.post('/developers/a@x.example/apps', { name: 'app', apiProducts: ['x'] });
  const refused = await client.delete('/apiproducts/x');
  assert.equal(errorOf(refused)['status'], 'FAILED_PRECONDITION');
  client.simulator.setSwitches({ productDeleteWhileUsed: 'allowed' });
  assert.equal((await client.delete('/apiproducts/x')).status, 200);
  assert.equal((await client.get('/apiproducts/x')).status, 404);
});

test('attributes can be listed, replaced as a whole and one by one', async () => {
  const client = new TestClient();
  await client.post('/apiproducts', { name: 'x' });
  const path = '/apiproducts/x/attributes';
  await client.post(path, {
    attribute: [
      { name: 'a', value: '1' },
      { name: 'b', value: '2' },
    ],
  });
  assert.deepEqual((await client.post(`${path}/a`, { value: '3' })).body, { value: '3', name: 'a' });
  assert.deepEqual((await client.delete(`${path}/b`)).body, { name: 'b', value: '2' });
  assert.deepEqual((await client.get(path)).body, { attribute: [{ value: '3', name: 'a' }] });
  assert.equal((await client.get(`${path}/b`)).status, 404);
});
