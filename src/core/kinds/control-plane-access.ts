import type { JsonObject } from '../json.ts';
import { arrayField } from '../json.ts';
import { callPath } from './api-path.ts';
import type { Kind } from './kind.ts';
import { onlyHybrid } from './sync-authorization.ts';
import { jsonBody } from './write-body.ts';

const ID = 'controlPlaneAccess';

/** Lists of service accounts by what they may do, with their names in an update mask. */
const identities = {
  synchronizerIdentities: 'synchronizer_identities',
  analyticsPublisherIdentities: 'analytics_publisher_identities',
  watcherIdentities: 'watcher_identities',
};

function listsOf(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.keys(identities).map((field) => [field, arrayField(body, field)]));
}

/** `controlPlaneAccess`: the service accounts by which the runtime of a hybrid organization reaches the control plane. */
export const controlPlaneAccess: Kind = {
  name: 'control-plane-access',
  title: { one: 'control plane access', many: 'control plane access lists' },
  scope: 'organization',
  idPattern: ID,
  collection: { style: 'singleton' },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: () => ID,
  path: () => ID,
  needsRuntime: 'HYBRID',
  serverAssigned: ['name'],
  sets: Object.keys(identities).map((path) => ({ path })),
  defaults: {},
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  create: ({ id }) => onlyHybrid(id),
  update: ({ body }) => ({
    calls: [
      {
        step: 'set',
        action: 'update',
        phase: 'materialise',
        method: 'PATCH',
        path: callPath(ID),
        query: { updateMask: Object.values(identities).join(',') },
        body: jsonBody(listsOf(body)),
        reason: 'other service accounts have access',
        longRunning: true,
        lookup: { type: 'repeat' },
        risk: 'A runtime whose service account is not named any more is shut out of the control plane.',
      },
    ],
  }),
  remove: ({ id }) => onlyHybrid(id),
  listShape: 'P5',
  restore: 'yes',
  limits: ['Hybrid organizations only. The service accounts have to exist: they belong to IAM, which is not captured.'],
};
