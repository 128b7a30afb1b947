import type { CallDraft } from '../call.ts';
import { isJsonObject, stringField } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { encodeSegment, idName, joinId, parentId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Desired, Kind, Live, Writes } from './kind.ts';
import { shortNameOf } from './resource-name.ts';
import { createCall, deleteCall } from './usual-calls.ts';
import { jsonBody } from './write-body.ts';

const ACTIVATED = 'activated';

/** Of its state only this is anybody's choice: whether traffic leaves by it. */
function withActivation(canonical: JsonObject, body: JsonObject): JsonObject {
  return stringField(body, 'state') === 'ACTIVE' ? { ...canonical, [ACTIVATED]: true } : canonical;
}

function isActivated(canonical: JsonValue): boolean {
  return isJsonObject(canonical) && canonical[ACTIVATED] === true;
}

function activate(id: ResourceId, requires: readonly string[]): CallDraft {
  return {
    step: 'activate',
    action: 'status',
    phase: 'activate',
    method: 'POST',
    path: [`${apiPath(id)}:activate`],
    body: jsonBody({}),
    reason: 'traffic did leave by it',
    longRunning: true,
    requires,
    // One that is active already is refused; so it says whether that is what happened.
    lookup: { type: 'get', path: [apiPath(id)], expect: { field: 'state', value: 'ACTIVE' } },
    risk: 'Traffic leaves by the new address too: who lets only the old one in has to be told first.',
  };
}

function create(desired: Desired): Writes {
  const created = createCall(desired.id, {
    longRunning: true,
    path: [apiPath(parentId(desired.id), 'natAddresses')],
    body: jsonBody({ name: idName(desired.id) }),
    reason: 'the NAT address is missing',
    risk: `A reserved address costs money, and it is a new one: who lets ${stringField(desired.body, 'ipAddress') ?? 'the old one'} in has to be told.`,
  });
  return { calls: isActivated(desired.canonical) ? [created, activate(desired.id, ['create'])] : [created] };
}

function update(desired: Desired, live: Live): Writes {
  if (isActivated(desired.canonical)) return { calls: [activate(desired.id, [])] };
  const why = `It is activated (${stringField(live.body, 'ipAddress') ?? 'address unknown'}), and no call takes that back.`;
  const next = 'Leave it, or delete it and restore again: its address is then another.';
  return { calls: [], cannot: [{ id: desired.id, code: 'NOT_SETTABLE', why, next }] };
}

/** `instances/eu-west1/natAddresses/out-1`: a fixed address by which calls to targets leave. */
export const natAddress: Kind = {
  name: 'nat-address',
  title: { one: 'NAT address', many: 'NAT addresses' },
  scope: 'instance',
  idPattern: 'instances/*/natAddresses/*',
  collection: {
    style: 'page-token',
    list: (parent) => apiPath(parent, 'natAddresses'),
    query: {},
    items: 'natAddresses',
    pageSize: 25,
  },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: (body, parent) => {
    const name = shortNameOf(body);
    return name === undefined ? undefined : joinId(parent, 'natAddresses', encodeSegment(name));
  },
  path: (id) => apiPath(id),
  serverAssigned: ['ipAddress', 'state'],
  sets: [],
  defaults: {},
  secrets: [],
  tolerant: [],
  refine: withActivation,
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  create,
  update,
  remove: (live) => ({
    calls: [
      deleteCall(callPath(live.id), {
        longRunning: true,
        risk: `Its address, ${stringField(live.body, 'ipAddress') ?? 'unknown'}, is lost for good.`,
      }),
    ],
  }),
  listShape: 'P2',
  restore: 'opt-in',
  limits: [
    'Made again only when named. The address itself is assigned by the server: it is another one, and whoever lets the old one through a firewall has to be told.',
    'One that is activated cannot be taken back to reserved.',
  ],
};
