import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn } from '../document.ts';
import { errorOf, TestClient } from '../test-client.ts';

const person = { firstName: 'A', lastName: 'B', userName: 'ab' };

function emails(body: Parameters<typeof documentsIn>[0]): unknown[] {
  return documentsIn(body, 'developer').map((developer) => developer['email']);
}

test('a developer gets an id and is active, whatever was sent', async () => {
  const client = new TestClient();
  const sent = {
    ...person,
    email: 'a@x.example',
    developerId: 'mine',
    status: 'inactive',
    apps: ['x'],
    createdAt: '1',
  };
  const created = await client.post('/developers', sent);
  assert.match(String(created.body['developerId']), /^[0-9a-f-]{36}$/);
  assert.equal(created.body['status'], 'active');
  assert.equal(created.body['apps'], undefined);
  assert.equal(created.body['organizationName'], 'acme');
  assert.equal(created.body['createdAt'], String(client.simulator.clock.nowMs()));
  assert.equal((await client.post('/developers', sent)).status, 409);
});

test('required fields, lower case and 18 attributes', async () => {
  const client = new TestClient();
  assert.equal((await client.post('/developers', { email: 'a@x.example' })).status, 400);
  assert.equal((await client.post('/developers', { ...person, email: 'A@x.example' })).status, 400);
  const attributes = Array.from({ length: 19 }, (_, index) => ({ name: `a${index}`, value: 'v' }));
  assert.equal((await client.post('/developers', { ...person, email: 'a@x.example', attributes })).status, 400);
});

test('the status changes by action, with an empty answer, and a PUT does not touch it', async () => {
  const client = new TestClient();
  await client.addDeveloper('a@x.example');
  const contentType = 'application/octet-stream';
  const answer = await client.send('POST', '/developers/a@x.example?action=inactive', { contentType });
  assert.equal(answer.status, 204);
  assert.equal(answer.text, '');
  assert.equal((await client.send('POST', '/developers/a@x.example?action=sleep', { contentType })).status, 400);
  await client.put('/developers/a@x.example', { ...person, email: 'a@x.example', status: 'active' });
  const read = (await client.get('/developers/a@x.example')).body;
  assert.equal(read['status'], 'inactive');
  assert.equal(read['firstName'], 'A');
});

test('ids in paths are decoded twice, the second time as a form value', async () => {
  const client = new TestClient();
  const developerId = await client.addDeveloper('a+b@x.example');
  const status = async (id: string): Promise<number> => (await client.get(`/developers/${id}`)).status;
  assert.equal(await status(developerId), 200);
  assert.equal(await status('a%252Bb%2540x.example'), 200);
  assert.equal(await status('a%25252Bb%2540x.example'), 200);
  const once = await client.get('/developers/a%2Bb%40x.example');
  assert.equal(once.status, 404);
  assert.match(String(errorOf(once)['message']), /developer with id a b@x.example does not exist/);
  client.simulator.setSwitches({ developerIdDecoding: 'plus-kept' });
  assert.equal(await status('a%2Bb%40x.example'), 200);
});

test('lists: start key inclusive, expanded with apps, with or without count', async () => {
  const client = new TestClient();
  for (const email of ['c@x.example', 'a@x.example', 'b@x.example']) await client.addDeveloper(email);
  await client.post('/developers/b@x.example/apps', { name: 'app' });
  assert.deepEqual(emails((await client.get('/developers?count=2')).body), ['a@x.example', 'b@x.example']);
  assert.deepEqual(emails((await client.get('/developers?count=2&startKey=b@x.example')).body), [
    'b@x.example',
    'c@x.example',
  ]);
  const expanded = await client.get('/developers?expand=true&startKey=b@x.example');
  assert.deepEqual(documentsIn(expanded.body, 'developer')[0]?.['apps'], ['app']);
  client.simulator.setSwitches({ developerListExpandWithCount: 'names-only' });
  const both = await client.get('/developers?expand=true&count=1');
  assert.deepEqual(documentsIn(both.body, 'developer'), [{ email: 'a@x.example' }]);
});

test('a deletion cascades later: until then the e-mail and the keys are taken', async () => {
  const client = new TestClient({ timings: { cascadeMs: 1000 } });
  await client.addDeveloper('a@x.example');
  const app = await client.post('/developers/a@x.example/apps', { name: 'app' });
  assert.equal((await client.delete('/developers/a@x.example')).status, 200);
  assert.equal((await client.get('/developers/a@x.example')).status, 404);
  assert.equal((await client.get(`/apps/${String(app.body['appId'])}`)).status, 200);
  assert.equal((await client.post('/developers', { ...person, email: 'a@x.example' })).status, 409);
  client.simulator.clock.advance(1000);
  assert.equal((await client.get(`/apps/${String(app.body['appId'])}`)).status, 404);
  assert.equal((await client.post('/developers', { ...person, email: 'a@x.example' })).status, 200);
});
