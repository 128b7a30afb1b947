import type { PathTemplate } from '../call.ts';
import { arrayField, isJsonObject, stringField } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { encodeSegment, joinId } from '../resource.ts';
import { pathSegment } from './api-path.ts';
import type { Desired, Kind, Live, Reference } from './kind.ts';
import { bodyWithout } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

const serverAssigned = ['name', 'organization', 'environment', 'createdAt', 'lastModifiedAt', 'lastViewedAt'];

/** Metrics and dimensions of the organization's own are data collectors, whose names begin so. */
const COLLECTOR = /^dc_/;

function needs({ body }: Desired | Live): Reference[] {
  const metrics = arrayField(body, 'metrics').map((metric) =>
    isJsonObject(metric) ? (stringField(metric, 'name') ?? '') : '',
  );
  const names = [...metrics, ...arrayField(body, 'dimensions')].filter((name) => typeof name === 'string');
  return [...new Set(names)]
    .filter((name) => COLLECTOR.test(name))
    .map((name) => ({
      id: joinId('datacollectors', encodeSegment(name)),
      why: 'the report shows what it collects',
      ifMissing: 'sent' as const,
    }));
}

function livePath(live: Live): PathTemplate {
  return [`reports/${pathSegment(stringField(live.body, 'name') ?? '')}`];
}

/** The service wants a name and gives another one; what was read is a name as good as any. */
function writable(body: JsonObject, name: string | undefined) {
  const fields = serverAssigned.filter((field) => field !== 'name');
  return bodyWithout(name === undefined ? body : { ...body, name }, fields);
}

/** `reports/Traffic%20by%20partner`: told apart by the display name, for the name is the server's. */
export const customReport: Kind = {
  name: 'custom-report',
  title: { one: 'custom report', many: 'custom reports' },
  scope: 'organization',
  idPattern: 'reports/*',
  collection: { style: 'whole', list: () => 'reports', query: { expand: 'true' }, items: 'qualifier' },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: (body) => {
    const name = stringField(body, 'displayName') ?? stringField(body, 'name');
    return name === undefined || name === '' ? undefined : joinId('reports', encodeSegment(name));
  },
  mayCollide: { serverName: 'name' },
  serverAssigned,
  sets: [{ path: 'properties', by: 'property' }, { path: 'tags' }],
  defaults: {},
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs,
  create: (desired) => ({
    calls: [
      createCall(desired.id, {
        path: ['reports'],
        body: writable(desired.body, undefined),
        reason: 'the report is missing',
        lookup: { type: 'resource', id: desired.id },
      }),
    ],
  }),
  update: (desired, live) => ({
    calls: [
      updateCall({
        method: 'PUT',
        path: livePath(live),
        body: writable(desired.body, stringField(live.body, 'name')),
        reason: 'the report differs',
      }),
    ],
  }),
  remove: (live) => ({
    calls: [deleteCall(livePath(live))],
  }),
  listShape: 'P1',
  restore: 'yes',
  limits: [
    'Only the definition of a report is kept: what it measured is analytics data. Its name is new, its display name stays.',
  ],
};
