import { alreadyExists, invalidArgument, notFound, notModelled } from '../api-error.ts';
import { groupOwner } from '../app-records.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, textIn, withoutUnset } from '../document.ts';
import type { ListedDocument } from '../document-store.ts';
import { pageCaps, tokenAnswer, tokenPage } from '../paging.ts';
import { type Answer, type Call, noContent, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { assertAttributes } from './attributes.ts';
import { groupPlace, removeBilled } from './billed-place.ts';

/** AppGroups: always created active, the status by PUT with an action, deleted with a cascade that ends later. */
export const appGroupRoutes: readonly Route[] = [
  { id: 'organizations.appgroups.list', paging: { style: 'token', field: 'appGroups' }, handle: listGroups },
  {
    id: 'organizations.appgroups.get',
    handle: ({ organization, path }) => ok(shown(organization, getAppGroup(organization, path))),
  },
  { id: 'organizations.appgroups.create', handle: createGroup },
  { id: 'organizations.appgroups.update', handle: replaceOrSetStatus },
  { id: 'organizations.appgroups.delete', handle: deleteGroup },
];

/** The AppGroup named in the path, or 404. */
export function getAppGroup(organization: SimulatedOrganization, path: Call['path']): Document {
  const name = path['appgroupsId'] ?? '';
  const group = organization.store.find('appgroup', '', name);
  if (group === undefined) throw notFound(`AppGroup ${name} does not exist in organization ${organization.name}`);
  return group;
}

function shown(organization: SimulatedOrganization, group: Document): Document {
  return { ...group, organization: organization.name };
}

function listGroups({ organization, query }: Call): Answer {
  if ((query['filter'] ?? '') !== '') throw notModelled('organizations.appgroups.list with filter');
  const source = {
    from: (name: string) => organization.store.list('appgroup', '', name),
    nameOf: (item: ListedDocument) => item.name,
  };
  const page = tokenPage(source, query, pageCaps.appGroups);
  const items = page.items.map((item) => shown(organization, item.read()));
  const { nextPageToken } = page;
  const totalSize = organization.store.count('appgroup', '');
  return tokenAnswer(organization.world.switches, 'appGroups', { items, nextPageToken }, { totalSize });
}

function createGroup({ organization, body }: Call): Answer {
  const checked = checkedGroup(body);
  assertPresent(checked, ['name']);
  const name = textIn(checked, 'name');
  if (organization.store.has('appgroup', '', name) || organization.store.has('deleted-appgroup', '', name)) {
    throw alreadyExists(`AppGroup ${name} already exists in organization ${organization.name}`);
  }
  const now = organization.now();
  const appGroupId = organization.world.random.uuid();
  const group = { ...checked, appGroupId, status: 'active', createdAt: now, lastModifiedAt: now };
  organization.store.put('appgroup', '', name, group);
  return ok(shown(organization, group));
}

/** PUT: with `action` a status change (204), otherwise everything is replaced but name, id and status. */
function replaceOrSetStatus({ organization, path, query, body }: Call): Answer {
  const before = getAppGroup(organization, path);
  const name = textIn(before, 'name');
  const action = query['action'] ?? '';
  if (action !== '') {
    if (action !== 'active' && action !== 'inactive') {
      throw invalidArgument(`action "${action}" is not supported: active or inactive`);
    }
    if (body !== undefined) throw invalidArgument('a status change takes no body');
    organization.store.put('appgroup', '', name, {
      ...before,
      status: action,
      lastModifiedAt: organization.now(),
    });
    return noContent();
  }
  const checked = checkedGroup(body);
  if (checked['name'] !== undefined && checked['name'] !== name) throw invalidArgument('name is immutable');
  const { appGroupId, status, createdAt } = before;
  const group = withoutUnset({
    ...checked,
    name,
    appGroupId,
    status,
    createdAt,
    lastModifiedAt: organization.now(),
  });
  organization.store.put('appgroup', '', name, group);
  return ok(shown(organization, group));
}

/** The status in a body is ignored: only the action sets it. */
function checkedGroup(body: unknown): Document {
  const { status: _status, organization: _organization, ...checked } = checkedBody('AppGroup', body);
  assertAttributes(checked);
  return checked;
}

/** The AppGroup is gone at once; apps and keys go, and the name becomes free, when the cascade has ended. */
function deleteGroup({ organization, path }: Call): Answer {
  const group = getAppGroup(organization, path);
  const name = textIn(group, 'name');
  organization.store.delete('appgroup', '', name);
  organization.store.put('deleted-appgroup', '', name, {});
  organization.operations.later(organization.world.timings.cascadeMs, () => {
    for (const app of organization.apps.ofOwner(groupOwner(name))) organization.apps.delete(app);
    removeBilled(organization, groupPlace(name));
    organization.store.delete('deleted-appgroup', '', name);
  });
  return ok(shown(organization, group));
}
