import { alreadyExists, failedPrecondition, invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, textIn } from '../document.ts';
import type { ListedDocument } from '../document-store.ts';
import { pageCaps, tokenAnswer, tokenPage } from '../paging.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { getActiveEnvironment } from './environment.ts';
import { fieldMask, instantOf } from './field-mask.ts';

/** Google's own profile, in every organization. */
export const googlesProfile = 'default';

/** Security profiles: every change makes a revision; an environment is attached to one profile at a time. */
export const securityProfileRoutes: readonly Route[] = [
  {
    id: 'organizations.securityProfiles.list',
    paging: { style: 'token', field: 'securityProfiles' },
    handle: ({ organization, query }) => {
      const source = {
        from: (name: string) => organization.store.list('securityprofile', '', name),
        nameOf: (item: ListedDocument) => item.name,
      };
      const { items, nextPageToken } = tokenPage(source, query, pageCaps.profiles);
      const profiles = items.map((item) => readProfile(organization, item.name));
      return tokenAnswer(organization.world.switches, 'securityProfiles', { items: profiles, nextPageToken });
    },
  },
  {
    id: 'organizations.securityProfiles.get',
    handle: ({ organization, path }) => {
      const [name = '', revision] = (path['securityProfilesId'] ?? '').split('@');
      const newest = readProfile(organization, name);
      if (revision === undefined || revision === newest['revisionId']) return ok(newest);
      const older = organization.store.find('securityprofilerevision', name, revision);
      if (older === undefined) throw notFound(`security profile ${name} has no revision ${revision}`);
      return ok(older);
    },
  },
  {
    id: 'organizations.securityProfiles.listRevisions',
    paging: { style: 'token', field: 'securityProfiles' },
    handle: ({ organization, path, query }) => {
      const revisions = revisionsOf(organization, path['securityProfilesId'] ?? '');
      const nameOf = (revision: Document): string => textIn(revision, 'revisionId');
      const source = {
        from: (number: string) => revisions.filter((one) => number === '' || Number(nameOf(one)) <= Number(number)),
        nameOf,
      };
      return tokenAnswer(organization.world.switches, 'securityProfiles', tokenPage(source, query, pageCaps.profiles));
    },
  },
  { id: 'organizations.securityProfiles.create', handle: createProfile },
  { id: 'organizations.securityProfiles.patch', handle: patchProfile },
  { id: 'organizations.securityProfiles.delete', handle: deleteProfile },
  { id: 'organizations.securityProfiles.environments.create', handle: attach },
  { id: 'organizations.securityProfiles.environments.delete', handle: detach },
];

function readProfile(organization: SimulatedOrganization, name: string): Document {
  const profile = organization.store.find('securityprofile', '', name);
  if (profile === undefined) throw notFound(`security profile ${name} not found`);
  const environments = [...organization.store.list('profileenvironment', name)].map((item) => item.read());
  return {
    ...profile,
    name: `organizations/${organization.name}/securityProfiles/${name}`,
    minScore: 200,
    maxScore: 1200,
    ...(environments.length === 0 ? {} : { environments }),
  };
}

/** Newest first. */
function revisionsOf(organization: SimulatedOrganization, name: string): readonly Document[] {
  const newest = readProfile(organization, name);
  const older = [...organization.store.list('securityprofilerevision', name)].map((item) => item.read());
  return [newest, ...older.sort((a, b) => Number(b['revisionId']) - Number(a['revisionId']))];
}

function createProfile({ organization, query, body }: Call) {
  const { name: _, environments: __, ...checked } = checkedBody('SecurityProfile', body);
  const name = query['securityProfileId'] ?? '';
  if (!/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) throw invalidArgument(`security profile id ${name} is invalid`);
  assertPresent(checked, ['profileConfig']);
  if (organization.store.has('securityprofile', '', name))
    throw alreadyExists(`security profile ${name} already exists`);
  const now = instantOf(organization);
  const revision = { revisionId: '1', revisionCreateTime: now, revisionUpdateTime: now };
  organization.store.put('securityprofile', '', name, { ...checked, ...revision });
  return ok(readProfile(organization, name));
}

function patchProfile({ organization, path, query, body }: Call) {
  const name = path['securityProfilesId'] ?? '';
  const before = readProfile(organization, name);
  if (name === googlesProfile) throw invalidArgument('the default profile cannot be changed');
  const checked = checkedBody('SecurityProfile', body);
  const mask = fieldMask(query, ['description', 'displayName', 'profileConfig', 'scoringConfigs']);
  if (mask === undefined) throw invalidArgument('updateMask is required');
  organization.store.put('securityprofilerevision', name, textIn(before, 'revisionId'), before);
  const now = instantOf(organization);
  const stored = organization.store.find('securityprofile', '', name) ?? {};
  const after: Document = { ...stored, revisionId: String(Number(before['revisionId']) + 1), revisionUpdateTime: now };
  for (const field of mask) {
    if (checked[field] === undefined) delete after[field];
    else after[field] = checked[field];
  }
  assertPresent(after, ['profileConfig']);
  organization.store.put('securityprofile', '', name, after);
  return ok(readProfile(organization, name));
}

function deleteProfile({ organization, path }: Call) {
  const name = path['securityProfilesId'] ?? '';
  readProfile(organization, name);
  if (name === googlesProfile) throw invalidArgument('the default profile cannot be deleted');
  if (organization.store.count('profileenvironment', name) > 0) {
    throw failedPrecondition(`security profile ${name} is attached to environments`);
  }
  organization.store.delete('securityprofile', '', name);
  for (const item of Array.from(organization.store.list('securityprofilerevision', name))) {
    organization.store.delete('securityprofilerevision', name, item.name);
  }
  return ok({});
}

function attach({ organization, path, body }: Call) {
  const name = path['securityProfilesId'] ?? '';
  readProfile(organization, name);
  const environment = textIn(checkedBody('SecurityProfileEnvironmentAssociation', body), 'name');
  getActiveEnvironment(organization, environment);
  for (const profile of organization.store.list('securityprofile', '')) {
    if (!organization.store.has('profileenvironment', profile.name, environment)) continue;
    if (profile.name === name) throw alreadyExists(`${environment} is already attached to security profile ${name}`);
    throw failedPrecondition(`${environment} is attached to security profile ${profile.name}`);
  }
  const attachTime = instantOf(organization);
  organization.store.put('profileenvironment', name, environment, { environment, attachTime });
  return ok({ name: environment, attachTime });
}

function detach({ organization, path }: Call) {
  const name = path['securityProfilesId'] ?? '';
  const environment = path['environmentsId'] ?? '';
  readProfile(organization, name);
  if (!organization.store.has('profileenvironment', name, environment)) {
    throw notFound(`${environment} is not attached to security profile ${name}`);
  }
  organization.store.delete('profileenvironment', name, environment);
  return ok({});
}
