import type { CallDraft, PathTemplate } from '../call.ts';
import { arrayField, isJsonObject, stringField } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { encodeSegment, joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath } from './api-path.ts';
import type { Desired, Kind, Live, WriteContext, Writes } from './kind.ts';
import { changedFields, emptyBody, jsonBody } from './write-body.ts';

const EXPIRY = 'expiresAt';

function appOf(id: ResourceId): ResourceId {
  return id.slice(0, id.indexOf('/keys/'));
}

function keyPath(id: ResourceId, from: 'secret' | 'live', rest = ''): PathTemplate {
  return [`${apiPath(appOf(id), 'keys')}/`, { hole: from, id, name: 'consumerKey' }, rest];
}

interface Association {
  readonly product: string;
  readonly status: string;
}

function associations(canonical: JsonValue): Association[] {
  if (!isJsonObject(canonical)) return [];
  return arrayField(canonical, 'apiProducts').flatMap((value) => {
    if (!isJsonObject(value)) return [];
    const product = stringField(value, 'apiproduct');
    return product === undefined ? [] : [{ product, status: stringField(value, 'status') ?? 'approved' }];
  });
}

function statusOf(canonical: JsonValue): string {
  return (isJsonObject(canonical) ? stringField(canonical, 'status') : undefined) ?? 'approved';
}

function importCall(desired: Desired, reason: string): CallDraft {
  const instantMs = desired.tolerant[EXPIRY];
  const secret = (name: string) => ({ $hole: { hole: 'secret' as const, id: desired.id, name } });
  return {
    step: 'import-key',
    action: 'create',
    phase: 'materialise',
    method: 'POST',
    path: [apiPath(appOf(desired.id), 'keys')],
    // Products are linked by a later call: sent here they are refused or ignored.
    body: jsonBody({
      consumerKey: secret('consumerKey'),
      consumerSecret: secret('consumerSecret'),
      ...(instantMs === undefined
        ? {}
        : { expiresInSeconds: { $hole: { hole: 'secondsUntil', id: desired.id, name: EXPIRY, instantMs } } }),
    }),
    reason,
    lookup: { type: 'get', path: keyPath(desired.id, 'secret') },
  };
}

/** Adds products and replaces attributes and scopes: what is left out of `attributes` is lost, so all are sent. */
function linkCall(desired: Desired, products: readonly string[], reason: string): CallDraft {
  return {
    step: 'link-products',
    action: 'link',
    phase: 'materialise',
    method: 'POST',
    path: keyPath(desired.id, 'secret'),
    body: jsonBody({
      apiProducts: products,
      attributes: arrayField(desired.body, 'attributes'),
      ...(arrayField(desired.body, 'scopes').length === 0 ? {} : { scopes: arrayField(desired.body, 'scopes') }),
    }),
    reason,
    lookup: { type: 'repeat' },
  };
}

function associationCall(desired: Desired, { product, status }: Association): CallDraft {
  return {
    step: `product-status-${product}`,
    action: 'status',
    phase: 'materialise',
    method: 'POST',
    path: keyPath(desired.id, 'secret', `/apiproducts/${encodeURIComponent(product)}`),
    query: { action: status === 'revoked' ? 'revoke' : 'approve' },
    body: emptyBody,
    reason: `the key was ${status} for product ${product}`,
    lookup: { type: 'repeat' },
  };
}

/** Always created approved. */
function statusCall(desired: Desired): CallDraft {
  const revoked = statusOf(desired.canonical) === 'revoked';
  return {
    step: 'status',
    action: 'status',
    phase: 'activate',
    method: 'POST',
    path: keyPath(desired.id, 'secret'),
    query: { action: revoked ? 'revoke' : 'approve' },
    body: emptyBody,
    reason: revoked ? 'the key was revoked' : 'the key was approved',
    lookup: { type: 'repeat' },
  };
}

function createCalls(desired: Desired, reason: string): CallDraft[] {
  const linked = associations(desired.canonical);
  const needsLink = linked.length > 0 || arrayField(desired.body, 'attributes').length > 0;
  return [
    importCall(desired, reason),
    ...(needsLink
      ? [
          linkCall(
            desired,
            linked.map(({ product }) => product),
            'products, scopes and attributes of the key',
          ),
        ]
      : []),
    // A product with manual approval comes back pending; pending itself cannot be set and needs no call.
    ...linked.filter(({ status }) => status !== 'pending').map((association) => associationCall(desired, association)),
    ...(statusOf(desired.canonical) === 'revoked' ? [statusCall(desired)] : []),
  ];
}

function isExpired(desired: Desired, context: WriteContext): boolean {
  const instantMs = desired.tolerant[EXPIRY];
  return instantMs !== undefined && instantMs <= context.plannedAtMs;
}

function expired(desired: Desired, what: string): Writes {
  return {
    calls: [],
    cannot: [
      {
        id: desired.id,
        code: 'EXPIRED_KEY',
        why: `The key has expired, and Apigee only takes an expiry in the future: ${what}`,
        next: 'Nothing, unless a client still needs this key: then issue it a new one.',
      },
    ],
  };
}

function create(desired: Desired, context: WriteContext): Writes {
  if (isExpired(desired, context)) return expired(desired, 'it stays away.');
  return { calls: createCalls(desired, 'the key is missing') };
}

/** Whether the lifetime itself differs: `expires` says that there is one, the instant is compared with tolerance. */
function expiryDiffers(desired: Desired, live: Live): boolean {
  const wanted = desired.tolerant[EXPIRY];
  const found = live.tolerant[EXPIRY];
  if (wanted === undefined || found === undefined) return wanted !== found;
  return Math.abs(wanted - found) > EXPIRY_TOLERANCE_MS;
}

function update(desired: Desired, live: Live, context: WriteContext): Writes {
  if (context.changedSecrets(desired.id).length > 0 || expiryDiffers(desired, live)) return recreate(desired, context);
  const calls: CallDraft[] = [];
  const wanted = associations(desired.canonical);
  const found = associations(live.canonical);
  const added = wanted.filter(({ product }) => !found.some((other) => other.product === product));
  const gone = found.filter(({ product }) => !wanted.some((other) => other.product === product));
  const fields = changedFields(asObject(desired.canonical), asObject(live.canonical));
  if (added.length > 0 || fields.includes('attributes')) {
    calls.push(
      linkCall(
        desired,
        added.map(({ product }) => product),
        'products or attributes of the key differ',
      ),
    );
  }
  if (fields.includes('scopes')) {
    calls.push({
      step: 'scopes',
      action: 'update',
      phase: 'materialise',
      method: 'PUT',
      path: keyPath(desired.id, 'secret'),
      body: jsonBody({ scopes: arrayField(desired.body, 'scopes') }),
      reason: 'scopes of the key differ',
      lookup: { type: 'repeat' },
    });
  }
  for (const { product } of gone) {
    calls.push({
      step: `unlink-${product}`,
      action: 'unlink',
      phase: 'materialise',
      method: 'DELETE',
      path: keyPath(desired.id, 'secret', `/apiproducts/${encodeURIComponent(product)}`),
      reason: `the key had no access to product ${product}`,
      tolerates: [404],
      lookup: { type: 'repeat' },
      risk: 'Takes access away from a live key.',
    });
  }
  for (const association of wanted) {
    const before = found.find(({ product }) => product === association.product);
    if (association.status !== 'pending' && before?.status !== association.status) {
      calls.push(associationCall(desired, association));
    }
  }
  if (statusOf(desired.canonical) !== statusOf(live.canonical)) calls.push(statusCall(desired));
  return { calls };
}

/** Neither secret nor expiry of a key can be changed: the key is deleted and imported again, as one group. */
function recreate(desired: Desired, context: WriteContext): Writes {
  if (isExpired(desired, context)) return expired(desired, 'the live key is left as it is.');
  const reason = 'the secret or the expiry of the live key differs, and neither can be changed in place';
  const remove: CallDraft = {
    step: 'delete-key',
    action: 'delete',
    phase: 'materialise',
    method: 'DELETE',
    path: keyPath(desired.id, 'secret'),
    reason,
    tolerates: [404],
    lookup: { type: 'repeat' },
    risk: 'A live key is deleted and imported again: its clients are refused in between.',
  };
  return { calls: [remove, ...createCalls(desired, reason)].map((call) => ({ ...call, group: desired.id })) };
}

function asObject(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** A key's expiry is written as a relative time, so it comes back some seconds off. */
const EXPIRY_TOLERANCE_MS = 120_000;

export const appKey: Kind = {
  name: 'app-key',
  title: { one: 'app key', many: 'app keys' },
  scope: 'developer-app',
  idPattern: 'developers/*/apps/*/keys/*',
  collection: { style: 'embedded', field: 'credentials' },
  content: 'json',
  canonicalVersion: 1,
  preset: 'consumers',
  idOf: (body, parent, context) => {
    const consumerKey = stringField(body, 'consumerKey');
    return consumerKey === undefined ? undefined : joinId(parent, 'keys', `~${context.hasher.idTag(consumerKey)}`);
  },
  readWith: appOf,
  serverAssigned: ['issuedAt', 'expiresInSeconds'],
  sets: [{ path: 'scopes' }, { path: 'attributes', by: 'name' }, { path: 'apiProducts', by: 'apiproduct' }],
  defaults: { status: 'approved' },
  secrets: ['consumerKey', 'consumerSecret'],
  tolerant: [{ path: EXPIRY, toleranceMs: EXPIRY_TOLERANCE_MS }],
  cascadesWithParent: true,
  extraIsDifference: true,
  needs: (desired) =>
    associations(desired.canonical).map(({ product }) => ({
      id: joinId('apiproducts', encodeSegment(product)),
      why: 'the key is linked to this product',
    })),
  create,
  update,
  remove: (live, context) => ({
    calls: context.isRemoved(appOf(live.id))
      ? []
      : [
          {
            step: 'delete',
            action: 'delete',
            phase: 'remove',
            method: 'DELETE',
            path: keyPath(live.id, 'live'),
            reason: 'the point does not have it',
            tolerates: [404],
            lookup: { type: 'repeat' },
            risk: 'Clients that use this key are refused.',
          },
        ],
  }),
  listShape: 'embedded',
  restore: 'part',
  limits: [
    'A key that has expired stays away: Apigee only takes an expiry in the future.',
    'Issue times are new; expiry comes back within two minutes of what it was.',
    'A product association that was pending comes back pending only where the product asks for approval.',
  ],
};
