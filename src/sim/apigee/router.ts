import { methodTable } from './method-table.ts';
import type { Route } from './route.ts';

/** Where a request goes: a modelled route, or the name of a method that is not modelled. */
export interface Match {
  readonly methodId: string;
  /** Template as in the API description, with `~` for the organization. */
  readonly template: string;
  /** Path values as sent, still percent-encoded, by parameter name. */
  readonly values: { readonly [parameter: string]: string };
  readonly route: Route | undefined;
}

interface Leaf {
  readonly methodId: string;
  readonly template: string;
  readonly parameters: readonly string[];
  readonly route: Route | undefined;
}

interface Node {
  readonly literals: Map<string, Node>;
  parameter: Node | undefined;
  /** Leaves by HTTP method and custom verb: `GET`, `POST:move`. */
  readonly leaves: Map<string, Leaf>;
}

/** Lists that the service has but the API description leaves out; the ones not modelled are named here for their 501. */
const undocumentedLists = [
  'GET ~/keyvaluemaps organizations.keyvaluemaps.list',
  'GET ~/apis/{apisId}/keyvaluemaps organizations.apis.keyvaluemaps.list',
  'GET ~/sites organizations.sites.list',
  'GET ~/environments/{environmentsId}/caches organizations.environments.caches.list',
  'GET ~/environments/{environmentsId}/flowhooks organizations.environments.flowhooks.list',
  'GET ~/environments/{environmentsId}/keystores organizations.environments.keystores.list',
  'GET ~/environments/{environmentsId}/keystores/{keystoresId}/aliases organizations.environments.keystores.aliases.list',
  'GET ~/environments/{environmentsId}/keyvaluemaps organizations.environments.keyvaluemaps.list',
  'GET ~/environments/{environmentsId}/references organizations.environments.references.list',
];

/** Finds the route of a request in a tree of path segments; literals win over parameters. */
export class Router {
  readonly #root: Node = emptyNode();

  constructor(routes: readonly Route[]) {
    const modelled = new Map(routes.map((route) => [route.id, route]));
    const known = new Set<string>();
    for (const line of `${methodTable}${undocumentedLists.join('\n')}`.trim().split('\n')) {
      const [http = '', template = '', methodId = ''] = line.split(' ');
      known.add(methodId);
      this.#add(http, template, { methodId, route: modelled.get(methodId) });
    }
    for (const route of routes) {
      if (known.has(route.id)) continue;
      if (route.undocumented === undefined) throw new Error(`${route.id} is not a method of the API`);
      const [http = '', template = ''] = route.undocumented.split(' ');
      this.#add(http, template, { methodId: route.id, route });
    }
  }

  /** `segments`: the path after `/v1/`, split at slashes, still encoded. */
  find(http: string, segments: readonly string[]): Match | undefined {
    return findIn(this.#root, { http, segments, values: [] }, 0);
  }

  #add(http: string, template: string, target: { readonly methodId: string; readonly route: Route | undefined }): void {
    const full = template.replace(/^~/, 'organizations/{organizationsId}').replace(/^v1\//, '');
    let node = this.#root;
    let key = http;
    const parameters: string[] = [];
    for (const segment of full.split('/')) {
      const verbAt = segment.startsWith('{') ? segment.indexOf(':') : -1;
      const plain = verbAt < 0 ? segment : segment.slice(0, verbAt);
      if (verbAt >= 0) key = `${http}${segment.slice(verbAt)}`;
      if (plain.startsWith('{')) {
        parameters.push(plain.slice(1, -1));
        node.parameter ??= emptyNode();
        node = node.parameter;
      } else {
        node = literalChild(node, plain);
      }
    }
    node.leaves.set(key, { ...target, template, parameters });
  }
}

interface Search {
  readonly http: string;
  readonly segments: readonly string[];
  readonly values: readonly string[];
}

function findIn(node: Node, search: Search, depth: number): Match | undefined {
  const segment = search.segments[depth];
  if (segment === undefined) return matchOf(node.leaves.get(search.http), search.values);
  const literal = node.literals.get(segment);
  const found = literal === undefined ? undefined : findIn(literal, search, depth + 1);
  if (found !== undefined || node.parameter === undefined || segment === '') return found;
  if (depth === search.segments.length - 1) {
    const verbAt = segment.lastIndexOf(':');
    const leaf = verbAt < 0 ? undefined : node.parameter.leaves.get(`${search.http}${segment.slice(verbAt)}`);
    if (leaf !== undefined) return matchOf(leaf, [...search.values, segment.slice(0, verbAt)]);
  }
  return findIn(node.parameter, { ...search, values: [...search.values, segment] }, depth + 1);
}

function matchOf(leaf: Leaf | undefined, found: readonly string[]): Match | undefined {
  if (leaf === undefined) return undefined;
  const values: { [parameter: string]: string } = {};
  leaf.parameters.forEach((parameter, index) => {
    values[parameter] = found[index] ?? '';
  });
  return { methodId: leaf.methodId, template: leaf.template, route: leaf.route, values };
}

function literalChild(node: Node, segment: string): Node {
  const known = node.literals.get(segment);
  if (known !== undefined) return known;
  const child = emptyNode();
  node.literals.set(segment, child);
  return child;
}

function emptyNode(): Node {
  return { literals: new Map(), parameter: undefined, leaves: new Map() };
}
