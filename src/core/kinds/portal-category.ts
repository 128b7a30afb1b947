import { stringField } from '../json.ts';
import { encodeSegment, joinId, parentId } from '../resource.ts';
import { apiPath, pathSegment } from './api-path.ts';
import type { Kind } from './kind.ts';
import { jsonBody } from './write-body.ts';
import { createCall, deleteCall } from './usual-calls.ts';

/** `sites/acme-developers/apicategories/Payments`: told apart by its name, for its id is new with every restore. */
export const portalCategory: Kind = {
  name: 'portal-category',
  title: { one: 'portal category', many: 'portal categories' },
  scope: 'portal-site',
  idPattern: 'sites/*/apicategories/*',
  collection: { style: 'whole', list: (parent) => apiPath(parent, 'apicategories'), query: {}, items: 'data' },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: (body, parent) => {
    const name = stringField(body, 'name');
    return name === undefined || name === '' ? undefined : joinId(parent, 'apicategories', encodeSegment(name));
  },
  mayCollide: { serverName: 'id' },
  indexKeys: (body) => [stringField(body, 'id') ?? ''],
  serverAssigned: ['id', 'siteId', 'updateTime'],
  sets: [],
  defaults: {},
  secrets: [],
  tolerant: [],
  cascadesWithParent: true,
  extraIsDifference: true,
  needs: () => [],
  create: (desired) => ({
    calls: [
      createCall(desired.id, {
        path: [apiPath(parentId(desired.id), 'apicategories')],
        body: jsonBody({ name: stringField(desired.body, 'name') ?? '' }),
        reason: 'the category is missing',
        assigns: { id: { path: 'data.id', inBody: 'id', secret: false } },
        lookup: { type: 'resource', id: desired.id },
      }),
    ],
  }),
  // The name is all there is, and it makes the id.
  update: () => ({ calls: [] }),
  remove: (live) => ({
    calls: [
      deleteCall([`${apiPath(parentId(live.id), 'apicategories')}/${pathSegment(stringField(live.body, 'id') ?? '')}`]),
    ],
  }),
  listShape: 'P1',
  restore: 'yes',
  limits: ['A category that comes back has a new id; catalog items are given the new one.'],
};
