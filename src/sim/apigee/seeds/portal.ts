import { documentIn } from '../document.ts';
import type { Document } from '../document.ts';
import type { OrganizationSeed, SeedDocument } from '../organization-seed.ts';
import type { WreckTarget } from '../wreck-target.ts';
import { daysBefore } from './moments.ts';
import { changeOf, pickAny } from './mutation.ts';
import type { Change, Mutation, MutationScene } from './mutation.ts';
import { oddText } from './odd-text.ts';
import type { SeededRandom } from './random.ts';

type PortalSeed = OrganizationSeed['portal'];

/** A portal with nothing in it: no call makes one, so every organization has it. */
export function barePortal(organizationName: string): PortalSeed {
  return { site: `${organizationName}-developers`, categories: [], items: [] };
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** What the seeds' owners tell developers. */
export function portalOf(organizationName: string): PortalSeed {
  return {
    ...barePortal(organizationName),
    categories: [
      { id: '3b0d7f52-0001-4c55-9d7e-2f6a1b0c9e11', name: 'Payments & payouts' },
      { id: '3b0d7f52-0002-4c55-9d7e-2f6a1b0c9e11', name: 'Für Händler/Ω' },
    ],
    items: [
      {
        item: {
          id: '400123',
          title: 'Payments – standard',
          description: 'Take money "now"',
          apiProductName: 'payments-standard',
          categoryIds: ['3b0d7f52-0002-4c55-9d7e-2f6a1b0c9e11', '3b0d7f52-0001-4c55-9d7e-2f6a1b0c9e11'],
          anonAllowed: true,
          published: true,
          requireCallbackUrl: true,
          imageUrl: '/files/payments.png',
          visibility: true,
          edgeAPIProductName: 'payments-standard',
          specId: 'payments',
          modified: daysBefore(12),
        },
        documentation: {
          oasDocumentation: {
            format: 'YAML',
            spec: { displayName: 'payments.yaml', contents: base64('openapi: 3.0.0\ninfo: {title: Zahlungen}\n') },
          },
        },
      },
      {
        item: {
          id: '400124',
          title: 'FX',
          apiProductName: 'fx-rates-free',
          published: false,
          graphqlEndpointUrl: 'https://api.acme-pay.example/graphql',
          graphqlSchema: 'type Query { rate: Float }',
          graphqlSchemaDisplayName: 'fx.graphql',
          modified: daysBefore(3),
        },
        documentation: {
          graphqlDocumentation: {
            endpointUri: 'https://api.acme-pay.example/graphql',
            schema: { displayName: 'fx.graphql', contents: base64('type Query { rate: Float }') },
          },
        },
      },
      {
        item: { id: '400125', title: 'Sandbox', apiProductName: 'payments-sandbox', modified: daysBefore(3) },
        documentation: {
          asyncApiDocumentation: { spec: { displayName: 'events.yaml', contents: base64('asyncapi: 3.0.0\n') } },
        },
      },
    ],
  };
}

/** Random catalog items of the given products. */
export function generatePortal(
  random: SeededRandom,
  organizationName: string,
  products: readonly string[],
): PortalSeed {
  const categories = random
    .some(['Pay', 'a/b', 'Ω'], random.integer(0, 3))
    .map((name) => ({ id: random.uuid(), name }));
  return {
    ...barePortal(organizationName),
    categories,
    items: random.some(products, 3).map((apiProductName, index) => ({
      item: {
        id: String(700 + index),
        title: `T ${index}`,
        apiProductName,
        ...(random.chance(0.5) ? { description: oddText(random), published: random.chance(0.5) } : {}),
        ...(categories.length > 0 && random.chance(0.6) ? { categoryIds: categories.map(({ id }) => id) } : {}),
        modified: daysBefore(4),
      },
      ...(random.chance(0.5)
        ? {
            documentation: {
              asyncApiDocumentation: { spec: { displayName: 'x', contents: base64(oddText(random) || 'x') } },
            },
          }
        : {}),
    })),
  };
}

/** Writes the seed's portal by the calls a client has. */
export function writePortal(target: WreckTarget, { site, categories, items }: PortalSeed): void {
  const ids = new Map<unknown, unknown>();
  const idOf = (answer: { readonly [field: string]: unknown }): unknown => {
    return dataOf(answer)['id'];
  };
  for (const { id, name } of categories) ids.set(id, idOf(target.post(['sites', site, 'apicategories'], { name })));
  for (const { item, documentation } of items) {
    const known: unknown = item['categoryIds'];
    const categoryIds = Array.isArray(known) ? known.map((id) => ids.get(id)) : [];
    const made = target.post(['sites', site, 'apidocs'], { ...item, categoryIds });
    if (documentation === undefined) continue;
    target.patch(['sites', site, 'apidocs', String(idOf(made)), 'documentation'], documentation, {});
  }
}

/** What the service wraps. */
function dataOf(answer: SeedDocument): Document {
  return documentIn({ ...answer }, 'data');
}

function sitesOf(target: WreckTarget): string[] {
  return [...target.list(['sites'])];
}

/** A category and a catalog item lost, another item rewritten. */
export function wreckPortal(target: WreckTarget): string[] {
  const damages: string[] = [];
  for (const site of sitesOf(target)) {
    const [category] = [...target.list(['sites', site, 'apicategories'])];
    const [first, second] = [...target.list(['sites', site, 'apidocs'])];
    if (category !== undefined) {
      target.delete(['sites', site, 'apicategories', category]);
      damages.push(`deleted a category of the portal ${site}`);
    }
    if (first !== undefined) {
      target.delete(['sites', site, 'apidocs', first]);
      damages.push(`deleted a catalog item of the portal ${site}`);
    }
    if (second === undefined) continue;
    const path = ['sites', site, 'apidocs', second];
    target.put(path, { ...dataOf(target.get(path)), title: 'TEMP', published: true });
    damages.push(`overwrote the title of a catalog item of the portal ${site}`);
  }
  return damages;
}

function changeItem(scene: MutationScene): Change | undefined {
  const { random, serial, target } = scene;
  const [site] = sitesOf(target);
  if (site === undefined) return undefined;
  const items = ['sites', site, 'apidocs'];
  const id = pickAny(random, [...target.list(items)]);
  if (id === undefined) return undefined;
  const path = [...items, id];
  if (random.chance(0.4)) {
    target.delete(path);
    return changeOf('deleted', path, `catalog item ${id}`);
  }
  target.put(path, { ...dataOf(target.get(path)), description: serial });
  return changeOf('updated', path, `catalog item ${id}`);
}

function changeCategory(scene: MutationScene): Change | undefined {
  const { random, serial, target } = scene;
  const [site] = sitesOf(target);
  if (site === undefined) return undefined;
  const path = ['sites', site, 'apicategories'];
  const id = pickAny(random, [...target.list(path)]);
  if (id !== undefined && random.chance(0.5)) {
    target.delete([...path, id]);
    return changeOf('deleted', [...path, id], `portal category ${id}`);
  }
  target.post(path, { name: `added ${serial}` });
  return changeOf('created', path, `portal category added ${serial}`);
}

/** Mutations of catalog items and categories. */
export const portalMutations: readonly Mutation[] = [changeItem, changeCategory];
