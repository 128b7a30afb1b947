import type { CallDraft } from '../call.ts';
import { arrayField, isJsonObject, omitFields, stringField } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { encodeSegment, idName, joinId, parentId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Desired, Kind, Live, Reference, WriteContext, Writes } from './kind.ts';
import { isRemovedAbove } from './removed-above.ts';
import { shortNameOf } from './resource-name.ts';
import { bodyWithout, differingFields, jsonBody } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

const serverAssigned = ['name', 'createTime', 'updateTime', 'ttl'];

/** Of these one is there, and may be a message without fields. */
const effects = ['allow', 'deny', 'flag'] as const;

const conditions = [
  'accessTokens',
  'apiKeys',
  'apiProducts',
  'asns',
  'botReasons',
  'developerApps',
  'developers',
  'httpMethods',
  'ipAddressRanges',
  'regionCodes',
  'userAgents',
];

/** Conditions that are credentials. */
const credentials = ['conditionConfig.accessTokens', 'conditionConfig.apiKeys'];

const EXPIRY = 'expireTime';

/** Fields in the words of the update mask. */
const masks: { readonly [field: string]: string } = {
  apiProxies: 'api_proxies',
  conditionConfig: 'condition_config',
  expireTime: 'expire_time',
};

function stateOf({ canonical }: Desired | Live): string {
  return (isJsonObject(canonical) ? stringField(canonical, 'state') : undefined) ?? 'DISABLED';
}

function refine(canonical: JsonObject, body: JsonObject): JsonObject {
  const present = effects.filter((effect) => isJsonObject(body[effect]) && canonical[effect] === undefined);
  const expiry = stringField(canonical, EXPIRY);
  return {
    ...canonical,
    ...Object.fromEntries(present.map((effect) => [effect, {}])),
    // However many zeros the fraction of the second has.
    ...(expiry === undefined ? {} : { [EXPIRY]: expiry.replace(/(\.\d*?)0+Z$/, '$1Z').replace('.Z', 'Z') }),
  };
}

function needs({ body }: Desired | Live): Reference[] {
  const { conditionConfig } = body;
  const products = isJsonObject(conditionConfig) ? arrayField(conditionConfig, 'apiProducts') : [];
  const named = (collection: string, names: readonly unknown[], why: string, soft: boolean): Reference[] =>
    names
      .filter((name) => typeof name === 'string')
      .map((name) => ({
        id: joinId(collection, encodeSegment(name)),
        why,
        ...(soft ? { ifMissing: 'idle' as const } : {}),
      }));
  return [
    ...named('apis', arrayField(body, 'apiProxies'), 'it acts on this proxy', false),
    ...named('apiproducts', products, 'it acts on calls of this product', true),
  ];
}

function stateCall(desired: Desired, requires: readonly string[]): CallDraft {
  const wanted = stateOf(desired);
  return {
    step: 'state',
    action: 'status',
    phase: 'activate',
    method: 'POST',
    path: [`${apiPath(desired.id)}:${wanted === 'ENABLED' ? 'enable' : 'disable'}`],
    body: jsonBody({}),
    reason: wanted === 'ENABLED' ? 'the action was enabled' : 'the action was disabled',
    // An action that has the state already refuses it.
    lookup: { type: 'get', path: callPath(desired.id), expect: { field: 'state', value: wanted } },
    requires,
  };
}

function expired(desired: Desired, context: WriteContext): Writes | undefined {
  const expiry = stringField(desired.body, EXPIRY);
  if (expiry === undefined || !(Date.parse(expiry) <= context.plannedAtMs)) return undefined;
  const why = `It expired at ${expiry}: it acts no more, and the service takes no expiry in the past.`;
  const next = 'Nothing, unless it is still wanted: then create it with a later expiry.';
  return { calls: [], cannot: [{ id: desired.id, code: 'EXPIRED', why, next }] };
}

/** Inert first; it acts when everything else stands. */
function create(desired: Desired, context: WriteContext): Writes {
  const late = expired(desired, context);
  if (late !== undefined) return late;
  return {
    calls: [
      createCall(desired.id, {
        path: [apiPath(parentId(desired.id), 'securityActions')],
        query: { securityActionId: idName(desired.id) },
        body: jsonBody({ ...omitFields(desired.body, serverAssigned), state: 'DISABLED' }),
        reason: 'the security action is missing',
      }),
      ...(stateOf(desired) === 'ENABLED' ? [stateCall(desired, ['create'])] : []),
    ],
  };
}

function update(desired: Desired, live: Live, context: WriteContext): Writes {
  const late = expired(desired, context);
  if (late !== undefined) return late;
  const changed = new Set(differingFields(desired, live));
  if (context.changedSecrets(desired.id).length > 0) changed.add('conditionConfig');
  const fields = [...changed].filter((field) => field !== 'state').sort();
  const patch: CallDraft = updateCall({
    method: 'PATCH',
    path: callPath(desired.id),
    query: { updateMask: fields.map((field) => masks[field] ?? field).join(',') },
    body: bodyWithout(desired.body, serverAssigned),
    reason: 'the security action differs',
  });
  return {
    calls: [...(fields.length > 0 ? [patch] : []), ...(changed.has('state') ? [stateCall(desired, [])] : [])],
  };
}

const formerDefaults = { state: 'STATE_UNSPECIFIED' };

/** `environments/prod/securityActions/block-scrapers`: calls that are let through, refused or flagged. */
export const securityAction: Kind = {
  name: 'security-action',
  title: { one: 'security action', many: 'security actions' },
  scope: 'environment',
  idPattern: 'environments/*/securityActions/*',
  collection: {
    style: 'page-token',
    list: (parent) => apiPath(parent, 'securityActions'),
    query: {},
    items: 'securityActions',
    pageSize: 1000,
  },
  content: 'json',
  canonicalVersion: 3,
  preset: 'gateway',
  needsAddon: 'apiSecurityConfig',
  idOf: (body, parent) => {
    const name = shortNameOf(body);
    return name === undefined ? undefined : joinId(parent, 'securityActions', encodeSegment(name));
  },
  path: (id) => apiPath(id),
  serverAssigned,
  sets: [
    { path: 'apiProxies' },
    { path: 'flag.headers', by: 'name' },
    ...conditions.map((condition) => ({ path: `conditionConfig.${condition}` })),
  ],
  defaults: { ...formerDefaults, 'deny.responseCode': 0 },
  int64: ['conditionConfig.asns[]'],
  former: { 1: { int64: [], defaults: formerDefaults }, 2: { defaults: formerDefaults } },
  secrets: credentials.map((path) => `${path}[]`),
  tolerant: [],
  refine,
  cascadesWithParent: true,
  extraIsDifference: true,
  needs,
  create,
  update,
  remove: (live, context) => ({
    calls: isRemovedAbove(live.id, context)
      ? []
      : [
          deleteCall(callPath(live.id), {
            risk: 'What it refused or flagged goes through.',
          }),
        ],
  }),
  listShape: 'P2',
  restore: 'part',
  limits: ['An action that has expired stays away: the service takes no expiry in the past, and it acts no more.'],
};
