import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn, textIn } from '../document.ts';
import { TestClient } from '../test-client.ts';

const report = { name: 'mine', displayName: 'Traffic', metrics: [{ name: 'message_count', function: 'sum' }] };

test('a report gets a name from the service, is listed under "qualifier", replaced as a whole and deleted', async () => {
  const client = new TestClient();
  assert.equal((await client.get('/reports?expand=true')).text, '{}');
  const created = await client.post('/reports', { ...report, filter: 'x' });
  const name = textIn(created.body, 'name');
  assert.notEqual(name, 'mine');
  const again = await client.post('/reports', report);
  assert.equal(again.status, 200, 'the same display name twice');
  assert.deepEqual(
    documentsIn((await client.get('/reports')).body, 'qualifier').map((item) => Object.keys(item)),
    [['name'], ['name']],
  );
  const listed = documentsIn((await client.get('/reports?expand=true')).body, 'qualifier');
  assert.ok(listed.some((item) => item['filter'] === 'x'));
  const replaced = await client.put(`/reports/${name}`, report);
  assert.equal(replaced.body['filter'], undefined);
  assert.equal(replaced.body['name'], name);
  assert.equal((await client.delete(`/reports/${name}`)).status, 200);
  assert.equal((await client.get(`/reports/${name}`)).status, 404);
});

test('a report without metrics, or of a collector that is not there, is refused', async () => {
  const client = new TestClient();
  assert.equal((await client.post('/reports', { ...report, metrics: [] })).status, 400);
  const collected = { ...report, dimensions: ['dc_x'] };
  assert.equal((await client.post('/reports', collected)).status, 400);
  await client.post('/datacollectors?dataCollectorId=dc_x', { type: 'STRING' });
  assert.equal((await client.post('/reports', collected)).status, 200);
  assert.equal((await client.post('/reports', { ...report, colour: 'red' })).status, 400);
});

test('a datastore gets an id that only its link tells', async () => {
  const client = new TestClient();
  const body = {
    displayName: 'Export',
    targetType: 'gcs',
    datastoreConfig: { projectId: 'p', bucketName: 'b', path: 'x/' },
  };
  const created = await client.post('/analytics/datastores', body);
  const id = textIn(created.body, 'self').split('/').at(-1) ?? '';
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.equal((await client.get(`/analytics/datastores/${id}`)).body['displayName'], 'Export');
  assert.equal((await client.get('/analytics/datastores?targetType=bigquery')).text, '{}');
  const moved = {
    ...body,
    targetType: 'bigquery',
    datastoreConfig: { projectId: 'p', datasetName: 'd', tablePrefix: 't' },
  };
  assert.equal((await client.put(`/analytics/datastores/${id}`, moved)).status, 400);
  assert.equal((await client.post('/analytics/datastores', moved)).status, 200);
  const bare = { ...body, datastoreConfig: { projectId: 'p' } };
  assert.equal((await client.post('/analytics/datastores', bare)).status, 400);
  assert.equal((await client.delete(`/analytics/datastores/${id}`)).status, 200);
  assert.equal((await client.delete(`/analytics/datastores/${id}`)).status, 404);
});
