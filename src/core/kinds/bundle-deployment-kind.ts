import type { CallDraft, PathTemplate } from '../call.ts';
import { isJsonObject, stringField } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { encodeSegment, idSegments, joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath } from './api-path.ts';
import type { BundleFlavour } from './bundle-flavour.ts';
import type { Desired, IdContext, Kind, Live, Reference, WriteContext, Writes } from './kind.ts';
import { emptyBody } from './write-body.ts';
import { deleteCall } from './usual-calls.ts';

const SERVICE_ACCOUNT_PREFIX = /^projects\/[^/]+\/serviceAccounts\//;

/** Read as `projects/-/serviceAccounts/EMAIL`, written as the bare e-mail. */
function bareServiceAccount(body: JsonObject): string {
  return (stringField(body, 'serviceAccount') ?? '').replace(SERVICE_ACCOUNT_PREFIX, '');
}

/** `environments/test/apis/orders/deployment` → `environments/test`. */
function environmentOf(id: ResourceId): ResourceId {
  return joinId('environments', encodeSegment(idSegments(id)[1] ?? ''));
}

/** The maps that a policy may mean by a name, from near to far. It makes the map itself where there is none. */
function mapsOf(flavour: BundleFlavour, id: ResourceId, name: string): Reference[] {
  const deployed = joinId(flavour.path, encodeSegment(idSegments(id)[3] ?? ''));
  return [...(flavour.owner === 'proxy' ? [deployed] : []), environmentOf(id), ''].map((above) => ({
    id: joinId(above, 'keyvaluemaps', encodeSegment(name)),
    why: 'a policy names it',
    ifMissing: 'idle',
  }));
}

/** API path of the revisions of the deployed thing, seen from the environment. */
function revisionsPath(flavour: BundleFlavour, id: ResourceId): string {
  return apiPath(environmentOf(id), flavour.path, idSegments(id)[3] ?? '', 'revisions');
}

function revisionOf(canonical: JsonValue): ResourceId | undefined {
  return isJsonObject(canonical) ? stringField(canonical, 'revision') : undefined;
}

function needs(flavour: BundleFlavour, desired: Desired): Reference[] {
  const environment = environmentOf(desired.id);
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
      ifMissing: 'sent' as const,
    })),
    ...(desired.facts?.keyValueMaps ?? []).flatMap((name) => mapsOf(flavour, desired.id, name)),
  ];
}

/** The live number of the wanted revision, or the one that its import will be given. */
function deploymentPath(
  flavour: BundleFlavour,
  desired: Desired,
  revision: ResourceId,
  context: WriteContext,
): PathTemplate {
  const assigned = { hole: 'assigned', call: `${revision}#import`, field: 'revision' } as const;
  const number = context.liveRevision(revision) ?? assigned;
  return [`${revisionsPath(flavour, desired.id)}/`, number, '/deployments'];
}

function deploy(flavour: BundleFlavour, desired: Desired, live: Live | undefined, context: WriteContext): Writes {
  const revision = revisionOf(desired.canonical);
  if (revision === undefined) return { calls: [] };
  const path = deploymentPath(flavour, desired, revision, context);
  const serviceAccount = bareServiceAccount(desired.body);
  const isSameRevision = live !== undefined && revisionOf(live.canonical) === revision;
  const call: CallDraft = {
    step: 'deploy',
    action: 'deploy',
    phase: 'activate',
    method: 'POST',
    path,
    // override: the old revision keeps serving until the new one is ready.
    query: { override: 'true', ...(serviceAccount === '' ? {} : { serviceAccount }) },
    body: emptyBody,
    reason: reasonOf(flavour, live, isSameRevision),
    awaitReady: path,
    // That this revision is deployed proves nothing where it was so before.
    lookup: isSameRevision ? { type: 'repeat' } : { type: 'get', path },
  };
  return { calls: [call] };
}

function reasonOf(flavour: BundleFlavour, live: Live | undefined, isSameRevision: boolean): string {
  if (live === undefined) return `the ${flavour.title} is not deployed here`;
  return isSameRevision ? 'it is deployed with another service account' : 'another revision is deployed';
}

function undeployCall(flavour: BundleFlavour, live: Live): CallDraft {
  return deleteCall([`${revisionsPath(flavour, live.id)}/${stringField(live.body, 'revision') ?? ''}/deployments`], {
    step: 'undeploy',
    action: 'undeploy',
    reason: 'the point does not have it deployed here',
    risk: 'Takes it out of service in this environment.',
  });
}

/** Refers to the content, not to the number: numbers change with each restore. */
function referToContent(
  flavour: BundleFlavour,
  canonical: JsonObject,
  body: JsonObject,
  context: IdContext,
): JsonObject | undefined {
  const number = stringField(body, 'revision');
  const name = stringField(body, 'apiProxy');
  if (number === undefined || name === undefined) return undefined;
  const revision = context.find(flavour.revision, `${flavour.path}/${name}@${number}`);
  if (revision === undefined) return undefined;
  const serviceAccount = bareServiceAccount(body);
  return { ...canonical, revision, ...(serviceAccount === '' ? {} : { serviceAccount }) };
}

/** Assigned by the server, the runtime's own account of itself, or part of the id. */
const serverAssigned = [
  'deployStartTime',
  'state',
  'errors',
  'instances',
  'pods',
  'routeConflicts',
  'proxyDeploymentType',
  'environment',
  'apiProxy',
];

/** The kind of its deployments: `environments/test/apis/orders/deployment`, one per environment. */
export function bundleDeploymentKind(flavour: BundleFlavour): Kind {
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
      const environment = stringField(body, 'environment') ?? '';
      const name = stringField(body, 'apiProxy') ?? '';
      if (environment === '' || name === '') return undefined;
      return joinId('environments', encodeSegment(environment), flavour.path, encodeSegment(name), 'deployment');
    },
    path: (id) => revisionsPath(flavour, id).replace(/\/revisions$/, '/deployments'),
    pathItems: 'deployments',
    serverAssigned,
    sets: [],
    defaults: {},
    secrets: [],
    tolerant: [],
    refine: (canonical, body, context) => referToContent(flavour, canonical, body, context),
    label: (body) => `${flavour.path}/${stringField(body, 'apiProxy') ?? '?'}@${stringField(body, 'revision') ?? '?'}`,
    resolvesAgainst: [flavour.revision],
    factsOf: revisionOf,
    cascadesWithParent: false,
    extraIsDifference: true,
    needs: (desired) => needs(flavour, desired),
    create: (desired, context) => deploy(flavour, desired, undefined, context),
    update: (desired, live, context) => deploy(flavour, desired, live, context),
    remove: (live) => ({ calls: [undeployCall(flavour, live)] }),
    listShape: 'P1',
    restore: 'yes',
    limits: ['State and errors of the runtime are not kept; the deployment is awaited until it is READY.'],
  };
}
