import { stringField } from '../json.ts';
import { encodeSegment, idName, joinId, parentId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Kind } from './kind.ts';
import { jsonBody } from './write-body.ts';
import { deleteCall } from './usual-calls.ts';

/** `securityProfiles/strict/environments/prod`: the environment is scored by this profile. */
export const securityProfileEnvironment: Kind = {
  name: 'security-profile-environment',
  title: { one: 'environment of a security profile', many: 'environments of security profiles' },
  scope: 'security-profile',
  idPattern: 'securityProfiles/*/environments/*',
  collection: { style: 'embedded', field: 'environments' },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  needsAddon: 'apiSecurityConfig',
  idOf: (body, parent) => {
    const environment = stringField(body, 'environment');
    return environment === undefined ? undefined : joinId(parent, 'environments', encodeSegment(environment));
  },
  readWith: parentId,
  // An environment is scored by one profile at a time.
  claims: ({ id }) => [idName(id)],
  serverAssigned: ['environment', 'attachTime'],
  sets: [],
  defaults: {},
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: ({ id }) => [
    { id: joinId('environments', encodeSegment(idName(id))), why: 'it is the attached environment' },
    { id: 'organization', why: 'its add-on brings Google’s own profile along', ifMissing: 'idle' },
  ],
  create: (desired) => ({
    calls: [
      {
        step: 'attach',
        action: 'link',
        phase: 'activate',
        method: 'POST',
        path: [apiPath(parentId(desired.id), 'environments')],
        body: jsonBody({ name: idName(desired.id) }),
        reason: 'the environment is not attached to the security profile',
        // 409: it is attached already.
        tolerates: [409],
        lookup: { type: 'resource', id: desired.id },
      },
    ],
  }),
  // Profile and environment make the id; there is nothing else to set.
  update: () => ({ calls: [] }),
  remove: (live) => ({
    calls: [deleteCall(callPath(live.id), { step: 'detach', action: 'unlink' })],
  }),
  listShape: 'embedded',
  restore: 'yes',
  limits: ['When an environment was attached is new with every restore.'],
};
