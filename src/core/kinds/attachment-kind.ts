import type { Phase } from '../call.ts';
import { stringField } from '../json.ts';
import { encodeSegment, idName, joinId, parentId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath } from './api-path.ts';
import type { KindName } from './kind-name.ts';
import type { FieldPath, Kind } from './kind.ts';
import { shortNameOf } from './resource-name.ts';
import { jsonBody } from './write-body.ts';
import { deleteCall } from './usual-calls.ts';

/** What environments are attached to. */
export interface AttachmentPlace {
  readonly name: KindName;
  readonly title: string;
  readonly scope: KindName;
  readonly idPattern: string;
  readonly items: string;
  readonly serverAssigned: readonly FieldPath[];
  readonly phase: Phase;
  readonly missing: string;
  readonly risk: string;
  readonly limits: readonly string[];
}

/** The list an attachment is in: its own path has an id that the server made. */
function listPath(id: ResourceId): string {
  return apiPath(parentId(id), 'attachments');
}

/** The kind of the attachments of environments to one kind of place: told apart by the environment, which is all there is to set. */
export function attachmentKind(place: AttachmentPlace): Kind {
  const { name, title, scope, idPattern, items, serverAssigned, limits } = place;
  return {
    name,
    title: { one: title, many: `${title}s` },
    scope,
    idPattern,
    collection: {
      style: 'page-token',
      list: (parent) => apiPath(parent, 'attachments'),
      query: {},
      items,
      pageSize: 25,
    },
    content: 'json',
    canonicalVersion: 1,
    preset: 'gateway',
    idOf: (body, parent) => {
      const environment = stringField(body, 'environment');
      return environment === undefined ? undefined : joinId(parent, 'attachments', encodeSegment(environment));
    },
    path: listPath,
    pathItems: items,
    serverAssigned,
    sets: [],
    defaults: {},
    secrets: [],
    tolerant: [],
    cascadesWithParent: false,
    extraIsDifference: true,
    needs: ({ id }) => [
      { id: joinId('environments', encodeSegment(idName(id))), why: 'it is the attached environment' },
    ],
    create: (desired) => ({
      calls: [
        {
          step: 'attach',
          action: 'link',
          phase: place.phase,
          method: 'POST',
          path: [listPath(desired.id)],
          body: jsonBody({ environment: idName(desired.id) }),
          reason: place.missing,
          longRunning: true,
          // 409: the environment is attached already.
          tolerates: [409],
          lookup: { type: 'resource', id: desired.id },
        },
      ],
    }),
    update: () => ({ calls: [] }),
    remove: (live) => ({
      calls: [
        deleteCall([`${listPath(live.id)}/${encodeURIComponent(shortNameOf(live.body) ?? '')}`], {
          step: 'detach',
          action: 'unlink',
          longRunning: true,
          risk: place.risk,
        }),
      ],
    }),
    listShape: 'P2',
    restore: 'yes',
    limits,
  };
}
