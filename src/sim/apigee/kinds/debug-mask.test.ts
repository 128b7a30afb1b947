import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../test-client.ts';

async function clientWith(type: string): Promise<TestClient> {
  const client = new TestClient();
  await client.addEnvironment('test');
  await client.put('/environments/test', { type });
  return client;
}

const patch = (client: TestClient, query: string, body: Record<string, unknown>) =>
  client.send('PATCH', `/environments/test/debugmask${query}`, { body });

test('every environment of type COMPREHENSIVE has one; others refuse', async () => {
  const client = await clientWith('COMPREHENSIVE');
  assert.deepEqual(Object.keys((await client.get('/environments/test/debugmask')).body), ['name']);
  assert.match(
    String((await client.get('/environments/test/debugmask')).body['name']),
    /environments\/test\/debugmask$/,
  );
  for (const type of ['BASE', 'INTERMEDIATE']) {
    const refusing = await clientWith(type);
    assert.equal((await refusing.get('/environments/test/debugmask')).status, 400);
    assert.equal((await patch(refusing, '', { variables: ['a'] })).status, 400);
  }
  assert.equal((await client.get('/environments/none/debugmask')).status, 404);
});

test('PATCH adds to lists, unless it is told to replace them; then an empty one empties the mask', async () => {
  const client = await clientWith('COMPREHENSIVE');
  await patch(client, '', { variables: ['a'], namespaces: { s: 'urn:s' } });
  const added = await patch(client, '', { variables: ['b'], namespaces: { t: 'urn:t' } });
  assert.deepEqual(added.body['variables'], ['a', 'b']);
  assert.deepEqual(added.body['namespaces'], { s: 'urn:s', t: 'urn:t' });
  const replaced = await patch(client, '?replaceRepeatedFields=true', { variables: ['c'], requestXPaths: ['/x'] });
  assert.deepEqual([replaced.body['variables'], replaced.body['namespaces']], [['c'], undefined]);
  const named = await patch(client, '?replaceRepeatedFields=true&updateMask=requestXPaths', { requestXPaths: ['/y'] });
  assert.deepEqual([named.body['variables'], named.body['requestXPaths']], [['c'], ['/y']]);
  assert.deepEqual(Object.keys((await patch(client, '?replaceRepeatedFields=true', {})).body), ['name']);
  assert.equal((await patch(client, '', { unknown: 1 })).status, 400);
});
