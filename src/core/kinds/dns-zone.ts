import { encodeSegment, idName, joinId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import { fixedAtCreation } from './fixed-at-creation.ts';
import type { Kind } from './kind.ts';
import { shortNameOf } from './resource-name.ts';
import { createCall, deleteCall } from './usual-calls.ts';
import { bodyWithout, differingFields } from './write-body.ts';

const serverAssigned = ['createTime', 'name', 'state', 'updateTime'] as const;

/** `dnsZones/corp`: a domain whose names are looked up in somebody's network. */
export const dnsZone: Kind = {
  name: 'dns-zone',
  title: { one: 'DNS zone', many: 'DNS zones' },
  scope: 'organization',
  idPattern: 'dnsZones/*',
  collection: { style: 'page-token', list: () => 'dnsZones', query: {}, items: 'dnsZones', pageSize: 25 },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: (body) => {
    const name = shortNameOf(body);
    return name === undefined ? undefined : joinId('dnsZones', encodeSegment(name));
  },
  path: (id) => apiPath(id),
  serverAssigned,
  sets: [],
  defaults: {},
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  create: ({ id, body }) => ({
    calls: [
      createCall(id, {
        longRunning: true,
        path: ['dnsZones'],
        query: { dnsZoneId: idName(id) },
        body: bodyWithout(body, serverAssigned),
        reason: 'the DNS zone is missing',
      }),
    ],
  }),
  update: (desired, live) => ({
    calls: [],
    cannot: fixedAtCreation(
      desired.id,
      differingFields(desired, live),
      'Delete it and restore again; names in its domain are not found in between.',
    ),
  }),
  remove: (live) => ({
    calls: [
      deleteCall(callPath(live.id), { longRunning: true, risk: 'Targets in its domain are not found any more.' }),
    ],
  }),
  listShape: 'P2',
  restore: 'yes',
  limits: ['Nothing of one that exists can be changed. The network it peers with has to let the service agent in.'],
};
