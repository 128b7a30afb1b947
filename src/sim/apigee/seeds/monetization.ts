import { isDocument, textIn } from '../document.ts';
import { developerPlace, groupPlace } from '../kinds/billed-place.ts';
import type { OrganizationSeed, SeedDocument, StoredSeed } from '../organization-seed.ts';
import type { ResourcePath, WreckTarget } from '../wreck-target.ts';
import { bakeryEmail, marketplaceEmail } from './developers.ts';
import { daysAfter, daysBefore } from './moments.ts';
import type { Change, Mutation } from './mutation.ts';
import { changeOf, sampleName } from './mutation.ts';
import { createRandom } from './random.ts';

interface BillingPlan {
  readonly billingType?: 'PREPAID' | 'POSTPAID';
  readonly subscriptions?: readonly { readonly product: string; readonly since: number; readonly end?: string }[];
  /** Units and billionths by currency. */
  readonly wallets?: Readonly<Record<string, readonly [units: string, nanos: number]>>;
}

/** By e-mail; those who are not here never heard of money. */
const billedDevelopers: Readonly<Record<string, BillingPlan>> = {
  "pia.o'neil@bike-shop.example": {
    billingType: 'PREPAID',
    subscriptions: [
      { product: 'payments-standard', since: 150 },
      { product: 'payments-premium', since: 100, end: daysAfter(2_400) },
    ],
    wallets: { EUR: ['125', 500_000_000], USD: ['20', 0] },
  },
  [marketplaceEmail]: {
    billingType: 'POSTPAID',
    subscriptions: [
      { product: 'payments-standard', since: 190, end: daysBefore(90) },
      { product: 'payments-standard', since: 90 },
    ],
    wallets: { EUR: ['-3', -250_000_000] },
  },
  [bakeryEmail]: { billingType: 'POSTPAID', subscriptions: [{ product: 'payments-standard', since: 60 }] },
  'zoe_25%off@florist.example': { wallets: { USD: ['0', 10_000_000] } },
  'ops+alerts+eu@bike-shop.example': { billingType: 'PREPAID' },
};

/** By name. */
const billedGroups: Readonly<Record<string, BillingPlan>> = {
  'partner-guild': {
    billingType: 'PREPAID',
    subscriptions: [
      { product: 'payments-standard', since: 80, end: daysBefore(20) },
      { product: 'payments-standard', since: 20 },
      { product: 'payments-premium', since: 10 },
    ],
    wallets: { EUR: ['4000', 0], USD: ['1', 1] },
  },
  'no-apps.yet_2': { billingType: 'POSTPAID' },
};

function rowsOf(place: string, { billingType, subscriptions = [], wallets = {} }: BillingPlan): StoredSeed[] {
  const random = createRandom(`billed ${place}`);
  const config = billingType === undefined ? [] : [{ kind: 'monetizationconfig', name: '', document: { billingType } }];
  const bought = subscriptions.map(({ product, since, end }) => {
    const name = random.uuid();
    const startTime = daysBefore(since);
    const isOver = end !== undefined && end < daysBefore(0);
    const document = {
      name,
      apiproduct: product,
      startTime,
      ...(end === undefined ? {} : { endTime: end }),
      createdAt: startTime,
      lastModifiedAt: isOver ? end : startTime,
    };
    return { kind: 'subscription', name, document };
  });
  const filled = Object.entries(wallets).map(([currencyCode, [units, nanos]]) => {
    const balance = {
      currencyCode,
      ...(units === '0' ? {} : { units }),
      ...(nanos === 0 ? {} : { nanos }),
    };
    const document = { balance, lastCreditTime: daysBefore(random.integer(1, 50)) };
    return { kind: 'wallet', name: currencyCode, document };
  });
  return [...config, ...bought, ...filled].map((row) => ({ ...row, owner: place }));
}

/** What developers and AppGroups are billed. */
export function monetizationOf(
  developers: readonly SeedDocument[],
  groups: readonly SeedDocument[],
): readonly StoredSeed[] {
  return [
    ...developers.flatMap((developer) =>
      rowsOf(developerPlace({ ...developer }), billedDevelopers[String(developer['email'])] ?? {}),
    ),
    ...groups.flatMap(({ name }) => rowsOf(groupPlace(String(name)), billedGroups[String(name)] ?? {})),
  ];
}

/** The rows of a seed that are written when those who are billed are there. */
export const isBilled = ({ kind }: StoredSeed): boolean =>
  ['monetizationconfig', 'subscription', 'wallet'].includes(kind);

/** Writes what is billed by the calls a client has. An AppGroup's subscription begins then, and one that has ended is expired. */
export function writeMonetization(target: WreckTarget, seed: OrganizationSeed): void {
  const emails = Array.from({ length: seed.developers.count }, (_, index) => seed.developers.at(index)).map(
    (developer) => [developerPlace({ ...developer }), ['developers', String(developer['email'])]] as const,
  );
  const groups = seed.appGroups.map(({ name }) => [groupPlace(String(name)), ['appgroups', String(name)]] as const);
  const paths = new Map<string, ResourcePath>([...emails, ...groups]);
  for (const row of seed.documents.filter(isBilled)) writeRow(target, paths.get(row.owner) ?? [], row);
}

function writeRow(target: WreckTarget, path: ResourcePath, { kind, document }: StoredSeed): void {
  if (kind === 'monetizationconfig') target.put([...path, 'monetizationConfig'], document);
  else if (kind === 'wallet') writeWallet(target, [...path, 'balance'], document['balance']);
  else if (path[0] === 'developers') {
    const { apiproduct, startTime, endTime } = document;
    const end = endTime === undefined ? {} : { endTime };
    target.post([...path, 'subscriptions'], { apiproduct, startTime, ...end });
  } else {
    const bought = target.post([...path, 'subscriptions'], { apiproduct: document['apiproduct'] });
    if (document['endTime'] === undefined) return;
    target.act([...path, 'subscriptions', String(bought['name'])], 'expire', {});
  }
}

function writeWallet(target: WreckTarget, path: ResourcePath, balance: unknown): void {
  const money = isDocument(balance) ? balance : {};
  const units = textIn(money, 'units');
  if (units.startsWith('-')) {
    const adjustment = { ...money, units: units.slice(1), nanos: -Number(money['nanos'] ?? 0) };
    target.act(path, 'adjust', { adjustment });
  } else {
    target.act(path, 'credit', { transactionAmount: money, transactionId: `seed ${textIn(money, 'currencyCode')}` });
  }
}

const toggleBillingType =
  (collection: 'developers' | 'appgroups'): Mutation =>
  (scene): Change | undefined => {
    const name = sampleName(scene, [collection]);
    if (name === undefined) return undefined;
    const path = [collection, name, 'monetizationConfig'];
    const before = textIn({ ...scene.target.get(path) }, 'billingType');
    // None that is set now could be taken away again.
    if (before === '') return undefined;
    scene.target.put(path, { billingType: before === 'PREPAID' ? 'POSTPAID' : 'PREPAID' });
    return changeOf('updated', path, `the billing type of ${name}`);
  };

/** Billing types that change sides. */
export const monetizationMutations: readonly Mutation[] = [
  toggleBillingType('developers'),
  toggleBillingType('appgroups'),
];
