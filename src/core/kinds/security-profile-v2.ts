import { arrayField, isJsonObject } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { idName } from '../resource.ts';
import { apiPath, pathSegment } from './api-path.ts';
import type { Desired, Kind, Live } from './kind.ts';
import { assessmentId, assessmentQuery, bothAssessmentTypes } from './risk-assessment.ts';
import { bodyWithout, differingFields } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

const COLLECTION = 'securityProfilesV2';
const serverAssigned = ['name', 'googleDefined', 'createTime', 'updateTime'];

/** Which gateways an assessment looks at has no order, and a weight that is not specified is none. */
function withPlainAssessments(canonical: JsonObject): JsonObject {
  const configs = canonical['profileAssessmentConfigs'];
  if (!isJsonObject(configs)) return canonical;
  const plain = Object.entries(configs).map(([name, config]): readonly [string, JsonValue] => [
    name,
    plainConfig(config),
  ]);
  return { ...canonical, profileAssessmentConfigs: Object.fromEntries(plain) };
}

function plainConfig(config: JsonValue): JsonValue {
  if (!isJsonObject(config)) return config;
  const { weight, include, ...rest } = config;
  const gatewayTypes = isJsonObject(include) ? arrayField(include, 'gatewayTypes').map(String).sort() : [];
  return {
    ...rest,
    ...(weight === undefined || weight === 'WEIGHT_UNSPECIFIED' ? {} : { weight }),
    ...(gatewayTypes.length === 0 ? {} : { include: { gatewayTypes } }),
  };
}

function namePath({ id }: Desired | Live): readonly string[] {
  return [`${COLLECTION}/${pathSegment(idName(id))}`];
}

/** `securityProfilesV2/APIGEE/strict`. What Google defines is left out. */
export const securityProfileV2: Kind = {
  name: 'security-profile-v2',
  title: { one: 'risk assessment profile', many: 'risk assessment profiles' },
  scope: 'organization',
  idPattern: `${COLLECTION}/*/*`,
  collection: {
    style: 'page-token',
    list: () => COLLECTION,
    query: {},
    items: COLLECTION,
    pageSize: 50,
    passes: bothAssessmentTypes,
  },
  content: 'json',
  canonicalVersion: 2,
  preset: 'gateway',
  needsAddon: 'apiSecurityConfig',
  accepts: (item) => item['googleDefined'] !== true,
  idOf: (body) => assessmentId(COLLECTION, body),
  path: () => apiPath(COLLECTION),
  pathItems: COLLECTION,
  serverAssigned,
  sets: [],
  defaults: { riskAssessmentType: 'APIGEE' },
  unspecified: { riskAssessmentType: 'RISK_ASSESSMENT_TYPE_UNSPECIFIED' },
  former: { 1: { unspecified: {} } },
  maps: ['profileAssessmentConfigs'],
  secrets: [],
  tolerant: [],
  refine: withPlainAssessments,
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  create: (desired) => ({
    calls: [
      createCall(desired.id, {
        path: [COLLECTION],
        query: { securityProfileV2Id: idName(desired.id) },
        body: bodyWithout(desired.body, serverAssigned),
        reason: 'the profile is missing',
        lookup: { type: 'resource', id: desired.id },
      }),
    ],
  }),
  update: (desired, live) => ({
    calls: [
      updateCall({
        method: 'PATCH',
        path: namePath(desired),
        query: {
          updateMask: differingFields(desired, live).join(','),
        },
        body: bodyWithout(desired.body, serverAssigned),
        reason: 'the profile differs',
      }),
    ],
  }),
  remove: (live) => ({
    calls: [
      deleteCall(namePath(live), {
        query: assessmentQuery(live.id),
      }),
    ],
  }),
  listShape: 'P2',
  restore: 'yes',
  limits: ['Profiles that Google defines are not captured: every organization with the add-on has them.'],
};
