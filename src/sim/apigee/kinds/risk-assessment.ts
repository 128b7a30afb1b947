import { alreadyExists, failedPrecondition, invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, isDocument, textIn } from '../document.ts';
import type { ListedDocument } from '../document-store.ts';
import { pageCaps, tokenAnswer, tokenPage } from '../paging.ts';
import { type Answer, type Call, ok, type Query, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { fieldMask, instantOf } from './field-mask.ts';

/** Risk assessment, version 2: profiles and monitoring conditions. Lists and single reads show one type at a time. */
export const riskAssessmentRoutes: readonly Route[] = [
  {
    id: 'organizations.securityProfilesV2.list',
    paging: { style: 'token', field: 'securityProfilesV2' },
    handle: (call) => listOf(call, 'riskprofile', 'securityProfilesV2'),
  },
  { id: 'organizations.securityProfilesV2.get', handle: (call) => ok(getProfile(call)) },
  { id: 'organizations.securityProfilesV2.create', handle: createProfile },
  { id: 'organizations.securityProfilesV2.patch', handle: patchProfile },
  { id: 'organizations.securityProfilesV2.delete', handle: deleteProfile },
  {
    id: 'organizations.securityMonitoringConditions.list',
    paging: { style: 'token', field: 'securityMonitoringConditions' },
    handle: (call) => listOf(call, 'monitoringcondition', 'securityMonitoringConditions'),
  },
  { id: 'organizations.securityMonitoringConditions.get', handle: (call) => ok(getCondition(call)) },
  { id: 'organizations.securityMonitoringConditions.create', handle: createCondition },
  { id: 'organizations.securityMonitoringConditions.patch', handle: patchCondition },
  {
    id: 'organizations.securityMonitoringConditions.delete',
    handle: (call) => {
      const condition = getCondition(call);
      call.organization.store.delete(
        'monitoringcondition',
        typeIn(condition),
        textIn(condition, 'name').split('/').at(-1) ?? '',
      );
      return ok({});
    },
  },
];

const types = ['APIGEE', 'API_HUB'] as const;

function typeIn(document: Document | Query): string {
  const type = document['riskAssessmentType'];
  if (type === undefined || type === '' || type === 'RISK_ASSESSMENT_TYPE_UNSPECIFIED') return 'APIGEE';
  if (type !== 'APIGEE' && type !== 'API_HUB') throw invalidArgument('riskAssessmentType is invalid');
  return type;
}

function listOf({ organization, query }: Call, kind: string, field: string): Answer {
  const source = {
    from: (name: string) => organization.store.list(kind, typeIn(query), name),
    nameOf: (item: ListedDocument) => item.name,
  };
  const { items, nextPageToken } = tokenPage(source, query, pageCaps.profiles);
  const documents = items.map((item) => item.read());
  return tokenAnswer(organization.world.switches, field, { items: documents, nextPageToken });
}

function found({ organization, query }: Pick<Call, 'organization' | 'query'>, kind: string, name: string): Document {
  const document = organization.store.find(kind, typeIn(query), name);
  if (document === undefined) throw notFound(`${name} not found`);
  return document;
}

function getProfile(call: Call): Document {
  return found(call, 'riskprofile', call.path['securityProfilesV2Id'] ?? '');
}

function getCondition(call: Call): Document {
  return found(call, 'monitoringcondition', call.path['securityMonitoringConditionsId'] ?? '');
}

function createProfile({ organization, query, body }: Call) {
  const checked = checkedBody('SecurityProfileV2', body);
  const id = query['securityProfileV2Id'] ?? '';
  if (!/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(id)) throw invalidArgument(`security profile id ${id} is invalid`);
  assertPresent(checked, ['profileAssessmentConfigs']);
  const riskAssessmentType = typeIn(checked);
  if (organization.store.has('riskprofile', riskAssessmentType, id))
    throw alreadyExists(`security profile ${id} already exists`);
  const name = `organizations/${organization.name}/securityProfilesV2/${id}`;
  const now = instantOf(organization);
  const profile = { ...checked, riskAssessmentType, name, createTime: now, updateTime: now };
  organization.store.put('riskprofile', riskAssessmentType, id, profile);
  return ok(profile);
}

function patchProfile({ organization, path, query, body }: Call) {
  const id = path['securityProfilesV2Id'] ?? '';
  const type = types.find((each) => organization.store.has('riskprofile', each, id)) ?? '';
  const before = organization.store.find('riskprofile', type, id);
  if (before === undefined) throw notFound(`security profile ${id} not found`);
  if (before['googleDefined'] === true) throw invalidArgument('profiles that Google defines cannot be changed');
  const checked = checkedBody('SecurityProfileV2', body);
  const after = masked(before, checked, fieldMask(query, ['description', 'profileAssessmentConfigs']));
  assertPresent(after, ['profileAssessmentConfigs']);
  const profile = { ...after, updateTime: instantOf(organization) };
  organization.store.put('riskprofile', type, id, profile);
  return ok(profile);
}

/** The fields of the mask as they were sent; without a mask those that were sent. */
function masked(before: Document, sent: Document, mask: readonly string[] | undefined): Document {
  const after = { ...before };
  for (const field of mask ?? Object.keys(sent).filter((each) => each !== 'name')) {
    if (sent[field] === undefined) delete after[field];
    else after[field] = sent[field];
  }
  return after;
}

function deleteProfile(call: Call) {
  const { organization } = call;
  const profile = getProfile(call);
  const id = call.path['securityProfilesV2Id'] ?? '';
  if (profile['googleDefined'] === true) throw invalidArgument('profiles that Google defines cannot be deleted');
  const type = typeIn(profile);
  for (const condition of organization.store.list('monitoringcondition', type)) {
    if (condition.read()['profile'] !== id) continue;
    throw failedPrecondition(`security profile ${id} is used by the monitoring condition ${condition.name}`);
  }
  organization.store.delete('riskprofile', type, id);
  return ok({});
}

function createCondition({ organization, query, body }: Call) {
  const checked = checkedBody('SecurityMonitoringCondition', body);
  const id = query['securityMonitoringConditionId'] ?? organization.world.random.uuid();
  if (!/^[a-z0-9-]{4,63}$/.test(id)) throw invalidArgument(`security monitoring condition id ${id} is invalid`);
  const riskAssessmentType = typeIn(checked);
  if (organization.store.has('monitoringcondition', riskAssessmentType, id)) {
    throw alreadyExists(`security monitoring condition ${id} already exists`);
  }
  assertCondition(organization, checked);
  const name = `organizations/${organization.name}/securityMonitoringConditions/${id}`;
  const now = instantOf(organization);
  const condition = {
    ...checked,
    riskAssessmentType,
    name,
    createTime: now,
    updateTime: now,
    totalDeployedResources: 0,
  };
  organization.store.put('monitoringcondition', riskAssessmentType, id, condition);
  return ok(condition);
}

function assertCondition(organization: SimulatedOrganization, condition: Document): void {
  assertPresent(condition, ['profile']);
  const type = typeIn(condition);
  const profile = textIn(condition, 'profile');
  if (!organization.store.has('riskprofile', type, profile)) throw notFound(`security profile ${profile} not found`);
  if (isDocument(condition['include']) === isDocument(condition['includeAllResources'])) {
    throw invalidArgument('one of include and includeAllResources is required');
  }
  if (type === 'API_HUB') {
    if (condition['scope'] !== undefined) throw invalidArgument('scope must not be set for API_HUB');
    return;
  }
  assertPresent(condition, ['scope']);
  const scope = textIn(condition, 'scope');
  if (!organization.store.has('environment', '', scope)) throw notFound(`environment ${scope} not found`);
}

function patchCondition({ organization, path, query, body }: Call) {
  const id = path['securityMonitoringConditionsId'] ?? '';
  const type = types.find((each) => organization.store.has('monitoringcondition', each, id)) ?? '';
  const before = organization.store.find('monitoringcondition', type, id);
  if (before === undefined) throw notFound(`security monitoring condition ${id} not found`);
  const checked = checkedBody('SecurityMonitoringCondition', body);
  const mask = fieldMask(query, ['include', 'includeAllResources']) ?? ['include', 'includeAllResources'];
  const condition = { ...masked(before, checked, mask), updateTime: instantOf(organization) };
  assertCondition(organization, condition);
  organization.store.put('monitoringcondition', type, id, condition);
  return ok(condition);
}
