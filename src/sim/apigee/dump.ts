import { analyticsLines, ratePlanLines } from './dump-analytics.ts';
import { accessLines } from './dump-access.ts';
import { archivesOf } from './archives.ts';
import { groupOwner } from './app-records.ts';
import { type Document, documentIn, documentsIn, isDocument, textFrom, textIn, textsIn } from './document.ts';
import { monetizationLines } from './dump-monetization.ts';
import { portalLines } from './dump-portal.ts';
import { securityLines } from './dump-security.ts';
import { entriesOwner } from './key-value-maps.ts';
import { isHybrid } from './kinds/hybrid-access.ts';
import type { SimulatedOrganization } from './simulated-organization.ts';
import type { BundleFlavour } from './wreck-target.ts';

/** One resource of a dump. `key` names it by what a restore keeps: names, e-mails, keys, never ids the server gave. */
export interface DumpLine {
  readonly kind: string;
  readonly key: string;
  readonly value: Document;
}

/** Given by the server, or computed from other resources: not part of what an organization means. */
const assigned = new Set([
  'createdAt',
  'lastModifiedAt',
  'developerId',
  'appId',
  'appGroup',
  'appGroupId',
  'organization',
  'organizationName',
  'apps',
  'issuedAt',
  'state',
  'environmentGroupId',
]);

/** Lists whose order means nothing. */
const sets = new Set([
  'identities',
  'synchronizerIdentities',
  'analyticsPublisherIdentities',
  'watcherIdentities',
  'hostnames',
  'variables',
  'requestXPaths',
  'requestJSONPaths',
  'responseXPaths',
  'responseJSONPaths',
  'faultXPaths',
  'faultJSONPaths',
  'environments',
  'proxies',
  'scopes',
  'apiResources',
  'attributes',
  'property',
  'tags',
  'categories',
  'headers',
  'resources',
  'gatewayTypes',
  'feedbackContexts',
  'values',
  'apiProxies',
  'accessTokens',
  'apiKeys',
  'apiProducts',
  'asns',
  'botReasons',
  'developerApps',
  'developers',
  'httpMethods',
  'ipAddressRanges',
  'regionCodes',
  'userAgents',
]);

/**
 * Everything an organization means, secrets and expiry included, line by line in a fixed order: two organizations are the
 * same when their dumps are. Bundles appear as digests of their contents, revisions as the ordered list of digests,
 * deployments by digest.
 */
export function* dumpLines(organization: SimulatedOrganization): Generator<DumpLine> {
  const { store } = organization;
  const profile = store.find('organization', '', '') ?? {};
  yield {
    kind: 'organization',
    key: '',
    value: meaning({ properties: profile['properties'], addons: addonsOn(profile) }),
  };
  const settings = meaning(store.find('securitysettings', '', '') ?? {});
  if (Object.keys(settings).length > 0) yield { kind: 'security settings', key: '', value: settings };
  if (isHybrid(organization)) {
    const { etag: _, ...authorization } = store.find('syncauthorization', '', '') ?? {};
    yield { kind: 'synchronizer authorization', key: '', value: meaning(authorization) };
    const access = store.find('controlplaneaccess', '', '') ?? {};
    yield { kind: 'control plane access', key: '', value: meaning(access) };
  }
  yield* accessLines(organization);
  const environments = [...store.list('environment', '')];
  for (const item of environments) yield { kind: 'environment', key: item.name, value: meaning(item.read()) };
  for (const { name } of environments) {
    const addons = addonsOn({ addonsConfig: store.find('envaddons', name, '') ?? {} });
    if (addons.length > 0) yield { kind: 'environment add-ons', key: name, value: { addons } };
  }
  for (const item of store.list('envgroup', '')) {
    yield { kind: 'environment group', key: item.name, value: meaning(item.read()) };
    const attached = [...store.list('attachment', item.name)].map((one) => String(one.read()['environment'])).sort();
    for (const environment of attached) {
      yield { kind: 'environment group attachment', key: `${item.name}/${environment}`, value: {} };
    }
  }
  yield* infrastructureLines(organization);
  for (const { name } of environments) {
    for (const { name: keystore } of store.list('keystore', name)) {
      yield { kind: 'keystore', key: `${name}/${keystore}`, value: {} };
      for (const alias of store.list('alias', `${name}/${keystore}`)) {
        yield { kind: 'keystore alias', key: `${name}/${keystore}/${alias.name}`, value: meaning(alias.read()) };
      }
    }
    for (const reference of store.list('reference', name)) {
      yield { kind: 'reference', key: `${name}/${reference.name}`, value: meaning(reference.read()) };
    }
    for (const server of store.list('targetserver', name)) {
      yield { kind: 'target server', key: `${name}/${server.name}`, value: meaning(server.read()) };
    }
    for (const file of store.list('resourcefile', name)) {
      yield { kind: 'resource file', key: `${name}/${file.name}`, value: meaning(file.read()) };
    }
    const [archive] = archivesOf(organization, name);
    if (archive !== undefined) {
      const labels = Object.entries(documentIn(archive, 'labels')).sort(([a], [b]) => byText(a, b));
      yield { kind: 'archive deployment', key: name, value: { labels, digest: archive['digest'] } };
    }
  }
  yield* keyValueMapLines(organization, '');
  for (const { name } of environments) yield* keyValueMapLines(organization, `environments/${name}`);
  for (const { name } of environments) {
    const { name: _, ...mask } = store.find('debugmask', name, '') ?? {};
    if (Object.keys(mask).length > 0) yield { kind: 'debug mask', key: name, value: meaning(mask) };
    const trace = store.find('traceconfig', name, '') ?? {};
    if (Object.keys(trace).length > 0) yield { kind: 'trace config', key: name, value: meaning(trace) };
    const overrides = [...store.list('traceoverride', name)].map((item) => item.read());
    for (const { apiProxy, samplingConfig } of overrides.sort((a, b) => byText(a['apiProxy'], b['apiProxy']))) {
      yield { kind: 'trace override', key: `${name}/${textFrom(apiProxy)}`, value: meaning({ samplingConfig }) };
    }
  }
  for (const item of store.list('datacollector', '')) {
    yield { kind: 'data collector', key: item.name, value: meaning(item.read()) };
  }
  yield* analyticsLines(organization, meaning);
  yield* securityLines(organization, meaning);
  yield* portalLines(organization, meaning);
  yield* bundledLines(organization, 'proxy', 'proxy');
  for (const { name } of organization.bundles.list('proxy')) yield* keyValueMapLines(organization, `apis/${name}`);
  yield* bundledLines(organization, 'sharedflow', 'shared flow');
  yield* deploymentLines(organization);
  for (const { name } of environments) {
    for (const hook of store.list('flowhook', name)) {
      yield { kind: 'flow hook', key: `${name}/${hook.name}`, value: meaning(hook.read()) };
    }
  }
  for (const item of store.list('product', '')) yield { kind: 'product', key: item.name, value: meaning(item.read()) };
  yield* ratePlanLines(organization, meaning);
  yield* consumerLines(organization);
  yield* monetizationLines(organization, meaning);
}

function addonsOn(profile: Document): string[] {
  const addons = documentIn(profile, 'addonsConfig');
  return Object.keys(addons)
    .filter((name) => documentIn(addons, name)['enabled'] === true)
    .sort();
}

/** What the server gives anew to each: addresses, versions, the state but for whether a NAT address is in use. */
function* infrastructureLines({ store }: SimulatedOrganization): Generator<DumpLine> {
  const given = ['host', 'port', 'serviceAttachment', 'runtimeVersion', 'connectionState', 'createTime', 'updateTime'];
  const line = (kind: string, key: string, document: Document, kept: readonly string[] = []): DumpLine => {
    const fields = Object.entries(document).filter(([field]) => !given.includes(field) || kept.includes(field));
    return { kind, key, value: meaning(Object.fromEntries(fields)) };
  };
  for (const item of store.list('dnszone', '')) yield line('DNS zone', item.name, item.read());
  for (const item of store.list('endpointattachment', '')) {
    yield line('endpoint attachment', item.name, item.read(), ['serviceAttachment']);
  }
  for (const item of store.list('serviceextension', '')) yield line('service extension', item.name, item.read());
  for (const item of store.list('instance', '')) {
    yield line('instance', item.name, item.read());
    const attached = [...store.list('instanceattachment', item.name)].map((one) => textFrom(one.read()['environment']));
    for (const environment of attached.sort()) yield line('instance attachment', `${item.name}/${environment}`, {});
    for (const address of store.list('nataddress', item.name)) {
      const isActive = address.read()['state'] === 'ACTIVE';
      yield line('NAT address', `${item.name}/${address.name}`, { isActive });
    }
  }
}

/** The maps below `owner`, and their values, masked ones too. */
function* keyValueMapLines({ store }: SimulatedOrganization, owner: string): Generator<DumpLine> {
  for (const map of store.list('keyvaluemap', owner)) {
    const key = owner === '' ? map.name : `${owner}/${map.name}`;
    yield { kind: 'key value map', key, value: meaning(map.read()) };
    for (const entry of store.list('keyvalueentry', entriesOwner(owner, map.name))) {
      yield { kind: 'key value map entry', key: `${key}/${entry.name}`, value: meaning(entry.read()) };
    }
  }
}

/**
 * Lines of the two dumps that differ, as `kind key`. `expiryToleranceMs` forgives what a lifetime in whole seconds costs. What
 * changed a security profile of the left dump left revisions of it for good: more of them on the right are no difference.
 */
export function dumpDifferences(
  left: Iterable<DumpLine>,
  right: Iterable<DumpLine>,
  expiryToleranceMs = 0,
): readonly string[] {
  const named = (line: DumpLine): string => (line.key === '' ? line.kind : `${line.kind} ${line.key}`);
  const known = new Map<string, DumpLine>();
  for (const line of left) known.set(named(line), line);
  const profiles = new Set([...known.values()].filter(({ kind }) => kind === 'security profile').map(({ key }) => key));
  const isGrownHistory = ({ kind, key }: DumpLine): boolean =>
    kind === 'security profile revision' && profiles.has(key.slice(0, key.lastIndexOf('/')));
  const differences: string[] = [];
  for (const line of right) {
    const before = known.get(named(line));
    known.delete(named(line));
    if (before === undefined && isGrownHistory(line)) continue;
    if (before === undefined) differences.push(`only right: ${named(line)}`);
    else if (!sameValue(before.value, line.value, expiryToleranceMs)) differences.push(`differs: ${named(line)}`);
  }
  for (const name of known.keys()) differences.push(`only left: ${name}`);
  return differences;
}

function sameValue(left: Document, right: Document, toleranceMs: number): boolean {
  const leftExpiry = Number(left['expiresAt'] ?? -1);
  const rightExpiry = Number(right['expiresAt'] ?? -1);
  if (leftExpiry < 0 !== rightExpiry < 0 || Math.abs(leftExpiry - rightExpiry) > toleranceMs) return false;
  return JSON.stringify({ ...left, expiresAt: 0 }) === JSON.stringify({ ...right, expiresAt: 0 });
}

function* bundledLines(organization: SimulatedOrganization, flavour: BundleFlavour, kind: string): Generator<DumpLine> {
  for (const record of organization.bundles.list(flavour)) {
    const revisions = record.revisions.map((revision) => organization.bundles.digest(flavour, record.name, revision));
    yield { kind, key: record.name, value: meaning({ labels: record.labels, space: record.space, revisions }) };
  }
}

function* deploymentLines(organization: SimulatedOrganization): Generator<DumpLine> {
  for (const { name: environment } of organization.store.list('environment', '')) {
    for (const item of organization.store.list('deployment', environment)) {
      const deployment = item.read();
      const flavour: BundleFlavour = item.name.startsWith('proxy:') ? 'proxy' : 'sharedflow';
      const name = textIn(deployment, 'name');
      const revision = organization.bundles
        .find(flavour, name)
        ?.revisions.find((candidate) => String(candidate.number) === deployment['revision']);
      const digest = revision === undefined ? 'absent' : organization.bundles.digest(flavour, name, revision);
      const value = meaning({ digest, serviceAccount: deployment['serviceAccount'] });
      yield { kind: 'deployment', key: `${environment}/${flavour}/${name}`, value };
    }
  }
}

function* consumerLines(organization: SimulatedOrganization): Generator<DumpLine> {
  for (const item of organization.store.list('developer', '')) {
    const developer = item.read();
    yield { kind: 'developer', key: item.name, value: meaning(developer) };
    const apps = organization.apps.ofOwner(textIn(developer, 'developerId'));
    for (const app of apps) yield* appLines({ kind: 'app', keyKind: 'key', owner: item.name }, app);
  }
  for (const item of organization.store.list('appgroup', '')) {
    yield { kind: 'AppGroup', key: item.name, value: meaning(withEmails(organization, item.read())) };
    const apps = organization.apps.ofOwner(groupOwner(item.name));
    for (const app of apps) yield* appLines({ kind: 'AppGroup app', keyKind: 'AppGroup key', owner: item.name }, app);
  }
}

function* appLines(
  names: { readonly kind: string; readonly keyKind: string; readonly owner: string },
  app: Document,
): Generator<DumpLine> {
  const key = `${names.owner}/${textIn(app, 'name')}`;
  const { credentials: _own, ...rest } = app;
  yield { kind: names.kind, key, value: meaning(rest) };
  const credentials = documentsIn(app, 'credentials').map((one) => credentialLine(names.keyKind, key, one));
  yield* credentials.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Members that an AppGroup names by developerId are the developers whose ids these are. */
function withEmails(organization: SimulatedOrganization, group: Document): Document {
  const attributes = documentsIn(group, 'attributes').map((attribute) =>
    attribute['name'] === '__apigee_reserved__developer_details'
      ? { ...attribute, value: memberText(organization, textIn(attribute, 'value')) }
      : attribute,
  );
  return { ...group, attributes };
}

function memberText(organization: SimulatedOrganization, text: string): string {
  const parsed: unknown = JSON.parse(text);
  const members = Array.isArray(parsed) ? parsed.filter(isDocument) : [];
  const named = members.map((member) => {
    const developer = textIn(member, 'developer');
    const email = organization.apps.findDeveloperEmail(developer) ?? developer;
    return JSON.stringify({ developer: email, roles: textsIn(member, 'roles').sort() });
  });
  return named.sort().join(' ');
}

function credentialLine(kind: string, app: string, credential: Document): DumpLine {
  const products = documentsIn(credential, 'apiProducts').map(
    (one) => `${textIn(one, 'apiproduct')} ${textIn(one, 'status')}`,
  );
  const value = meaning({ ...credential, expiresAt: textFrom(credential['expiresAt'] ?? '-1') });
  value['apiProducts'] = products.sort();
  return { kind, key: `${app}/${textIn(credential, 'consumerKey')}`, value };
}

/** The value without what the server gave, fields in order, sets sorted, unset and empty fields left out. */
function meaning(document: Document): Document {
  const result: Document = {};
  for (const field of Object.keys(document).sort()) {
    if (assigned.has(field)) continue;
    const value = canonical(document[field], field);
    if (value !== undefined) result[field] = value;
  }
  return result;
}

function canonical(value: unknown, field: string): unknown {
  if (value === undefined || value === null || value === false || value === '') return undefined;
  if (Array.isArray(value)) {
    if (value.length === 0) return undefined;
    const items = value.map((item: unknown) => canonical(item, ''));
    return sets.has(field) ? items.sort(byText) : items;
  }
  return isDocument(value) ? meaning(value) : value;
}

function byText(a: unknown, b: unknown): number {
  const left = JSON.stringify(a) ?? '';
  const right = JSON.stringify(b) ?? '';
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
