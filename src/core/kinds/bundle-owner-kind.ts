import type { CallDraft } from '../call.ts';
import { canonicalJson } from '../canonical-json.ts';
import { isJsonObject, stringField } from '../json.ts';
import type { JsonValue } from '../json.ts';
import { encodeSegment, joinId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { BundleFlavour } from './bundle-flavour.ts';
import type { Desired, Kind, Live, Writes } from './kind.ts';
import { spaceNeeds, spaceWrites } from './space-membership.ts';
import { jsonBody } from './write-body.ts';
import { deleteCall } from './usual-calls.ts';

function labelsCall(desired: Desired, reason: string): CallDraft {
  const labels = desired.body['labels'];
  return {
    step: 'labels',
    action: 'update',
    phase: 'materialise',
    method: 'PATCH',
    path: callPath(desired.id),
    query: { updateMask: 'labels' },
    body: jsonBody({ labels: labels ?? {} }),
    reason,
    lookup: { type: 'repeat' },
    requires: [],
  };
}

function fieldText(canonical: JsonValue | undefined, field: string): string {
  return canonicalJson((isJsonObject(canonical) ? canonical[field] : undefined) ?? null);
}

function ownerWrites(flavour: BundleFlavour, desired: Desired, live: Live | undefined): Writes {
  const differs = (field: string): boolean => fieldText(desired.canonical, field) !== fieldText(live?.canonical, field);
  const { calls, cannot = [] } = live === undefined ? { calls: [] } : spaceWrites(desired, live);
  return {
    calls: [...calls, ...(flavour.hasLabels && differs('labels') ? [labelsCall(desired, 'labels differ')] : [])],
    cannot,
  };
}

/** The kind of the owner: `apis/orders`. */
export function bundleOwnerKind(flavour: BundleFlavour): Kind {
  return {
    name: flavour.owner,
    title: { one: flavour.title, many: flavour.titleMany },
    scope: 'organization',
    idPattern: `${flavour.path}/*`,
    collection: {
      style: 'marked',
      list: () => flavour.path,
      query: { includeRevisions: 'true', includeMetaData: 'true' },
      items: flavour.items,
    },
    content: 'json',
    canonicalVersion: 1,
    preset: 'gateway',
    // Read-only proxies come from archives and cannot be written.
    accepts: (item) => item['readOnly'] !== true,
    idOf: (body) => {
      const name = stringField(body, 'name');
      return name === undefined ? undefined : joinId(flavour.path, encodeSegment(name));
    },
    path: (id) => apiPath(id),
    serverAssigned: ['metaData', 'revision', 'latestRevisionId', 'apiProxyType', 'readOnly'],
    sets: [],
    defaults: {},
    secrets: [],
    maps: flavour.hasLabels ? ['labels'] : [],
    tolerant: [],
    createdBy: flavour.revision,
    cascadesWithParent: false,
    extraIsDifference: true,
    hiddenBy: 'space',
    needs: spaceNeeds,
    create: (desired) => ownerWrites(flavour, desired, undefined),
    update: (desired, live) => ownerWrites(flavour, desired, live),
    remove: (live) => ({
      calls: [
        deleteCall(callPath(live.id), {
          risk: 'Deletes every revision of it.',
        }),
      ],
    }),
    listShape: 'P1',
    restore: 'yes',
    limits: [
      'It comes back with its captured revisions only; the creation time is new.',
      'It is made in its space or moved into it; nothing is taken out of all spaces.',
    ],
  };
}
