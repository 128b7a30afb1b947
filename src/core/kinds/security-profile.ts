import type { CallDraft } from '../call.ts';
import { canonicalJson } from '../canonical-json.ts';
import { isJsonObject, stringField } from '../json.ts';
import { encodeSegment, idName, joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { CannotRestore, Desired, Kind, Live, WriteContext, Writes } from './kind.ts';
import { GOOGLES, profileName, securityProfileContent } from './security-profile-content.ts';
import { bodyWithout, differingFields } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

/** Whose add-on brings Google's profile along. */
const ORGANIZATION = 'organization';

const { serverAssigned } = securityProfileContent;

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

/**
 * What the profile has been and what it is, oldest first: those of its earlier revisions that the plan makes, then its own
 * content, which the newest revision has too.
 */
function historyOf(desired: Desired, context: WriteContext): readonly Desired[] {
  const own = canonicalJson(desired.canonical);
  const earlier = context
    .madeBelow('security-profile-revision', desired.id)
    .filter(({ canonical }) => canonicalJson(canonical) !== own);
  return [...earlier.toSorted((a, b) => revisionNumber(a) - revisionNumber(b)), desired];
}

function revisionNumber({ body }: Desired): number {
  return Number(stringField(body, 'revisionId') ?? '1');
}

function lostRevisions(desired: Desired, made: number): readonly CannotRestore[] {
  const count = revisionNumber(desired);
  if (!(count > made)) return [];
  const which =
    made === 1
      ? 'Its newest content comes back, as revision 1.'
      : `${made} of its revisions come back, numbered from 1 in their order.`;
  return [
    {
      id: desired.id,
      code: 'NOT_SETTABLE',
      why: `It was at revision ${count}. ${which} The others are not in the point, were not chosen, or have the content of one that comes back.`,
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

/** The first revision comes with the profile, and each change makes the next one. */
function create(desired: Desired, context: WriteContext): Writes {
  if (isGoogles(desired.id)) return isAddonOn(context) ? { calls: [] } : googles;
  const [first = desired, ...later] = historyOf(desired, context);
  // All fields in which any two differ: one that was not made must not show in the next.
  const fields = [...new Set(later.flatMap((state) => differingFields(state, first)))].sort();
  return {
    calls: [
      createCall(desired.id, {
        path: ['securityProfiles'],
        query: { securityProfileId: idName(desired.id) },
        body: bodyWithout(first.body, serverAssigned),
        reason: 'the security profile is missing',
      }),
      ...later.map((state, index): CallDraft => {
        const isNewest = index === later.length - 1;
        return {
          ...change(state, fields),
          path: callPath(desired.id),
          step: `revision-${index + 2}`,
          reason: isNewest ? 'the newest revision comes last' : 'revisions are made in their order',
          requires: ['create'],
        };
      }),
    ],
    cannot: lostRevisions(desired, later.length + 1),
  };
}

function change({ id, body }: Desired, fields: readonly string[]): CallDraft {
  return updateCall({
    method: 'PATCH',
    path: callPath(id),
    query: { updateMask: fields.join(',') },
    body: bodyWithout(body, serverAssigned),
    reason: 'the newest revision of the security profile differs',
  });
}

function update(desired: Desired, live: Live): Writes {
  return { calls: [change(desired, differingFields(desired, live))] };
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
  ...securityProfileContent,
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
          calls: [deleteCall(callPath(live.id))],
        },
  listShape: 'P2',
  restore: 'part',
  limits: [
    'The newest revision is what is compared, and scores are computed with it. It comes back as the last revision of a profile that is made anew, or as one more.',
    'The profile `default` is Google’s: it is never written, and its changes are no drift; which environments are attached to it is restored.',
  ],
};
