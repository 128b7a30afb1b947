import type { CallDraft } from '../call.ts';
import { isJsonObject, stringField } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { encodeSegment, joinId } from '../resource.ts';
import { apiPath, callPath, pathSegment } from './api-path.ts';
import type { Desired, Kind, Live, Writes } from './kind.ts';
import { bodyWithout, changedFields, emptyBody } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

const serverAssigned = ['apps', 'companies', 'developerId', 'organizationName', 'createdAt', 'lastModifiedAt'];

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
    method: 'POST',
    path: callPath(desired.id),
    query: { action: inactive ? 'inactive' : 'active' },
    body: emptyBody,
    reason: inactive ? 'the developer was inactive' : 'the developer was active',
    lookup: { type: 'repeat' },
    requires,
  };
}

function withoutStatus(body: JsonObject): ReturnType<typeof bodyWithout> {
  return bodyWithout(body, [...serverAssigned, 'status']);
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
        body: withoutStatus(desired.body),
        reason: `${fields.join(', ')} differ`,
        requires: [],
      }),
    );
  }
  return { calls };
}

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
  create: (desired) => ({
    calls: [
      createCall(desired.id, {
        path: ['developers'],
        body: withoutStatus(desired.body),
        reason: 'the developer is missing',
      }),
      ...(isInactive(desired.canonical) ? [statusCall(desired, ['create'])] : []),
    ],
  }),
  update,
  remove: (live) => ({
    calls: [
      deleteCall(callPath(live.id), {
        risk: 'Deletes all apps and keys of this developer.',
      }),
    ],
  }),
  listShape: 'P3',
  restore: 'yes',
  limits: ['developerId is assigned anew when a deleted developer is restored.'],
};
