import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { compareFields } from '../compare-fields.ts';
import { canonicalise, entryOf } from '../canonical.ts';
import { plainHasher, sampleContext } from '../sample-kind.fixture.ts';
import { securityAction } from './security-action.ts';
import { securityActionsConfig } from './security-actions-config.ts';
import { securityFeedback } from './security-feedback.ts';
import { securityMonitoringCondition } from './security-monitoring-condition.ts';
import { securityProfile } from './security-profile.ts';
import { securityProfileEnvironment } from './security-profile-environment.ts';
import { securityProfileV2 } from './security-profile-v2.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const context = writeContext();
const categories = (...names: readonly string[]): JsonObject => ({
  profileConfig: { categories: names.map((name) => ({ [name]: {} })) },
});
const profile = (change: JsonObject = {}, name = 'strict') =>
  stateOf(securityProfile, `securityProfiles/${name}`, {
    name: `organizations/o/securityProfiles/${name}`,
    revisionId: '3',
    maxScore: 1200,
    ...categories('abuse', 'cors'),
    ...change,
  });

test('a category without fields is there or not, in any order', () => {
  assert.deepEqual(profile(categories('cors', 'abuse')).canonical, profile().canonical);
  assert.notDeepEqual(profile(categories('abuse')).canonical, profile().canonical);
  assert.notDeepEqual(profile(categories('abuse', 'mtls')).canonical, profile().canonical);
  const { fields } = compareFields(
    securityProfile,
    { value: profile().canonical },
    { value: profile(categories('abuse', 'mtls')).canonical },
  );
  assert.ok(fields.length > 0);
});

test('the newest revision is restored; how many there were is said', () => {
  const { calls, cannot } = securityProfile.create(profile(), context);
  assert.deepEqual(linesOf(calls), ['materialise create: POST securityProfiles?securityProfileId=strict']);
  assert.deepEqual(jsonOf(calls[0]), categories('abuse', 'cors'));
  assert.match(cannot?.[0]?.why ?? '', /revision 3/);
  assert.deepEqual(securityProfile.create(profile({ revisionId: '1' }), context).cannot, []);
  const patched = securityProfile.update(profile({ description: 'x' }), profile({ revisionId: '9' }), context).calls;
  assert.deepEqual(linesOf(patched), ['materialise update: PATCH securityProfiles/strict?updateMask=description']);
  assert.equal(securityProfile.idOf({ name: 'strict@2' }, '', sampleContext), 'securityProfiles/strict');
});

test('Google’s own profile is never written, and its changes are no drift', () => {
  const google = (change: JsonObject = {}) => profile(change, 'default');
  assert.deepEqual(google({ description: 'new' }).canonical, google().canonical);
  for (const writes of [securityProfile.create(google(), context), securityProfile.remove(google(), context)]) {
    assert.deepEqual(writes.calls, []);
    assert.equal(writes.cannot?.[0]?.code, 'NO_WRITE');
  }
  assert.deepEqual(linesOf(securityProfile.remove(profile(), context).calls), [
    'remove delete: DELETE securityProfiles/strict',
  ]);
});

test('environments are attached at the end, by their bare names', () => {
  const id = 'securityProfiles/strict/environments/prod';
  const attached = stateOf(securityProfileEnvironment, id, { environment: 'prod', attachTime: 'x' });
  assert.equal(securityProfileEnvironment.idOf(attached.body, 'securityProfiles/strict', sampleContext), id);
  const [call] = securityProfileEnvironment.create(attached, context).calls;
  assert.deepEqual(jsonOf(call), { name: 'prod' });
  assert.equal(call?.phase, 'activate');
  assert.deepEqual(securityProfileEnvironment.needs(attached)[0]?.id, 'environments/prod');
  assert.deepEqual(linesOf(securityProfileEnvironment.remove(attached, context).calls), [
    `remove detach: DELETE ${id}`,
  ]);
});

test('profiles of the two assessment types are told apart, and read and deleted as what they are', () => {
  const body = (change: JsonObject): JsonObject => ({ name: 'x', profileAssessmentConfigs: {}, ...change });
  const idOf = (change: JsonObject) => securityProfileV2.idOf(body(change), '', sampleContext);
  assert.equal(idOf({}), 'securityProfilesV2/APIGEE/x');
  assert.equal(idOf({ riskAssessmentType: 'RISK_ASSESSMENT_TYPE_UNSPECIFIED' }), 'securityProfilesV2/APIGEE/x');
  const hub = stateOf(securityProfileV2, 'securityProfilesV2/API_HUB/x', body({ riskAssessmentType: 'API_HUB' }));
  assert.equal(idOf(hub.body), hub.id);
  assert.deepEqual(linesOf(securityProfileV2.remove(hub, context).calls), [
    'remove delete: DELETE securityProfilesV2/x?riskAssessmentType=API_HUB',
  ]);
  assert.equal(securityProfileV2.accepts?.({ googleDefined: true }), false);
});

test('an assessment that is there without a weight is not one that is missing; gateways have no order', () => {
  const of = (profileAssessmentConfigs: JsonObject) =>
    stateOf(securityProfileV2, 'securityProfilesV2/APIGEE/x', { name: 'x', profileAssessmentConfigs }).canonical;
  const gateways = (...gatewayTypes: readonly string[]): JsonObject => ({ a: { include: { gatewayTypes } } });
  assert.deepEqual(of({ a: { weight: 'WEIGHT_UNSPECIFIED' } }), of({ a: {} }));
  assert.notDeepEqual(of({ a: {} }), of({}));
  assert.deepEqual(of(gateways('APIGEE_X', 'APIGEE_EDGE')), of(gateways('APIGEE_EDGE', 'APIGEE_X')));
});

const condition = (change: JsonObject) =>
  stateOf(securityMonitoringCondition, 'securityMonitoringConditions/APIGEE/cond', {
    name: 'organizations/o/securityMonitoringConditions/cond',
    profile: 'p',
    scope: 'prod',
    totalDeployedResources: 4,
    ...change,
  });

test('a condition watches all or some; what is fixed is named', () => {
  const all = condition({ includeAllResources: {} });
  const some = condition({ include: { resources: [{ type: 'API_PROXY', name: 'orders' }] } });
  assert.notDeepEqual(all.canonical, condition({}).canonical);
  assert.deepEqual(linesOf(securityMonitoringCondition.update(all, some, context).calls), [
    'activate update: PATCH securityMonitoringConditions/cond?updateMask=include%2Cinclude_all_resources',
  ]);
  assert.deepEqual(
    securityMonitoringCondition.needs(some).map(({ id, soft }) => [id, soft]),
    [
      ['securityProfilesV2/APIGEE/p', true],
      ['environments/prod', undefined],
      ['apis/orders', true],
    ],
  );
  const { calls, cannot } = securityMonitoringCondition.update(all, condition({ scope: 'test' }), context);
  assert.deepEqual([calls, cannot?.[0]?.code], [[], 'IMMUTABLE_FIELD']);
});

const actionId = 'environments/prod/securityActions/block';
const action = (change: JsonObject = {}) =>
  stateOf(securityAction, actionId, {
    name: `organizations/o/${actionId}`,
    state: 'ENABLED',
    deny: {},
    conditionConfig: { ipAddressRanges: ['b', 'a'] },
    ...change,
  });

test('an action is created inert and enabled at the end; enabling is looked up by its state', () => {
  const { calls } = securityAction.create(action(), context);
  assert.deepEqual(linesOf(calls), [
    'materialise create: POST environments/prod/securityActions?securityActionId=block',
    `activate state: POST ${actionId}:enable`,
  ]);
  assert.deepEqual(jsonOf(calls[0]), { state: 'DISABLED', deny: {}, conditionConfig: { ipAddressRanges: ['b', 'a'] } });
  assert.deepEqual(calls[1]?.lookup, { type: 'get', path: [actionId], expect: { field: 'state', value: 'ENABLED' } });
  assert.equal(securityAction.create(action({ state: 'DISABLED' }), context).calls.length, 1);
});

test('what differs is patched, the state by its own call, and the effect is there although it is empty', () => {
  const update = (desired: JsonObject, live: JsonObject) =>
    linesOf(securityAction.update(action(desired), action(live), context).calls);
  assert.deepEqual(update({}, { state: 'DISABLED' }), [`activate state: POST ${actionId}:enable`]);
  assert.deepEqual(update({ state: 'DISABLED' }, {}), [`activate state: POST ${actionId}:disable`]);
  const allow: JsonObject = { ...action().body, allow: {} };
  const { deny: _, ...allowing } = allow;
  const live = stateOf(securityAction, actionId, allowing);
  assert.deepEqual(linesOf(securityAction.update(action({ apiProxies: ['x'] }), live, context).calls), [
    `materialise update: PATCH ${actionId}?updateMask=allow%2Capi_proxies%2Cdeny`,
  ]);
  assert.deepEqual(action({ conditionConfig: { ipAddressRanges: ['a', 'b'] } }).canonical, action().canonical);
});

test('keys and tokens in conditions are secret, in any order', () => {
  const entry = (...apiKeys: readonly string[]) => {
    const canonical = canonicalise(securityAction, { ...action().body, conditionConfig: { apiKeys } }, sampleContext);
    assert.ok(canonical !== undefined && !canonical.text.includes('key-'));
    return entryOf(securityAction, actionId, canonical, plainHasher);
  };
  assert.deepEqual(entry('key-1', 'key-2'), entry('key-2', 'key-1'));
  assert.notEqual(entry('key-1', 'key-2').secretHash, entry('key-1', 'key-3').secretHash);
  const changed = writeContext({ changedSecrets: () => ['conditionConfig.apiKeys[0]'] });
  assert.deepEqual(linesOf(securityAction.update(action(), action(), changed).calls), [
    `materialise update: PATCH ${actionId}?updateMask=condition_config`,
  ]);
});

test('an expired action stays away and is named; how an instant is written is no difference', () => {
  const expired = action({ expireTime: '1970-01-01T00:10:00Z' });
  assert.deepEqual(
    securityAction.create(expired, context).cannot?.map(({ code }) => code),
    ['EXPIRED'],
  );
  assert.deepEqual(securityAction.update(expired, action(), context).calls, []);
  const at = (expireTime: string) => action({ expireTime }).canonical;
  assert.deepEqual(at('2030-01-01T00:00:00.500Z'), at('2030-01-01T00:00:00.5Z'));
  assert.deepEqual(at('2030-01-01T00:00:00.000Z'), at('2030-01-01T00:00:00Z'));
  assert.notDeepEqual(at('2030-01-01T00:00:10Z'), at('2030-01-01T00:00:01Z'));
});

test('the switch of security actions is a resource where it is on', () => {
  const id = 'environments/prod/securityActionsConfig';
  assert.equal(securityActionsConfig.isVacant?.({ name: 'x' }), true);
  assert.equal(securityActionsConfig.isVacant?.({ enabled: true }), false);
  const on = stateOf(securityActionsConfig, id, { enabled: true });
  assert.deepEqual(linesOf(securityActionsConfig.create(on, context).calls), [
    `activate enable: PATCH ${id}?updateMask=enabled`,
  ]);
  const [off] = securityActionsConfig.remove(on, context).calls;
  assert.deepEqual(jsonOf(off), { enabled: false });
});

test('feedback keeps its id', () => {
  const id = 'securityFeedback/0c5d';
  const body = { name: 'organizations/o/securityFeedback/0c5d', feedbackType: 'EXCLUDED_DETECTION', comment: 'x' };
  const feedback = stateOf(securityFeedback, id, body);
  assert.deepEqual(linesOf(securityFeedback.create(feedback, context).calls), [
    'materialise create: POST securityFeedback?securityFeedbackId=0c5d',
  ]);
  const other = stateOf(securityFeedback, id, { ...body, comment: 'y' });
  assert.deepEqual(linesOf(securityFeedback.update(feedback, other, context).calls), [
    `materialise update: PATCH ${id}?updateMask=comment`,
  ]);
});
