import type { CallDraft, PathTemplate } from '../call.ts';
import { stringField } from '../json.ts';
import { encodeSegment, joinId, parentId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { CannotRestore, Desired, Kind } from './kind.ts';
import { nameSegment } from '../sealed-name.ts';
import type { KvmPlace } from './kvm-place.ts';
import { jsonBody } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

/** Under this index key a map is found whose values the API never gives out. */
function maskedKey(map: ResourceId): string {
  return `masked:${map}`;
}

/** Whatever else than false is said: a mask that is taken for a value would be restored as one. */
function isMasked(body: Desired['body']): boolean {
  const { maskedValues } = body;
  return maskedValues !== undefined && maskedValues !== false;
}

/** `encrypted` is required, and true for every map (API description, KeyValueMap). */
function mapBody(desired: Desired): NonNullable<CallDraft['body']> {
  return jsonBody({ ...desired.body, encrypted: true });
}

function createMap(desired: Desired): CallDraft {
  return createCall(desired.id, {
    path: [apiPath(parentId(desired.id), 'keyvaluemaps')],
    body: mapBody(desired),
    reason: 'the map is missing',
  });
}

function maskedValuesLost({ id }: Desired): CannotRestore {
  return {
    id,
    code: 'UNREADABLE',
    why: 'Its values are masked, so no backup can read them: the map comes back without any of its entries.',
    next: 'Enter the values again; the ledger of the point (holdfast show) names the entries.',
  };
}

function updateMap(desired: Desired): CallDraft {
  return updateCall({
    method: 'PUT',
    path: callPath(desired.id),
    body: mapBody(desired),
    reason: 'whether its values are masked differs',
  });
}

/** The kind of the key value maps of one place. What they hold is a kind of its own: maps may have many thousand entries. */
export function kvmKind(place: KvmPlace): Kind {
  return {
    name: place.map,
    title: { one: `${place.title} key value map`, many: `${place.title} key value maps` },
    scope: place.scope,
    idPattern: `${place.above}keyvaluemaps/*`,
    collection: { style: 'names', list: (parent) => apiPath(parent, 'keyvaluemaps') },
    content: 'json',
    canonicalVersion: 1,
    preset: 'gateway',
    idOf: (body, parent) => {
      const name = stringField(body, 'name');
      return name === undefined || name === '' ? undefined : joinId(parent, 'keyvaluemaps', encodeSegment(name));
    },
    indexKeys: (body, id) => (isMasked(body) ? [maskedKey(id)] : []),
    path: (id) => apiPath(id),
    serverAssigned: [],
    sets: [],
    defaults: { encrypted: true },
    secrets: [],
    tolerant: [],
    // Entries that are left over break the encryption of an environment that is created again under this name.
    cascadesWithParent: false,
    extraIsDifference: true,
    needs: () => [],
    create: (desired) => ({
      calls: [createMap(desired)],
      ...(isMasked(desired.body) ? { cannot: [maskedValuesLost(desired)] } : {}),
    }),
    update: (desired) => ({ calls: [updateMap(desired)] }),
    remove: (live) => ({ calls: [deleteCall(callPath(live.id), { risk: 'Policies that read this map fail.' })] }),
    listShape: 'P0',
    restore: 'yes',
    limits: ['A map with masked values comes back empty: its values have to be entered again.'],
  };
}

/** Where an entry is written; a name that is sealed is filled in when it is sent. */
function entryPath(id: ResourceId, from: 'secret' | 'live'): PathTemplate {
  if (!id.slice(id.lastIndexOf('/') + 1).startsWith('~')) return callPath(id);
  return [`${apiPath(parentId(id), 'entries')}/`, { hole: from, id, name: 'name' }];
}

/** The kind of the entries in the key value maps of one place. */
export function kvmEntryKind(place: KvmPlace): Kind {
  return {
    name: place.entry,
    title: { one: `${place.title} key value map entry`, many: `${place.title} key value map entries` },
    scope: place.map,
    comesWithNeed: true,
    mayBeLeftOut: true,
    idPattern: `${place.above}keyvaluemaps/*/entries/*`,
    collection: {
      style: 'page-token',
      list: (parent) => apiPath(parent, 'entries'),
      query: {},
      items: 'keyValueEntries',
      // The documented default; a maximum is not documented.
      pageSize: 100,
      unmarked: true,
    },
    content: 'json',
    canonicalVersion: 1,
    preset: 'gateway',
    sealableName: 'name',
    idOf: (body, parent, { hasher, sealsNames }) => {
      const name = stringField(body, 'name');
      const isSealed = sealsNames?.(place.entry, parent) === true;
      return name === undefined || name === ''
        ? undefined
        : joinId(parent, 'entries', nameSegment(name, hasher, isSealed));
    },
    unreadable: (id, context) =>
      context.find(place.map, maskedKey(parentId(id))) === undefined
        ? undefined
        : 'The map masks its values: no call reads them.',
    path: (id) => apiPath(id),
    serverAssigned: [],
    sets: [],
    defaults: {},
    secrets: ['value'],
    tolerant: [],
    cascadesWithParent: true,
    extraIsDifference: true,
    needs: () => [],
    create: (desired) => ({
      calls: [
        createCall(desired.id, {
          path: [apiPath(parentId(desired.id), 'entries')],
          body: jsonBody(desired.body),
          reason: 'the entry is missing',
          lookup: { type: 'get', path: entryPath(desired.id, 'secret') },
        }),
      ],
    }),
    update: (desired) => ({
      calls: [
        updateCall({
          method: 'PUT',
          path: entryPath(desired.id, 'secret'),
          body: jsonBody(desired.body),
          reason: 'its value differs',
        }),
      ],
    }),
    remove: (live) => ({
      calls: [deleteCall(entryPath(live.id, 'live'), { risk: 'Policies no longer find this entry.' })],
    }),
    listShape: 'P2',
    restore: 'part',
    limits: [
      'Masked values can never be read: they are named in the ledger, left alone where they live, and never written.',
      'Entries whose names are sealed (keyValueMaps: sealNames) are shown and chosen by a tag in place of the name.',
      'Each entry costs a call. Runtimes may serve a value they have cached for some minutes after the restore.',
    ],
  };
}
