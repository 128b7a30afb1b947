import { alreadyExists, failedPrecondition, invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, documentIn, isDocument, textIn, textsIn } from '../document.ts';
import type { ListedDocument } from '../document-store.ts';
import { pageCaps, tokenAnswer, tokenPage } from '../paging.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { getActiveEnvironment, getEnvironment } from './environment.ts';
import { fieldMask, instantOf } from './field-mask.ts';

/** Security actions of an environment, and the switch by which they are enforced. */
export const securityActionRoutes: readonly Route[] = [
  {
    id: 'organizations.environments.securityActions.list',
    paging: { style: 'token', field: 'securityActions' },
    handle: ({ organization, path, query }) => {
      const environment = path['environmentsId'] ?? '';
      getEnvironment(organization, environment);
      const source = {
        from: (name: string) => organization.store.list('securityaction', environment, name),
        nameOf: (item: ListedDocument) => item.name,
      };
      const { items, nextPageToken } = tokenPage(source, query, pageCaps.securityActions);
      const actions = items.map((item) => item.read());
      return tokenAnswer(organization.world.switches, 'securityActions', { items: actions, nextPageToken });
    },
  },
  {
    id: 'organizations.environments.securityActions.get',
    handle: ({ organization, path }) => ok(getAction(organization, path)),
  },
  { id: 'organizations.environments.securityActions.create', handle: createAction },
  { id: 'organizations.environments.securityActions.patch', handle: patchAction },
  {
    id: 'organizations.environments.securityActions.delete',
    handle: ({ organization, path }) => {
      getAction(organization, path);
      organization.store.delete('securityaction', path['environmentsId'] ?? '', path['securityActionsId'] ?? '');
      return ok({});
    },
  },
  {
    id: 'organizations.environments.securityActions.enable',
    handle: (call) => setState(call, { from: 'DISABLED', to: 'ENABLED' }),
  },
  {
    id: 'organizations.environments.securityActions.disable',
    handle: (call) => setState(call, { from: 'ENABLED', to: 'DISABLED' }),
  },
  {
    id: 'organizations.environments.getSecurityActionsConfig',
    handle: ({ organization, path }) => ok(readConfig(organization, path['environmentsId'] ?? '')),
  },
  { id: 'organizations.environments.updateSecurityActionsConfig', handle: patchConfig },
];

function getAction(organization: SimulatedOrganization, path: Call['path']): Document {
  const environment = path['environmentsId'] ?? '';
  const id = path['securityActionsId'] ?? '';
  getEnvironment(organization, environment);
  const action = organization.store.find('securityaction', environment, id);
  if (action === undefined) throw notFound(`security action ${id} not found in environment ${environment}`);
  return action;
}

const fields = ['description', 'state', 'allow', 'deny', 'flag', 'expireTime', 'ttl', 'apiProxies', 'conditionConfig'];

function createAction({ organization, path, query, body }: Call) {
  const environment = path['environmentsId'] ?? '';
  getActiveEnvironment(organization, environment);
  const id = query['securityActionId'] ?? '';
  if (!/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(id)) throw invalidArgument(`security action id ${id} is invalid`);
  const checked = checkedAction(organization, checkedBody('SecurityAction', body));
  if (organization.store.has('securityaction', environment, id))
    throw alreadyExists(`security action ${id} already exists`);
  const now = instantOf(organization);
  const name = `organizations/${organization.name}/environments/${environment}/securityActions/${id}`;
  const action = { ...checked, name, createTime: now, updateTime: now };
  organization.store.put('securityaction', environment, id, action);
  return ok(action);
}

function patchAction({ organization, path, query, body }: Call) {
  const before = getAction(organization, path);
  const sent = checkedBody('SecurityAction', body);
  const after: Document = { ...before };
  for (const field of fieldMask(query, fields) ?? Object.keys(sent).filter((each) => fields.includes(each))) {
    if (sent[field] === undefined) delete after[field];
    else after[field] = sent[field];
  }
  const checked = checkedAction(organization, after);
  const action = { ...checked, updateTime: instantOf(organization) };
  organization.store.put('securityaction', path['environmentsId'] ?? '', path['securityActionsId'] ?? '', action);
  return ok(action);
}

/** The action as it is stored: a lifetime becomes the instant of its end. */
function checkedAction(organization: SimulatedOrganization, sent: Document): Document {
  const { ttl, ...action } = sent;
  assertPresent(action, ['state', 'conditionConfig']);
  if (action['state'] === 'STATE_UNSPECIFIED') throw invalidArgument('state is required');
  const effects = ['allow', 'deny', 'flag'].filter((effect) => isDocument(action[effect]));
  if (effects.length !== 1) throw invalidArgument('one of allow, deny and flag is required');
  if (Object.keys(documentIn(action, 'conditionConfig')).length === 0) {
    throw invalidArgument('at least one condition is required');
  }
  for (const proxy of textsIn(action, 'apiProxies')) {
    if (organization.bundles.find('proxy', proxy) === undefined)
      throw invalidArgument(`API proxy ${proxy} does not exist`);
  }
  const nowMs = Number(organization.now());
  if (typeof ttl === 'string') {
    const seconds = /^(\d+(?:\.\d+)?)s$/.exec(ttl)?.[1];
    if (seconds === undefined) throw invalidArgument(`Invalid value at 'ttl' (Duration), "${ttl}"`);
    return { ...action, expireTime: new Date(nowMs + Number(seconds) * 1000).toISOString() };
  }
  const expireTime = action['expireTime'];
  if (expireTime === undefined) return action;
  const expiresMs = Date.parse(textIn(action, 'expireTime'));
  if (!(expiresMs > nowMs)) throw invalidArgument('expireTime must be in the future');
  return { ...action, expireTime: new Date(expiresMs).toISOString() };
}

function setState({ organization, path }: Call, change: { readonly from: string; readonly to: string }) {
  const before = getAction(organization, path);
  if (before['state'] !== change.from) {
    throw failedPrecondition(`security action ${textIn(before, 'name')} is ${String(before['state'])}`);
  }
  const action = { ...before, state: change.to, updateTime: instantOf(organization) };
  organization.store.put('securityaction', path['environmentsId'] ?? '', path['securityActionsId'] ?? '', action);
  return ok(action);
}

function readConfig(organization: SimulatedOrganization, environment: string): Document {
  getEnvironment(organization, environment);
  const name = `organizations/${organization.name}/environments/${environment}/security_actions_config`;
  return { ...organization.store.find('securityactionsconfig', environment, ''), name };
}

function patchConfig({ organization, path, query, body }: Call) {
  const environment = path['environmentsId'] ?? '';
  getActiveEnvironment(organization, environment);
  const checked = checkedBody('SecurityActionsConfig', body);
  fieldMask(query, ['enabled']);
  const config = { enabled: checked['enabled'] === true, updateTime: instantOf(organization) };
  organization.store.put('securityactionsconfig', environment, '', config);
  return ok(readConfig(organization, environment));
}
