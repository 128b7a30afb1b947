import { failedPrecondition, invalidArgument, notFound } from '../api-error.ts';
import { checkedBody } from '../body-check.ts';
import { type Document, textIn, withoutUnset } from '../document.ts';
import { listAnswer, pageCaps, pageSizeOf } from '../paging.ts';
import { type Answer, type Call, flagIn, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { assertAddon } from './organization.ts';
import { getProduct } from './product.ts';

const plans = 'organizations.apiproducts.rateplans';

/** Rate plans of a product: names are the server's, and no two published ones are active at the same time. */
export const ratePlanRoutes: readonly Route[] = [
  { id: `${plans}.list`, handle: listPlans },
  { id: `${plans}.get`, handle: ({ organization, path }) => ok(getPlan(organization, path)) },
  { id: `${plans}.create`, handle: createPlan },
  { id: `${plans}.update`, handle: replacePlan },
  {
    id: `${plans}.delete`,
    handle: ({ organization, path }) => {
      const plan = getPlan(organization, path);
      organization.store.delete('rateplan', textIn(plan, 'apiproduct'), textIn(plan, 'name'));
      return ok(plan);
    },
  },
];

function getPlan(organization: SimulatedOrganization, path: Call['path']): Document {
  const product = productOf(organization, path);
  const name = path['rateplansId'] ?? '';
  const plan = organization.store.find('rateplan', product, name);
  if (plan === undefined) throw notFound(`rate plan ${name} does not exist for ApiProduct ${product}`);
  return plan;
}

/** The product of the path, in an organization that has monetization. */
function productOf(organization: SimulatedOrganization, path: Call['path']): string {
  assertAddon(organization, 'monetizationConfig');
  return textIn(getProduct(organization, path['apiproductsId'] ?? ''), 'name');
}

/** 100 plans unless `count` says otherwise; `nextStartKey` is the name of the first that is left. */
function listPlans({ organization, path, query }: Call): Answer {
  const product = productOf(organization, path);
  const count = (query['count'] ?? '') === '' ? defaultPage : pageSizeOf(query, 'count', pageCaps.ratePlans);
  const wanted = query['state'] ?? 'STATE_UNSPECIFIED';
  const left = [...organization.store.list('rateplan', product, query['startKey'] ?? '')]
    .map((item) => item.read())
    .filter((plan) => wanted === 'STATE_UNSPECIFIED' || plan['state'] === wanted);
  const shown = left.slice(0, count).map((plan) => (flagIn(query, 'expand') ? plan : { name: plan['name'] }));
  const next = left[count];
  if (next === undefined) return listAnswer(organization.world.switches, 'ratePlans', shown);
  return ok({ ratePlans: shown, nextStartKey: textIn(next, 'name') });
}

const defaultPage = 100;

function createPlan({ organization, path, body }: Call): Answer {
  const product = productOf(organization, path);
  const now = organization.now();
  const plan = { ...checkedPlan(product, body), name: organization.world.random.uuid(), createdAt: now };
  return ok(writePlan(organization, product, plan));
}

function replacePlan({ organization, path, body }: Call): Answer {
  const before = getPlan(organization, path);
  const product = textIn(before, 'apiproduct');
  const { name, createdAt } = before;
  return ok(writePlan(organization, product, { ...checkedPlan(product, body), name, createdAt }, before));
}

function checkedPlan(product: string, body: unknown): Document {
  const checked = checkedBody('RatePlan', body);
  const named = textIn(checked, 'apiproduct');
  if (named !== '' && named !== product) throw invalidArgument(`apiproduct ${named} is not that of the path`);
  return { state: 'DRAFT', ...checked, apiproduct: product };
}

function writePlan(
  organization: SimulatedOrganization,
  product: string,
  plan: Document,
  before: Document = {},
): Document {
  const written = withoutUnset({ ...plan, lastModifiedAt: organization.now() });
  if (written['state'] === 'PUBLISHED') assertPublishable(organization, product, { plan: written, before });
  organization.store.put('rateplan', product, textIn(written, 'name'), written);
  return written;
}

function assertPublishable(
  organization: SimulatedOrganization,
  product: string,
  { plan, before }: { readonly plan: Document; readonly before: Document },
): void {
  const { start, end } = spanOf(plan);
  const isNew = before['state'] !== 'PUBLISHED' || spanOf(before).start !== start;
  const isPast = start < organization.world.clock.nowMs();
  if (isNew && isPast && organization.world.switches.pastRatePlanStart === 'refused') {
    throw failedPrecondition(`startTime of rate plan ${textIn(plan, 'displayName')} lies in the past`);
  }
  for (const item of organization.store.list('rateplan', product)) {
    const other = item.read();
    const span = spanOf(other);
    if (other['name'] === plan['name'] || other['state'] !== 'PUBLISHED') continue;
    if (span.start >= end || start >= span.end) continue;
    throw failedPrecondition(`ApiProduct ${product} has an active rate plan, ${textIn(other, 'displayName')}`);
  }
}

function spanOf(plan: Document): { readonly start: number; readonly end: number } {
  const end = Number(plan['endTime'] ?? 0);
  return { start: Number(plan['startTime'] ?? 0), end: end > 0 ? end : Number.POSITIVE_INFINITY };
}
