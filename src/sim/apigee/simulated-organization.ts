import { AppRecords } from './app-records.ts';
import { BundleRecords } from './bundle-records.ts';
import { textIn } from './document.ts';
import { DocumentStore } from './document-store.ts';
import { entriesOwner } from './key-value-maps.ts';
import { Operations } from './operations.ts';
import { googlesProfile } from './kinds/security-profile.ts';
import type { OrganizationSeed, SecuritySeed } from './organization-seed.ts';
import type { SimulatedWorld } from './simulated-world.ts';

const rowsInMemory = 50_000;

/** One organization: its documents, the indexes over them and what is under way. Rules live in the kinds. */
export class SimulatedOrganization {
  readonly name: string;
  readonly world: SimulatedWorld;
  readonly store: DocumentStore;
  readonly bundles: BundleRecords;
  readonly apps: AppRecords;
  readonly operations: Operations;
  /** Number of bundle downloads, which moves the time stamps inside the zips. */
  downloads = 0;

  constructor(name: string, world: SimulatedWorld, seed: OrganizationSeed) {
    this.name = name;
    this.world = world;
    this.store = new DocumentStore(seed.apps.count + seed.developers.count > rowsInMemory);
    this.bundles = new BundleRecords(this.store);
    this.apps = new AppRecords(this.store);
    this.operations = new Operations(name, this.store, world);
    fill(this, seed);
  }

  /** Now in milliseconds as text, as the API writes times. */
  now(): string {
    return String(this.world.clock.nowMs());
  }

  close(): void {
    this.store.close();
  }
}

function fill(organization: SimulatedOrganization, seed: OrganizationSeed): void {
  const { store, bundles, apps, world } = organization;
  store.put('organization', '', '', { ...seed.organization, name: organization.name });
  store.put('securitysettings', '', '', seed.securitySettings);
  for (const space of seed.spaces) {
    const id = String(space['name']);
    store.put('space', '', id, { ...space, name: `organizations/${organization.name}/spaces/${id}` });
  }
  for (const { resource, policy } of seed.iamPolicies) store.put('iampolicy', resource, '', policy);
  store.put('syncauthorization', '', '', seed.syncAuthorization);
  store.put('controlplaneaccess', '', '', seed.controlPlaneAccess);
  for (const { environment, addons } of seed.environmentAddons) store.put('envaddons', environment, '', addons);
  for (const environment of seed.environments) store.put('environment', '', String(environment['name']), environment);
  for (const { group, environments } of seed.environmentGroups) {
    const name = String(group['name']);
    store.put('envgroup', '', name, group);
    for (const environment of environments) {
      const id = world.random.uuid();
      const createdAt = group['createdAt'] ?? organization.now();
      store.put('attachment', name, id, { name: id, environment, environmentGroupId: name, createdAt });
    }
  }
  for (const { environment, keystore } of seed.keystores) {
    store.put('keystore', environment, String(keystore['name']), keystore);
  }
  for (const { environment, keystore, alias } of seed.aliases) {
    store.put('alias', `${environment}/${keystore}`, String(alias['alias']), alias);
  }
  for (const { environment, reference } of seed.references) {
    store.put('reference', environment, String(reference['name']), reference);
  }
  for (const { environment, targetServer } of seed.targetServers) {
    store.put('targetserver', environment, String(targetServer['name']), targetServer);
  }
  for (const { owner, map, entries } of seed.keyValueMaps) {
    const name = String(map['name']);
    store.put('keyvaluemap', owner, name, map);
    for (const entry of entries) store.put('keyvalueentry', entriesOwner(owner, name), String(entry['name']), entry);
  }
  for (const { environment, mask } of seed.debugMasks) store.put('debugmask', environment, '', mask);
  for (const collector of seed.dataCollectors) store.put('datacollector', '', String(collector['name']), collector);
  for (const report of seed.analytics.reports) store.put('report', '', String(report['name']), report);
  for (const datastore of seed.analytics.datastores) {
    store.put('datastore', '', String(datastore['self']).split('/').at(-1) ?? '', datastore);
  }
  for (const { kind, owner, name, document } of seed.documents) store.put(kind, owner, name, document);
  fillSecurity(organization, seed.security);
  fillPortal(store, seed.portal);
  bundles.setSeed('proxy', seed.proxies);
  bundles.setSeed('sharedflow', seed.sharedFlows);
  for (const { environment, flavour, name, revision, serviceAccount } of seed.deployments) {
    const deployStartTime = String(world.clock.nowMs() - world.timings.deploymentMs);
    const deployment = { name, revision: String(revision), deployStartTime };
    const account = serviceAccount === undefined ? {} : { serviceAccount };
    store.put('deployment', environment, `${flavour}:${name}`, { ...deployment, ...account });
  }
  for (const { environment, flowHook } of seed.flowHooks) {
    store.put('flowhook', environment, String(flowHook['flowHookPoint']), flowHook);
  }
  store.setRows('product', seed.products);
  apps.setSeed(seed);
  for (const group of seed.appGroups) store.put('appgroup', '', String(group['name']), group);
  for (const app of seed.appGroupApps) apps.put({ ...app });
}

/** What Google gives every organization with the add-on is there too. */
function fillSecurity({ store, name: organization }: SimulatedOrganization, seed: SecuritySeed): void {
  const at = '2024-01-01T00:00:00Z';
  const google = { revisionId: '7', revisionCreateTime: at, revisionUpdateTime: at };
  const profileConfig = { categories: [{ abuse: {} }, { authorization: {} }] };
  store.put('securityprofile', '', googlesProfile, { description: 'Made by Google', profileConfig, ...google });
  const full = (collection: string, name: string) => `organizations/${organization}/${collection}/${name}`;
  store.put('riskprofile', 'APIGEE', 'google-default', {
    name: full('securityProfilesV2', 'google-default'),
    googleDefined: true,
    riskAssessmentType: 'APIGEE',
    profileAssessmentConfigs: { 'auth-policies-check': { weight: 'MAJOR' } },
  });
  for (const { name, profile, environments, earlier = [] } of seed.profiles) {
    if (profile !== undefined) store.put('securityprofile', '', name, profile);
    for (const [index, revision] of earlier.entries()) {
      const numbered = { ...revision, name: full('securityProfiles', name), revisionId: String(index + 1) };
      store.put('securityprofilerevision', name, numbered.revisionId, { ...numbered, minScore: 200, maxScore: 1200 });
    }
    for (const environment of environments) {
      store.put('profileenvironment', name, environment, { environment, attachTime: at });
    }
  }
  for (const { name, profile } of seed.riskProfiles) {
    const type = textIn({ ...profile }, 'riskAssessmentType');
    store.put('riskprofile', type, name, { ...profile, name: full('securityProfilesV2', name) });
  }
  for (const { name, condition } of seed.monitoringConditions) {
    const type = textIn({ ...condition }, 'riskAssessmentType');
    const document = { ...condition, name: full('securityMonitoringConditions', name) };
    store.put('monitoringcondition', type, name, document);
  }
  for (const { environment, name, action } of seed.actions) {
    const document = { ...action, name: full(`environments/${environment}/securityActions`, name) };
    store.put('securityaction', environment, name, document);
  }
  for (const { environment, config } of seed.actionsConfigs)
    store.put('securityactionsconfig', environment, '', config);
  for (const { name, feedback } of seed.feedback) {
    store.put('securityfeedback', '', name, { ...feedback, name: full('securityFeedback', name) });
  }
}

function fillPortal(store: DocumentStore, { site, categories, items }: OrganizationSeed['portal']): void {
  store.put('site', '', site, { id: site, name: site });
  for (const { id, name } of categories) store.put('apicategory', site, id, { id, name, siteId: site });
  for (const { item, documentation } of items) {
    const id = String(item['id']);
    store.put('apidoc', site, id, { ...item, siteId: site });
    if (documentation !== undefined) store.put('apidocumentation', site, id, documentation);
  }
}
