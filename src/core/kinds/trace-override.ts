import { pickFields, stringField } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { encodeSegment, idName, joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath } from './api-path.ts';
import type { Kind, Live } from './kind.ts';
import { jsonBody } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

function environmentOf(id: ResourceId): ResourceId {
  return joinId(...id.split('/').slice(0, 2));
}

/** The list it is in; its own path has an id that the server made. */
function listPath(id: ResourceId): string {
  return apiPath(joinId(environmentOf(id), 'traceConfig'), 'overrides');
}

function ownPath({ id, body }: Pick<Live, 'id' | 'body'>): string {
  return `${listPath(id)}/${encodeURIComponent(stringField(body, 'name')?.split('/').at(-1) ?? '')}`;
}

function written(body: JsonObject): JsonObject {
  return pickFields(body, ['samplingConfig']);
}

const formerDefaults = { 'samplingConfig.sampler': 'SAMPLER_UNSPECIFIED' };

/** `environments/prod/traceConfig/overrides/orders`: told apart by the proxy. */
export const traceOverride: Kind = {
  name: 'trace-override',
  title: { one: 'trace override', many: 'trace overrides' },
  scope: 'environment',
  idPattern: 'environments/*/traceConfig/overrides/*',
  collection: {
    style: 'page-token',
    list: (parent) => apiPath(parent, 'traceConfig', 'overrides'),
    query: {},
    items: 'traceConfigOverrides',
    pageSize: 100,
  },
  content: 'json',
  canonicalVersion: 2,
  preset: 'gateway',
  // The parent is the environment where lists are read, and the configuration where one is looked for.
  idOf: (body, parent) => {
    const proxy = stringField(body, 'apiProxy') ?? '';
    if (proxy === '') return undefined;
    return joinId(environmentOf(parent), 'traceConfig', 'overrides', encodeSegment(proxy));
  },
  path: listPath,
  pathItems: 'traceConfigOverrides',
  serverAssigned: ['name'],
  sets: [],
  defaults: { ...formerDefaults, 'samplingConfig.samplingRate': 0 },
  former: { 1: { defaults: formerDefaults } },
  secrets: [],
  tolerant: [],
  cascadesWithParent: true,
  extraIsDifference: true,
  needs: ({ id }) => {
    const proxy = idName(id);
    const deployment = joinId(environmentOf(id), 'apis', encodeSegment(proxy), 'deployment');
    return [
      { id: joinId('apis', encodeSegment(proxy)), why: 'it is the proxy that is traced in another way' },
      { id: deployment, why: 'it is the deployment that is traced in another way', ifMissing: 'idle' },
    ];
  },
  create: (desired) => ({
    calls: [
      createCall(desired.id, {
        phase: 'activate',
        path: [listPath(desired.id)],
        body: jsonBody({ apiProxy: idName(desired.id), ...written(desired.body) }),
        reason: 'the proxy is traced as all others are',
        lookup: { type: 'resource', id: desired.id },
      }),
    ],
  }),
  update: (desired, live) => ({
    calls: [
      updateCall({
        phase: 'activate',
        method: 'PATCH',
        path: [ownPath(live)],
        query: { updateMask: 'samplingConfig' },
        body: jsonBody(written(desired.body)),
        reason: 'its sampling differs',
      }),
    ],
  }),
  remove: (live, context) =>
    // The configuration it stands under is emptied, never deleted, so only the environment takes it along.
    context.isRemoved(environmentOf(live.id))
      ? { calls: [] }
      : {
          calls: [deleteCall([ownPath(live)])],
        },
  listShape: 'P2',
  restore: 'yes',
  limits: [
    'The id that the server gives an override is new with every restore; overrides are told apart by the proxy.',
  ],
};
