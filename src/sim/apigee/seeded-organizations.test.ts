import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundleViolations } from './bundle-facts.ts';
import { filesOfTexts } from './bundle-files.ts';
import { type Document, documentsIn, textIn } from './document.ts';
import { createSeed } from './seeds/index.ts';
import { TestClient } from './test-client.ts';

test('the bundles of the seeds would be accepted by an import', () => {
  for (const name of ['small', 'medium'] as const) {
    const seed = createSeed(name, 'acme');
    for (const [flavour, rows] of [
      ['proxy', seed.proxies],
      ['sharedflow', seed.sharedFlows],
    ] as const) {
      for (let index = 0; index < rows.count; index += 1) {
        const bundled = rows.at(index);
        for (const revision of bundled.revisions) {
          const violations = bundleViolations(flavour, filesOfTexts(revision.files));
          assert.deepEqual(violations, [], `${bundled.name} revision ${revision.number}`);
        }
      }
    }
  }
});

test('the deployments of a seed could be made again in the order flows, proxies', async () => {
  const client = new TestClient({ seed: 'small' });
  const target = client.simulator.target();
  const deployments = [...target.list(['environments'])].flatMap((environment) =>
    target.deployments(environment).map((deployment) => ({ environment, ...deployment })),
  );
  assert.ok(deployments.length > 10);
  const flowsFirst = deployments.toSorted((a, b) => (a.flavour < b.flavour ? 1 : -1));
  for (const deployment of flowsFirst) target.deploy(deployment);
});

test('lists of a lazily generated organization find every app once, and an app is found by name, id and key', async () => {
  const client = new TestClient({ seed: 'huge' });
  const first = await client.get('/apps?rows=1000&expand=true');
  const apps = documentsIn(first.body, 'app');
  assert.equal(apps.length, 1000);
  const app: Document = apps[500] ?? {};
  assert.deepEqual((await client.get(`/apps/${textIn(app, 'appId')}`)).body, app);
  const owned = `/developers/${textIn(app, 'developerId')}/apps/${encodeURIComponent(textIn(app, 'name'))}`;
  assert.deepEqual((await client.get(owned)).body, app);
  const key = textIn(documentsIn(app, 'credentials')[0] ?? {}, 'consumerKey');
  assert.equal((await client.post(`${owned}/keys`, { consumerKey: key, consumerSecret: 's' })).status, 409);
  assert.equal((await client.delete(owned)).status, 200);
  assert.equal((await client.get(owned)).status, 404);
  const again = documentsIn((await client.get('/apps?rows=1000&expand=true')).body, 'app');
  assert.equal(
    again.some((candidate) => candidate['appId'] === app['appId']),
    false,
  );
  assert.equal(again.length, 1000);
});
