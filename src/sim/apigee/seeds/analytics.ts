import type { OrganizationSeed } from '../organization-seed.ts';
import type { WreckTarget } from '../wreck-target.ts';
import { daysBefore } from './moments.ts';
import { changeOf, pickAny } from './mutation.ts';
import type { Change, Mutation, MutationScene } from './mutation.ts';
import { oddText, oddWord } from './odd-text.ts';
import type { SeededRandom } from './random.ts';

type AnalyticsSeed = OrganizationSeed['analytics'];

const times = { createdAt: daysBefore(300), lastModifiedAt: daysBefore(40), lastViewedAt: daysBefore(2) };

/** Reports and export targets of the seeds' owners. */
export function analyticsOf(organizationName: string): AnalyticsSeed {
  const datastoreOf = (id: string) => ({
    self: `/organizations/${organizationName}/analytics/datastores/${id}`,
    org: organizationName,
    createTime: daysBefore(200),
    lastUpdateTime: daysBefore(100),
  });
  return {
    reports: [
      {
        name: '8a3f1f0e-6a57-4f6e-9c43-0d4b5d3b9a01',
        displayName: 'Traffic by partner – „Händler“/Ω',
        chartType: 'column',
        comments: ['made for the board'],
        metrics: [
          { name: 'message_count', function: 'sum' },
          { name: 'dc_amount_minor', function: 'avg' },
        ],
        dimensions: ['developer_app', 'dc_merchant'],
        filter: "(apiproxy eq 'payments-v1')",
        fromTime: '04/01/2025 00:00',
        toTime: '05/01/2025 00:00',
        timeUnit: 'day',
        limit: '50',
        offset: '10',
        topk: '5',
        sortByCols: ['message_count'],
        sortOrder: 'DESC',
        tags: ['board', 'Zahlungen'],
        properties: [{ property: 'ui', value: [{ name: 'colour', value: 'blue' }] }],
        organization: organizationName,
        environment: 'prod',
        ...times,
      },
      {
        name: '17',
        displayName: 'Errors',
        metrics: [{ name: 'is_error', function: 'sum' }],
        organization: organizationName,
        ...times,
      },
      // The same name twice, as two people made it.
      {
        name: '18',
        displayName: 'Errors',
        metrics: [{ name: 'is_error', function: 'avg' }],
        organization: organizationName,
        ...times,
      },
    ],
    datastores: [
      {
        displayName: 'Nightly export / raw',
        targetType: 'gcs',
        datastoreConfig: { projectId: 'acme-data', bucketName: 'acme-pay-analytics', path: 'apigee/raw' },
        ...datastoreOf('5a1c8f0e-0001-4f6e-9c43-0d4b5d3b9a01'),
      },
      {
        displayName: 'Warehouse',
        targetType: 'bigquery',
        datastoreConfig: { projectId: 'acme-data', datasetName: 'api_traffic', tablePrefix: 'prod_' },
        ...datastoreOf('5a1c8f0e-0002-4f6e-9c43-0d4b5d3b9a01'),
      },
    ],
  };
}

/** Random reports, of the given data collectors, and random datastores; display names may be there twice. */
export function generateAnalytics(random: SeededRandom, collectors: readonly string[]): AnalyticsSeed {
  const titles = random.some(['Traffic', 'Traffic', 'a/b', 'Ω %', '~odd', 'x~2'], random.integer(0, 4));
  return {
    reports: titles.map((displayName) => ({
      name: random.uuid(),
      displayName,
      metrics: [{ name: 'message_count', function: random.pick(['sum', 'avg']) }],
      ...(random.chance(0.5) ? { dimensions: random.some(['apiproxy', 'developer', ...collectors], 3) } : {}),
      ...(random.chance(0.5) ? { filter: oddText(random), tags: ['b', 'a'] } : {}),
      createdAt: daysBefore(random.integer(10, 90)),
    })),
    datastores: random.some(['export', 'Export'], random.integer(0, 2)).map((displayName) => {
      const id = random.uuid();
      return {
        self: `/organizations/x/analytics/datastores/${id}`,
        displayName,
        targetType: 'gcs',
        datastoreConfig: { projectId: 'p', bucketName: 'b', path: oddWord(random) },
      };
    }),
  };
}

/** Writes the seed's reports and datastores by the calls a client has. */
export function writeAnalytics(target: WreckTarget, { reports, datastores }: AnalyticsSeed): void {
  for (const report of reports) target.post(['reports'], report);
  for (const datastore of datastores) target.post(['analytics', 'datastores'], datastore);
}

/** A report cut down to nothing, one deleted, and an export that goes elsewhere. */
export function wreckAnalytics(target: WreckTarget): string[] {
  const [first, second] = [...target.list(['reports'])].map((name) => target.get(['reports', name]));
  const damages: string[] = [];
  if (first !== undefined) {
    target.delete(['reports', String(first['name'])]);
    damages.push(`deleted the report "${String(first['displayName'])}"`);
  }
  if (second !== undefined) {
    target.put(['reports', String(second['name'])], { ...second, filter: '(response_status_code eq 500)' });
    damages.push(`overwrote the filter of the report "${String(second['displayName'])}"`);
  }
  const [id] = [...target.list(['analytics', 'datastores'])];
  if (id !== undefined) {
    const path = ['analytics', 'datastores', id];
    const before = target.get(path);
    target.put(path, {
      ...before,
      datastoreConfig: { ...Object(before['datastoreConfig']), projectId: 'wrong-project' },
    });
    damages.push(`sent the exports of the datastore "${String(before['displayName'])}" to the project wrong-project`);
  }
  return damages;
}

function changeReport(scene: MutationScene): Change | undefined {
  const { random, serial, target } = scene;
  const name = pickAny(random, [...target.list(['reports'])]);
  if (name === undefined || random.chance(0.3)) {
    const displayName = `added ${serial}`;
    const metrics = [{ name: 'message_count', function: 'sum' }];
    const made = target.post(['reports'], { name: 'new', displayName, metrics });
    return changeOf('created', ['reports', String(made['name'])], `report ${displayName}`);
  }
  const path = ['reports', name];
  if (random.chance(0.4)) {
    target.delete(path);
    return changeOf('deleted', path, `report ${name}`);
  }
  target.put(path, { ...target.get(path), filter: `${serial} ${oddText(random)}` });
  return changeOf('updated', path, `filter of report ${name}`);
}

function changeDatastore(scene: MutationScene): Change | undefined {
  const { random, serial, target } = scene;
  const id = pickAny(random, [...target.list(['analytics', 'datastores'])]);
  if (id === undefined) return undefined;
  const path = ['analytics', 'datastores', id];
  if (random.chance(0.5)) {
    target.delete(path);
    return changeOf('deleted', path, `datastore ${id}`);
  }
  const before = target.get(path);
  target.put(path, { ...before, datastoreConfig: { ...Object(before['datastoreConfig']), projectId: `p-${serial}` } });
  return changeOf('updated', path, `project of datastore ${id}`);
}

/** Mutations of reports and datastores. */
export const analyticsMutations: readonly Mutation[] = [changeReport, changeDatastore];
