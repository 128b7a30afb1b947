import type { OrganizationSeed, Rows, SeedDocument, SeedRelations } from '../organization-seed.ts';
import { daysAfter, daysBefore, neverExpires } from './moments.ts';
import { createRandom, hashText, uuidOf } from './random.ts';

const appCount = 1_000_000;
const developerCount = 400_000;

/**
 * 400,000 developers with three and two apps in turn, 1,000,000 apps. Nothing is kept: an e-mail, a `developerId`, an
 * `appId` and a consumer key each carry the index they were made from, so that every relation is arithmetic.
 */
export function hugeConsumers(organizationName: string): {
  readonly developers: Rows<SeedDocument>;
  readonly apps: Rows<SeedDocument>;
  readonly relations: SeedRelations;
} {
  return { developers: developerRows(organizationName), apps: appRows(), relations };
}

const entryCount = 10_000;

/** A key value map of 10,000 entries, a hundred pages of the list. */
export function hugeMap(): OrganizationSeed['keyValueMaps'][number] {
  const entries = Array.from({ length: entryCount }, (_, index) => ({
    name: `card/${String(index).padStart(5, '0')}${index % 10 === 3 ? ' 100%' : ''}`,
    value: `${createRandom(`blocked ${index}`).token(20)} seit ${index % 28} Tagen – „gesperrt“`,
  }));
  return { owner: 'environments/prod', map: { name: 'blocked-cards', encrypted: true }, entries };
}

/** Ids that look random, rise with the index, and tell it: the first 32 bits are an even step plus less than a step. */
interface OrderedIds {
  id(index: number): string;
  indexOf(id: string): number;
}

function orderedIds(label: string, count: number): OrderedIds {
  const step = Math.floor(0x1_0000_0000 / count);
  const id = (index: number): string => {
    const hash = hashText(`${label}${index}`);
    const second = Math.imul(hash ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
    const third = Math.imul(second ^ (second >>> 15), 0xc2b2ae35) >>> 0;
    return uuidOf([index * step + (hash % step), second, third, hash]);
  };
  const indexOf = (text: string): number => {
    const index = Math.floor(Number.parseInt(text.slice(0, 8), 16) / step);
    return index >= 0 && index < count && id(index) === text ? index : -1;
  };
  return { id, indexOf };
}

const developerIds = orderedIds('developer', developerCount);
const appIds = orderedIds('app', appCount);

function assertIndex(index: number, count: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= count) throw new RangeError(`no row ${index} of ${count}`);
}

const shops = ['bakery', 'bikes', 'books', 'cafe', 'florist', 'grocer', 'hotel', 'kiosk'] as const;

function emailOf(index: number): string {
  const tag = index % 97 === 0 ? '+api' : '';
  return `m${String(index).padStart(6, '0')}${tag}@${shops[index % shops.length] ?? 'shop'}.example`;
}

function developerRows(organizationName: string): Rows<SeedDocument> {
  const at = (index: number): SeedDocument => {
    assertIndex(index, developerCount);
    const createdAt = daysBefore(30 + (index % 800), index);
    return {
      email: emailOf(index),
      firstName: 'Merchant',
      lastName: String(index),
      userName: `m${index}`,
      developerId: developerIds.id(index),
      organizationName,
      status: index % 50 === 7 ? 'inactive' : 'active',
      attributes: [{ name: 'crm', value: String(100_000 + index) }],
      createdAt,
      lastModifiedAt: createdAt,
    };
  };
  const key = (index: number): string => {
    assertIndex(index, developerCount);
    return emailOf(index);
  };
  const indexOf = (email: string): number => {
    const index = /^m\d{6}/u.test(email) ? Number(email.slice(1, 7)) : -1;
    return index >= 0 && index < developerCount && emailOf(index) === email ? index : -1;
  };
  return { count: developerCount, key, at, indexOf };
}

const keyPrefixes = ['k', 's'] as const;

/** A consumer key: which key of the app it is, the app's index in base 36, and 26 characters of its own. */
function consumerKeyOf(appIndex: number, position: 0 | 1): string {
  const random = createRandom(`key ${appIndex} ${position}`);
  return `${keyPrefixes[position]}${appIndex.toString(36).padStart(5, '0')}${random.token(26)}`;
}

const appStatusOf = (appIndex: number): string => (appIndex % 100 === 11 ? 'revoked' : 'approved');

const keyStatusOf = (appIndex: number): string => (appIndex % 60 === 5 ? 'revoked' : 'approved');

const hasTwoKeys = (appIndex: number): boolean => appIndex % 20 === 3;

function appRows(): Rows<SeedDocument> {
  const at = (index: number): SeedDocument => {
    assertIndex(index, appCount);
    const createdAt = daysBefore(1 + (index % 700), index);
    return {
      appId: appIds.id(index),
      name: `app ${index}`,
      appFamily: 'default',
      developerId: developerIds.id(ownerOf(index)),
      status: appStatusOf(index),
      attributes: [{ name: 'DisplayName', value: `App № ${index}` }],
      createdAt,
      lastModifiedAt: createdAt,
      credentials: hasTwoKeys(index) ? [credential(index, 0), credential(index, 1)] : [credential(index, 0)],
    };
  };
  const key = (index: number): string => {
    assertIndex(index, appCount);
    return appIds.id(index);
  };
  return { count: appCount, key, at, indexOf: (appId) => appIds.indexOf(appId) };
}

function credential(appIndex: number, position: 0 | 1): SeedDocument {
  return {
    consumerKey: consumerKeyOf(appIndex, position),
    consumerSecret: createRandom(`secret ${appIndex} ${position}`).token(32),
    issuedAt: daysBefore(1 + (appIndex % 700), appIndex),
    expiresAt: appIndex % 40 === 1 ? daysAfter(3_000 + (appIndex % 365)) : neverExpires,
    status: keyStatusOf(appIndex),
    apiProducts: productsOf(appIndex),
  };
}

function productsOf(appIndex: number): SeedDocument[] {
  if (appIndex % 30 === 2) return [{ apiproduct: 'refunds-partner', status: 'pending' }];
  const names = appIndex % 3 === 0 ? ['payments-standard', 'fx-rates-free'] : ['payments-standard'];
  return names.map((apiproduct) => ({ apiproduct, status: 'approved' }));
}

/** Five neighbouring apps belong to two neighbouring developers: three to the first, two to the second. */
function ownerOf(appIndex: number): number {
  return Math.floor((appIndex * 2) / 5);
}

function firstAppOf(developerIndex: number): number {
  return Math.ceil((developerIndex * 5) / 2);
}

const relations: NonNullable<OrganizationSeed['relations']> = {
  developerIndexOfId: (developerId) => developerIds.indexOf(developerId),
  appsOfDeveloper: (developerIndex) => {
    assertIndex(developerIndex, developerCount);
    const first = firstAppOf(developerIndex);
    return { first, count: firstAppOf(developerIndex + 1) - first };
  },
  appStatus: (appIndex) => ({ status: appStatusOf(appIndex), keyStatuses: [keyStatusOf(appIndex)] }),
  appIndexOfKey: (consumerKey) => {
    const position = consumerKey.startsWith('k') ? 0 : consumerKey.startsWith('s') ? 1 : undefined;
    const index = Number.parseInt(consumerKey.slice(1, 6), 36);
    if (position === undefined || !(index >= 0 && index < appCount)) return -1;
    if (position === 1 && !hasTwoKeys(index)) return -1;
    return consumerKeyOf(index, position) === consumerKey ? index : -1;
  },
};
