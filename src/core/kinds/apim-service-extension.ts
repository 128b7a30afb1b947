import { stringField } from '../json.ts';
import { encodeSegment, idName, joinId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Desired, Kind, Reference } from './kind.ts';
import { shortNameOf } from './resource-name.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';
import { bodyWithout, differingFields } from './write-body.ts';

const serverAssigned = ['createTime', 'name', 'state', 'updateTime'] as const;

function needs({ body }: Desired): Reference[] {
  const proxy = stringField(body, 'extensionProcessor') ?? '';
  return proxy === '' ? [] : [{ id: joinId('apis', encodeSegment(proxy)), why: 'it hands its calls to this proxy' }];
}

/** `apimServiceExtensions/edge`: a load balancer that asks a proxy about its calls. */
export const apimServiceExtension: Kind = {
  name: 'apim-service-extension',
  title: { one: 'APIM service extension', many: 'APIM service extensions' },
  scope: 'organization',
  idPattern: 'apimServiceExtensions/*',
  collection: {
    style: 'page-token',
    list: () => 'apimServiceExtensions',
    query: {},
    items: 'apimServiceExtensions',
    pageSize: 25,
  },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: (body) => {
    const name = shortNameOf(body);
    return name === undefined ? undefined : joinId('apimServiceExtensions', encodeSegment(name));
  },
  path: (id) => apiPath(id),
  serverAssigned,
  sets: [{ path: 'extensions[].supportedEvents' }, { path: 'networkConfigs' }],
  defaults: {},
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs,
  create: ({ id, body }) => ({
    calls: [
      createCall(id, {
        longRunning: true,
        path: ['apimServiceExtensions'],
        query: { apimServiceExtensionId: idName(id) },
        body: bodyWithout(body, serverAssigned),
        reason: 'the service extension is missing',
        risk: `The load balancer of ${stringField(body, 'lbForwardingRule') ?? 'its forwarding rule'} asks it about every call from then on.`,
      }),
    ],
  }),
  update: (desired, live) => {
    const fields = differingFields(desired, live);
    return {
      calls: [
        updateCall({
          method: 'PATCH',
          path: callPath(desired.id),
          // Whole, so that one that went meanwhile is made again instead of being refused.
          query: { allowMissing: 'true', updateMask: fields.join(',') },
          body: bodyWithout(desired.body, serverAssigned),
          reason: `${fields.join(', ')} differ`,
          longRunning: true,
        }),
      ],
    };
  },
  remove: (live) => ({
    calls: [deleteCall(callPath(live.id), { longRunning: true, risk: 'The load balancer asks nobody any more.' })],
  }),
  listShape: 'P2',
  restore: 'opt-in',
  limits: [
    'Made again only when named. It names a load balancer and networks that are not of Apigee, and not captured.',
  ],
};
