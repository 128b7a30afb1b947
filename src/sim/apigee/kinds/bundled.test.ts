import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArchive, writeArchive } from '../bundle-archive.ts';
import { filesOfTexts, textOf } from '../bundle-files.ts';
import { detailOf, errorOf, flowFiles, proxyFiles, TestClient } from '../test-client.ts';

const octets = 'application/octet-stream';

function archive(files: Record<string, string>): Uint8Array<ArrayBuffer> {
  return writeArchive(filesOfTexts(files), 0);
}

test('the list is {} when empty, and shows revisions and metadata only when asked', async () => {
  const client = new TestClient();
  assert.equal((await client.get('/apis')).text, '{}');
  assert.equal((await client.get('/sharedflows')).text, '{}');
  await client.importProxy('p', proxyFiles('one'));
  assert.deepEqual((await client.get('/apis')).body, { proxies: [{ name: 'p', apiProxyType: 'PROGRAMMABLE' }] });
  const now = String(client.simulator.clock.nowMs());
  assert.deepEqual((await client.get('/apis?includeRevisions=true&includeMetaData=true')).body, {
    proxies: [
      {
        name: 'p',
        apiProxyType: 'PROGRAMMABLE',
        revision: ['1'],
        metaData: { createdAt: now, lastModifiedAt: now, subType: 'Proxy' },
      },
    ],
  });
});

test('the server numbers revisions, does not reuse numbers, and keeps the last one of a proxy', async () => {
  const client = new TestClient();
  assert.equal(await client.importProxy('p', proxyFiles('one')), '1');
  assert.equal(await client.importProxy('p', proxyFiles('two')), '2');
  assert.equal((await client.delete('/apis/p/revisions/2')).status, 200);
  assert.equal(await client.importProxy('p', proxyFiles('three')), '3');
  assert.deepEqual((await client.get('/apis/p')).body['revision'], ['1', '3']);
  assert.equal((await client.get('/apis/p')).body['latestRevisionId'], '3');
  client.simulator.setSwitches({ revisionCounter: 'highest-plus-one' });
  await client.delete('/apis/p/revisions/3');
  assert.equal(await client.importProxy('p', proxyFiles('four')), '2');
  await client.delete('/apis/p/revisions/2');
  assert.equal((await client.delete('/apis/p/revisions/1')).status, 400);
});

test('multipart imports are taken under any field name, other bodies are refused', async () => {
  const client = new TestClient();
  const boundary = 'b0undary';
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="p.zip"\r\nContent-Type: application/zip\r\n\r\n`;
  const bytes = new Uint8Array(
    Buffer.concat([Buffer.from(head), archive(proxyFiles('one')), Buffer.from(`\r\n--${boundary}--\r\n`)]),
  );
  const contentType = `multipart/form-data; boundary=${boundary}`;
  assert.equal((await client.send('POST', '/apis?action=import&name=p', { bytes, contentType })).body['revision'], '1');
  assert.equal(
    (await client.send('POST', '/apis?action=import&name=p', { bytes: new Uint8Array([1, 2]) })).status,
    400,
  );
  assert.equal((await client.send('POST', '/apis?action=import&name=p')).status, 400);
  assert.equal((await client.send('POST', '/apis?action=nonsense&name=p', { bytes })).status, 400);
  assert.equal((await client.send('POST', '/apis?action=import&name=p%20q', { bytes, contentType })).status, 400);
});

test('a bad bundle is refused with file and description, an escaping or too big one too', async () => {
  const client = new TestClient();
  const files = proxyFiles('one');
  files['apiproxy/proxies/default.xml'] =
    '<ProxyEndpoint><Step><Name>Gone</Name></Step><BasePath>/a</BasePath></ProxyEndpoint>';
  const send = (bytes: Uint8Array<ArrayBuffer>) =>
    client.send('POST', '/apis?action=import&name=p', { bytes, contentType: octets });
  const answer = await send(archive(files));
  assert.equal(answer.status, 400);
  assert.equal(errorOf(answer)['message'], 'bundle contains errors');
  assert.deepEqual(detailOf(answer, 'BadBundle')['violations'], [
    { filename: 'apiproxy/proxies/default.xml', description: 'step references undefined policy "Gone"' },
  ]);
  const escaping = await send(archive({ ...proxyFiles('one'), 'elsewhere/x.xml': '<x/>' }));
  assert.match(escaping.text, /zip entry in bundle is outside the bundle root/);
  const climbing = await send(archive({ ...proxyFiles('one'), 'apiproxy/../x.xml': '<x/>' }));
  assert.match(climbing.text, /zip entry in bundle is outside the bundle root/);
  const big = await send(new Uint8Array(15 * 1024 * 1024 + 1));
  assert.match(String(errorOf(big)['message']), /exceeds the limit of 15728640 bytes/);
  assert.equal((await client.get('/apis')).text, '{}');
});

test('validate changes nothing and is no mutation', async () => {
  const client = new TestClient();
  const bytes = archive(proxyFiles('one'));
  const answer = await client.send('POST', '/apis?action=validate&name=p', { bytes, contentType: octets });
  assert.equal(answer.status, 200);
  assert.equal((await client.get('/apis')).text, '{}');
  assert.equal(client.simulator.log.mutations.length, 0);
});

test('a download has the same content, a rewritten descriptor, and other bytes every time', async () => {
  const client = new TestClient();
  const sent = proxyFiles('one');
  await client.importProxy('renamed', sent);
  await client.importProxy('renamed', sent);
  const download = async (): Promise<Uint8Array> => {
    const request = { http: 'GET', token: 't', contentType: '', readBody: () => Promise.resolve(new Uint8Array()) };
    const target = '/v1/organizations/acme/apis/renamed/revisions/2?format=bundle';
    const { body } = await client.simulator.handle({ ...request, target });
    return body instanceof Uint8Array ? body : assert.fail('no bytes');
  };
  const first = await download();
  const second = await download();
  assert.notDeepEqual(first, second);
  const files = await readArchive(first, 'apiproxy/');
  assert.deepEqual(await readArchive(second, 'apiproxy/'), files);
  assert.equal(
    textOf(files.get('apiproxy/proxies/default.xml') ?? new Uint8Array()),
    sent['apiproxy/proxies/default.xml'],
  );
  const descriptor = textOf(files.get('apiproxy/renamed.xml') ?? new Uint8Array());
  assert.match(descriptor, /^<APIProxy revision="2" name="renamed">\s*<CreatedAt>\d+<\/CreatedAt>/);
  assert.match(descriptor, /<Description>one<\/Description>/);
});

test('a revision is replaced only while it was never deployed', async () => {
  const client = new TestClient();
  await client.addEnvironment('test');
  await client.importProxy('p', proxyFiles('one'));
  const replace = () =>
    client.send('POST', '/apis/p/revisions/1', { bytes: archive(proxyFiles('two')), contentType: octets });
  assert.equal((await replace()).status, 200);
  assert.deepEqual((await client.get('/apis/p/revisions/1')).body['basepaths'], ['/two']);
  await client.post('/environments/test/apis/p/revisions/1/deployments');
  assert.equal((await replace()).status, 400);
  await client.delete('/environments/test/apis/p/revisions/1/deployments');
  const immutable = await replace();
  assert.match(String(errorOf(immutable)['message']), /immutable/);
});

test('250 revisions are kept, the next import is refused', async () => {
  const client = new TestClient();
  const target = client.simulator.target();
  for (let number = 0; number < 250; number += 1)
    target.importBundle({ flavour: 'sharedflow', name: 'f', files: flowFiles('x') });
  await assert.rejects(client.importFlow('f', flowFiles('x')), /already has 250 revisions/);
});

test('labels are patched under a mask, and a deployed proxy cannot be deleted', async () => {
  const client = new TestClient();
  await client.addEnvironment('test');
  await client.importProxy('p', proxyFiles('one'));
  const patch = (query: string) => client.send('PATCH', `/apis/p${query}`, { body: { labels: { team: 'core' } } });
  assert.equal((await patch('')).status, 400);
  assert.deepEqual((await patch('?updateMask=labels')).body['labels'], { team: 'core' });
  await client.post('/environments/test/apis/p/revisions/1/deployments');
  assert.equal((await client.delete('/apis/p')).status, 400);
  await client.delete('/environments/test/apis/p/revisions/1/deployments');
  assert.equal((await client.delete('/apis/p')).status, 200);
  assert.equal((await client.get('/apis/p')).status, 404);
});
