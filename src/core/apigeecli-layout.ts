import type { JsonObject, JsonValue } from './json.ts';
import { omitFields, stringField } from './json.ts';
import type { KindName } from './kinds/kind-name.ts';
import type { ResourceId } from './resource.ts';
import { idName, idSegments } from './resource.ts';

/** Gives a name as a part of a file name. */
export type FilePart = (name: string) => string;

/** What names of files are made of. */
export interface LayoutNames {
  readonly organization: string;
  readonly part: FilePart;
}

/**
 * Where the resources of a kind stand in the layout of `apigeecli organizations export`, release 2.17, as its `organizations
 * import` reads it.
 */
export type ApigeecliPlace =
  | {
      /** An element of a JSON array. */
      readonly type: 'list';
      readonly file: (id: ResourceId, names: LayoutNames) => string;
      /** The array is this field of an object, with these fields behind it. */
      readonly within?: { readonly field: string; readonly rest?: JsonObject };
      readonly element: (body: JsonObject, id: ResourceId) => JsonValue;
      /** Written even when it is empty, because the import reads it without looking. */
      readonly always?: true;
      /** False for what the export writes and no import reads. */
      readonly imported: boolean;
    }
  /** A file of its own. */
  | {
      readonly type: 'file';
      readonly file: (id: ResourceId, names: LayoutNames) => string;
      readonly content: (body: JsonObject) => JsonValue | string;
      readonly imported: boolean;
    }
  /** The newest revision of each parent as a zip, called as the parent. */
  | { readonly type: 'zip'; readonly folder: string }
  /** Elements of an array in the resource above. */
  | { readonly type: 'part'; readonly of: KindName; readonly field: string }
  /** Nowhere in a file of its own, because the import makes it out of something else. */
  | { readonly type: 'implied'; readonly why: string }
  /** The layout has no place for it. */
  | { readonly type: 'none'; readonly why: string };

const noDeployments = 'apigeecli exports and imports no deployments';

function whole(body: JsonObject): JsonValue {
  return body;
}

function nameAlone(_body: JsonObject, id: ResourceId): JsonValue {
  return idName(id);
}

/** `environments/test/targetservers/x`: `test__targetservers.json`. */
function ofEnvironment(what: string): (id: ResourceId, names: LayoutNames) => string {
  return (id, { part }) => `${part(idSegments(id)[1] ?? '')}__${what}.json`;
}

/** Entries stand in one file for each map: of several pages the import keeps the last one only. */
function entriesFile(scope: 'org' | 'env' | 'proxy'): (id: ResourceId, names: LayoutNames) => string {
  return (id, { part }) => {
    const segments = idSegments(id);
    const map = part(segments.at(-3) ?? '');
    const owner = scope === 'org' ? [] : [part(segments[1] ?? '')];
    return `${[scope, ...owner, map, 'kvmfile', '0'].join('__')}.json`;
  };
}

const entries = { field: 'keyValueEntries', rest: { nextPageToken: '' } };

/**
 * Every kind has its row: one that is missing does not compile. What `organizations export` does not write is `none`, with why
 * in a clause for people.
 */
export const apigeecliLayout: Readonly<Record<KindName, ApigeecliPlace>> = {
  environment: {
    type: 'list',
    file: () => 'envs.json',
    within: { field: 'environment' },
    element: whole,
    imported: true,
  },
  'environment-group': {
    type: 'list',
    file: () => 'envgroups.json',
    within: { field: 'environmentGroups' },
    element: whole,
    imported: true,
  },
  'dns-zone': { type: 'none', why: 'apigeecli exports no DNS zones' },
  'endpoint-attachment': { type: 'none', why: 'apigeecli exports no endpoint attachments' },
  instance: { type: 'none', why: 'apigeecli exports no instances' },
  'instance-attachment': { type: 'none', why: 'apigeecli exports no attachments of instances' },
  'nat-address': { type: 'none', why: 'apigeecli exports no NAT addresses' },
  'apim-service-extension': { type: 'none', why: 'apigeecli exports no service extensions' },
  keystore: { type: 'list', file: ofEnvironment('keystores'), element: nameAlone, imported: true },
  'keystore-alias': {
    type: 'file',
    file: (id, { part }) => {
      const [, environment = '', , keystore = '', , alias = ''] = idSegments(id);
      return `keystore__${part(environment)}__${part(keystore)}/${part(alias)}.crt`;
    },
    content: (body) => stringField(body, 'certificate') ?? '',
    imported: false,
  },
  reference: { type: 'list', file: ofEnvironment('references'), element: whole, imported: true },
  'target-server': { type: 'list', file: ofEnvironment('targetservers'), element: whole, imported: true },
  organization: { type: 'none', why: 'the import goes into an organization that is there already' },
  'security-settings': { type: 'none', why: 'apigeecli exports no settings of API security' },
  'sync-authorization': { type: 'file', file: () => 'syncauth.json', content: whole, imported: false },
  'control-plane-access': { type: 'none', why: 'apigeecli exports no control plane access' },
  space: { type: 'none', why: 'apigeecli exports no spaces' },
  'environment-iam-policy': { type: 'none', why: 'apigeecli exports no IAM policies' },
  'space-iam-policy': { type: 'none', why: 'apigeecli exports no IAM policies' },
  'proxy-deployment-iam-policy': { type: 'none', why: 'apigeecli exports no IAM policies' },
  'shared-flow-deployment-iam-policy': { type: 'none', why: 'apigeecli exports no IAM policies' },
  'environment-addons': { type: 'none', why: 'apigeecli exports no add-ons' },
  'archive-deployment': { type: 'none', why: 'apigeecli exports no archives' },
  'resource-file': { type: 'none', why: 'apigeecli exports no resource files' },
  'debug-mask': {
    type: 'file',
    // One underscore only, as the import has it.
    file: (id, { part }) => `${part(idSegments(id)[1] ?? '')}_debugmask.json`,
    content: whole,
    imported: true,
  },
  'trace-config': {
    type: 'file',
    file: (id, { part }) => `${part(idSegments(id)[1] ?? '')}_tracecfg.json`,
    content: whole,
    imported: true,
  },
  'trace-override': { type: 'none', why: 'apigeecli exports no trace overrides' },
  'organization-kvm': {
    type: 'list',
    file: (_id, { organization, part }) => `${part(organization)}__kvms.json`,
    element: nameAlone,
    imported: true,
  },
  'organization-kvm-entry': { type: 'list', file: entriesFile('org'), within: entries, element: whole, imported: true },
  'environment-kvm': { type: 'list', file: ofEnvironment('kvms'), element: nameAlone, imported: true },
  'environment-kvm-entry': {
    type: 'list',
    file: entriesFile('env'),
    within: entries,
    element: whole,
    imported: false,
  },
  'data-collector': {
    type: 'list',
    file: () => 'datacollectors.json',
    within: { field: 'dataCollectors' },
    element: whole,
    imported: true,
  },
  'custom-report': {
    type: 'list',
    file: () => 'customreports.json',
    within: { field: 'qualifier' },
    element: whole,
    imported: false,
  },
  datastore: { type: 'none', why: 'apigeecli exports no data stores' },
  'portal-site': { type: 'none', why: 'apigeecli imports portals with commands of their own' },
  'portal-category': { type: 'none', why: 'apigeecli imports portals with commands of their own' },
  'portal-item': { type: 'none', why: 'apigeecli imports portals with commands of their own' },
  'portal-item-documentation': { type: 'none', why: 'apigeecli imports portals with commands of their own' },
  'security-profile': {
    type: 'file',
    file: (id, { part }) => `securityprofiles/${part(idName(id))}.json`,
    content: whole,
    imported: true,
  },
  'security-profile-revision': { type: 'none', why: 'apigeecli exports the newest revision only' },
  'security-profile-environment': { type: 'none', why: 'the import attaches no environments' },
  'security-profile-v2': { type: 'none', why: 'apigeecli exports no risk assessment' },
  'security-monitoring-condition': { type: 'none', why: 'apigeecli exports no risk assessment' },
  'security-action': { type: 'none', why: 'apigeecli exports no security actions' },
  'security-actions-config': { type: 'none', why: 'apigeecli exports no security actions' },
  'security-feedback': { type: 'none', why: 'apigeecli exports no security feedback' },
  'shared-flow': { type: 'implied', why: 'the import of its zip makes it' },
  'shared-flow-revision': { type: 'zip', folder: 'sharedflows' },
  'shared-flow-deployment': { type: 'none', why: noDeployments },
  'flow-hook': { type: 'none', why: 'apigeecli exports no flow hooks' },
  proxy: { type: 'implied', why: 'the import of its zip makes it' },
  'proxy-revision': { type: 'zip', folder: 'proxies' },
  'proxy-kvm': { type: 'none', why: 'the import makes no maps of proxies' },
  'proxy-kvm-entry': { type: 'list', file: entriesFile('proxy'), within: entries, element: whole, imported: false },
  'proxy-deployment': { type: 'none', why: noDeployments },
  'environment-group-attachment': { type: 'none', why: 'apigeecli exports no attachments of environment groups' },
  'api-product': { type: 'list', file: () => 'products.json', element: whole, always: true, imported: true },
  'rate-plan': { type: 'none', why: 'apigeecli exports no rate plans' },
  developer: {
    type: 'list',
    file: () => 'developers.json',
    within: { field: 'developer' },
    element: whole,
    always: true,
    imported: true,
  },
  'developer-app': {
    type: 'list',
    file: () => 'apps.json',
    element: (body) => ({ ...omitFields(body, ['credentials']), credentials: body['credentials'] ?? [] }),
    always: true,
    imported: true,
  },
  'app-key': { type: 'part', of: 'developer-app', field: 'credentials' },
  'app-group': {
    type: 'list',
    file: () => 'appgroups.json',
    within: { field: 'appGroups' },
    element: whole,
    imported: false,
  },
  'app-group-app': { type: 'none', why: 'apigeecli writes apps of AppGroups where no import reads them' },
  'developer-monetization-config': { type: 'none', why: 'apigeecli exports no billing types' },
  'developer-subscription': { type: 'none', why: 'apigeecli exports no subscriptions' },
  'developer-balance': { type: 'none', why: 'apigeecli exports no balances' },
  'app-group-monetization-config': { type: 'none', why: 'apigeecli exports no billing types' },
  'app-group-subscription': { type: 'none', why: 'apigeecli exports no subscriptions' },
  'app-group-balance': { type: 'none', why: 'apigeecli exports no balances' },
  'app-group-app-key': { type: 'none', why: 'apigeecli writes apps of AppGroups where no import reads them' },
};
