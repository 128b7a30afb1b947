import { stringField } from '../json.ts';
import { encodeSegment, joinId, parentId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Desired, Kind, Reference } from './kind.ts';
import { bodyWithout } from './write-body.ts';

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
      {
        step: 'create',
        action: 'create',
        phase: 'materialise',
        method: 'POST',
        path: [apiPath(parentId(desired.id), 'references')],
        body: bodyWithout(desired.body, []),
        reason: 'the reference is missing',
        lookup: { type: 'get', path: callPath(desired.id) },
      },
    ],
  }),
  update: (desired) => ({
    calls: [
      {
        step: 'update',
        action: 'update',
        phase: 'materialise',
        method: 'PUT',
        path: callPath(desired.id),
        body: bodyWithout(desired.body, []),
        reason: 'the reference differs',
        lookup: { type: 'repeat' },
      },
    ],
  }),
  remove: (live) => ({
    calls: [
      {
        step: 'delete',
        action: 'delete',
        phase: 'remove',
        method: 'DELETE',
        path: callPath(live.id),
        reason: 'the point does not have it',
        tolerates: [404],
        lookup: { type: 'repeat' },
      },
    ],
  }),
  listShape: 'P0',
  restore: 'yes',
  limits: [],
};
