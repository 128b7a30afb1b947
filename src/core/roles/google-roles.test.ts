import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallDraft } from '../call.ts';
import { kindNames, kinds } from '../kinds/index.ts';
import type { Desired, Kind, Live, WriteContext } from '../kinds/kind.ts';
import { googleRole, type GoogleRole, renderRole, type RoleName, roleNames, writePermissions } from './google-roles.ts';
import { routePermissions } from './route-permissions.ts';

const NAME = 'name';
const known = new Map(routePermissions.map((row) => [row.route, row]));

test('each route stands in the table once, reads before writes', () => {
  assert.equal(known.size, routePermissions.length);
  const firstWrite = routePermissions.findIndex(({ isRead }) => !isRead);
  assert.ok(routePermissions.slice(firstWrite).every(({ isRead }) => !isRead));
  for (const { route, permissions } of routePermissions)
    for (const permission of permissions) assert.match(permission, /^apigee\.[A-Za-z0-9]+\.[A-Za-z]+$/, route);
});

test('the capture role writes nothing', () => {
  const { permissions } = googleRole('capture');
  const writing = permissions.filter(
    (permission) => !/\.(get|list|getIamPolicy|getSharedFlow|exportCertificate|download)$/.test(permission),
  );
  assert.deepEqual(writing, []);
  assert.ok(permissions.length > 50);
  const writes = writePermissions();
  assert.ok(writes.includes('apigee.proxies.create') && writes.includes('apigee.organizations.update'));
  assert.equal(
    writes.some((permission) => permissions.includes(permission)),
    false,
  );
});

test('the restore role reads what the capture role reads, and writes', () => {
  const restore = new Set(googleRole('restore').permissions);
  for (const permission of googleRole('capture').permissions) assert.ok(restore.has(permission), permission);
});

/** `environments/name/flowhooks/name` with a star for each name. */
function routeOf(method: string, path: string): string {
  // A name that is missing because a resource without content was asked is a name all the same.
  const starred = path.replaceAll(/(?<=\/)(?=\/|$)/g, NAME).replaceAll(NAME, '*');
  return `${method} ${starred.startsWith(':') ? starred : `/${starred}`}`;
}

function idOf({ idPattern }: Kind): string {
  return idPattern.replaceAll('*', NAME);
}

function* readRoutes(kind: Kind): Iterable<string> {
  const parent = kind.scope === 'organization' ? '' : idOf(kinds[kind.scope]);
  const { collection } = kind;
  if ('list' in collection) yield routeOf('GET', collection.list(parent));
  if (collection.style === 'revisions') {
    yield routeOf('GET', collection.bundle(parent, NAME));
    yield routeOf('GET', collection.detail(parent, NAME));
  }
  if (collection.style === 'page-token' && collection.crossCheck !== undefined)
    yield routeOf('GET', collection.crossCheck.list(idOf(kinds[collection.crossCheck.kind])));
  if (kind.path !== undefined && kind.bodyOfId === undefined)
    yield routeOf(kind.readMethod ?? 'GET', kind.path(idOf(kind)));
  if (kind.rawField !== undefined) yield routeOf('GET', kind.rawField.path(idOf(kind)));
}

const context: WriteContext = {
  plannedAtMs: 0,
  isRemoved: () => false,
  liveRevision: () => NAME,
  isNowhere: () => false,
  liveName: () => NAME,
  consulted: () => undefined,
  isMade: () => false,
  madeBelow: () => [],
  changedSecrets: () => [],
};

/** What a kind yields of a resource without content: most of its calls. The rest is seen in test/identity/roles.test.ts. */
function* writeRoutes(kind: Kind): Iterable<string> {
  const state: Desired & Live = { id: idOf(kind), body: { name: NAME }, canonical: {}, tolerant: {}, label: NAME };
  const drafts: CallDraft[] = [
    ...kind.create(state, context).calls,
    ...kind.update(state, state, context).calls,
    ...kind.remove(state, context).calls,
  ];
  for (const { method, path } of drafts) {
    const text = path.map((part) => (typeof part === 'string' ? part : NAME)).join('');
    yield routeOf(method, text);
  }
}

test('every route by which a kind is read is in the capture role', () => {
  const missing = kindNames.flatMap((name) =>
    [...readRoutes(kinds[name])]
      .filter((route) => known.get(route)?.isRead !== true)
      .map((route) => `${name}: ${route}`),
  );
  assert.deepEqual(missing, []);
});

test('every route by which a kind is written is in the restore role', () => {
  const missing = kindNames.flatMap((name) =>
    [...writeRoutes(kinds[name])]
      .filter((route) => known.get(route)?.isRead !== false)
      .map((route) => `${name}: ${route}`),
  );
  assert.deepEqual(missing, []);
});

test('each role has its id, title and description', () => {
  const of = (name: RoleName): readonly string[] => {
    const role = googleRole(name);
    return [role.name, role.id, role.title, role.description];
  };
  assert.deepEqual(roleNames.map(of), [
    [
      'capture',
      'holdfast.capture',
      'Holdfast capture',
      'Reads what a backup of an Apigee organization takes; writes nothing.',
    ],
    [
      'restore',
      'holdfast.restore',
      'Holdfast restore',
      'Reads an Apigee organization and writes what a restore brings back.',
    ],
  ]);
});

test('permissions are sorted, and each stands there once', () => {
  for (const name of roleNames) {
    const { permissions, concluded } = googleRole(name);
    assert.deepEqual(permissions, [...new Set(permissions)].toSorted(), name);
    assert.deepEqual(concluded, [...new Set(concluded)], name);
  }
});

test('a permission that a method documents is not concluded, wherever else it is', () => {
  const { concluded, permissions, unknown } = googleRole('capture');
  assert.deepEqual(concluded, [
    'apigee.addonsconfig.get',
    'apigee.deployments.get',
    'apigee.archivedeployments.download',
    'apigee.maskconfigs.get',
    'apigee.keystorealiases.exportCertificate',
    'apigee.portals.list',
    'apigee.portals.get',
  ]);
  assert.ok(permissions.includes('apigee.organizations.get') && permissions.includes('apigee.securityProfiles.list'));
  assert.deepEqual(unknown, ['GET /apimServiceExtensions', 'GET /apimServiceExtensions/*']);
});

test('every route says what it takes', () => {
  const rowOf = (route: string) => routePermissions.find((row) => row.route === route);
  assert.deepEqual(rowOf('POST :setAddons'), {
    route: 'POST :setAddons',
    permissions: ['apigee.organizations.update', 'apigee.addonsconfig.update'],
    isConcluded: true,
    isRead: false,
  });
  assert.deepEqual(rowOf('GET /apis'), {
    route: 'GET /apis',
    permissions: ['apigee.proxies.list'],
    isConcluded: false,
    isRead: true,
  });
  assert.deepEqual(rowOf('POST /apimServiceExtensions'), {
    route: 'POST /apimServiceExtensions',
    permissions: [],
    isConcluded: false,
    isRead: false,
  });
  for (const route of ['POST :getSyncAuthorization', 'POST /environments/*/archiveDeployments/*:generateDownloadUrl'])
    assert.equal(rowOf(route)?.isRead, true, route);
});

const role: GoogleRole = {
  name: 'capture',
  id: 'holdfast.capture',
  title: 'Some title',
  description: 'Some description.',
  permissions: ['apigee.a.get', 'apigee.b.list'],
  unknown: [],
  concluded: [],
};

test('a role of which all is known is YAML as gcloud takes it', () => {
  const text = [
    'title: Some title',
    'description: Some description.',
    'stage: GA',
    'includedPermissions:',
    '- apigee.a.get',
    '- apigee.b.list',
    '',
  ].join('\n');
  assert.equal(renderRole(role), text);
  assert.equal(
    renderRole({ ...role, unknown: ['GET /x', 'POST /y'], concluded: ['apigee.a.get', 'apigee.b.list'] }),
    [
      '# Concluded from the names of others, not documented by method: apigee.a.get, apigee.b.list',
      '# No permission is known for these calls; without one they are denied, and the ledger says so:',
      '#   GET /x',
      '#   POST /y',
      text,
    ].join('\n'),
    'what is not certain is said above',
  );
});

test('what is not certain of the restore role is said above it', () => {
  const text = renderRole(googleRole('restore'));
  assert.match(text, /^# Concluded from the names of others.*apigee\.portals\.update/m);
  assert.match(text, /^# {3}POST \/sharedflows\/\*:move$/m);
  assert.equal(
    text.split('\n').filter((line) => line.startsWith('- apigee.')).length,
    googleRole('restore').permissions.length,
  );
});
