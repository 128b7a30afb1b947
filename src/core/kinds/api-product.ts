import { arrayField, isJsonObject, pickFields, stringField } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { encodeSegment, joinId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Desired, Kind, Live, Reference, SetField, Writes } from './kind.ts';
import { spaceNeeds, spaceWrites } from './space-membership.ts';
import { bodyWithout, differingFields } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

const serverAssigned = ['createdAt', 'lastModifiedAt'];

const operationGroups = [
  'operationGroup',
  'graphqlOperationGroup',
  'grpcOperationGroup',
  'llmOperationGroup',
  'payloadOperationGroup',
];

/** Sets since the first canonical version. */
const formerSets: readonly SetField[] = [
  { path: 'apiResources' },
  { path: 'environments' },
  { path: 'proxies' },
  { path: 'scopes' },
  { path: 'attributes', by: 'name' },
  ...operationGroups.map((group) => ({ path: `${group}.operationConfigs[].attributes`, by: 'name' })),
];

/** What a product allows is all of it together: no operation comes before another. */
const operationSets: readonly SetField[] = [
  ...operationGroups.map((group) => ({ path: `${group}.operationConfigs`, by: 'apiSource' })),
  { path: 'operationGroup.operationConfigs[].operations', by: 'resource' },
  { path: 'operationGroup.operationConfigs[].operations[].methods' },
  { path: 'graphqlOperationGroup.operationConfigs[].operations', by: 'operation' },
  { path: 'graphqlOperationGroup.operationConfigs[].operations[].operationTypes' },
  { path: 'grpcOperationGroup.operationConfigs[].methods' },
  { path: 'llmOperationGroup.operationConfigs[].llmOperations', by: 'resource' },
  { path: 'llmOperationGroup.operationConfigs[].llmOperations[].methods' },
  { path: 'payloadOperationGroup.operationConfigs[].operations', by: 'operation' },
];

/** Proxies named at the top or as `apiSource` of an operation. */
function proxiesOf(body: JsonObject): Set<string> {
  const names = new Set(arrayField(body, 'proxies').filter((name) => typeof name === 'string'));
  for (const group of operationGroups) {
    const value = body[group];
    if (!isJsonObject(value)) continue;
    for (const config of Object.keys(value).flatMap((configs) => arrayField(value, configs))) {
      const source = isJsonObject(config) ? stringField(config, 'apiSource') : undefined;
      if (source !== undefined && source !== '') names.add(source);
    }
  }
  return names;
}

function needs(desired: Desired): Reference[] {
  const environments = arrayField(desired.body, 'environments').filter((name) => typeof name === 'string');
  return [
    ...spaceNeeds(desired),
    ...[...proxiesOf(desired.body)].map((name) => ({
      id: joinId('apis', encodeSegment(name)),
      why: 'the product names this proxy',
    })),
    ...environments.map((name) => ({
      id: joinId('environments', encodeSegment(name)),
      why: 'the product names this environment',
      ifMissing: 'sent' as const,
    })),
  ];
}

/** PUT leaves the space as it is: a product is moved before, or stays where it is. */
function update(desired: Desired, live: Live): Writes {
  const moved = spaceWrites(desired, live);
  const changed = differingFields(desired, live);
  if (changed.length > 0 && changed.every((field) => field === 'space')) return moved;
  const space = moved.cannot === undefined ? {} : pickFields(live.body, ['space']);
  return {
    ...moved,
    calls: [
      ...moved.calls,
      updateCall({
        method: 'PUT',
        path: callPath(desired.id),
        body: bodyWithout({ ...desired.body, ...space }, serverAssigned),
        reason: 'the product differs',
      }),
    ],
  };
}

export const apiProduct: Kind = {
  name: 'api-product',
  title: { one: 'API product', many: 'API products' },
  scope: 'organization',
  idPattern: 'apiproducts/*',
  collection: {
    style: 'start-key',
    list: () => 'apiproducts',
    query: { expand: 'true', count: '1000' },
    items: 'apiProduct',
    key: 'name',
  },
  content: 'json',
  canonicalVersion: 2,
  preset: 'gateway',
  idOf: (body) => {
    const name = stringField(body, 'name');
    return name === undefined ? undefined : joinId('apiproducts', encodeSegment(name));
  },
  path: (id) => apiPath(id),
  serverAssigned,
  sets: [...formerSets, ...operationSets],
  defaults: {},
  unspecified: { quotaCounterScope: 'QUOTA_COUNTER_SCOPE_UNSPECIFIED' },
  former: { 1: { sets: formerSets, unspecified: {} } },
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  hiddenBy: 'space',
  needs,
  create: (desired) => ({
    calls: [
      createCall(desired.id, {
        path: ['apiproducts'],
        body: bodyWithout(desired.body, serverAssigned),
        reason: 'the product is missing',
      }),
    ],
  }),
  update,
  remove: (live) => ({
    calls: [deleteCall(callPath(live.id))],
  }),
  listShape: 'P3',
  restore: 'yes',
  limits: ['Quota counters are runtime data and start anew.'],
};
