import type { PathTemplate } from '../call.ts';
import { stringField } from '../json.ts';
import { encodeSegment, joinId, parentId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Desired, Kind, Live } from './kind.ts';
import { bodyWithout, differingFields } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

const serverAssigned = ['name', 'createdAt', 'lastModifiedAt'];

function plansPath(id: ResourceId): PathTemplate {
  return [apiPath(parentId(id), 'rateplans')];
}

function livePath(live: Live): PathTemplate {
  return callPath(parentId(live.id), 'rateplans', stringField(live.body, 'name') ?? '');
}

/** One active plan at a time: two that are published without an end exclude each other. */
function claims({ id, body }: Desired | Live): readonly string[] {
  const isOpen = ['0', '-1', ''].includes(stringField(body, 'endTime') ?? '');
  return body['state'] === 'PUBLISHED' && isOpen ? [`active rate plan of ${parentId(id)}`] : [];
}

const int64 = [
  'startTime',
  'endTime',
  'consumptionPricingRates[].start',
  'consumptionPricingRates[].end',
  'consumptionPricingRates[].fee.units',
  'revenueShareRates[].start',
  'revenueShareRates[].end',
  'fixedRecurringFee.units',
  'setupFee.units',
];

/** `apiproducts/gold/rateplans/Standard`: told apart by the display name, for the name is the server's. */
export const ratePlan: Kind = {
  name: 'rate-plan',
  title: { one: 'rate plan', many: 'rate plans' },
  scope: 'api-product',
  idPattern: 'apiproducts/*/rateplans/*',
  collection: {
    style: 'next-start-key',
    list: (parent) => apiPath(parent, 'rateplans'),
    query: { expand: 'true' },
    items: 'ratePlans',
    pageSize: 1000,
    // A list for each product.
    unmarked: true,
  },
  needsAddon: 'monetizationConfig',
  content: 'json',
  canonicalVersion: 3,
  preset: 'gateway',
  idOf: (body, parent) => {
    const name = stringField(body, 'displayName') ?? stringField(body, 'name');
    return name === undefined || name === '' ? undefined : joinId(parent, 'rateplans', encodeSegment(name));
  },
  mayCollide: { serverName: 'name' },
  claims,
  serverAssigned,
  sets: [],
  // A range from or to 0 is an open one, an end of 0 is none, and no money is no money.
  defaults: {
    ...Object.fromEntries(int64.map((path) => [path, '0'])),
    fixedFeeFrequency: 0,
    'consumptionPricingRates[].fee.nanos': 0,
    'fixedRecurringFee.nanos': 0,
    'setupFee.nanos': 0,
    'revenueShareRates[].sharePercentage': 0,
  },
  int64,
  unspecified: {
    billingPeriod: 'BILLING_PERIOD_UNSPECIFIED',
    consumptionPricingType: 'CONSUMPTION_PRICING_TYPE_UNSPECIFIED',
    paymentFundingModel: 'PAYMENT_FUNDING_MODEL_UNSPECIFIED',
    revenueShareType: 'REVENUE_SHARE_TYPE_UNSPECIFIED',
    state: 'STATE_UNSPECIFIED',
  },
  former: { 1: { int64: [], unspecified: {}, defaults: {} }, 2: { defaults: {} } },
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  create: (desired) => ({
    calls: [
      createCall(desired.id, {
        path: plansPath(desired.id),
        body: bodyWithout(desired.body, serverAssigned),
        reason: 'the rate plan is missing',
        lookup: { type: 'resource', id: desired.id },
      }),
    ],
  }),
  update: (desired, live) => ({
    calls: [
      updateCall({
        method: 'PUT',
        path: livePath(live),
        body: bodyWithout(desired.body, serverAssigned),
        reason: `${differingFields(desired, live).join(', ')} differ`,
        risk: 'Changes what developers are charged.',
      }),
    ],
  }),
  remove: (live) => ({
    calls: [
      deleteCall(livePath(live), {
        risk: 'Developers can no longer subscribe under this plan.',
      }),
    ],
  }),
  listShape: 'P4',
  restore: 'yes',
  limits: [
    'The name that the server gives a rate plan is new with every restore; plans are told apart by product and display name.',
    'Apigee may refuse a published plan whose start lies in the past: that plan is then reported as failed.',
  ],
};
