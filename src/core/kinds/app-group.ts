import type { CallDraft } from '../call.ts';
import { isJsonObject, stringField } from '../json.ts';
import type { JsonValue } from '../json.ts';
import { encodeSegment, joinId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import {
  hasUnknownMembers,
  memberDevelopers,
  memberIds,
  withMembersOf,
  withPlainMembers,
} from './app-group-members.ts';
import type { Desired, Kind, Live, Writes } from './kind.ts';
import { bodyWithout, changedFields, emptyBody } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

const serverAssigned = ['appGroupId', 'organization', 'createdAt', 'lastModifiedAt'];

function isInactive(canonical: JsonValue): boolean {
  return isJsonObject(canonical) && stringField(canonical, 'status') === 'inactive';
}

/** Always created active; the status is only settable by this call. */
function statusCall(desired: Desired, requires: readonly string[]): CallDraft {
  const inactive = isInactive(desired.canonical);
  return {
    step: 'status',
    action: 'status',
    // An inactive owner may refuse calls on apps and keys: active comes first, inactive last.
    phase: inactive ? 'activate' : 'materialise',
    method: 'PUT',
    path: callPath(desired.id),
    query: { action: inactive ? 'inactive' : 'active' },
    body: emptyBody,
    reason: inactive ? 'the AppGroup was inactive' : 'the AppGroup was active',
    lookup: { type: 'repeat' },
    requires,
  };
}

/** Members are written by e-mail: a developer who is created again has another developerId. */
function writable(desired: Desired): ReturnType<typeof bodyWithout> {
  return bodyWithout(withMembersOf(desired.body, desired.canonical), [...serverAssigned, 'status']);
}

function update(desired: Desired, live: Live): Writes {
  const calls: CallDraft[] = [];
  if (isInactive(desired.canonical) !== isInactive(live.canonical)) calls.push(statusCall(desired, []));
  const wanted = isJsonObject(desired.canonical) ? desired.canonical : {};
  const found = isJsonObject(live.canonical) ? live.canonical : {};
  const fields = changedFields(wanted, found).filter((field) => field !== 'status');
  if (fields.length > 0) {
    calls.push(
      updateCall({
        method: 'PUT',
        path: callPath(desired.id),
        body: writable(desired),
        reason: `${fields.join(', ')} differ`,
        requires: [],
      }),
    );
  }
  return { calls };
}

export const appGroup: Kind = {
  name: 'app-group',
  title: { one: 'AppGroup', many: 'AppGroups' },
  scope: 'organization',
  idPattern: 'appgroups/*',
  collection: { style: 'page-token', list: () => 'appgroups', query: {}, items: 'appGroups', pageSize: 1000 },
  content: 'json',
  canonicalVersion: 1,
  preset: 'consumers',
  idOf: (body) => {
    const name = stringField(body, 'name');
    return name === undefined ? undefined : joinId('appgroups', encodeSegment(name));
  },
  path: (id) => apiPath(id),
  serverAssigned,
  sets: [{ path: 'attributes', by: 'name' }],
  defaults: { status: 'active' },
  secrets: [],
  tolerant: [],
  refine: (canonical, _body, context) =>
    hasUnknownMembers(canonical, context) ? undefined : withPlainMembers(canonical, context),
  resolvesAgainst: ['developer'],
  refersByKey: (body) => memberIds(body).map((key) => ({ kind: 'developer', key })),
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: (desired) =>
    memberDevelopers(desired.canonical).map((id) => ({ id, why: 'this developer is a member', soft: true })),
  create: (desired) => ({
    calls: [
      createCall(desired.id, { path: ['appgroups'], body: writable(desired), reason: 'the AppGroup is missing' }),
      ...(isInactive(desired.canonical) ? [statusCall(desired, ['create'])] : []),
    ],
  }),
  update,
  remove: (live) => ({
    calls: [
      deleteCall(callPath(live.id), {
        risk: 'Deletes all apps and keys of this AppGroup.',
      }),
    ],
  }),
  listShape: 'P2',
  restore: 'yes',
  limits: [
    'appGroupId is assigned anew when a deleted AppGroup is restored.',
    'Members that were named by developerId are named by e-mail afterwards: their developerIds may be new.',
  ],
};
