import type { CallDraft } from '../call.ts';
import { isJsonObject, stringField } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { encodeSegment, joinId, parentId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import {
  associationCall,
  type Association,
  associations,
  createCalls,
  EXPIRY,
  keyPath,
  LINK,
  linkCall,
  scopesCall,
  statusCall,
  statusOf,
  unlinkCall,
} from './app-key-calls.ts';
import type { AppOwner } from './app-owner.ts';
import type { CannotRestore, Desired, Kind, Live, WriteContext, Writes } from './kind.ts';
import { isRemovedAbove } from './removed-above.ts';
import { differingFields } from './write-body.ts';
import { deleteCall } from './usual-calls.ts';

/** A key's expiry is written as a relative time, so it comes back some seconds off. */
const EXPIRY_TOLERANCE_MS = 120_000;

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

/** One call links all products: with one that is nowhere it would be refused, and the key be left without any. */
function linkable(desired: Desired, context: WriteContext): Association[] {
  return associations(desired.canonical).filter(({ product }) => !context.isNowhere(productId(product)));
}

function leftOut(desired: Desired, context: WriteContext): CannotRestore[] {
  return associations(desired.canonical)
    .filter(({ product }) => context.isNowhere(productId(product)))
    .map(({ product }) => ({
      id: desired.id,
      code: 'NOT_SETTABLE',
      why: `Its access to product ${product} is left out: the live organization does not have the product, and this plan does not make it.`,
      next: `Restore or create product ${product}, then restore this key again.`,
    }));
}

function create(owner: AppOwner, desired: Desired, context: WriteContext): Writes {
  if (isExpired(desired, context)) return expired(desired, 'it stays away.');
  const linked = linkable(desired, context);
  return {
    calls: createCalls(owner, desired, { reason: 'the key is missing', linked }),
    cannot: [...bornApproved({ id: desired.id, linked }, context), ...leftOut(desired, context)],
  };
}

/** Whether the lifetime itself differs: `expires` says that there is one, the instant is compared with tolerance. */
function expiryDiffers(desired: Desired, live: Live): boolean {
  const wanted = desired.tolerant[EXPIRY];
  const found = live.tolerant[EXPIRY];
  if (wanted === undefined || found === undefined) return wanted !== found;
  return Math.abs(wanted - found) > EXPIRY_TOLERANCE_MS;
}

function update(
  owner: AppOwner,
  states: { readonly desired: Desired; readonly live: Live },
  context: WriteContext,
): Writes {
  const { desired, live } = states;
  if (context.changedSecrets(desired.id).length > 0 || expiryDiffers(desired, live)) {
    return recreate(owner, desired, context);
  }
  const wanted = linkable(desired, context);
  const found = new Map(associations(live.canonical).map(({ product, status }) => [product, status]));
  const added = wanted.map(({ product }) => product).filter((product) => !found.has(product));
  const gone = [...found.keys()].filter(
    (product) => !associations(desired.canonical).some((other) => other.product === product),
  );
  const moved = wanted.filter(({ product, status }) => found.get(product) !== status);
  const fields = differingFields(desired, live);
  const links = added.length > 0 || fields.includes('attributes');
  return {
    calls: [
      ...(links
        ? [
            linkCall(owner, desired, {
              products: added,
              reason: 'products or attributes of the key differ',
              requires: [],
            }),
          ]
        : []),
      ...(fields.includes('scopes') ? [scopesCall(owner, desired)] : []),
      ...gone.map((product) => unlinkCall(desired, product)),
      ...moved
        .filter(({ status }) => status !== 'pending')
        .map((association) => associationCall(desired, association, added.includes(association.product) ? [LINK] : [])),
      ...(statusOf(desired.canonical) === statusOf(live.canonical) ? [] : [statusCall(owner, desired, [])]),
    ],
    cannot: [
      ...moved
        .filter(({ product, status }) => status === 'pending' && found.has(product))
        .map(({ product }) => cannotBePending(desired.id, product, `is ${found.get(product) ?? ''} now`)),
      ...bornApproved({ id: desired.id, linked: wanted.filter(({ product }) => !found.has(product)) }, context),
      ...leftOut(desired, context),
    ],
  };
}

/** A new association is born pending only where its product asks for approval. */
function bornApproved(
  { id, linked }: { readonly id: ResourceId; readonly linked: readonly Association[] },
  context: WriteContext,
): CannotRestore[] {
  return linked
    .filter(({ status }) => status === 'pending')
    .filter(({ product }) => {
      const canonical = context.consulted(productId(product));
      return canonical !== undefined && stringField(asObject(canonical), 'approvalType') !== 'manual';
    })
    .map(({ product }) =>
      cannotBePending(id, product, 'comes back approved, because the product asks for no approval'),
    );
}

function cannotBePending(id: ResourceId, product: string, outcome: string): CannotRestore {
  return {
    id,
    code: 'NOT_SETTABLE',
    why: `Its access to product ${product} was pending and ${outcome}; pending cannot be set.`,
    next: `Decide about this key's access to ${product} again.`,
  };
}

/** Neither secret nor expiry of a key can be changed: the key is deleted and imported again, as one group. */
function recreate(owner: AppOwner, desired: Desired, context: WriteContext): Writes {
  if (isExpired(desired, context)) return expired(desired, 'the live key is left as it is.');
  const reason = 'the secret or the expiry of the live key differs, and neither can be changed in place';
  const linked = linkable(desired, context);
  const remove: CallDraft = {
    ...deleteCall(keyPath(desired.id, 'secret'), {
      risk: 'A live key is deleted and imported again: its clients are refused in between.',
    }),
    step: 'delete-key',
    phase: 'materialise',
    reason,
  };
  return {
    calls: [remove, ...createCalls(owner, desired, { reason, linked })].map((call) => ({ ...call, group: desired.id })),
    cannot: [...bornApproved({ id: desired.id, linked }, context), ...leftOut(desired, context)],
  };
}

function keepsRemovedProduct(live: Live, context: WriteContext): boolean {
  return associations(live.canonical).some(({ product }) => context.isRemoved(productId(product)));
}

function productId(name: string): ResourceId {
  return joinId('apiproducts', encodeSegment(name));
}

function asObject(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The kind of the keys of one owner's apps. */
export function appKeyKind(owner: AppOwner): Kind {
  return {
    name: owner.key,
    title: { one: owner.titles.key, many: `${owner.titles.key}s` },
    scope: owner.app,
    idPattern: `${owner.above}/apps/*/keys/*`,
    collection: { style: 'embedded', field: 'credentials' },
    content: 'json',
    canonicalVersion: 1,
    preset: 'consumers',
    idOf: (body, parent, context) => {
      const consumerKey = stringField(body, 'consumerKey');
      return consumerKey === undefined ? undefined : joinId(parent, 'keys', `~${context.hasher.idTag(consumerKey)}`);
    },
    readWith: parentId,
    serverAssigned: ['issuedAt', 'expiresInSeconds'],
    sets: [{ path: 'scopes' }, { path: 'attributes', by: 'name' }, { path: 'apiProducts', by: 'apiproduct' }],
    defaults: { status: 'approved' },
    secrets: ['consumerKey', 'consumerSecret'],
    tolerant: [{ path: EXPIRY, toleranceMs: EXPIRY_TOLERANCE_MS }],
    cascadesWithParent: true,
    extraIsDifference: true,
    consults: (desired) =>
      associations(desired.canonical)
        .filter(({ status }) => status === 'pending')
        .map(({ product }) => productId(product)),
    needs: (desired) =>
      associations(desired.canonical).map(({ product }) => ({
        id: productId(product),
        why: 'the key is linked to this product',
        // The key itself comes back, and what it is linked to otherwise.
        ifMissing: 'leftOut' as const,
      })),
    create: (desired, context) => create(owner, desired, context),
    update: (desired, live, context) => update(owner, { desired, live }, context),
    remove: (live, context) => ({
      // A cascade ends only after a while, and until then its keys keep a product from being deleted.
      calls:
        isRemovedAbove(live.id, context) && !keepsRemovedProduct(live, context)
          ? []
          : [
              deleteCall(keyPath(live.id, 'live'), {
                risk: 'Clients that use this key are refused.',
              }),
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
}
