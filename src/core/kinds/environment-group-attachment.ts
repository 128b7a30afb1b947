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

/** `envgroups/public/attachments/prod`: told apart by the environment. */
export const environmentGroupAttachment: Kind = {
  name: 'environment-group-attachment',
  title: { one: 'environment group attachment', many: 'environment group attachments' },
  scope: 'environment-group',
  idPattern: 'envgroups/*/attachments/*',
  collection: {
    style: 'page-token',
    list: (parent) => apiPath(parent, 'attachments'),
    query: {},
    items: 'environmentGroupAttachments',
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
  pathItems: 'environmentGroupAttachments',
  serverAssigned: ['name', 'createdAt', 'environmentGroupId'],
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
        phase: 'activate',
        method: 'POST',
        path: [listPath(desired.id)],
        body: jsonBody({ environment: idName(desired.id) }),
        reason: 'the environment is not attached to the group',
        longRunning: true,
        // 409: the environment is attached already.
        tolerates: [409],
        lookup: { type: 'repeat' },
      },
    ],
  }),
  // Group and environment make the id; there is nothing else to set.
  update: () => ({ calls: [] }),
  remove: (live) => ({
    calls: [
      {
        step: 'detach',
        action: 'unlink',
        phase: 'remove',
        method: 'DELETE',
        path: [`${listPath(live.id)}/${encodeURIComponent(stringField(live.body, 'name') ?? '')}`],
        reason: 'the point does not have it',
        longRunning: true,
        tolerates: [404],
        lookup: { type: 'repeat' },
        risk: 'Nothing of this environment answers any more at the hostnames of the group.',
      },
    ],
  }),
  listShape: 'P2',
  restore: 'yes',
  limits: [
    'The id that the server gives an attachment is new with every restore; attachments are told apart by group and environment.',
  ],
};
