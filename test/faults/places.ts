import { kinds } from '../../src/core/kinds/index.ts';
import { encodeSegment } from '../../src/core/resource.ts';
import { profileDigest } from '../../src/sim/apigee/dump-security.ts';
import type { DumpLine } from '../../src/sim/apigee/index.ts';
import type { ReadResource } from './scene.ts';

/** Dumps and points name the same things differently: dumps by kind and names joined with slashes, points by ids. */

/** Kinds of the product by the dump's word for them, where that is not the kind's own name with blanks. */
const named: { readonly [dumped: string]: readonly string[] } = {
  product: ['api-product'],
  app: ['developer-app'],
  key: ['app-key'],
  proxy: ['proxy', 'proxy-revision'],
  'shared flow': ['shared-flow', 'shared-flow-revision'],
  deployment: ['proxy-deployment', 'shared-flow-deployment'],
  'key value map': ['environment-kvm', 'proxy-kvm', 'organization-kvm'],
  'key value map entry': ['environment-kvm-entry', 'proxy-kvm-entry', 'organization-kvm-entry'],
  AppGroup: ['app-group'],
  'AppGroup app': ['app-group-app'],
  'AppGroup key': ['app-group-app-key'],
  'billing type': ['developer-monetization-config', 'app-group-monetization-config'],
  subscription: ['developer-subscription', 'app-group-subscription'],
  wallet: ['developer-balance', 'app-group-balance'],
  'IAM policy': [
    'environment-iam-policy',
    'space-iam-policy',
    'proxy-deployment-iam-policy',
    'shared-flow-deployment-iam-policy',
  ],
  'synchronizer authorization': ['sync-authorization'],
  'environment add-ons': ['environment-addons'],
  'DNS zone': ['dns-zone'],
  'NAT address': ['nat-address'],
  'service extension': ['apim-service-extension'],
  'catalog item': ['portal-item'],
  'documentation of a catalog item': ['portal-item-documentation'],
  'risk assessment profile': ['security-profile-v2'],
  'environment of a security profile': ['security-profile-environment'],
  'switch of security actions': ['security-actions-config'],
};

/** What every organization has of the service's own, so that dumps leave it out. */
export const builtIn: ReadonlySet<string> = new Set(['securityProfiles/default']);

/** The dump's word for a kind of the product. */
function dumpedAs(kind: string): string {
  return Object.entries(named).find(([, own]) => own.includes(kind))?.[0] ?? kind.replaceAll('-', ' ');
}

/** The kinds of the product that hold what the dump calls so; none when the product does not capture it. */
export function kindsOf(dumped: string): readonly string[] {
  const names = named[dumped] ?? [dumped.replaceAll(' ', '-')];
  return names.filter((name) => name in kinds);
}

/** Whether there is one of the kind for each parent, and no list. */
export function isSingleton(kind: string): boolean {
  return Object.entries(kinds).some(([name, { collection }]) => name === kind && collection.style === 'singleton');
}

/**
 * The ids that a line of a dump may have in a point; of a key that of its app. Names may hold slashes, so that there is more
 * than one way to read a key.
 */
export function idsOf({ kind, key }: Pick<DumpLine, 'kind' | 'key'>): readonly string[] {
  const parts = key.split('/');
  const [first = '', second = '', ...rest] = parts;
  if (kind === 'key') return fill('developers/*/apps/*', parts.slice(0, -1));
  // Dumps know revisions by a digest of their own: the profile stands for them.
  if (kind === 'security profile revision') return fill('securityProfiles/*', [first]);
  if (kind === 'AppGroup key') return fill('appgroups/*/apps/*', parts.slice(0, -1));
  if (kind === 'IAM policy') return policyIds(parts);
  if (kind === 'wallet') return [...fill('developers/*/balance', [first]), ...fill('appgroups/*/balance', [first])];
  if (kind === 'deployment') {
    return fill(`environments/*/${second === 'proxy' ? 'apis' : 'sharedflows'}/*/deployment`, [first, ...rest]);
  }
  const below = kind === 'key value map' ? 'keyvaluemaps/*' : 'keyvaluemaps/*/entries/*';
  if (kind.startsWith('key value map')) {
    return ['environments', 'apis'].includes(first) ? fill(`${first}/*/${below}`, parts.slice(1)) : fill(below, parts);
  }
  const own = Object.values(kinds).filter(({ name }) => kindsOf(kind).includes(name));
  const ids = own.flatMap(({ idPattern }) => fill(idPattern, parts));
  if (!own.some(({ mayCollide }) => mayCollide !== undefined)) return ids;
  // Dumps and points number those of one name in orders of their own; a name may end like a number itself.
  const numbers = ['', '~2', '~3', '~4', '~5', '~6'];
  return ids.flatMap((id) => [
    id.replace(/~(\d+)$/, '%7E$1'),
    ...numbers.map((number) => `${id.replace(/~\d+$/, '')}${number}`),
  ]);
}

/** `environments/prod`, `spaces/x` or `environments/prod/deployments/orders`, where the last may be a proxy or a shared flow. */
function policyIds([above = '', owner = '', , ...deployed]: readonly string[]): readonly string[] {
  if (deployed.length === 0) return fill(`${above}/*/iamPolicy`, [owner]);
  const name = deployed.join('/');
  return ['apis', 'sharedflows'].flatMap((path) =>
    fill(`environments/*/${path}/*/deployment/iamPolicy`, [owner, name]),
  );
}

/** The pattern with its stars filled by the parts, in every way in which several parts may be one name. */
function fill(pattern: string, parts: readonly string[]): readonly string[] {
  const stars = pattern.split('*').length - 1;
  return groupings(parts, stars).map((names) => {
    let index = 0;
    return pattern.replaceAll('*', () => encodeSegment(names[index++] ?? ''));
  });
}

function groupings(parts: readonly string[], count: number): readonly (readonly string[])[] {
  if (count <= 1) return [[parts.join('/')]];
  const ways: (readonly string[])[] = [];
  for (let taken = 1; taken <= parts.length - count + 1; taken += 1) {
    const name = parts.slice(0, taken).join('/');
    for (const rest of groupings(parts.slice(taken), count - 1)) ways.push([name, ...rest]);
  }
  return ways;
}

/** Kinds and keys that a resource of a point has in a dump; none for what dumps show as part of something else. */
export function dumpNamesOf({ kind, id, body }: ReadResource): readonly string[] {
  if (kind === 'security-profile-revision') {
    const parsed: unknown = JSON.parse(body ?? '{}');
    const revision = Object.fromEntries(Object.entries(parsed ?? {}));
    return [`security profile revision ${decodeURIComponent(id.split('/')[1] ?? '')}/${profileDigest(revision)}`];
  }
  if (kind.endsWith('-revision')) return [];
  const segments = id.split('/').map(decodeURIComponent);
  const isStar = (kinds as { readonly [name: string]: { readonly idPattern: string } })[kind]?.idPattern
    .split('/')
    .map((segment) => segment === '*');
  const names = segments.filter((_, index) => isStar?.[index] === true);
  const dumped = dumpedAs(kind);
  const parsed: unknown = JSON.parse(body ?? '{}');
  if (dumped === 'key' || dumped === 'AppGroup key') {
    const key = `${names[0]}/${names[1]}/${textAt(parsed, 'consumerKey')}`;
    return [`${dumped} ${caseless(dumped, key)}`];
  }
  if (dumped === 'wallet') {
    return walletsIn(parsed).map((currency) => `wallet ${caseless('wallet', `${names[0]}/${currency}`)}`);
  }
  if (dumped === 'deployment') {
    return [`deployment ${names[0]}/${segments[2] === 'apis' ? 'proxy' : 'sharedflow'}/${names[1]}`];
  }
  if (dumped === 'IAM policy') {
    const [above = '', owner = '', , deployed] = segments;
    return [`IAM policy ${above}/${owner}${segments.length > 3 ? `/deployments/${deployed}` : ''}`];
  }
  if (dumped.startsWith('key value map')) {
    const at = segments.indexOf('keyvaluemaps');
    return [`${dumped} ${[...segments.slice(0, at), ...names.slice(at / 2)].join('/')}`];
  }
  return [`${dumped} ${caseless(dumped, unnumbered(dumped, names.join('/')))}`];
}

function textAt(value: unknown, field: string): string {
  const own = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const [, found] = own.find(([name]) => name === field) ?? [];
  return typeof found === 'string' ? found : '';
}

/** Currencies that a balance is kept in. */
function walletsIn(balance: unknown): readonly string[] {
  // What the server answered is an object, or the reader would not have it.
  const { wallets = [] } = balance as { readonly wallets?: readonly { readonly balance?: unknown }[] };
  return wallets.map((wallet) => textAt(wallet.balance, 'currencyCode'));
}

/** The name of a line as `dumpNamesOf` gives it. */
export function nameOf({ kind, key }: Pick<DumpLine, 'kind' | 'key'>): string {
  return `${kind} ${caseless(kind, unnumbered(kind, key))}`;
}

/** The key without the number that tells those of one name apart. */
function unnumbered(dumped: string, key: string): string {
  const mayCollide = Object.values(kinds).some(
    (kind) => kind.mayCollide !== undefined && kindsOf(dumped).includes(kind.name),
  );
  return mayCollide ? key.replace(/~\d+$/, '') : key;
}

/** What begins with a developer's address; names of AppGroups have a case, but none that tells two of them apart here. */
const namedByEmail: ReadonlySet<string> = new Set([
  'developer',
  'app',
  'key',
  'billing type',
  'subscription',
  'wallet',
]);

/** E-mail addresses have no case. */
function caseless(dumped: string, key: string): string {
  if (!namedByEmail.has(dumped)) return key;
  const slash = key.indexOf('/');
  return slash < 0 ? key.toLowerCase() : key.slice(0, slash).toLowerCase() + key.slice(slash);
}
