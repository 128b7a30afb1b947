import type { PathTemplate } from '../call.ts';
import { isJsonObject, omitFields } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { joinId, parentId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath, pathSegment } from './api-path.ts';
import type { Desired, Kind, Live, WriteContext, Writes } from './kind.ts';
import { isRemovedAbove } from './removed-above.ts';
import { jsonBody } from './write-body.ts';

/** `sites/s/apidocs/PRODUCT/documentation` → `sites/s/apidocs/PRODUCT`. */
function itemOf(id: ResourceId): ResourceId {
  return id.slice(0, id.lastIndexOf('/'));
}

function dataOf(body: JsonObject): JsonObject {
  const { data } = body;
  return isJsonObject(data) ? data : {};
}

/** The documentation without what the service finds out about it. */
function writable(body: JsonObject): JsonObject {
  const data = dataOf(body);
  const { oasDocumentation } = data;
  return isJsonObject(oasDocumentation)
    ? { ...data, oasDocumentation: omitFields(oasDocumentation, ['format']) }
    : data;
}

function set(desired: Desired, context: WriteContext, action: 'create' | 'update', reason: string): Writes {
  const item = itemOf(desired.id);
  const name = context.liveName(item);
  const items = apiPath(parentId(item), 'apidocs');
  const assigned = { hole: 'assigned', call: `${item}#create`, field: 'id' } as const;
  const path: PathTemplate =
    name === undefined ? [`${items}/`, assigned, '/documentation'] : [`${items}/${pathSegment(name)}/documentation`];
  return {
    calls: [
      {
        step: 'set',
        action,
        phase: 'materialise',
        method: 'PATCH',
        path,
        body: jsonBody(writable(desired.body)),
        reason,
        lookup: { type: 'repeat' },
      },
    ],
  };
}

function remove(live: Live, context: WriteContext): Writes {
  if (isRemovedAbove(live.id, context)) return { calls: [] };
  const why = 'No call of the API takes documentation away from a catalog item.';
  return { calls: [], cannot: [{ id: live.id, code: 'NO_WRITE', why, next: 'Remove it in the Apigee console.' }] };
}

/** The OpenAPI, GraphQL or AsyncAPI documentation of a catalog item, up to 4 MB. */
export const portalItemDocumentation: Kind = {
  name: 'portal-item-documentation',
  title: { one: 'documentation of a catalog item', many: 'documentation of catalog items' },
  scope: 'portal-item',
  idPattern: 'sites/*/apidocs/*/documentation',
  collection: { style: 'singleton' },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  isVacant: (body) => Object.keys(dataOf(body)).length === 0,
  vacancy: { data: 'object', requestId: 'string' },
  idOf: (_body, parent) => joinId(parent, 'documentation'),
  pathUnder: (id, item) => apiPath(parentId(itemOf(id)), 'apidocs', item, 'documentation'),
  serverAssigned: ['status', 'message', 'requestId', 'errorCode', 'data.oasDocumentation.format'],
  sets: [],
  defaults: {},
  secrets: [],
  tolerant: [],
  cascadesWithParent: true,
  extraIsDifference: true,
  needs: () => [],
  create: (desired, context) => set(desired, context, 'create', 'the documentation is missing'),
  update: (desired, _live, context) => set(desired, context, 'update', 'the documentation differs'),
  remove,
  listShape: 'P5',
  restore: 'yes',
  limits: ['Documentation that a catalog item was given since cannot be taken away again by the API.'],
};
