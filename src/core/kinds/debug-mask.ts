import type { JsonObject } from '../json.ts';
import { callPath } from './api-path.ts';
import { environmentSetting } from './environment-setting.ts';
import type { Kind } from './kind.ts';
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

const setting = environmentSetting({
  segment: 'debugmask',
  write: (id, body) => ({
    method: 'PATCH',
    path: callPath(id),
    // Without it the service adds to its lists instead of replacing them.
    query: { replaceRepeatedFields: 'true' },
    body: bodyWithout(body, ['name']),
  }),
  phase: 'materialise',
  reasons: {
    missing: 'debug sessions show what the point masks',
    differs: 'it masks something else',
    extra: 'the point masks nothing here',
  },
  riskOfRemoval: 'Debug sessions show again what was masked.',
});

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
  ...setting,
  name: 'debug-mask',
  title: { one: 'debug mask', many: 'debug masks' },
  canonicalVersion: 1,
  preset: 'gateway',
  isVacant: isEmpty,
  vacancy: {
    name: 'string',
    namespaces: 'object',
    ...Object.fromEntries(masked.map((field) => [field, 'array'] as const)),
  },
  serverAssigned: ['name'],
  sets: masked.map((path) => ({ path })),
  defaults: {},
  maps: ['namespaces'],
  secrets: [],
  tolerant: [],
  cascadesWithParent: true,
  extraIsDifference: true,
  needs: () => [],
  restore: 'yes',
  limits: ['Only environments of type COMPREHENSIVE have one; elsewhere the ledger says "not applicable".'],
};
