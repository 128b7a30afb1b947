import { canonicalJson } from '../canonical-json.ts';
import { canonicalise } from '../canonical.ts';
import { kindAt } from '../canonical-version.ts';
import type { JsonObject } from '../json.ts';
import { stringField } from '../json.ts';
import { joinId, parentId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath } from './api-path.ts';
import type { Desired, IdContext, Kind, WriteContext, Writes } from './kind.ts';
import { isRemovedAbove } from './removed-above.ts';
import { GOOGLES, profileName, securityProfileContent } from './security-profile-content.ts';

const ITEMS = 'securityProfiles';

/** Ids are for the life of a vault, so the digest is of this canonical form, whatever newer ones compare by. */
const DIGESTED = 1;

function listPath(profile: ResourceId): string {
  return `${apiPath(profile)}:listRevisions`;
}

function idOf(body: JsonObject, profile: ResourceId, context: IdContext): ResourceId | undefined {
  // Its content alone would make an id of anything.
  if (profileName(body) === undefined) return undefined;
  const canonical = canonicalise(kindAt(securityProfileRevision, DIGESTED), body, context);
  if (canonical === undefined) return undefined;
  return joinId(profile, 'revisions', `~${context.hasher.digest(new TextEncoder().encode(canonical.text))}`);
}

function create({ id, canonical }: Desired, context: WriteContext): Writes {
  const profile = parentId(id);
  const newest = context.consulted(profile);
  const isNewest = newest !== undefined && canonicalJson(newest) === canonicalJson(canonical);
  // The calls of the profile make it.
  if (context.isMade(profile) || isNewest) return { calls: [] };
  return {
    calls: [],
    cannot: [
      {
        id,
        code: 'NOT_SETTABLE',
        why: 'A revision is made with its profile, or by changing it, and is then the newest: it cannot be put below the newest of a profile that is there.',
        next: 'Nothing: scores are computed with the newest revision. What this one says is in the point.',
      },
    ],
  };
}

/** `securityProfiles/strict/revisions/~DIGEST`: one content that the profile has or had, under whatever numbers. */
export const securityProfileRevision: Kind = {
  name: 'security-profile-revision',
  title: { one: 'security profile revision', many: 'security profile revisions' },
  scope: 'security-profile',
  idPattern: 'securityProfiles/*/revisions/*',
  collection: { style: 'page-token', list: listPath, query: {}, items: ITEMS, pageSize: 50 },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  needsAddon: 'apiSecurityConfig',
  accepts: (item) => profileName(item) !== GOOGLES,
  idOf,
  path: (id) => listPath(parentId(id)),
  pathItems: ITEMS,
  ...securityProfileContent,
  secrets: [],
  tolerant: [],
  label: (body, id) => `${parentId(id)}@${stringField(body, 'revisionId') ?? ''}`,
  cascadesWithParent: true,
  comesWithNeed: true,
  comesWith: parentId,
  extraIsDifference: false,
  onlyGrows: true,
  needs: () => [],
  consults: ({ id }) => [parentId(id)],
  create,
  // The content makes the id; there is nothing else to set.
  update: () => ({ calls: [] }),
  remove: (live, context) =>
    isRemovedAbove(live.id, context)
      ? { calls: [] }
      : {
          calls: [],
          cannot: [
            {
              id: live.id,
              code: 'NO_WRITE',
              why: 'A revision goes only with its profile.',
              next: 'Nothing: scores are computed with the newest revision.',
            },
          ],
        },
  listShape: 'P2',
  restore: 'part',
  limits: [
    'Revisions come back with a profile that is made anew, in their order and numbered from 1; to a profile that is there no earlier one is added. Which ones is in the plan.',
    'Revisions of one profile with the same content are one, whatever their numbers; those of Google’s profile `default` are not captured.',
  ],
};
