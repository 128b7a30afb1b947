import { omitFields, pickFields, stringField } from '../json.ts';
import { encodeSegment, joinId } from '../resource.ts';
import { archiveKey, takesArchives } from './archive-deployment.ts';
import { apiPath, callPath } from './api-path.ts';
import type { CannotRestore, Desired, Kind, Live, Writes } from './kind.ts';
import { bodyWithout, differingFields } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

const serverAssigned = [
  'createdAt',
  'lastModifiedAt',
  'state',
  'hasAttachedFlowHooks',
  'nodeConfig.currentAggregateNodeCount',
] as const;

/** Fixed when the environment is created. */
const immutable = ['deploymentType', 'apiProxyType'];

function update(desired: Desired, live: Live): Writes {
  const changed = differingFields(desired, live);
  const cannot: CannotRestore[] = changed
    .filter((field) => immutable.includes(field))
    .map((field) => ({
      id: desired.id,
      code: 'IMMUTABLE_FIELD',
      why: `${field} is fixed when an environment is created.`,
      next: 'Create an environment with another name, or delete this one first and restore again.',
    }));
  const rest = changed.filter((field) => !immutable.includes(field));
  if (rest.length === 0) return { calls: [], cannot };
  return {
    calls: [
      updateCall({
        method: 'PUT',
        path: callPath(desired.id),
        // PUT replaces the whole object: what is left out is removed, so all that was read is sent; but what is fixed has to
        // stand as it is live, or the whole call is refused.
        body: bodyWithout(
          { ...omitFields(desired.body, immutable), ...pickFields(live.body, immutable) },
          serverAssigned,
        ),
        reason: `${rest.join(', ')} differ`,
      }),
    ],
    cannot,
  };
}

const formerDefaults = { deploymentType: 'PROXY', apiProxyType: 'PROGRAMMABLE' };
const zeros = {
  'nodeConfig.minNodeCount': '0',
  'nodeConfig.maxNodeCount': '0',
  'clientIpResolutionConfig.headerIndexAlgorithm.ipHeaderIndex': 0,
};

export const environment: Kind = {
  name: 'environment',
  title: { one: 'environment', many: 'environments' },
  scope: 'organization',
  idPattern: 'environments/*',
  collection: { style: 'names', list: () => 'environments' },
  content: 'json',
  canonicalVersion: 3,
  preset: 'gateway',
  idOf: (body) => {
    const name = stringField(body, 'name');
    return name === undefined ? undefined : joinId('environments', encodeSegment(name));
  },
  indexKeys: (body, id) => (takesArchives(body) ? [archiveKey(id)] : []),
  path: (id) => apiPath(id),
  serverAssigned,
  sets: [{ path: 'properties.property', by: 'name' }],
  defaults: { ...formerDefaults, ...zeros },
  int64: ['nodeConfig.minNodeCount', 'nodeConfig.maxNodeCount'],
  unspecified: {
    deploymentType: 'DEPLOYMENT_TYPE_UNSPECIFIED',
    apiProxyType: 'API_PROXY_TYPE_UNSPECIFIED',
    type: 'ENVIRONMENT_TYPE_UNSPECIFIED',
  },
  former: { 1: { int64: [], unspecified: {}, defaults: formerDefaults }, 2: { defaults: formerDefaults } },
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  create: (desired) => ({
    calls: [
      createCall(desired.id, {
        path: ['environments'],
        query: { name: stringField(desired.body, 'name') ?? '' },
        body: bodyWithout(desired.body, serverAssigned),
        reason: 'the environment is missing',
        longRunning: true,
      }),
    ],
  }),
  update,
  remove: (live) => ({
    calls: [
      deleteCall(callPath(live.id), {
        longRunning: true,
        risk: 'Deletes a whole environment and everything that only it holds.',
      }),
    ],
  }),
  listShape: 'P0',
  restore: 'yes',
  limits: [
    'deploymentType and apiProxyType of an environment that exists cannot be changed.',
    'A new environment serves traffic only after an instance and an environment group are attached.',
  ],
};
