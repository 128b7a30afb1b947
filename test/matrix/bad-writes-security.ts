import { idName } from '../../src/core/resource.ts';
import { again, type BadWrite, changed, send, textOf } from './bad-write.ts';

const nowhere = 'nowhere-at-all';

/** Of everything of security and of the portal, a write that the service refuses. */
export const badSecurityWrites = {
  'security-settings': changed('a field that is not there', /updateMask names name/, {}, 'PATCH', {
    updateMask: 'name',
  }),
  'security-profile': {
    why: "Google's own",
    status: 400,
    says: /the default profile cannot be changed/,
    call: () => send('PATCH', 'securityProfiles/default', { description: 'mine' }, { updateMask: 'description' }),
  },
  'security-profile-revision': {
    why: 'nothing is said to change',
    status: 400,
    says: /updateMask is required/,
    call: ({ parentPath }) => send('PATCH', parentPath, { description: 'another revision' }),
  },
  'security-profile-environment': {
    why: 'it is attached',
    status: 409,
    says: /is already attached to security profile/,
    call: ({ parentPath, body }) => send('POST', `${parentPath}/environments`, { name: textOf(body, 'environment') }),
  },
  'security-profile-v2': {
    why: 'a name in capitals',
    status: 400,
    says: /security profile id Capital is invalid/,
    call: ({ body: { riskAssessmentType, profileAssessmentConfigs } }) =>
      send(
        'POST',
        'securityProfilesV2',
        { riskAssessmentType: riskAssessmentType ?? '', profileAssessmentConfigs: profileAssessmentConfigs ?? {} },
        { securityProfileV2Id: 'Capital' },
      ),
  },
  'security-monitoring-condition': {
    why: 'a profile that is not there',
    status: 404,
    says: /security profile nowhere-at-all not found/,
    call: () =>
      send(
        'POST',
        'securityMonitoringConditions',
        { profile: nowhere, riskAssessmentType: 'API_HUB', includeAllResources: {} },
        { securityMonitoringConditionId: 'watches-nothing' },
      ),
  },
  'security-action': {
    why: 'it says nothing of what it does',
    status: 400,
    says: /one of allow, deny and flag is required/,
    call: ({ list }) =>
      send(
        'POST',
        list,
        { state: 'DISABLED', conditionConfig: { ipAddressRanges: ['203.0.113.9'] } },
        { securityActionId: 'idle' },
      ),
  },
  'security-actions-config': changed('a field that is not there', /updateMask names name/, { enabled: true }, 'PATCH', {
    updateMask: 'name',
  }),
  'security-feedback': again(
    /security feedback .* already exists/,
    ['displayName', 'feedbackType', 'feedbackContexts'],
    ({ id }) => ({
      securityFeedbackId: idName(id),
    }),
  ),
  'portal-site': {
    why: 'no call of the API makes a portal',
    status: 404,
    says: /HTML with status 404/,
    call: () => send('POST', 'sites', { name: nowhere }),
  },
  'portal-category': changed('no name', /name is required/, { name: '' }, 'PATCH'),
  'portal-item': {
    why: 'the product has one',
    status: 409,
    says: /has a catalog item for .* already/,
    call: ({ list, body }) => send('POST', list, { title: 'again', apiProductName: textOf(body, 'apiProductName') }),
  },
  'portal-item-documentation': changed('of no sort', /one sort of documentation is required/, {}, 'PATCH'),
} satisfies Readonly<Record<string, BadWrite>>;
