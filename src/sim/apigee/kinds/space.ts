import { alreadyExists, failedPrecondition, invalidArgument, notFound } from '../api-error.ts';
import { checkedBody } from '../body-check.ts';
import { type Document, textIn } from '../document.ts';
import type { ListedDocument } from '../document-store.ts';
import { pageCaps, tokenAnswer, tokenPage } from '../paging.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';

/** Spaces: parts of the organization that proxies, shared flows and products may belong to. */
export const spaceRoutes: readonly Route[] = [
  {
    id: 'organizations.spaces.list',
    paging: { style: 'token', field: 'spaces' },
    handle: ({ organization, query }) => {
      const source = {
        from: (name: string) => organization.store.list('space', '', name),
        nameOf: (item: ListedDocument) => item.name,
      };
      const page = tokenPage(source, { pageSize: '50', ...query }, pageCaps.spaces);
      const items = page.items.map((item) => item.read());
      return tokenAnswer(organization.world.switches, 'spaces', { items, nextPageToken: page.nextPageToken });
    },
  },
  { id: 'organizations.spaces.get', handle: ({ organization, path }) => ok(getSpace(organization, path['spacesId'])) },
  { id: 'organizations.spaces.create', handle: createSpace },
  { id: 'organizations.spaces.patch', handle: patchSpace },
  { id: 'organizations.spaces.delete', handle: deleteSpace },
];

/** The space, or 404. */
export function getSpace(organization: SimulatedOrganization, name = ''): Document {
  const space = organization.store.find('space', '', name);
  if (space === undefined) throw notFound(`space ${name} not found in organization ${organization.name}`);
  return space;
}

/** Whether a list shows what is in this space; what is in none is in every list. */
export function isListed({ organization, seesSpaces }: Call, space: unknown): boolean {
  return space === undefined || seesSpaces || organization.world.switches.spacesInLists === 'listed';
}

/** Refuses a space that is not there; no space at all is none to refuse. */
export function assertSpace(organization: SimulatedOrganization, name: string): void {
  if (name !== '' && !organization.store.has('space', '', name)) throw invalidArgument(`space ${name} does not exist`);
}

/** The body of a `:move`: the space to move into, which has to be there. */
export function spaceToMoveTo({ organization, body }: Call, schema: string): string {
  const space = textIn(checkedBody(schema, body), 'space');
  if (space === '') throw invalidArgument('space is required', [{ field: 'space', description: 'space is required' }]);
  assertSpace(organization, space);
  return space;
}

function isoNow(organization: SimulatedOrganization): string {
  return new Date(organization.world.clock.nowMs()).toISOString();
}

function createSpace({ organization, query, body }: Call) {
  const checked = checkedBody('Space', body);
  const id = query['spaceId'] ?? '';
  if (!/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(id)) throw invalidArgument(`spaceId "${id}" is invalid`);
  if (organization.store.has('space', '', id)) throw alreadyExists(`space ${id} already exists`);
  const now = isoNow(organization);
  const space = {
    ...checked,
    name: `organizations/${organization.name}/spaces/${id}`,
    createTime: now,
    updateTime: now,
  };
  organization.store.put('space', '', id, space);
  return ok(space);
}

function patchSpace({ organization, path, query, body }: Call) {
  const id = path['spacesId'] ?? '';
  const before = getSpace(organization, id);
  const checked = checkedBody('Space', body);
  const foreign = query['updateMask']?.split(',').find((field) => !['display_name', 'displayName'].includes(field));
  if (foreign !== undefined) throw invalidArgument(`updateMask names ${foreign}`);
  const { displayName: _, ...rest } = before;
  const displayName = textIn(checked, 'displayName');
  const space = { ...rest, ...(displayName === '' ? {} : { displayName }), updateTime: isoNow(organization) };
  organization.store.put('space', '', id, space);
  return ok(space);
}

function deleteSpace({ organization, path }: Call) {
  const id = path['spacesId'] ?? '';
  getSpace(organization, id);
  const { store, bundles } = organization;
  for (const flavour of ['proxy', 'sharedflow'] as const) {
    for (const { name, space } of bundles.list(flavour)) {
      if (space === id) throw failedPrecondition(`space ${id} is not empty: it has ${flavour} ${name}`);
    }
  }
  for (const item of store.list('product', '')) {
    if (item.read()['space'] === id) throw failedPrecondition(`space ${id} is not empty: it has product ${item.name}`);
  }
  store.delete('space', '', id);
  store.delete('iampolicy', `spaces/${id}`, '');
  return ok({});
}
