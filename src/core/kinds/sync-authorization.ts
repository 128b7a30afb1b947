import { arrayField, stringField } from '../json.ts';
import type { Kind, Writes } from './kind.ts';
import { jsonBody } from './write-body.ts';

const ID = 'syncAuthorization';
const READ = ':getSyncAuthorization';

/** What an organization of another runtime type lacks cannot be written into it. */
export function onlyHybrid(id: string): Writes {
  const why = 'Only an organization of runtime type HYBRID has it.';
  return { calls: [], cannot: [{ id, code: 'NO_WRITE', why, next: 'Restore into a hybrid organization.' }] };
}

/** `syncAuthorization`: the service accounts by which the synchronizers of a hybrid organization read it. */
export const syncAuthorization: Kind = {
  name: 'sync-authorization',
  title: { one: 'synchronizer authorization', many: 'synchronizer authorizations' },
  scope: 'organization',
  idPattern: ID,
  collection: { style: 'singleton' },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: () => ID,
  path: () => READ,
  readMethod: 'POST',
  needsRuntime: 'HYBRID',
  serverAssigned: ['etag'],
  sets: [{ path: 'identities' }],
  defaults: {},
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  create: ({ id }) => onlyHybrid(id),
  update: ({ body }, live) => {
    const etag = stringField(live.body, 'etag');
    return {
      calls: [
        {
          step: 'set',
          action: 'update',
          phase: 'materialise',
          method: 'POST',
          path: [':setSyncAuthorization'],
          // The target's own tag: without it the write would go over what somebody else has set meanwhile.
          body: jsonBody({ identities: arrayField(body, 'identities'), ...(etag === undefined ? {} : { etag }) }),
          reason: 'other service accounts may synchronize',
          lookup:
            etag === undefined
              ? { type: 'repeat' }
              : { type: 'moved', method: 'POST', path: [READ], field: 'etag', was: etag },
          risk: 'A synchronizer whose service account is not named any more gets no new configuration.',
        },
      ],
    };
  },
  remove: ({ id }) => onlyHybrid(id),
  listShape: 'P5',
  restore: 'yes',
  limits: ['Hybrid organizations only. The service accounts have to exist: they belong to IAM, which is not captured.'],
};
