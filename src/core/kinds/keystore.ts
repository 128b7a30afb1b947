import { stringField } from '../json.ts';
import { encodeSegment, joinId, parentId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Kind } from './kind.ts';
import { isRemovedAbove } from './removed-above.ts';
import { jsonBody } from './write-body.ts';
import { createCall, deleteCall } from './usual-calls.ts';

/** A keystore or truststore. It has only a name; what it holds are aliases. */
export const keystore: Kind = {
  name: 'keystore',
  title: { one: 'keystore', many: 'keystores' },
  scope: 'environment',
  idPattern: 'environments/*/keystores/*',
  collection: { style: 'names', list: (parent) => apiPath(parent, 'keystores') },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: (body, parent) => {
    const name = stringField(body, 'name');
    return name === undefined ? undefined : joinId(parent, 'keystores', encodeSegment(name));
  },
  path: (id) => apiPath(id),
  serverAssigned: ['aliases'],
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
        path: [apiPath(parentId(desired.id), 'keystores')],
        body: jsonBody({ name: stringField(desired.body, 'name') ?? '' }),
        reason: 'the keystore is missing',
      }),
    ],
  }),
  update: () => ({ calls: [] }),
  remove: (live, context) => ({
    calls: isRemovedAbove(live.id, context)
      ? []
      : [
          deleteCall(callPath(live.id), {
            risk: 'Private keys in it are lost: nobody can read them.',
          }),
        ],
  }),
  listShape: 'P0',
  restore: 'yes',
  limits: [],
};
