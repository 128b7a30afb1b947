import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallDraft } from '../call.ts';
import { kindNames, kinds } from '../kinds/index.ts';
import type { Desired, Kind, Live, WriteContext } from '../kinds/kind.ts';
import { googleRole, renderRole, writePermissions } from './google-roles.ts';
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

test('a role is YAML as gcloud takes it, with what is not certain said above', () => {
  const text = renderRole(googleRole('restore'));
  assert.match(text, /^title: Holdfast restore$/m);
  assert.match(text, /^stage: GA\nincludedPermissions:\n- apigee\./m);
  assert.match(text, /^# Concluded from the names of others.*apigee\.portals\.update/m);
  assert.match(text, /^# {3}POST \/sharedflows\/\*:move$/m);
  assert.equal(
    text.split('\n').filter((line) => line.startsWith('- apigee.')).length,
    googleRole('restore').permissions.length,
  );
});
