import { ApiError, notModelled } from './api-error.ts';
import { groupOwner } from './app-records.ts';
import { filesOfTexts, textOf } from './bundle-files.ts';
import { type Document, isDocument, textIn } from './document.ts';
import { deployUploaded } from './kinds/archive-deployment.ts';
import { type BundledKind, getBundled, getRevision, proxyKind, sharedFlowKind } from './kinds/bundled.ts';
import { addRevision } from './kinds/bundle-import.ts';
import { deployRevision, undeployRevision } from './kinds/deployment-rules.ts';
import { developerPlace, groupPlace } from './kinds/billed-place.ts';
import { getDeveloper } from './kinds/developer.ts';
import { entriesOwner } from './key-value-maps.ts';
import type { Call, Query } from './route.ts';
import type { Router } from './router.ts';
import type { SimulatedOrganization } from './simulated-organization.ts';
import type { BundleFlavour, ResourcePath, WreckTarget } from './wreck-target.ts';

const topLevel: { readonly [collection: string]: string } = {
  environments: 'environment',
  envgroups: 'envgroup',
  datacollectors: 'datacollector',
  dnsZones: 'dnszone',
  instances: 'instance',
  spaces: 'space',
  reports: 'report',
  sites: 'site',
  securityFeedback: 'securityfeedback',
  apis: 'proxy',
  sharedflows: 'sharedflow',
  apiproducts: 'product',
  developers: 'developer',
  apps: 'app',
  appgroups: 'appgroup',
};

/** The organization as wrecks and mutations see it: the routes of the API without the wire. */
export function inProcessTarget(organization: SimulatedOrganization, router: Router): WreckTarget {
  const call = (http: string, resource: ResourcePath, more: { body?: Document; query?: Query } = {}): Document =>
    called({ organization, router }, { http, resource, ...more });
  return {
    organizationName: organization.name,
    list: (collection) => namesIn(organization, collection),
    sample: (collection, fraction) => organization.store.sample(topLevelKind(collection), '', fraction),
    get: (resource) => call('GET', resource),
    post: (resource, body, query) =>
      call('POST', resource, {
        ...(body === undefined ? {} : { body: { ...body } }),
        ...(query === undefined ? {} : { query }),
      }),
    setStatus: (resource, action) => {
      call('PUT', resource, { query: { action } });
    },
    put: (resource, body) => call('PUT', resource, { body: { ...body } }),
    patch: (resource, body, query) => call('PATCH', resource, { body: { ...body }, query }),
    delete: (resource) => call('DELETE', resource),
    act: (resource, verb, body) => {
      const answer = called({ organization, router }, { http: 'POST', resource, verb, body: { ...body } });
      organization.operations.settleAll();
      return answer;
    },
    importBundle: ({ flavour, name, files }) => {
      const { revision } = addRevision(organization, kindOf(flavour), { name, files: filesOfTexts(files) });
      return String(revision.number);
    },
    bundleFiles: ({ flavour, name, revision }) => {
      const record = getBundled(organization, kindOf(flavour), name);
      const files = organization.bundles.files(flavour, name, getRevision(record, kindOf(flavour), revision));
      return Object.fromEntries([...files].map(([path, content]) => [path, textOf(content)]));
    },
    deployments: (environment) =>
      [...organization.store.list('deployment', environment)].map((item) => {
        const deployment = item.read();
        const account = deployment['serviceAccount'];
        return {
          flavour: item.name.startsWith('proxy:') ? 'proxy' : 'sharedflow',
          name: textIn(deployment, 'name'),
          revision: textIn(deployment, 'revision'),
          ...(typeof account === 'string' ? { serviceAccount: account } : {}),
        };
      }),
    deploy: ({ flavour, override = true, serviceAccount, ...target }) => {
      deployRevision(organization, kindOf(flavour), { ...target, override, serviceAccount });
      settleDeployment(organization, { environment: target.environment, key: `${flavour}:${target.name}` });
    },
    deployArchive: (archive) => {
      deployUploaded(organization, archive);
    },
    undeploy: ({ flavour, ...target }) => undeployRevision(organization, kindOf(flavour), target),
    settle: () => organization.operations.settleAll(),
  };
}

function called(
  { organization, router }: { readonly organization: SimulatedOrganization; readonly router: Router },
  asked: {
    readonly http: string;
    readonly resource: ResourcePath;
    readonly verb?: string;
    readonly body?: Document;
    readonly query?: Query;
  },
): Document {
  const segments = ['organizations', organization.name, ...asked.resource].map((segment) =>
    // A verb hangs on its segment by a colon that is none of the name's.
    encodeURIComponent(segment).replaceAll('%3A', ':'),
  );
  if (asked.verb !== undefined) segments.push(`${segments.pop()}:${asked.verb}`);
  const match = router.find(asked.http, segments);
  if (match === undefined) {
    const message = `no method ${asked.http} ${asked.resource.join('/')}`;
    throw new ApiError({ httpStatus: 404, status: 'NOT_FOUND', message });
  }
  if (match.route === undefined) throw notModelled(match.methodId);
  const path = Object.fromEntries(
    Object.entries(match.values).map(([name, value]) => [name, decodeURIComponent(value)]),
  );
  const call: Call = {
    organization,
    path,
    query: asked.query ?? {},
    body: asked.body,
    files: undefined,
    seesSpaces: true,
    origin: 'http://127.0.0.1',
  };
  const { body } = match.route.handle(call);
  return isDocument(body) ? body : {};
}

function kindOf(flavour: BundleFlavour): BundledKind {
  return flavour === 'proxy' ? proxyKind : sharedFlowKind;
}

function topLevelKind(collection: ResourcePath): string {
  const kind = collection.length === 1 ? topLevel[collection[0] ?? ''] : undefined;
  if (kind === undefined) throw new Error(`${collection.join('/')} is not a top-level collection`);
  return kind;
}

function namesIn(organization: SimulatedOrganization, collection: ResourcePath): Iterable<string> {
  const [first = '', owner = '', member = ''] = collection;
  const place = collection.lastIndexOf('keyvaluemaps');
  if (place >= 0) {
    const above = collection.slice(0, place).join('/');
    if (collection.length === place + 1) return storedNames(organization, 'keyvaluemap', above);
    return storedNames(organization, 'keyvalueentry', entriesOwner(above, collection[place + 1] ?? ''));
  }
  if (first === 'sites' && member === 'apicategories') return storedNames(organization, 'apicategory', owner);
  if (first === 'sites' && member === 'apidocs') return storedNames(organization, 'apidoc', owner);
  if (first === 'securityProfiles' && collection.length === 1) return storedNames(organization, 'securityprofile', '');
  if (first === 'securityProfiles') return storedNames(organization, 'profileenvironment', owner);
  const ofApigee = { securityProfilesV2: 'riskprofile', securityMonitoringConditions: 'monitoringcondition' };
  for (const [name, kind] of Object.entries(ofApigee))
    if (first === name) return storedNames(organization, kind, 'APIGEE');
  if (first === 'environments' && member === 'securityActions')
    return storedNames(organization, 'securityaction', owner);
  if (collection.length === 1) return storedNames(organization, topLevelKind(collection), '');
  if (first === 'analytics' && owner === 'datastores') return storedNames(organization, 'datastore', '');
  if (first === 'environments' && member === 'targetservers') return storedNames(organization, 'targetserver', owner);
  if (first === 'environments' && member === 'resourcefiles') return storedNames(organization, 'resourcefile', owner);
  if (first === 'environments' && member === 'traceConfig') return storedNames(organization, 'traceoverride', owner);
  if (first === 'environments' && member === 'archiveDeployments')
    return storedNames(organization, 'archivedeployment', owner);
  if (first === 'instances' && member === 'attachments') return storedNames(organization, 'instanceattachment', owner);
  if (first === 'envgroups' && member === 'attachments') return storedNames(organization, 'attachment', owner);
  if (first === 'developers' && member === 'apps') {
    const developerId = textIn(getDeveloper(organization, owner), 'developerId');
    return organization.apps.ofOwner(developerId).map((app) => textIn(app, 'name'));
  }
  if (member === 'subscriptions') {
    const place = first === 'developers' ? developerPlace(getDeveloper(organization, owner)) : groupPlace(owner);
    return storedNames(organization, 'subscription', place);
  }
  if (first === 'apiproducts' && member === 'rateplans') return storedNames(organization, 'rateplan', owner);
  if (first === 'appgroups' && member === 'apps') {
    return organization.apps.ofOwner(groupOwner(owner)).map((app) => textIn(app, 'name'));
  }
  if ((first === 'apis' || first === 'sharedflows') && member === 'revisions') {
    const record = getBundled(organization, first === 'apis' ? proxyKind : sharedFlowKind, owner);
    return record.revisions.map((revision) => String(revision.number));
  }
  throw new Error(`${collection.join('/')} is not a collection that can be listed`);
}

function* storedNames(organization: SimulatedOrganization, kind: string, owner: string): Generator<string> {
  for (const item of organization.store.list(kind, owner)) yield item.name;
}

/** Dates the deployment back, so that it is READY at once. */
function settleDeployment(organization: SimulatedOrganization, place: { environment: string; key: string }): void {
  const deployment = organization.store.find('deployment', place.environment, place.key);
  if (deployment === undefined) return;
  const startedMs = organization.world.clock.nowMs() - organization.world.timings.deploymentMs;
  organization.store.put('deployment', place.environment, place.key, {
    ...deployment,
    deployStartTime: String(startedMs),
  });
}
