import type { CallDraft } from '../call.ts';
import { isJsonObject, stringField } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { encodeSegment, idName, idSegments, joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { CannotRestore, Desired, Kind, Live, WriteContext, Writes } from './kind.ts';
import { emptyBody, jsonBody } from './write-body.ts';

/**
 * What proxies and shared flows have in common: an owner that comes into being with its first import, revisions told apart
 * by the digest of their bundles, and deployments that refer to those digests.
 */
export interface BundleFlavour {
  readonly owner: 'proxy' | 'shared-flow';
  readonly revision: 'proxy-revision' | 'shared-flow-revision';
  readonly deployment: 'proxy-deployment' | 'shared-flow-deployment';
  /** `API proxy`, `shared flow`. */
  readonly title: string;
  readonly titleMany: string;
  /** Collection path: `apis`, `sharedflows`. */
  readonly path: 'apis' | 'sharedflows';
  /** Array field of the list answer. */
  readonly items: 'proxies' | 'sharedFlows';
  readonly hasLabels: boolean;
  readonly deploymentsQuery: { readonly [name: string]: string };
}

export const proxyFlavour: BundleFlavour = {
  owner: 'proxy',
  revision: 'proxy-revision',
  deployment: 'proxy-deployment',
  title: 'API proxy',
  titleMany: 'API proxies',
  path: 'apis',
  items: 'proxies',
  hasLabels: true,
  deploymentsQuery: {},
};

export const sharedFlowFlavour: BundleFlavour = {
  owner: 'shared-flow',
  revision: 'shared-flow-revision',
  deployment: 'shared-flow-deployment',
  title: 'shared flow',
  titleMany: 'shared flows',
  path: 'sharedflows',
  items: 'sharedFlows',
  hasLabels: false,
  // Without it the list has proxies only.
  deploymentsQuery: { sharedFlows: 'true' },
};

function fieldOf(canonical: JsonValue, field: string): JsonValue | undefined {
  return isJsonObject(canonical) ? canonical[field] : undefined;
}

function cannotMove(id: ResourceId, space: string): CannotRestore {
  return {
    id,
    code: 'NOT_SETTABLE',
    why: `It belonged to space "${space}", and spaces are not restored in this release.`,
    next: 'Move it into the space by hand after the restore.',
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

function ownerWrites(flavour: BundleFlavour, desired: Desired, live: Live | undefined): Writes {
  const calls: CallDraft[] = [];
  const cannot: CannotRestore[] = [];
  const differs = (field: string): boolean =>
    JSON.stringify(fieldOf(desired.canonical, field) ?? null) !==
    JSON.stringify(live === undefined ? null : (fieldOf(live.canonical, field) ?? null));
  if (flavour.hasLabels && differs('labels')) calls.push(labelsCall(desired, 'labels differ'));
  if (differs('space')) cannot.push(cannotMove(desired.id, stringField(desired.body, 'space') ?? '(none)'));
  return { calls, cannot };
}

/** The kind of the owner: `apis/orders`. */
export function ownerKind(flavour: BundleFlavour): Kind {
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

function numbersOf(live: Live): string[] {
  const numbers = live.marks?.['numbers'];
  return isJsonObject(numbers) ? Object.keys(numbers).sort((a, b) => Number(a) - Number(b)) : [];
}

/** The kind of its revisions: `apis/orders/revisions/~DIGEST`. */
export function revisionKind(flavour: BundleFlavour): Kind {
  const ownerOf = (id: ResourceId): ResourceId => id.slice(0, id.indexOf('/revisions/'));
  return {
    name: flavour.revision,
    title: { one: `${flavour.title} revision`, many: `${flavour.title} revisions` },
    scope: flavour.owner,
    idPattern: `${flavour.path}/*/revisions/*`,
    collection: {
      style: 'revisions',
      field: 'revision',
      bundle: (parent, number) => apiPath(parent, 'revisions', number),
      detail: (parent, number) => apiPath(parent, 'revisions', number),
    },
    content: 'bundle',
    canonicalVersion: 1,
    preset: 'gateway',
    idOf: (body, parent) => {
      const digest = stringField(body, 'digest');
      return digest === undefined ? undefined : joinId(parent, 'revisions', `~${digest}`);
    },
    readWith: ownerOf,
    serverAssigned: [],
    sets: [],
    defaults: {},
    secrets: [],
    tolerant: [],
    cascadesWithParent: true,
    // Imports only add; an undeployed revision that only live has hurts nobody.
    extraIsDifference: false,
    needs: () => [],
    create: (desired) => ({
      calls: [
        {
          step: 'import',
          action: 'import',
          phase: 'materialise',
          method: 'POST',
          path: [flavour.path],
          query: { action: 'import', name: idName(ownerOf(desired.id)) },
          body: { type: 'bundle', id: desired.id },
          reason: 'no live revision has this content',
          assigns: { revision: { path: 'revision', secret: false } },
          lookup: { type: 'revision', id: desired.id },
        },
      ],
    }),
    update: () => ({ calls: [] }),
    remove: (live, context) => ({
      calls: context.isRemoved(ownerOf(live.id))
        ? []
        : numbersOf(live).map((number) => ({
            step: `delete-${number}`,
            action: 'delete' as const,
            phase: 'remove' as const,
            method: 'DELETE' as const,
            path: callPath(ownerOf(live.id), 'revisions', number),
            reason: 'the point does not have it',
            tolerates: [404],
            lookup: { type: 'repeat' as const },
          })),
    }),
    listShape: 'embedded',
    restore: 'yes',
    limits: ['It comes back under a new revision number; deployments follow its content.'],
  };
}

const SERVICE_ACCOUNT_PREFIX = /^projects\/[^/]+\/serviceAccounts\//;

/** Read as `projects/-/serviceAccounts/EMAIL`, written as the bare e-mail. */
function bareServiceAccount(body: JsonObject): string {
  return (stringField(body, 'serviceAccount') ?? '').replace(SERVICE_ACCOUNT_PREFIX, '');
}

/** The kind of its deployments: `environments/test/apis/orders/deployment`, one per environment. */
export function deploymentKind(flavour: BundleFlavour): Kind {
  const place = (id: ResourceId): { environment: ResourceId; owner: ResourceId } => {
    const [, environment = '', , name = ''] = idSegments(id);
    return {
      environment: joinId('environments', encodeSegment(environment)),
      owner: joinId(flavour.path, encodeSegment(name)),
    };
  };
  const revisionsPath = (id: ResourceId): string => {
    const { environment, owner } = place(id);
    return apiPath(environment, flavour.path, idName(owner), 'revisions');
  };
  const revisionOf = (canonical: JsonValue): ResourceId | undefined => {
    const revision = fieldOf(canonical, 'revision');
    return typeof revision === 'string' ? revision : undefined;
  };
  const deploy = (desired: Desired, context: WriteContext, reason: string): Writes => {
    const revision = revisionOf(desired.canonical);
    if (revision === undefined) return { calls: [] };
    const number = context.liveRevision(revision);
    const part = number ?? { hole: 'assigned' as const, call: `${revision}#import`, field: 'revision' };
    const path = [`${revisionsPath(desired.id)}/`, part, '/deployments'];
    const serviceAccount = bareServiceAccount(desired.body);
    return {
      calls: [
        {
          step: 'deploy',
          action: 'deploy',
          phase: 'activate',
          method: 'POST',
          path,
          // override: the old revision keeps serving until the new one is ready.
          query: { override: 'true', ...(serviceAccount === '' ? {} : { serviceAccount }) },
          body: emptyBody,
          reason,
          awaitReady: path,
          lookup: { type: 'get', path },
        },
      ],
    };
  };
  return {
    name: flavour.deployment,
    title: { one: `${flavour.title} deployment`, many: `${flavour.title} deployments` },
    scope: 'environment',
    idPattern: `environments/*/${flavour.path}/*/deployment`,
    collection: { style: 'whole', list: () => 'deployments', query: flavour.deploymentsQuery, items: 'deployments' },
    content: 'json',
    canonicalVersion: 1,
    preset: 'gateway',
    idOf: (body) => {
      const environment = stringField(body, 'environment');
      const name = stringField(body, 'apiProxy');
      if (environment === undefined || name === undefined) return undefined;
      return joinId('environments', encodeSegment(environment), flavour.path, encodeSegment(name), 'deployment');
    },
    path: (id) => revisionsPath(id).replace(/\/revisions$/, '/deployments'),
    pathItems: 'deployments',
    serverAssigned: [
      'deployStartTime',
      'state',
      'errors',
      'instances',
      'pods',
      'routeConflicts',
      'proxyDeploymentType',
      'environment',
      'apiProxy',
    ],
    sets: [],
    defaults: {},
    secrets: [],
    tolerant: [],
    refine: (canonical, body, context) => {
      const number = stringField(body, 'revision');
      const name = stringField(body, 'apiProxy');
      if (number === undefined || name === undefined) return undefined;
      const revision = context.find(flavour.revision, `${flavour.path}/${name}@${number}`);
      if (revision === undefined) return undefined;
      const serviceAccount = bareServiceAccount(body);
      return { ...canonical, revision, ...(serviceAccount === '' ? {} : { serviceAccount }) };
    },
    label: (body) => `${flavour.path}/${stringField(body, 'apiProxy') ?? '?'}@${stringField(body, 'revision') ?? '?'}`,
    resolvesAgainst: [flavour.revision],
    factsOf: revisionOf,
    cascadesWithParent: false,
    extraIsDifference: true,
    needs: (desired) => {
      const { environment } = place(desired.id);
      const revision = revisionOf(desired.canonical);
      return [
        ...(revision === undefined ? [] : [{ id: revision, why: 'it is the deployed revision' }]),
        ...(desired.facts?.sharedFlows ?? []).map((name) => ({
          id: joinId(environment, 'sharedflows', encodeSegment(name), 'deployment'),
          why: 'a FlowCallout names it',
        })),
        ...(desired.facts?.targetServers ?? []).map((name) => ({
          id: joinId(environment, 'targetservers', encodeSegment(name)),
          why: 'a target endpoint names it',
        })),
      ];
    },
    create: (desired, context) => deploy(desired, context, `the ${flavour.title} is not deployed here`),
    update: (desired, _live, context) => deploy(desired, context, 'another revision or service account is deployed'),
    remove: (live) => ({
      calls: [
        {
          step: 'undeploy',
          action: 'undeploy',
          phase: 'remove',
          method: 'DELETE',
          path: [`${revisionsPath(live.id)}/${stringField(live.body, 'revision') ?? ''}/deployments`],
          reason: 'the point does not have it deployed here',
          tolerates: [404],
          lookup: { type: 'repeat' },
          risk: 'Takes it out of service in this environment.',
        },
      ],
    }),
    listShape: 'P1',
    restore: 'yes',
    limits: ['State and errors of the runtime are not kept; the deployment is awaited until it is READY.'],
  };
}
