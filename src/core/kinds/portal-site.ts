import { stringField } from '../json.ts';
import { encodeSegment, idName, joinId } from '../resource.ts';
import type { Desired, Kind, Live, Writes } from './kind.ts';

function byHand({ id }: Desired | Live, why: string, next: string): Writes {
  return { calls: [], cannot: [{ id, code: 'NO_WRITE', why, next }] };
}

/**
 * `sites/acme-developers`. Its list is in no documentation, so an organization that refuses it or does not know it counts as one
 * without portals. No call makes or deletes a portal.
 */
export const portalSite: Kind = {
  name: 'portal-site',
  title: { one: 'portal', many: 'portals' },
  scope: 'organization',
  idPattern: 'sites/*',
  collection: { style: 'whole', list: () => 'sites', query: {}, items: 'data' },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  inapplicableOn: [404],
  idOf: (body) => {
    const id = stringField(body, 'id');
    return id === undefined || id === '' ? undefined : joinId('sites', encodeSegment(id));
  },
  path: () => 'sites',
  pathItems: 'data',
  serverAssigned: ['id', 'name', 'siteName', 'description'],
  sets: [],
  defaults: {},
  secrets: [],
  tolerant: [],
  // What else the list says of a portal nobody has written down; only that it is there is compared.
  refine: () => ({}),
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  create: (desired) =>
    byHand(
      desired,
      'No call of the API makes a portal.',
      `Create the portal in the Apigee console so that its id is ${idName(desired.id)} (made of the organization and the portal's name), then restore again.`,
    ),
  update: () => ({ calls: [] }),
  remove: (live) => byHand(live, 'No call of the API deletes a portal.', 'Delete it in the Apigee console.'),
  listShape: 'P1',
  restore: 'part',
  limits: [
    'No call of the API makes a portal: one that is missing has to be created by hand, then its categories, catalog items and documentation are restored.',
    'A portal’s id is made of the organization’s name and its own: in another organization it is another portal.',
    'Pages, themes, files, users, audiences, teams and mail settings of a portal have no API: they are in no point.',
  ],
};
