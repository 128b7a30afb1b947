import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apigeecliLayout } from './apigeecli-layout.ts';
import { kindNames } from './kinds/kind-name.ts';
import type { KindName } from './kinds/kind-name.ts';

const names = { organization: 'acme', part: (name: string): string => `<${name}>` };
const body = { name: 'n', certificate: 'PEM', credentials: [{ consumerKey: 'k' }] };

/** The file of a resource, and what of it stands there. */
function placed(kind: KindName, id: string): readonly unknown[] {
  const place = apigeecliLayout[kind];
  if (place.type === 'list') return [place.file(id, names), place.element(body, id)];
  if (place.type === 'file') return [place.file(id, names), place.content(body)];
  return [];
}

test('resources of a list stand in the file of their organization or environment, whole or by their names', () => {
  const whole: readonly (readonly [kind: KindName, id: string, file: string])[] = [
    ['environment', 'environments/test', 'envs.json'],
    ['environment-group', 'envgroups/g', 'envgroups.json'],
    ['reference', 'environments/a%2Fb/references/r', '<a/b>__references.json'],
    ['target-server', 'environments/test/targetservers/t', '<test>__targetservers.json'],
    ['data-collector', 'datacollectors/d', 'datacollectors.json'],
    ['custom-report', 'reports/r', 'customreports.json'],
    ['api-product', 'apiproducts/p', 'products.json'],
    ['developer', 'developers/d', 'developers.json'],
    ['developer-app', 'developers/d/apps/a', 'apps.json'],
    ['app-group', 'appgroups/g', 'appgroups.json'],
    ['organization-kvm-entry', 'keyvaluemaps/m/entries/e', 'org__<m>__kvmfile__0.json'],
    ['environment-kvm-entry', 'environments/test/keyvaluemaps/m/entries/e', 'env__<test>__<m>__kvmfile__0.json'],
    ['proxy-kvm-entry', 'apis/p/keyvaluemaps/m/entries/e', 'proxy__<p>__<m>__kvmfile__0.json'],
  ];
  for (const [kind, id, file] of whole) assert.deepEqual(placed(kind, id), [file, body], kind);
  const named: readonly (readonly [kind: KindName, id: string, file: string])[] = [
    ['keystore', 'environments/test/keystores/a%2Fb', '<test>__keystores.json'],
    ['organization-kvm', 'keyvaluemaps/a%2Fb', '<acme>__kvms.json'],
    ['environment-kvm', 'environments/test/keyvaluemaps/a%2Fb', '<test>__kvms.json'],
  ];
  for (const [kind, id, file] of named) assert.deepEqual(placed(kind, id), [file, 'a/b'], kind);
});

test('what has a file of its own stands in it as the import reads it', () => {
  const alias = 'environments/test/keystores/k/aliases/a%2Fb';
  assert.deepEqual(placed('keystore-alias', alias), ['keystore__<test>__<k>/<a/b>.crt', 'PEM']);
  assert.deepEqual(placed('sync-authorization', 'syncauthorization'), ['syncauth.json', body]);
  assert.deepEqual(placed('debug-mask', 'environments/test/debugmask'), ['<test>_debugmask.json', body]);
  assert.deepEqual(placed('trace-config', 'environments/test/traceconfig'), ['<test>_tracecfg.json', body]);
  assert.deepEqual(placed('security-profile', 'securityprofiles/s'), ['securityprofiles/<s>.json', body]);
  const place = apigeecliLayout['keystore-alias'];
  assert.ok(place.type === 'file');
  assert.equal(place.content({}), '', 'an alias without a certificate');
});

test('an app has its keys, and an empty list where it has none', () => {
  const place = apigeecliLayout['developer-app'];
  assert.ok(place.type === 'list');
  assert.deepEqual(place.element({ name: 'a' }, 'developers/d/apps/a'), { name: 'a', credentials: [] });
  assert.deepEqual(apigeecliLayout['app-key'], { type: 'part', of: 'developer-app', field: 'credentials' });
});

test('an array stands alone or as a field, as the import reads it', () => {
  const within = kindNames.flatMap((kind) => {
    const place = apigeecliLayout[kind];
    return place.type === 'list' && place.within !== undefined ? [[kind, place.within]] : [];
  });
  const entries = { field: 'keyValueEntries', rest: { nextPageToken: '' } };
  assert.deepEqual(Object.fromEntries(within), {
    environment: { field: 'environment' },
    'environment-group': { field: 'environmentGroups' },
    'organization-kvm-entry': entries,
    'environment-kvm-entry': entries,
    'proxy-kvm-entry': entries,
    'data-collector': { field: 'dataCollectors' },
    'custom-report': { field: 'qualifier' },
    developer: { field: 'developer' },
    'app-group': { field: 'appGroups' },
  });
});

function kindsWhere(holds: (place: (typeof apigeecliLayout)[KindName]) => boolean): readonly KindName[] {
  return kindNames.filter((kind) => holds(apigeecliLayout[kind])).toSorted();
}

test('products, developers and apps have a file even where there are none; nothing else has', () => {
  assert.deepEqual(
    kindsWhere((place) => place.type === 'list' && place.always === true),
    ['api-product', 'developer', 'developer-app'],
  );
});

test('what the export writes and no import reads is known', () => {
  assert.deepEqual(
    kindsWhere((place) => (place.type === 'list' || place.type === 'file') && !place.imported),
    ['app-group', 'custom-report', 'environment-kvm-entry', 'keystore-alias', 'proxy-kvm-entry', 'sync-authorization'],
  );
});

test('proxies and shared flows are zips of their newest revision, out of which the import makes them', () => {
  assert.deepEqual(apigeecliLayout['proxy-revision'], { type: 'zip', folder: 'proxies' });
  assert.deepEqual(apigeecliLayout['shared-flow-revision'], { type: 'zip', folder: 'sharedflows' });
  const implied = { type: 'implied', why: 'the import of its zip makes it' };
  assert.deepEqual([apigeecliLayout.proxy, apigeecliLayout['shared-flow']], [implied, implied]);
});

test('what has no place has none for a reason', () => {
  const reasons: Readonly<Record<string, readonly KindName[]>> = {
    'apigeecli exports no DNS zones': ['dns-zone'],
    'apigeecli exports no IAM policies': [
      'environment-iam-policy',
      'proxy-deployment-iam-policy',
      'shared-flow-deployment-iam-policy',
      'space-iam-policy',
    ],
    'apigeecli exports no NAT addresses': ['nat-address'],
    'apigeecli exports no add-ons': ['environment-addons'],
    'apigeecli exports no archives': ['archive-deployment'],
    'apigeecli exports no attachments of environment groups': ['environment-group-attachment'],
    'apigeecli exports no attachments of instances': ['instance-attachment'],
    'apigeecli exports no balances': ['app-group-balance', 'developer-balance'],
    'apigeecli exports no billing types': ['app-group-monetization-config', 'developer-monetization-config'],
    'apigeecli exports no control plane access': ['control-plane-access'],
    'apigeecli exports and imports no deployments': ['proxy-deployment', 'shared-flow-deployment'],
    'apigeecli exports no data stores': ['datastore'],
    'apigeecli exports no endpoint attachments': ['endpoint-attachment'],
    'apigeecli exports no flow hooks': ['flow-hook'],
    'apigeecli exports no instances': ['instance'],
    'apigeecli exports no rate plans': ['rate-plan'],
    'apigeecli exports no resource files': ['resource-file'],
    'apigeecli exports no risk assessment': ['security-monitoring-condition', 'security-profile-v2'],
    'apigeecli exports no security actions': ['security-action', 'security-actions-config'],
    'apigeecli exports no security feedback': ['security-feedback'],
    'apigeecli exports no service extensions': ['apim-service-extension'],
    'apigeecli exports no settings of API security': ['security-settings'],
    'apigeecli exports no spaces': ['space'],
    'apigeecli exports no subscriptions': ['app-group-subscription', 'developer-subscription'],
    'apigeecli exports no trace overrides': ['trace-override'],
    'apigeecli exports the newest revision only': ['security-profile-revision'],
    'apigeecli imports portals with commands of their own': [
      'portal-category',
      'portal-item',
      'portal-item-documentation',
      'portal-site',
    ],
    'apigeecli writes apps of AppGroups where no import reads them': ['app-group-app', 'app-group-app-key'],
    'the import attaches no environments': ['security-profile-environment'],
    'the import goes into an organization that is there already': ['organization'],
    'the import makes no maps of proxies': ['proxy-kvm'],
  };
  for (const [why, kinds] of Object.entries(reasons))
    assert.deepEqual(
      kindsWhere((place) => place.type === 'none' && place.why === why),
      kinds,
      why,
    );
  assert.equal(kindsWhere(({ type }) => type === 'none').length, Object.values(reasons).flat().length);
});
