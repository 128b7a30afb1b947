import { stringField } from '../json.ts';
import { encodeSegment, joinId } from '../resource.ts';
import { apiPath } from './api-path.ts';
import {
  hasUnknownMembers,
  memberDevelopers,
  memberIds,
  withMembersOf,
  withPlainMembers,
} from './app-group-members.ts';
import { appOwnerWrites } from './app-owner-writes.ts';
import type { Kind } from './kind.ts';
import { bodyWithout } from './write-body.ts';

const serverAssigned = ['appGroupId', 'organization', 'createdAt', 'lastModifiedAt'];

const writes = appOwnerWrites({
  title: 'AppGroup',
  list: 'appgroups',
  statusMethod: 'PUT',
  // Members are written by e-mail: a developer who is created again has another developerId.
  body: (desired) => bodyWithout(withMembersOf(desired.body, desired.canonical), [...serverAssigned, 'status']),
});

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
    memberDevelopers(desired.canonical).map((id) => ({ id, why: 'this developer is a member', ifMissing: 'idle' })),
  ...writes,
  listShape: 'P2',
  restore: 'yes',
  limits: [
    'appGroupId is assigned anew when a deleted AppGroup is restored.',
    'Members that were named by developerId are named by e-mail afterwards: their developerIds may be new.',
  ],
};
