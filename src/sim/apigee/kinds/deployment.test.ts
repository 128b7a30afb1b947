import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn } from '../document.ts';
import { detailOf, errorOf, flowCallout, flowFiles, proxyFiles, type TestAnswer, TestClient } from '../test-client.ts';

const proxyPath = (revision: string): string => `/environments/test/apis/p/revisions/${revision}/deployments`;
const flowPath = (revision: string): string => `/environments/test/sharedflows/f/revisions/${revision}/deployments`;

async function clientWithProxy(files = proxyFiles('one')): Promise<TestClient> {
  const client = new TestClient({ timings: { deploymentMs: 500 } });
  await client.addEnvironment('test');
  await client.importProxy('p', files);
  return client;
}

function violationTypes(answer: TestAnswer): unknown[] {
  return documentsIn(detailOf(answer, 'PreconditionFailure'), 'violations').map((violation) => violation['type']);
}

test('a deployment is PROGRESSING, then READY; the account is shown in its long form; lists carry no state', async () => {
  const client = await clientWithProxy();
  assert.equal((await client.get('/deployments')).text, '{}');
  const called = await client.post(`${proxyPath('1')}?serviceAccount=run@acme.example`);
  assert.equal(called.body['state'], undefined);
  assert.equal(called.body['serviceAccount'], 'projects/-/serviceAccounts/run@acme.example');
  assert.equal((await client.get(proxyPath('1'))).body['state'], 'PROGRESSING');
  client.simulator.clock.advance(500);
  assert.equal((await client.get(proxyPath('1'))).body['state'], 'READY');
  const [listed] = documentsIn((await client.get('/environments/test/deployments')).body, 'deployments');
  assert.equal(listed?.['state'], undefined);
  assert.equal(listed?.['revision'], '1');
  assert.equal((await client.post(`${proxyPath('1')}?serviceAccount=projects/-/serviceAccounts/run@x`)).status, 400);
});

test('one revision per environment: a second is refused without override and replaces with it', async () => {
  const client = await clientWithProxy();
  await client.importProxy('p', proxyFiles('two'));
  await client.post(proxyPath('1'));
  const refused = await client.post(proxyPath('2'));
  assert.equal(errorOf(refused)['status'], 'FAILED_PRECONDITION');
  assert.equal((await client.post(`${proxyPath('2')}?override=true`)).status, 200);
  assert.equal((await client.get(proxyPath('1'))).status, 404);
  const all = documentsIn((await client.get('/apis/p/deployments')).body, 'deployments');
  assert.deepEqual(
    all.map((deployment) => deployment['revision']),
    ['2'],
  );
});

test('a revision that is not deployed answers 404, or {} by switch; undeploying it 404', async () => {
  const client = await clientWithProxy();
  assert.equal((await client.get(proxyPath('1'))).status, 404);
  assert.equal((await client.delete(proxyPath('1'))).status, 404);
  client.simulator.setSwitches({ undeployedRevision: 'empty' });
  assert.equal((await client.get(proxyPath('1'))).text, '{}');
});

test('flows called must be deployed first and cannot be undeployed while called; flows have a list of their own', async () => {
  const client = await clientWithProxy(proxyFiles('one', { FC: flowCallout('FC', 'f') }));
  await client.importFlow('f', flowFiles('one'));
  const early = await client.post(proxyPath('1'));
  assert.equal(errorOf(early)['message'], 'deployment validations failed');
  assert.deepEqual(violationTypes(early), ['DEPENDENCY_NOT_DEPLOYED']);
  await client.post(flowPath('1'));
  assert.equal((await client.post(proxyPath('1'))).status, 200);
  const breaking = await client.delete(flowPath('1'));
  assert.equal(breaking.status, 400);
  assert.equal(errorOf(breaking)['message'], 'generic::failed_precondition: undeployment validations failed');
  assert.deepEqual(violationTypes(breaking), ['WOULD_BREAK_DEPENDENT']);
  assert.equal(documentsIn((await client.get('/deployments')).body, 'deployments').length, 1);
  const flows = documentsIn((await client.get('/deployments?sharedFlows=true')).body, 'deployments');
  assert.deepEqual(
    flows.map((deployment) => deployment['apiProxy']),
    ['f'],
  );
  await client.delete(proxyPath('1'));
  assert.equal((await client.delete(flowPath('1'))).status, 200);
});

test('replacing a called flow with override is allowed, or refused by switch', async () => {
  const client = await clientWithProxy(proxyFiles('one', { FC: flowCallout('FC', 'f') }));
  await client.importFlow('f', flowFiles('one'));
  await client.importFlow('f', flowFiles('two'));
  await client.post(flowPath('1'));
  await client.post(proxyPath('1'));
  client.simulator.setSwitches({ sharedFlowReplacement: 'refused' });
  assert.deepEqual(violationTypes(await client.post(`${flowPath('2')}?override=true`)), ['WOULD_BREAK_DEPENDENT']);
  client.simulator.setSwitches({ sharedFlowReplacement: 'allowed' });
  assert.equal((await client.post(`${flowPath('2')}?override=true`)).status, 200);
});

test('a target server named by the bundle must exist, unless switched', async () => {
  const files = proxyFiles('one');
  files['apiproxy/targets/default.xml'] =
    '<TargetEndpoint><HTTPTargetConnection><LoadBalancer><Server name="core"/></LoadBalancer></HTTPTargetConnection></TargetEndpoint>';
  const client = await clientWithProxy(files);
  assert.deepEqual(violationTypes(await client.post(proxyPath('1'))), ['TARGET_SERVER_NOT_FOUND']);
  client.simulator.setSwitches({ missingTargetServer: 'accepted' });
  assert.equal((await client.post(proxyPath('1'))).status, 200);
});
