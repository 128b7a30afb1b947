import { invalidArgument, notFound, notModelled } from '../api-error.ts';
import { filterCombinations } from '../app-records.ts';
import { type Document, documentsIn, textIn } from '../document.ts';
import { firstOf, listAnswer, pageCaps, pageSizeOf, tokenAnswer, tokenPage } from '../paging.ts';
import { type Answer, type Call, flagIn, ok, type Query, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';

/** All apps of the organization, read only: `pageSize`/`pageToken`, or the older `rows`/`startKey` (appId, inclusive). */
export const organizationAppRoutes: readonly Route[] = [
  {
    id: 'organizations.apps.get',
    handle: ({ organization, path }) => {
      const appId = path['appsId'] ?? '';
      const app = organization.apps.get(appId);
      if (app === undefined) {
        throw notFound(
          `App with id ${appId} does not exist in organization ${organization.name}`,
          'developer.service.AppDoesNotExist',
        );
      }
      return ok(app);
    },
  },
  { id: 'organizations.apps.list', paging: { style: 'token', field: 'app' }, handle: listApps },
];

function listApps({ organization, query }: Call): Answer {
  if ((query['filter'] ?? '') !== '') throw notModelled('organizations.apps.list with filter');
  const { switches } = organization.world;
  const combination = switches.appListFilters === 'ignored' ? undefined : combinationAsked(query);
  const shown = (app: Document): Document => shownApp(organization, query, app);
  const source = {
    from: (appId: string) => selected(organization.apps.list(appId, combination), query),
    nameOf: (app: Document) => textIn(app, 'appId'),
  };
  if (query['rows'] !== undefined || query['startKey'] !== undefined) {
    const rows = pageSizeOf(query, 'rows', pageCaps.apps);
    return listAnswer(switches, 'app', firstOf(source.from(query['startKey'] ?? ''), rows).map(shown));
  }
  const page = tokenPage(source, query, pageCaps.apps);
  const items = page.items.map(shown);
  const counted = query['pageSize'] !== undefined && !isSelective(query);
  const total = combination === undefined ? organization.apps.count() : organization.apps.countOf(combination);
  const more = counted ? { totalSize: total } : {};
  return tokenAnswer(switches, 'app', { items, nextPageToken: page.nextPageToken }, more);
}

/** `status` and `keyStatus` default to approved. */
function combinationAsked(query: Query): number {
  const status = query['status'] || 'approved';
  const keyStatus = query['keyStatus'] || 'approved';
  const found = filterCombinations.findIndex((one) => one.status === status && one.keyStatus === keyStatus);
  if (found < 0)
    throw invalidArgument(`status "${status}" or keyStatus "${keyStatus}" is not valid: approved or revoked`);
  return found;
}

function isSelective(query: Query): boolean {
  return ['apiProduct', 'apptype', 'ids'].some((name) => (query[name] ?? '') !== '');
}

function* selected(apps: Iterable<Document>, query: Query): Generator<Document> {
  const ids = query['ids'] === undefined || query['ids'] === '' ? undefined : new Set(query['ids'].split(','));
  const product = query['apiProduct'] ?? '';
  const type = query['apptype'] ?? '';
  for (const app of apps) {
    if (type !== '' && type !== (textIn(app, 'appGroup') === '' ? 'developer' : 'appgroup')) continue;
    if (ids !== undefined && !ids.has(textIn(app, 'appId'))) continue;
    if (product !== '' && !uses(app, product)) continue;
    yield app;
  }
}

function uses(app: Document, product: string): boolean {
  return documentsIn(app, 'credentials').some((credential) =>
    documentsIn(credential, 'apiProducts').some((association) => association['apiproduct'] === product),
  );
}

function shownApp(organization: SimulatedOrganization, query: Query, app: Document): Document {
  if (!flagIn(query, 'expand')) return { appId: app['appId'] };
  const always = organization.world.switches.expandedAppCredentials === 'always';
  const asked = query['includeCred'];
  if (asked === undefined ? always : flagIn(query, 'includeCred')) return app;
  const { credentials: _hidden, ...rest } = app;
  return rest;
}
