import { alreadyExists, failedPrecondition, invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, textIn, withoutUnset } from '../document.ts';
import { listAnswer, pageCaps, pageSizeOf } from '../paging.ts';
import { type Answer, type Call, flagIn, noContent, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { assertAttributes, attributeRoutes } from './attributes.ts';
import { developerPlace, removeBilled } from './billed-place.ts';

/** Developers: found by e-mail or id, always created active, deleted with a cascade that ends later. */
export const developerRoutes: readonly Route[] = [
  {
    id: 'organizations.developers.list',
    paging: { style: 'startKey', field: 'developer', keys: ['email'], countName: 'count' },
    handle: listDevelopers,
  },
  {
    id: 'organizations.developers.get',
    handle: ({ organization, path }) => {
      return ok(developerDocument(organization, getDeveloper(organization, path['developersId'] ?? '')));
    },
  },
  { id: 'organizations.developers.create', handle: createDeveloper },
  { id: 'organizations.developers.update', handle: replaceDeveloper },
  { id: 'organizations.developers.setDeveloperStatus', handle: setStatus },
  { id: 'organizations.developers.delete', handle: deleteDeveloper },
  ...attributeRoutes({
    methods: 'organizations.developers',
    updateOne: 'updateDeveloperAttribute',
    read: ({ organization, path }) => getDeveloper(organization, path['developersId'] ?? ''),
    write: ({ organization }, developer) => {
      organization.store.put('developer', '', textIn(developer, 'email'), developer);
    },
  }),
];

/** The stored developer (without its apps) by e-mail or developerId, or 404. */
export function getDeveloper(organization: SimulatedOrganization, id: string): Document {
  const email = id.includes('@') ? id : organization.apps.findDeveloperEmail(id);
  const developer = email === undefined ? undefined : organization.store.find('developer', '', email);
  if (developer === undefined) {
    const message = `developer with id ${id} does not exist in organization ${organization.name}`;
    throw notFound(message, 'developer.service.DeveloperDoesNotExist');
  }
  return developer;
}

/** Refuses where the switch says that nothing may be written under an inactive developer. */
export function assertWritable(organization: SimulatedOrganization, developer: Document): void {
  if (organization.world.switches.writesUnderInactiveDeveloper === 'allowed') return;
  if (developer['status'] !== 'active')
    throw failedPrecondition(`developer ${textIn(developer, 'email')} is not active`);
}

const appsShown = 100;

/** Developer as GET answers it: with the names of the first 100 apps. */
function developerDocument(organization: SimulatedOrganization, developer: Document): Document {
  const apps = organization.apps.ofOwner(textIn(developer, 'developerId')).slice(0, appsShown);
  return withoutUnset({
    ...developer,
    organizationName: organization.name,
    apps: apps.map((app) => app['name']),
  });
}

function listDevelopers({ organization, query }: Call): Answer {
  const { switches } = organization.world;
  const count = pageSizeOf(query, 'count', pageCaps.developers);
  const withCount = query['count'] !== undefined;
  const expand = flagIn(query, 'expand') && !(withCount && switches.developerListExpandWithCount === 'names-only');
  const ids = query['ids'] === undefined || query['ids'] === '' ? undefined : new Set(query['ids'].split(','));
  const found: Document[] = [];
  for (const item of organization.store.list('developer', '', query['startKey'] ?? '')) {
    if (found.length === count) break;
    if (ids !== undefined && !ids.has(textIn(item.read(), 'developerId'))) continue;
    if (query['app'] !== undefined && !ownsApp(organization, item.read(), query['app'])) continue;
    found.push(expand ? developerDocument(organization, item.read()) : { email: item.name });
  }
  return listAnswer(switches, 'developer', found);
}

function ownsApp(organization: SimulatedOrganization, developer: Document, name: string): boolean {
  return organization.apps.findByName(textIn(developer, 'developerId'), name) !== undefined;
}

function createDeveloper({ organization, body }: Call): Answer {
  const checked = checkedDeveloper(body);
  const email = textIn(checked, 'email');
  if (organization.store.has('developer', '', email) || organization.store.has('deleted-developer', '', email)) {
    throw alreadyExists(`developer ${email} already exists in organization ${organization.name}`);
  }
  const now = organization.now();
  const developerId = organization.world.random.uuid();
  const developer = { ...checked, developerId, status: 'active', createdAt: now, lastModifiedAt: now };
  organization.store.put('developer', '', email, developer);
  organization.store.put('developer-id', '', developerId, { email });
  return ok(developerDocument(organization, developer));
}

function replaceDeveloper({ organization, path, body }: Call): Answer {
  const before = getDeveloper(organization, path['developersId'] ?? '');
  const checked = checkedDeveloper(body);
  const { developerId, status, createdAt } = before;
  const email = textIn(checked, 'email');
  if (email !== before['email'] && organization.store.has('developer', '', email)) {
    throw alreadyExists(`developer ${email} already exists in organization ${organization.name}`);
  }
  const developer = { ...checked, developerId, status, createdAt, lastModifiedAt: organization.now() };
  if (email !== before['email']) {
    organization.store.delete('developer', '', textIn(before, 'email'));
    organization.store.put('developer-id', '', String(developerId), { email });
  }
  organization.store.put('developer', '', email, developer);
  return ok(developerDocument(organization, developer));
}

/** `developerId`, `apps` and `companies` are the service's, though the schema does not say so. */
function checkedDeveloper(body: unknown): Document {
  const { developerId: _id, apps: _apps, companies: _companies, ...checked } = checkedBody('Developer', body);
  assertPresent(checked, ['email', 'firstName', 'lastName', 'userName']);
  assertAttributes(checked);
  const email = String(checked['email']);
  if (!/^[^@\s]+@[^@\s]+$/.test(email)) throw invalidArgument(`email ${email} is invalid`);
  if (email !== email.toLowerCase()) {
    throw invalidArgument(`email ${email} must be in lower case`, [{ field: 'email', description: 'lower case only' }]);
  }
  return checked;
}

function setStatus({ organization, path, query, body }: Call): Answer {
  const developer = getDeveloper(organization, path['developersId'] ?? '');
  const action = query['action'] ?? '';
  if (action !== 'active' && action !== 'inactive') {
    throw invalidArgument(`action "${action}" is not supported: active or inactive`);
  }
  if (body !== undefined) throw invalidArgument('a status change takes no body');
  const changed = { ...developer, status: action, lastModifiedAt: organization.now() };
  organization.store.put('developer', '', textIn(developer, 'email'), changed);
  return noContent();
}

/** The developer is gone at once; apps and keys go, and the e-mail becomes free, when the cascade has ended. */
function deleteDeveloper({ organization, path }: Call): Answer {
  const developer = getDeveloper(organization, path['developersId'] ?? '');
  const answer = developerDocument(organization, developer);
  const email = textIn(developer, 'email');
  const developerId = textIn(developer, 'developerId');
  organization.store.delete('developer', '', email);
  organization.store.put('deleted-developer', '', email, {});
  organization.operations.later(organization.world.timings.cascadeMs, () => {
    for (const app of organization.apps.ofOwner(developerId)) organization.apps.delete(app);
    removeBilled(organization, developerPlace(developer));
    organization.store.delete('developer-id', '', developerId);
    organization.store.delete('deleted-developer', '', email);
  });
  return ok(answer);
}
