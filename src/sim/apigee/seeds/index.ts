import { isDocument } from '../document.ts';
import { rowsOf } from '../organization-seed.ts';
import type { BundledSeed, OrganizationSeed, Rows, SeedDocument } from '../organization-seed.ts';
import { analyticsOf } from './analytics.ts';
import { coreAppGroups, mediumAppGroups } from './app-groups.ts';
import type { SeededAppGroups } from './app-groups.ts';
import { appOf, coreApps, marketplaceApp, partnerApp } from './apps.ts';
import type { AppPlan } from './apps.ts';
import { archiveDocuments, archivePlans } from './archives.ts';
import { developersUpTo, marketplaceEmail } from './developers.ts';
import {
  dataCollectors,
  debugMasks,
  environmentAddons,
  environmentDocuments,
  environmentGroups,
  hybridAccess,
  hybridProfile,
  newOrganizationDocument,
  noAccess,
  organizationDocument,
  targetServers,
} from './environments.ts';
import { flowHooks } from './flow-hooks.ts';
import { hugeConsumers, hugeMap } from './huge.ts';
import { infrastructure } from './infrastructure.ts';
import { keyValueMaps } from './key-value-maps.ts';
import { lazyRowsOf } from './lazy-rows.ts';
import { aliases, keystores, references } from './keystores.ts';
import { barePortal, portalOf } from './portal.ts';
import { coreProducts, mediumProducts } from './products.ts';
import { ratePlans } from './rate-plans.ts';
import { monetizationOf } from './monetization.ts';
import { proxyOf } from './proxy-bundle.ts';
import { deploymentsOf } from './proxy-plan.ts';
import type { ProxyPlan } from './proxy-plan.ts';
import { coreProxyPlans, mediumProxyPlans } from './proxy-plans.ts';
import { resourceFiles } from './resource-files.ts';
import { noSecurity, security } from './security.ts';
import { sharedFlowOf, sharedFlowPlans } from './shared-flows.ts';
import { iamPolicies, spaceOfFlow, spaceOfProxy, spaces } from './spaces.ts';
import { tracing } from './tracing.ts';

/** The organizations the simulator can start with. */
export const seedNames = ['empty', 'small', 'medium', 'huge'] as const;

export type SeedName = (typeof seedNames)[number];

/**
 * The organization of that name, always the same for the same arguments. `small` has 12 proxies; `medium` 150 with five
 * revisions each, 300 products, 2,300 developers, 4,000 apps; `huge` the gateway of `small` with a key value map of
 * 10,000 entries, and with 400,000 developers and 1,000,000 apps that are made when they are asked for; `empty` has no environment. Only `small` has monetization.
 */
export function createSeed(name: SeedName, organizationName: string): OrganizationSeed {
  switch (name) {
    case 'empty':
      return emptySeed(organizationName);
    case 'small':
      return smallSeed(organizationName);
    case 'medium':
      return mediumSeed(organizationName);
    case 'huge':
      return hugeSeed(organizationName);
  }
}

/** The seed of that name as a hybrid organization, whose runtime reaches the control plane by service accounts. */
export function createHybridSeed(name: SeedName, organizationName: string): OrganizationSeed {
  const seed = createSeed(name, organizationName);
  const access = name === 'empty' ? noAccess : hybridAccess;
  const { authorizedNetwork: _, ...organization } = seed.organization;
  return { ...seed, ...access, organization: { ...organization, ...hybridProfile } };
}

function emptySeed(organizationName: string): OrganizationSeed {
  const none = <Row>(): Rows<Row> => rowsOf<Row>([], () => '');
  return {
    organization: newOrganizationDocument(organizationName),
    securitySettings: {},
    ...noAccess,
    spaces: [],
    iamPolicies: [],
    environmentAddons: [],
    environments: [],
    environmentGroups: [],
    keystores: [],
    aliases: [],
    references: [],
    targetServers: [],
    keyValueMaps: [],
    debugMasks: [],
    dataCollectors: [],
    analytics: { reports: [], datastores: [] },
    documents: [],
    security: noSecurity,
    portal: barePortal(organizationName),
    proxies: none(),
    sharedFlows: none(),
    deployments: [],
    flowHooks: [],
    products: none(),
    developers: none(),
    apps: none(),
    appGroups: [],
    appGroupApps: [],
  };
}

type Consumers = Pick<OrganizationSeed, 'developers' | 'apps' | 'appGroups' | 'appGroupApps'>;
function inSpace(bundled: BundledSeed, spaceOf: { readonly [name: string]: string }): BundledSeed {
  const space = spaceOf[bundled.name];
  return space === undefined ? bundled : { ...bundled, space };
}

type Gateway = Omit<OrganizationSeed, keyof Consumers | 'relations'>;

function gateway(organizationName: string, plans: readonly ProxyPlan[], products: readonly SeedDocument[]): Gateway {
  const environmentNames = environmentDocuments.map((environment) => String(environment['name']));
  return {
    organization: organizationDocument(organizationName, environmentNames),
    securitySettings: { mlRetrainingFeedbackEnabled: true },
    ...noAccess,
    spaces,
    iamPolicies,
    environmentAddons,
    environments: environmentDocuments,
    environmentGroups,
    keystores,
    aliases,
    references,
    targetServers,
    keyValueMaps,
    debugMasks,
    dataCollectors,
    analytics: analyticsOf(organizationName),
    documents: [...resourceFiles, ...archiveDocuments(archivePlans), ...tracing, ...infrastructure, ...ratePlans],
    security,
    portal: portalOf(organizationName),
    proxies: lazyRowsOf(
      plans,
      (plan) => plan.name,
      (plan) => inSpace(proxyOf(plan), spaceOfProxy),
    ),
    sharedFlows: lazyRowsOf(
      sharedFlowPlans,
      (plan) => plan.name,
      (plan) => inSpace(sharedFlowOf(plan), spaceOfFlow),
    ),
    deployments: [
      ...sharedFlowPlans.flatMap((plan) =>
        deploymentsOf(plan).map((place) => ({
          ...place,
          flavour: 'sharedflow' as const,
          name: plan.name,
          ...(plan.serviceAccount === undefined ? {} : { serviceAccount: plan.serviceAccount }),
        })),
      ),
      ...plans.flatMap((plan) =>
        deploymentsOf(plan).map((place) => ({
          ...place,
          flavour: 'proxy' as const,
          name: plan.name,
          ...(plan.serviceAccount === undefined ? {} : { serviceAccount: plan.serviceAccount }),
        })),
      ),
    ],
    flowHooks,
    products: rowsOf(products, (product) => String(product['name'])),
  };
}

function consumers(developers: readonly SeedDocument[], plans: readonly AppPlan[], groups: SeededAppGroups): Consumers {
  const ids = new Map(developers.map((developer) => [developer['email'], String(developer['developerId'])]));
  const apps = plans.map((plan) => {
    const developerId = ids.get(plan.email);
    if (developerId === undefined) throw new Error(`the app ${plan.name} belongs to nobody`);
    return appOf(plan, developerId);
  });
  return {
    developers: rowsOf(developers, (developer) => String(developer['email'])),
    apps: rowsOf(apps, (app) => String(app['appId'])),
    ...groups,
  };
}

function smallSeed(organizationName: string): OrganizationSeed {
  const developers = developersUpTo(organizationName, 12);
  const groups = coreAppGroups(developers);
  const { documents, ...rest } = gateway(organizationName, coreProxyPlans, coreProducts);
  return {
    ...rest,
    ...consumers(developers, coreApps, groups),
    documents: [...documents, ...monetizationOf(developers, groups.appGroups)],
  };
}

function hugeSeed(organizationName: string): OrganizationSeed {
  const base = withoutMonetization(gateway(organizationName, coreProxyPlans, coreProducts));
  return {
    ...base,
    ...hugeConsumers(organizationName),
    keyValueMaps: [...base.keyValueMaps, hugeMap()],
    appGroups: [],
    appGroupApps: [],
  };
}

/** The add-on off, and no rate plans: monetization takes three calls for each developer, every time, which no demo should wait for. */
function withoutMonetization(seed: Gateway): Gateway {
  const { addonsConfig } = seed.organization;
  const addons = isDocument(addonsConfig) ? { ...addonsConfig, monetizationConfig: {} } : {};
  return {
    ...seed,
    organization: { ...seed.organization, addonsConfig: addons },
    documents: seed.documents.filter(({ kind }) => kind !== 'rateplan'),
  };
}

const mediumDeveloperCount = 2_300;
const mediumAppCount = 4_000;
const mediumProductCount = 300;
const marketplaceAppCount = 130;

function mediumSeed(organizationName: string): OrganizationSeed {
  const proxyPlans = mediumProxyPlans();
  const products = mediumProducts(proxyPlans, mediumProductCount);
  const developers = developersUpTo(organizationName, mediumDeveloperCount);
  return {
    ...withoutMonetization(gateway(organizationName, proxyPlans, products)),
    ...consumers(developers, mediumApps(developers, products), mediumAppGroups(developers)),
  };
}

/** The apps of `small`, the other shops of the marketplace, and two or so for each partner but the last few hundred, who have none. */
function mediumApps(developers: readonly SeedDocument[], products: readonly SeedDocument[]): AppPlan[] {
  const inSmall = coreApps.filter((plan) => plan.email === marketplaceEmail).length;
  const plans = [...coreApps];
  for (let number = inSmall + 1; number <= marketplaceAppCount; number += 1) plans.push(marketplaceApp(number));
  const expired = expiredApps();
  const choices = products.map((product) => ({
    name: String(product['name']),
    approvalType: String(product['approvalType']),
    scopes: Array.isArray(product['scopes']) ? product['scopes'].map(String) : [],
  }));
  const partners = developers.slice(12, 1_950).map((developer) => String(developer['email']));
  const wanted = mediumAppCount - expired.length;
  for (let index = 0; plans.length < wanted; index += 1) {
    plans.push(partnerApp(partners[index % partners.length] ?? '', index, choices));
  }
  return [...plans, ...expired];
}

/** A few more apps whose keys ran out, all of one developer who is closed anyway. */
function expiredApps(): AppPlan[] {
  return Array.from({ length: 12 }, (_, index) => ({
    email: 'accounts@closed-hotel.example',
    name: `room ${index + 1}`,
    keys: [
      {
        products: [['payments-standard', 'approved'] as const],
        expiresAt: String(1_700_000_000_000 + index * 86_400_000),
      },
    ],
  }));
}
