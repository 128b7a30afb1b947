import { stringField } from '../json.ts';
import { encodeSegment, joinId } from '../resource.ts';
import { apiPath, pathSegment } from './api-path.ts';
import { appOwnerWrites } from './app-owner-writes.ts';
import type { Kind } from './kind.ts';
import { bodyWithout } from './write-body.ts';

const serverAssigned = ['apps', 'companies', 'developerId', 'organizationName', 'createdAt', 'lastModifiedAt'];

const writes = appOwnerWrites({
  title: 'developer',
  list: 'developers',
  statusMethod: 'POST',
  body: ({ body }) => bodyWithout(body, [...serverAssigned, 'status']),
});

export const developer: Kind = {
  name: 'developer',
  title: { one: 'developer', many: 'developers' },
  scope: 'organization',
  idPattern: 'developers/*',
  // `count` is documented as not valid together with `expand`; the default page is 1,000.
  collection: {
    style: 'start-key',
    list: () => 'developers',
    query: { expand: 'true' },
    items: 'developer',
    key: 'email',
  },
  content: 'json',
  canonicalVersion: 1,
  preset: 'consumers',
  idOf: (body) => {
    const email = stringField(body, 'email');
    return email === undefined ? undefined : joinId('developers', encodeSegment(email.toLowerCase()));
  },
  indexKeys: (body) => {
    const developerId = stringField(body, 'developerId');
    return developerId === undefined ? [] : [developerId];
  },
  path: (id) => apiPath(id),
  pathByKey: (developerId) => `developers/${pathSegment(developerId)}`,
  serverAssigned,
  sets: [{ path: 'attributes', by: 'name' }],
  defaults: { status: 'active' },
  secrets: [],
  tolerant: [],
  marks: (body) => ({ developerId: stringField(body, 'developerId') ?? '' }),
  identityMark: 'developerId',
  refine: (canonical) => {
    const email = stringField(canonical, 'email');
    return email === undefined ? canonical : { ...canonical, email: email.toLowerCase() };
  },
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  ...writes,
  listShape: 'P3',
  restore: 'yes',
  limits: ['developerId is assigned anew when a deleted developer is restored.'],
};
