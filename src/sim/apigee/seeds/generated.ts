import { rowsOf } from '../organization-seed.ts';
import type { OrganizationSeed, SeedDocument } from '../organization-seed.ts';
import { archiveEnvironment, generateArchives } from './archives.ts';
import { generateAppGroups, generateApps, generateDevelopers } from './generated-consumers.ts';
import { generateGateway } from './generated-gateway.ts';
import { generatePortal } from './portal.ts';
import { generateProducts } from './generated-products.ts';
import { createRandom } from './random.ts';

const nameOf = (environment: SeedDocument): string => String(environment['name']);

/** What to generate. */
export interface GeneratedSeedOptions {
  /** Chooses the organization; the same seed and options give the same one. */
  readonly seed: number;
  /** Multiplies the greatest counts: 4 proxies, 5 products, 6 developers, 10 apps at 1, which is the default. */
  readonly size?: number;
  readonly organizationName?: string;
  /** Allows what a restore cannot make again: expired keys, and a revision equal to the one before it. */
  readonly allowResidue?: boolean;
}

/**
 * A random organization in a state the API could be in, with odd values in every writable field: unicode, markup, empty
 * lists beside absent ones, large numbers in strings, attributes in any order. For property tests.
 */
export function generateSeed(options: GeneratedSeedOptions): OrganizationSeed {
  const { seed, size = 1, organizationName = 'acme-generated', allowResidue = false } = options;
  const random = createRandom(`organization ${seed}`);
  const gateway = generateGateway(random, { organizationName, mostProxies: 4 * size, allowResidue });
  const places = {
    environments: gateway.environments.map((environment) => String(environment['name'])),
    proxies: gateway.proxies.map((proxy) => proxy.name),
  };
  const products = generateProducts(random, random.integer(0, 5 * size), places);
  const names = products.map((product) => String(product['name']));
  const portal = generatePortal(random, organizationName, names);
  const developers = generateDevelopers(random, random.integer(0, 6 * size), organizationName);
  const apps = generateApps(random, { count: random.integer(0, 10 * size), developers, products, allowResidue });
  const groups = generateAppGroups(random, { count: random.integer(0, 3 * size), developers, products, allowResidue });
  const hasArchives = random.chance(0.3);
  const archives = hasArchives ? generateArchives(random) : [];
  const environments = [...gateway.environments, ...(hasArchives ? [archiveEnvironment] : [])];
  return {
    ...gateway,
    organization: { ...gateway.organization, ...(hasArchives ? { environments: environments.map(nameOf) } : {}) },
    environments,
    documents: [...gateway.documents, ...archives],
    portal,
    ...groups,
    proxies: rowsOf(gateway.proxies, (proxy) => proxy.name),
    sharedFlows: rowsOf(gateway.sharedFlows, (flow) => flow.name),
    products: rowsOf(products, (product) => String(product['name'])),
    developers: rowsOf(developers, (developer) => String(developer['email'])),
    apps: rowsOf(apps, (app) => String(app['appId'])),
  };
}
