import { alreadyExists, invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, textIn } from '../document.ts';
import type { ListedDocument } from '../document-store.ts';
import { pageCaps, tokenAnswer, tokenPage } from '../paging.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { getActiveEnvironment, getEnvironment } from './environment.ts';
import { assertSampling, assertTraceable, maskedFields } from './trace-config.ts';

const usualPage = '25';

/** Trace overrides: one for each proxy, under an id that the server makes. */
export const traceOverrideRoutes: readonly Route[] = [
  {
    id: 'organizations.environments.traceConfig.overrides.list',
    paging: { style: 'token', field: 'traceConfigOverrides' },
    handle: ({ organization, path, query }) => {
      const environment = path['environmentsId'] ?? '';
      assertTraceable(getEnvironment(organization, environment));
      const source = {
        from: (name: string) => organization.store.list('traceoverride', environment, name),
        nameOf: (item: ListedDocument) => item.name,
      };
      const page = tokenPage(source, { pageSize: usualPage, ...query }, pageCaps.overrides);
      const items = page.items.map((item) => item.read());
      const { nextPageToken } = page;
      return tokenAnswer(organization.world.switches, 'traceConfigOverrides', { items, nextPageToken });
    },
  },
  {
    id: 'organizations.environments.traceConfig.overrides.get',
    handle: ({ organization, path }) => ok(getOverride(organization, path)),
  },
  { id: 'organizations.environments.traceConfig.overrides.create', handle: createOverride },
  { id: 'organizations.environments.traceConfig.overrides.patch', handle: patchOverride },
  {
    id: 'organizations.environments.traceConfig.overrides.delete',
    handle: ({ organization, path }) => {
      const override = getOverride(organization, path);
      organization.store.delete('traceoverride', path['environmentsId'] ?? '', textIn(override, 'name'));
      return ok({});
    },
  },
];

function getOverride(organization: SimulatedOrganization, path: Call['path']): Document {
  const environment = path['environmentsId'] ?? '';
  const name = path['overridesId'] ?? '';
  assertTraceable(getEnvironment(organization, environment));
  const override = organization.store.find('traceoverride', environment, name);
  if (override === undefined) throw notFound(`trace config override ${name} not found in ${environment}`);
  return override;
}

function createOverride({ organization, path, body }: Call) {
  const environment = path['environmentsId'] ?? '';
  assertTraceable(getActiveEnvironment(organization, environment));
  const checked = checkedBody('TraceConfigOverride', body);
  assertPresent(checked, ['apiProxy']);
  assertSampling(checked);
  const proxy = textIn(checked, 'apiProxy');
  if (organization.bundles.find('proxy', proxy) === undefined) throw notFound(`API proxy ${proxy} not found`);
  for (const item of organization.store.list('traceoverride', environment)) {
    if (item.read()['apiProxy'] === proxy)
      throw alreadyExists(`API proxy ${proxy} already has a trace config override`);
  }
  const override = { ...checked, name: organization.world.random.uuid() };
  organization.store.put('traceoverride', environment, override.name, override);
  return ok(override);
}

function patchOverride({ organization, path, query, body }: Call) {
  const before = getOverride(organization, path);
  const sent = checkedBody('TraceConfigOverride', body);
  const { apiProxy, name: _, ...settable } = sent;
  if (apiProxy !== undefined && apiProxy !== before['apiProxy']) throw invalidArgument('apiProxy is immutable');
  const mask = maskedFields(query, settable);
  if (mask.some((field) => field !== 'samplingConfig'))
    throw invalidArgument('updateMask can only name samplingConfig');
  const after: Document = { ...before };
  if (mask.length > 0) after['samplingConfig'] = sent['samplingConfig'];
  assertSampling(after);
  organization.store.put('traceoverride', path['environmentsId'] ?? '', textIn(before, 'name'), after);
  return ok(getOverride(organization, path));
}
