import { stringField } from '../json.ts';
import { encodeSegment, joinId, parentId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Desired, Kind, Reference } from './kind.ts';
import { bodyWithout } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

function needs(desired: Desired): Reference[] {
  const refers = stringField(desired.body, 'refers') ?? '';
  if (refers === '') return [];
  const environment = parentId(desired.id);
  return [{ id: joinId(environment, 'keystores', encodeSegment(refers)), why: 'the reference refers to it' }];
}

/** A name under which target servers and virtual hosts find a keystore, so that it can be exchanged without touching them. */
export const reference: Kind = {
  name: 'reference',
  title: { one: 'reference', many: 'references' },
  scope: 'environment',
  idPattern: 'environments/*/references/*',
  collection: { style: 'names', list: (parent) => apiPath(parent, 'references') },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: (body, parent) => {
    const name = stringField(body, 'name');
    return name === undefined ? undefined : joinId(parent, 'references', encodeSegment(name));
  },
  path: (id) => apiPath(id),
  serverAssigned: [],
  sets: [],
  defaults: {},
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs,
  create: (desired) => ({
    calls: [
      createCall(desired.id, {
        path: [apiPath(parentId(desired.id), 'references')],
        body: bodyWithout(desired.body, []),
        reason: 'the reference is missing',
      }),
    ],
  }),
  update: (desired) => ({
    calls: [
      updateCall({
        method: 'PUT',
        path: callPath(desired.id),
        body: bodyWithout(desired.body, []),
        reason: 'the reference differs',
      }),
    ],
  }),
  remove: (live) => ({
    calls: [deleteCall(callPath(live.id))],
  }),
  listShape: 'P0',
  restore: 'yes',
  limits: [],
};
