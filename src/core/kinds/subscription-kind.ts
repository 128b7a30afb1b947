import type { CallDraft } from '../call.ts';
import { stringField } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { encodeSegment, joinId, parentId } from '../resource.ts';
import { apiPath } from './api-path.ts';
import type { CannotRestore, Desired, Kind, Live, Reference, WriteContext, Writes } from './kind.ts';
import { wholeNumber } from './monetization-owner.ts';
import type { MonetizationOwner } from './monetization-owner.ts';
import { isRemovedAbove } from './removed-above.ts';
import { bodyWithout, jsonBody } from './write-body.ts';
import { createCall } from './usual-calls.ts';

/** How the subscriptions of an owner are listed, and whether their times can be said when one is made. */
export interface SubscriptionListing extends Pick<Kind, 'collection' | 'listShape'> {
  readonly times: 'settable' | 'assigned';
}

const assigned = ['name', 'createdAt', 'lastModifiedAt'];

/** Epoch milliseconds; 0 is no instant. */
function instant(body: JsonObject, field: string): number {
  const at = Number(wholeNumber(body[field]));
  return at > 0 ? at : 0;
}

function isoTime(epochMs: number): string {
  const isTime = epochMs <= 8_640_000_000_000_000;
  return isTime ? new Date(epochMs).toISOString() : String(epochMs);
}

/** `payments@1717200000000`: which product, and since when where that is said by who subscribes. */
function nameOf(body: JsonObject, listing: SubscriptionListing): string | undefined {
  const product = stringField(body, 'apiproduct') ?? '';
  if (product === '') return undefined;
  return listing.times === 'settable' ? `${product}@${instant(body, 'startTime')}` : product;
}

/** When it ended is the server's word where it gives all times; that it ended is not. */
function withoutEnd(canonical: JsonObject): JsonObject {
  const { endTime: _, ...rest } = canonical;
  return instant(canonical, 'endTime') === 0 ? rest : { ...rest, isEnding: true };
}

function needs({ id, body }: Desired): Reference[] {
  const product = stringField(body, 'apiproduct') ?? '';
  const billing = {
    id: joinId(parentId(id), 'monetizationConfig'),
    why: 'how it is billed',
    ifMissing: 'idle',
  } as const;
  return [{ id: joinId('apiproducts', encodeSegment(product)), why: 'it subscribes to this product' }, billing];
}

function cannot(id: string, code: CannotRestore['code'], why: string, next: string): CannotRestore {
  return { id, code, why, next };
}

function create(listing: SubscriptionListing, desired: Desired, context: WriteContext): Writes {
  const { id, body } = desired;
  const end = instant(body, 'endTime');
  if (end > 0 && end <= context.plannedAtMs) {
    const why = `It ended at ${isoTime(end)}: what is over cannot be bought again as it was.`;
    return { calls: [], cannot: [cannot(id, 'EXPIRED', why, 'Nothing: the point keeps what it was.')] };
  }
  const isSettable = listing.times === 'settable';
  const call: CallDraft = createCall(id, {
    // A purchase takes a published rate plan: everything else stands before.
    phase: 'activate',
    path: [apiPath(parentId(id), 'subscriptions')],
    body: isSettable ? bodyWithout(body, assigned) : jsonBody({ apiproduct: stringField(body, 'apiproduct') ?? '' }),
    reason: 'the subscription is missing',
    lookup: { type: 'resource', id },
    risk: 'It is a purchase: set-up and recurring fees of the rate plan may be charged again.',
  });
  if (isSettable || end === 0) return { calls: [call] };
  const why = `It was to end at ${isoTime(end)}, and the end of such a subscription cannot be set.`;
  return { calls: [call], cannot: [cannot(id, 'NOT_SETTABLE', why, `Expire it by hand at ${isoTime(end)}.`)] };
}

/** Nothing changes the times of a subscription that is there but ending it now, which is no restore. */
function update(desired: Desired, live: Live): Writes {
  const [wanted, found] = [instant(desired.body, 'endTime'), instant(live.body, 'endTime')];
  const said = (end: number): string => (end === 0 ? 'without an end' : `with its end at ${isoTime(end)}`);
  const why = `The point has it ${said(wanted)}, live it is ${said(found)}: no call sets the end of a subscription that is there.`;
  const next =
    wanted === 0 || (found !== 0 && wanted > found)
      ? 'Subscribe again by hand, if that is wanted: it is a new purchase, and begins later.'
      : 'Expire it by hand, if that is wanted.';
  return { calls: [], cannot: [cannot(desired.id, 'NOT_SETTABLE', why, next)] };
}

function remove(live: Live, context: WriteContext): Writes {
  if (isRemovedAbove(live.id, context)) return { calls: [] };
  const end = instant(live.body, 'endTime');
  const isOver = end > 0 && end <= context.plannedAtMs;
  const why = isOver
    ? `It ended at ${isoTime(end)}, and no call deletes a subscription.`
    : 'It is ended, not deleted: no call deletes a subscription.';
  const kept = [cannot(live.id, 'NO_WRITE', why, 'Nothing: what has ended allows nothing.')];
  if (isOver) return { calls: [], cannot: kept };
  const path = apiPath(parentId(live.id), 'subscriptions', stringField(live.body, 'name') ?? '');
  const changed = stringField(live.body, 'lastModifiedAt');
  const call: CallDraft = {
    step: 'expire',
    action: 'delete',
    phase: 'remove',
    method: 'POST',
    path: [`${path}:expire`],
    body: jsonBody({}),
    reason: 'the point does not have it',
    tolerates: [404],
    // One that has ended may refuse to be ended again.
    lookup:
      changed === undefined
        ? { type: 'repeat' }
        : { type: 'moved', method: 'GET', path: [path], field: 'lastModifiedAt', was: changed },
    risk: 'Ends the subscription at once: calls of the product are refused from then on.',
  };
  return { calls: [call], cannot: kept };
}

/** What a developer or an AppGroup bought: a product under its rate plan (`developers/x/subscriptions/payments@1717200000000`). */
export function subscriptionKind(owner: MonetizationOwner, listing: SubscriptionListing): Kind {
  const isSettable = listing.times === 'settable';
  const { collection, listShape } = listing;
  return {
    name: owner.subscription,
    title: { one: `${owner.title} subscription`, many: `${owner.title} subscriptions` },
    scope: owner.owner,
    idPattern: `${owner.above}/subscriptions/*`,
    collection,
    needsAddon: 'monetizationConfig',
    content: 'json',
    canonicalVersion: 2,
    preset: 'consumers',
    idOf: (body, parent) => {
      const name = nameOf(body, listing);
      return name === undefined ? undefined : joinId(parent, 'subscriptions', encodeSegment(name));
    },
    mayCollide: { serverName: 'name' },
    serverAssigned: isSettable ? assigned : [...assigned, 'startTime'],
    sets: [],
    defaults: { endTime: '0', ...(isSettable ? { startTime: '0' } : {}) },
    int64: ['startTime', 'endTime'],
    former: { 1: { int64: [] } },
    secrets: [],
    tolerant: [],
    refine: (canonical) => (isSettable ? canonical : withoutEnd(canonical)),
    cascadesWithParent: true,
    extraIsDifference: true,
    needs,
    create: (desired, context) => create(listing, desired, context),
    update,
    remove,
    listShape,
    restore: 'part',
    limits: [
      'Restored by subscribing again, which takes a published rate plan of the product and may be charged for; its name is new.',
      isSettable
        ? 'Apigee may refuse a start in the past: the subscription is then reported as failed, and has to be bought again by hand with a later start.'
        : "It begins when it is restored: the times of these subscriptions are the server's, and only that one has ended is compared.",
      'One that has ended is not made again, and the end of one that is there cannot be changed; nothing deletes a subscription: an extra one is expired.',
    ],
  };
}
