import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn, textIn } from '../document.ts';
import { TestClient } from '../test-client.ts';

const profileConfig = { categories: [{ cors: {} }] };

async function clientWithEnvironment(): Promise<TestClient> {
  const client = new TestClient();
  assert.equal((await client.get('/securityProfiles')).status, 400, 'the add-on is off');
  await client.post(':setAddons', { addonsConfig: { apiSecurityConfig: { enabled: true } } });
  client.simulator.settle();
  await client.post('/environments?name=prod', { name: 'prod' });
  client.simulator.settle();
  return client;
}

test('every change of a security profile makes a revision; Google’s own cannot be changed', async () => {
  const client = await clientWithEnvironment();
  assert.equal((await client.post('/securityProfiles?securityProfileId=Strict', { profileConfig })).status, 400);
  assert.equal((await client.post('/securityProfiles?securityProfileId=strict', {})).status, 400);
  const made = await client.post('/securityProfiles?securityProfileId=strict', { profileConfig });
  assert.equal(made.body['revisionId'], '1');
  assert.equal((await client.post('/securityProfiles?securityProfileId=strict', { profileConfig })).status, 409);
  const patch = (path: string, body: Record<string, unknown>) => client.send('PATCH', path, { body });
  const patched = await patch('/securityProfiles/strict?updateMask=description', { description: 'x' });
  assert.equal(patched.body['revisionId'], '2');
  assert.equal((await client.get('/securityProfiles/strict@1')).body['description'], undefined);
  assert.equal(
    documentsIn((await client.get('/securityProfiles/strict:listRevisions')).body, 'securityProfiles').length,
    2,
  );
  assert.equal((await patch('/securityProfiles/strict', { description: 'x' })).status, 400);
  assert.equal((await patch('/securityProfiles/default?updateMask=description', {})).status, 400);
});

test('revisions are listed newest first, page by page', async () => {
  const client = await clientWithEnvironment();
  await client.post('/securityProfiles?securityProfileId=strict', { profileConfig });
  for (let count = 2; count <= 11; count += 1) {
    const body = { description: String(count) };
    await client.send('PATCH', '/securityProfiles/strict?updateMask=description', { body });
  }
  const numbers: unknown[] = [];
  let pages = 0;
  for (let token: unknown = ''; typeof token === 'string' && pages < 9; pages += 1) {
    const page = await client.get(`/securityProfiles/strict:listRevisions?pageSize=4&pageToken=${token}`);
    numbers.push(...documentsIn(page.body, 'securityProfiles').map((revision) => revision['revisionId']));
    token = page.body['nextPageToken'];
  }
  assert.deepEqual([pages, numbers], [3, ['11', '10', '9', '8', '7', '6', '5', '4', '3', '2', '1']]);
  assert.equal((await client.get('/securityProfiles/none:listRevisions')).status, 404);
  const route = 'GET ~/securityProfiles/{securityProfilesId}:listRevisions';
  assert.equal(client.simulator.listingFloor().byRoute[route], 2, 'of the new profile and of Google’s');
});

test('an environment is attached to one security profile, which then cannot be deleted', async () => {
  const client = await clientWithEnvironment();
  await client.post('/securityProfiles?securityProfileId=strict', { profileConfig });
  assert.equal((await client.post('/securityProfiles/strict/environments', { name: 'none' })).status, 404);
  assert.equal((await client.post('/securityProfiles/strict/environments', { name: 'prod' })).status, 200);
  assert.equal((await client.post('/securityProfiles/strict/environments', { name: 'prod' })).status, 409);
  assert.equal((await client.post('/securityProfiles/default/environments', { name: 'prod' })).status, 400);
  assert.equal((await client.delete('/securityProfiles/strict')).status, 400);
  assert.equal((await client.delete('/securityProfiles/strict/environments/prod')).status, 200);
  assert.equal((await client.delete('/securityProfiles/strict')).status, 200);
});

test('risk assessment shows one type at a time', async () => {
  const client = await clientWithEnvironment();
  const body = { riskAssessmentType: 'API_HUB', profileAssessmentConfigs: { a: { weight: 'MAJOR' } } };
  assert.equal((await client.post('/securityProfilesV2?securityProfileV2Id=hub', body)).status, 200);
  const names = async (query: string) =>
    documentsIn((await client.get(`/securityProfilesV2${query}`)).body, 'securityProfilesV2').map((item) =>
      textIn(item, 'name').split('/').at(-1),
    );
  assert.deepEqual(await names(''), ['google-default']);
  assert.deepEqual(await names('?riskAssessmentType=API_HUB'), ['hub']);
  assert.equal((await client.get('/securityProfilesV2/hub')).status, 404);
  const condition = { riskAssessmentType: 'API_HUB', profile: 'hub', includeAllResources: {} };
  const create = (change: object) =>
    client.post('/securityMonitoringConditions?securityMonitoringConditionId=cond', { ...condition, ...change });
  assert.equal((await create({ profile: 'none' })).status, 404);
  assert.equal((await create({ scope: 'prod' })).status, 400);
  assert.equal((await create({ include: { resources: [] } })).status, 400);
  assert.equal((await create({})).status, 200);
  assert.equal((await create({})).status, 409);
  assert.equal((await client.delete('/securityProfilesV2/hub?riskAssessmentType=API_HUB')).status, 400);
  const fixed = await client.send('PATCH', '/securityMonitoringConditions/cond?updateMask=profile', {
    body: condition,
  });
  assert.equal(fixed.status, 400);
});

test('security actions: one effect, a condition, and a state that can only be left', async () => {
  const client = await clientWithEnvironment();
  const base = '/environments/prod/securityActions';
  const body = { state: 'ENABLED', deny: {}, conditionConfig: { userAgents: ['x'] } };
  const create = (change: object) => client.post(`${base}?securityActionId=a`, { ...body, ...change });
  assert.equal((await create({ allow: {} })).status, 400);
  assert.equal((await create({ conditionConfig: {} })).status, 400);
  assert.equal((await create({ state: 'STATE_UNSPECIFIED' })).status, 400);
  assert.equal((await create({ apiProxies: ['none'] })).status, 400);
  assert.equal((await create({ expireTime: '2001-01-01T00:00:00Z' })).status, 400);
  const made = await create({ ttl: '3600s' });
  assert.match(textIn(made.body, 'expireTime'), /Z$/);
  assert.equal(made.body['ttl'], undefined);
  assert.equal((await create({})).status, 409);
  assert.equal((await client.post(`${base}/a:enable`, {})).status, 400);
  assert.equal((await client.post(`${base}/a:disable`, {})).body['state'], 'DISABLED');
  const patched = await client.send('PATCH', `${base}/a?updateMask=expire_time,description`, {
    body: { description: 'x' },
  });
  assert.deepEqual([patched.body['expireTime'], patched.body['description']], [undefined, 'x']);
  const config = '/environments/prod/securityActionsConfig';
  assert.equal((await client.get(config)).body['enabled'], undefined);
  assert.equal((await client.send('PATCH', `${config}?updateMask=enabled`, { body: { enabled: true } })).status, 200);
  assert.equal((await client.get(config)).body['enabled'], true);
});

test('feedback has the id that was chosen, or one that the service makes', async () => {
  const client = await clientWithEnvironment();
  const body = {
    feedbackType: 'EXCLUDED_DETECTION',
    feedbackContexts: [{ attribute: 'ATTRIBUTE_ENVIRONMENTS', values: ['prod'] }],
  };
  assert.equal((await client.post('/securityFeedback', { ...body, feedbackContexts: [] })).status, 400);
  assert.equal((await client.post('/securityFeedback?securityFeedbackId=mine', body)).status, 200);
  assert.equal((await client.post('/securityFeedback?securityFeedbackId=mine', body)).status, 409);
  assert.match(textIn((await client.post('/securityFeedback', body)).body, 'name'), /[0-9a-f-]{36}$/);
  await client.send('PATCH', '/securityFeedback/mine?updateMask=comment', { body: { comment: 'x' } });
  assert.equal((await client.get('/securityFeedback/mine')).body['comment'], 'x');
  assert.equal((await client.delete('/securityFeedback/mine')).status, 200);
  assert.equal((await client.get('/securityFeedback/mine')).status, 404);
});
