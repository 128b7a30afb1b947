import { stringField } from '../json.ts';
import { encodeSegment, idName, joinId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Kind } from './kind.ts';
import { bodyWithout, jsonBody } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

/** The name says the id again, alone or with the organization before it. */
const serverAssigned = ['name', 'createTime', 'updateTime'];

/** `spaces/payments`: a part of the organization with permissions of its own. */
export const space: Kind = {
  name: 'space',
  title: { one: 'space', many: 'spaces' },
  scope: 'organization',
  idPattern: 'spaces/*',
  collection: { style: 'page-token', list: () => 'spaces', query: {}, items: 'spaces', pageSize: 1000 },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: (body) => {
    const name = stringField(body, 'name')?.split('/').at(-1);
    return name === undefined || name === '' ? undefined : joinId('spaces', encodeSegment(name));
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
        path: ['spaces'],
        query: { spaceId: idName(id) },
        body: bodyWithout(body, serverAssigned),
        reason: 'the space is missing',
      }),
    ],
  }),
  update: ({ id, body }) => ({
    calls: [
      updateCall({
        method: 'PATCH',
        path: callPath(id),
        query: { updateMask: 'display_name' },
        body: jsonBody({ displayName: stringField(body, 'displayName') ?? '' }),
        reason: 'its display name differs',
      }),
    ],
  }),
  remove: ({ id }) => ({
    calls: [
      deleteCall(callPath(id), {
        risk: 'Whoever had permissions by this space loses them.',
      }),
    ],
  }),
  listShape: 'P2',
  restore: 'yes',
  limits: [
    'Lists of proxies, shared flows and products leave out in silence what stands in a space that the identity may not see; where there are spaces the ledger says so.',
    'What belongs to a space is created in it or moved into it; nothing is taken out of all spaces.',
  ],
};
