import { failedPrecondition, invalidArgument, notFound } from '../api-error.ts';
import type { BundledRecord, RevisionRecord } from '../bundle-records.ts';
import type { Document } from '../document.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import type { BundleFlavour } from '../wreck-target.ts';

/** What differs between proxies and shared flows: method ids, path parameter, list field. */
export interface BundledKind {
  readonly flavour: BundleFlavour;
  /** `organizations.apis`. */
  readonly methods: string;
  /** `apisId`. */
  readonly parameter: string;
  /** `proxies`. */
  readonly listField: string;
  /** `API proxy`. */
  readonly title: string;
}

export const proxyKind: BundledKind = {
  flavour: 'proxy',
  methods: 'organizations.apis',
  parameter: 'apisId',
  listField: 'proxies',
  title: 'API proxy',
};

export const sharedFlowKind: BundledKind = {
  flavour: 'sharedflow',
  methods: 'organizations.sharedflows',
  parameter: 'sharedflowsId',
  listField: 'sharedFlows',
  title: 'shared flow',
};

/** The proxy or shared flow, or 404. */
export function getBundled(organization: SimulatedOrganization, kind: BundledKind, name: string): BundledRecord {
  const record = organization.bundles.find(kind.flavour, name);
  if (record === undefined) throw notFound(`${kind.title} ${name} does not exist in organization ${organization.name}`);
  return record;
}

/** The revision, or 404. Revision numbers are positive integers without leading zeros. */
export function getRevision(record: BundledRecord, kind: BundledKind, number: string): RevisionRecord {
  if (!/^[1-9]\d*$/.test(number)) throw invalidArgument(`revision ${number} is not a number`);
  const revision = record.revisions.find((candidate) => candidate.number === Number(number));
  if (revision === undefined) throw notFound(`revision ${number} of ${kind.title} ${record.name} does not exist`);
  return revision;
}

/** Names of the environments in which the proxy or flow is deployed, with the revision. */
function deployedWhere(
  organization: SimulatedOrganization,
  flavour: BundleFlavour,
  name: string,
): { readonly environment: string; readonly revision: string }[] {
  const places: { readonly environment: string; readonly revision: string }[] = [];
  for (const { name: environment } of organization.store.list('environment', '')) {
    const deployment = organization.store.find('deployment', environment, `${flavour}:${name}`);
    if (deployment !== undefined) places.push({ environment, revision: String(deployment['revision']) });
  }
  return places;
}

/** Refuses while the revision (or any revision) is deployed. */
export function assertUndeployed(
  organization: SimulatedOrganization,
  kind: BundledKind,
  target: { readonly name: string; readonly revision?: string },
): void {
  const place = deployedWhere(organization, kind.flavour, target.name).find(
    ({ revision }) => target.revision === undefined || target.revision === revision,
  );
  if (place === undefined) return;
  throw failedPrecondition(
    `${kind.title} ${target.name} revision ${place.revision} is deployed in environment ${place.environment}; undeploy it first`,
  );
}

/** ApiProxy or SharedFlow as GET answers it. */
export function bundledDocument(
  organization: SimulatedOrganization,
  kind: BundledKind,
  record: BundledRecord,
): Document {
  const numbers = record.revisions.map((revision) => revision.number);
  const latest = numbers.at(-1);
  const type = kind.flavour === 'proxy' ? 'Proxy' : 'SharedFlow';
  return {
    metaData: { createdAt: record.createdAt, lastModifiedAt: record.lastModifiedAt, subType: type },
    name: record.name,
    ...(numbers.length === 0 ? {} : { revision: orderedRevisions(organization, numbers) }),
    ...(latest === undefined ? {} : { latestRevisionId: String(latest) }),
    ...(kind.flavour === 'proxy' ? { apiProxyType: 'PROGRAMMABLE' } : {}),
    ...(record.space === undefined ? {} : { space: record.space }),
    ...(record.labels === undefined ? {} : { labels: record.labels }),
  };
}

/** Revision numbers as text, in the order the switch says. */
export function orderedRevisions(organization: SimulatedOrganization, numbers: readonly number[]): string[] {
  const ordered = numbers.map(String);
  const { revisionOrder } = organization.world.switches;
  if (revisionOrder === 'lexical') return ordered.sort();
  return revisionOrder === 'descending' ? ordered.reverse() : ordered;
}

/** ApiProxyRevision or SharedFlowRevision as GET answers it. */
export function revisionDocument(
  organization: SimulatedOrganization,
  kind: BundledKind,
  target: { readonly record: BundledRecord; readonly revision: RevisionRecord },
): Document {
  const { record, revision } = target;
  const facts = organization.bundles.facts(kind.flavour, record.name, revision);
  const noun = kind.flavour === 'proxy' ? 'application' : 'sharedflow';
  const document: Document = {
    name: record.name,
    revision: String(revision.number),
    type: kind.flavour === 'proxy' ? 'Application' : 'SharedFlow',
    createdAt: revision.createdAt,
    lastModifiedAt: revision.lastModifiedAt,
    contextInfo: `Revision ${revision.number} of ${noun} ${record.name}, in organization ${organization.name}`,
    configurationVersion: { majorVersion: 4 },
    entityMetaDataAsProperties: { subType: '', bundle_type: 'zip' },
    displayName: facts.displayName,
    description: facts.description,
    policies: facts.policies,
    resources: facts.resources.map(({ type, name }) => `${type}://${name}`),
    resourceFiles: { resourceFile: facts.resources },
    sharedFlows: facts.sharedFlows,
  };
  if (kind.flavour === 'proxy') {
    document['basepaths'] = facts.basepaths;
    document['proxies'] = facts.proxyEndpoints;
    document['proxyEndpoints'] = facts.proxyEndpoints;
    document['targets'] = facts.targetEndpoints;
    document['targetEndpoints'] = facts.targetEndpoints;
    document['targetServers'] = facts.targetServers;
  }
  return withoutEmpty(document);
}

function withoutEmpty(document: Document): Document {
  const kept = Object.entries(document).filter(
    ([field, value]) => value !== '' && !(Array.isArray(value) && value.length === 0) && field !== '',
  );
  return Object.fromEntries(kept);
}
