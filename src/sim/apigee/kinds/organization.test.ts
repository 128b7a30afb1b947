import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentIn } from '../document.ts';
import { createSeed } from '../seeds/index.ts';
import { TestClient } from '../test-client.ts';

test('PUT replaces the properties as a whole, and nothing else', async () => {
  const client = new TestClient({ seed: 'small' });
  const before = (await client.get('')).body;
  const properties = { property: [{ name: 'a', value: '1' }] };
  const { status, body } = await client.put('', { displayName: 'another', properties });
  assert.equal(status, 200);
  assert.deepEqual([body['properties'], body['displayName']], [properties, before['displayName']]);
  assert.deepEqual(body['addonsConfig'], before['addonsConfig']);
  assert.equal((await client.put('', { propertes: {} })).status, 400);
});

test('setAddons replaces the whole configuration when its operation ends', async () => {
  const client = new TestClient({ seed: 'small' });
  const set = (addonsConfig: unknown) => client.post(':setAddons', { addonsConfig });
  const { status, body } = await set({ integrationConfig: { enabled: true }, analyticsConfig: { enabled: false } });
  assert.equal(status, 200);
  assert.match(String(body['name']), /^organizations\/acme\/operations\//);
  assert.equal((await set({})).status, 400, 'one operation at a time');
  client.simulator.settle();
  const addons = documentIn((await client.get('')).body, 'addonsConfig');
  assert.deepEqual(Object.keys(addons).sort(), ['analyticsConfig', 'integrationConfig']);
  assert.deepEqual(addons['integrationConfig'], { enabled: true });
  assert.deepEqual(
    [documentIn(addons, 'analyticsConfig')['enabled'], documentIn(addons, 'analyticsConfig')['state']],
    [undefined, 'DISABLED'],
  );
  assert.equal((await client.post(':setAddons', {})).status, 400, 'addonsConfig is required');
  assert.equal((await set({ unknownConfig: {} })).status, 400);
});

test('what needs an add-on is refused where it is off', async () => {
  const client = new TestClient({ seed: 'small' });
  assert.deepEqual((await client.get('/securitySettings')).body, {
    name: 'organizations/acme/securitySettings',
    mlRetrainingFeedbackEnabled: true,
  });
  const patch = (body: unknown, mask = 'ml_retraining_feedback_enabled') =>
    client.send('PATCH', `/securitySettings?updateMask=${mask}`, { body });
  assert.deepEqual(Object.keys((await patch({ mlRetrainingFeedbackEnabled: false })).body), ['name']);
  assert.equal((await patch({ mlRetrainingFeedbackEnabled: true }, 'name')).status, 400);
  assert.equal((await patch({ unknown: true })).status, 400);
  await client.post(':setAddons', { addonsConfig: {} });
  client.simulator.settle();
  const refused = await client.get('/securitySettings');
  assert.deepEqual([refused.status, documentIn(refused.body, 'error')['status']], [400, 'FAILED_PRECONDITION']);
  assert.equal((await patch({})).status, 400);
});

test('a new organization has no add-on that costs, and only the small one has monetization', () => {
  for (const [seed, ...expected] of [
    ['small', true, true],
    ['medium', false, true],
    ['empty', false, false],
  ] as const) {
    const { organization } = createSeed(seed, 'acme');
    const addons = documentIn({ ...organization }, 'addonsConfig');
    assert.deepEqual(
      ['monetizationConfig', 'apiSecurityConfig'].map((name) => documentIn(addons, name)['enabled'] === true),
      expected,
      seed,
    );
  }
});
