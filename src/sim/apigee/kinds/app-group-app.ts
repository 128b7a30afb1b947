import { alreadyExists, invalidArgument, notFound } from '../api-error.ts';
import { groupOwner } from '../app-records.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, documentsIn, textIn, textsIn, withoutUnset } from '../document.ts';
import { firstOf, listAnswer, pageCaps, tokenAnswer, tokenPage } from '../paging.ts';
import { type Answer, type Call, noContent, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { getAppGroup } from './app-group.ts';
import { addApp, removeApp } from './app.ts';
import { assertAttributes } from './attributes.ts';
import { mintedCredential } from './credential.ts';

/** Apps of AppGroups: as developer apps, but the status is set by PUT. */
export const appGroupAppRoutes: readonly Route[] = [
  { id: 'organizations.appgroups.apps.list', paging: { style: 'token', field: 'appGroupApps' }, handle: listApps },
  {
    id: 'organizations.appgroups.apps.get',
    handle: ({ organization, path }) => ok(getGroupApp(organization, path)),
  },
  { id: 'organizations.appgroups.apps.create', handle: createApp },
  { id: 'organizations.appgroups.apps.update', handle: replaceOrSetStatus },
  {
    id: 'organizations.appgroups.apps.delete',
    handle: ({ organization, path }) => removeApp(organization, getGroupApp(organization, path)),
  },
];

/** The app named in the path, or 404. */
export function getGroupApp(organization: SimulatedOrganization, path: Call['path']): Document {
  const group = textIn(getAppGroup(organization, path), 'name');
  const name = path['appsId'] ?? '';
  const app = organization.apps.findByName(groupOwner(group), name);
  if (app === undefined) throw notFound(`App named ${name} does not exist under AppGroup ${group}`);
  return app;
}

/** Without a page size there is no token, whatever is left out. */
function listApps({ organization, path, query }: Call): Answer {
  const { switches } = organization.world;
  const apps = organization.apps.ofOwner(groupOwner(textIn(getAppGroup(organization, path), 'name')));
  if ((query['pageSize'] ?? '') === '') {
    return listAnswer(switches, 'appGroupApps', firstOf(apps, pageCaps.appGroupApps));
  }
  const source = {
    from: (name: string) => apps.filter((app) => textIn(app, 'name') >= name),
    nameOf: (app: Document) => textIn(app, 'name'),
  };
  return tokenAnswer(switches, 'appGroupApps', tokenPage(source, query, pageCaps.appGroupApps));
}

function createApp({ organization, path, body }: Call): Answer {
  const group = getAppGroup(organization, path);
  const appGroup = textIn(group, 'name');
  const { checked, products, lifetimeMs } = checkedApp(body);
  assertPresent(checked, ['name']);
  const name = textIn(checked, 'name');
  if (organization.apps.findByName(groupOwner(appGroup), name) !== undefined) {
    throw alreadyExists(`App named ${name} already exists under AppGroup ${appGroup}`);
  }
  return ok(addApp(organization, { ...checked, appGroup }, { products, lifetimeMs }));
}

/** PUT: with `action` a status change (204), otherwise a replacement, which mints a key where it names products. */
function replaceOrSetStatus({ organization, path, query, body }: Call): Answer {
  const before = getGroupApp(organization, path);
  const action = query['action'] ?? '';
  if (action !== '') {
    if (action !== 'approve' && action !== 'revoke') {
      throw invalidArgument(`action "${action}" is not supported: approve or revoke`);
    }
    if (body !== undefined) throw invalidArgument('a status change takes no body');
    const status = action === 'approve' ? 'approved' : 'revoked';
    organization.apps.put({ ...before, status, lastModifiedAt: organization.now() });
    return noContent();
  }
  const { checked, products, lifetimeMs } = checkedApp(body);
  if (checked['name'] !== undefined && checked['name'] !== before['name']) throw invalidArgument('name is immutable');
  const minted = products.length === 0 ? [] : [mintedCredential(organization, products, lifetimeMs)];
  const { appId, name, appGroup, status, createdAt } = before;
  const app = withoutUnset({
    ...checked,
    appId,
    name,
    appGroup,
    status,
    createdAt,
    lastModifiedAt: organization.now(),
    credentials: [...documentsIn(before, 'credentials'), ...minted],
  });
  organization.apps.put(app);
  return ok(app);
}

/** The fields a client sets; ids, status and credentials are the service's. */
function checkedApp(body: unknown): {
  readonly checked: Document;
  readonly products: readonly string[];
  readonly lifetimeMs: number | undefined;
} {
  const whole = checkedBody('AppGroupApp', body);
  const { apiProducts: _p, appId: _a, appGroup: _g, status: _s, keyExpiresIn, ...checked } = whole;
  assertAttributes(checked);
  const lifetime = Number(keyExpiresIn ?? -1);
  return { checked, products: textsIn(whole, 'apiProducts'), lifetimeMs: lifetime > 0 ? lifetime : undefined };
}
