import type { SeedDocument } from '../organization-seed.ts';
import { daysBefore } from './moments.ts';
import { oddAttributes, oddText, oddWord } from './odd-text.ts';
import type { SeededRandom } from './random.ts';

/** What products may name. */
export interface ProductPlaces {
  readonly environments: readonly string[];
  readonly proxies: readonly string[];
}

/** `count` random products over the places; one that asks for approval, and one that does not, come up about as often. */
export function generateProducts(random: SeededRandom, count: number, places: ProductPlaces): SeedDocument[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `${random.pick(['gold', 'Gold ', '100% ', 'a.b-c_', 'US$ '])}${index}`,
    displayName: oddWord(random),
    approvalType: random.pick(['auto', 'manual']),
    ...(random.chance(0.6) ? { description: oddText(random) } : {}),
    ...(random.chance(0.8) ? { attributes: productAttributes(random) } : {}),
    ...listField(random, 'environments', places.environments),
    ...listField(random, 'scopes', ['z.read', 'a.write', 'urn:acme:scope', 'Grüße']),
    ...quotas(random),
    ...reach(random, places),
    createdAt: daysBefore(random.integer(100, 900)),
    lastModifiedAt: daysBefore(random.integer(1, 99)),
  }));
}

function productAttributes(random: SeededRandom) {
  const attributes = oddAttributes(random, 12);
  return random.chance(0.7)
    ? [...attributes, { name: 'access', value: random.pick(['public', 'private', 'internal']) }]
    : attributes;
}

/** The field with some of the items, with an empty list, or not at all. */
function listField(random: SeededRandom, field: string, items: readonly string[]): SeedDocument {
  if (random.chance(0.3)) return {};
  const chosen = random.some(items, random.integer(0, items.length));
  return { [field]: random.chance(0.5) ? chosen : chosen.toReversed() };
}

function quotas(random: SeededRandom): SeedDocument {
  return {
    ...(random.chance(0.6)
      ? {
          quota: random.pick(['0', '1', '1000', '9223372036854775807']),
          quotaInterval: random.pick(['1', '12']),
          quotaTimeUnit: random.pick(['minute', 'hour', 'day', 'month']),
        }
      : {}),
    ...(random.chance(0.3) ? { quotaCounterScope: random.pick(['PROXY', 'OPERATION', 'PRODUCT']) } : {}),
    ...(random.chance(0.2) ? { llmQuota: '123456789012345678', llmQuotaInterval: '1', llmQuotaTimeUnit: 'day' } : {}),
  };
}

function reach(random: SeededRandom, places: ProductPlaces): SeedDocument {
  const byName = {
    ...listField(random, 'proxies', places.proxies),
    ...listField(random, 'apiResources', ['/', '/a/**', '/ü/%20']),
  };
  if (places.proxies.length === 0 || random.chance(0.5)) return byName;
  const apiSource = random.pick(places.proxies);
  const quota = { limit: '9007199254740993', interval: '1', timeUnit: 'hour' };
  const shared = {
    apiSource,
    ...(random.chance(0.5) ? { attributes: oddAttributes(random, 3) } : {}),
    ...(random.chance(0.5) ? { quota } : {}),
  };
  const kind = random.chance(0.5) ? { operationConfigType: 'proxy' } : {};
  return random.pick<SeedDocument>([
    { operationGroup: { ...kind, operationConfigs: restOperations(random, shared) } },
    {
      graphqlOperationGroup: {
        ...kind,
        operationConfigs: [{ ...shared, operations: [{ operation: 'Q', operationTypes: ['QUERY', 'MUTATION'] }] }],
      },
    },
    { grpcOperationGroup: { operationConfigs: [{ ...shared, service: 'acme.Pay', methods: ['Pay', 'Refund'] }] } },
    {
      llmOperationGroup: {
        operationConfigs: [
          { apiSource, llmOperations: [{ resource: '/chat', model: 'any', methods: ['POST'] }], llmTokenQuota: quota },
        ],
      },
    },
  ]);
}

function restOperations(random: SeededRandom, shared: SeedDocument): SeedDocument[] {
  const operations = [{ resource: '/b', methods: ['POST', 'GET'] }, { resource: '/a/**' }];
  const whole = { ...shared, operations };
  return random.chance(0.5) ? [whole] : [whole, { ...shared, operations: [{ resource: '/c', methods: ['DELETE'] }] }];
}
