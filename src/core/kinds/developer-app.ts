import type { CallDraft } from '../call.ts';
import { arrayField, isJsonObject, stringField } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { encodeSegment, joinId, parentId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Desired, Kind, Live, Writes } from './kind.ts';
import { isRemovedAbove } from './removed-above.ts';
import { bodyWithout, changedFields, emptyBody } from './write-body.ts';

/** `apiProducts` is a view of the keys' associations; sending it on an update mints a new credential. */
const serverAssigned = [
  'appId',
  'developerId',
  'developerEmail',
  'createdAt',
  'lastModifiedAt',
  'credentials',
  'apiProducts',
  'keyExpiresIn',
];

function isRevoked(canonical: JsonValue): boolean {
  return isJsonObject(canonical) && stringField(canonical, 'status') === 'revoked';
}

function writable(body: JsonObject): ReturnType<typeof bodyWithout> {
  return bodyWithout(body, [...serverAssigned, 'status']);
}

/** Always created approved. */
function statusCall(desired: Desired, requires: readonly string[]): CallDraft {
  const revoked = isRevoked(desired.canonical);
  return {
    step: 'status',
    action: 'status',
    phase: 'activate',
    method: 'POST',
    path: callPath(desired.id),
    query: { action: revoked ? 'revoke' : 'approve' },
    body: emptyBody,
    reason: revoked ? 'the app was revoked' : 'the app was approved',
    lookup: { type: 'repeat' },
    requires,
  };
}

function create(desired: Desired): Writes {
  return {
    calls: [
      {
        step: 'create',
        action: 'create',
        phase: 'materialise',
        method: 'POST',
        path: [apiPath(parentId(desired.id), 'apps')],
        body: writable(desired.body),
        reason: 'the app is missing',
        assigns: { mintedKey: { path: 'credentials.0.consumerKey', secret: true } },
        lookup: { type: 'get', path: callPath(desired.id) },
      },
      {
        step: 'delete-minted-key',
        action: 'delete',
        phase: 'materialise',
        method: 'DELETE',
        path: [
          `${apiPath(desired.id, 'keys')}/`,
          { hole: 'assigned', call: `${desired.id}#create`, field: 'mintedKey' },
        ],
        reason: 'creating an app mints a key that was never there',
        onlyIfAssigned: { call: `${desired.id}#create`, field: 'mintedKey' },
        tolerates: [404],
        lookup: { type: 'repeat' },
      },
      ...(isRevoked(desired.canonical) ? [statusCall(desired, ['create'])] : []),
    ],
  };
}

function update(desired: Desired, live: Live): Writes {
  const wanted = isJsonObject(desired.canonical) ? desired.canonical : {};
  const found = isJsonObject(live.canonical) ? live.canonical : {};
  const fields = changedFields(wanted, found).filter((field) => field !== 'status');
  const calls: CallDraft[] = [];
  if (fields.length > 0) {
    calls.push({
      step: 'update',
      action: 'update',
      phase: 'materialise',
      method: 'PUT',
      path: callPath(desired.id),
      body: writable(desired.body),
      reason: `${fields.join(', ')} differ`,
      lookup: { type: 'repeat' },
    });
  }
  if (isRevoked(desired.canonical) !== isRevoked(live.canonical)) calls.push(statusCall(desired, []));
  return { calls };
}

/** An item that `status=approved&keyStatus=approved` hides: filters choose apps, and show all keys of those they let through. */
function isRevokedItem(item: JsonObject): boolean {
  const keys = arrayField(item, 'credentials');
  const isRevokedKey = (key: JsonValue): boolean => isJsonObject(key) && stringField(key, 'status') === 'revoked';
  return stringField(item, 'status') === 'revoked' || (keys.length > 0 && keys.every(isRevokedKey));
}

export const developerApp: Kind = {
  name: 'developer-app',
  title: { one: 'developer app', many: 'developer apps' },
  scope: 'developer',
  idPattern: 'developers/*/apps/*',
  collection: {
    style: 'page-token',
    list: () => 'apps',
    query: { expand: 'true', includeCred: 'true' },
    items: 'app',
    pageSize: 1000,
    // Both filters default to approved by their documentation, so revoked apps and keys have to be asked for.
    passes: {
      queries: [
        { status: 'approved', keyStatus: 'approved' },
        { status: 'approved', keyStatus: 'revoked' },
        { status: 'revoked', keyStatus: 'approved' },
        { status: 'revoked', keyStatus: 'revoked' },
      ],
      provesUnfiltered: isRevokedItem,
      merge: { field: 'credentials', by: 'consumerKey' },
    },
    crossCheck: {
      kind: 'developer',
      field: 'apps',
      capAt: 100,
      list: (parent) => apiPath(parent, 'apps'),
      query: { expand: 'true', count: '1000' },
      items: 'app',
      key: 'name',
      idOf: (parent, name) => joinId(parent, 'apps', encodeSegment(name)),
    },
  },
  content: 'json',
  canonicalVersion: 1,
  preset: 'consumers',
  // The organization's list holds AppGroup apps too; they are another kind.
  accepts: (item) => (stringField(item, 'appGroup') ?? '') === '' && (stringField(item, 'developerId') ?? '') !== '',
  idOf: (body, parent, context) => {
    const name = stringField(body, 'name');
    const developerId = stringField(body, 'developerId');
    const owner = parent === '' ? context.find('developer', developerId ?? '') : parent;
    return name === undefined || owner === undefined ? undefined : joinId(owner, 'apps', encodeSegment(name));
  },
  path: (id) => apiPath(id),
  serverAssigned,
  sets: [{ path: 'attributes', by: 'name' }, { path: 'scopes' }],
  // The server writes this family into an app that was created without one.
  defaults: { status: 'approved', appFamily: 'default' },
  secrets: [],
  tolerant: [],
  cascadesWithParent: true,
  extraIsDifference: true,
  needs: () => [],
  create,
  update,
  remove: (live, context) => ({
    calls: isRemovedAbove(live.id, context)
      ? []
      : [
          {
            step: 'delete',
            action: 'delete',
            phase: 'remove',
            method: 'DELETE',
            path: callPath(live.id),
            reason: 'the point does not have it',
            tolerates: [404],
            lookup: { type: 'repeat' },
            risk: 'Deletes all keys of this app.',
          },
        ],
  }),
  listShape: 'P2',
  restore: 'part',
  limits: ['appId and creation times are assigned anew when a deleted app is restored.'],
};
