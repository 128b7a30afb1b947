import { idName } from '../../src/core/resource.ts';
import { again, type BadWrite, changed, send, textOf } from './bad-write.ts';

const nowhere = 'nowhere-at-all';
const pem = '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n';

/** An import under a name that no proxy can have. */
const badlyNamed = (list: string): BadWrite => ({
  why: 'a name with a blank',
  status: 400,
  says: /name "two words" is invalid/,
  call: ({ id }) => ({
    method: 'POST',
    path: [list],
    query: { action: 'import', name: 'two words' },
    body: { type: 'bundle', id },
  }),
});

const deployedBy = (account: string): BadWrite => ({
  why: 'a service account that is no e-mail address',
  status: 400,
  says: /serviceAccount "nobody" is not an e-mail address/,
  call: ({ id, body }) => ({
    method: 'POST',
    path: [`${id.slice(0, id.lastIndexOf('/'))}/revisions/${textOf(body, 'revision')}/deployments`],
    query: { override: 'true', serviceAccount: account },
    body: { type: 'empty' },
  }),
});

const unencrypted = changed('a map that is not encrypted', /unencrypted key value maps are not supported/, {
  encrypted: false,
});
const renamedEntry = changed('an entry of another name', /name is immutable/, { name: 'another' });

const policy = (why: string, status: 400 | 409, says: RegExp, change: Parameters<typeof send>[2]): BadWrite => ({
  why,
  status,
  says,
  call: ({ path }) => send('POST', path.replace(/:getIamPolicy$/, ':setIamPolicy'), { policy: change }),
});
const binding = (role: string, ...members: string[]) => ({ bindings: [{ role, members }] });

/** Of every kind that operators configure outside security and the portal, a write that the service refuses. */
export const badGatewayWrites = {
  organization: {
    why: 'properties that are no list',
    status: 400,
    says: /Invalid value at 'properties\.property' \(a list\)/,
    call: ({ path, body }) => send('PUT', path, { ...body, properties: { property: 'x' } }),
  },
  'sync-authorization': {
    why: 'a person in the place of a service account',
    status: 400,
    says: /identity user:a@b\.example is not a service account/,
    call: () => send('POST', ':setSyncAuthorization', { identities: ['user:a@b.example'] }),
  },
  'control-plane-access': changed('a field that is not there to be set', /updateMask names everybody/, {}, 'PATCH', {
    updateMask: 'everybody',
  }),
  space: again(/space .* already exists/, ['displayName'], ({ id }) => ({ spaceId: idName(id) })),
  environment: changed('the deployment type is fixed', /deploymentType is immutable/, {
    deploymentType: 'DEPLOYMENT_TYPE_UNSPECIFIED',
  }),
  'environment-addons': {
    why: 'no flag but a word',
    status: 400,
    says: /Invalid value at 'analyticsEnabled' \(TYPE_BOOL\), "yes"/,
    call: ({ path }) => send('POST', `${path}:setAddonEnablement`, { analyticsEnabled: 'yes' }),
  },
  'environment-group': changed(
    'only hostnames can be changed',
    /updateMask can only name hostnames/,
    { name: 'other' },
    'PATCH',
    { updateMask: 'name' },
  ),
  'dns-zone': {
    why: 'a name in capitals',
    status: 400,
    says: /name Corp is invalid/,
    call: ({ list, body }) =>
      send('POST', list, { domain: textOf(body, 'domain'), description: 'x' }, { dnsZoneId: 'Corp' }),
  },
  'endpoint-attachment': again(/already exists/, ['location', 'serviceAttachment'], ({ id }) => ({
    endpointAttachmentId: idName(id),
  })),
  instance: changed('the place is fixed', /location cannot be changed/, { location: 'elsewhere' }, 'PATCH', {
    updateMask: 'location',
  }),
  'instance-attachment': {
    why: 'the environment runs there already',
    status: 409,
    says: /is already attached to instance/,
    call: ({ parent, body }) => send('POST', `${parent}/attachments`, { environment: textOf(body, 'environment') }),
  },
  'nat-address': {
    why: 'there is one of that name',
    status: 409,
    says: /already exists/,
    call: ({ parent, body }) => send('POST', `${parent}/natAddresses`, { name: textOf(body, 'name') }),
  },
  keystore: {
    why: 'a name with a slash',
    status: 400,
    says: /keystore name a\/b is invalid/,
    call: ({ list }) => send('POST', list, { name: 'a/b' }),
  },
  'keystore-alias': {
    why: 'no certificate',
    status: 400,
    says: /certFile is no PEM certificate/,
    call: ({ path }) => ({
      method: 'PUT',
      path: [path],
      body: { type: 'upload', field: 'certFile', fileName: 'certificate.pem', text: pem },
    }),
  },
  reference: changed('a keystore that is not there', /keystore nowhere-at-all does not exist/, { refers: nowhere }),
  'target-server': changed('a port beyond all ports', /port 70000 is out of range/, { port: 70_000 }),
  'resource-file': {
    why: 'a type that is none',
    status: 400,
    says: /resource file type "exe" is not one of/,
    call: ({ list }) => ({
      method: 'POST',
      path: [list],
      query: { name: 'a', type: 'exe' },
      body: { type: 'upload', field: 'file', fileName: 'resource', text: 'x' },
    }),
  },
  'archive-deployment': {
    why: 'nothing was uploaded',
    status: 400,
    says: /gcs_uri names no uploaded archive/,
    call: ({ parent }) => send('POST', `${parent}/archiveDeployments`, { gcsUri: 'https://nowhere.example/a.zip' }),
  },
  'debug-mask': changed(
    'neither yes nor no',
    /Invalid value at 'replace_repeated_fields' \(TYPE_BOOL\), "perhaps"/,
    { variables: ['x'] },
    'PATCH',
    { replaceRepeatedFields: 'perhaps' },
  ),
  'trace-config': changed(
    'more than half of all calls',
    /samplingRate 0\.9 is out of range/,
    { samplingConfig: { sampler: 'PROBABILITY', samplingRate: 0.9 } },
    'PATCH',
    { updateMask: 'samplingConfig' },
  ),
  'organization-kvm': unencrypted,
  'organization-kvm-entry': renamedEntry,
  'environment-kvm': unencrypted,
  'environment-kvm-entry': renamedEntry,
  'proxy-kvm': unencrypted,
  'proxy-kvm-entry': renamedEntry,
  'data-collector': changed('the type is fixed', /type is immutable/, { type: 'DATETIME' }, 'PATCH', {
    updateMask: 'type',
  }),
  'custom-report': changed('a data collector that is not there', /data collector dc_nowhere does not exist/, {
    metrics: [{ name: 'dc_nowhere', function: 'sum' }],
  }),
  datastore: changed('a sort that is none', /targetType must be gcs or bigquery/, { targetType: 'floppy' }),
  'shared-flow': {
    why: 'a space that is not there',
    status: 400,
    says: /space nowhere-at-all does not exist/,
    call: ({ path }) => send('POST', `${path}:move`, { space: nowhere }),
  },
  'shared-flow-revision': badlyNamed('sharedflows'),
  'shared-flow-deployment': deployedBy('nobody'),
  'flow-hook': changed('no flow', /sharedFlow is required/, { sharedFlow: '' }),
  proxy: changed('only labels can be changed', /updateMask must be labels/, { labels: {} }, 'PATCH', {
    updateMask: 'name',
  }),
  'proxy-revision': badlyNamed('apis'),
  'proxy-deployment': deployedBy('nobody'),
  'apim-service-extension': {
    why: 'a proxy that is not there',
    status: 400,
    says: /API proxy nowhere-at-all not found/,
    call: ({ path }) => send('PATCH', path, { extensionProcessor: nowhere }, { updateMask: 'extensionProcessor' }),
  },
  'trace-override': {
    why: 'the proxy has one',
    status: 409,
    says: /already has a trace config override/,
    call: ({ list, body }) =>
      send('POST', list, { apiProxy: textOf(body, 'apiProxy'), samplingConfig: { sampler: 'OFF' } }),
  },
  'environment-group-attachment': {
    why: 'it is attached',
    status: 409,
    says: /is already attached to environment group/,
    call: ({ list, body }) => send('POST', list, { environment: textOf(body, 'environment') }),
  },
  'environment-iam-policy': policy(
    'a role that is none',
    400,
    /Role owner is not supported/,
    binding('owner', 'allUsers'),
  ),
  'space-iam-policy': policy(
    'a member that was deleted',
    400,
    /Invalid member deleted:user:a@b\.example\?uid=1/,
    binding('roles/apigee.spaceContentEditor', 'deleted:user:a@b.example?uid=1'),
  ),
  'proxy-deployment-iam-policy': policy('somebody else was first', 409, /concurrent policy changes/, {
    etag: 'c3RhbGU=',
    bindings: [],
  }),
  'shared-flow-deployment-iam-policy': policy(
    'a role for nobody',
    400,
    /has no members/,
    binding('roles/apigee.deploymentInvoker'),
  ),
} satisfies Readonly<Record<string, BadWrite>>;
