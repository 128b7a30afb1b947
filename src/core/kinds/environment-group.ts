import { arrayField, pickFields, stringField } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { encodeSegment, joinId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Desired, Kind, Live, Writes } from './kind.ts';
import { bodyWithout, differingFields, jsonBody } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

const serverAssigned = ['createdAt', 'lastModifiedAt', 'state'] as const;

function hostnamesOf(body: JsonObject): string[] {
  return arrayField(body, 'hostnames').filter((hostname) => typeof hostname === 'string');
}

function update(desired: Desired, live: Live): Writes {
  const changed = differingFields(desired, live);
  if (!changed.includes('hostnames')) return { calls: [] };
  const wanted = hostnamesOf(desired.body);
  const lost = hostnamesOf(live.body).filter((hostname) => !wanted.includes(hostname));
  return {
    calls: [
      updateCall({
        method: 'PATCH',
        path: callPath(desired.id),
        query: { updateMask: 'hostnames' },
        body: jsonBody(pickFields(desired.body, ['hostnames'])),
        reason: 'its hostnames differ',
        longRunning: true,
        ...(lost.length === 0 ? {} : { risk: `Nothing answers any more at ${lost.join(', ')}.` }),
      }),
    ],
  };
}

export const environmentGroup: Kind = {
  name: 'environment-group',
  title: { one: 'environment group', many: 'environment groups' },
  scope: 'organization',
  idPattern: 'envgroups/*',
  collection: { style: 'page-token', list: () => 'envgroups', query: {}, items: 'environmentGroups', pageSize: 25 },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: (body) => {
    const name = stringField(body, 'name');
    return name === undefined ? undefined : joinId('envgroups', encodeSegment(name));
  },
  path: (id) => apiPath(id),
  serverAssigned,
  sets: [{ path: 'hostnames' }],
  defaults: {},
  secrets: [],
  tolerant: [],
  claims: ({ body }) => hostnamesOf(body),
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  create: (desired) => ({
    calls: [
      createCall(desired.id, {
        path: ['envgroups'],
        query: { name: stringField(desired.body, 'name') ?? '' },
        body: bodyWithout(desired.body, serverAssigned),
        reason: 'the environment group is missing',
        longRunning: true,
      }),
    ],
  }),
  update,
  remove: (live) => ({
    calls: [
      deleteCall(callPath(live.id), {
        longRunning: true,
        risk: `Nothing answers any more at ${hostnamesOf(live.body).join(', ')}.`,
      }),
    ],
  }),
  listShape: 'P2',
  restore: 'yes',
  limits: [
    'A hostname lives in one group only: while a group that the point does not have keeps it, the call for the group that should have it is refused; delete that group in the same restore.',
    'Groups that exchange hostnames with each other cannot be told so in one call each: the first call is refused; take one of the hostnames out by hand.',
  ],
};
