import { arrayField, isJsonObject, stringField } from '../json.ts';
import { encodeSegment, idName, joinId } from '../resource.ts';
import { apiPath, pathSegment } from './api-path.ts';
import type { Desired, Kind, Live, Reference, Writes } from './kind.ts';
import { assessmentId, assessmentQuery, assessmentType, bothAssessmentTypes } from './risk-assessment.ts';
import { bodyWithout, differingFields } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

const COLLECTION = 'securityMonitoringConditions';
const serverAssigned = ['name', 'createTime', 'updateTime', 'totalDeployedResources', 'totalMonitoredResources'];

/** What a PATCH can change; the rest is fixed at creation. */
const masks: { readonly [field: string]: string } = {
  include: 'include',
  includeAllResources: 'include_all_resources',
};

function needs({ body }: Desired | Live): Reference[] {
  const scope = stringField(body, 'scope') ?? '';
  const profile = stringField(body, 'profile') ?? '';
  const { include } = body;
  const names = (isJsonObject(include) ? arrayField(include, 'resources') : []).flatMap((resource) =>
    isJsonObject(resource) ? (stringField(resource, 'name') ?? []) : [],
  );
  return [
    // One that Google defines is in no point.
    {
      id: joinId('securityProfilesV2', assessmentType(body), encodeSegment(profile)),
      why: 'it watches by this profile',
      ifMissing: 'idle' as const,
    },
    ...(scope === '' ? [] : [{ id: joinId('environments', encodeSegment(scope)), why: 'it watches this environment' }]),
    ...names.map((name) => ({
      id: joinId('apis', encodeSegment(name)),
      why: 'it watches this proxy',
      ifMissing: 'idle' as const,
    })),
  ];
}

function namePath({ id }: Desired | Live): readonly string[] {
  return [`${COLLECTION}/${pathSegment(idName(id))}`];
}

function update(desired: Desired, live: Live): Writes {
  const changed = differingFields(desired, live);
  const fixed = changed.filter((field) => masks[field] === undefined);
  if (fixed.length > 0) {
    const why = `${fixed.join(' and ')} of a monitoring condition cannot be changed.`;
    const next = 'Delete the condition and restore again.';
    return { calls: [], cannot: [{ id: desired.id, code: 'IMMUTABLE_FIELD', why, next }] };
  }
  return {
    calls: [
      updateCall({
        phase: 'activate',
        method: 'PATCH',
        path: namePath(desired),
        query: { updateMask: changed.flatMap((field) => masks[field] ?? []).join(',') },
        body: bodyWithout(desired.body, serverAssigned),
        reason: 'it watches other resources',
      }),
    ],
  };
}

/** `securityMonitoringConditions/APIGEE/prod-all`: which resources a risk assessment watches. */
export const securityMonitoringCondition: Kind = {
  name: 'security-monitoring-condition',
  title: { one: 'security monitoring condition', many: 'security monitoring conditions' },
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
  idOf: (body) => assessmentId(COLLECTION, body),
  path: () => apiPath(COLLECTION),
  pathItems: COLLECTION,
  serverAssigned,
  sets: [{ path: 'include.resources' }],
  defaults: { riskAssessmentType: 'APIGEE' },
  unspecified: {
    riskAssessmentType: 'RISK_ASSESSMENT_TYPE_UNSPECIFIED',
    'include.resources[].type': 'RESOURCE_TYPE_UNSPECIFIED',
  },
  former: { 1: { unspecified: {} } },
  secrets: [],
  tolerant: [],
  // A message without fields: that it is there is all it says.
  refine: (canonical, body) =>
    isJsonObject(body['includeAllResources']) ? { ...canonical, includeAllResources: {} } : canonical,
  cascadesWithParent: false,
  extraIsDifference: true,
  needs,
  create: (desired) => ({
    calls: [
      createCall(desired.id, {
        phase: 'activate',
        path: [COLLECTION],
        query: { securityMonitoringConditionId: idName(desired.id) },
        body: bodyWithout(desired.body, serverAssigned),
        reason: 'the condition is missing',
        lookup: { type: 'resource', id: desired.id },
      }),
    ],
  }),
  update,
  remove: (live) => ({
    calls: [
      deleteCall(namePath(live), {
        query: assessmentQuery(live.id),
      }),
    ],
  }),
  listShape: 'P2',
  restore: 'yes',
  limits: ['Profile, scope and gateway of a condition that exists cannot be changed; what it found is not captured.'],
};
