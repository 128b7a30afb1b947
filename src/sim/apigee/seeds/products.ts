import type { SeedDocument } from '../organization-seed.ts';
import { daysBefore } from './moments.ts';
import type { ProxyPlan } from './proxy-plan.ts';
import { createRandom } from './random.ts';

function product(name: string, details: SeedDocument): SeedDocument {
  const random = createRandom(`product ${name}`);
  const age = random.integer(40, 600);
  return {
    name,
    displayName: name,
    approvalType: 'auto',
    attributes: [{ name: 'access', value: 'public' }],
    ...details,
    createdAt: daysBefore(age),
    lastModifiedAt: daysBefore(random.integer(10, age)),
  };
}

function quota(limit: string, interval: string, timeUnit: string): SeedDocument {
  return { quota: limit, quotaInterval: interval, quotaTimeUnit: timeUnit };
}

function operation(apiSource: string, resource: string, methods: readonly string[], more: SeedDocument = {}) {
  const operations = [methods.length === 0 ? { resource } : { resource, methods }];
  return { apiSource, operations, ...more };
}

/** The products that both `small` and `medium` have. Those that need an approval are the ones with pending keys. */
export const coreProducts: readonly SeedDocument[] = [
  product('payments-standard', {
    displayName: 'Payments – Standard',
    description: 'Card and account payments for merchants',
    environments: ['prod'],
    scopes: ['payments.read', 'payments.write'],
    ...quota('1000', '1', 'hour'),
    operationGroup: {
      operationConfigType: 'proxy',
      operationConfigs: [
        operation('payments-v1', '/**', ['GET', 'POST'], { quota: { limit: '600', interval: '1', timeUnit: 'hour' } }),
        operation('payments-v2', '/payments/*', ['GET', 'POST', 'DELETE'], {
          attributes: [{ name: 'weight', value: '2' }],
        }),
        operation('payments-v2', '/health', []),
      ],
    },
  }),
  product('payments-premium', {
    space: 'payments-team',
    displayName: 'Payments – Premium ★',
    approvalType: 'manual',
    attributes: [
      { name: 'tier', value: 'gold' },
      { name: 'access', value: 'private' },
      { name: 'Tier', value: 'differs from tier only in case' },
    ],
    environments: ['prod'],
    proxies: ['payments-v2', 'payments-v1'],
    apiResources: ['/', '/payments/**'],
    scopes: ['payments.write', 'payments.read', 'payments.admin'],
    quotaCounterScope: 'PROXY',
    ...quota('9007199254740993', '1', 'day'),
  }),
  product('payments-sandbox', {
    displayName: 'Payments (sandbox)',
    environments: ['test', 'dev'],
    proxies: ['payments-v1', 'payments-v2', 'refunds-v1'],
    apiResources: ['/', '/**'],
    scopes: ['payments.read'],
    ...quota('100', '1', 'minute'),
  }),
  product('refunds-partner', {
    displayName: 'Refunds for partners',
    approvalType: 'manual',
    environments: ['prod', 'test'],
    proxies: ['refunds-v1'],
    ...quota('30', '5', 'minute'),
  }),
  product('payouts-partner', {
    displayName: 'Payouts for partners',
    environments: ['prod'],
    scopes: ['payouts.write'],
    operationGroup: { operationConfigs: [operation('payouts-v1', '/payouts', ['POST'])] },
    ...quota('5000', '1', 'month'),
  }),
  product('merchants-self-service', {
    environments: ['prod', 'test', 'dev'],
    proxies: ['merchants-v1'],
    apiResources: ['/merchants/*', '/merchants/*/terminals'],
  }),
  product('fx-rates-free', {
    displayName: 'Exchange rates, free',
    proxies: ['fx-rates-v1'],
    ...quota('60', '1', 'minute'),
  }),
  product('ledger-internal', {
    attributes: [
      { name: 'access', value: 'internal' },
      { name: 'cost centre', value: '4711/ß' },
    ],
    environments: ['prod'],
    proxies: ['ledger-v1'],
    scopes: ['ledger.read', 'ledger.post'],
  }),
  product('all-internal-tools', {
    displayName: 'Everything, everywhere',
    attributes: [{ name: 'access', value: 'internal' }],
  }),
  product('card-vault', {
    displayName: 'Card vault',
    approvalType: 'manual',
    attributes: [{ name: 'access', value: 'private' }],
    environments: ['prod'],
    grpcOperationGroup: {
      operationConfigs: [
        {
          apiSource: 'card-vault-v1',
          service: 'acme.vault.v1.Vault',
          methods: ['Tokenize', 'Reveal'],
          quota: { limit: '20', interval: '1', timeUnit: 'minute' },
          attributes: [{ name: 'zone', value: 'pci' }],
        },
      ],
    },
    scopes: ['vault.tokenize'],
  }),
  product('merchant-graph', {
    displayName: 'Merchant graph',
    environments: ['prod'],
    graphqlOperationGroup: {
      operationConfigType: 'proxy',
      operationConfigs: [
        {
          apiSource: 'merchant-graph-v1',
          operations: [{ operation: 'Merchant', operationTypes: ['QUERY', 'MUTATION'] }, { operationTypes: ['QUERY'] }],
          quota: { limit: '50', interval: '1', timeUnit: 'minute' },
          attributes: [{ name: 'depth', value: '7' }],
        },
      ],
    },
  }),
  product('Kyc Checks 100% Trial', {
    displayName: "KYC – 100 % trial, it's free",
    description: 'Ends whenever we say so.\nSecond line.',
    environments: ['test'],
    llmOperationGroup: {
      operationConfigs: [
        {
          apiSource: 'kyc_checks-v1',
          llmOperations: [{ resource: '/checks/*:explain', methods: ['POST'], model: 'passport-reader' }],
          llmTokenQuota: { limit: '100000', interval: '1', timeUnit: 'day' },
          attributes: [{ name: 'reviewed', value: 'yes' }],
        },
      ],
    },
    llmQuota: '2000000',
    llmQuotaInterval: '1',
    llmQuotaTimeUnit: 'month',
    ...quota('10', '1', 'day'),
  }),
  product('webhooks', {
    environments: ['dev'],
    payloadOperationGroup: {
      operationConfigs: [
        {
          apiSource: 'webhooks.v1',
          operations: [{ operation: 'subscribe' }, { operation: 'tools/call' }],
          quota: { limit: '5', interval: '1', timeUnit: 'minute' },
          attributes: [{ name: 'audience', value: 'agents' }],
        },
      ],
    },
  }),
  product('legacy-bundle', {
    displayName: '旧バンドル (legacy)',
    description: 'Kept for two merchants',
    proxies: ['payments-v1', 'merchants-v1'],
    environments: ['prod'],
    attributes: [
      { name: 'access', value: 'private' },
      { name: 'sunset', value: '2031-12-31' },
    ],
  }),
];

const tiers = ['free', 'standard', 'premium', 'partner'] as const;
const environmentChoices = [['prod'], ['test', 'prod'], ['dev', 'test'], ['dev', 'test', 'prod']] as const;

/** `count` products: the core ones, then one for a regional proxy at one tier after another. */
export function mediumProducts(proxies: readonly ProxyPlan[], count: number): SeedDocument[] {
  const coreNames = new Set(['oauth-token-v1', ...coreProducts.map((core) => String(core['name']))]);
  const regional = proxies.filter((proxy) => !coreNames.has(proxy.name) && proxy.name.endsWith('-v1'));
  const products = [...coreProducts];
  for (let index = 0; products.length < count; index += 1) {
    const proxy = regional[index % regional.length];
    const tier = tiers[Math.floor(index / regional.length) % tiers.length];
    if (proxy === undefined || tier === undefined) throw new RangeError('no proxies to sell');
    products.push(tieredProduct(proxy, tier));
  }
  return products;
}

function tieredProduct(proxy: ProxyPlan, tier: (typeof tiers)[number]): SeedDocument {
  const name = `${proxy.name}-${tier}`;
  const random = createRandom(`tier ${name}`);
  const domain = proxy.name.split('-')[0] ?? proxy.name;
  const limits = { free: '60', standard: '1000', premium: '25000', partner: '120000' } as const;
  const reach = random.chance(0.3)
    ? {
        operationGroup: {
          operationConfigType: 'proxy',
          operationConfigs: [operation(proxy.name, '/**', ['GET', 'POST'])],
        },
      }
    : { proxies: [proxy.name], apiResources: ['/', '/**'] };
  return product(name, {
    displayName: `${proxy.displayName} – ${tier}`,
    approvalType: tier === 'partner' ? 'manual' : 'auto',
    attributes: [
      { name: 'access', value: random.pick(['public', 'private', 'internal']) },
      { name: 'tier', value: tier },
    ],
    environments: random.pick(environmentChoices),
    ...(random.chance(0.5) ? { scopes: [`${domain}.read`, `${domain}.write`] } : {}),
    ...reach,
    ...quota(limits[tier], '1', random.pick(['minute', 'hour', 'day'])),
  });
}
