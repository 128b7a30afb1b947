import type { CallDraft, PathTemplate } from '../call.ts';
import { arrayField, isJsonObject, stringField } from '../json.ts';
import type { JsonValue } from '../json.ts';
import { parentId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath, pathSegment } from './api-path.ts';
import type { AppOwner } from './app-owner.ts';
import type { Desired } from './kind.ts';
import { emptyBody, jsonBody } from './write-body.ts';
import { deleteCall } from './usual-calls.ts';

/** The tolerant field of a key. */
export const EXPIRY = 'expiresAt';

const IMPORT = 'import-key';
/** The step that links products and sets attributes. */
export const LINK = 'link-products';

export function keyPath(id: ResourceId, from: 'secret' | 'live', rest = ''): PathTemplate {
  return [`${apiPath(parentId(id), 'keys')}/`, { hole: from, id, name: 'consumerKey' }, rest];
}

export interface Association {
  readonly product: string;
  readonly status: string;
}

export function associations(canonical: JsonValue): Association[] {
  if (!isJsonObject(canonical)) return [];
  return arrayField(canonical, 'apiProducts').flatMap((value) => {
    if (!isJsonObject(value)) return [];
    const product = stringField(value, 'apiproduct');
    return product === undefined ? [] : [{ product, status: stringField(value, 'status') ?? 'approved' }];
  });
}

export function statusOf(canonical: JsonValue): string {
  return (isJsonObject(canonical) ? stringField(canonical, 'status') : undefined) ?? 'approved';
}

function importCall(desired: Desired, reason: string): CallDraft {
  const instantMs = desired.tolerant[EXPIRY];
  const secret = (name: string) => ({ $hole: { hole: 'secret' as const, id: desired.id, name } });
  return {
    step: IMPORT,
    action: 'create',
    phase: 'materialise',
    method: 'POST',
    path: [apiPath(parentId(desired.id), 'keys')],
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
export function linkCall(
  owner: AppOwner,
  desired: Desired,
  link: { readonly products: readonly string[]; readonly reason: string; readonly requires: readonly string[] },
): CallDraft {
  const { products, reason, requires } = link;
  return {
    step: LINK,
    action: 'link',
    phase: 'materialise',
    path: keyPath(desired.id, 'secret'),
    ...owner.keyCall({ type: 'link', products, ...setsOf(desired) }),
    reason,
    lookup: { type: 'repeat' },
    requires,
  };
}

function setsOf({ body }: Desired): {
  readonly attributes: readonly JsonValue[];
  readonly scopes: readonly JsonValue[];
} {
  return { attributes: arrayField(body, 'attributes'), scopes: arrayField(body, 'scopes') };
}

export function associationCall(
  desired: Desired,
  { product, status }: Association,
  requires: readonly string[],
): CallDraft {
  return {
    step: `product-status-${product}`,
    action: 'status',
    phase: 'materialise',
    method: 'POST',
    path: keyPath(desired.id, 'secret', `/apiproducts/${pathSegment(product)}`),
    query: { action: status === 'revoked' ? 'revoke' : 'approve' },
    body: emptyBody,
    reason: `the key was ${status} for product ${product}`,
    lookup: { type: 'repeat' },
    requires,
  };
}

/**
 * Keys are created approved. One that was revoked is revoked as soon as its products stand, not with the other activations:
 * a run that ends early must not leave it open.
 */
export function statusCall(owner: AppOwner, desired: Desired, requires: readonly string[]): CallDraft {
  const revoked = statusOf(desired.canonical) === 'revoked';
  return {
    step: 'status',
    action: 'status',
    phase: revoked ? 'materialise' : 'activate',
    path: keyPath(desired.id, 'secret'),
    ...owner.keyCall({ type: 'status', action: revoked ? 'revoke' : 'approve' }),
    reason: revoked ? 'the key was revoked' : 'the key was approved',
    lookup: { type: 'repeat' },
    requires,
  };
}

/** Imports the key, and links it to those of its products that are there. */
export function createCalls(
  owner: AppOwner,
  desired: Desired,
  { reason, linked }: { readonly reason: string; readonly linked: readonly Association[] },
): CallDraft[] {
  const products = linked.map(({ product }) => product);
  const needsLink = linked.length > 0 || arrayField(desired.body, 'attributes').length > 0 || hasScopes(desired);
  return [
    importCall(desired, reason),
    ...(needsLink
      ? [
          linkCall(owner, desired, {
            products,
            reason: 'products, scopes and attributes of the key',
            requires: [IMPORT],
          }),
        ]
      : []),
    // A product with manual approval comes back pending; pending itself cannot be set and needs no call.
    ...linked
      .filter(({ status }) => status !== 'pending')
      .map((association) => associationCall(desired, association, [IMPORT, LINK])),
    ...(statusOf(desired.canonical) === 'revoked' ? [statusCall(owner, desired, [IMPORT])] : []),
  ];
}

function hasScopes(desired: Desired): boolean {
  return arrayField(desired.body, 'scopes').length > 0;
}

export function scopesCall(owner: AppOwner, desired: Desired): CallDraft {
  return {
    step: 'scopes',
    action: 'update',
    phase: 'materialise',
    path: keyPath(desired.id, 'secret'),
    ...owner.keyCall({ type: 'scopes', ...setsOf(desired) }),
    reason: 'scopes of the key differ',
    lookup: { type: 'repeat' },
    requires: [],
  };
}

export function unlinkCall(desired: Desired, product: string): CallDraft {
  return deleteCall(keyPath(desired.id, 'secret', `/apiproducts/${pathSegment(product)}`), {
    step: `unlink-${product}`,
    action: 'unlink',
    phase: 'materialise',
    reason: `the key had no access to product ${product}`,
    requires: [],
    risk: 'Takes access away from a live key.',
  });
}
