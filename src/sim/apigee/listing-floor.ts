import { filterCombinations, groupOwner } from './app-records.ts';
import { developerPlace, groupPlace } from './kinds/billed-place.ts';
import { flowHookPoints } from './kinds/flow-hook.ts';
import { isHybrid } from './kinds/hybrid-access.ts';
import { hasAddon } from './kinds/organization.ts';
import type { DocumentStore } from './document-store.ts';
import { entriesOwner } from './key-value-maps.ts';
import { pageCaps } from './paging.ts';
import type { SimulatedOrganization } from './simulated-organization.ts';

/** The least number of calls that list an organization once, by route. */
export interface ListingFloor {
  readonly total: number;
  readonly byRoute: { readonly [route: string]: number };
}

/**
 * Counts list pages by the service's page caps, and one GET per resource where a list gives names without a mark of change
 * (environments and most of what they hold). Proxies and flows need none: their lists carry revisions and times. With honoured app
 * filters every combination of status and key status is listed, an empty one with one call.
 */
export function listingFloor(organization: SimulatedOrganization): ListingFloor {
  const { store } = organization;
  const environments = [...store.list('environment', '')].map((item) => item.name);
  const groups = [...store.list('envgroup', '')].map((item) => item.name);
  const appGroups = [...store.list('appgroup', '')].map((item) => item.name);
  const environmentMaps = environments
    .filter((name) => store.find('environment', '', name)?.['type'] !== 'BASE')
    .map((name) => `environments/${name}`);
  const held = (kind: string): number => sum(environments.map((name) => store.count(kind, name)));
  const aliases = sum(
    environments.flatMap((name) =>
      [...store.list('keystore', name)].map((keystore) => store.count('alias', `${name}/${keystore.name}`)),
    ),
  );
  const byRoute: { readonly [route: string]: number } = {
    'GET ~': 1,
    'GET ~/securitySettings': hasAddon(organization, 'apiSecurityConfig') ? 1 : 0,
    'POST ~:getSyncAuthorization': isHybrid(organization) ? 1 : 0,
    'GET ~/controlPlaneAccess': isHybrid(organization) ? 1 : 0,
    'GET ~/spaces': pages(store.count('space', ''), pageCaps.spaces),
    'GET ~/spaces/{spacesId}:getIamPolicy': store.count('space', ''),
    'GET ~/environments/{environmentsId}:getIamPolicy': environments.length,
    'GET ~/environments/{environmentsId}/deployments/{deploymentsId}:getIamPolicy': held('deployment'),
    'GET ~/environments': 1,
    'GET ~/environments/{environmentsId}/addonsConfig': environments.length,
    'GET ~/environments/{environmentsId}': environments.length,
    'GET ~/environments/{environmentsId}/keystores': environments.length,
    'GET ~/environments/{environmentsId}/keystores/{keystoresId}': held('keystore'),
    'GET ~/environments/{environmentsId}/keystores/{keystoresId}/aliases': held('keystore'),
    'GET ~/environments/{environmentsId}/keystores/{keystoresId}/aliases/{aliasesId}': aliases,
    'GET ~/environments/{environmentsId}/keystores/{keystoresId}/aliases/{aliasesId}/certificate': aliases,
    'GET ~/environments/{environmentsId}/references': environments.length,
    'GET ~/environments/{environmentsId}/references/{referencesId}': held('reference'),
    'GET ~/environments/{environmentsId}/targetservers': environments.length,
    'GET ~/environments/{environmentsId}/targetservers/{targetserversId}': held('targetserver'),
    'GET ~/environments/{environmentsId}/resourcefiles': environments.length,
    'GET ~/environments/{environmentsId}/resourcefiles/{type}/{name}': held('resourcefile'),
    'GET ~/environments/{environmentsId}/archiveDeployments': sum(
      environments
        .filter((name) => store.find('environment', '', name)?.['deploymentType'] === 'ARCHIVE')
        .map((name) => pages(store.count('archivedeployment', name), pageCaps.small)),
    ),
    'GET ~/environments/{environmentsId}/flowhooks': environments.length,
    'GET ~/environments/{environmentsId}/flowhooks/{flowhooksId}': environments.length * flowHookPoints.length,
    ...mapCalls(store, { template: '~', owners: [''], refusing: 0 }),
    ...mapCalls(store, {
      template: '~/apis/{apisId}',
      owners: [...organization.bundles.list('proxy')].map(({ name }) => `apis/${name}`),
      refusing: 0,
    }),
    ...mapCalls(store, {
      template: '~/environments/{environmentsId}',
      owners: environmentMaps,
      refusing: environments.length - environmentMaps.length,
    }),
    'GET ~/envgroups': pages(groups.length, pageCaps.small),
    'GET ~/envgroups/{envgroupsId}/attachments': sum(
      groups.map((group) => pages(store.count('attachment', group), pageCaps.small)),
    ),
    'GET ~/environments/{environmentsId}/debugmask': environments.length,
    'GET ~/environments/{environmentsId}/traceConfig': environments.length,
    'GET ~/environments/{environmentsId}/traceConfig/overrides': sum(
      environments.map((name) => pages(store.count('traceoverride', name), pageCaps.overrides)),
    ),
    ...infrastructureCalls(store),
    'GET ~/datacollectors': pages(store.count('datacollector', ''), pageCaps.small),
    'GET ~/reports': 1,
    ...portalCalls(store),
    ...(hasAddon(organization, 'apiSecurityConfig') ? securityCalls(store, environments) : {}),
    'GET ~/analytics/datastores': 1,
    'GET ~/apis': 1,
    'GET ~/sharedflows': 1,
    'GET ~/deployments': 2,
    'GET ~/apiproducts': inclusivePages(store.count('product', ''), pageCaps.products),
    'GET ~/apiproducts/{apiproductsId}/rateplans': hasAddon(organization, 'monetizationConfig')
      ? store.count('product', '')
      : 0,
    'GET ~/developers': inclusivePages(store.count('developer', ''), pageCaps.developers),
    'GET ~/apps': appPages(organization),
    'GET ~/appgroups': pages(appGroups.length, pageCaps.appGroups),
    'GET ~/appgroups/{appgroupsId}/apps': sum(
      appGroups.map((name) => pages(organization.apps.ofOwner(groupOwner(name)).length, pageCaps.appGroupApps)),
    ),
    ...(hasAddon(organization, 'monetizationConfig') ? billingCalls(organization) : {}),
  };
  return { total: sum(Object.values(byRoute)), byRoute };
}

/** Lists of maps, each map, and pages of entries, below owners of one sort. A BASE environment refuses the list: that call has to be made too. */
function mapCalls(store: DocumentStore, place: MapPlace): { readonly [route: string]: number } {
  const { template, owners, refusing } = place;
  const maps = owners.flatMap((owner) =>
    [...store.list('keyvaluemap', owner)].map(({ name }) => entriesOwner(owner, name)),
  );
  const entryPages = maps.map((map) => pages(store.count('keyvalueentry', map), pageCaps.entries));
  return {
    [`GET ${template}/keyvaluemaps`]: owners.length + refusing,
    [`GET ${template}/keyvaluemaps/{keyvaluemapsId}`]: maps.length,
    [`GET ${template}/keyvaluemaps/{keyvaluemapsId}/entries`]: sum(entryPages),
  };
}

interface MapPlace {
  readonly template: string;
  readonly owners: readonly string[];
  readonly refusing: number;
}

/** What is billed to each developer and AppGroup. */
function billingCalls({ store }: SimulatedOrganization): { readonly [route: string]: number } {
  const developers = [...store.list('developer', '')].map((item) => developerPlace(item.read()));
  const groups = [...store.list('appgroup', '')].map((item) => groupPlace(item.name));
  const listed = (places: readonly string[]): number =>
    sum(places.map((place) => pages(store.count('subscription', place), pageCaps.subscriptions)));
  return {
    'GET ~/developers/{developersId}/monetizationConfig': developers.length,
    'GET ~/developers/{developersId}/subscriptions': listed(developers),
    'GET ~/developers/{developersId}/balance': developers.length,
    'GET ~/appgroups/{appgroupsId}/monetizationConfig': groups.length,
    'GET ~/appgroups/{appgroupsId}/subscriptions': listed(groups),
    'GET ~/appgroups/{appgroupsId}/balance': groups.length,
  };
}

/** Lists of what an organization runs on. */
function infrastructureCalls(store: DocumentStore): { readonly [route: string]: number } {
  const instances = [...store.list('instance', '')].map((item) => item.name);
  const listed = (kind: string, owners: readonly string[]): number =>
    sum(owners.map((owner) => pages(store.count(kind, owner), pageCaps.small)));
  return {
    'GET ~/dnsZones': listed('dnszone', ['']),
    'GET ~/endpointAttachments': listed('endpointattachment', ['']),
    'GET ~/apimServiceExtensions': listed('serviceextension', ['']),
    'GET ~/instances': listed('instance', ['']),
    'GET ~/instances/{instancesId}/attachments': listed('instanceattachment', instances),
    'GET ~/instances/{instancesId}/natAddresses': listed('nataddress', instances),
  };
}

function appPages(organization: SimulatedOrganization): number {
  if (organization.world.switches.appListFilters === 'ignored') return pages(organization.apps.count(), pageCaps.apps);
  return sum(filterCombinations.map((_, index) => pages(organization.apps.countOf(index), pageCaps.apps)));
}

function portalCalls(store: DocumentStore): { readonly [route: string]: number } {
  const sites = [...store.list('site', '')].map(({ name }) => name);
  return {
    'GET ~/sites': 1,
    'GET ~/sites/{sitesId}/apicategories': sites.length,
    'GET ~/sites/{sitesId}/apidocs': sum(
      sites.map((site) => pages(store.count('apidoc', site), pageCaps.catalogItems)),
    ),
    'GET ~/sites/{sitesId}/apidocs/{apidocsId}/documentation': sum(sites.map((site) => store.count('apidoc', site))),
  };
}

/** What Advanced API Security lists. */
function securityCalls(store: DocumentStore, environments: readonly string[]): { readonly [route: string]: number } {
  const profiles = [...store.list('securityprofile', '')].map(({ name }) => name);
  return {
    'GET ~/securityProfiles/{securityProfilesId}:listRevisions': sum(
      profiles.map((name) => pages(1 + store.count('securityprofilerevision', name), pageCaps.profiles)),
    ),
    'GET ~/securityProfiles': pages(store.count('securityprofile', ''), pageCaps.profiles),
    'GET ~/securityProfilesV2': pagesOfTypes(store, 'riskprofile'),
    'GET ~/securityMonitoringConditions': pagesOfTypes(store, 'monitoringcondition'),
    'GET ~/environments/{environmentsId}/securityActions': sum(
      environments.map((name) => pages(store.count('securityaction', name), pageCaps.securityActions)),
    ),
    'GET ~/environments/{environmentsId}/securityActionsConfig': environments.length,
    'GET ~/securityFeedback': pages(store.count('securityfeedback', ''), pageCaps.securityFeedback),
  };
}

/** Lists of risk assessment show one type at a time. */
function pagesOfTypes(store: DocumentStore, kind: string): number {
  return sum(['APIGEE', 'API_HUB'].map((type) => pages(store.count(kind, type), pageCaps.profiles)));
}

function pages(count: number, cap: number): number {
  return Math.max(1, Math.ceil(count / cap));
}

/** Pages of a list whose start key is inclusive: after a full page another is needed, which repeats one item. */
function inclusivePages(count: number, cap: number): number {
  let seen = Math.min(count, cap);
  let calls = 1;
  for (let size = seen; size === cap; calls += 1) {
    size = Math.min(cap, count - seen + 1);
    seen += size - 1;
  }
  return calls;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
