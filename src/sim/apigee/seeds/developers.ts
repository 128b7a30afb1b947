import type { SeedDocument } from '../organization-seed.ts';
import { daysBefore } from './moments.ts';
import { createRandom } from './random.ts';

const firstNames = [
  'Ada',
  'Bodil',
  'Chiara',
  'Dagný',
  'Emre',
  'Fatou',
  'Goran',
  'Hélène',
  'Ines',
  'Jun',
  'Kofi',
  'Łukasz',
];
const lastNames = [
  'Okafor',
  'Nilsson',
  "D'Angelo",
  'Yılmaz',
  'Sørensen',
  'Tanaka',
  'Vélez',
  'van den Berg',
  'Kowalczyk',
];
const partners = [
  'bike-shop',
  'bakery',
  'bookstore',
  'florist',
  'gym',
  'hotel',
  'museum',
  'noodle-bar',
  'tailor',
  'theatre',
];

/** A developer's document. `details` overrides what is made up from the e-mail. */
function developerOf(organizationName: string, email: string, details: SeedDocument = {}): SeedDocument {
  const random = createRandom(`developer ${email}`);
  const age = random.integer(20, 850);
  return {
    email,
    firstName: random.pick(firstNames),
    lastName: random.pick(lastNames),
    userName: email.split('@')[0] ?? email,
    developerId: random.uuid(),
    organizationName,
    status: 'active',
    ...details,
    createdAt: daysBefore(age),
    lastModifiedAt: daysBefore(random.integer(5, age)),
  };
}

/** The developer with more than a hundred apps in `medium`. */
export const marketplaceEmail = 'platform@marketplace.example';

/** The developer that a wreck deletes, with its apps; nothing of it has expired. */
export const bakeryEmail = 'orders@bakery.example';

const attributesOf = (entries: Readonly<Record<string, string>>): SeedDocument => ({
  attributes: Object.entries(entries).map(([name, value]) => ({ name, value })),
});

/** The developers that both `small` and `medium` have, odd ones first. */
const coreDetails: readonly (readonly [email: string, details: SeedDocument])[] = [
  [
    "pia.o'neil@bike-shop.example",
    { firstName: 'Pia', lastName: "O'Neil", ...attributesOf({ plan: 'gold', Plan: 'Gold' }) },
  ],
  [
    'ops+alerts@bike-shop.example',
    { firstName: 'Ops', lastName: 'Alerts', userName: 'ops+alerts', status: 'inactive' },
  ],
  ['ops+alerts+eu@bike-shop.example', { firstName: 'Ops', lastName: 'Alerts EU', userName: 'ops alerts eu' }],
  ['zoe_25%off@florist.example', { firstName: 'Zoë', lastName: 'Ångström', userName: 'zoe%25' }],
  [
    'jun.tanaka@noodle-bar.example',
    {
      firstName: '純',
      lastName: '田中',
      accessType: 'partner',
      appFamily: 'retail',
      ...attributesOf({ 言語: '日本語', note: 'a "b" <c> & d' }),
    },
  ],
  [
    marketplaceEmail,
    { firstName: 'Marketplace', lastName: 'Platform', ...attributesOf({ 'account manager': 'Emre Yılmaz' }) },
  ],
  [bakeryEmail, { firstName: 'Bruno', lastName: 'Bäcker', ...attributesOf({ crm: '00017', empty: '' }) }],
  ['accounts@closed-hotel.example', { status: 'inactive', ...attributesOf({ closed: '2025-02-28' }) }],
  ['no-apps-yet@museum.example', {}],
  ['a@b.example', { firstName: 'A', lastName: 'B', userName: 'a' }],
  ['mobile-team@acme-pay.example', { firstName: 'Mobile', lastName: 'Team', ...attributesOf({ internal: 'true' }) }],
  [
    'finance-tools@acme-pay.example',
    { firstName: 'Finance', lastName: 'Tools', ...attributesOf({ internal: 'true' }) },
  ],
];

/** Twelve developers with the names and states that trip tools up. */
function coreDevelopers(organizationName: string): SeedDocument[] {
  return coreDetails.map(([email, details]) => developerOf(organizationName, email, details));
}

/** `count` developers: the core ones, then partners of the company. */
export function developersUpTo(organizationName: string, count: number): SeedDocument[] {
  const developers = coreDevelopers(organizationName);
  for (let index = 0; developers.length < count; index += 1) developers.push(partnerDeveloper(organizationName, index));
  return developers;
}

function partnerDeveloper(organizationName: string, index: number): SeedDocument {
  const random = createRandom(`partner ${index}`);
  const shop = partners[index % partners.length] ?? 'shop';
  const tag = random.chance(0.15) ? `+${random.pick(['api', 'dev', 'it', 'web'])}` : '';
  const email = `dev${tag}.${String(index).padStart(4, '0')}@${shop}-${Math.floor(index / 40)}.example`;
  return developerOf(organizationName, email, {
    ...(random.chance(0.04) ? { status: 'inactive' } : {}),
    ...(random.chance(0.4)
      ? attributesOf({ crm: String(random.integer(10_000, 99_999)), segment: random.pick(['smb', 'enterprise']) })
      : {}),
  });
}
