import { textIn } from '../document.ts';
import type { SeedDocument } from '../organization-seed.ts';
import type { KeyPlan } from './apps.ts';
import { credentialsOf } from './apps.ts';
import { bakeryEmail, marketplaceEmail } from './developers.ts';
import { daysAfter, daysBefore } from './moments.ts';
import { createRandom } from './random.ts';

interface GroupPlan {
  readonly name: string;
  readonly details?: SeedDocument;
  readonly attributes?: readonly (readonly [name: string, value: string])[];
  /** E-mails with roles; `byId` names the developer by developerId, as some portals do. */
  readonly members?: readonly { readonly email: string; readonly roles: readonly string[]; readonly byId?: true }[];
}

interface GroupAppPlan {
  readonly group: string;
  readonly name: string;
  readonly keys: readonly KeyPlan[];
  readonly details?: SeedDocument;
}

const coreGroups: readonly GroupPlan[] = [
  {
    name: 'partner-guild',
    details: {
      displayName: 'Partner guild "North" & sons',
      channelId: 'storefront/north',
      channelUri: 'https://north.acme-pay.example/portal?x=1&y=%2F',
      email: 'guild@acme-pay.example',
    },
    attributes: [
      ['tier', 'gold'],
      ['Tier', 'Gold'],
      ['Notiz', 'zwei\nZeilen „№ 7“'],
    ],
    members: [
      { email: "pia.o'neil@bike-shop.example", roles: ['admin', 'app-developer'] },
      { email: 'jun.tanaka@noodle-bar.example', roles: ['app-developer'], byId: true },
      { email: bakeryEmail, roles: [] },
    ],
  },
  {
    name: 'closed-chain',
    details: { displayName: 'Closed chain', status: 'inactive' },
    members: [{ email: 'accounts@closed-hotel.example', roles: ['admin'] }],
  },
  { name: 'no-apps.yet_2' },
];

const coreGroupApps: readonly GroupAppPlan[] = [
  {
    group: 'partner-guild',
    name: 'Guild checkout',
    keys: [
      {
        products: [
          ['payments-standard', 'approved'],
          ['fx-rates-free', 'revoked'],
        ],
        scopes: ['payments.read'],
        attributes: [{ name: 'purpose', value: 'shop "A" <1>' }],
      },
      { products: [['payments-premium', 'approved']], expiresAt: daysAfter(3800) },
    ],
    details: {
      callbackUrl: 'https://guild.example/cb?x=1&y=2',
      scopes: ['payments.read'],
      attributes: [
        { name: 'DisplayName', value: 'Guild checkout 🍜' },
        { name: 'Notes', value: 'a\nb' },
      ],
    },
  },
  {
    group: 'partner-guild',
    name: '100% till & more',
    keys: [{ products: [['refunds-partner', 'pending']] }, { products: [], status: 'revoked' }],
  },
  {
    group: 'partner-guild',
    name: 'Retired till',
    keys: [{ products: [['payments-standard', 'approved']], status: 'revoked' }],
    details: { status: 'revoked' },
  },
  { group: 'partner-guild', name: 'No key at all', keys: [] },
  // The same name as in another AppGroup is another app.
  { group: 'closed-chain', name: 'Retired till', keys: [{ products: [['payments-standard', 'approved']] }] },
];

/** AppGroups and their apps, as a seed has them. */
export interface SeededAppGroups {
  readonly appGroups: readonly SeedDocument[];
  readonly appGroupApps: readonly SeedDocument[];
}

/** Three AppGroups: one with members and apps in every state, an inactive one, and one of a name alone. */
export function coreAppGroups(developers: readonly SeedDocument[]): SeededAppGroups {
  return {
    appGroups: coreGroups.map((plan) => groupOf(plan, developers)),
    appGroupApps: coreGroupApps.map(groupAppOf),
  };
}

const clubCount = 40;

/** Those of `small`, and clubs of partners with an app or two each. */
export function mediumAppGroups(developers: readonly SeedDocument[]): SeededAppGroups {
  const core = coreAppGroups(developers);
  const clubs = Array.from({ length: clubCount }, (_, index) => `club-${String(index).padStart(3, '0')}`);
  return {
    appGroups: [
      ...core.appGroups,
      ...clubs.map((name, index) => groupOf(clubPlan(name, index, developers), developers)),
    ],
    appGroupApps: [...core.appGroupApps, ...clubs.flatMap((name, index) => clubApps(name, index).map(groupAppOf))],
  };
}

function clubPlan(name: string, index: number, developers: readonly SeedDocument[]): GroupPlan {
  const email = textIn({ ...developers[12 + index] }, 'email') || marketplaceEmail;
  return {
    name,
    details: { displayName: `Club ${index}`, ...(index % 9 === 4 ? { status: 'inactive' } : {}) },
    members: [{ email, roles: ['admin'], ...(index % 3 === 0 ? { byId: true as const } : {}) }],
  };
}

function clubApps(group: string, index: number): GroupAppPlan[] {
  const product = (name: string): KeyPlan => ({ products: [[name, 'approved']] });
  const shop = { group, name: `shop ${index}`, keys: [product('payments-standard')] };
  const trial = { group, name: `trial ${index}`, keys: [product('payments-sandbox'), product('fx-rates-free')] };
  return index % 2 === 0 ? [shop] : [shop, trial];
}

function groupOf(plan: GroupPlan, developers: readonly SeedDocument[]): SeedDocument {
  const random = createRandom(`app group ${plan.name}`);
  const age = random.integer(30, 600);
  const named = (email: string, byId: boolean): unknown =>
    byId ? developers.find((developer) => developer['email'] === email)?.['developerId'] : email;
  const members = plan.members?.map(({ email, roles, byId }) => ({ developer: named(email, byId === true), roles }));
  const attributes = [
    ...(plan.attributes ?? []).map(([name, value]) => ({ name, value })),
    ...(members === undefined
      ? []
      : [{ name: '__apigee_reserved__developer_details', value: JSON.stringify(members) }]),
  ];
  return {
    name: plan.name,
    appGroupId: random.uuid(),
    status: 'active',
    ...plan.details,
    ...(attributes.length === 0 ? {} : { attributes }),
    createdAt: daysBefore(age),
    lastModifiedAt: daysBefore(random.integer(3, age)),
  };
}

function groupAppOf(plan: GroupAppPlan): SeedDocument {
  const random = createRandom(`group app ${plan.group}/${plan.name}`);
  const age = random.integer(15, 500);
  return {
    appId: random.uuid(),
    name: plan.name,
    appGroup: plan.group,
    status: 'approved',
    ...plan.details,
    createdAt: daysBefore(age),
    lastModifiedAt: daysBefore(random.integer(3, age)),
    ...credentialsOf(plan.keys, age, random),
  };
}
