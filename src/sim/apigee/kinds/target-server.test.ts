import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detailOf, errorOf, TestClient } from '../test-client.ts';

const servers = '/environments/test/targetservers';

async function clientWithEnvironment(): Promise<TestClient> {
  const client = new TestClient();
  await client.addEnvironment('test');
  return client;
}

test('the list is a bare array of names, [] when empty', async () => {
  const client = await clientWithEnvironment();
  assert.equal((await client.get(servers)).text, '[]');
  await client.post(`${servers}?name=b`, { host: 'b', port: 443 });
  await client.post(servers, { name: 'a', host: 'a', port: '8080' });
  assert.equal((await client.get(servers)).text, '["a","b"]');
});

test('a server gets the defaults, keeps what was sent, and int32 may be sent as text', async () => {
  const client = await clientWithEnvironment();
  const created = await client.post(servers, {
    name: 'a',
    host: 'h',
    port: '8080',
    sSLInfo: { enabled: true, ciphers: [] },
  });
  const expected = { protocol: 'HTTP', isEnabled: true, name: 'a', host: 'h', port: 8080, sSLInfo: { enabled: true } };
  assert.deepEqual(created.body, expected);
  assert.deepEqual((await client.get(`${servers}/a`)).body, expected);
});

test('an unknown field is refused with a BadRequest detail that names it, and nothing is created', async () => {
  const client = await clientWithEnvironment();
  const answer = await client.post(servers, { name: 'a', host: 'h', port: 1, sSLInfo: { enabled: true, nope: 1 } });
  assert.equal(answer.status, 400);
  assert.equal(errorOf(answer)['status'], 'INVALID_ARGUMENT');
  assert.match(String(errorOf(answer)['message']), /Unknown name "nope" at 'sSLInfo': Cannot find field/);
  assert.deepEqual(detailOf(answer, 'BadRequest')['fieldViolations'], [
    { field: 'sSLInfo', description: String(errorOf(answer)['message']) },
  ]);
  assert.match(String(detailOf(answer, 'RequestInfo')['requestId']), /^\d+$/);
  assert.equal((await client.get(`${servers}/a`)).status, 404);
});

test('wrong types, missing fields, ports out of range and taken names are refused', async () => {
  const client = await clientWithEnvironment();
  assert.equal((await client.post(servers, { name: 'a', host: 1, port: 1 })).status, 400);
  assert.equal((await client.post(servers, { name: 'a', host: 'h' })).status, 400);
  assert.equal((await client.post(servers, { name: 'a', host: 'h', port: 70_000 })).status, 400);
  assert.equal((await client.post(servers, { name: 'a', host: 'h', port: 1, protocol: 'FTP' })).status, 400);
  assert.equal((await client.post(servers, { name: 'a', host: 'h', port: 1 })).status, 200);
  const again = await client.post(servers, { name: 'a', host: 'h', port: 1 });
  assert.equal(again.status, 409);
  assert.equal(errorOf(again)['status'], 'ALREADY_EXISTS');
});

test('PUT replaces everything but the protocol, which is immutable', async () => {
  const client = await clientWithEnvironment();
  await client.post(servers, { name: 'a', host: 'h', port: 1, description: 'old', protocol: 'HTTP2' });
  assert.equal((await client.put(`${servers}/a`, { host: 'h', port: 1, protocol: 'HTTP' })).status, 400);
  const replaced = await client.put(`${servers}/a`, { name: 'a', host: 'new', port: 2, isEnabled: false });
  assert.deepEqual(replaced.body, { isEnabled: false, name: 'a', host: 'new', port: 2, protocol: 'HTTP2' });
});

test('an unknown environment answers 404', async () => {
  const client = await clientWithEnvironment();
  assert.equal((await client.get('/environments/none/targetservers')).status, 404);
  assert.equal((await client.post('/environments/none/targetservers', { name: 'a', host: 'h', port: 1 })).status, 404);
});
