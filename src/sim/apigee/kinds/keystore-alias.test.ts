import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificates } from '../seeds/certificates.ts';
import { TestClient } from '../test-client.ts';

const aliases = '/environments/test/keystores/my%20keys/aliases';

async function clientWithKeystore(): Promise<TestClient> {
  const client = new TestClient();
  await client.addEnvironment('test');
  await client.post('/environments/test/keystores', { name: 'my keys' });
  return client;
}

async function upload(client: TestClient, place: { http: string; path: string }, files: Record<string, string>) {
  const form = new FormData();
  for (const [field, text] of Object.entries(files)) form.append(field, new Blob([text]), `${field}.pem`);
  const request = new Request('http://localhost', { method: 'POST', body: form });
  const contentType = request.headers.get('content-type') ?? '';
  return client.send(place.http, place.path, { bytes: new Uint8Array(await request.arrayBuffer()), contentType });
}

test('a certificate is uploaded, described, read back as PEM, replaced and deleted', async () => {
  const client = await clientWithKeystore();
  const create = { http: 'POST', path: `${aliases}?format=keycertfile&alias=root%20ca` };
  const created = await upload(client, create, { certFile: certificates[0] });
  assert.equal(created.status, 200, created.text);
  assert.deepEqual([created.body['alias'], created.body['type']], ['root ca', 'CERT']);
  assert.match(JSON.stringify(created.body['certsInfo']), /CN=Acme Pay 1.*"isValid":"Yes"/);
  assert.equal((await client.get(aliases)).text, '["root ca"]');
  assert.equal((await client.get(`${aliases}/root%20ca/certificate`)).text, certificates[0]);
  assert.equal((await upload(client, create, { certFile: certificates[0] })).status, 409);
  await upload(client, { http: 'PUT', path: `${aliases}/root%20ca` }, { certFile: certificates[1] });
  assert.equal((await client.get(`${aliases}/root%20ca/certificate`)).text, certificates[1]);
  assert.deepEqual((await client.get('/environments/test/keystores/my%20keys')).body, {
    name: 'my keys',
    aliases: ['root ca'],
  });
  assert.equal((await client.delete(`${aliases}/root%20ca`)).status, 200);
  assert.equal((await client.get(`${aliases}/root%20ca`)).status, 404);
});

test('with a private key it is another type, and nothing answers the key', async () => {
  const client = await clientWithKeystore();
  const create = { http: 'POST', path: `${aliases}?format=keycertfile&alias=client` };
  const created = await upload(client, create, { certFile: certificates[0], keyFile: 'SECRET KEY' });
  assert.equal(created.body['type'], 'KEY_CERT');
  const answers = [await client.get(`${aliases}/client`), await client.get(`${aliases}/client/certificate`)];
  for (const { text } of [created, ...answers]) assert.doesNotMatch(text, /SECRET/);
});

test('what is no certificate, an expired one, another format and no name are refused', async () => {
  const client = await clientWithKeystore();
  const refused = async (query: string, certFile: string) => {
    const { status } = await upload(client, { http: 'POST', path: `${aliases}?${query}` }, { certFile });
    return status;
  };
  assert.equal(await refused('format=keycertfile&alias=a', 'nonsense'), 400);
  assert.equal(await refused('format=pkcs12&alias=a', certificates[0]), 400);
  assert.equal(await refused('format=keycertfile', certificates[0]), 400);
  client.simulator.clock.advance(30 * 365 * 86_400_000);
  assert.equal(await refused('format=keycertfile&alias=a', certificates[0]), 400);
  assert.equal(await refused('format=keycertfile&alias=a&ignoreExpiryValidation=true', certificates[0]), 200);
});
