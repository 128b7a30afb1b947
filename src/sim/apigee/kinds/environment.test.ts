import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentIn } from '../document.ts';
import { errorOf, TestClient } from '../test-client.ts';

test('creation is an operation: CREATING and not usable, then ACTIVE', async () => {
  const client = new TestClient({ timings: { operationMs: 1000 } });
  const started = await client.post('/environments?name=test', { displayName: 'Test' });
  assert.match(String(started.body['name']), /^organizations\/acme\/operations\/[0-9a-f-]{36}$/);
  assert.equal(documentIn(started.body, 'metadata')['state'], 'IN_PROGRESS');
  assert.equal(started.body['done'], undefined);
  assert.equal((await client.get('/environments/test')).body['state'], 'CREATING');
  const early = await client.post('/environments/test/targetservers', { name: 'a', host: 'h', port: 1 });
  assert.equal(errorOf(early)['status'], 'FAILED_PRECONDITION');
  client.simulator.clock.advance(1000);
  const polled = await client.raw('GET', `/v1/${String(started.body['name'])}`);
  assert.equal(polled.body['done'], true);
  assert.equal(documentIn(polled.body, 'metadata')['state'], 'FINISHED');
  assert.equal(documentIn(polled.body, 'response')['displayName'], 'Test');
  assert.equal((await client.get('/environments/test')).body['state'], 'ACTIVE');
});

test('a second operation of the organization is refused with the lock text until the first has ended', async () => {
  const client = new TestClient({ timings: { operationMs: 1000 } });
  const first = await client.post('/environments?name=test', {});
  const id = String(first.body['name']).split('/').at(-1);
  const second = await client.post('/envgroups?name=g', { hostnames: ['a.example'] });
  assert.equal(second.status, 400);
  assert.equal(errorOf(second)['status'], 'FAILED_PRECONDITION');
  assert.equal(
    errorOf(second)['message'],
    `the resource is locked by another operation where environment test is currently being created for organization acme by operation: ${id}`,
  );
  assert.equal((await client.get('/envgroups/g')).status, 404);
  client.simulator.clock.advance(1000);
  assert.equal((await client.post('/envgroups?name=g', { hostnames: ['a.example'] })).status, 200);
});

test('the list is a bare array, PUT replaces the whole object, fixed fields stay', async () => {
  const client = new TestClient();
  await client.addEnvironment('test');
  assert.equal((await client.get('/environments')).text, '["test"]');
  const properties = { property: [{ name: 'a', value: 'b' }] };
  assert.equal((await client.put('/environments/test', { name: 'test', description: 'd', properties })).status, 200);
  const replaced = await client.put('/environments/test', { displayName: 'T' });
  assert.equal(replaced.body['properties'], undefined);
  assert.equal(replaced.body['description'], undefined);
  assert.equal(replaced.body['deploymentType'], 'PROXY');
  assert.equal((await client.put('/environments/test', { deploymentType: 'ARCHIVE' })).status, 400);
});

test('an environment of type ARCHIVE takes no target servers', async () => {
  const client = new TestClient();
  await client.post('/environments?name=archive', { deploymentType: 'ARCHIVE' });
  client.simulator.settle();
  const answer = await client.post('/environments/archive/targetservers', { name: 'a', host: 'h', port: 1 });
  assert.equal(errorOf(answer)['status'], 'FAILED_PRECONDITION');
});

test('deletion is refused while attached, and takes what is inside along', async () => {
  const client = new TestClient();
  await client.addEnvironment('test');
  await client.post('/environments/test/targetservers', { name: 'a', host: 'h', port: 1 });
  await client.post('/envgroups?name=g', { hostnames: ['a.example'] });
  client.simulator.settle();
  const attached = await client.post('/envgroups/g/attachments', { environment: 'test' });
  client.simulator.settle();
  assert.equal((await client.delete('/environments/test')).status, 400);
  const attachment = String(documentIn(attached.body, 'metadata')['targetResourceName']).split('/').at(-1);
  await client.delete(`/envgroups/g/attachments/${attachment}`);
  client.simulator.settle();
  assert.equal((await client.delete('/environments/test')).status, 200);
  client.simulator.settle();
  assert.equal((await client.get('/environments/test')).status, 404);
  await client.addEnvironment('test');
  assert.equal((await client.get('/environments/test/targetservers')).text, '[]');
});
