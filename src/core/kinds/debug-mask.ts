import type { CallDraft } from '../call.ts';
import type { JsonObject } from '../json.ts';
import { joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Kind } from './kind.ts';
import { isRemovedAbove } from './removed-above.ts';
import { bodyWithout } from './write-body.ts';

/** What it masks, in lists of which none has an order. */
const masked = [
  'faultJSONPaths',
  'faultXPaths',
  'requestJSONPaths',
  'requestXPaths',
  'responseJSONPaths',
  'responseXPaths',
  'variables',
];

/** The one write there is: without `replaceRepeatedFields` the service adds to its lists instead of replacing them. */
function patch(
  id: ResourceId,
  body: JsonObject,
  draft: Pick<CallDraft, 'step' | 'action' | 'phase' | 'reason'>,
): CallDraft {
  return {
    ...draft,
    method: 'PATCH',
    path: callPath(id),
    query: { replaceRepeatedFields: 'true' },
    body: bodyWithout(body, ['name']),
    lookup: { type: 'repeat' },
  };
}

function isEmpty(body: JsonObject): boolean {
  return Object.entries(body).every(
    ([field, value]) =>
      field === 'name' ||
      value === null ||
      value === '' ||
      (typeof value === 'object' && Object.keys(value).length === 0),
  );
}

/** `environments/prod/debugmask`. An environment always has one; it is a resource when it masks something. */
export const debugMask: Kind = {
  name: 'debug-mask',
  title: { one: 'debug mask', many: 'debug masks' },
  scope: 'environment',
  idPattern: 'environments/*/debugmask',
  collection: { style: 'singleton' },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  isVacant: isEmpty,
  idOf: (_body, parent) => joinId(parent, 'debugmask'),
  path: (id) => apiPath(id),
  serverAssigned: ['name'],
  sets: masked.map((path) => ({ path })),
  defaults: {},
  maps: ['namespaces'],
  secrets: [],
  tolerant: [],
  cascadesWithParent: true,
  extraIsDifference: true,
  needs: () => [],
  create: (desired) => ({
    calls: [
      patch(desired.id, desired.body, {
        step: 'set',
        action: 'create',
        phase: 'materialise',
        reason: 'debug sessions show what the point masks',
      }),
    ],
  }),
  update: (desired) => ({
    calls: [
      patch(desired.id, desired.body, {
        step: 'set',
        action: 'update',
        phase: 'materialise',
        reason: 'it masks something else',
      }),
    ],
  }),
  remove: (live, context) =>
    isRemovedAbove(live.id, context)
      ? { calls: [] }
      : {
          calls: [
            {
              ...patch(
                live.id,
                {},
                { step: 'empty', action: 'delete', phase: 'remove', reason: 'the point masks nothing here' },
              ),
              tolerates: [404],
              risk: 'Debug sessions show again what was masked.',
            },
          ],
        },
  listShape: 'P5',
  restore: 'yes',
  limits: ['Only environments of type COMPREHENSIVE have one; elsewhere the ledger says "not applicable".'],
};
