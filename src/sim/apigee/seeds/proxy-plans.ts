import type { ProxyPlan } from './proxy-plan.ts';
import { createRandom } from './random.ts';

const flows = ['caller-identity', 'error-envelope'] as const;

/** The twelve proxies that both `small` and `medium` have. */
export const coreProxyPlans: readonly ProxyPlan[] = [
  plan('oauth-token-v1', 'OAuth tokens', 'token-endpoint', {
    basePath: '/oauth/v1',
    targetServers: [],
    sharedFlows: ['error-envelope'],
    revisions: [1, 2],
    deployed: { dev: 2, test: 2, prod: 2 },
  }),
  plan('payments-v1', 'Payments', 'oauth', {
    targetServers: ['core-banking', 'core-banking-dr'],
    revisions: [3, 7, 9],
    deployed: { dev: 7, test: 7, prod: 3 },
    labels: { team: 'payments', tier: 'gold' },
  }),
  plan('payments-v2', 'Payments, second generation', 'jwt', {
    targetServers: ['core-banking'],
    revisions: [1, 2, 3, 4],
    deployed: { dev: 4, test: 3, prod: 3 },
    labels: { team: 'payments' },
    serviceAccount: 'payments-runtime@acme-pay-prod.iam.gserviceaccount.com',
  }),
  plan('refunds-v1', 'Refunds & reversals', 'oauth', {
    targetServers: ['core-banking'],
    revisions: [1, 2],
    deployed: { test: 2, prod: 1 },
  }),
  plan('payouts-v1', 'Payouts', 'jwt', {
    targetServers: ['payout.engine'],
    revisions: [1, 2, 3],
    deployed: { dev: 3, test: 3, prod: 2 },
    serviceAccount: 'payouts-runtime@acme-pay-prod.iam.gserviceaccount.com',
  }),
  plan('merchants-v1', 'Merchants', 'api-key', {
    targetServers: ['merchant_registry'],
    revisions: [2, 5],
    deployed: { dev: 5, test: 5, prod: 5 },
  }),
  plan('merchant-graph-v1', 'Merchant graph', 'api-key', {
    targetServers: ['merchant_registry'],
    revisions: [1],
    deployed: { test: 1, prod: 1 },
  }),
  plan('card-vault-v1', 'Card vault – Kartentresor', 'jwt', {
    targetServers: ['card-vault'],
    revisions: [1, 2],
    deployed: { prod: 2 },
    labels: { pci: 'in-scope' },
  }),
  plan('fx-rates-v1', 'Exchange rates', 'api-key', {
    targetServers: ['fx-feed'],
    sharedFlows: ['traffic-guard'],
    revisions: [4, 5],
    deployed: { dev: 5, test: 5, prod: 4 },
  }),
  plan('ledger-v1', 'Ledger', 'jwt', {
    targetServers: ['core-banking'],
    maps: ['feature-flags'],
    revisions: [1],
    deployed: { test: 1, prod: 1 },
  }),
  plan('webhooks.v1', 'Webhooks', 'oauth', { targetServers: ['fx-feed'], revisions: [1, 2], deployed: { dev: 1 } }),
  plan('kyc_checks-v1', 'Know your customer', 'oauth', {
    basePath: '/kyc/checks/v1',
    targetServers: ['merchant_registry'],
    sharedFlows: [],
    revisions: [1, 2],
    deployed: {},
  }),
];

const mediumDomains = [
  'accounts balances billing cards chargebacks collections consents credit customers direct-debits disputes escrow fees',
  'fraud invoices limits loyalty mandates notifications onboarding payees pos-terminals receipts',
]
  .join(' ')
  .split(' ');
const mediumRegions = ['eu', 'uk', 'us', 'latam', 'apac', 'mea'] as const;
const mediumTargets = ['core-banking', 'merchant_registry', 'fx-feed', 'payout.engine'] as const;

/** The 150 proxies of `medium`, each with five revisions. */
export function mediumProxyPlans(): ProxyPlan[] {
  const core = coreProxyPlans.map((small) => withFiveRevisions(small));
  const regional = mediumDomains.flatMap((domain) => mediumRegions.map((region) => regionalPlan(domain, region)));
  return [...core, ...regional];
}

/** Keeps the given revisions and their deployments, and adds older ones in front until there are five. */
function withFiveRevisions(small: ProxyPlan): ProxyPlan {
  const shift = 5 - small.revisions.length;
  const older = Array.from({ length: shift }, (_, index) => index * 2 + 1);
  const offset = shift * 2;
  const entries = Object.entries(small.deployed).map(
    ([environment, number]) => [environment, number + offset] as const,
  );
  return {
    ...small,
    revisions: [...older, ...small.revisions.map((number) => number + offset)],
    deployed: Object.fromEntries(entries),
  };
}

function regionalPlan(domain: string, region: string): ProxyPlan {
  const name = `${domain}-${region}-v1`;
  const random = createRandom(`proxy ${name}`);
  const revisions = [random.integer(1, 4)];
  while (revisions.length < 5)
    revisions.push((revisions.at(-1) ?? 0) + (random.chance(0.8) ? 1 : random.integer(2, 6)));
  const at = (position: number): number => revisions[position] ?? 1;
  const newestDeployed = random.chance(0.6);
  return plan(
    name,
    `${domain.replaceAll('-', ' ')} (${region.toUpperCase()})`,
    random.pick(['api-key', 'oauth', 'jwt']),
    {
      targetServers: random.some(mediumTargets, random.integer(1, 2)),
      sharedFlows: random.pick([flows, ['traffic-guard'], ['error-envelope'], []]),
      revisions,
      deployed: {
        ...(random.chance(0.5) ? { dev: at(newestDeployed ? 4 : 3) } : {}),
        ...(random.chance(0.8) ? { test: at(3) } : {}),
        ...(random.chance(0.9) ? { prod: at(random.integer(1, 3)) } : {}),
      },
      ...(random.chance(0.3) ? { labels: { region, domain } } : {}),
    },
  );
}

type PlanDetails = Pick<ProxyPlan, 'targetServers' | 'revisions' | 'deployed'> & Partial<ProxyPlan>;

function plan(name: string, displayName: string, guard: ProxyPlan['guard'], details: PlanDetails): ProxyPlan {
  const random = createRandom(`age of ${name}`);
  const basePath = `/${name.replaceAll(/[-._](?=v\d)/gu, '/')}`;
  return { name, displayName, guard, basePath, sharedFlows: flows, ageDays: random.integer(60, 700), ...details };
}
