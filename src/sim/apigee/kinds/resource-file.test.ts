import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../test-client.ts';

const files = '/environments/test/resourcefiles';

async function clientWithEnvironment(): Promise<TestClient> {
  const client = new TestClient();
  await client.addEnvironment('test');
  return client;
}

function upload(client: TestClient, query: string, bytes: Uint8Array<ArrayBuffer>, http = 'POST') {
  return client.send(http, `${files}${query}`, { bytes, contentType: 'application/octet-stream' });
}

test('bytes come back as they were sent, under names with slashes and blanks', async () => {
  const client = await clientWithEnvironment();
  assert.equal((await client.get(files)).text, '{}');
  const bytes = Uint8Array.from([0, 255, 10, 13]);
  const name = encodeURIComponent('lib/a b.jar');
  assert.deepEqual((await upload(client, `?type=java&name=${name}`, bytes)).body, {
    name: 'lib/a b.jar',
    type: 'java',
  });
  assert.equal((await upload(client, `?type=java&name=${name}`, bytes)).status, 409);
  assert.deepEqual((await client.get(files)).body, { resourceFile: [{ name: 'lib/a b.jar', type: 'java' }] });
  assert.equal((await client.get(`${files}?type=js`)).text, '{}');
  assert.equal((await client.get(`${files}/java`)).body['resourceFile'] !== undefined, true);
  const got = await client.get(`${files}/java/${name}`);
  assert.equal(got.headers.get('content-type'), 'application/octet-stream');
  assert.equal(got.text, new TextDecoder().decode(bytes));
  const form = new FormData();
  form.append('file', new Blob(['second']), 'x');
  const { body, headers } = new Response(form);
  const sent = new Uint8Array(await new Response(body).arrayBuffer());
  const contentType = headers.get('content-type') ?? '';
  const put = await client.send('PUT', `${files}/java/${name}`, { bytes: sent, contentType });
  assert.equal(put.status, 200);
  assert.equal((await client.get(`${files}/java/${name}`)).text, 'second');
  assert.equal((await client.delete(`${files}/java/${name}`)).status, 200);
  assert.equal((await client.get(`${files}/java/${name}`)).status, 404);
});

test('unknown types, missing names, what is too large or one too many are refused', async () => {
  const client = await clientWithEnvironment();
  const bytes = new Uint8Array(1);
  assert.equal((await upload(client, '?type=exe&name=a', bytes)).status, 400);
  assert.equal((await upload(client, '?type=js', bytes)).status, 400);
  assert.equal((await upload(client, '?type=js&name=a', new Uint8Array(15 * 1024 * 1024 + 1))).status, 400);
  assert.equal((await upload(client, '/js/a', bytes, 'PUT')).status, 404);
  for (let number = 0; number < 100; number += 1) {
    assert.equal((await upload(client, `?type=js&name=${number}`, bytes)).status, 200);
  }
  const refused = await upload(client, '?type=js&name=101st', bytes);
  assert.equal(refused.status, 400);
  assert.match(refused.text, /already has 100 resource files/);
});

test('archive environments take none', async () => {
  const client = new TestClient();
  await client.post('/environments?name=test', { deploymentType: 'ARCHIVE' });
  client.simulator.settle();
  const refused = await upload(client, '?type=js&name=a', new Uint8Array(1));
  assert.equal(refused.status, 400);
  assert.match(refused.text, /ARCHIVE/);
});
