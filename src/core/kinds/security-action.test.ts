import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { sampleContext } from '../sample-kind.fixture.ts';
import { securityAction } from './security-action.ts';
import { linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const ID = 'environments/prod/securityActions/block';
const NOW = '1970-01-01T00:16:40.000Z';
const context = writeContext();
const action = (over: JsonObject = {}) => stateOf(securityAction, ID, { name: `organizations/o/${ID}`, ...over });

test('an action needs the proxies that it acts on, and the products where they are there', () => {
  assert.deepEqual(
    securityAction.needs(
      action({ apiProxies: ['a', 7, 'b/c'], conditionConfig: { apiProducts: ['gold', null], apiKeys: ['k'] } }),
    ),
    [
      { id: 'apis/a', why: 'it acts on this proxy' },
      { id: 'apis/b%2Fc', why: 'it acts on this proxy' },
      { id: 'apiproducts/gold', why: 'it acts on calls of this product', ifMissing: 'idle' },
    ],
  );
  assert.deepEqual(securityAction.needs(action()), []);
  assert.deepEqual(securityAction.needs(action({ conditionConfig: 'odd' })), []);
});

test('an action whose expiry is the time of the plan or before stays away; later it is written', () => {
  const at = (expireTime: string) => action({ expireTime, state: 'DISABLED' });
  const late = securityAction.create(at(NOW), context);
  assert.deepEqual(late.calls, []);
  assert.deepEqual(late.cannot, [
    {
      id: ID,
      code: 'EXPIRED',
      why: `It expired at ${NOW}: it acts no more, and the service takes no expiry in the past.`,
      next: 'Nothing, unless it is still wanted: then create it with a later expiry.',
    },
  ]);
  assert.equal(securityAction.create(at('1970-01-01T00:16:40.001Z'), context).calls.length, 1);
  assert.equal(securityAction.create(at('never'), context).calls.length, 1);
  assert.deepEqual(securityAction.update(at(NOW), action(), context), late);
});

test('a state that is not said is that of an action that is off', () => {
  assert.equal(securityAction.create(action(), context).calls.length, 1);
  const [call] = securityAction.update(action({ state: 'DISABLED' }), action({ state: 'ENABLED' }), context).calls;
  assert.deepEqual(
    [call?.reason, call?.lookup],
    ['the action was disabled', { type: 'get', path: [ID], expect: { field: 'state', value: 'DISABLED' } }],
  );
  const [create, enable] = securityAction.create(action({ state: 'ENABLED' }), context).calls;
  assert.deepEqual(
    [create?.reason, create?.lookup, create?.requires],
    ['the security action is missing', { type: 'get', path: [ID] }, undefined],
  );
  assert.deepEqual(
    [enable?.reason, enable?.action, enable?.requires],
    ['the action was enabled', 'status', ['create']],
  );
  const [alone] = securityAction.update(action({ state: 'ENABLED' }), action(), context).calls;
  assert.deepEqual(alone?.requires, []);
});

test('an action that the point does not have is deleted, unless its environment goes', () => {
  const { calls } = securityAction.remove(action(), context);
  assert.deepEqual(linesOf(calls), [`remove delete: DELETE ${ID}`]);
  assert.deepEqual(
    [calls[0]?.reason, calls[0]?.tolerates, calls[0]?.risk],
    ['the point does not have it', [404], 'What it refused or flagged goes through.'],
  );
  const gone = writeContext({ isRemoved: (id) => id === 'environments/prod' });
  assert.deepEqual(securityAction.remove(action(), gone), { calls: [] });
});

test('an effect that is a message without fields is there; what is no message is not', () => {
  const effect = (over: JsonObject) => action(over).canonical;
  assert.notDeepEqual(effect({ flag: {} }), effect({ deny: {} }));
  assert.notDeepEqual(effect({ allow: {} }), effect({}));
  assert.deepEqual(effect({ deny: { responseCode: 403 } }), { deny: { responseCode: 403 } });
});

test('the id of an action is its short name', () => {
  const idOf = (body: JsonObject) => securityAction.idOf(body, 'environments/prod', sampleContext);
  assert.equal(idOf({ name: `organizations/o/${ID}` }), ID);
  assert.equal(idOf({}), undefined);
});
