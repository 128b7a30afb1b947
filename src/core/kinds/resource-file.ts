import type { CallBody } from '../call.ts';
import { stringField } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { encodeSegment, idSegments, joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Kind } from './kind.ts';
import { isRemovedAbove } from './removed-above.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

const TEXT = 'content';
const BYTES = 'contentBase64';

/** What the id says: the service has no description of a file, only its bytes. */
function toldById(id: ResourceId): { readonly name: string; readonly type: string } {
  const [name = '', type = ''] = idSegments(id).toReversed();
  return { name, type };
}

function upload(body: JsonObject): CallBody {
  const bytes = stringField(body, BYTES);
  const file = { type: 'upload', field: 'file', fileName: 'resource' } as const;
  return bytes === undefined
    ? { ...file, text: stringField(body, TEXT) ?? '' }
    : { ...file, text: bytes, encoding: 'base64' };
}

function collectionPath(id: ResourceId): string {
  return apiPath(joinId(...id.split('/').slice(0, 2)), 'resourcefiles');
}

/** `environments/prod/resourcefiles/jsc/lib%2Fround.js`. */
export const resourceFile: Kind = {
  name: 'resource-file',
  title: { one: 'resource file', many: 'resource files' },
  scope: 'environment',
  idPattern: 'environments/*/resourcefiles/*/*',
  collection: { style: 'names', list: (parent) => apiPath(parent, 'resourcefiles'), items: 'resourceFile' },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: (body, parent) => {
    const [type, name] = [stringField(body, 'type'), stringField(body, 'name')];
    if (type === undefined || name === undefined) return undefined;
    return joinId(parent, 'resourcefiles', encodeSegment(type), encodeSegment(name));
  },
  path: (id) => apiPath(id),
  bodyOfId: toldById,
  rawField: { field: TEXT, base64: BYTES, path: (id) => apiPath(id) },
  serverAssigned: [],
  sets: [],
  defaults: {},
  secrets: [],
  tolerant: [],
  cascadesWithParent: true,
  extraIsDifference: true,
  needs: () => [],
  create: (desired) => ({
    calls: [
      createCall(desired.id, {
        path: [collectionPath(desired.id)],
        query: toldById(desired.id),
        body: upload(desired.body),
        reason: 'the file is missing',
        lookup: { type: 'resource', id: desired.id },
      }),
    ],
  }),
  update: (desired) => ({
    calls: [
      updateCall({
        method: 'PUT',
        path: callPath(desired.id),
        body: upload(desired.body),
        reason: 'its content differs',
      }),
    ],
  }),
  remove: (live, context) =>
    isRemovedAbove(live.id, context)
      ? { calls: [] }
      : {
          calls: [deleteCall(callPath(live.id))],
        },
  listShape: 'P1',
  restore: 'yes',
  limits: [
    'Only files of environments are resources; those of a proxy or shared flow are in its bundle.',
    'Their content is kept like configuration, not like a secret; the ledger names files in which a credential seems to stand.',
  ],
};
