import { isJsonObject, stringField } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { encodeSegment, idName, joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { CannotRestore, Desired, Kind, Live, WriteContext, Writes } from './kind.ts';
import { shortNameOf } from './resource-name.ts';
import { bodyWithout, differingFields } from './write-body.ts';

/** Google's own profile, which every organization with the add-on has. */
const GOOGLES = 'default';

/** Whose add-on brings Google's profile along. */
const ORGANIZATION = 'organization';

const serverAssigned = [
  'name',
  'environments',
  'maxScore',
  'minScore',
  'revisionId',
  'revisionCreateTime',
  'revisionPublishTime',
  'revisionUpdateTime',
];

/** `strict@3` is the third revision of `strict`. */
function profileName(body: JsonObject): string | undefined {
  return shortNameOf(body)?.replace(/@.*$/, '');
}

function isGoogles(id: ResourceId): boolean {
  return idName(id) === GOOGLES;
}

const googles: Writes = {
  calls: [],
  cannot: [
    {
      id: joinId('securityProfiles', GOOGLES),
      code: 'NO_WRITE',
      why: 'It is Google’s own profile: it comes with the add-on, and nobody else writes it.',
      next: 'Switch Advanced API Security on in this organization.',
    },
  ],
};

/** Only the newest revision can be made again, and it becomes the first one. */
function lostRevisions({ id, body }: Desired): readonly CannotRestore[] {
  const count = Number(stringField(body, 'revisionId') ?? '1');
  if (!(count > 1)) return [];
  return [
    {
      id,
      code: 'NOT_SETTABLE',
      why: `It was at revision ${count}. The newest one comes back, as revision 1; those before it do not.`,
      next: 'Nothing: scores are computed with the newest revision.',
    },
  ];
}

/** True when the add-on, and Google's profile with it, is there after the restore. */
function isAddonOn(context: WriteContext): boolean {
  const organization = context.consulted(ORGANIZATION);
  const addons = isJsonObject(organization) ? organization['addonsConfig'] : undefined;
  const addon = isJsonObject(addons) ? addons['apiSecurityConfig'] : undefined;
  return isJsonObject(addon) && addon['enabled'] === true;
}

function create(desired: Desired, context: WriteContext): Writes {
  if (isGoogles(desired.id)) return isAddonOn(context) ? { calls: [] } : googles;
  return {
    calls: [
      {
        step: 'create',
        action: 'create',
        phase: 'materialise',
        method: 'POST',
        path: ['securityProfiles'],
        query: { securityProfileId: idName(desired.id) },
        body: bodyWithout(desired.body, serverAssigned),
        reason: 'the security profile is missing',
        lookup: { type: 'get', path: callPath(desired.id) },
      },
    ],
    cannot: lostRevisions(desired),
  };
}

function update(desired: Desired, live: Live): Writes {
  const fields = differingFields(desired, live);
  return {
    calls: [
      {
        step: 'update',
        action: 'update',
        phase: 'materialise',
        method: 'PATCH',
        path: callPath(desired.id),
        query: { updateMask: fields.join(',') },
        body: bodyWithout(desired.body, serverAssigned),
        reason: 'the newest revision of the security profile differs',
        lookup: { type: 'repeat' },
      },
    ],
  };
}

/** `securityProfiles/strict`: the newest revision is what is compared and restored. */
export const securityProfile: Kind = {
  name: 'security-profile',
  title: { one: 'security profile', many: 'security profiles' },
  scope: 'organization',
  idPattern: 'securityProfiles/*',
  collection: {
    style: 'page-token',
    list: () => 'securityProfiles',
    query: {},
    items: 'securityProfiles',
    pageSize: 50,
  },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  needsAddon: 'apiSecurityConfig',
  idOf: (body) => {
    const name = profileName(body);
    return name === undefined ? undefined : joinId('securityProfiles', encodeSegment(name));
  },
  path: (id) => apiPath(id),
  serverAssigned,
  sets: [{ path: 'profileConfig.categories' }, { path: 'scoringConfigs', by: 'title' }],
  defaults: {},
  // A category is a message without fields: that it is there is all it says.
  maps: ['profileConfig.categories[]'],
  secrets: [],
  tolerant: [],
  // What Google changes in its own profile is no drift.
  refine: (canonical, body) => (profileName(body) === GOOGLES ? {} : canonical),
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  consults: ({ id }) => (isGoogles(id) ? [ORGANIZATION] : []),
  comesWith: (id) => (isGoogles(id) ? ORGANIZATION : undefined),
  create,
  update,
  remove: (live) =>
    isGoogles(live.id)
      ? googles
      : {
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
            },
          ],
        },
  listShape: 'P2',
  restore: 'part',
  limits: [
    'The newest revision comes back, as revision 1 or as one more revision; earlier ones do not. How many there were is in the plan.',
    'The profile `default` is Google’s: it is never written, and its changes are no drift; which environments are attached to it is restored.',
  ],
};
