import type { CallDraft, TemplateObject } from '../call.ts';
import { arrayField, isJsonObject, stringField } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath, pathSegment } from './api-path.ts';
import type { CannotRestore, Desired, Kind, Live, WriteContext, Writes } from './kind.ts';
import { isRemovedAbove } from './removed-above.ts';
import { shortNameOf } from './resource-name.ts';
import { differingFields, jsonBody } from './write-body.ts';
import { updateCall, deleteCall } from './usual-calls.ts';

const FILES = 'files';
const LAST = '/archiveDeployment';

/** `environments/bench/archiveDeployment` → `environments/bench`. */
function environmentOf(id: ResourceId): ResourceId {
  return id.slice(0, -LAST.length);
}

function listPath(environment: ResourceId): string {
  return apiPath(environment, 'archiveDeployments');
}

function archivePath(environment: ResourceId, name: string): string {
  return `${listPath(environment)}/${pathSegment(name)}`;
}

function labelsOf({ body }: Desired): TemplateObject {
  const { labels } = body;
  return isJsonObject(labels) ? labels : {};
}

/** The files are uploaded, and then deployed: the newest archive is the one that runs. */
function deployCalls(desired: Desired, reason: string, live?: Live): CallDraft[] {
  const environment = environmentOf(desired.id);
  const labels = labelsOf(desired);
  const gcsUri = { $hole: { hole: 'assigned', call: `${desired.id}#upload`, field: 'uploadUri' } } as const;
  const was = live === undefined ? undefined : stringField(live.body, 'name');
  return [
    {
      step: 'upload',
      action: 'import',
      phase: 'activate',
      method: 'POST',
      path: [`${listPath(environment)}:generateUploadUrl`],
      body: jsonBody({}),
      uploads: { id: desired.id, field: FILES, to: 'uploadUri' },
      reason,
      // Whoever has the address can write there for a while.
      assigns: { uploadUri: { path: 'uploadUri', secret: true } },
      lookup: { type: 'repeat' },
    },
    {
      step: 'deploy',
      action: 'deploy',
      phase: 'activate',
      method: 'POST',
      path: [listPath(environment)],
      body: jsonBody({ gcsUri, ...(Object.keys(labels).length === 0 ? {} : { labels }) }),
      reason,
      longRunning: true,
      lookup: {
        type: 'resource',
        id: desired.id,
        ...(was === undefined ? {} : { unless: { field: 'name', value: was } }),
      },
      ...(live === undefined ? {} : { risk: 'What the archive before it deployed is replaced as a whole.' }),
    },
  ];
}

/** An environment takes archives, or single proxies, for as long as it stands. */
function wrongEnvironment(desired: Desired, context: WriteContext): CannotRestore[] {
  const environment = context.consulted(environmentOf(desired.id));
  if (!isJsonObject(environment) || environment['deploymentType'] === 'ARCHIVE') return [];
  const why = 'The environment is not of deployment type ARCHIVE, and its deployment type is fixed.';
  const next = 'Create the environment again with deployment type ARCHIVE, or deploy the proxies one by one.';
  return [{ id: desired.id, code: 'NEED_MISSING', why, next }];
}

function create(desired: Desired, context: WriteContext): Writes {
  const cannot = wrongEnvironment(desired, context);
  if (cannot.length > 0) return { calls: [], cannot };
  return { calls: deployCalls(desired, 'no archive is deployed') };
}

function update(desired: Desired, live: Live): Writes {
  if (differingFields(desired, live).includes(FILES))
    return { calls: deployCalls(desired, 'another archive is deployed', live) };
  const patch: CallDraft = updateCall({
    method: 'PATCH',
    path: [archivePath(environmentOf(desired.id), shortNameOf(live.body) ?? '')],
    query: { updateMask: 'labels' },
    body: jsonBody({ labels: labelsOf(desired) }),
    reason: 'the labels differ',
  });
  return { calls: [patch] };
}

/** All of them, the oldest first: an older one must not come to be the newest. */
function remove(live: Live, context: WriteContext): Writes {
  if (isRemovedAbove(live.id, context)) return { calls: [] };
  const named: readonly JsonValue[] = arrayField(live.marks ?? {}, 'names');
  const names = named.filter((name) => typeof name === 'string');
  const all = names.length > 0 ? names : [shortNameOf(live.body) ?? ''];
  return {
    calls: all.map((name, index) =>
      deleteCall([archivePath(environmentOf(live.id), name)], {
        step: `delete-${index + 1}`,
        risk: 'The environment has no archive any more, and its earlier ones are gone too.',
      }),
    ),
  };
}

/** `environments/bench/archiveDeployment`: what runs in an environment of deployment type ARCHIVE, with its files. */
export const archiveDeployment: Kind = {
  name: 'archive-deployment',
  title: { one: 'archive deployment', many: 'archive deployments' },
  scope: 'environment',
  idPattern: 'environments/*/archiveDeployment',
  collection: {
    style: 'newest',
    list: listPath,
    query: {},
    items: 'archiveDeployments',
    pageSize: 25,
    orderedBy: 'createdAt',
    operation: 'operation',
    onlyBelow: archiveKey,
  },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: (_body, parent) => `${parent}${LAST}`,
  zippedFiles: {
    field: FILES,
    path: (body, parent) => `${archivePath(parent, shortNameOf(body) ?? '')}:generateDownloadUrl`,
    answer: 'downloadUri',
  },
  serverAssigned: ['name', 'createdAt', 'updatedAt', 'operation', 'gcsUri'],
  sets: [{ path: FILES, by: 'path' }],
  defaults: {},
  maps: ['labels'],
  secrets: [],
  tolerant: [],
  label: (body) => shortNameOf(body) ?? '?',
  cascadesWithParent: true,
  extraIsDifference: true,
  needs: () => [],
  consults: (desired) => [environmentOf(desired.id)],
  create,
  update,
  remove,
  listShape: 'P2',
  restore: 'yes',
  limits: [
    'Only the newest archive whose deployment did not fail: it is what runs. Earlier ones stay where they are and are not made again, because making one would deploy it.',
    'Its files are kept, not the zip around them; an archive over 15 MiB, or over 64 MiB unzipped, is named as not captured.',
    'Its files are kept like configuration, not like secrets; the ledger names those in which a credential seems to stand.',
    'It comes back under a new name. Its paths have the name of the environment in them, so that it may not deploy to one that is called otherwise.',
  ],
};

/** The key by which an environment is found that takes archives. */
export function archiveKey(environment: ResourceId): string {
  return `archives ${environment}`;
}

/** What of an environment's body says so; a type that is no text may be this one. */
export function takesArchives({ deploymentType }: JsonObject): boolean {
  return deploymentType === 'ARCHIVE' || (deploymentType !== undefined && typeof deploymentType !== 'string');
}
