import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
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
import { securityProfileRevision } from './security-profile-revision.ts';
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

const idOfRevision = (body: JsonObject) =>
  securityProfileRevision.idOf(body, 'securityProfiles/strict', { ...sampleContext, hasher: digesting }) ?? '';
/** Digests that tell contents apart. */
const digesting = {
  ...plainHasher,
  digest: (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 32),
};
const revision = (number: string, change: JsonObject) => {
  const body = { name: `organizations/o/securityProfiles/strict@${number}`, revisionId: number, ...change };
  return stateOf(securityProfileRevision, idOfRevision(body), body);
};

test('the newest revision is restored; how many there were is said', () => {
  const { calls, cannot } = securityProfile.create(profile(), context);
  assert.deepEqual(linesOf(calls), ['materialise create: POST securityProfiles?securityProfileId=strict']);
  assert.deepEqual(jsonOf(calls[0]), categories('abuse', 'cors'));
  assert.match(cannot?.[0]?.why ?? '', /revision 3\. Its newest content comes back, as revision 1/);
  assert.deepEqual(securityProfile.create(profile({ revisionId: '1' }), context).cannot, []);
  const patched = securityProfile.update(profile({ description: 'x' }), profile({ revisionId: '9' }), context).calls;
  assert.deepEqual(linesOf(patched), ['materialise update: PATCH securityProfiles/strict?updateMask=description']);
  assert.equal(securityProfile.idOf({ name: 'strict@2' }, '', sampleContext), 'securityProfiles/strict');
});

test('a profile is made with its revisions in their order, and each shows nothing of another', () => {
  const earlier = [
    revision('10', { ...categories('cors'), description: 'tenth' }),
    revision('9', { ...categories('abuse', 'cors'), displayName: 'Ninth' }),
    revision('11', categories('cors', 'abuse')),
  ];
  const made = writeContext({
    isMade: (id) => id === 'securityProfiles/strict',
    madeBelow: (kind, id) =>
      kind === 'security-profile-revision' && id === 'securityProfiles/strict' ? earlier : assert.fail(),
  });
  const { calls, cannot } = securityProfile.create(profile({ revisionId: '11' }), made);
  const mask = 'updateMask=description%2CdisplayName%2CprofileConfig';
  assert.deepEqual(linesOf(calls), [
    'materialise create: POST securityProfiles?securityProfileId=strict',
    `materialise revision-2: PATCH securityProfiles/strict?${mask}`,
    `materialise revision-3: PATCH securityProfiles/strict?${mask}`,
  ]);
  assert.deepEqual(calls.map(jsonOf), [
    { ...categories('abuse', 'cors'), displayName: 'Ninth' },
    { ...categories('cors'), description: 'tenth' },
    categories('abuse', 'cors'),
  ]);
  assert.deepEqual(
    calls.slice(1).flatMap(({ requires = [] }) => requires),
    ['create', 'create'],
    'the newest comes all the same',
  );
  assert.match(cannot?.[0]?.why ?? '', /at revision 11\. 3 of its revisions come back, numbered from 1/);
  assert.deepEqual(securityProfile.create(profile({ revisionId: '3' }), made).cannot, []);
  for (const state of earlier) assert.deepEqual(securityProfileRevision.create(state, made), { calls: [] });
});

test('a revision is what it says, whatever its number, order and environments', () => {
  const id = idOfRevision({ name: 'strict@2', ...categories('abuse', 'cors'), description: 'x' });
  assert.match(id, /^securityProfiles\/strict\/revisions\/~[0-9a-f]{32}$/);
  const renumbered = {
    name: 'strict',
    revisionId: '7',
    revisionCreateTime: 'now',
    environments: [{ environment: 'prod' }],
    description: 'x',
    ...categories('cors', 'abuse'),
  };
  assert.equal(idOfRevision(renumbered), id);
  assert.equal(securityProfileRevision.label?.(renumbered, id), 'securityProfiles/strict@7');
  assert.notEqual(idOfRevision({ ...renumbered, description: 'y' }), id);
  assert.notEqual(idOfRevision({ ...renumbered, ...categories('abuse') }), id);
  assert.equal(idOfRevision(categories('abuse')), '', 'what has no name is no revision');
  assert.equal(securityProfileRevision.accepts?.({ name: 'organizations/o/securityProfiles/default@2' }), false);
  assert.equal(securityProfileRevision.accepts?.(renumbered), true);
});

test('the id of a revision stays what it is: points of a vault go by it', () => {
  const id = idOfRevision({
    name: 'strict',
    ...categories('abuse', 'cors'),
    description: 'x',
    scoringConfigs: [{ title: 't' }],
  });
  assert.equal(id, 'securityProfiles/strict/revisions/~f90c760a6c26e8dec360d245f4da4daa');
});

test('an older revision cannot be put below the newest, and goes only with its profile', () => {
  const state = revision('1', categories('cors'));
  const create = (newest: JsonObject) =>
    securityProfileRevision.create(state, writeContext({ consulted: () => profile(newest).canonical }));
  assert.equal(create(categories('abuse')).cannot?.[0]?.code, 'NOT_SETTABLE');
  assert.deepEqual(create(categories('cors')), { calls: [] }, 'it is the newest, which the profile’s own call makes');
  assert.equal(securityProfileRevision.create(state, context).cannot?.[0]?.code, 'NOT_SETTABLE');
  assert.equal(securityProfileRevision.remove(state, context).cannot?.[0]?.code, 'NO_WRITE');
  const going = writeContext({ isRemoved: (id) => id === 'securityProfiles/strict' });
  assert.deepEqual(securityProfileRevision.remove(state, going), { calls: [] });
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
    securityMonitoringCondition.needs(some).map(({ id, ifMissing }) => [id, ifMissing]),
    [
      ['securityProfilesV2/APIGEE/p', 'idle'],
      ['environments/prod', undefined],
      ['apis/orders', 'idle'],
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
    `activate set: PATCH ${id}?updateMask=enabled`,
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
