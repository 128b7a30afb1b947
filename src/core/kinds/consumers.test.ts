import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { apiPath } from './api-path.ts';
import { appKey } from './app-key.ts';
import { developerApp } from './developer-app.ts';
import { developer } from './developer.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const context = writeContext();
const developerId = 'developers/a%2Bb@x.com';
const appId = `${developerId}/apps/100%25%20plus%2B`;
const appPath = 'developers/a%252Bb%2540x.com/apps/100%25%20plus%2B';
const keyId = `${appId}/keys/~TAG`;

test('an e-mail is encoded twice in a path, an app name once', () => {
  assert.equal(apiPath(appId, 'keys'), `${appPath}/keys`);
});

test('a name that a URL takes for a step up is refused', () => {
  for (const id of ['apis/%2E%2E', 'developers/x/apps/%2E']) {
    assert.throws(() => apiPath(id), { code: 'REMOTE_INVALID' }, id);
  }
  assert.equal(apiPath('apis/...'), 'apis/...');
});

// ------------------------------------------------------------------ developer

const person = {
  email: 'A+b@x.com',
  firstName: 'A',
  developerId: 'd1',
  apps: ['one'],
  createdAt: '1',
  status: 'active',
};

test('a developer is created without what the server assigns; inactive is set last', () => {
  const active = developer.create(stateOf(developer, developerId, person), context).calls;
  assert.deepEqual(linesOf(active), ['materialise create: POST developers']);
  assert.deepEqual(jsonOf(active[0]), { email: 'A+b@x.com', firstName: 'A' });
  const inactive = stateOf(developer, developerId, { ...person, status: 'inactive' });
  assert.deepEqual(linesOf(developer.create(inactive, context).calls), [
    'materialise create: POST developers',
    'activate status: POST developers/a%252Bb%2540x.com?action=inactive',
  ]);
});

test('a developer is activated before, and made inactive after what stands below', () => {
  const inactive = stateOf(developer, developerId, { ...person, status: 'inactive', firstName: 'B' });
  const active = stateOf(developer, developerId, person);
  assert.deepEqual(linesOf(developer.update(active, inactive, context).calls), [
    'materialise status: POST developers/a%252Bb%2540x.com?action=active',
    'materialise update: PUT developers/a%252Bb%2540x.com',
  ]);
  const calls = developer.update(inactive, active, context).calls;
  assert.deepEqual(linesOf(calls.filter(({ step }) => step === 'status')), [
    'activate status: POST developers/a%252Bb%2540x.com?action=inactive',
  ]);
  for (const call of calls) assert.deepEqual(call.requires, []);
});

// ------------------------------------------------------------------ app

const appBody: JsonObject = {
  name: '100% plus+',
  appId: 'uuid',
  developerId: 'd1',
  status: 'revoked',
  attributes: [{ name: 'DisplayName', value: 'x' }],
  apiProducts: ['gold'],
  credentials: [{ consumerKey: 'K' }],
};

test('a created app loses the key that the server mints, and is revoked last', () => {
  const { calls } = developerApp.create(stateOf(developerApp, appId, appBody), context);
  assert.deepEqual(linesOf(calls), [
    'materialise create: POST developers/a%252Bb%2540x.com/apps',
    `materialise delete-minted-key: DELETE ${appPath}/keys/<assigned>`,
    `activate status: POST ${appPath}?action=revoke`,
  ]);
  assert.deepEqual(jsonOf(calls[0]), { name: '100% plus+', attributes: [{ name: 'DisplayName', value: 'x' }] });
  assert.deepEqual(calls[1]?.onlyIfAssigned, { call: `${appId}#create`, field: 'mintedKey' });
  assert.deepEqual(calls[1]?.tolerates, [404]);
});

test('an update of an app never sends products, which would mint a key', () => {
  const live = stateOf(developerApp, appId, { ...appBody, status: 'approved', attributes: [] });
  const { calls } = developerApp.update(stateOf(developerApp, appId, appBody), live, context);
  assert.deepEqual(linesOf(calls), [
    `materialise update: PUT ${appPath}`,
    `activate status: POST ${appPath}?action=revoke`,
  ]);
  assert.ok(!('apiProducts' in Object(jsonOf(calls[0]))) && !('credentials' in Object(jsonOf(calls[0]))));
});

test('the order of fields alone changes nothing', () => {
  const desired = stateOf(developerApp, appId, { ...appBody, attributes: [{ name: 'a', value: 'b' }] });
  const live = stateOf(developerApp, appId, {
    ...appBody,
    status: 'approved',
    attributes: [{ value: 'b', name: 'a' }],
  });
  assert.deepEqual(
    developerApp.update(desired, live, context).calls.map(({ step }) => step),
    ['status'],
  );
});

test('what goes with its parent is not deleted twice, however far above', () => {
  const live = { ...stateOf(developerApp, appId, appBody) };
  const key = stateOf(appKey, keyId, { consumerKey: 'K' });
  assert.equal(developerApp.remove(live, context).calls.length, 1);
  const gone = writeContext({ isRemoved: (id) => id === developerId });
  assert.deepEqual(developerApp.remove(live, gone).calls, []);
  assert.deepEqual(appKey.remove(key, gone).calls, []);
  assert.deepEqual(linesOf(appKey.remove(key, context).calls), [`remove delete: DELETE ${appPath}/keys/<live>`]);
});

// ------------------------------------------------------------------ key

const keyBody: JsonObject = {
  consumerKey: 'K',
  consumerSecret: 'S',
  status: 'approved',
  issuedAt: '1',
  expiresAt: '-1',
  attributes: [{ name: 'tier', value: '1' }],
  scopes: ['read'],
  apiProducts: [
    { apiproduct: 'a b', status: 'approved' },
    { apiproduct: 'held', status: 'pending' },
    { apiproduct: 'shut', status: 'revoked' },
  ],
};
const key = (change: JsonObject = {}) => stateOf(appKey, keyId, { ...keyBody, ...change });
const at = `${appPath}/keys/<secret>`;

test('a key comes back in the order key, products, approvals, status; pending is left to the product', () => {
  const { calls, cannot } = appKey.create(key({ status: 'revoked' }), context);
  assert.deepEqual(linesOf(calls), [
    `materialise import-key: POST ${appPath}/keys`,
    `materialise link-products: POST ${at}`,
    `materialise product-status-a b: POST ${at}/apiproducts/a%20b?action=approve`,
    `materialise product-status-shut: POST ${at}/apiproducts/shut?action=revoke`,
    `materialise status: POST ${at}?action=revoke`,
  ]);
  assert.deepEqual(cannot, []);
  const hole = (name: string) => ({ $hole: { hole: 'secret', id: keyId, name } });
  assert.deepEqual(jsonOf(calls[0]), { consumerKey: hole('consumerKey'), consumerSecret: hole('consumerSecret') });
  assert.deepEqual(jsonOf(calls[1]), {
    apiProducts: ['a b', 'held', 'shut'],
    attributes: [{ name: 'tier', value: '1' }],
    scopes: ['read'],
  });
});

test('a revoked key is revoked even where its products could not be linked', () => {
  const { calls } = appKey.create(key({ status: 'revoked' }), context);
  assert.deepEqual(calls.find(({ step }) => step === 'status')?.requires, ['import-key']);
  assert.deepEqual(calls.find(({ step }) => step === 'product-status-shut')?.requires, ['import-key', 'link-products']);
});

test('a product that is nowhere is left out of every call and named, whatever differs', () => {
  const without = writeContext({ isNowhere: (id) => id === 'apiproducts/a%20b', changedSecrets: () => [] });
  const recreated = writeContext({ ...without, changedSecrets: () => ['consumerSecret'] });
  const products = ['held', 'shut'];
  const bare = key({ apiProducts: [] });
  for (const { calls, cannot = [] } of [
    appKey.create(key(), without),
    appKey.update(key(), bare, without),
    appKey.update(key(), key(), recreated),
  ]) {
    const link = calls.find(({ step }) => step === 'link-products');
    assert.deepEqual(Object(jsonOf(link)).apiProducts, products);
    assert.deepEqual(
      calls.filter(({ step }) => step.endsWith('-a b')),
      [],
    );
    assert.deepEqual(
      cannot.map(({ id, code, why }) => [id, code, why]),
      [
        [
          keyId,
          'NOT_SETTABLE',
          'Its access to product a b is left out: the live organization does not have the product, and this plan does not make it.',
        ],
      ],
    );
  }
  // Live says that the key has it, so nobody takes it away.
  assert.deepEqual(appKey.update(key(), key(), without).calls, []);
});

test('a key without products, attributes and scopes is only imported', () => {
  const bare = key({ apiProducts: [], attributes: [], scopes: [] });
  assert.deepEqual(
    appKey.create(bare, context).calls.map(({ step }) => step),
    ['import-key'],
  );
  const scoped = key({ apiProducts: [], attributes: [] });
  assert.deepEqual(
    appKey.create(scoped, context).calls.map(({ step }) => step),
    ['import-key', 'link-products'],
  );
});

test('an expiry is written as the seconds left when the call is sent; an expired key stays away', () => {
  const later = key({ expiresAt: '1500000' });
  assert.deepEqual(Object(jsonOf(appKey.create(later, context).calls[0])).expiresInSeconds, {
    $hole: { hole: 'secondsUntil', id: keyId, name: 'expiresAt', instantMs: 1_500_000 },
  });
  for (const expiresAt of ['1000000', '5']) {
    const { calls, cannot } = appKey.create(key({ expiresAt }), context);
    assert.deepEqual(calls, []);
    assert.equal(cannot?.[0]?.code, 'EXPIRED_KEY');
  }
});

test('a key whose secret or expiry differs is deleted and imported again as one group', () => {
  const changed = writeContext({ changedSecrets: () => ['consumerSecret'] });
  const secret = appKey.update(key(), key(), changed).calls;
  const expiry = appKey.update(key({ expiresAt: '5000000' }), key(), context).calls;
  for (const calls of [secret, expiry]) {
    assert.deepEqual(
      calls.slice(0, 3).map(({ step }) => step),
      ['delete-key', 'import-key', 'link-products'],
    );
    assert.ok(calls.every(({ group }) => group === keyId));
    assert.match(calls[0]?.risk ?? '', /deleted and imported/);
  }
  assert.deepEqual(appKey.update(key({ expiresAt: '5000000' }), key({ expiresAt: '5100000' }), context).calls, []);
  assert.notDeepEqual(appKey.update(key({ expiresAt: '5000000' }), key({ expiresAt: '5120001' }), context).calls, []);
});

test('an expired key whose secret differs is left as it is, and said to be', () => {
  const changed = writeContext({ changedSecrets: () => ['consumerSecret'] });
  const { calls, cannot } = appKey.update(key({ expiresAt: '5' }), key(), changed);
  assert.deepEqual(calls, []);
  assert.equal(cannot?.[0]?.code, 'EXPIRED_KEY');
});

test('only the products, scopes and statuses of a key that differ are changed', () => {
  const live = key({
    status: 'revoked',
    scopes: [],
    apiProducts: [
      { apiproduct: 'a b', status: 'revoked' },
      { apiproduct: 'held', status: 'pending' },
      { apiproduct: 'extra', status: 'approved' },
    ],
  });
  const { calls, cannot } = appKey.update(key(), live, context);
  assert.deepEqual(linesOf(calls), [
    `materialise link-products: POST ${at}`,
    `materialise scopes: PUT ${at}`,
    `materialise unlink-extra: DELETE ${at}/apiproducts/extra`,
    `materialise product-status-a b: POST ${at}/apiproducts/a%20b?action=approve`,
    `materialise product-status-shut: POST ${at}/apiproducts/shut?action=revoke`,
    `activate status: POST ${at}?action=approve`,
  ]);
  assert.deepEqual(Object(jsonOf(calls[0])).apiProducts, ['shut']);
  assert.deepEqual(cannot, []);
  assert.deepEqual(
    calls.map(({ requires }) => requires),
    [[], [], [], [], ['link-products'], []],
  );
});

test('access that was pending and was decided since cannot be made pending again, which is said', () => {
  const live = key({
    apiProducts: [
      { apiproduct: 'a b', status: 'approved' },
      { apiproduct: 'held', status: 'approved' },
      { apiproduct: 'shut', status: 'revoked' },
    ],
  });
  const { calls, cannot } = appKey.update(key(), live, context);
  assert.deepEqual(calls, []);
  assert.deepEqual(
    cannot?.map(({ code, why }) => [code, why.includes('held')]),
    [['NOT_SETTABLE', true]],
  );
});

test('access that comes back approved because its product asks for no approval is said', () => {
  const consulted = (approvalType: string) =>
    writeContext({ consulted: (id) => (id === 'apiproducts/held' ? { approvalType } : undefined) });
  const said = (approvalType: string) =>
    [
      appKey.create(key(), consulted(approvalType)),
      appKey.update(key(), key({ apiProducts: [] }), consulted(approvalType)),
    ].map(({ cannot = [] }) => cannot.map(({ code, why }) => [code, why.includes('held')]));
  assert.deepEqual(appKey.consults?.(key()), ['apiproducts/held']);
  assert.deepEqual(said('auto'), [[['NOT_SETTABLE', true]], [['NOT_SETTABLE', true]]]);
  assert.deepEqual(said('manual'), [[], []]);
});

test('a key needs the products it is linked to', () => {
  assert.deepEqual(
    appKey.needs(key()).map(({ id }) => id),
    ['apiproducts/a%20b', 'apiproducts/held', 'apiproducts/shut'],
  );
});
