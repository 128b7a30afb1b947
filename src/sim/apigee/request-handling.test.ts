import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn } from './document.ts';
import { errorOf, TestClient } from './test-client.ts';

test('methods that are not modelled answer 501 by name, unknown routes 404, unknown organizations 403', async () => {
  const client = new TestClient();
  const sessions = await client.get('/apis/p/debugsessions');
  assert.equal(sessions.status, 501);
  assert.match(String(errorOf(sessions)['message']), /^organizations\.apis\.debugsessions\.list is not modelled/);
  assert.equal((await client.send('POST', '/environments/test/queries')).status, 501);
  assert.equal((await client.get('/nonsense')).status, 404);
  assert.equal((await client.raw('GET', '/v1/organizations/none')).status, 403);
});

test('a token is needed, valid ones can be listed, read-only ones get 403 on changes', async () => {
  const client = new TestClient();
  assert.equal((await client.get('', { token: '' })).status, 401);
  client.simulator.setTokens({ valid: ['good'], readOnly: ['reader'] });
  assert.equal((await client.get('', { token: 'bad' })).status, 401);
  assert.equal((await client.get('', { token: 'good' })).status, 200);
  assert.equal((await client.get('', { token: 'reader' })).status, 200);
  const refused = await client.send('POST', '/environments?name=test', { token: 'reader', body: {} });
  assert.equal(errorOf(refused)['status'], 'PERMISSION_DENIED');
  assert.equal((await client.get('/environments', { token: 'good' })).text, '[]');
});

test('the host segment of a regional endpoint is dropped, queries may be in snake_case', async () => {
  const client = new TestClient();
  assert.equal((await client.raw('GET', '/eu-apigee.googleapis.com/v1/organizations/acme')).status, 200);
  assert.equal((await client.raw('GET', '/eu.example/v1/organizations/acme')).status, 404);
  assert.equal((await client.get('/operations?page_size=oops')).status, 400);
});

test('the quota refuses the rest of a minute, without Retry-After unless switched', async () => {
  const client = new TestClient({ quotaPerMinute: 2 });
  assert.equal((await client.get('')).status, 200);
  assert.equal((await client.get('')).status, 200);
  const refused = await client.get('');
  assert.equal(refused.status, 429);
  assert.equal(errorOf(refused)['status'], 'RESOURCE_EXHAUSTED');
  assert.equal(refused.headers.get('retry-after'), null);
  client.simulator.setSwitches({ retryAfterOnQuota: 'present' });
  client.simulator.clock.advance(20_000);
  assert.equal((await client.get('')).headers.get('retry-after'), '40');
  client.simulator.clock.advance(40_000);
  assert.equal((await client.get('')).status, 200);
});

test('the log names route and method, tells changes from reads and committed from refused, and keeps bodies only when asked', async () => {
  const client = new TestClient();
  await client.get('/environments');
  await client.post('/developers', { email: 'nobody' });
  client.simulator.log.keepBodies = true;
  await client.addDeveloper('a@x.example');
  const seen = client.simulator.log.entries.map(({ methodId, status, mutating, committed }) => [
    methodId,
    status,
    mutating,
    committed,
  ]);
  assert.deepEqual(seen, [
    ['organizations.environments.list', 200, false, false],
    ['organizations.developers.create', 400, true, false],
    ['organizations.developers.create', 200, true, true],
  ]);
  assert.deepEqual(client.simulator.log.counts(), { 'GET ~/environments': 1, 'POST ~/developers': 2 });
  assert.equal(client.simulator.log.entries[1]?.body, undefined);
  assert.notEqual(client.simulator.log.entries[2]?.body, undefined);
  client.simulator.log.reset();
  assert.deepEqual(client.simulator.log.counts(), {});
});

test('an error status strikes before anything is done; nth, count and route choose the request', async () => {
  const client = new TestClient();
  client.simulator.setFaults([
    { http: 'POST', route: 'organizations.developers.*', nth: 2, fault: { kind: 'status', status: 503 } },
    { route: '~/environments', count: 1, fault: { kind: 'status', status: 429, retryAfterSeconds: 7 } },
    { route: '~/apis', fault: { kind: 'status', status: 403 } },
  ]);
  await client.addDeveloper('a@x.example');
  await assert.rejects(client.addDeveloper('b@x.example'), /UNAVAILABLE/);
  assert.equal((await client.get('/developers/b@x.example')).status, 404);
  await client.addDeveloper('b@x.example');
  assert.equal((await client.get('/environments')).headers.get('retry-after'), '7');
  assert.equal((await client.get('/environments')).status, 200);
  assert.equal(errorOf(await client.get('/apis'))['status'], 'PERMISSION_DENIED');
  assert.deepEqual(
    client.simulator.faultReport().map(({ fired }) => fired),
    [1, 1, 1],
  );
});

test('a fault with a probability strikes the same requests for the same seed', async () => {
  const run = async (randomSeed: number): Promise<string> => {
    const client = new TestClient({
      randomSeed,
      faults: [{ probability: 0.5, fault: { kind: 'status', status: 500 } }],
    });
    let statuses = '';
    for (let call = 0; call < 24; call += 1) statuses += (await client.get('')).status === 500 ? 'x' : '.';
    return statuses;
  };
  const first = await run(1);
  assert.match(first, /x/);
  assert.match(first, /\./);
  assert.equal(await run(1), first);
  assert.notEqual(await run(2), first);
});

test('an expired token answers 401 until another is used', async () => {
  const client = new TestClient({ faults: [{ nth: 2, fault: { kind: 'expired-token' } }] });
  assert.equal((await client.get('')).status, 200);
  assert.equal((await client.get('')).status, 401);
  assert.equal((await client.get('')).status, 401);
  assert.equal((await client.get('', { token: 'new' })).status, 200);
});

test('pages are repeated and skipped', async () => {
  const client = new TestClient();
  for (const name of ['a', 'b', 'c', 'd', 'e']) await client.post('/apiproducts', { name });
  const page = async (query: string): Promise<unknown[]> => {
    return documentsIn((await client.get(`/apiproducts?count=2${query}`)).body, 'apiProduct').map((one) => one['name']);
  };
  client.simulator.setFaults([{ nth: 2, fault: { kind: 'repeat-page' } }]);
  assert.deepEqual(await page(''), ['a', 'b']);
  assert.deepEqual(await page('&startKey=b'), ['a', 'b']);
  assert.deepEqual(await page('&startKey=b'), ['b', 'c']);
  client.simulator.setFaults([{ nth: 1, fault: { kind: 'skip-page' } }]);
  assert.deepEqual(await page(''), ['b', 'c']);
  assert.deepEqual(await page(''), ['a', 'b']);
});

test('a resource vanishes between list and get, and an HTML page may come instead of JSON', async () => {
  const client = new TestClient();
  await client.post('/apiproducts', { name: 'a' });
  client.simulator.setFaults([
    { route: 'organizations.apiproducts.get', fault: { kind: 'vanish' } },
    { route: '~', fault: { kind: 'html', status: 502 } },
  ]);
  assert.equal(documentsIn((await client.get('/apiproducts')).body, 'apiProduct').length, 1);
  assert.equal((await client.get('/apiproducts/a')).status, 404);
  const html = await client.get('');
  assert.equal(html.status, 502);
  assert.match(html.headers.get('content-type') ?? '', /text\/html/);
  client.simulator.setFaults([]);
  assert.equal((await client.get('/apiproducts/a')).status, 200);
});
