import { invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, documentIn, documentsIn, textIn, textsIn } from '../document.ts';
import { listAnswer } from '../paging.ts';
import { type Call, flagIn, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';

/** Custom reports, whose names the service makes, and the datastores that analytics can be exported to. */
export const analyticsRoutes: readonly Route[] = [
  {
    id: 'organizations.reports.list',
    handle: ({ organization, query }) => {
      const reports = [...organization.store.list('report', '')];
      const items = reports.map((item) => (flagIn(query, 'expand') ? item.read() : { name: item.name }));
      return listAnswer(organization.world.switches, 'qualifier', items);
    },
  },
  {
    id: 'organizations.reports.get',
    handle: ({ organization, path }) => ok(getReport(organization, path)),
  },
  { id: 'organizations.reports.create', handle: createReport },
  { id: 'organizations.reports.update', handle: replaceReport },
  {
    id: 'organizations.reports.delete',
    handle: ({ organization, path }) => {
      organization.store.delete('report', '', textIn(getReport(organization, path), 'name'));
      return ok({ message: 'deleted' });
    },
  },
  {
    id: 'organizations.analytics.datastores.list',
    handle: ({ organization, query }) => {
      const all = [...organization.store.list('datastore', '')].map((item) => item.read());
      const wanted = query['targetType'] ?? '';
      const items = all.filter((item) => wanted === '' || item['targetType'] === wanted);
      return listAnswer(organization.world.switches, 'datastores', items);
    },
  },
  {
    id: 'organizations.analytics.datastores.get',
    handle: ({ organization, path }) => ok(getDatastore(organization, path)),
  },
  { id: 'organizations.analytics.datastores.create', handle: createDatastore },
  { id: 'organizations.analytics.datastores.update', handle: replaceDatastore },
  {
    id: 'organizations.analytics.datastores.delete',
    handle: ({ organization, path }) => {
      getDatastore(organization, path);
      organization.store.delete('datastore', '', path['datastoresId'] ?? '');
      return ok({});
    },
  },
];

function getReport(organization: SimulatedOrganization, path: Call['path']): Document {
  const name = path['reportsId'] ?? '';
  const report = organization.store.find('report', '', name);
  if (report === undefined) throw notFound(`report ${name} not found`);
  return report;
}

function createReport({ organization, body }: Call) {
  const checked = checkedReport(organization, body);
  const now = organization.now();
  const name = organization.world.random.uuid();
  const report = { ...checked, name, organization: organization.name, createdAt: now, lastModifiedAt: now };
  organization.store.put('report', '', name, report);
  return ok(report);
}

function replaceReport({ organization, path, body }: Call) {
  const { name, createdAt } = getReport(organization, path);
  const checked = checkedReport(organization, body);
  const lastModifiedAt = organization.now();
  const report = { ...checked, name, organization: organization.name, createdAt, lastModifiedAt };
  organization.store.put('report', '', textIn(report, 'name'), report);
  return ok(report);
}

function checkedReport(organization: SimulatedOrganization, body: unknown): Document {
  const checked = checkedBody('CustomReport', body);
  assertPresent(checked, ['name', 'displayName', 'metrics']);
  const names = [
    ...documentsIn(checked, 'metrics').map((metric) => textIn(metric, 'name')),
    ...textsIn(checked, 'dimensions'),
  ];
  for (const name of names.filter((each) => each.startsWith('dc_'))) {
    if (organization.store.has('datacollector', '', name)) continue;
    throw invalidArgument(`data collector ${name} does not exist`);
  }
  return checked;
}

function getDatastore(organization: SimulatedOrganization, path: Call['path']): Document {
  const id = path['datastoresId'] ?? '';
  const datastore = organization.store.find('datastore', '', id);
  if (datastore === undefined) throw notFound(`datastore ${id} not found`);
  return datastore;
}

function createDatastore({ organization, body }: Call) {
  const checked = checkedDatastore(body);
  const id = organization.world.random.uuid();
  const now = organization.now();
  const self = `/organizations/${organization.name}/analytics/datastores/${id}`;
  const datastore = { ...checked, self, org: organization.name, createTime: now, lastUpdateTime: now };
  organization.store.put('datastore', '', id, datastore);
  return ok(datastore);
}

function replaceDatastore({ organization, path, body }: Call) {
  const { self, org, createTime, targetType } = getDatastore(organization, path);
  const checked = checkedDatastore(body);
  if (checked['targetType'] !== targetType) throw invalidArgument('targetType cannot be changed');
  const datastore = { ...checked, self, org, createTime, lastUpdateTime: organization.now() };
  organization.store.put('datastore', '', path['datastoresId'] ?? '', datastore);
  return ok(datastore);
}

const fieldsOfTarget: { readonly [targetType: string]: readonly string[] } = {
  gcs: ['projectId', 'bucketName', 'path'],
  bigquery: ['projectId', 'datasetName', 'tablePrefix'],
};

function checkedDatastore(body: unknown): Document {
  const checked = checkedBody('Datastore', body);
  assertPresent(checked, ['displayName', 'targetType', 'datastoreConfig']);
  const fields = fieldsOfTarget[textIn(checked, 'targetType')];
  if (fields === undefined) throw invalidArgument('targetType must be gcs or bigquery');
  assertPresent(documentIn(checked, 'datastoreConfig'), fields);
  return checked;
}
