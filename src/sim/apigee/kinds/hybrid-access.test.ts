import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHybridSeed } from '../seeds/index.ts';
import { TestClient } from '../test-client.ts';

const account = (name: string): string => `serviceAccount:${name}@p.iam.gserviceaccount.com`;

test('an organization of another runtime type has neither', async () => {
  const client = new TestClient({ seed: 'small' });
  assert.equal((await client.post(':getSyncAuthorization', {})).status, 400);
  assert.equal((await client.post(':setSyncAuthorization', { identities: [] })).status, 400);
  assert.equal((await client.get('/controlPlaneAccess')).status, 400);
});

test('the authorization is read by a POST that changes nothing, and set under its tag', async () => {
  const client = new TestClient({ seedFunction: (name) => createHybridSeed('empty', name) });
  const first = await client.post(':getSyncAuthorization', {});
  assert.deepEqual(first.body, { etag: 'bmV3' });
  assert.deepEqual(client.simulator.log.mutations, []);
  const set = (body: unknown) => client.post(':setSyncAuthorization', body);
  const { body } = await set({ identities: [account('a')], etag: 'bmV3' });
  assert.deepEqual(body['identities'], [account('a')]);
  assert.notEqual(body['etag'], 'bmV3');
  assert.equal((await set({ identities: [], etag: 'bmV3' })).status, 409);
  assert.equal((await set({ identities: ['user:a@b.example'] })).status, 400);
  assert.equal((await set({ identities: [] })).status, 200, 'without a tag it goes over what is there');
});

test('the lists of control plane access are changed by a mask, in an operation', async () => {
  const client = new TestClient({ seedFunction: (name) => createHybridSeed('small', name) });
  const before = (await client.get('/controlPlaneAccess')).body;
  const patch = (mask: string, body: unknown) =>
    client.send('PATCH', `/controlPlaneAccess?updateMask=${mask}`, { body });
  const { body } = await patch('watcher_identities', { watcherIdentities: [account('w')], synchronizerIdentities: [] });
  assert.match(String(body['name']), /operations/);
  client.simulator.settle();
  const after = (await client.get('/controlPlaneAccess')).body;
  assert.deepEqual(after, { ...before, watcherIdentities: [account('w')] });
  assert.equal((await patch('', {})).status, 400);
  assert.equal((await patch('name', {})).status, 400);
  assert.equal((await patch('watcher_identities', { watcherIdentities: ['allUsers'] })).status, 400);
});
