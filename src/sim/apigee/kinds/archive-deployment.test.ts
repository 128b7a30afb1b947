import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeArchive } from '../bundle-archive.ts';
import { filesOfTexts } from '../bundle-files.ts';
import { errorOf, type TestAnswer, TestClient } from '../test-client.ts';

const archives = '/environments/bench/archiveDeployments';
const files = { 'src/main/apigee/environments/bench/deployments.json': '{}' };
const zip = writeArchive(filesOfTexts(files), 0);
const range = { 'x-goog-content-length-range': '0,1073741824' };

async function clientWithEnvironment(): Promise<TestClient> {
  const client = new TestClient();
  await client.post('/environments?name=bench', { deploymentType: 'ARCHIVE' });
  client.simulator.settle();
  await client.addEnvironment('test');
  return client;
}

async function uploadUrl(client: TestClient): Promise<string> {
  const { body } = await client.post(`${archives}:generateUploadUrl`, {});
  const url = new URL(String(body['uploadUri']));
  return url.pathname + url.search;
}

function put(client: TestClient, target: string, more: object = {}): Promise<TestAnswer> {
  return client.raw('PUT', target, {
    token: null,
    bytes: zip,
    contentType: 'application/zip',
    headers: range,
    ...more,
  });
}

async function deploy(client: TestClient, bytes = zip, labels?: object): Promise<TestAnswer> {
  const url = await uploadUrl(client);
  assert.equal((await put(client, url, { bytes })).status, 200);
  const answer = await client.post(archives, { gcs_uri: `http://127.0.0.1${url}`, ...(labels && { labels }) });
  assert.equal(answer.status, 200, answer.text);
  client.simulator.settle();
  return answer;
}

async function listed(client: TestClient): Promise<readonly { readonly [field: string]: unknown }[]> {
  const { body } = await client.get(archives);
  const items = body['archiveDeployments'];
  return Array.isArray(items) ? items : [];
}

test('an archive is uploaded without a token, deployed by an operation, and downloaded again', async () => {
  const client = await clientWithEnvironment();
  assert.equal((await client.get(archives)).text, '{}');
  const operation = await deploy(client, zip, { build: '7' });
  const [archive] = await listed(client);
  assert.match(
    String(archive?.['name']),
    /^organizations\/acme\/environments\/bench\/archiveDeployments\/[a-z0-9]{18}$/,
  );
  assert.deepEqual(Object.keys(archive ?? {}).sort(), ['createdAt', 'labels', 'name', 'operation', 'updatedAt']);
  assert.equal(archive?.['operation'], operation.body['name']);
  const path = `/v1/${String(archive?.['name'])}`;
  assert.deepEqual((await client.raw('GET', path)).body, archive);
  const { body } = await client.raw('POST', `${path}:generateDownloadUrl`, { body: {} });
  const url = new URL(String(body['downloadUri']));
  const got = await client.raw('GET', url.pathname + url.search, { token: null });
  assert.equal(got.status, 200);
  assert.equal(got.text, new TextDecoder().decode(zip));
  const patched = await client.raw('PATCH', path, { body: { labels: { build: '8' } } });
  assert.deepEqual(patched.body['labels'], { build: '8' });
  assert.deepEqual((await client.raw('DELETE', path)).body, {});
  assert.deepEqual(await listed(client), []);
});

test('a signed URL takes no token, no other headers, no other method, and no later date', async () => {
  const client = await clientWithEnvironment();
  const url = await uploadUrl(client);
  assert.match((await put(client, url, { token: 'token' })).text, /AccessDenied/);
  assert.match((await put(client, url, { headers: {} })).text, /SignatureDoesNotMatch/);
  assert.match((await put(client, url, { contentType: 'application/octet-stream' })).text, /SignatureDoesNotMatch/);
  assert.match((await client.raw('GET', url, { token: null })).text, /SignatureDoesNotMatch/);
  assert.match((await put(client, url.replace(/[^/]+\.zip/, 'other.zip'))).text, /SignatureDoesNotMatch/);
  assert.equal((await put(client, url)).status, 200);
  client.simulator.clock.advance(16 * 60_000);
  const late = await put(client, url);
  assert.equal(late.status, 400);
  assert.match(late.text, /ExpiredToken/);
});

test('what holds nothing where archives have their files ends as a failed operation, and stays in the list', async () => {
  const client = await clientWithEnvironment();
  const operation = await deploy(client, writeArchive(filesOfTexts({ 'apiproxy/p.xml': '<APIProxy/>' }), 0));
  const { body } = await client.raw('GET', `/v1/${String(operation.body['name'])}`);
  assert.equal(body['done'], true);
  assert.equal(errorOf({ ...operation, body })['code'], 3);
  assert.equal((await listed(client)).length, 1);
});

test('only environments of deployment type ARCHIVE take archives, and these take nothing else', async () => {
  const client = await clientWithEnvironment();
  assert.equal((await client.get('/environments/test/archiveDeployments')).text, '{}');
  assert.equal((await client.post('/environments/test/archiveDeployments:generateUploadUrl', {})).status, 400);
  const server = { name: 's', host: 'h.example', port: 443 };
  assert.equal((await client.post('/environments/bench/targetservers', server)).status, 400);
  const bytes = Uint8Array.from([1]);
  const file = { bytes, contentType: 'application/octet-stream' };
  assert.equal((await client.send('POST', '/environments/bench/resourcefiles?type=js&name=a', file)).status, 400);
  assert.equal(
    (await client.post(archives, { gcsUri: 'http://127.0.0.1/_storage/acme-archives/none.zip' })).status,
    400,
  );
  assert.equal((await client.get(`${archives}?filter=labels.build%3D7`)).status, 501);
});
