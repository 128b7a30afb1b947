import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { writeArchive } from './bundle-archive.ts';
import { filesOfTexts } from './bundle-files.ts';
import { type RunningApigeeSimulator, startApigeeSimulator } from './http-server.ts';
import { proxyFiles } from './test-client.ts';

const running: RunningApigeeSimulator[] = [];
after(async () => {
  for (const simulator of running) await simulator.close();
});

async function started(): Promise<RunningApigeeSimulator> {
  const simulator = await startApigeeSimulator({ port: 0, organization: 'acme', clock: 'virtual' });
  running.push(simulator);
  return simulator;
}

const headers = { authorization: 'Bearer t', 'content-type': 'application/json' };

function createProduct(url: string, name: string): Promise<Response> {
  return fetch(`${url}/v1/organizations/acme/apiproducts`, { method: 'POST', headers, body: JSON.stringify({ name }) });
}

test('a connection dropped before the commit leaves nothing behind, one dropped after it does', async () => {
  const { url, simulator } = await started();
  const statusOf = async (name: string): Promise<number> => {
    return (await fetch(`${url}/v1/organizations/acme/apiproducts/${name}`, { headers })).status;
  };
  simulator.setFaults([{ http: 'POST', count: 1, fault: { kind: 'drop', when: 'before-commit' } }]);
  await assert.rejects(createProduct(url, 'a'));
  assert.equal(await statusOf('a'), 404);
  simulator.setFaults([{ http: 'POST', count: 1, fault: { kind: 'drop', when: 'after-commit' } }]);
  await assert.rejects(createProduct(url, 'b'));
  assert.equal(await statusOf('b'), 200);
  assert.deepEqual(
    simulator.log.mutations.map(({ status, committed, fault }) => [status, committed, fault]),
    [
      [0, false, 'drop'],
      [0, true, 'drop'],
    ],
  );
});

test('a truncated body ends before its announced length', async () => {
  const { url, simulator } = await started();
  simulator.setFaults([{ count: 1, fault: { kind: 'truncate' } }]);
  const response = await fetch(`${url}/v1/organizations/acme`, { headers });
  assert.equal(response.status, 200);
  await assert.rejects(response.text());
  assert.equal((await fetch(`${url}/v1/organizations/acme`, { headers })).status, 200);
});

test('a slow answer comes after later ones, though its change is made at once', async () => {
  const { url, simulator } = await started();
  simulator.setFaults([{ count: 1, fault: { kind: 'slow', delayMs: 300 } }]);
  const order: string[] = [];
  const slow = createProduct(url, 'slow').then(() => order.push('slow'));
  while (simulator.log.entries.length === 0) await fetch(`${url}/_sim/`);
  assert.equal((await fetch(`${url}/v1/organizations/acme/apiproducts/slow`, { headers })).status, 200);
  order.push('fast');
  await slow;
  assert.deepEqual(order, ['fast', 'slow']);
});

test('latency is added to every answer', async () => {
  const { url, simulator } = await started();
  const timer = async (): Promise<number> => {
    const startedAt = process.hrtime.bigint();
    await fetch(`${url}/v1/organizations/acme`, { headers });
    return Number(process.hrtime.bigint() - startedAt) / 1e6;
  };
  simulator.setLatency(80);
  assert.ok((await timer()) >= 79);
});

test('the controls answer under /_sim', async () => {
  const { url, simulator } = await started();
  const send = (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${url}/_sim${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  assert.equal((await send('POST', '/organizations', { name: 'copy', seed: 'small' })).status, 201);
  assert.equal((await send('POST', '/organizations', { name: 'copy', seed: 'odd' })).status, 400);
  const wrecked = JSON.parse(await (await send('POST', '/wreck', { organization: 'copy' })).text()).done;
  assert.ok(wrecked.length > 5);
  assert.equal((await send('PUT', '/quota', { perMinute: 1 })).status, 204);
  assert.equal((await fetch(`${url}/v1/organizations/acme`, { headers })).status, 200);
  assert.equal((await fetch(`${url}/v1/organizations/acme`, { headers })).status, 429);
  await send('POST', '/clock/advance', { ms: 60_000 });
  assert.equal((await fetch(`${url}/v1/organizations/acme`, { headers })).status, 200);
  assert.equal((await send('PUT', '/faults', { rules: [{ fault: { kind: 'nonsense' } }] })).status, 400);
  const rule = { http: 'GET', fault: { kind: 'status', status: 500 }, count: 1 };
  assert.equal((await send('PUT', '/quota', { perMinute: null })).status, 204);
  assert.equal((await send('PUT', '/faults', { rules: [rule] })).status, 204);
  assert.equal((await fetch(`${url}/v1/organizations/acme`, { headers })).status, 500);
  assert.equal((await send('PUT', '/switches', { emptyLists: 'present' })).status, 200);
  assert.equal(simulator.switches.emptyLists, 'present');
  for (const wrong of [{ nonsense: 'x' }, { emptyLists: 'sometimes' }, { leastKeyLifetimeSeconds: '60' }])
    assert.equal((await send('PUT', '/switches', wrong)).status, 400);
  assert.equal((await send('PUT', '/switches', { leastKeyLifetimeSeconds: 30 })).status, 200);
  const dump = (await (await send('GET', '/dump?organization=copy')).text()).trim().split('\n');
  assert.equal(JSON.parse(dump[0] ?? '').kind, 'organization');
  assert.ok(dump.length > 50);
  assert.equal(JSON.parse(await (await send('GET', '/counts?organization=acme')).text())['GET ~'], 4);
});

test('imports that arrive at once get numbers of their own', async () => {
  const { url } = await started();
  const bytes = writeArchive(filesOfTexts(proxyFiles('one')), 0);
  const octets = { ...headers, 'content-type': 'application/octet-stream' };
  const imported = await Promise.all(
    Array.from({ length: 12 }, async () => {
      const target = `${url}/v1/organizations/acme/apis?action=import&name=p`;
      const response = await fetch(target, { method: 'POST', headers: octets, body: bytes });
      return Number(JSON.parse(await response.text()).revision);
    }),
  );
  assert.deepEqual(
    imported.toSorted((a, b) => a - b),
    Array.from({ length: 12 }, (_, index) => index + 1),
  );
});

test('stopping frees the port and cuts connections', async () => {
  const simulator = await startApigeeSimulator({ port: 0 });
  await simulator.close();
  await assert.rejects(fetch(simulator.url));
});
