import { failedPrecondition, invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, textIn, withoutUnset } from '../document.ts';
import type { ListedDocument } from '../document-store.ts';
import { listAnswer, pageCaps, pageSizeOf, tokenAnswer, tokenPage } from '../paging.ts';
import { type Answer, type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { type BilledOwner, routesOfOwners } from './billed-owner.ts';
import { getProduct } from './product.ts';

/** Subscriptions of developers and AppGroups: bought under a published rate plan, expired, never deleted. */
export const subscriptionRoutes: readonly Route[] = routesOfOwners((owner) => {
  const id = `${owner.methods}.subscriptions`;
  const isGroup = owner.schema === 'AppGroup';
  return [
    {
      id: `${id}.list`,
      ...(isGroup ? { paging: { style: 'token', field: 'appGroupSubscriptions' } as const } : {}),
      handle: (call) => (isGroup ? listOfGroup(owner, call) : listOfDeveloper(owner, call)),
    },
    { id: `${id}.get`, handle: (call) => ok(getSubscription(owner, call).subscription) },
    { id: `${id}.create`, handle: (call) => ok(subscribe(owner, call)) },
    { id: `${id}.expire`, handle: (call) => ok(expire(owner, call)) },
  ];
});

const defaultPage = '100';

/** `nextStartKey` is the name of the first that is left. */
function listOfDeveloper(owner: BilledOwner, { organization, path, query }: Call): Answer {
  const place = owner.placeOf(organization, path);
  const count = pageSizeOf({ ...query, count: query['count'] ?? defaultPage }, 'count', pageCaps.subscriptions);
  const left = [...organization.store.list('subscription', place, query['startKey'] ?? '')];
  const shown = left.slice(0, count).map((item) => item.read());
  const next = left[count];
  if (next === undefined) return listAnswer(organization.world.switches, 'developerSubscriptions', shown);
  return ok({ developerSubscriptions: shown, nextStartKey: next.name });
}

function listOfGroup(owner: BilledOwner, { organization, path, query }: Call): Answer {
  const place = owner.placeOf(organization, path);
  const source = {
    from: (name: string) => organization.store.list('subscription', place, name),
    nameOf: (item: ListedDocument) => item.name,
  };
  const asked = { ...query, pageSize: query['pageSize'] ?? defaultPage };
  const { items, nextPageToken } = tokenPage(source, asked, pageCaps.subscriptions);
  const page = { items: items.map((item) => item.read()), nextPageToken };
  return tokenAnswer(organization.world.switches, 'appGroupSubscriptions', page);
}

function getSubscription(
  owner: BilledOwner,
  { organization, path }: Call,
): { readonly place: string; readonly subscription: Document } {
  const place = owner.placeOf(organization, path);
  const name = path['subscriptionsId'] ?? '';
  const subscription = organization.store.find('subscription', place, name);
  if (subscription === undefined) throw notFound(`subscription ${name} does not exist`);
  return { place, subscription };
}

/** A developer may say when it begins and ends; that of an AppGroup begins at once. */
function subscribe(owner: BilledOwner, { organization, path, body }: Call): Document {
  const place = owner.placeOf(organization, path);
  const checked = checkedBody(`${owner.schema}Subscription`, body);
  assertPresent(checked, ['apiproduct']);
  const nowMs = organization.world.clock.nowMs();
  const startMs = Number(checked['startTime'] ?? 0) || nowMs;
  const endMs = Number(checked['endTime'] ?? 0);
  if (endMs > 0 && endMs <= startMs) throw invalidArgument('endTime must be after startTime');
  if (startMs < nowMs && organization.world.switches.pastSubscriptionStart === 'refused') {
    throw failedPrecondition('startTime of the subscription lies in the past');
  }
  assertOnSale(organization, textIn(checked, 'apiproduct'));
  const now = organization.now();
  const name = organization.world.random.uuid();
  const subscription = withoutUnset({
    ...checked,
    name,
    startTime: String(startMs),
    endTime: endMs > 0 ? String(endMs) : undefined,
    createdAt: now,
    lastModifiedAt: now,
  });
  organization.store.put('subscription', place, name, subscription);
  return subscription;
}

/** The product has to be there, with a rate plan that is published. */
function assertOnSale(organization: SimulatedOrganization, name: string): void {
  const product = textIn(getProduct(organization, name), 'name');
  const plans = [...organization.store.list('rateplan', product)].map((item) => item.read());
  if (plans.some(({ state }) => state === 'PUBLISHED')) return;
  throw failedPrecondition(`ApiProduct ${name} has no published rate plan`);
}

function expire(owner: BilledOwner, call: Call): Document {
  const { place, subscription } = getSubscription(owner, call);
  const { organization } = call;
  checkedBody(`Expire${owner.schema}SubscriptionRequest`, call.body);
  const end = Number(subscription['endTime'] ?? 0);
  if (end > 0 && end <= organization.world.clock.nowMs()) {
    throw failedPrecondition(`subscription ${textIn(subscription, 'name')} has ended already`);
  }
  const now = organization.now();
  const expired = { ...subscription, endTime: now, lastModifiedAt: now };
  organization.store.put('subscription', place, textIn(subscription, 'name'), expired);
  return expired;
}
