import type { CallDraft } from '../call.ts';
import { canonicalJson } from '../canonical-json.ts';
import { isJsonObject, stringField } from '../json.ts';
import type { JsonValue } from '../json.ts';
import { encodeSegment, joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { BundleFlavour } from './bundle-flavour.ts';
import type { CannotRestore, Desired, Kind, Live, Writes } from './kind.ts';
import { jsonBody } from './write-body.ts';

function cannotMove(id: ResourceId, space: string | undefined): CannotRestore {
  return {
    id,
    code: 'NOT_SETTABLE',
    why:
      space === undefined
        ? 'It belonged to no space, and a resource cannot be taken out of one in this release.'
        : `It belonged to space "${space}", and spaces are not restored in this release.`,
    next: 'Move it by hand after the restore.',
  };
}

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
  };
}

function fieldText(canonical: JsonValue | undefined, field: string): string {
  return canonicalJson((isJsonObject(canonical) ? canonical[field] : undefined) ?? null);
}

function ownerWrites(flavour: BundleFlavour, desired: Desired, live: Live | undefined): Writes {
  const differs = (field: string): boolean => fieldText(desired.canonical, field) !== fieldText(live?.canonical, field);
  return {
    calls: flavour.hasLabels && differs('labels') ? [labelsCall(desired, 'labels differ')] : [],
    cannot: differs('space') ? [cannotMove(desired.id, stringField(desired.body, 'space'))] : [],
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
    needs: () => [],
    create: (desired) => ownerWrites(flavour, desired, undefined),
    update: (desired, live) => ownerWrites(flavour, desired, live),
    remove: (live) => ({
      calls: [
        {
          step: 'delete',
          action: 'delete',
          phase: 'remove',
          method: 'DELETE',
          path: callPath(live.id),
          reason: 'the point does not have it',
          tolerates: [404],
          lookup: { type: 'repeat' },
          risk: 'Deletes every revision of it.',
        },
      ],
    }),
    listShape: 'P1',
    restore: 'yes',
    limits: ['It comes back with its captured revisions only; the creation time is new.', 'Its space is not restored.'],
  };
}
