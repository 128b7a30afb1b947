import type { CallDraft } from '../call.ts';
import type { JsonObject } from '../json.ts';
import { callPath } from './api-path.ts';
import type { Kind } from './kind.ts';
import { jsonBody } from './write-body.ts';

const ID = 'securitySettings';

function patch(body: JsonObject, draft: Pick<CallDraft, 'step' | 'action' | 'phase' | 'reason'>): CallDraft {
  return {
    ...draft,
    method: 'PATCH',
    path: callPath(ID),
    query: { updateMask: 'ml_retraining_feedback_enabled' },
    body: jsonBody({ mlRetrainingFeedbackEnabled: body['mlRetrainingFeedbackEnabled'] === true }),
    lookup: { type: 'repeat' },
  };
}

/** `securitySettings`, one for the organization: whether feedback may be used to train the detection of abuse. */
export const securitySettings: Kind = {
  name: 'security-settings',
  title: { one: 'security settings', many: 'security settings' },
  scope: 'organization',
  idPattern: ID,
  collection: { style: 'singleton' },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: () => ID,
  path: () => ID,
  needsAddon: 'apiSecurityConfig',
  serverAssigned: ['name'],
  sets: [],
  defaults: {},
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  create: ({ body }) => ({
    calls: [
      patch(body, { step: 'set', action: 'update', phase: 'materialise', reason: 'the add-on brings them anew' }),
    ],
  }),
  update: ({ body }) => ({
    calls: [patch(body, { step: 'set', action: 'update', phase: 'materialise', reason: 'the settings differ' })],
  }),
  remove: () => ({
    calls: [patch({}, { step: 'reset', action: 'update', phase: 'remove', reason: 'the point does not have them' })],
  }),
  listShape: 'P5',
  restore: 'yes',
  limits: ['There are none where the add-on Advanced API Security is off; the ledger says "not applicable".'],
};
