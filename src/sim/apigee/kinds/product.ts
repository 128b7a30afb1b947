import { alreadyExists, failedPrecondition, invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, documentIn, documentsIn, textIn, textsIn } from '../document.ts';
import { firstOf, listAnswer, pageCaps, pageSizeOf } from '../paging.ts';
import { type Call, flagIn, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { assertAttributes, attributeRoutes } from './attributes.ts';
import { assertSpace, isListed, spaceToMoveTo } from './space.ts';

const operationGroups = [
  'operationGroup',
  'graphqlOperationGroup',
  'grpcOperationGroup',
  'llmOperationGroup',
  'payloadOperationGroup',
];

/** API products: PUT replaces everything, named proxies and environments must exist. */
export const productRoutes: readonly Route[] = [
  {
    id: 'organizations.apiproducts.list',
    paging: { style: 'startKey', field: 'apiProduct', keys: ['name'], countName: 'count' },
    handle: listProducts,
  },
  {
    id: 'organizations.apiproducts.get',
    handle: ({ organization, path }) => ok(getProduct(organization, path['apiproductsId'] ?? '')),
  },
  { id: 'organizations.apiproducts.create', handle: createProduct },
  { id: 'organizations.apiproducts.update', handle: replaceProduct },
  { id: 'organizations.apiproducts.move', handle: moveProduct },
  { id: 'organizations.apiproducts.delete', handle: deleteProduct },
  ...attributeRoutes({
    methods: 'organizations.apiproducts',
    updateOne: 'updateApiProductAttribute',
    read: ({ organization, path }) => getProduct(organization, path['apiproductsId'] ?? ''),
    write: ({ organization }, product) => organization.store.put('product', '', textIn(product, 'name'), product),
  }),
];

/** The product, or 404. */
export function getProduct(organization: SimulatedOrganization, name: string): Document {
  const product = organization.store.find('product', '', name);
  if (product === undefined) {
    throw notFound(`ApiProduct ${name} does not exist`, 'keymanagement.service.apiproduct_doesnot_exist');
  }
  return product;
}

function listProducts(call: Call) {
  const { organization, query, seesSpaces } = call;
  const count = pageSizeOf(query, 'count', pageCaps.products);
  const { attributename, attributevalue, space } = query;
  const wanted = (product: Document): boolean => {
    if (!isListed(call, product['space'])) return false;
    if (space !== undefined && product['space'] !== space) return false;
    if (attributename === undefined) return true;
    return documentsIn(product, 'attributes').some(
      (attribute) => attribute['name'] === attributename && attribute['value'] === attributevalue,
    );
  };
  const filtered = attributename !== undefined || space !== undefined || !seesSpaces;
  const expand = flagIn(query, 'expand');
  const found: Document[] = [];
  for (const item of organization.store.list('product', '', query['startKey'] ?? '')) {
    if (found.length === count) break;
    const product = expand || filtered ? item.read() : { name: item.name };
    if (filtered && !wanted(product)) continue;
    found.push(expand ? product : { name: item.name });
  }
  return listAnswer(organization.world.switches, 'apiProduct', found);
}

function createProduct({ organization, body }: Call) {
  const checked = checkedProduct(organization, body);
  const name = textIn(checked, 'name');
  if (!/^[A-Za-z0-9._\-$ %]+$/.test(name)) throw invalidArgument(`product name ${name} is invalid`);
  if (organization.store.has('product', '', name)) throw alreadyExists(`ApiProduct ${name} already exists`);
  const now = organization.now();
  const product = { approvalType: 'auto', ...checked, createdAt: now, lastModifiedAt: now };
  organization.store.put('product', '', name, product);
  return ok(product);
}

function replaceProduct({ organization, path, body }: Call) {
  const before = getProduct(organization, path['apiproductsId'] ?? '');
  const name = textIn(before, 'name');
  const checked = checkedProduct(organization, { name, ...(typeof body === 'object' ? body : {}) });
  if (checked['name'] !== name) throw invalidArgument('name is immutable');
  if (checked['space'] !== undefined && checked['space'] !== before['space']) {
    throw invalidArgument('space cannot be changed by an update');
  }
  const { createdAt, space } = before;
  const kept = { createdAt, ...(space === undefined ? {} : { space }) };
  const product = { approvalType: 'auto', ...checked, ...kept, lastModifiedAt: organization.now() };
  organization.store.put('product', '', name, product);
  return ok(product);
}

function moveProduct(call: Call) {
  const { organization, path } = call;
  const before = getProduct(organization, path['apiproductsId'] ?? '');
  const space = spaceToMoveTo(call, 'MoveApiProductRequest');
  const product = { ...before, space, lastModifiedAt: organization.now() };
  organization.store.put('product', '', textIn(before, 'name'), product);
  return ok(product);
}

function deleteProduct({ organization, path }: Call) {
  const product = getProduct(organization, path['apiproductsId'] ?? '');
  const name = textIn(product, 'name');
  if (organization.world.switches.productDeleteWhileUsed === 'refused') {
    const users = firstOf(appsUsing(organization, name), 1);
    if (users.length > 0) {
      throw failedPrecondition(`ApiProduct ${name} is associated with app ${textIn(users[0] ?? {}, 'name')}`);
    }
  }
  for (const plan of organization.store.list('rateplan', name)) {
    organization.store.delete('rateplan', name, plan.name);
  }
  organization.store.delete('product', '', name);
  return ok(product);
}

function* appsUsing(organization: SimulatedOrganization, product: string): Generator<Document> {
  for (const app of organization.apps.list('')) {
    const used = documentsIn(app, 'credentials').some((credential) =>
      documentsIn(credential, 'apiProducts').some((association) => association['apiproduct'] === product),
    );
    if (used) yield app;
  }
}

function checkedProduct(organization: SimulatedOrganization, body: unknown): Document {
  const checked = checkedBody('ApiProduct', body);
  // The schema does not mark these as read-only, but the service assigns them.
  delete checked['createdAt'];
  delete checked['lastModifiedAt'];
  assertPresent(checked, ['name']);
  assertAttributes(checked);
  assertSpace(organization, textIn(checked, 'space'));
  const approval = checked['approvalType'];
  if (approval !== undefined && approval !== 'auto' && approval !== 'manual') {
    throw invalidArgument('approvalType must be auto or manual', [
      { field: 'approvalType', description: 'auto or manual' },
    ]);
  }
  assertOneWayOfNaming(checked);
  for (const proxy of productProxies(checked)) {
    if (organization.bundles.find('proxy', proxy) !== undefined) continue;
    throw invalidArgument(`API proxy ${proxy} does not exist`, [
      { field: 'proxies', description: `no proxy ${proxy}` },
    ]);
  }
  if (organization.world.switches.productEnvironments === 'checked') {
    for (const environment of textsIn(checked, 'environments')) {
      if (organization.store.has('environment', '', environment)) continue;
      throw invalidArgument(`environment ${environment} does not exist`, [
        { field: 'environments', description: `no environment ${environment}` },
      ]);
    }
  }
  return checked;
}

function assertOneWayOfNaming(product: Document): void {
  const group = operationGroups.find((field) => product[field] !== undefined);
  if (group === undefined) return;
  const plain = ['apiResources', 'proxies'].find((field) => product[field] !== undefined);
  if (plain === undefined) return;
  throw invalidArgument(`${plain} and ${group} are mutually exclusive`, [
    { field: plain, description: `must not be set together with ${group}` },
  ]);
}

/** Proxies a product names: at top level and as sources of its operation groups (unless those are remote services). */
export function productProxies(product: Document): string[] {
  const names = textsIn(product, 'proxies');
  for (const field of operationGroups) {
    const group = documentIn(product, field);
    if (group['operationConfigType'] === 'remoteservice') continue;
    for (const config of documentsIn(group, 'operationConfigs')) names.push(textIn(config, 'apiSource'));
  }
  return names.filter((name) => name !== '');
}
