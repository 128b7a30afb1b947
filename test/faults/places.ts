import { kinds } from '../../src/core/kinds/index.ts';
import { encodeSegment } from '../../src/core/resource.ts';
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
};

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
  if (kind === 'deployment') {
    return fill(`environments/*/${second === 'proxy' ? 'apis' : 'sharedflows'}/*/deployment`, [first, ...rest]);
  }
  const below = kind === 'key value map' ? 'keyvaluemaps/*' : 'keyvaluemaps/*/entries/*';
  if (kind.startsWith('key value map')) {
    return ['environments', 'apis'].includes(first) ? fill(`${first}/*/${below}`, parts.slice(1)) : fill(below, parts);
  }
  const [name] = kindsOf(kind);
  const own = Object.entries(kinds).find(([candidate]) => candidate === name)?.[1];
  const ids = fill(own?.idPattern ?? '', parts);
  if (own?.mayCollide === undefined) return ids;
  // Dumps and points number those of one name in orders of their own; a name may end like a number itself.
  const numbers = ['', '~2', '~3', '~4', '~5', '~6'];
  return ids.flatMap((id) => [
    id.replace(/~(\d+)$/, '%7E$1'),
    ...numbers.map((number) => `${id.replace(/~\d+$/, '')}${number}`),
  ]);
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

/** Kind and key that a resource of a point has in a dump; undefined for what dumps show as part of something else. */
export function dumpNameOf({ kind, id, body }: ReadResource): string | undefined {
  if (kind.endsWith('-revision')) return undefined;
  const segments = id.split('/').map(decodeURIComponent);
  const isStar = (kinds as { readonly [name: string]: { readonly idPattern: string } })[kind]?.idPattern
    .split('/')
    .map((segment) => segment === '*');
  const names = segments.filter((_, index) => isStar?.[index] === true);
  const dumped = Object.entries(named).find(([, own]) => own.includes(kind))?.[0] ?? kind.replaceAll('-', ' ');
  if (kind === 'app-key') {
    const key: unknown = JSON.parse(body ?? '{}');
    const consumerKey = typeof key === 'object' && key !== null && 'consumerKey' in key ? String(key.consumerKey) : '';
    return `key ${names[0]?.toLowerCase()}/${names[1]}/${consumerKey}`;
  }
  if (dumped === 'deployment')
    return `deployment ${names[0]}/${segments[2] === 'apis' ? 'proxy' : 'sharedflow'}/${names[1]}`;
  if (dumped.startsWith('key value map')) {
    const at = segments.indexOf('keyvaluemaps');
    return `${dumped} ${[...segments.slice(0, at), ...names.slice(at / 2)].join('/')}`;
  }
  return `${dumped} ${caseless(dumped, unnumbered(dumped, names.join('/')))}`;
}

/** The name of a line as `dumpNameOf` gives it. */
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

/** E-mail addresses have no case. */
function caseless(dumped: string, key: string): string {
  if (!['developer', 'app', 'key'].includes(dumped)) return key;
  const slash = key.indexOf('/');
  return slash < 0 ? key.toLowerCase() : key.slice(0, slash).toLowerCase() + key.slice(slash);
}
