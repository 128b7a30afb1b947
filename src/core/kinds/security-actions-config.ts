import { callPath } from './api-path.ts';
import { environmentSetting } from './environment-setting.ts';
import type { Kind } from './kind.ts';
import { jsonBody } from './write-body.ts';

const setting = environmentSetting({
  segment: 'securityActionsConfig',
  write: (id, body) => ({
    method: 'PATCH',
    path: callPath(id),
    query: { updateMask: 'enabled' },
    body: jsonBody({ enabled: body['enabled'] === true }),
  }),
  phase: 'activate',
  reasons: {
    missing: 'security actions were enforced here',
    differs: 'security actions were enforced here',
    extra: 'security actions were not enforced here',
  },
  riskOfRemoval: 'Security actions of this environment are enforced no more.',
});

/** `environments/prod/securityActionsConfig`: a resource where security actions are enforced; where not, there is nothing to keep. */
export const securityActionsConfig: Kind = {
  ...setting,
  name: 'security-actions-config',
  title: { one: 'switch of security actions', many: 'switches of security actions' },
  canonicalVersion: 1,
  preset: 'gateway',
  needsAddon: 'apiSecurityConfig',
  isVacant: (body) => body['enabled'] !== true,
  vacancy: { enabled: 'boolean', name: 'string', updateTime: 'string' },
  serverAssigned: ['name', 'updateTime'],
  sets: [],
  defaults: {},
  secrets: [],
  tolerant: [],
  cascadesWithParent: true,
  extraIsDifference: true,
  needs: () => [],
  restore: 'yes',
  limits: [],
};
