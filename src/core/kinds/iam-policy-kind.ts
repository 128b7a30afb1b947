import type { CallDraft } from '../call.ts';
import { canonicalJson } from '../canonical-json.ts';
import { arrayField, isJsonObject, stringField } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { compareIds, joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import type { KindName } from './kind-name.ts';
import type { ApiPath, Kind, Live } from './kind.ts';
import { isRemovedAbove } from './removed-above.ts';
import { jsonBody } from './write-body.ts';

const SEGMENT = 'iamPolicy';
/** Only this version shows and keeps conditions. */
const VERSION = 3;
const readQuery = { 'options.requestedPolicyVersion': String(VERSION) };

/** What differs between the policies of an environment, a space, a deployment. */
export interface IamPolicyFlavour {
  readonly name: KindName;
  readonly scope: KindName;
  /** `an environment`. */
  readonly of: string;
  readonly ofMany: string;
  /** The id pattern of the resource that the policy is of. */
  readonly pattern: string;
  /** API path of that resource. */
  readonly path: (owner: ResourceId) => ApiPath;
  readonly notFoundMeans?: string;
  readonly limits?: readonly string[];
}

function isDeleted(member: JsonValue): boolean {
  return typeof member === 'string' && member.startsWith('deleted:');
}

/** Bindings without members that were deleted: these grant nothing, and no policy that names them is accepted. */
function livingBindings(policy: JsonObject): JsonObject[] {
  return arrayField(policy, 'bindings').flatMap((binding) => {
    if (!isJsonObject(binding)) return [];
    const all = arrayField(binding, 'members');
    if (!all.some(isDeleted)) return [binding];
    const members = all.filter((member) => !isDeleted(member));
    return members.length === 0 ? [] : [{ ...binding, members }];
  });
}

function deletedMembers(...policies: readonly JsonObject[]): string[] {
  const bindings = policies.flatMap((policy) => arrayField(policy, 'bindings')).filter(isJsonObject);
  const members = bindings.flatMap((binding) => arrayField(binding, 'members')).filter(isDeleted);
  return [...new Set(members.map(String))].sort(compareIds);
}

function refine(canonical: JsonObject): JsonObject {
  const bindings = livingBindings(canonical).sort((a, b) => compareIds(canonicalJson(a), canonicalJson(b)));
  const { bindings: _, ...rest } = canonical;
  return bindings.length === 0 ? rest : { ...rest, bindings };
}

/** The policy without what only tells it from its predecessor. */
function writable(policy: JsonObject): JsonObject {
  const auditConfigs = arrayField(policy, 'auditConfigs');
  return {
    version: VERSION,
    bindings: livingBindings(policy),
    ...(auditConfigs.length === 0 ? {} : { auditConfigs }),
  };
}

interface Wanted {
  readonly id: ResourceId;
  readonly path: ApiPath;
  readonly body: JsonObject;
  readonly live: Live | undefined;
}

function set({ id: _, path, body, live }: Wanted, draft: Pick<CallDraft, 'step' | 'action' | 'reason'>): CallDraft {
  // The target's own tag: that of the point belongs to a policy that is gone.
  const etag = live === undefined ? undefined : stringField(live.body, 'etag');
  const hasAudit = [body, live?.body ?? {}].some((policy) => arrayField(policy, 'auditConfigs').length > 0);
  const left = deletedMembers(body, live?.body ?? {});
  return {
    ...draft,
    phase: 'permit',
    method: 'POST',
    path: [`${path}:setIamPolicy`],
    body: jsonBody({
      policy: { ...writable(body), ...(etag === undefined ? {} : { etag }) },
      // By default only bindings are written.
      ...(hasAudit ? { updateMask: 'bindings,etag,auditConfigs' } : {}),
    }),
    lookup:
      etag === undefined
        ? { type: 'repeat' }
        : { type: 'moved', method: 'GET', path: [`${path}:getIamPolicy`], query: readQuery, field: 'etag', was: etag },
    risk:
      left.length === 0
        ? 'Changes who may do what; the identity of this restore may lose permissions, so it comes last of all.'
        : `Changes who may do what. Deleted members cannot be written and are left out: ${left.join(', ')}.`,
  };
}

/** The kind of the IAM policies of one sort of resource: `environments/prod/iamPolicy`. A policy without bindings is no resource. */
export function iamPolicyKind(flavour: IamPolicyFlavour): Kind {
  const ownerOf = (id: ResourceId): ResourceId => id.slice(0, id.lastIndexOf('/'));
  const pathOf = (id: ResourceId): ApiPath => flavour.path(ownerOf(id));
  return {
    name: flavour.name,
    title: { one: `IAM policy of ${flavour.of}`, many: `IAM policies of ${flavour.ofMany}` },
    scope: flavour.scope,
    idPattern: `${flavour.pattern}/${SEGMENT}`,
    collection: { style: 'singleton' },
    content: 'json',
    canonicalVersion: 2,
    preset: 'gateway',
    idOf: (_body, parent) => joinId(parent, SEGMENT),
    path: (id) => `${pathOf(id)}:getIamPolicy`,
    readQuery,
    isVacant: (body) => livingBindings(body).length === 0 && arrayField(body, 'auditConfigs').length === 0,
    vacancy: { bindings: 'array', auditConfigs: 'array', etag: 'string', version: 'number' },
    ...(flavour.notFoundMeans === undefined ? {} : { notFoundMeans: flavour.notFoundMeans }),
    serverAssigned: ['etag', 'version'],
    sets: [
      { path: 'bindings' },
      { path: 'bindings[].members' },
      { path: 'auditConfigs' },
      { path: 'auditConfigs[].auditLogConfigs' },
      { path: 'auditConfigs[].auditLogConfigs[].exemptedMembers' },
    ],
    defaults: {},
    unspecified: { 'auditConfigs[].auditLogConfigs[].logType': 'LOG_TYPE_UNSPECIFIED' },
    former: { 1: { unspecified: {} } },
    secrets: [],
    tolerant: [],
    refine,
    cascadesWithParent: true,
    extraIsDifference: true,
    needs: () => [],
    create: ({ id, body }) => ({
      calls: [
        set(
          { id, path: pathOf(id), body, live: undefined },
          { step: 'set', action: 'create', reason: 'it has no policy of its own' },
        ),
      ],
    }),
    update: ({ id, body }, live) => ({
      calls: [
        set({ id, path: pathOf(id), body, live }, { step: 'set', action: 'update', reason: 'the policy differs' }),
      ],
    }),
    remove: (live, context) =>
      isRemovedAbove(live.id, context)
        ? { calls: [] }
        : {
            calls: [
              set(
                { id: live.id, path: pathOf(live.id), body: {}, live },
                { step: 'empty', action: 'delete', reason: 'the point has no policy here' },
              ),
            ],
          },
    listShape: 'P5',
    restore: 'yes',
    limits: [
      'Members that were deleted in Google Cloud cannot be written: they are left out, and named as a risk of the plan.',
      'Roles and principals have to exist: they belong to Google Cloud IAM, which is not captured.',
      ...(flavour.limits ?? []),
    ],
  };
}
