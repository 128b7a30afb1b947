import { alreadyExists, invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, documentsIn, textIn, textsIn, withoutUnset } from '../document.ts';
import { listAnswer, pageCaps, pageSizeOf } from '../paging.ts';
import { type Answer, type Call, flagIn, noContent, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { assertAttributes, attributeRoutes } from './attributes.ts';
import { mintedCredential } from './credential.ts';
import { assertWritable, getDeveloper } from './developer.ts';

/** Developer apps. Creating one mints a key; a PUT with products mints another. */
export const appRoutes: readonly Route[] = [
  {
    id: 'organizations.developers.apps.list',
    paging: { style: 'startKey', field: 'app', keys: ['name', 'appId'], countName: 'count' },
    handle: listApps,
  },
  { id: 'organizations.developers.apps.get', handle: ({ organization, path }) => ok(getApp(organization, path)) },
  { id: 'organizations.developers.apps.create', handle: createApp },
  { id: 'organizations.developers.apps.update', handle: replaceApp },
  { id: 'organizations.developers.apps.generateKeyPairOrUpdateDeveloperAppStatus', handle: setStatusOrMintKey },
  {
    id: 'organizations.developers.apps.delete',
    handle: ({ organization, path }) => removeApp(organization, getApp(organization, path)),
  },
  ...attributeRoutes({
    methods: 'organizations.developers.apps',
    updateOne: 'updateDeveloperAppAttribute',
    read: ({ organization, path }) => getApp(organization, path),
    write: ({ organization }, app) => organization.apps.put(app),
  }),
];

/** The app named in the path, or 404 in the service's words. */
export function getApp(organization: SimulatedOrganization, path: Call['path']): Document {
  const developer = getDeveloper(organization, path['developersId'] ?? '');
  const name = path['appsId'] ?? '';
  const app = organization.apps.findByName(textIn(developer, 'developerId'), name);
  if (app === undefined) {
    const message = `App named ${name} does not exist under ${textIn(developer, 'email')}`;
    throw notFound(message, 'developer.service.AppDoesNotExist');
  }
  return app;
}

const defaultPage = 100;

/**
 * Names only: the field `appId` holds the app's name. Without `count` 100 of them, expanded all of them; `startKey` is a name
 * and inclusive.
 */
function listApps({ organization, path, query }: Call): Answer {
  const developer = getDeveloper(organization, path['developersId'] ?? '');
  const expand = flagIn(query, 'expand');
  const shallow = flagIn(query, 'shallowExpand');
  const asked = query['count'] !== undefined && query['count'] !== '';
  const unasked = expand ? Number.POSITIVE_INFINITY : defaultPage;
  const count = asked ? pageSizeOf(query, 'count', pageCaps.developerApps) : unasked;
  const startKey = query['startKey'] ?? '';
  const apps = organization.apps
    .ofOwner(textIn(developer, 'developerId'))
    .filter((app) => textIn(app, 'name') >= startKey)
    .slice(0, count);
  const shown = apps.map((app) => {
    if (expand) return app;
    return shallow ? { appId: app['appId'], name: app['name'] } : { appId: app['name'] };
  });
  return listAnswer(organization.world.switches, 'app', shown);
}

function createApp({ organization, path, body }: Call): Answer {
  const developer = getDeveloper(organization, path['developersId'] ?? '');
  assertWritable(organization, developer);
  const { checked, products } = checkedApp(body);
  assertPresent(checked, ['name']);
  const name = textIn(checked, 'name');
  const developerId = textIn(developer, 'developerId');
  if (organization.apps.findByName(developerId, name) !== undefined) {
    throw alreadyExists(`App named ${name} already exists under ${textIn(developer, 'email')}`);
  }
  const fields = { appFamily: 'default', ...checked, developerId };
  return ok(addApp(organization, fields, { products, lifetimeMs: keyLifetimeMs(body) }));
}

/** A new app, approved, with the key that is minted for it. */
export function addApp(
  organization: SimulatedOrganization,
  fields: Document,
  key: { readonly products: readonly string[]; readonly lifetimeMs: number | undefined },
): Document {
  const mints = organization.world.switches.keyOnAppCreate === 'always' || key.products.length > 0;
  const now = organization.now();
  const app = withoutUnset({
    ...fields,
    appId: organization.world.random.uuid(),
    status: 'approved',
    credentials: mints ? [mintedCredential(organization, key.products, key.lifetimeMs)] : [],
    createdAt: now,
    lastModifiedAt: now,
  });
  organization.apps.put(app);
  return app;
}

/** The app is gone at once; its keys are free again when the cascade has ended. */
export function removeApp(organization: SimulatedOrganization, app: Document): Answer {
  organization.apps.delete(app);
  const keys = documentsIn(app, 'credentials').map((credential) => textIn(credential, 'consumerKey'));
  for (const key of keys) organization.store.put('deleted-key', '', key, {});
  organization.operations.later(organization.world.timings.cascadeMs, () => {
    for (const key of keys) organization.store.delete('deleted-key', '', key);
  });
  return ok(app);
}

function replaceApp({ organization, path, body }: Call): Answer {
  const before = getApp(organization, path);
  const { checked, products } = checkedApp(body);
  if (checked['name'] !== undefined && checked['name'] !== before['name']) throw invalidArgument('name is immutable');
  const minted = products.length === 0 ? [] : [mintedCredential(organization, products, keyLifetimeMs(body))];
  const { appId, name, developerId, status, createdAt, appFamily } = before;
  const app = withoutUnset({
    appFamily,
    ...checked,
    appId,
    name,
    developerId,
    status,
    createdAt,
    lastModifiedAt: organization.now(),
    credentials: [...documentsIn(before, 'credentials'), ...minted],
  });
  organization.apps.put(app);
  return ok(app);
}

/** POST on an app: with `action` a status change (204), with a body another key. */
function setStatusOrMintKey({ organization, path, query, body }: Call): Answer {
  const app = getApp(organization, path);
  const action = query['action'] ?? '';
  if (action !== '') {
    if (action !== 'approve' && action !== 'revoke') {
      throw invalidArgument(`action "${action}" is not supported: approve or revoke`);
    }
    const status = action === 'approve' ? 'approved' : 'revoked';
    organization.apps.put({ ...app, status, lastModifiedAt: organization.now() });
    return noContent();
  }
  if (body === undefined) throw invalidArgument('a body or an action is required');
  const { products } = checkedApp(body);
  const credential = mintedCredential(organization, products, keyLifetimeMs(body));
  const credentials = [...documentsIn(app, 'credentials'), credential];
  const changed = { ...app, credentials, lastModifiedAt: organization.now() };
  organization.apps.put(changed);
  return ok(changed);
}

/** The fields a client sets; ids, status and credentials are the service's. */
function checkedApp(body: unknown): { readonly checked: Document; readonly products: readonly string[] } {
  const whole = checkedBody('DeveloperApp', body);
  const { apiProducts: _p, appId: _a, developerId: _d, status: _s, keyExpiresIn: _k, ...checked } = whole;
  assertAttributes(checked);
  return { checked, products: textsIn(whole, 'apiProducts') };
}

/** Milliseconds from `keyExpiresIn`; -1 and 0 mean never. */
function keyLifetimeMs(body: unknown): number | undefined {
  const lifetime = Number(checkedBody('DeveloperApp', body)['keyExpiresIn'] ?? -1);
  return lifetime > 0 ? lifetime : undefined;
}
