import { textIn, textsIn } from '../document.ts';
import type { SeedDocument } from '../organization-seed.ts';
import type { SeededAppGroups } from './app-groups.ts';
import { daysAfter, daysBefore, neverExpires } from './moments.ts';
import { oddAttributes, oddText, oddWord } from './odd-text.ts';
import type { SeededRandom } from './random.ts';

/** `count` random developers; e-mails are in lower case, as the API keeps them. */
export function generateDevelopers(random: SeededRandom, count: number, organizationName: string): SeedDocument[] {
  return Array.from({ length: count }, (_, index) => ({
    email: `${random.pick(['a+b', "o'neil", 'per%cent', 'dots.and-dashes', 'x_y', 'plain'])}${index}@generated.example`,
    firstName: oddWord(random),
    lastName: oddWord(random),
    userName: oddWord(random),
    developerId: random.uuid(),
    organizationName,
    status: random.chance(0.8) ? 'active' : 'inactive',
    ...(random.chance(0.8) ? { attributes: oddAttributes(random, 12) } : {}),
    createdAt: daysBefore(random.integer(100, 900)),
    lastModifiedAt: daysBefore(random.integer(1, 99)),
  }));
}

/** `count` random AppGroups with members of the developers, and an app or two each. */
export function generateAppGroups(random: SeededRandom, scene: AppScene): SeededAppGroups {
  const appGroups = Array.from({ length: scene.count }, (_, index) => ({
    name: `${random.pick(['group', 'Group', 'dots.and-dashes_', 'g'])}${index}`,
    appGroupId: random.uuid(),
    status: random.chance(0.8) ? 'active' : 'inactive',
    ...(random.chance(0.6) ? { displayName: oddWord(random), channelId: oddText(random) } : {}),
    ...(random.chance(0.4) ? { channelUri: oddText(random), email: 'group@generated.example' } : {}),
    ...(random.chance(0.8) ? { attributes: [...oddAttributes(random, 10), ...membersOf(random, scene)] } : {}),
    createdAt: daysBefore(random.integer(100, 900)),
    lastModifiedAt: daysBefore(random.integer(1, 99)),
  }));
  const appGroupApps = appGroups.flatMap(({ name: appGroup }) =>
    Array.from({ length: random.integer(0, 2) }, (_, index) => {
      const keys = Array.from({ length: random.integer(0, 2) }, () => credential(random, scene));
      return {
        appId: random.uuid(),
        name: `${random.pick(['app', 'with space ', '100% ', '支払い'])}${index}`,
        appGroup,
        status: random.chance(0.85) ? 'approved' : 'revoked',
        ...(random.chance(0.5) ? { callbackUrl: 'https://a.example/?x=1&y=%2F' } : {}),
        ...(random.chance(0.8) ? { attributes: oddAttributes(random, 12) } : {}),
        createdAt: daysBefore(random.integer(100, 900)),
        lastModifiedAt: daysBefore(random.integer(1, 99)),
        ...(keys.length > 0 ? { credentials: keys } : {}),
      };
    }),
  );
  return { appGroups, appGroupApps };
}

/** Some named by e-mail, some by developerId. */
function membersOf(random: SeededRandom, { developers }: AppScene): SeedDocument[] {
  const members = random.some(developers, random.integer(0, 3)).map((developer) => ({
    developer: developer[random.chance(0.5) ? 'email' : 'developerId'],
    roles: random.some(['admin', 'app-developer', 'Ödsgn'], random.integer(0, 3)),
  }));
  return [{ name: '__apigee_reserved__developer_details', value: JSON.stringify(members) }];
}

interface AppScene {
  readonly count: number;
  readonly developers: readonly SeedDocument[];
  readonly products: readonly SeedDocument[];
  readonly allowResidue: boolean;
}

/** Random apps of the developers, none where there is no developer. */
export function generateApps(random: SeededRandom, scene: AppScene): SeedDocument[] {
  if (scene.developers.length === 0) return [];
  return Array.from({ length: scene.count }, (_, index) => {
    const keys = Array.from({ length: random.pick([0, 1, 1, 1, 2, 3]) }, () => credential(random, scene));
    return {
      appId: random.uuid(),
      name: `${random.pick(['app', 'App', 'with space ', '100% ', 'plus+', 'Grüße ', '支払い'])}${index}`,
      developerId: random.pick(scene.developers)['developerId'],
      status: random.chance(0.85) ? 'approved' : 'revoked',
      ...(random.chance(0.5) ? { callbackUrl: random.pick(['https://a.example/?x=1&y=%2F', '', 'app://back']) } : {}),
      ...(random.chance(0.8) ? { attributes: oddAttributes(random, 12) } : {}),
      appFamily: random.chance(0.2) ? 'retail' : 'default',
      createdAt: daysBefore(random.integer(100, 900)),
      lastModifiedAt: daysBefore(random.integer(1, 99)),
      ...(keys.length > 0 || random.chance(0.5) ? { credentials: keys } : {}),
    };
  });
}

function credential(random: SeededRandom, scene: AppScene): SeedDocument {
  const products = random.some(scene.products, random.integer(0, 3));
  const scopes = products.flatMap((product) => textsIn({ ...product }, 'scopes'));
  const apiProducts = products.map((product) => ({
    apiproduct: textIn({ ...product }, 'name'),
    status: association(random, product),
  }));
  return {
    consumerKey: random.token(random.pick([12, 32, 64, 2_048])),
    consumerSecret: random.token(random.pick([1, 16, 64, 2_048])),
    issuedAt: daysBefore(random.integer(100, 900)),
    expiresAt: expiry(random, scene.allowResidue),
    status: random.chance(0.85) ? 'approved' : 'revoked',
    ...(apiProducts.length > 0 || random.chance(0.5) ? { apiProducts } : {}),
    ...(random.chance(0.4) ? { scopes: [...new Set(random.some(scopes, random.integer(0, 2)))] } : {}),
    ...(random.chance(0.3) ? { attributes: [{ name: 'note', value: oddText(random) }] } : {}),
  };
}

function expiry(random: SeededRandom, allowResidue: boolean): string {
  if (allowResidue && random.chance(0.2)) return daysBefore(random.integer(1, 300));
  return random.chance(0.3) ? daysAfter(random.integer(2_500, 9_000), random.integer(0, 999)) : neverExpires;
}

/** Pending only where the product asks for approval: elsewhere the API has no way to such a state. */
function association(random: SeededRandom, product: SeedDocument): string {
  return random.pick(
    product['approvalType'] === 'manual' ? ['approved', 'pending', 'revoked'] : ['approved', 'approved', 'revoked'],
  );
}
