import { alreadyExists, invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, documentIn, textIn } from '../document.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { assertProxyEnvironment, getActiveEnvironment, getEnvironment } from './environment.ts';

/** Target servers: named by query or body, PUT replaces everything, the protocol is fixed at creation. */
export const targetServerRoutes: readonly Route[] = [
  {
    id: 'organizations.environments.targetservers.list',
    undocumented: 'GET ~/environments/{environmentsId}/targetservers',
    handle: ({ organization, path }) => {
      const environment = path['environmentsId'] ?? '';
      getEnvironment(organization, environment);
      return ok([...organization.store.list('targetserver', environment)].map((item) => item.name));
    },
  },
  {
    id: 'organizations.environments.targetservers.get',
    handle: ({ organization, path }) => ok(getTargetServer(organization, path)),
  },
  { id: 'organizations.environments.targetservers.create', handle: createTargetServer },
  { id: 'organizations.environments.targetservers.update', handle: replaceTargetServer },
  {
    id: 'organizations.environments.targetservers.delete',
    handle: ({ organization, path }) => {
      const server = getTargetServer(organization, path);
      organization.store.delete('targetserver', path['environmentsId'] ?? '', path['targetserversId'] ?? '');
      return ok(server);
    },
  },
];

function getTargetServer(organization: SimulatedOrganization, path: Call['path']): Document {
  const environment = path['environmentsId'] ?? '';
  const name = path['targetserversId'] ?? '';
  getEnvironment(organization, environment);
  const server = organization.store.find('targetserver', environment, name);
  if (server === undefined) throw notFound(`target server ${name} not found in environment ${environment}`);
  return server;
}

function createTargetServer({ organization, path, query, body }: Call) {
  const environment = path['environmentsId'] ?? '';
  assertProxyEnvironment(getActiveEnvironment(organization, environment));
  const checked = checkedTargetServer(body);
  assertKeystores(organization, environment, checked);
  const name = query['name'] ?? textIn(checked, 'name');
  assertPresent({ ...checked, name }, ['name', 'host', 'port']);
  if (checked['name'] !== undefined && checked['name'] !== name) {
    throw invalidArgument(`name ${name} and body name ${textIn(checked, 'name')} differ`);
  }
  if (!/^[A-Za-z0-9._\-$ %]{1,255}$/.test(name)) throw invalidArgument(`target server name ${name} is invalid`);
  if (organization.store.has('targetserver', environment, name)) {
    throw alreadyExists(`target server ${name} already exists in environment ${environment}`);
  }
  const server = { protocol: 'HTTP', isEnabled: true, ...checked, name };
  organization.store.put('targetserver', environment, name, server);
  return ok(server);
}

function replaceTargetServer({ organization, path, body }: Call) {
  const before = getTargetServer(organization, path);
  const environment = path['environmentsId'] ?? '';
  assertProxyEnvironment(getActiveEnvironment(organization, environment));
  const checked = checkedTargetServer(body);
  assertKeystores(organization, environment, checked);
  assertPresent({ name: before['name'], ...checked }, ['name', 'host', 'port']);
  if (checked['name'] !== undefined && checked['name'] !== before['name']) throw invalidArgument('name is immutable');
  const protocol = checked['protocol'] ?? before['protocol'];
  if (protocol !== before['protocol'] && before['protocol'] !== undefined) {
    throw invalidArgument('protocol is immutable', [{ field: 'protocol', description: 'protocol is immutable' }]);
  }
  const server = { isEnabled: true, ...checked, protocol, name: before['name'] };
  organization.store.put('targetserver', environment, String(before['name']), server);
  return ok(getTargetServer(organization, path));
}

function checkedTargetServer(body: unknown): Document {
  const checked = checkedBody('TargetServer', body);
  const port = checked['port'];
  if (typeof port === 'number' && (port < 1 || port > 65_535)) {
    throw invalidArgument(`port ${port} is out of range`, [{ field: 'port', description: 'must be 1 to 65535' }]);
  }
  const tls = checked['sSLInfo'];
  if (tls !== undefined && documentIn(checked, 'sSLInfo')['enabled'] === undefined) {
    throw invalidArgument('sSLInfo.enabled is required', [{ field: 'sSLInfo.enabled', description: 'is required' }]);
  }
  return checked;
}

function assertKeystores(organization: SimulatedOrganization, environment: string, server: Document): void {
  if (organization.world.switches.targetServerKeystores === 'unchecked') return;
  const tls = server['sSLInfo'] === undefined ? {} : documentIn(server, 'sSLInfo');
  for (const name of [textIn(tls, 'keyStore'), textIn(tls, 'trustStore')]) {
    if (name === '' || name.includes('{')) continue;
    const isReference = name.startsWith('ref://');
    const plain = isReference ? name.slice('ref://'.length) : name;
    if (organization.store.has(isReference ? 'reference' : 'keystore', environment, plain)) continue;
    throw invalidArgument(`${isReference ? 'reference' : 'keystore'} ${plain} does not exist in ${environment}`);
  }
}
