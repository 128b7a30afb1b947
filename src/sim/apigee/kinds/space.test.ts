import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn } from '../document.ts';
import { TestClient } from '../test-client.ts';

test('spaces are listed, made, renamed; one that is not empty stays', async () => {
  const client = new TestClient({ seed: 'small' });
  const spaces = documentsIn((await client.get('/spaces')).body, 'spaces');
  assert.deepEqual(
    spaces.map(({ name }) => name),
    ['organizations/acme/spaces/payments-team', 'organizations/acme/spaces/platform'],
  );
  const made = await client.post('/spaces?spaceId=new', { displayName: 'New' });
  assert.equal(made.body['name'], 'organizations/acme/spaces/new');
  assert.equal((await client.post('/spaces?spaceId=new', {})).status, 409);
  assert.equal((await client.post('/spaces?spaceId=No', {})).status, 400);
  const patch = (mask: string, body: unknown) => client.send('PATCH', `/spaces/new?updateMask=${mask}`, { body });
  assert.equal((await patch('display_name', { displayName: 'Other' })).body['displayName'], 'Other');
  assert.equal((await patch('name', {})).status, 400);
  assert.equal((await client.delete('/spaces/new')).status, 200);
  assert.equal((await client.get('/spaces/new')).status, 404);
  assert.equal((await client.delete('/spaces/payments-team')).status, 400);
});

test('what belongs to a space got there by creation or by a move', async () => {
  const client = new TestClient({ seed: 'small' });
  assert.equal((await client.get('/apis/payments-v2')).body['space'], 'payments-team');
  assert.equal((await client.post('/apis/payments-v2:move', { space: 'platform' })).body['space'], 'platform');
  for (const space of ['', 'none']) assert.equal((await client.post('/apis/payments-v2:move', { space })).status, 400);
  assert.equal((await client.post('/apiproducts', { name: 'p', space: 'none' })).status, 400);
  assert.equal((await client.post('/apiproducts', { name: 'p', space: 'platform' })).body['space'], 'platform');
  assert.equal((await client.put('/apiproducts/p', { name: 'p', space: 'payments-team' })).status, 400);
  assert.equal((await client.put('/apiproducts/p', { name: 'p' })).body['space'], 'platform');
  assert.equal((await client.post('/apiproducts/p:move', { space: 'payments-team' })).body['space'], 'payments-team');
});
