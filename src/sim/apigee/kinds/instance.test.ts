import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn, textIn } from '../document.ts';
import { errorOf, proxyFiles, TestClient } from '../test-client.ts';

async function clientWithInstance(): Promise<TestClient> {
  const client = new TestClient();
  assert.equal((await client.post('/instances', { name: 'eu', location: 'a' })).status, 200);
  client.simulator.settle();
  return client;
}

test('an instance is made by an operation that locks the organization, and gets its address from the server', async () => {
  const client = new TestClient();
  const started = await client.post('/instances', { name: 'eu', location: 'a', host: 'mine' });
  assert.match(textIn(started.body, 'name'), /\/operations\//);
  assert.equal((await client.get('/instances/eu')).body['state'], 'CREATING');
  const locked = await client.post('/instances', { name: 'us', location: 'b' });
  assert.equal(locked.status, 400);
  assert.match(textIn(errorOf(locked), 'message'), /locked by another operation/);
  client.simulator.settle();
  const made = (await client.get('/instances/eu')).body;
  assert.equal(made['state'], 'ACTIVE');
  assert.match(textIn(made, 'host'), /^10\./);
  assert.equal((await client.post('/instances', { name: 'eu', location: 'a' })).status, 409);
  assert.equal((await client.post('/instances', { name: 'us' })).status, 400);
  assert.equal((await client.post('/instances', { name: 'us', location: 'b', size: 'XL' })).status, 400);
});

test('only some fields can be changed', async () => {
  const client = await clientWithInstance();
  const patch = (mask: string, body: Record<string, unknown>) =>
    client.send('PATCH', `/instances/eu?updateMask=${mask}`, { body });
  assert.equal((await patch('location', { location: 'b' })).status, 400);
  assert.equal((await patch('consumer_accept_list', { consumerAcceptList: ['x'] })).status, 200);
  client.simulator.settle();
  assert.deepEqual((await client.get('/instances/eu')).body['consumerAcceptList'], ['x']);
});

test('NAT addresses are reserved and activated once; an instance with any stays', async () => {
  const client = await clientWithInstance();
  await client.post('/instances/eu/natAddresses', { name: 'out' });
  client.simulator.settle();
  const path = '/instances/eu/natAddresses/out';
  assert.equal((await client.get(path)).body['state'], 'RESERVED');
  assert.equal((await client.post(`${path}:activate`, {})).status, 200);
  client.simulator.settle();
  assert.equal((await client.get(path)).body['state'], 'ACTIVE');
  assert.equal((await client.post(`${path}:activate`, {})).status, 400);
  assert.equal((await client.delete('/instances/eu')).status, 400);
  assert.equal((await client.get('/instances/us/natAddresses')).status, 404);
});

test('an environment is attached once to an instance, and neither goes while it is', async () => {
  const client = await clientWithInstance();
  await client.addEnvironment('test');
  assert.equal((await client.post('/instances/eu/attachments', { environment: 'none' })).status, 404);
  assert.equal((await client.post('/instances/eu/attachments', { environment: 'test' })).status, 200);
  client.simulator.settle();
  assert.equal((await client.post('/instances/eu/attachments', { environment: 'test' })).status, 409);
  for (const path of ['/instances/eu', '/environments/test']) {
    const refused = await client.delete(path);
    assert.equal(refused.status, 400);
    assert.match(refused.text, /FAILED_PRECONDITION/);
  }
  const [attachment] = documentsIn((await client.get('/instances/eu/attachments')).body, 'attachments');
  assert.equal((await client.delete(`/instances/eu/attachments/${String(attachment?.['name'])}`)).status, 200);
  client.simulator.settle();
  assert.equal((await client.get('/instances/eu/attachments')).text, '{}');
});

test('networking: full names, required fields, no update but of extensions', async () => {
  const client = new TestClient();
  const zone = { description: 'd', domain: 'a.' };
  assert.equal((await client.post('/dnsZones?dnsZoneId=corp', { domain: 'a.' })).status, 400);
  assert.equal((await client.post('/dnsZones?dnsZoneId=corp', zone)).status, 200);
  client.simulator.settle();
  assert.equal((await client.get('/dnsZones/corp')).body['name'], 'organizations/acme/dnsZones/corp');
  assert.equal((await client.send('PATCH', '/dnsZones/corp', { body: zone })).status, 404);
  const extension = {
    extensionProcessor: 'p',
    lbForwardingRule: 'rule',
    network: 'net',
    networkConfigs: [{ region: 'r', subnet: 's' }],
  };
  const create = () => client.post('/apimServiceExtensions?apimServiceExtensionId=edge', extension);
  assert.equal((await create()).status, 400);
  await client.importProxy('p', proxyFiles('p'));
  const path = '/apimServiceExtensions/edge';
  assert.equal((await client.send('PATCH', path, { body: extension })).status, 404);
  assert.equal((await client.send('PATCH', `${path}?allowMissing=true`, { body: extension })).status, 200);
  client.simulator.settle();
  assert.equal((await create()).status, 409);
  const patched = await client.send('PATCH', `${path}?updateMask=network`, { body: { network: 'other' } });
  assert.equal(patched.status, 200);
  client.simulator.settle();
  assert.equal((await client.get(path)).body['network'], 'other');
});
