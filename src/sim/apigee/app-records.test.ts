import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApigeeSimulator } from './apigee-simulator.ts';
import { documentsIn, textIn } from './document.ts';
import { TestClient } from './test-client.ts';

async function idsOf(client: TestClient, query: string): Promise<readonly string[]> {
  const { body } = await client.get(`/apps?pageSize=1000&${query}`);
  const ids = documentsIn(body, 'app').map((app) => textIn(app, 'appId'));
  assert.equal(body['totalSize'] ?? 0, ids.length, query);
  return ids;
}

test('the totals of every filter equal what the lists give, after many changes too', async () => {
  const client = new TestClient({ seed: 'small' });
  const all = ['approved', 'revoked'].flatMap((status) => [`status=${status}`, `status=${status}&keyStatus=revoked`]);
  for (let seed = 0; seed < 4; seed += 1) {
    for (const query of all) await idsOf(client, query);
    client.simulator.mutate({ seed, count: 25, allowResidue: true });
  }
  client.simulator.setSwitches({ appListFilters: 'ignored' });
  const names = [...client.simulator.target().list(['apps'])];
  assert.deepEqual(await idsOf(client, ''), names);
});

test('an app is found by owner, name and key, whether the seed gives relations or not', () => {
  const seeded = new ApigeeSimulator({ organization: 'acme', seed: 'small' });
  const target = seeded.target();
  for (const appId of target.list(['apps'])) {
    const app = { ...target.get(['apps', appId]) };
    const name = textIn(app, 'name');
    const group = textIn(app, 'appGroup');
    const owner = group === '' ? ['developers', textIn(app, 'developerId')] : ['appgroups', group];
    const apps = [...owner, 'apps'];
    assert.equal(target.get([...apps, name])['appId'], appId);
    assert.ok([...target.list(apps)].includes(name));
  }
});
