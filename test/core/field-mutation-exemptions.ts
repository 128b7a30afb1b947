import type { KindName } from '../../src/core/kinds/kind-name.ts';

/** A field (and all below it) that the API description does not mark as read-only, and that is still not compared. */
export interface Exemption {
  readonly kinds: readonly KindName[];
  readonly field: string;
  readonly reason: string;
}

/** Reviewed one by one: a field that stands here can change without anybody being told. */
export const exemptions: readonly Exemption[] = [
  {
    kinds: ['organization'],
    field: 'type',
    reason: 'What was bought, in an old spelling; subscriptionType says it again and is read-only.',
  },
  {
    kinds: ['sync-authorization'],
    field: 'etag',
    reason: 'Tells one state from the next, not what it is; new with every write.',
  },
  {
    kinds: [
      'environment-iam-policy',
      'space-iam-policy',
      'proxy-deployment-iam-policy',
      'shared-flow-deployment-iam-policy',
    ],
    field: 'etag',
    reason: 'Tells one state of the policy from the next, not what it is; new with every write.',
  },
  {
    kinds: [
      'environment-iam-policy',
      'space-iam-policy',
      'proxy-deployment-iam-policy',
      'shared-flow-deployment-iam-policy',
    ],
    field: 'version',
    reason: 'Says whether there are conditions, which are compared themselves; always written as 3.',
  },
  {
    kinds: ['archive-deployment'],
    field: 'name',
    reason: 'Made by the server for each archive; what tells one from another is its files and labels.',
  },
  {
    kinds: ['archive-deployment'],
    field: 'gcsUri',
    reason: 'Where the zip was uploaded to: taken on creation, and never answered.',
  },
  {
    kinds: ['keystore-alias'],
    field: 'certsInfo',
    reason: 'Read out of the certificate, which is compared itself; whether it is valid changes with time alone.',
  },
  {
    kinds: ['environment'],
    field: 'hasAttachedFlowHooks',
    reason: 'Computed from the flow hooks, which are a kind of their own.',
  },
  {
    kinds: ['shared-flow'],
    field: 'latestRevisionId',
    reason: 'A number the server assigns; revisions are told apart by their content.',
  },
  {
    kinds: ['shared-flow'],
    field: 'revision',
    reason: 'Numbers the server assigns; each revision is a resource of its own, by the digest of its content.',
  },
  {
    kinds: ['shared-flow'],
    field: 'metaData',
    reason: 'Times of the last changes, and the sort of bundle: assigned by the server.',
  },
  {
    kinds: ['proxy-deployment', 'shared-flow-deployment'],
    field: 'environment',
    reason: 'Part of the id: a deployment in another environment is another resource.',
  },
  {
    kinds: ['proxy-deployment', 'shared-flow-deployment'],
    field: 'apiProxy',
    reason: 'Part of the id: the deployment of another proxy or flow is another resource.',
  },
  {
    kinds: ['proxy-deployment', 'shared-flow-deployment'],
    field: 'deployStartTime',
    reason: 'When it was deployed, not what; new with every restore.',
  },
  {
    kinds: ['proxy-deployment', 'shared-flow-deployment'],
    field: 'state',
    reason: 'State of the runtime, not configuration.',
  },
  {
    kinds: ['proxy-deployment', 'shared-flow-deployment'],
    field: 'errors',
    reason: 'State of the runtime, not configuration.',
  },
  {
    kinds: ['proxy-deployment', 'shared-flow-deployment'],
    field: 'instances',
    reason: 'State of the runtime, not configuration.',
  },
  {
    kinds: ['proxy-deployment', 'shared-flow-deployment'],
    field: 'pods',
    reason: 'State of the runtime, not configuration.',
  },
  {
    kinds: ['proxy-deployment', 'shared-flow-deployment'],
    field: 'routeConflicts',
    reason: 'Computed by the server from what else is deployed.',
  },
  { kinds: ['api-product'], field: 'createdAt', reason: 'Assigned by the server, though not marked read-only.' },
  { kinds: ['api-product'], field: 'lastModifiedAt', reason: 'Assigned by the server, though not marked read-only.' },
  {
    kinds: ['developer', 'developer-app'],
    field: 'developerId',
    reason: 'Assigned by the server and new with every restore; e-mail and app name identify these resources.',
  },
  {
    kinds: ['developer'],
    field: 'apps',
    reason: 'A view, cut at 100 names; apps are resources of their own.',
  },
  {
    kinds: ['developer'],
    field: 'companies',
    reason: 'Left over from Apigee Edge: no method of this API writes it.',
  },
  {
    kinds: ['developer-app', 'app-group-app'],
    field: 'appId',
    reason: 'Assigned by the server and new with every restore.',
  },
  {
    kinds: ['developer-app', 'app-group-app'],
    field: 'apiProducts',
    reason: 'A view of what the app keys are linked to, compared there; sending it on an update mints a key.',
  },
  {
    kinds: ['developer-app', 'app-group-app'],
    field: 'keyExpiresIn',
    reason: 'Only says how long a key lives that is minted by this call; the expiry stands with each key.',
  },
  {
    kinds: ['data-collector', 'debug-mask', 'security-settings', 'control-plane-access'],
    field: 'name',
    reason: 'Says the id again: a collector of another name is another resource.',
  },
  {
    kinds: [
      'security-profile',
      'security-profile-revision',
      'security-profile-v2',
      'security-monitoring-condition',
      'security-action',
      'security-actions-config',
    ],
    field: 'name',
    reason: 'Says the id again: what has another name is another resource.',
  },
  {
    kinds: ['security-profile', 'security-profile-revision'],
    field: 'environments',
    reason: 'Attached environments are a kind of their own.',
  },
  {
    kinds: ['security-action'],
    field: 'ttl',
    reason: 'Only sent, never read: what is read is expireTime.',
  },
  {
    kinds: ['portal-category'],
    field: 'id',
    reason: 'An id that the service makes, new with every restore; the name identifies a category.',
  },
  {
    kinds: ['portal-category'],
    field: 'siteId',
    reason: 'Says the portal again, which is part of the id.',
  },
  {
    kinds: ['portal-category'],
    field: 'updateTime',
    reason: 'Assigned by the service, though not marked read-only.',
  },
  {
    kinds: ['custom-report'],
    field: 'name',
    reason: 'An id that the server makes, new with every restore; the display name identifies a report.',
  },
  {
    kinds: ['environment-group-attachment'],
    field: 'name',
    reason: 'An id that the server makes, new with every restore; group and environment identify an attachment.',
  },
  {
    kinds: ['apim-service-extension', 'dns-zone', 'endpoint-attachment'],
    field: 'name',
    reason: 'Says the id again, after the name of the organization: one of another name is another resource.',
  },
  {
    kinds: ['trace-override'],
    field: 'name',
    reason: 'An id that the server makes, new with every restore; the proxy identifies an override.',
  },
  {
    kinds: ['app-group'],
    field: 'organization',
    reason: 'The organization that the AppGroup is in, which is where it is read from.',
  },
  {
    kinds: ['app-group-app'],
    field: 'appGroup',
    reason: 'Part of the id: the app of another AppGroup is another resource.',
  },
  { kinds: ['app-group-app-key'], field: 'issuedAt', reason: 'Assigned by the server and new with every restore.' },
  { kinds: ['app-key'], field: 'issuedAt', reason: 'Assigned by the server and new with every restore.' },
  {
    kinds: ['app-key', 'app-group-app-key'],
    field: 'expiresInSeconds',
    reason: 'Only sent, never read: the expiry that is read is expiresAt.',
  },
];

/** True when the field, or one it stands in, is exempt for the kind. */
export function isExempt(kind: KindName, field: string): boolean {
  return exemptions.some((exemption) => exemption.kinds.includes(kind) && covers(exemption, field));
}

export function covers(exemption: Exemption, field: string): boolean {
  return [exemption.field, `${exemption.field}.`, `${exemption.field}[]`].some((start, index) =>
    index === 0 ? field === start : field.startsWith(start),
  );
}
