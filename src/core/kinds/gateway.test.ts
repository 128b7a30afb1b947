import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { sampleContext } from '../sample-kind.fixture.ts';
import { apiProduct } from './api-product.ts';
import { environment } from './environment.ts';
import type { BundleFacts, IdContext } from './kind.ts';
import { proxyDeployment } from './proxy-deployment.ts';
import { proxyRevision } from './proxy-revision.ts';
import { proxy } from './proxy.ts';
import { sharedFlowDeployment } from './shared-flow-deployment.ts';
import { sharedFlow } from './shared-flow.ts';
import { targetServer } from './target-server.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const context = writeContext();

// ------------------------------------------------------------------ environment

const testBody: JsonObject = {
  name: 'test',
  displayName: 'Test',
  state: 'ACTIVE',
  createdAt: '1',
  deploymentType: 'PROXY',
  nodeConfig: { minNodeCount: '2', currentAggregateNodeCount: '3' },
};
const test1 = (change: JsonObject = {}) => stateOf(environment, 'environments/test', { ...testBody, ...change });

test('an environment is created as a long-running operation, without what the server assigns', () => {
  const { calls } = environment.create(test1(), context);
  assert.deepEqual(linesOf(calls), ['materialise create: POST environments?name=test']);
  assert.equal(calls[0]?.longRunning, true);
  assert.deepEqual(jsonOf(calls[0]), {
    name: 'test',
    displayName: 'Test',
    deploymentType: 'PROXY',
    nodeConfig: { minNodeCount: '2' },
  });
});

test('what is fixed at creation is named and sent as it is live, the rest is replaced as a whole', () => {
  const { calls, cannot } = environment.update(
    test1(),
    test1({ displayName: 'x', deploymentType: 'ARCHIVE' }),
    context,
  );
  assert.deepEqual(linesOf(calls), ['materialise update: PUT environments/test']);
  assert.deepEqual(Object(jsonOf(calls[0])).deploymentType, 'ARCHIVE');
  assert.deepEqual(Object(jsonOf(calls[0])).displayName, 'Test');
  assert.deepEqual(
    cannot?.map(({ code }) => code),
    ['IMMUTABLE_FIELD'],
  );
  const only = environment.update(test1(), test1({ deploymentType: 'ARCHIVE' }), context);
  assert.deepEqual([only.calls.length, only.cannot?.length], [0, 1]);
});

// ------------------------------------------------------------------ target server

const serverId = 'environments/test/targetservers/core';
const server = (change: JsonObject = {}) =>
  stateOf(targetServer, serverId, { name: 'core', host: 'h', port: 443, isEnabled: false, ...change });

test('a target server is created and replaced as a whole', () => {
  const { calls } = targetServer.create(server(), context);
  assert.deepEqual(linesOf(calls), ['materialise create: POST environments/test/targetservers']);
  assert.deepEqual(jsonOf(calls[0]), { name: 'core', host: 'h', port: 443, isEnabled: false });
  assert.deepEqual(linesOf(targetServer.update(server(), server({ host: 'x' }), context).calls), [
    `materialise update: PUT ${serverId}`,
  ]);
  assert.deepEqual(linesOf(targetServer.remove(server(), context).calls), [`remove delete: DELETE ${serverId}`]);
});

test('the protocol of a target server is fixed, so another one means delete and create, at a stated risk', () => {
  const { calls } = targetServer.update(server({ protocol: 'GRPC' }), server(), context);
  assert.deepEqual(linesOf(calls), [
    `materialise delete: DELETE ${serverId}`,
    'materialise create: POST environments/test/targetservers',
  ]);
  assert.ok(calls.every(({ group }) => group === serverId) && calls[0]?.risk !== undefined);
  assert.equal(
    targetServer.update(server({ protocol: 'HTTP' }), server({ host: 'x' }), context).calls[0]?.method,
    'PUT',
  );
});

// ------------------------------------------------------------------ product

test('a product needs the proxies and environments it names, and keeps fields that are not known', () => {
  const product = stateOf(apiProduct, 'apiproducts/gold', {
    name: 'gold',
    createdAt: '1',
    lastModifiedAt: '2',
    proxies: ['orders', 'pay+'],
    environments: ['test'],
    operationGroup: { operationConfigs: [{ apiSource: 'hidden' }, { apiSource: '' }] },
    brandNew: { kept: true },
  });
  assert.deepEqual(
    apiProduct.needs(product).map(({ id }) => id),
    ['apis/orders', 'apis/pay%2B', 'apis/hidden', 'environments/test'],
  );
  const [call] = apiProduct.create(product, context).calls;
  const { createdAt: _, lastModifiedAt: _also, ...rest } = product.body;
  assert.deepEqual(jsonOf(call), rest);
  assert.deepEqual(linesOf(apiProduct.update(product, product, context).calls), [
    'materialise update: PUT apiproducts/gold',
  ]);
});

// ------------------------------------------------------------------ bundles

test('a revision is imported under its owner, whatever the owner is called', () => {
  const id = 'apis/revisions/revisions/~D';
  const { calls } = proxyRevision.create({ id, body: {}, canonical: {}, tolerant: {} }, context);
  assert.deepEqual(linesOf(calls), ['materialise import: POST apis?action=import&name=revisions']);
  assert.deepEqual(calls[0]?.lookup, { type: 'revision', id });
  assert.deepEqual(calls[0]?.body, { type: 'bundle', id });
  assert.equal(proxyRevision.readWith?.(id), 'apis/revisions');
});

test('an extra revision is deleted under each of its numbers, unless its owner goes', () => {
  const live = {
    id: 'apis/orders/revisions/~D',
    body: {},
    canonical: {},
    tolerant: {},
    marks: { numbers: { '10': {}, '9': {} } },
  };
  assert.deepEqual(linesOf(proxyRevision.remove(live, context).calls), [
    'remove delete-9: DELETE apis/orders/revisions/9',
    'remove delete-10: DELETE apis/orders/revisions/10',
  ]);
  assert.deepEqual(proxyRevision.remove(live, writeContext({ isRemoved: (id) => id === 'apis/orders' })).calls, []);
});

test('of a new proxy only labels are set; its import has put it into its space', () => {
  const body = { name: 'orders', labels: { a: '' } };
  const desired = stateOf(proxy, 'apis/orders', { ...body, space: 'team' });
  const { calls, cannot } = proxy.create(desired, context);
  assert.deepEqual(linesOf(calls), ['materialise labels: PATCH apis/orders?updateMask=labels']);
  assert.deepEqual(cannot, []);
  assert.deepEqual(proxy.create(stateOf(proxy, 'apis/orders', { name: 'orders' }), context), { calls: [], cannot: [] });
  const gone = proxy.update(stateOf(proxy, 'apis/orders', { name: 'orders' }), desired, context);
  assert.deepEqual(jsonOf(gone.calls[0]), { labels: {} });
  assert.equal(gone.cannot?.length, 1);
  assert.deepEqual(sharedFlow.create(stateOf(sharedFlow, 'sharedflows/f', { name: 'f' }), context).calls, []);
});

const revisions: IdContext = {
  ...sampleContext,
  find: (_kind, key) =>
    ({ 'apis/orders@7': 'apis/orders/revisions/~D', 'apis/orders@8': 'apis/orders/revisions/~E' })[key],
};
const deploymentId = 'environments/test/apis/orders/deployment';
const deployed = (change: JsonObject = {}) =>
  stateOf(
    proxyDeployment,
    deploymentId,
    { environment: 'test', apiProxy: 'orders', revision: '7', state: 'READY', ...change },
    revisions,
  );

test('a deployment follows the content: the live number of it, or what its import will be given', () => {
  const live = proxyDeployment.create(deployed(), writeContext({ liveRevision: () => '12' })).calls;
  assert.deepEqual(linesOf(live), [
    'activate deploy: POST environments/test/apis/orders/revisions/12/deployments?override=true',
  ]);
  const [call] = proxyDeployment.create(deployed(), context).calls;
  const assigned = { hole: 'assigned', call: 'apis/orders/revisions/~D#import', field: 'revision' };
  assert.deepEqual(call?.path, ['environments/test/apis/orders/revisions/', assigned, '/deployments']);
  assert.deepEqual(call?.awaitReady, call?.path);
});

test('a service account is read in one form and written in another', () => {
  const account = { serviceAccount: 'projects/-/serviceAccounts/sa@p.iam' };
  assert.deepEqual(deployed(account).canonical, { revision: 'apis/orders/revisions/~D', serviceAccount: 'sa@p.iam' });
  const [call] = proxyDeployment.update(deployed(account), deployed(), context).calls;
  assert.deepEqual(call?.query, { override: 'true', serviceAccount: 'sa@p.iam' });
  // The revision is deployed already, so finding it deployed proves nothing.
  assert.deepEqual(call?.lookup, { type: 'repeat' });
  const [moved] = proxyDeployment.update(deployed(), deployed({ revision: '8' }), context).calls;
  assert.equal(moved?.lookup.type, 'get');
});

test('a deployment whose revision was not read cannot be described', () => {
  assert.throws(() => deployed({ revision: '99' }), /refers to something unknown/);
});

test('a deployment needs its revision, the flows it calls and its target servers in the same environment', () => {
  const facts: BundleFacts = {
    version: 1,
    sharedFlows: ['auth'],
    targetServers: ['core'],
    keyValueMaps: [],
    issuers: [],
    basePaths: [],
  };
  assert.deepEqual(
    proxyDeployment.needs({ ...deployed(), facts }).map(({ id }) => id),
    ['apis/orders/revisions/~D', 'environments/test/sharedflows/auth/deployment', serverId],
  );
});

test('a deployment comes after the maps that its policies may mean, wherever these are; that they are nowhere is no finding', () => {
  const facts: BundleFacts = {
    version: 1,
    sharedFlows: [],
    targetServers: [],
    keyValueMaps: ['limits/a'],
    issuers: [],
    basePaths: [],
  };
  const [, ...maps] = proxyDeployment.needs({ ...deployed(), facts });
  assert.deepEqual(
    maps.map(({ id, ifMissing }) => [id, ifMissing]),
    [
      ['apis/orders/keyvaluemaps/limits%2Fa', 'idle'],
      ['environments/test/keyvaluemaps/limits%2Fa', 'idle'],
      ['keyvaluemaps/limits%2Fa', 'idle'],
    ],
  );
});

test('an extra deployment is taken out at the revision that is live', () => {
  assert.deepEqual(linesOf(proxyDeployment.remove(deployed({ revision: '8' }), context).calls), [
    'remove undeploy: DELETE environments/test/apis/orders/revisions/8/deployments',
  ]);
  assert.equal(
    sharedFlowDeployment.path?.('environments/test/sharedflows/f/deployment'),
    'environments/test/sharedflows/f/deployments',
  );
});
