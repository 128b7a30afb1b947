import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { proxyDeploymentIamPolicy } from './deployment-iam-policy.ts';
import { environmentIamPolicy } from './environment-iam-policy.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const id = 'environments/prod/iamPolicy';
const policy = (body: JsonObject) => stateOf(environmentIamPolicy, id, body);
const binding = (...members: readonly string[]): JsonObject => ({ role: 'roles/r', members });
const gone = 'deleted:user:x@y.example?uid=1';

test('order, etag, version and deleted members are noise; conditions are not', () => {
  const condition = { title: 't', expression: 'true' };
  const one = policy({ etag: 'a', version: 1, bindings: [binding('b', 'a'), { ...binding('c'), condition }] });
  const other = policy({
    etag: 'b',
    version: 3,
    bindings: [{ ...binding('c', gone), condition }, binding(gone), binding('a', 'b')],
  });
  assert.deepEqual(one.canonical, other.canonical);
  assert.notDeepEqual(one.canonical, policy({ bindings: [binding('a', 'b'), binding('c')] }).canonical);
});

test('a policy that grants nothing is no resource', () => {
  for (const body of [{}, { etag: 'ACAB', version: 1, bindings: [] }, { bindings: [binding(gone)] }]) {
    assert.equal(environmentIamPolicy.isVacant?.(body), true);
  }
  assert.equal(environmentIamPolicy.isVacant?.({ bindings: [binding('a')] }), false);
  assert.equal(environmentIamPolicy.isVacant?.({ auditConfigs: [{ service: 'x' }] }), false);
});

test('it is read with its conditions, of a deployment by the name of what is deployed', () => {
  assert.deepEqual(environmentIamPolicy.readQuery, { 'options.requestedPolicyVersion': '3' });
  assert.equal(environmentIamPolicy.path?.(id), 'environments/prod:getIamPolicy');
  assert.equal(
    proxyDeploymentIamPolicy.path?.('environments/prod/apis/a.b/deployment/iamPolicy'),
    'environments/prod/deployments/a.b:getIamPolicy',
  );
});

test('it is written last, under the tag of the target, without deleted members, which are named', () => {
  const live = policy({ etag: 'live', bindings: [binding('b')] });
  const { calls } = environmentIamPolicy.update(
    policy({ etag: 'old', bindings: [binding('a', gone)] }),
    live,
    writeContext(),
  );
  assert.deepEqual(linesOf(calls), ['permit set: POST environments/prod:setIamPolicy']);
  assert.deepEqual(jsonOf(calls[0]), { policy: { version: 3, bindings: [binding('a')], etag: 'live' } });
  assert.equal(calls[0]?.risk?.includes(gone), true);
  assert.deepEqual(calls[0]?.lookup, {
    type: 'moved',
    method: 'GET',
    path: ['environments/prod:getIamPolicy'],
    query: { 'options.requestedPolicyVersion': '3' },
    field: 'etag',
    was: 'live',
  });
});

test('audit configurations are written only where there are some', () => {
  const auditConfigs = [{ service: 'allServices' }];
  const { calls } = environmentIamPolicy.create(policy({ auditConfigs, bindings: [binding('a')] }), writeContext());
  assert.deepEqual(jsonOf(calls[0]), {
    policy: { version: 3, bindings: [binding('a')], auditConfigs },
    updateMask: 'bindings,etag,auditConfigs',
  });
});

test('a policy that the point does not have is emptied, unless what it is of goes', () => {
  const live = policy({ etag: 'live', bindings: [binding('b')] });
  const { calls } = environmentIamPolicy.remove(live, writeContext());
  assert.deepEqual(linesOf(calls), ['permit empty: POST environments/prod:setIamPolicy']);
  assert.deepEqual(jsonOf(calls[0]), { policy: { version: 3, bindings: [], etag: 'live' } });
  const removed = writeContext({ isRemoved: (other) => other === 'environments/prod' });
  assert.deepEqual(environmentIamPolicy.remove(live, removed).calls, []);
});
