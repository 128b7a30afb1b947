import type { CallBody, PathTemplate, TemplateValue } from '../call.ts';
import { arrayField, isJsonObject, omitFields, stringField } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { encodeSegment, joinId, parentId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath, pathSegment } from './api-path.ts';
import type { Desired, IdContext, Kind, Live, Reference, WriteContext } from './kind.ts';
import { jsonBody } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

const serverAssigned = ['id', 'siteId', 'modified'];

function productOf(body: JsonObject): string | undefined {
  return stringField(body, 'apiProductName') ?? stringField(body, 'edgeAPIProductName');
}

function textsOf(value: readonly JsonValue[]): readonly string[] {
  return value.filter((text) => typeof text === 'string');
}

/** The categories by what they are called, for their ids are the server's. Undefined when one of them is not known. */
function referToCategories(canonical: JsonObject, body: JsonObject, context: IdContext): JsonObject | undefined {
  const ids: ResourceId[] = [];
  for (const id of textsOf(arrayField(body, 'categoryIds'))) {
    const category = context.find('portal-category', id);
    if (category === undefined) return undefined;
    ids.push(category);
  }
  return ids.length === 0 ? canonical : { ...canonical, categoryIds: ids.sort() };
}

function categoriesOf({ canonical }: Desired | Live): readonly ResourceId[] {
  return isJsonObject(canonical) ? textsOf(arrayField(canonical, 'categoryIds')) : [];
}

function needs(state: Desired | Live): Reference[] {
  const product = productOf(state.body);
  return [
    ...(product === undefined
      ? []
      : [{ id: joinId('apiproducts', encodeSegment(product)), why: 'the catalog item shows this product' }]),
    ...categoriesOf(state).map((id) => ({ id, why: 'the catalog item is in this category' })),
  ];
}

/** The item with the ids that its categories have live, or are given by this plan. */
function writable(desired: Desired, context: WriteContext): CallBody {
  const categoryIds = categoriesOf(desired).map((id): TemplateValue => {
    const assigned = { $hole: { hole: 'assigned', call: `${id}#create`, field: 'id' } } as const;
    return context.liveName(id) ?? assigned;
  });
  const rest = omitFields(desired.body, [...serverAssigned, 'categoryIds']);
  return jsonBody({ ...rest, ...(categoryIds.length === 0 ? {} : { categoryIds }) });
}

function livePath(live: Live): PathTemplate {
  return [`${apiPath(parentId(live.id), 'apidocs')}/${pathSegment(stringField(live.body, 'id') ?? '')}`];
}

/** `sites/acme-developers/apidocs/payments-standard`: a portal has one item for each product. */
export const portalItem: Kind = {
  name: 'portal-item',
  title: { one: 'catalog item', many: 'catalog items' },
  scope: 'portal-site',
  idPattern: 'sites/*/apidocs/*',
  collection: {
    style: 'page-token',
    list: (parent) => apiPath(parent, 'apidocs'),
    query: {},
    items: 'data',
    pageSize: 100,
  },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: (body, parent) => {
    const product = productOf(body);
    return product === undefined || product === '' ? undefined : joinId(parent, 'apidocs', encodeSegment(product));
  },
  mayCollide: { serverName: 'id' },
  resolvesAgainst: ['portal-category'],
  serverAssigned,
  sets: [{ path: 'categoryIds' }],
  defaults: {},
  secrets: [],
  tolerant: [],
  refine: referToCategories,
  cascadesWithParent: true,
  extraIsDifference: true,
  needs,
  create: (desired, context) => ({
    calls: [
      createCall(desired.id, {
        path: [apiPath(parentId(desired.id), 'apidocs')],
        body: writable(desired, context),
        reason: 'the catalog item is missing',
        assigns: { id: { path: 'data.id', inBody: 'id', secret: false } },
        lookup: { type: 'resource', id: desired.id },
      }),
    ],
  }),
  update: (desired, live, context) => ({
    calls: [
      updateCall({
        method: 'PUT',
        path: livePath(live),
        body: writable(desired, context),
        reason: 'the catalog item differs',
      }),
    ],
  }),
  remove: (live) => ({
    calls: [
      deleteCall(livePath(live), {
        risk: 'Developers do not find this product in the portal any more.',
      }),
    ],
  }),
  listShape: 'P2',
  restore: 'yes',
  limits: [
    'An image that is a path of a portal file comes back as that path: files of a portal have no API, and have to be uploaded by hand.',
    'An item that comes back has a new id, so that links to it may break; who may see it under audience management is kept in the console only.',
  ],
};
