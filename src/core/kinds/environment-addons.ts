import type { CallDraft } from '../call.ts';
import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath } from './api-path.ts';
import type { Kind } from './kind.ts';
import { isRemovedAbove } from './removed-above.ts';
import { jsonBody } from './write-body.ts';

function isOn(body: JsonObject, addon: string): boolean {
  const config = body[addon];
  return isJsonObject(config) && config['enabled'] === true;
}

/** Both switches are always said: one that is left out would have no meaning that is written down. */
function set(
  id: ResourceId,
  body: JsonObject,
  draft: Pick<CallDraft, 'step' | 'action' | 'phase' | 'reason'>,
): CallDraft {
  return {
    ...draft,
    method: 'POST',
    path: [`${apiPath(id)}:setAddonEnablement`],
    body: jsonBody({
      analyticsEnabled: isOn(body, 'analyticsConfig'),
      apiSecurityEnabled: isOn(body, 'apiSecurityConfig'),
    }),
    longRunning: true,
    lookup: { type: 'repeat' },
  };
}

/** `environments/prod/addonsConfig`: the add-ons that are on in an environment; where none is, it is no resource. */
export const environmentAddons: Kind = {
  name: 'environment-addons',
  title: { one: 'add-ons of an environment', many: 'add-ons of environments' },
  scope: 'environment',
  idPattern: 'environments/*/addonsConfig',
  collection: { style: 'singleton' },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: (_body, parent) => joinId(parent, 'addonsConfig'),
  path: (id) => apiPath(id),
  isVacant: (body) => !Object.keys(body).some((addon) => isOn(body, addon)),
  serverAssigned: [
    'analyticsConfig.state',
    'analyticsConfig.updateTime',
    'analyticsConfig.expireTimeMillis',
    'apiSecurityConfig.expiresAt',
    'connectorsPlatformConfig.expiresAt',
  ],
  sets: [],
  defaults: {},
  secrets: [],
  tolerant: [],
  cascadesWithParent: true,
  extraIsDifference: true,
  needs: ({ body }) =>
    isOn(body, 'apiSecurityConfig')
      ? [{ id: 'organization', why: 'its add-on apiSecurityConfig has to be on first' }]
      : [],
  create: ({ id, body }) => ({
    calls: [set(id, body, { step: 'set', action: 'create', phase: 'materialise', reason: 'no add-on is on here' })],
  }),
  update: ({ id, body }) => ({
    calls: [set(id, body, { step: 'set', action: 'update', phase: 'materialise', reason: 'other add-ons are on' })],
  }),
  remove: (live, context) =>
    isRemovedAbove(live.id, context)
      ? { calls: [] }
      : {
          calls: [
            {
              ...set(
                live.id,
                {},
                { step: 'unset', action: 'delete', phase: 'remove', reason: 'the point has no add-on on here' },
              ),
              tolerates: [404],
              risk: 'Turns off analytics or security of the environment.',
            },
          ],
        },
  listShape: 'P5',
  restore: 'yes',
  limits: [
    'Analytics and Advanced API Security are turned on and off; other add-ons have no switch of an environment.',
    'What an add-on recorded (analytics, detections) is not part of a backup.',
  ],
};
