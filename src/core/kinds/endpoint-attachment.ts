import { stringField } from '../json.ts';
import { encodeSegment, idName, joinId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import { fixedAtCreation } from './fixed-at-creation.ts';
import type { Kind } from './kind.ts';
import { shortNameOf } from './resource-name.ts';
import { createCall, deleteCall } from './usual-calls.ts';
import { bodyWithout, differingFields } from './write-body.ts';

const serverAssigned = ['connectionState', 'host', 'name', 'state'] as const;

/** `endpointAttachments/core`: a private connection to somebody's service, reached at an address that the server assigns. */
export const endpointAttachment: Kind = {
  name: 'endpoint-attachment',
  title: { one: 'endpoint attachment', many: 'endpoint attachments' },
  scope: 'organization',
  idPattern: 'endpointAttachments/*',
  collection: {
    style: 'page-token',
    list: () => 'endpointAttachments',
    query: {},
    items: 'endpointAttachments',
    pageSize: 25,
  },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  needsRuntime: 'CLOUD',
  idOf: (body) => {
    const name = shortNameOf(body);
    return name === undefined ? undefined : joinId('endpointAttachments', encodeSegment(name));
  },
  path: (id) => apiPath(id),
  serverAssigned,
  sets: [],
  defaults: {},
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  create: ({ id, body }) => ({
    calls: [
      createCall(id, {
        longRunning: true,
        path: ['endpointAttachments'],
        query: { endpointAttachmentId: idName(id) },
        body: bodyWithout(body, serverAssigned),
        reason: 'the endpoint attachment is missing',
        risk: `It costs money, the producer has to accept it again, and its host is a new one: target servers and bundles that name ${stringField(body, 'host') ?? 'the old one'} have to be changed.`,
      }),
    ],
  }),
  update: (desired, live) => ({
    calls: [],
    cannot: fixedAtCreation(
      desired.id,
      differingFields(desired, live),
      'Create another one beside it, let target servers name its host, and delete this one.',
    ),
  }),
  remove: (live) => ({
    calls: [
      deleteCall(callPath(live.id), {
        longRunning: true,
        risk: `Nothing answers any more at ${stringField(live.body, 'host') ?? 'its host'}, and the address is lost for good.`,
      }),
    ],
  }),
  listShape: 'P2',
  restore: 'opt-in',
  limits: [
    'Made again only when named. Its host is assigned by the server and is another one; target servers and bundles that name the old one are restored as they were, and have to be changed by hand.',
    'Nothing of one that exists can be changed. Organizations of runtime type HYBRID have none.',
  ],
};
