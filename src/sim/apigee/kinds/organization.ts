import { failedPrecondition, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, documentIn } from '../document.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';

/** The organization's profile with the lists the service computes. */
function organizationProfile(organization: SimulatedOrganization): Document {
  const profile = organization.store.find('organization', '', '');
  if (profile === undefined) throw notFound(`organization ${organization.name} not found`);
  const environments = [...organization.store.list('environment', '')].map((item) => item.name);
  const { environments: _seeded, ...rest } = profile;
  return environments.length === 0 ? rest : { ...rest, environments };
}

/** The add-ons, as the profile names them, with words for people. */
const addons = {
  advancedApiOpsConfig: 'Advanced API Operations',
  analyticsConfig: 'Analytics',
  apiSecurityConfig: 'Advanced API Security',
  connectorsPlatformConfig: 'Connectors Platform',
  integrationConfig: 'Integration',
  monetizationConfig: 'Monetization',
} as const;

type AddonName = keyof typeof addons;

/** Whether the add-on is on. */
export function hasAddon(organization: SimulatedOrganization, addon: AddonName): boolean {
  const profile = organization.store.find('organization', '', '') ?? {};
  return documentIn(documentIn(profile, 'addonsConfig'), addon)['enabled'] === true;
}

/** Refuses what the organization has only with the add-on: 400 FAILED_PRECONDITION where it is off. */
export function assertAddon(organization: SimulatedOrganization, addon: AddonName): void {
  if (hasAddon(organization, addon)) return;
  throw failedPrecondition(`The ${addons[addon]} add-on is not enabled for organization ${organization.name}.`);
}

/** The whole configuration is replaced: an add-on that is left out is off. */
function setAddons({ organization, body }: Call) {
  const checked = checkedBody('SetAddonsRequest', body);
  assertPresent(checked, ['addonsConfig']);
  const asked = documentIn(checked, 'addonsConfig');
  organization.operations.assertUnlocked();
  const operation = organization.operations.start({
    type: 'UPDATE',
    target: `organizations/${organization.name}`,
    doing: 'add-ons are currently being set',
    finish: () => {
      const profile = organization.store.find('organization', '', '') ?? {};
      const updated = { ...profile, addonsConfig: addonsRead(organization, asked) };
      organization.store.put('organization', '', '', { ...updated, lastModifiedAt: organization.now() });
      const type = 'type.googleapis.com/google.cloud.apigee.v1.Organization';
      return { '@type': type, ...organizationProfile(organization) };
    },
  });
  return ok(operation);
}

/** As they are read: with what the service adds to those that are on. */
function addonsRead(organization: SimulatedOrganization, asked: Document): Document {
  const read: Document = {};
  for (const name of Object.keys(asked)) {
    const isOn = documentIn(asked, name)['enabled'] === true;
    const analytics = { state: isOn ? 'ENABLED' : 'DISABLED', updateTime: isoTime(organization) };
    read[name] = { ...(isOn ? { enabled: true } : {}), ...(name === 'analyticsConfig' ? analytics : {}) };
  }
  return read;
}

function isoTime(organization: SimulatedOrganization): string {
  return new Date(organization.world.clock.nowMs()).toISOString();
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
  { id: 'organizations.setAddons', handle: setAddons },
];
