import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentIn, documentsIn, textIn } from '../document.ts';
import { TestClient } from '../test-client.ts';

const contents = Buffer.from('openapi: 3.0.0').toString('base64');

test('portals have categories and one catalog item for each product, with documentation', async () => {
  const client = new TestClient();
  const [site] = documentsIn((await client.get('/sites')).body, 'data');
  const base = `/sites/${textIn(site ?? {}, 'id')}`;
  assert.equal((await client.get('/sites/none/apicategories')).status, 404);
  const category = documentIn((await client.post(`${base}/apicategories`, { name: 'Pay' })).body, 'data');
  const create = (change: object) =>
    client.post(`${base}/apidocs`, { title: 'Gold', apiProductName: 'gold', categoryIds: [category['id']], ...change });
  assert.equal((await create({})).status, 400, 'no such product');
  await client.post('/apiproducts', { name: 'gold', displayName: 'Gold' });
  await client.post('/apiproducts', { name: 'silver', displayName: 'Silver' });
  assert.equal((await create({ categoryIds: ['none'] })).status, 400);
  assert.equal((await create({ title: '' })).status, 400);
  const item = documentIn((await create({})).body, 'data');
  assert.equal((await create({})).status, 409);
  const path = `${base}/apidocs/${textIn(item, 'id')}`;
  assert.equal((await client.put(path, { title: 'x', apiProductName: 'silver' })).status, 400);
  assert.equal((await client.get(`${path}/documentation`)).body['data'], undefined);
  const patch = (body: Record<string, unknown>) => client.send('PATCH', `${path}/documentation`, { body });
  assert.equal((await patch({})).status, 400);
  assert.equal((await patch({ oasDocumentation: { spec: { displayName: 'x' } } })).status, 400);
  assert.equal((await patch({ oasDocumentation: { spec: { displayName: 'x', contents } } })).status, 200);
  const read = documentIn((await client.get(`${path}/documentation`)).body, 'data');
  assert.equal(documentIn(read, 'oasDocumentation')['format'], 'YAML');
  await client.delete(`${base}/apicategories/${textIn(category, 'id')}`);
  assert.deepEqual(documentIn((await client.get(path)).body, 'data')['categoryIds'], []);
  assert.equal((await client.delete(path)).status, 200);
  assert.equal((await client.get(path)).status, 404);
});
