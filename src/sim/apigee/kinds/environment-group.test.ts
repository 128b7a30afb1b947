import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentIn, documentsIn } from '../document.ts';
import { TestClient } from '../test-client.ts';

test('an empty list answers {}, pages hold 25 and carry a token', async () => {
  const client = new TestClient();
  assert.equal((await client.get('/envgroups')).text, '{}');
  for (let number = 10; number < 40; number += 1) {
    await client.post(`/envgroups?name=g${number}`, { hostnames: [`h${number}.example`] });
    client.simulator.settle();
  }
  const first = await client.get('/envgroups?pageSize=500');
  assert.equal(documentsIn(first.body, 'environmentGroups').length, 25);
  const token = String(first.body['nextPageToken']);
  const second = await client.get(`/envgroups?page_token=${token}`);
  assert.deepEqual(
    documentsIn(second.body, 'environmentGroups').map((group) => group['name']),
    ['g35', 'g36', 'g37', 'g38', 'g39'],
  );
  assert.equal(second.body['nextPageToken'], undefined);
});

test('a hostname lives in one group only', async () => {
  const client = new TestClient();
  await client.post('/envgroups?name=a', { hostnames: ['x.example'] });
  client.simulator.settle();
  assert.equal((await client.post('/envgroups?name=b', { hostnames: ['x.example'] })).status, 400);
  assert.equal((await client.post('/envgroups?name=b', { hostnames: [] })).status, 400);
  assert.equal(
    (await client.send('PATCH', '/envgroups/a?updateMask=hostnames', { body: { hostnames: ['y.example'] } })).status,
    200,
  );
  client.simulator.settle();
  assert.equal((await client.post('/envgroups?name=b', { hostnames: ['x.example'] })).status, 200);
});

test('an attachment gets a uuid, and one environment attaches once to a group', async () => {
  const client = new TestClient();
  await client.addEnvironment('test');
  await client.post('/envgroups?name=g', { hostnames: ['x.example'] });
  client.simulator.settle();
  assert.equal((await client.post('/envgroups/g/attachments', { environment: 'none' })).status, 404);
  const started = await client.post('/envgroups/g/attachments', { environment: 'test', name: 'mine' });
  assert.equal(documentIn(started.body, 'metadata')['operationType'], 'INSERT');
  assert.equal((await client.get('/envgroups/g/attachments')).text, '{}');
  client.simulator.settle();
  const [attachment] = documentsIn((await client.get('/envgroups/g/attachments')).body, 'environmentGroupAttachments');
  assert.match(String(attachment?.['name']), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(attachment?.['environment'], 'test');
  assert.equal((await client.post('/envgroups/g/attachments', { environment: 'test' })).status, 409);
  assert.equal((await client.delete('/envgroups/g')).status, 400);
});
