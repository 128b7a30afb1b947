import { alreadyExists, invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, textIn } from '../document.ts';
import type { ListedDocument } from '../document-store.ts';
import { pageCaps, tokenAnswer, tokenPage } from '../paging.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';

/** Data collectors: ids start with `dc_`, the type is fixed at creation, PATCH changes the description. */
export const dataCollectorRoutes: readonly Route[] = [
  {
    id: 'organizations.datacollectors.list',
    paging: { style: 'token', field: 'dataCollectors' },
    handle: ({ organization, query }) => {
      const source = {
        from: (name: string) => organization.store.list('datacollector', '', name),
        nameOf: (item: ListedDocument) => item.name,
      };
      const page = tokenPage(source, query, pageCaps.small);
      const items = page.items.map((item) => item.read());
      const { nextPageToken } = page;
      return tokenAnswer(organization.world.switches, 'dataCollectors', { items, nextPageToken });
    },
  },
  {
    id: 'organizations.datacollectors.get',
    handle: ({ organization, path }) => ok(getCollector(organization, path)),
  },
  { id: 'organizations.datacollectors.create', handle: createCollector },
  { id: 'organizations.datacollectors.patch', handle: patchCollector },
  {
    id: 'organizations.datacollectors.delete',
    handle: ({ organization, path }) => {
      organization.store.delete('datacollector', '', textIn(getCollector(organization, path), 'name'));
      return ok({});
    },
  },
];

function getCollector(organization: SimulatedOrganization, path: Call['path']): Document {
  const name = path['datacollectorsId'] ?? '';
  const collector = organization.store.find('datacollector', '', name);
  if (collector === undefined) throw notFound(`data collector ${name} not found`);
  return collector;
}

function createCollector({ organization, query, body }: Call) {
  const checked = checkedBody('DataCollector', body);
  const name = query['dataCollectorId'] ?? textIn(checked, 'name');
  assertPresent({ dataCollectorId: name, type: checked['type'] }, ['dataCollectorId', 'type']);
  if (!/^dc_[A-Za-z0-9_-]{1,252}$/.test(name)) {
    const description = 'must begin with dc_';
    throw invalidArgument(`data collector id ${name} is invalid`, [{ field: 'dataCollectorId', description }]);
  }
  if (checked['name'] !== undefined && checked['name'] !== name) {
    throw invalidArgument(`dataCollectorId ${name} and body name ${textIn(checked, 'name')} differ`);
  }
  if (checked['type'] === 'TYPE_UNSPECIFIED') throw invalidArgument('type is required');
  if (organization.store.has('datacollector', '', name)) throw alreadyExists(`data collector ${name} already exists`);
  const now = organization.now();
  const collector = { ...checked, name, createdAt: now, lastModifiedAt: now };
  organization.store.put('datacollector', '', name, collector);
  return ok(collector);
}

function patchCollector({ organization, path, query, body }: Call) {
  const before = getCollector(organization, path);
  const checked = checkedBody('DataCollector', body);
  const sent = Object.keys(checked).filter((field) => field !== 'name');
  const mask = query['updateMask']?.split(',').filter((field) => field !== '') ?? sent;
  for (const field of mask) {
    if (field === 'type' && checked['type'] !== undefined && checked['type'] !== before['type']) {
      throw invalidArgument('type is immutable', [{ field, description: 'type is immutable' }]);
    }
    if (field !== 'type' && field !== 'description') throw invalidArgument(`updateMask names ${field}`);
  }
  const { description: kept, ...rest } = before;
  const description = mask.includes('description') ? checked['description'] : kept;
  const collector = {
    ...rest,
    ...(description === undefined || description === '' ? {} : { description }),
    lastModifiedAt: organization.now(),
  };
  organization.store.put('datacollector', '', textIn(before, 'name'), collector);
  return ok(collector);
}
