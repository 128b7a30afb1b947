import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { canonicalise } from '../canonical.ts';
import { plainHasher } from '../sample-kind.fixture.ts';
import { appGroupAppKey } from './app-group-app-key.ts';
import { appGroupApp } from './app-group-app.ts';
import { appGroup } from './app-group.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const context = writeContext();
const groupId = 'appgroups/guild';
const appId = `${groupId}/apps/100%25%20plus%2B`;
const appPath = 'appgroups/guild/apps/100%25%20plus%2B';
const keyId = `${appId}/keys/~TAG`;

const members = (value: unknown): JsonObject => ({
  name: 'guild',
  appGroupId: 'uuid',
  organization: 'acme',
  attributes: [
    { name: 'tier', value: 'gold' },
    { name: '__apigee_reserved__developer_details', value: JSON.stringify(value) },
  ],
});

const known = { hasher: plainHasher, find: (_kind: string, key: string) => ids.get(key) };
const ids = new Map([['d-1', 'developers/a%2Bb@x.com']]);
const textOf = (body: JsonObject) => canonicalise(appGroup, body, known)?.text;

test('members are a set, by e-mail, with roles as a set', () => {
  const plain = members([
    { developer: 'a+b@x.com', roles: ['admin', 'dev'] },
    { developer: 'c@x.com', roles: [] },
  ]);
  const shuffled = members([{ developer: 'C@X.com' }, { roles: ['dev', 'admin'], developer: 'd-1' }]);
  assert.equal(textOf(plain), textOf(shuffled));
  assert.notEqual(textOf(plain), textOf(members([{ developer: 'a+b@x.com', roles: ['admin', 'dev'] }])));
  assert.notEqual(
    textOf(plain),
    textOf(
      members([
        { developer: 'a+b@x.com', roles: ['dev'] },
        { developer: 'c@x.com', roles: [] },
      ]),
    ),
  );
  for (const odd of ['not JSON', '{"developer":"x"}', '[1]'])
    assert.ok(textOf({ ...members([]), attributes: [{ name: '__apigee_reserved__developer_details', value: odd }] }));
});

test('a member who is named by an id that nobody knows stays as it is', () => {
  assert.ok(textOf(members([{ developer: 'd-9', roles: [] }]))?.includes('d-9'));
  assert.deepEqual(appGroup.refersByKey?.(members([{ developer: 'd-9' }, { developer: 'c@x.com' }])), [
    { kind: 'developer', key: 'd-9' },
  ]);
});

test('an AppGroup is created with its members by e-mail, and made inactive last', () => {
  const body = { ...members([{ developer: 'd-1', roles: ['admin'] }]), status: 'inactive' };
  const canonical = canonicalise(appGroup, body, known)?.value ?? {};
  const desired = { ...stateOf(appGroup, groupId, body), canonical };
  const { calls } = appGroup.create(desired, context);
  assert.deepEqual(linesOf(calls), [
    'materialise create: POST appgroups',
    'activate status: PUT appgroups/guild?action=inactive',
  ]);
  assert.deepEqual(jsonOf(calls[0]), {
    name: 'guild',
    attributes: [
      { name: 'tier', value: 'gold' },
      {
        name: '__apigee_reserved__developer_details',
        value: '[{"developer":"a+b@x.com","roles":["admin"]}]',
      },
    ],
  });
  assert.deepEqual(
    appGroup.needs(desired).map(({ id }) => id),
    ['developers/a%2Bb@x.com'],
  );
  assert.deepEqual(linesOf(appGroup.update(desired, stateOf(appGroup, groupId, members([])), context).calls), [
    'activate status: PUT appgroups/guild?action=inactive',
    'materialise update: PUT appgroups/guild',
  ]);
});

test('the status of an app is set by PUT, and the minted key goes', () => {
  const body = { name: '100% plus+', appGroup: 'guild', status: 'revoked', apiProducts: ['gold'] };
  const { calls } = appGroupApp.create(stateOf(appGroupApp, appId, body), context);
  assert.deepEqual(linesOf(calls), [
    'materialise create: POST appgroups/guild/apps',
    `materialise delete-minted-key: DELETE ${appPath}/keys/<assigned>`,
    `activate status: PUT ${appPath}?action=revoke`,
  ]);
  assert.deepEqual(jsonOf(calls[0]), { name: '100% plus+' });
});

test('what is set of a key goes in one request with the key inside, its status too', () => {
  const body = {
    consumerKey: 'K',
    consumerSecret: 'S',
    status: 'revoked',
    scopes: ['read'],
    attributes: [{ name: 'a', value: 'b' }],
    apiProducts: [{ apiproduct: 'gold', status: 'revoked' }],
  };
  const desired = stateOf(appGroupAppKey, keyId, body);
  const { calls } = appGroupAppKey.create(desired, context);
  assert.deepEqual(linesOf(calls), [
    `materialise import-key: POST ${appPath}/keys`,
    `materialise link-products: POST ${appPath}/keys/<secret>`,
    `materialise product-status-gold: POST ${appPath}/keys/<secret>/apiproducts/gold?action=revoke`,
    `materialise status: POST ${appPath}/keys/<secret>`,
  ]);
  assert.deepEqual(jsonOf(calls[1]), {
    apiProducts: ['gold'],
    appGroupAppKey: { attributes: [{ name: 'a', value: 'b' }], scopes: ['read'] },
  });
  assert.deepEqual(jsonOf(calls[3]), { action: 'revoke' });
  const live = stateOf(appGroupAppKey, keyId, { ...body, scopes: [] });
  const [scopes] = appGroupAppKey.update(desired, live, context).calls;
  assert.deepEqual(jsonOf(scopes), {
    appGroupAppKey: { attributes: [{ name: 'a', value: 'b' }], scopes: ['read'] },
  });
});
