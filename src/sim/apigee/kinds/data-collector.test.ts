import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn, textIn } from '../document.ts';
import { TestClient } from '../test-client.ts';

test('collectors are listed 25 a page, whatever is asked for', async () => {
  const client = new TestClient();
  assert.equal((await client.get('/datacollectors')).text, '{}');
  for (let number = 10; number < 37; number += 1) {
    await client.post(`/datacollectors?dataCollectorId=dc_${number}`, { type: 'STRING' });
  }
  const first = await client.get('/datacollectors?pageSize=500');
  assert.equal(documentsIn(first.body, 'dataCollectors').length, 25);
  const second = await client.get(`/datacollectors?pageToken=${textIn(first.body, 'nextPageToken')}`);
  assert.deepEqual(
    documentsIn(second.body, 'dataCollectors').map((item) => item['name']),
    ['dc_35', 'dc_36'],
  );
});

test('an id that does not begin with dc_, no type, or a name that is taken are refused', async () => {
  const client = new TestClient();
  const create = (id: string, body: Record<string, unknown>) =>
    client.post(`/datacollectors?dataCollectorId=${id}`, body);
  assert.equal((await create('amount', { type: 'FLOAT' })).status, 400);
  assert.equal((await create('dc_amount', {})).status, 400);
  assert.equal((await create('dc_amount', { type: 'MONEY' })).status, 400);
  assert.equal((await create('dc_amount', { type: 'FLOAT', description: 'sums' })).status, 200);
  assert.equal((await create('dc_amount', { type: 'FLOAT' })).status, 409);
});

test('the description can be changed and emptied, the type never', async () => {
  const client = new TestClient();
  await client.post('/datacollectors?dataCollectorId=dc_a', { type: 'FLOAT', description: 'sums' });
  const patch = (mask: string, body: Record<string, unknown>) =>
    client.send('PATCH', `/datacollectors/dc_a?updateMask=${mask}`, { body });
  assert.equal((await patch('description', { description: 'x', type: 'FLOAT' })).body['description'], 'x');
  assert.equal((await patch('type', { type: 'STRING' })).status, 400);
  assert.equal((await patch('name', { name: 'dc_b' })).status, 400);
  assert.equal((await patch('description', {})).body['description'], undefined);
  assert.equal((await client.get('/datacollectors/dc_a')).body['type'], 'FLOAT');
  assert.equal((await client.delete('/datacollectors/dc_a')).status, 200);
  assert.equal((await client.get('/datacollectors/dc_a')).status, 404);
});
