import { alreadyExists, invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, documentIn, textIn, textsIn } from '../document.ts';
import type { ListedDocument } from '../document-store.ts';
import { pageCaps, tokenAnswer, tokenPage } from '../paging.ts';
import { type Answer, type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';

/** Portals: a list that no documentation has, categories, catalog items and their documentation, each answer in a wrapper. */
export const portalRoutes: readonly Route[] = [
  {
    id: 'organizations.sites.list',
    undocumented: 'GET ~/sites',
    handle: ({ organization }) => wrapped(organization, { data: listed(organization, 'site', '') }),
  },
  {
    id: 'organizations.sites.apicategories.list',
    handle: ({ organization, path }) =>
      wrapped(organization, { data: listed(organization, 'apicategory', getSite(organization, path)) }),
  },
  {
    id: 'organizations.sites.apicategories.get',
    handle: ({ organization, path }) => wrapped(organization, { data: getCategory(organization, path) }),
  },
  { id: 'organizations.sites.apicategories.create', handle: createCategory },
  { id: 'organizations.sites.apicategories.patch', handle: renameCategory },
  { id: 'organizations.sites.apicategories.delete', handle: deleteCategory },
  {
    id: 'organizations.sites.apidocs.list',
    paging: { style: 'token', field: 'data' },
    handle: ({ organization, path, query }) => {
      const site = getSite(organization, path);
      const source = {
        from: (name: string) => organization.store.list('apidoc', site, name),
        nameOf: (item: ListedDocument) => item.name,
      };
      const { items, nextPageToken } = tokenPage(source, query, pageCaps.catalogItems);
      const page = { items: items.map((item) => item.read()), nextPageToken };
      return tokenAnswer(organization.world.switches, 'data', page, wrapper(organization));
    },
  },
  {
    id: 'organizations.sites.apidocs.get',
    handle: ({ organization, path }) => wrapped(organization, { data: getItem(organization, path) }),
  },
  { id: 'organizations.sites.apidocs.create', handle: createItem },
  { id: 'organizations.sites.apidocs.update', handle: replaceItem },
  { id: 'organizations.sites.apidocs.delete', handle: deleteItem },
  {
    id: 'organizations.sites.apidocs.getDocumentation',
    handle: ({ organization, path }) => {
      const id = textIn(getItem(organization, path), 'id');
      const data = organization.store.find('apidocumentation', path['sitesId'] ?? '', id);
      return wrapped(organization, data === undefined ? {} : { data });
    },
  },
  { id: 'organizations.sites.apidocs.updateDocumentation', handle: setDocumentation },
];

function wrapper(organization: SimulatedOrganization): Document {
  return { status: 'success', requestId: organization.world.random.uuid(), message: 'done' };
}

function wrapped(organization: SimulatedOrganization, fields: Document): Answer {
  return ok({ ...wrapper(organization), ...fields });
}

function listed(organization: SimulatedOrganization, kind: string, owner: string): Document[] {
  return [...organization.store.list(kind, owner)].map((item) => item.read());
}

function getSite(organization: SimulatedOrganization, path: Call['path']): string {
  const site = path['sitesId'] ?? '';
  if (!organization.store.has('site', '', site)) throw notFound(`site ${site} not found`);
  return site;
}

function getCategory(organization: SimulatedOrganization, path: Call['path']): Document {
  const id = path['apicategoriesId'] ?? '';
  const category = organization.store.find('apicategory', getSite(organization, path), id);
  if (category === undefined) throw notFound(`category ${id} not found`);
  return category;
}

function getItem(organization: SimulatedOrganization, path: Call['path']): Document {
  const id = path['apidocsId'] ?? '';
  const item = organization.store.find('apidoc', getSite(organization, path), id);
  if (item === undefined) throw notFound(`catalog item ${id} not found`);
  return item;
}

function createCategory({ organization, path, body }: Call) {
  const siteId = getSite(organization, path);
  const name = textIn(checkedBody('ApiCategory', body), 'name');
  assertPresent({ name }, ['name']);
  const category = { id: organization.world.random.uuid(), name, siteId, updateTime: organization.now() };
  organization.store.put('apicategory', siteId, category.id, category);
  return wrapped(organization, { data: category });
}

function renameCategory({ organization, path, body }: Call) {
  const before = getCategory(organization, path);
  const name = textIn(checkedBody('ApiCategory', body), 'name');
  assertPresent({ name }, ['name']);
  const category = { ...before, name, updateTime: organization.now() };
  organization.store.put('apicategory', textIn(before, 'siteId'), textIn(before, 'id'), category);
  return wrapped(organization, { data: category });
}

/** Items leave a category that goes. */
function deleteCategory({ organization, path }: Call) {
  const { id, siteId } = getCategory(organization, path);
  const site = String(siteId);
  organization.store.delete('apicategory', site, String(id));
  for (const item of listed(organization, 'apidoc', site)) {
    const categoryIds = textsIn(item, 'categoryIds').filter((each) => each !== id);
    if (categoryIds.length === textsIn(item, 'categoryIds').length) continue;
    organization.store.put('apidoc', site, textIn(item, 'id'), { ...item, categoryIds });
  }
  return wrapped(organization, {});
}

function checkedItem(organization: SimulatedOrganization, site: string, body: unknown): Document {
  const checked = checkedBody('ApiDoc', body);
  assertPresent(checked, ['title', 'apiProductName']);
  if (textIn(checked, 'description').length > 10_000) throw invalidArgument('description is too long');
  const product = textIn(checked, 'apiProductName');
  if (!organization.store.has('product', '', product)) throw invalidArgument(`API product ${product} does not exist`);
  for (const id of textsIn(checked, 'categoryIds')) {
    if (!organization.store.has('apicategory', site, id)) throw invalidArgument(`category ${id} does not exist`);
  }
  return checked;
}

function createItem({ organization, path, body }: Call) {
  const siteId = getSite(organization, path);
  const checked = checkedItem(organization, siteId, body);
  const product = textIn(checked, 'apiProductName');
  if (listed(organization, 'apidoc', siteId).some((item) => item['apiProductName'] === product)) {
    throw alreadyExists(`the portal has a catalog item for ${product} already`);
  }
  const id = String(100_000 + organization.world.random.integer(1_000_000_000));
  const item = { ...checked, id, siteId, modified: organization.now() };
  organization.store.put('apidoc', siteId, id, item);
  return wrapped(organization, { data: item });
}

function replaceItem({ organization, path, body }: Call) {
  const { id, siteId, apiProductName } = getItem(organization, path);
  const checked = checkedItem(organization, String(siteId), body);
  if (checked['apiProductName'] !== apiProductName) throw invalidArgument('apiProductName is immutable');
  const item = { ...checked, id, siteId, modified: organization.now() };
  organization.store.put('apidoc', String(siteId), String(id), item);
  return wrapped(organization, { data: item });
}

function deleteItem({ organization, path }: Call) {
  const { id, siteId } = getItem(organization, path);
  organization.store.delete('apidoc', String(siteId), String(id));
  organization.store.delete('apidocumentation', String(siteId), String(id));
  return wrapped(organization, {});
}

const largestContents = 4 * 1024 * 1024;

/** The contents are not in the answer. */
function setDocumentation({ organization, path, body }: Call) {
  const { id, siteId } = getItem(organization, path);
  const checked = checkedBody('ApiDocDocumentation', body);
  const [sort] = Object.keys(checked);
  if (Object.keys(checked).length !== 1 || sort === undefined)
    throw invalidArgument('one sort of documentation is required');
  const documentation = documentIn(checked, sort);
  const file = documentIn(documentation, sort === 'graphqlDocumentation' ? 'schema' : 'spec');
  assertPresent(file, ['contents', 'displayName']);
  const bytes = Buffer.from(textIn(file, 'contents'), 'base64');
  if (bytes.length > largestContents) throw invalidArgument('contents are larger than 4 MB');
  const format = bytes.toString('utf8').trimStart().startsWith('{') ? 'JSON' : 'YAML';
  const known = sort === 'oasDocumentation' ? { format } : {};
  organization.store.put('apidocumentation', String(siteId), String(id), { [sort]: { ...documentation, ...known } });
  return wrapped(organization, {});
}
