import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SimulatorSwitches } from '../switches.ts';
import { errorOf, TestClient } from '../test-client.ts';

const maps = '/environments/test/keyvaluemaps';

async function clientWithMap(switches: Partial<SimulatorSwitches> = {}, more: object = {}): Promise<TestClient> {
  const client = new TestClient({ switches });
  await client.addEnvironment('test');
  assert.equal((await client.post(maps, { name: 'm', encrypted: true, ...more })).status, 200);
  return client;
}

test('maps are named in a bare array, and answer with what they were made of', async () => {
  const client = await clientWithMap();
  await client.post(maps, { name: 'a/b', encrypted: true });
  assert.equal((await client.get(maps)).text, '["a/b","m"]');
  assert.deepEqual((await client.get(`${maps}/a%2Fb`)).body, { name: 'a/b', encrypted: true });
  assert.equal((await client.get(`${maps}/nope`)).status, 404);
  assert.equal((await client.get('/environments/nope/keyvaluemaps')).status, 404);
});

test('a map has to be encrypted, has one name, and comes once', async () => {
  const client = await clientWithMap();
  assert.equal((await client.post(maps, { name: 'x' })).status, 400);
  assert.equal((await client.post(maps, { name: 'x', encrypted: false })).status, 400);
  assert.equal((await client.post(maps, { name: 'x', encrypted: true, entries: [] })).status, 400);
  assert.equal((await client.post(maps, { name: 'm', encrypted: true })).status, 409);
  assert.equal((await client.put(`${maps}/m`, { name: 'y', encrypted: true })).status, 400);
  assert.equal((await client.put(`${maps}/m`, { name: 'm', encrypted: true })).status, 200);
});

test('entries are written one by one, under names of any sort', async () => {
  const client = await clientWithMap();
  const entries = `${maps}/m/entries`;
  assert.equal((await client.post(entries, { name: '50%/off x', value: 'v' })).status, 200);
  assert.equal((await client.post(entries, { name: '50%/off x', value: 'v' })).status, 409);
  assert.equal((await client.post(entries, { name: 'a' })).status, 400);
  const path = `${entries}/${encodeURIComponent('50%/off x')}`;
  assert.equal((await client.put(path, { name: 'b', value: 'w' })).status, 400);
  assert.equal((await client.put(path, { name: '50%/off x', value: 'w' })).status, 200);
  assert.deepEqual((await client.get(path)).body, { name: '50%/off x', value: 'w' });
  assert.equal((await client.delete(path)).status, 200);
  assert.equal((await client.get(path)).status, 404);
  assert.equal((await client.put(path, { name: '50%/off x', value: 'w' })).status, 404);
});

test('a hundred entries a page at most; the last page has an empty token, or none', async () => {
  const client = await clientWithMap();
  for (let index = 0; index < 101; index += 1) {
    await client.post(`${maps}/m/entries`, { name: String(index).padStart(3, '0'), value: 'v' });
  }
  const first = await client.get(`${maps}/m/entries?pageSize=500`);
  assert.equal(Array(first.body['keyValueEntries']).flat().length, 100);
  const token = String(first.body['nextPageToken']);
  const last = await client.get(`${maps}/m/entries?page_token=${token}`);
  assert.deepEqual(last.body, { keyValueEntries: [{ name: '100', value: 'v' }], nextPageToken: '' });
  client.simulator.setSwitches({ ...client.simulator.switches, lastEntriesToken: 'omitted' });
  assert.equal((await client.get(`${maps}/m/entries?pageToken=${token}`)).body['nextPageToken'], undefined);
});

test('values of a masked map are never given out, as a mask or not at all', async () => {
  for (const [masked, expected] of [
    ['mask', { name: 'pin', value: '*****' }],
    ['omitted', { name: 'pin' }],
  ] as const) {
    const client = await clientWithMap({ maskedValues: masked }, { maskedValues: true });
    const created = await client.post(`${maps}/m/entries`, { name: 'pin', value: '4938' });
    const updated = await client.put(`${maps}/m/entries/pin`, { name: 'pin', value: '4938' });
    const read = await client.get(`${maps}/m/entries/pin`);
    const listed = await client.get(`${maps}/m/entries`);
    assert.deepEqual([created.body, updated.body, read.body], [expected, expected, expected]);
    assert.deepEqual(listed.body['keyValueEntries'], [expected]);
    assert.ok(JSON.stringify([...client.simulator.dump()]).includes('4938'), 'the simulator itself knows it');
  }
});

test('masking cannot be undone, or it can', async () => {
  const refusing = await clientWithMap({}, { maskedValues: true });
  assert.equal((await refusing.put(`${maps}/m`, { name: 'm', encrypted: true })).status, 400);
  const allowing = await clientWithMap({ unmaskingMaps: 'allowed' }, { maskedValues: true });
  assert.equal((await allowing.put(`${maps}/m`, { name: 'm', encrypted: true })).status, 200);
});

test('a BASE environment refuses key value maps', async () => {
  const client = new TestClient();
  await client.post('/environments?name=base', { type: 'BASE' });
  client.simulator.settle();
  for (const answer of [
    await client.get('/environments/base/keyvaluemaps'),
    await client.post('/environments/base/keyvaluemaps', { name: 'm', encrypted: true }),
  ]) {
    assert.equal(answer.status, 400);
    assert.equal(errorOf(answer)['status'], 'INVALID_ARGUMENT');
    assert.match(String(errorOf(answer)['message']), /not supported.*BASE/);
  }
});

test('an environment deleted with maps in it spoils those of the next one of its name', async () => {
  const again = async (emptied: boolean): Promise<number> => {
    const client = await clientWithMap();
    if (emptied) await client.delete(`${maps}/m`);
    assert.equal((await client.delete('/environments/test')).status, 200);
    client.simulator.settle();
    await client.addEnvironment('test');
    assert.equal((await client.get(maps)).text, '[]');
    await client.post(maps, { name: 'm', encrypted: true });
    return (await client.post(`${maps}/m/entries`, { name: 'a', value: 'b' })).status;
  };
  assert.equal(await again(true), 200);
  assert.equal(await again(false), 400);
});
