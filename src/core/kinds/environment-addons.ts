import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { apiPath } from './api-path.ts';
import { environmentSetting } from './environment-setting.ts';
import type { Kind } from './kind.ts';
import { jsonBody } from './write-body.ts';

function isOn(body: JsonObject, addon: string): boolean {
  const config = body[addon];
  return isJsonObject(config) && config['enabled'] === true;
}

const setting = environmentSetting({
  segment: 'addonsConfig',
  write: (id, body) => ({
    method: 'POST',
    path: [`${apiPath(id)}:setAddonEnablement`],
    // Both switches are always said: one that is left out would have no meaning that is written down.
    body: jsonBody({
      analyticsEnabled: isOn(body, 'analyticsConfig'),
      apiSecurityEnabled: isOn(body, 'apiSecurityConfig'),
    }),
    longRunning: true,
  }),
  phase: 'materialise',
  reasons: {
    missing: 'no add-on is on here',
    differs: 'other add-ons are on',
    extra: 'the point has no add-on on here',
  },
  riskOfRemoval: 'Turns off analytics or security of the environment.',
});

/** `environments/prod/addonsConfig`: the add-ons that are on in an environment; where none is, it is no resource. */
export const environmentAddons: Kind = {
  ...setting,
  name: 'environment-addons',
  title: { one: 'add-ons of an environment', many: 'add-ons of environments' },
  canonicalVersion: 1,
  preset: 'gateway',
  isVacant: (body) => !Object.keys(body).some((addon) => isOn(body, addon)),
  vacancy: {
    analyticsConfig: 'object',
    'analyticsConfig.enabled': 'boolean',
    apiSecurityConfig: 'object',
    'apiSecurityConfig.enabled': 'boolean',
    connectorsPlatformConfig: 'object',
    'connectorsPlatformConfig.enabled': 'boolean',
  },
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
  restore: 'yes',
  limits: [
    'Analytics and Advanced API Security are turned on and off; other add-ons have no switch of an environment.',
    'What an add-on recorded (analytics, detections) is not part of a backup.',
  ],
};
