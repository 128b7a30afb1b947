import type { SeedDocument, StoredSeed } from '../organization-seed.ts';
import { daysAfter, daysBefore } from './moments.ts';
import { createRandom } from './random.ts';

const money = (currencyCode: string, units: string, nanos: number): SeedDocument => ({ currencyCode, units, nanos });

function planOf(apiproduct: string, key: string, details: SeedDocument): StoredSeed {
  const random = createRandom(`rate plan ${apiproduct}/${key}`);
  const age = random.integer(30, 300);
  const name = random.uuid();
  const document = {
    name,
    apiproduct,
    currencyCode: 'EUR',
    ...details,
    createdAt: daysBefore(age),
    lastModifiedAt: daysBefore(random.integer(3, age)),
  };
  return { kind: 'rateplan', owner: apiproduct, name, document };
}

/** Rate plans of the products that `small` has: drafts, published ones, and one name twice. */
export const ratePlans: readonly StoredSeed[] = [
  planOf('payments-standard', 'bands', {
    displayName: 'Pay as you go (bänds) / 100%',
    description: 'The first thousand a month are cheap',
    state: 'PUBLISHED',
    startTime: daysBefore(200),
    billingPeriod: 'MONTHLY',
    paymentFundingModel: 'POSTPAID',
    consumptionPricingType: 'BANDED',
    consumptionPricingRates: [
      { end: '1000', fee: money('EUR', '0', 50_000_000) },
      { start: '1000', fee: money('EUR', '0', 80_000_000) },
    ],
    fixedFeeFrequency: 1,
    fixedRecurringFee: money('EUR', '25', 900_000_000),
    setupFee: money('EUR', '100', 500_000_000),
    revenueShareType: 'VOLUME_BANDED',
    revenueShareRates: [
      { end: '500', sharePercentage: 2.5 },
      { start: '500', sharePercentage: 5 },
    ],
  }),
  planOf('payments-premium', 'published', {
    displayName: 'Premium',
    state: 'PUBLISHED',
    startTime: daysBefore(120),
    billingPeriod: 'WEEKLY',
    consumptionPricingType: 'FIXED_PER_UNIT',
    consumptionPricingRates: [{ fee: money('USD', '1', 250_000_000) }],
    currencyCode: 'USD',
  }),
  // The next one, of the same name, is being written.
  planOf('payments-premium', 'draft', { displayName: 'Premium', state: 'DRAFT', startTime: daysAfter(2_500) }),
  planOf('fx-rates-free', 'offer', {
    displayName: 'Launch offer',
    state: 'PUBLISHED',
    startTime: daysAfter(2_600),
    endTime: daysAfter(2_690),
    billingPeriod: 'MONTHLY',
    revenueShareType: 'FIXED',
    revenueShareRates: [{ sharePercentage: 12.5 }],
  }),
];
