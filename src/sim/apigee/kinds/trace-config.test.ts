import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn, textIn } from '../document.ts';
import { proxyFiles, TestClient } from '../test-client.ts';

const config = '/environments/test/traceConfig';
const cloud = { exporter: 'CLOUD_TRACE', endpoint: 'acme' };

async function clientWithEnvironment(): Promise<TestClient> {
  const client = new TestClient();
  await client.addEnvironment('test');
  return client;
}

const patch = (client: TestClient, path: string, body: Record<string, unknown>) => client.send('PATCH', path, { body });

test('what the mask names is set or emptied, the rest stays', async () => {
  const client = await clientWithEnvironment();
  assert.equal((await client.get(config)).text, '{}');
  assert.equal((await patch(client, config, { exporter: 'CLOUD_TRACE' })).status, 400);
  assert.equal((await patch(client, config, cloud)).status, 200);
  const sampling = { sampler: 'PROBABILITY', samplingRate: 0.1 };
  const sampled = await patch(client, `${config}?updateMask=sampling_config`, { samplingConfig: sampling });
  assert.deepEqual(sampled.body, { ...cloud, samplingConfig: sampling });
  assert.deepEqual((await patch(client, `${config}?updateMask=samplingConfig`, {})).body, cloud);
  assert.equal((await patch(client, `${config}?updateMask=name`, {})).status, 400);
  assert.equal((await patch(client, config, { samplingConfig: { samplingRate: 0.6 } })).status, 400);
  const mtlsConfig = { keyStore: 'k', keyAlias: 'a', trustStore: 'k' };
  assert.match((await patch(client, config, { mtlsConfig })).text, /keystore \\"k\\" does not exist/);
  await client.post('/environments/test/keystores', { name: 'k' });
  assert.equal((await patch(client, config, { mtlsConfig })).status, 200);
});

test('other types of environment refuse it by name', async () => {
  const client = new TestClient();
  await client.post('/environments?name=test', { type: 'INTERMEDIATE' });
  client.simulator.settle();
  for (const path of [config, `${config}/overrides`]) {
    const refused = await client.get(path);
    assert.equal(refused.status, 400);
    assert.match(refused.text, /FAILED_PRECONDITION/);
    assert.match(refused.text, /INTERMEDIATE/);
  }
});

test('an override belongs to one proxy, which has to be there', async () => {
  const client = await clientWithEnvironment();
  const body = { apiProxy: 'p', samplingConfig: { sampler: 'OFF' } };
  assert.equal((await client.post(`${config}/overrides`, body)).status, 404);
  await client.importProxy('p', proxyFiles('p'));
  const name = textIn((await client.post(`${config}/overrides`, body)).body, 'name');
  assert.equal((await client.post(`${config}/overrides`, body)).status, 409);
  assert.equal((await client.post(`${config}/overrides`, {})).status, 400);
  const path = `${config}/overrides/${name}`;
  const changed = { samplingConfig: { sampler: 'PROBABILITY', samplingRate: 0.2 } };
  assert.equal((await patch(client, `${path}?updateMask=samplingConfig`, changed)).status, 200);
  assert.equal((await patch(client, path, { apiProxy: 'q' })).status, 400);
  const listed = await client.get(`${config}/overrides?pageSize=500`);
  assert.deepEqual(documentsIn(listed.body, 'traceConfigOverrides'), [{ name, apiProxy: 'p', ...changed }]);
  assert.equal((await client.delete(path)).status, 200);
  assert.equal((await client.get(path)).status, 404);
});
