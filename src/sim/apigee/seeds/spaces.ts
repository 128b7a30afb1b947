import type { OrganizationSeed, SeedDocument } from '../organization-seed.ts';

const times = { createTime: '2024-02-01T09:00:00Z', updateTime: '2025-01-01T09:00:00Z' };

/** The teams that have a part of the organization to themselves. */
export const spaces: OrganizationSeed['spaces'] = [
  { name: 'payments-team', displayName: 'Zahlungen – “live”', ...times },
  { name: 'platform', ...times },
];

/** What belongs to a space, by name; everything else belongs to none. */
export const spaceOfProxy: { readonly [name: string]: string } = { 'payments-v2': 'payments-team' };
export const spaceOfFlow: { readonly [name: string]: string } = { 'error-envelope': 'platform' };

const user = (name: string): string => `user:${name}@acme-pay.example`;

/** Everything is logged but what `exempted` reads. */
const audited = (exempted: string): readonly SeedDocument[] => [
  {
    service: 'apigee.googleapis.com',
    auditLogConfigs: [{ logType: 'DATA_READ', exemptedMembers: [exempted] }, { logType: 'DATA_WRITE' }],
  },
];

const onWorkdays: SeedDocument = {
  title: 'workdays',
  description: 'Nobody looks at it on a “Sunday”',
  expression: 'request.time.getDayOfWeek("Europe/Berlin") != 0',
  location: 'workdays.cel:2',
};

/** Who may do what: several roles, conditions, a group, and a member whose account is gone. */
export const iamPolicies: OrganizationSeed['iamPolicies'] = [
  {
    resource: 'environments/prod',
    policy: {
      version: 3,
      etag: 'cHJvZA==',
      bindings: [
        { role: 'roles/apigee.environmentAdmin', members: [user('ops'), 'group:on-call@acme-pay.example'] },
        {
          role: 'roles/apigee.environmentAdmin',
          members: [user('contractor'), `deleted:${user('left')}?uid=123456789012345678901`],
          condition: {
            title: 'office hours',
            description: 'Not at night',
            location: 'office-hours.cel:3',
            expression: 'request.time.getHours("Europe/Berlin") >= 8',
          },
        },
        { role: 'roles/apigee.analyticsViewer', members: ['domain:acme-pay.example'] },
      ],
      auditConfigs: audited(user('probe')),
    },
  },
  {
    resource: 'environments/test',
    policy: {
      version: 1,
      etag: 'dGVzdA==',
      bindings: [{ role: 'organizations/123/roles/tester', members: [user('qa')] }],
    },
  },
  {
    resource: 'spaces/payments-team',
    policy: {
      version: 3,
      etag: 'c3BhY2U=',
      bindings: [
        {
          role: 'roles/apigee.spaceContentEditor',
          members: ['group:payments@acme-pay.example'],
          condition: {
            title: 'until the end of the year',
            description: 'Then somebody else takes over',
            expression: 'request.time < timestamp("2026-01-01T00:00:00Z")',
            location: 'handover.cel:1',
          },
        },
      ],
      auditConfigs: audited('group:auditors@acme-pay.example'),
    },
  },
  {
    resource: 'environments/prod/deployments/payments-v2',
    policy: {
      version: 3,
      etag: 'ZGVwbG95',
      bindings: [
        {
          role: 'roles/apigee.deploymentInvoker',
          members: ['serviceAccount:caller@acme-pay-prod.iam.gserviceaccount.com'],
          condition: onWorkdays,
        },
      ],
      auditConfigs: audited(user('probe')),
    },
  },
  {
    resource: 'environments/prod/deployments/error-envelope',
    policy: {
      version: 3,
      etag: 'Zmxvdw==',
      bindings: [
        { role: 'roles/apigee.deploymentInvoker', members: [user('ops')] },
        { role: 'roles/apigee.deploymentInvoker', members: [user('qa')], condition: onWorkdays },
      ],
      auditConfigs: audited(user('probe')),
    },
  },
];
