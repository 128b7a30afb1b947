import type { SeedDocument } from '../organization-seed.ts';
import { bakeryEmail, marketplaceEmail } from './developers.ts';
import { daysAfter, daysBefore, neverExpires } from './moments.ts';
import { createRandom } from './random.ts';
import type { SeededRandom } from './random.ts';

type Status = 'approved' | 'pending' | 'revoked';

/** One key of an app: the products it opens with the status of each, and what differs from an approved key that never expires. */
export interface KeyPlan {
  readonly products: readonly (readonly [name: string, status: Status])[];
  readonly status?: 'approved' | 'revoked';
  readonly expiresAt?: string;
  readonly scopes?: readonly string[];
  readonly attributes?: readonly SeedDocument[];
}

/** An app before its ids, keys and dates are made up. */
export interface AppPlan {
  readonly email: string;
  readonly name: string;
  readonly keys: readonly KeyPlan[];
  readonly details?: SeedDocument;
}

/** The app's document in read form; the same plan always gives the same ids, keys and secrets. */
export function appOf(plan: AppPlan, developerId: string): SeedDocument {
  const random = createRandom(`app ${plan.email}/${plan.name}`);
  const age = random.integer(15, 500);
  return {
    appId: random.uuid(),
    name: plan.name,
    appFamily: 'default',
    developerId,
    status: 'approved',
    ...plan.details,
    createdAt: daysBefore(age),
    lastModifiedAt: daysBefore(random.integer(3, age)),
    ...credentialsOf(plan.keys, age, random),
  };
}

/** The keys of an app, as the field that it has of them. */
export function credentialsOf(keys: readonly KeyPlan[], ageDays: number, random: SeededRandom): SeedDocument {
  return keys.length === 0 ? {} : { credentials: keys.map((key, index) => credentialOf(key, ageDays - index, random)) };
}

function credentialOf(key: KeyPlan, ageDays: number, random: SeededRandom): SeedDocument {
  return {
    consumerKey: random.token(random.pick([32, 48])),
    consumerSecret: random.token(random.pick([16, 64])),
    issuedAt: daysBefore(ageDays),
    expiresAt: key.expiresAt ?? neverExpires,
    status: key.status ?? 'approved',
    ...(key.products.length === 0
      ? {}
      : { apiProducts: key.products.map(([apiproduct, status]) => ({ apiproduct, status })) }),
    ...(key.scopes === undefined ? {} : { scopes: key.scopes }),
    ...(key.attributes === undefined ? {} : { attributes: key.attributes }),
  };
}

const open = (...names: readonly string[]): KeyPlan => ({ products: names.map((name) => [name, 'approved'] as const) });
const attributes = (...pairs: readonly (readonly [string, string])[]): SeedDocument => ({
  attributes: pairs.map(([name, value]) => ({ name, value })),
});

const pia = "pia.o'neil@bike-shop.example";
const jun = 'jun.tanaka@noodle-bar.example';

/** The apps that both `small` and `medium` have: every state a key can be in, and names that need encoding. */
export const coreApps: readonly AppPlan[] = [
  {
    email: pia,
    name: 'Checkout',
    keys: [open('payments-standard')],
    details: { callbackUrl: 'https://bike-shop.example/cb?x=1&y=2' },
  },
  {
    email: pia,
    name: 'checkout',
    keys: [open('payments-sandbox')],
    details: attributes(['DisplayName', 'checkout, but in lower case']),
  },
  {
    email: pia,
    name: 'Till & terminal',
    keys: [
      { ...open('payments-standard', 'fx-rates-free'), scopes: ['payments.read'] },
      {
        products: [
          ['payments-premium', 'pending'],
          ['payments-standard', 'revoked'],
        ],
        attributes: [{ name: 'purpose', value: 'pilot' }],
      },
    ],
    details: {
      ...attributes(['DisplayName', 'Till & "terminal" <v2>'], ['Notes', 'zwei\nZeilen']),
      scopes: ['payments.read'],
    },
  },
  { email: pia, name: '50% discount', keys: [open('fx-rates-free')] },
  { email: pia, name: 'Old loyalty', keys: [{ ...open('legacy-bundle'), expiresAt: daysBefore(90) }] },
  { email: 'ops+alerts@bike-shop.example', name: 'alert+router', keys: [{ ...open('webhooks'), status: 'revoked' }] },
  { email: 'ops+alerts+eu@bike-shop.example', name: 'alert+router', keys: [open('webhooks')] },
  {
    email: 'zoe_25%off@florist.example',
    name: 'Blütenshop',
    keys: [open('payments-standard', 'merchants-self-service')],
  },
  { email: 'zoe_25%off@florist.example', name: 'No products at all', keys: [open()] },
  { email: 'zoe_25%off@florist.example', name: 'No key at all', keys: [] },
  {
    email: jun,
    name: '注文アプリ',
    keys: [open('payments-standard')],
    details: attributes(['DisplayName', '注文アプリ 🍜']),
  },
  { email: jun, name: 'refund desk', keys: [{ products: [['refunds-partner', 'pending']] }] },
  {
    email: jun,
    name: 'refund desk 2',
    keys: [
      {
        products: [
          ['refunds-partner', 'approved'],
          ['payments-sandbox', 'approved'],
        ],
      },
    ],
  },
  {
    email: bakeryEmail,
    name: 'Bread line',
    keys: [{ ...open('payments-standard'), scopes: ['payments.read', 'payments.write'] }],
  },
  {
    email: bakeryEmail,
    name: 'Cake line',
    keys: [open('payments-standard'), { ...open('payments-premium'), expiresAt: daysAfter(3650) }],
    details: attributes(['DisplayName', 'Cake line'], ['oven', '№ 4']),
  },
  {
    email: bakeryEmail,
    name: 'Retired till',
    keys: [{ ...open('payments-standard'), status: 'revoked' }],
    details: { status: 'revoked' },
  },
  {
    email: 'accounts@closed-hotel.example',
    name: 'front-desk',
    keys: [open('payments-standard')],
    details: { status: 'revoked' },
  },
  { email: 'a@b.example', name: 'a', keys: [open('fx-rates-free'), open('fx-rates-free')] },
  {
    email: 'mobile-team@acme-pay.example',
    name: 'ios',
    keys: [open('payments-premium', 'card-vault', 'merchant-graph')],
  },
  {
    email: 'mobile-team@acme-pay.example',
    name: 'android',
    keys: [
      {
        ...open('payments-premium', 'card-vault'),
        expiresAt: daysAfter(4000),
        scopes: ['payments.admin', 'vault.tokenize'],
      },
    ],
  },
  {
    email: 'mobile-team@acme-pay.example',
    name: 'web',
    keys: [
      {
        products: [
          ['card-vault', 'revoked'],
          ['payments-premium', 'approved'],
        ],
      },
    ],
  },
  {
    email: 'finance-tools@acme-pay.example',
    name: 'ledger-sync',
    keys: [{ ...open('ledger-internal'), scopes: ['ledger.post'] }],
  },
  {
    email: 'finance-tools@acme-pay.example',
    name: 'payout-runner',
    keys: [open('payouts-partner', 'all-internal-tools')],
  },
  { email: 'finance-tools@acme-pay.example', name: 'kyc trial', keys: [open('Kyc Checks 100% Trial')] },
  ...[1, 2, 3, 4, 5, 6].map((number) => marketplaceApp(number)),
];

/** One of the marketplace's many shops. */
export function marketplaceApp(number: number): AppPlan {
  const name = `shop ${String(number).padStart(3, '0')}`;
  return { email: marketplaceEmail, name, keys: [open('payments-standard', 'merchants-self-service')] };
}

/** What `partnerApp` chooses from. */
export interface ProductChoice {
  readonly name: string;
  readonly approvalType: string;
  readonly scopes: readonly string[];
}

/** An app of a partner, in `medium` and in generated crowds: mostly plain, sometimes revoked, pending, expiring or with two keys. */
export function partnerApp(email: string, index: number, products: readonly ProductChoice[]): AppPlan {
  const random = createRandom(`partner app ${index}`);
  const name = `${random.pick(['Web shop', 'till', 'mobile', 'back-office', 'Kasse', 'réservation', 'reports'])} ${index}`;
  const keys = random.chance(0.12)
    ? [partnerKey(random, products), partnerKey(random, products)]
    : [partnerKey(random, products)];
  return {
    email,
    name,
    keys,
    details: {
      ...(random.chance(0.03) ? { status: 'revoked' } : {}),
      ...(random.chance(0.3) ? { callbackUrl: `https://partner-${index}.example/oauth/callback` } : {}),
      ...(random.chance(0.6)
        ? attributes(['DisplayName', name], ['ticket', `ACME-${random.integer(100, 99_999)}`])
        : {}),
    },
  };
}

function partnerKey(random: SeededRandom, products: readonly ProductChoice[]): KeyPlan {
  const chosen = random.some(products, random.pick([1, 1, 1, 2, 3]));
  const scopes = chosen.flatMap((product) => product.scopes);
  return {
    products: chosen.map((product) => [product.name, associationStatus(product, random)] as const),
    ...(random.chance(0.04) ? { status: 'revoked' } : {}),
    ...(random.chance(0.06) ? { expiresAt: daysAfter(random.integer(2500, 5000)) } : {}),
    ...(scopes.length > 0 && random.chance(0.3) ? { scopes: [random.pick(scopes)] } : {}),
  };
}

/** Only a product with manual approval leaves a key pending: the API has no way to make an approved one pending again. */
function associationStatus(product: ProductChoice, random: SeededRandom): Status {
  if (product.approvalType === 'manual' && random.chance(0.25)) return 'pending';
  return random.chance(0.02) ? 'revoked' : 'approved';
}
