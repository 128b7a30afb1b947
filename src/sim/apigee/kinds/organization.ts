import { notFound } from '../api-error.ts';
import { checkedBody } from '../body-check.ts';
import type { Document } from '../document.ts';
import { ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';

/** The organization's profile with the lists the service computes. */
function organizationProfile(organization: SimulatedOrganization): Document {
  const profile = organization.store.find('organization', '', '');
  if (profile === undefined) throw notFound(`organization ${organization.name} not found`);
  const environments = [...organization.store.list('environment', '')].map((item) => item.name);
  const { environments: _seeded, ...rest } = profile;
  return environments.length === 0 ? rest : { ...rest, environments };
}

/** Profile of an organization. Only `properties` can be updated; the list replaces the one before. */
export const organizationRoutes: readonly Route[] = [
  { id: 'organizations.get', handle: ({ organization }) => ok(organizationProfile(organization)) },
  {
    id: 'organizations.update',
    handle: ({ organization, body }) => {
      const checked = checkedBody('Organization', body);
      const { properties: _replaced, ...profile } = organizationProfile(organization);
      const properties = checked['properties'];
      const updated = { ...profile, ...(properties === undefined ? {} : { properties }) };
      organization.store.put('organization', '', '', { ...updated, lastModifiedAt: organization.now() });
      return ok(organizationProfile(organization));
    },
  },
];
