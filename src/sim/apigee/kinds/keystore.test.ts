import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorOf, TestClient } from '../test-client.ts';

const keystores = '/environments/test/keystores';
const references = '/environments/test/references';

async function clientWithEnvironment(): Promise<TestClient> {
  const client = new TestClient();
  await client.addEnvironment('test');
  return client;
}

test('keystores are listed as a bare array, created by query or body, and cannot be created twice', async () => {
  const client = await clientWithEnvironment();
  assert.equal((await client.get(keystores)).text, '[]');
  assert.equal((await client.post(keystores, { name: 'my keys' })).status, 200);
  assert.equal((await client.post(`${keystores}?name=other`)).status, 200);
  assert.equal((await client.get(keystores)).text, '["my keys","other"]');
  assert.deepEqual((await client.get(`${keystores}/my%20keys`)).body, { name: 'my keys' });
  assert.equal((await client.post(keystores, { name: 'other' })).status, 409);
  assert.equal((await client.post(keystores, { name: 'x', nope: 1 })).status, 400);
  assert.equal((await client.post(keystores, { name: 'a/b' })).status, 400);
  assert.equal((await client.get(`${keystores}/none`)).status, 404);
});

test('a reference needs its keystore in the same environment, and keeps it from being deleted', async () => {
  const client = await clientWithEnvironment();
  const body = { name: 'keys', refers: 'one', resourceType: 'KeyStore' };
  assert.equal((await client.post(references, body)).status, 400);
  await client.post(keystores, { name: 'one' });
  assert.deepEqual((await client.post(references, body)).body, body);
  assert.equal((await client.post(references, body)).status, 409);
  assert.equal((await client.post(references, { ...body, name: 'x', resourceType: 'Other' })).status, 400);
  const kept = await client.delete(`${keystores}/one`);
  assert.equal(errorOf(kept)['status'], 'FAILED_PRECONDITION');
  assert.equal((await client.delete(`${references}/keys`)).status, 200);
  assert.equal((await client.delete(`${keystores}/one`)).status, 200);
});

test('PUT replaces a reference as a whole', async () => {
  const client = await clientWithEnvironment();
  await client.post(keystores, { name: 'one' });
  await client.post(keystores, { name: 'two' });
  await client.post(references, { name: 'keys', refers: 'one', resourceType: 'KeyStore', description: 'old' });
  const replaced = { name: 'keys', refers: 'two', resourceType: 'TrustStore' };
  assert.equal((await client.put(`${references}/keys`, { ...replaced, refers: 'three' })).status, 400);
  assert.equal((await client.put(`${references}/keys`, replaced)).status, 200);
  assert.deepEqual((await client.get(`${references}/keys`)).body, replaced);
});

test('a target server names keystores and references that are there, unless the switch says that nobody looks', async () => {
  const client = await clientWithEnvironment();
  const server = {
    name: 's',
    host: 'h',
    port: 1,
    sSLInfo: { enabled: true, keyStore: 'ref://keys', trustStore: 'one' },
  };
  const servers = '/environments/test/targetservers';
  assert.equal((await client.post(servers, server)).status, 400);
  await client.post(keystores, { name: 'one' });
  assert.equal((await client.post(servers, server)).status, 400);
  await client.post(references, { name: 'keys', refers: 'one', resourceType: 'KeyStore' });
  assert.equal((await client.post(servers, server)).status, 200);
  client.simulator.setSwitches({ targetServerKeystores: 'unchecked' });
  assert.equal(
    (await client.put(`${servers}/s`, { ...server, sSLInfo: { enabled: true, keyStore: 'gone' } })).status,
    200,
  );
});
