import { pickFields } from '../json.ts';
import { encodeSegment, joinId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import { fixedAtCreation } from './fixed-at-creation.ts';
import type { Desired, Kind, Live, Writes } from './kind.ts';
import { shortNameOf } from './resource-name.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';
import { bodyWithout, differingFields, jsonBody } from './write-body.ts';

const serverAssigned = [
  'createdAt',
  'host',
  'isVersionLocked',
  'lastModifiedAt',
  'port',
  'runtimeVersion',
  'scheduledMaintenance',
  'serviceAttachment',
  'state',
] as const;

const settable = ['accessLoggingConfig', 'consumerAcceptList', 'maintenanceUpdatePolicy'];

function update(desired: Desired, live: Live): Writes {
  const changed = differingFields(desired, live);
  const fixed = changed.filter((field) => !settable.includes(field));
  const cannot = fixedAtCreation(
    desired.id,
    fixed,
    'Create another instance beside it, move what is attached, and delete this one.',
  );
  const fields = changed.filter((field) => settable.includes(field));
  if (fields.length === 0) return { calls: [], cannot };
  return {
    calls: [
      updateCall({
        method: 'PATCH',
        path: callPath(desired.id),
        query: { updateMask: fields.join(',') },
        body: jsonBody(pickFields(desired.body, fields)),
        reason: `${fields.join(', ')} differ`,
        longRunning: true,
      }),
    ],
    cannot,
  };
}

const formerDefaults = { peeringCidrRange: 'CIDR_RANGE_UNSPECIFIED' };
const windowStart = 'maintenanceUpdatePolicy.maintenanceWindows[].startTime';
const zeros = {
  [`${windowStart}.hours`]: 0,
  [`${windowStart}.minutes`]: 0,
  [`${windowStart}.seconds`]: 0,
  [`${windowStart}.nanos`]: 0,
};

/** `instances/eu-west1`: the machines on which API traffic runs. */
export const instance: Kind = {
  name: 'instance',
  title: { one: 'instance', many: 'instances' },
  scope: 'organization',
  idPattern: 'instances/*',
  collection: { style: 'page-token', list: () => 'instances', query: {}, items: 'instances', pageSize: 25 },
  content: 'json',
  canonicalVersion: 3,
  preset: 'gateway',
  needsRuntime: 'CLOUD',
  idOf: (body) => {
    const name = shortNameOf(body);
    return name === undefined ? undefined : joinId('instances', encodeSegment(name));
  },
  path: (id) => apiPath(id),
  serverAssigned,
  sets: [{ path: 'consumerAcceptList' }],
  defaults: { ...formerDefaults, ...zeros },
  unspecified: {
    'maintenanceUpdatePolicy.maintenanceChannel': 'MAINTENANCE_CHANNEL_UNSPECIFIED',
    'maintenanceUpdatePolicy.maintenanceWindows[].day': 'DAY_OF_WEEK_UNSPECIFIED',
  },
  former: { 1: { unspecified: {}, defaults: formerDefaults }, 2: { defaults: formerDefaults } },
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  create: (desired) => ({
    calls: [
      createCall(desired.id, {
        longRunning: true,
        path: ['instances'],
        body: bodyWithout(desired.body, serverAssigned),
        reason: 'the instance is missing',
        risk: 'An instance costs money, and takes tens of minutes to be made. Its address and its service attachment are new: whoever calls the old ones has to be told.',
      }),
    ],
  }),
  update,
  remove: (live) => ({
    calls: [deleteCall(callPath(live.id), { longRunning: true, risk: 'API traffic that runs on the instance ends.' })],
  }),
  listShape: 'P2',
  restore: 'opt-in',
  limits: [
    'Made again only when named: it costs money and takes tens of minutes. Host, port, service attachment and runtime version are assigned anew.',
    'Only consumer accept list, access logging and maintenance policy of an instance that exists can be changed.',
    'Organizations of runtime type HYBRID have none; the ledger says "not applicable".',
  ],
};
