import { alreadyExists, failedPrecondition, invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, textIn } from '../document.ts';
import { assertUnattached } from '../instance-attachments.ts';
import { dropMapsOf } from '../key-value-maps.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';

/** The environment, or 404. */
export function getEnvironment(organization: SimulatedOrganization, name: string): Document {
  const environment = organization.store.find('environment', '', name);
  if (environment === undefined) throw notFound(`environment ${name} not found in organization ${organization.name}`);
  return environment;
}

/** The environment, or a refusal while it is being created or deleted. */
export function getActiveEnvironment(organization: SimulatedOrganization, name: string): Document {
  const environment = getEnvironment(organization, name);
  if (environment['state'] !== undefined && environment['state'] !== 'ACTIVE') {
    throw failedPrecondition(`environment ${name} is not ready: its state is ${textIn(environment, 'state')}`);
  }
  return environment;
}

/** Environments of deployment type ARCHIVE take no proxies, shared flows or target servers. */
export function assertProxyEnvironment(environment: Document): void {
  if (environment['deploymentType'] !== 'ARCHIVE') return;
  throw failedPrecondition(
    `operation not supported for environment ${textIn(environment, 'name')} of deployment type ARCHIVE`,
  );
}

/** Environments: creation and deletion are long-running, PUT replaces the whole object. */
export const environmentRoutes: readonly Route[] = [
  {
    id: 'organizations.environments.list',
    undocumented: 'GET ~/environments',
    handle: ({ organization }) => ok([...organization.store.list('environment', '')].map((item) => item.name)),
  },
  {
    id: 'organizations.environments.get',
    handle: ({ organization, path }) => ok(getEnvironment(organization, path['environmentsId'] ?? '')),
  },
  { id: 'organizations.environments.create', handle: createEnvironment },
  { id: 'organizations.environments.update', handle: replaceEnvironment },
  { id: 'organizations.environments.updateEnvironment', handle: replaceEnvironment },
  { id: 'organizations.environments.modifyEnvironment', handle: modifyEnvironment },
  { id: 'organizations.environments.delete', handle: deleteEnvironment },
];

function createEnvironment({ organization, query, body }: Call) {
  const checked = checkedBody('Environment', body);
  const name = query['name'] ?? textIn(checked, 'name');
  assertPresent({ name }, ['name']);
  if (!/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/.test(name)) throw invalidArgument(`environment name ${name} is invalid`);
  if (checked['name'] !== undefined && checked['name'] !== name) {
    throw invalidArgument(`name ${name} and body name ${textIn(checked, 'name')} differ`);
  }
  organization.operations.assertUnlocked();
  const { store } = organization;
  if (store.has('environment', '', name)) throw alreadyExists(`environment ${name} already exists`);
  const now = organization.now();
  const environment = {
    type: 'COMPREHENSIVE',
    deploymentType: 'PROXY',
    apiProxyType: 'PROGRAMMABLE',
    ...checked,
    name,
    state: 'CREATING',
    createdAt: now,
    lastModifiedAt: now,
  };
  store.put('environment', '', name, environment);
  const operation = organization.operations.start({
    type: 'INSERT',
    target: `organizations/${organization.name}/environments/${name}`,
    doing: `environment ${name} is currently being created`,
    finish: () => {
      const active = { ...environment, state: 'ACTIVE' };
      store.put('environment', '', name, active);
      return { '@type': 'type.googleapis.com/google.cloud.apigee.v1.Environment', ...active };
    },
  });
  return ok(operation);
}

function replaceEnvironment({ organization, path, body }: Call) {
  const name = path['environmentsId'] ?? '';
  const before = getActiveEnvironment(organization, name);
  const checked = checkedBody('Environment', body);
  if (checked['name'] !== undefined && checked['name'] !== name) throw invalidArgument('name is immutable');
  const fixed: Document = {};
  for (const field of ['deploymentType', 'apiProxyType', 'type']) {
    const asked = checked[field];
    if (field !== 'type' && asked !== undefined && asked !== before[field]) {
      throw invalidArgument(`${field} is immutable`, [{ field, description: `${field} is immutable` }]);
    }
    fixed[field] = asked ?? before[field];
  }
  if (
    checked['forwardProxyUri'] !== undefined &&
    before['nodeConfig'] !== undefined &&
    checked['nodeConfig'] === undefined
  ) {
    throw failedPrecondition(
      'forwardProxyUri cannot be set without nodeConfig on an environment that has a nodeConfig',
    );
  }
  const { createdAt, state } = before;
  const updated = { ...checked, ...fixed, name, createdAt, state, lastModifiedAt: organization.now() };
  organization.store.put('environment', '', name, updated);
  return ok(getEnvironment(organization, name));
}

function modifyEnvironment({ organization, path, query, body }: Call) {
  const name = path['environmentsId'] ?? '';
  getActiveEnvironment(organization, name);
  const checked = checkedBody('Environment', body);
  const mask = (query['updateMask'] ?? '').split(',').filter((field) => field !== '');
  if (mask.length === 0 || mask.some((field) => field !== 'node_config' && field !== 'nodeConfig')) {
    throw invalidArgument('updateMask can only name node_config');
  }
  organization.operations.assertUnlocked();
  const operation = organization.operations.start({
    type: 'UPDATE',
    target: `organizations/${organization.name}/environments/${name}`,
    doing: `environment ${name} is currently being updated`,
    finish: () => {
      const current = getEnvironment(organization, name);
      const updated = { ...current, nodeConfig: checked['nodeConfig'], lastModifiedAt: organization.now() };
      organization.store.put('environment', '', name, updated);
      return { '@type': 'type.googleapis.com/google.cloud.apigee.v1.Environment', ...updated };
    },
  });
  return ok(operation);
}

/** What goes with its environment. */
const heldKinds = [
  'targetserver',
  'reference',
  'keystore',
  'flowhook',
  'debugmask',
  'resourcefile',
  'archivedeployment',
  'traceconfig',
  'traceoverride',
  'envaddons',
];

function deleteEnvironment({ organization, path }: Call) {
  const name = path['environmentsId'] ?? '';
  const environment = getActiveEnvironment(organization, name);
  const { store } = organization;
  if (store.count('deployment', name) > 0) throw failedPrecondition(`environment ${name} has deployments`);
  for (const { name: group } of store.list('envgroup', '')) {
    for (const attachment of store.list('attachment', group)) {
      if (attachment.read()['environment'] !== name) continue;
      throw failedPrecondition(`environment ${name} is attached to environment group ${group}`);
    }
  }
  assertUnattached(store, name);
  organization.operations.assertUnlocked();
  store.put('environment', '', name, { ...environment, state: 'DELETING' });
  const operation = organization.operations.start({
    type: 'DELETE',
    target: `organizations/${organization.name}/environments/${name}`,
    doing: `environment ${name} is currently being deleted`,
    finish: () => {
      for (const { name: keystore } of store.list('keystore', name)) {
        const owner = `${name}/${keystore}`;
        const aliases = [...store.list('alias', owner)];
        for (const alias of aliases) store.delete('alias', owner, alias.name);
      }
      for (const kind of heldKinds) {
        const held = [...store.list(kind, name)];
        for (const one of held) store.delete(kind, name, one.name);
      }
      store.delete('iampolicy', `environments/${name}`, '');
      dropMapsOf(store, `environments/${name}`);
      store.delete('environment', '', name);
      return { '@type': 'type.googleapis.com/google.protobuf.Empty' };
    },
  });
  return ok(operation);
}
