import { stringField } from '../json.ts';
import { encodeSegment, idName, joinId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { CannotRestore, Desired, Kind, Live, Writes } from './kind.ts';
import { bodyWithout, differingFields, jsonBody } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

/** The name says the id again, alone or with the organization before it. */
const serverAssigned = ['name', 'createdAt', 'lastModifiedAt'] as const;

function update(desired: Desired, live: Live): Writes {
  const changed = differingFields(desired, live);
  const cannot: readonly CannotRestore[] = changed.includes('type')
    ? [
        {
          id: desired.id,
          code: 'IMMUTABLE_FIELD',
          why: 'type is fixed when a data collector is created.',
          next: 'Delete it and restore again; what it collected is then kept under a collector that is gone.',
        },
      ]
    : [];
  if (!changed.includes('description')) return { calls: [], cannot };
  return {
    calls: [
      updateCall({
        method: 'PATCH',
        path: callPath(desired.id),
        query: { updateMask: 'description' },
        body: jsonBody({ description: stringField(desired.body, 'description') ?? '' }),
        reason: 'its description differs',
      }),
    ],
    cannot,
  };
}

export const dataCollector: Kind = {
  name: 'data-collector',
  title: { one: 'data collector', many: 'data collectors' },
  scope: 'organization',
  idPattern: 'datacollectors/*',
  collection: { style: 'page-token', list: () => 'datacollectors', query: {}, items: 'dataCollectors', pageSize: 25 },
  content: 'json',
  canonicalVersion: 2,
  preset: 'gateway',
  idOf: (body) => {
    const name = stringField(body, 'name')?.split('/').at(-1);
    return name === undefined || name === '' ? undefined : joinId('datacollectors', encodeSegment(name));
  },
  path: (id) => apiPath(id),
  serverAssigned,
  sets: [],
  defaults: {},
  unspecified: { type: 'TYPE_UNSPECIFIED' },
  former: { 1: { unspecified: {} } },
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  create: (desired) => ({
    calls: [
      createCall(desired.id, {
        path: ['datacollectors'],
        query: { dataCollectorId: idName(desired.id) },
        body: bodyWithout(desired.body, serverAssigned),
        reason: 'the data collector is missing',
      }),
    ],
  }),
  update,
  remove: (live) => ({
    calls: [
      deleteCall(callPath(live.id), {
        risk: 'Policies that capture data into it and reports about it have no collector any more.',
      }),
    ],
  }),
  listShape: 'P2',
  restore: 'yes',
  limits: ['The type of a data collector that exists cannot be changed; what was collected is not captured.'],
};
