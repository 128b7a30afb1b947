import type { CallDraft } from '../call.ts';
import { isJsonObject, stringField } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { joinId, parentId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { AppOwner } from './app-owner.ts';
import type { Desired, Kind, Live, Writes } from './kind.ts';
import { isRemovedAbove } from './removed-above.ts';
import { bodyWithout, differingFields, emptyBody } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

/** `apiProducts` is a view of the keys' associations; sending it on an update mints a new credential. */
const serverAssigned = [
  'appId',
  'developerId',
  'developerEmail',
  'appGroup',
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
function statusCall(owner: AppOwner, desired: Desired, requires: readonly string[]): CallDraft {
  const revoked = isRevoked(desired.canonical);
  return {
    step: 'status',
    action: 'status',
    phase: 'activate',
    method: owner.appStatusMethod,
    path: callPath(desired.id),
    query: { action: revoked ? 'revoke' : 'approve' },
    body: emptyBody,
    reason: revoked ? 'the app was revoked' : 'the app was approved',
    lookup: { type: 'repeat' },
    requires,
  };
}

function create(owner: AppOwner, desired: Desired): Writes {
  return {
    calls: [
      createCall(desired.id, {
        path: [apiPath(parentId(desired.id), 'apps')],
        body: writable(desired.body),
        reason: 'the app is missing',
        assigns: { mintedKey: { path: 'credentials.0.consumerKey', secret: true } },
      }),
      deleteCall(
        [`${apiPath(desired.id, 'keys')}/`, { hole: 'assigned', call: `${desired.id}#create`, field: 'mintedKey' }],
        {
          step: 'delete-minted-key',
          phase: 'materialise',
          reason: 'creating an app mints a key that was never there',
          onlyIfAssigned: { call: `${desired.id}#create`, field: 'mintedKey' },
        },
      ),
      ...(isRevoked(desired.canonical) ? [statusCall(owner, desired, ['create'])] : []),
    ],
  };
}

function update(owner: AppOwner, desired: Desired, live: Live): Writes {
  const fields = differingFields(desired, live).filter((field) => field !== 'status');
  const calls: CallDraft[] = [];
  if (fields.length > 0) {
    calls.push(
      updateCall({
        method: 'PUT',
        path: callPath(desired.id),
        body: writable(desired.body),
        reason: `${fields.join(', ')} differ`,
      }),
    );
  }
  if (isRevoked(desired.canonical) !== isRevoked(live.canonical)) calls.push(statusCall(owner, desired, []));
  return { calls };
}

/** What the owner's apps are like wherever they are listed. */
export function appKind(owner: AppOwner, listing: Pick<Kind, 'collection' | 'accepts' | 'idOf' | 'defaults'>): Kind {
  return {
    name: owner.app,
    title: { one: owner.titles.app, many: `${owner.titles.app}s` },
    scope: owner.owner,
    idPattern: `${owner.above}/apps/*`,
    ...listing,
    content: 'json',
    canonicalVersion: 1,
    preset: 'consumers',
    path: (id) => apiPath(id),
    doubtfulDecoding: true,
    serverAssigned,
    sets: [{ path: 'attributes', by: 'name' }, { path: 'scopes' }],
    secrets: [],
    tolerant: [],
    cascadesWithParent: true,
    extraIsDifference: true,
    needs: () => [],
    create: (desired) => create(owner, desired),
    update: (desired, live) => update(owner, desired, live),
    remove: (live, context) => ({
      calls: isRemovedAbove(live.id, context)
        ? []
        : [
            deleteCall(callPath(live.id), {
              risk: 'Deletes all keys of this app.',
            }),
          ],
    }),
    madeAlong: (id, { mintedKey }, hasher) =>
      mintedKey === undefined ? undefined : joinId(id, 'keys', `~${hasher.idTag(mintedKey)}`),
    listShape: 'P2',
    restore: 'part',
    limits: ['appId and creation times are assigned anew when a deleted app is restored.'],
  };
}
