import { stringField } from '../json.ts';
import { encodeSegment, idName, joinId, parentId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath } from './api-path.ts';
import type { Kind } from './kind.ts';
import { jsonBody } from './write-body.ts';

/** The list an attachment is in: its own path has an id that the server made. */
function listPath(id: ResourceId): string {
  return apiPath(parentId(id), 'attachments');
}

/** `instances/eu-west1/attachments/prod`: told apart by the environment, whose deployments run on the instance. */
export const instanceAttachment: Kind = {
  name: 'instance-attachment',
  title: { one: 'instance attachment', many: 'instance attachments' },
  scope: 'instance',
  idPattern: 'instances/*/attachments/*',
  collection: {
    style: 'page-token',
    list: (parent) => apiPath(parent, 'attachments'),
    query: {},
    items: 'attachments',
    pageSize: 25,
  },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: (body, parent) => {
    const environment = stringField(body, 'environment');
    return environment === undefined ? undefined : joinId(parent, 'attachments', encodeSegment(environment));
  },
  path: listPath,
  pathItems: 'attachments',
  serverAssigned: ['name', 'createdAt'],
  sets: [],
  defaults: {},
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: ({ id }) => [{ id: joinId('environments', encodeSegment(idName(id))), why: 'it is the attached environment' }],
  create: (desired) => ({
    calls: [
      {
        step: 'attach',
        action: 'link',
        // Before deployments: they become ready only where their environment runs.
        phase: 'materialise',
        method: 'POST',
        path: [listPath(desired.id)],
        body: jsonBody({ environment: idName(desired.id) }),
        reason: 'the environment does not run on the instance',
        longRunning: true,
        // 409: the environment is attached already.
        tolerates: [409],
        lookup: { type: 'repeat' },
      },
    ],
  }),
  // Instance and environment make the id; there is nothing else to set.
  update: () => ({ calls: [] }),
  remove: (live) => ({
    calls: [
      {
        step: 'detach',
        action: 'unlink',
        phase: 'remove',
        method: 'DELETE',
        path: [`${listPath(live.id)}/${encodeURIComponent(stringField(live.body, 'name')?.split('/').at(-1) ?? '')}`],
        reason: 'the point does not have it',
        longRunning: true,
        tolerates: [404],
        lookup: { type: 'repeat' },
        risk: 'Nothing of this environment runs on the instance any more.',
      },
    ],
  }),
  listShape: 'P2',
  restore: 'yes',
  limits: [
    'It comes back where its instance is there; the instance itself is made again only when named.',
    'The id that the server gives an attachment is new with every restore; attachments are told apart by instance and environment.',
  ],
};
