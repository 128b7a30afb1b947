import type { CallDraft } from '../call.ts';
import type { ResourceId } from '../resource.ts';
import { joinId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Kind } from './kind.ts';
import { isRemovedAbove } from './removed-above.ts';
import { jsonBody } from './write-body.ts';

function patch(
  id: ResourceId,
  enabled: boolean,
  draft: Pick<CallDraft, 'step' | 'action' | 'phase' | 'reason'>,
): CallDraft {
  return {
    ...draft,
    method: 'PATCH',
    path: callPath(id),
    query: { updateMask: 'enabled' },
    body: jsonBody({ enabled }),
    lookup: { type: 'repeat' },
  };
}

const on = { step: 'enable', phase: 'activate', reason: 'security actions were enforced here' } as const;

/** `environments/prod/securityActionsConfig`: a resource where security actions are enforced; where not, there is nothing to keep. */
export const securityActionsConfig: Kind = {
  name: 'security-actions-config',
  title: { one: 'switch of security actions', many: 'switches of security actions' },
  scope: 'environment',
  idPattern: 'environments/*/securityActionsConfig',
  collection: { style: 'singleton' },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  needsAddon: 'apiSecurityConfig',
  isVacant: (body) => body['enabled'] !== true,
  idOf: (_body, parent) => joinId(parent, 'securityActionsConfig'),
  path: (id) => apiPath(id),
  serverAssigned: ['name', 'updateTime'],
  sets: [],
  defaults: {},
  secrets: [],
  tolerant: [],
  cascadesWithParent: true,
  extraIsDifference: true,
  needs: () => [],
  create: ({ id }) => ({ calls: [patch(id, true, { ...on, action: 'create' })] }),
  update: ({ id }) => ({ calls: [patch(id, true, { ...on, action: 'update' })] }),
  remove: ({ id }, context) => ({
    calls: isRemovedAbove(id, context)
      ? []
      : [
          {
            ...patch(id, false, {
              step: 'disable',
              action: 'delete',
              phase: 'remove',
              reason: 'security actions were not enforced here',
            }),
            tolerates: [404],
            risk: 'Security actions of this environment are enforced no more.',
          },
        ],
  }),
  listShape: 'P5',
  restore: 'yes',
  limits: [],
};
