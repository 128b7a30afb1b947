import type { PathTemplate } from '../call.ts';
import { stringField } from '../json.ts';
import { encodeSegment, joinId } from '../resource.ts';
import { pathSegment } from './api-path.ts';
import type { Kind, Live } from './kind.ts';
import { bodyWithout } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

const serverAssigned = ['self', 'org', 'createTime', 'lastUpdateTime'];

/** The last part of `self` is the id that the server made. */
function livePath(live: Live): PathTemplate {
  const uuid = (stringField(live.body, 'self') ?? '').split('/').at(-1) ?? '';
  return [`analytics/datastores/${pathSegment(uuid)}`];
}

/** `analytics/datastores/gcs/Nightly%20export`: told apart by target type and display name. It holds no credential. */
export const datastore: Kind = {
  name: 'datastore',
  title: { one: 'analytics datastore', many: 'analytics datastores' },
  scope: 'organization',
  idPattern: 'analytics/datastores/*/*',
  collection: { style: 'whole', list: () => 'analytics/datastores', query: {}, items: 'datastores' },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: (body) => {
    const name = stringField(body, 'displayName') ?? '';
    const type = stringField(body, 'targetType') ?? '';
    if (name === '' || type === '') return undefined;
    return joinId('analytics', 'datastores', encodeSegment(type), encodeSegment(name));
  },
  mayCollide: { serverName: 'self' },
  serverAssigned,
  sets: [],
  defaults: {},
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  create: (desired) => ({
    calls: [
      createCall(desired.id, {
        path: ['analytics/datastores'],
        body: bodyWithout(desired.body, serverAssigned),
        reason: 'the datastore is missing',
        lookup: { type: 'resource', id: desired.id },
      }),
    ],
  }),
  update: (desired, live) => ({
    calls: [
      updateCall({
        method: 'PUT',
        path: livePath(live),
        body: bodyWithout(desired.body, serverAssigned),
        reason: 'the datastore differs',
      }),
    ],
  }),
  remove: (live) => ({
    calls: [deleteCall(livePath(live))],
  }),
  listShape: 'P1',
  restore: 'yes',
  limits: [
    'The bucket or dataset behind it, and what was exported, stay with Google Cloud: bucket, dataset and the permission of the Apigee service agent have to be there.',
  ],
};
