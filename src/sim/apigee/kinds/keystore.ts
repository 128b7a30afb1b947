import { alreadyExists, failedPrecondition, invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, textIn } from '../document.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { getActiveEnvironment, getEnvironment } from './environment.ts';

/** Keystores and truststores: only a name; deletion is refused while a reference refers to it. */
export const keystoreRoutes: readonly Route[] = [
  {
    id: 'organizations.environments.keystores.list',
    undocumented: 'GET ~/environments/{environmentsId}/keystores',
    handle: ({ organization, path }) => {
      const environment = path['environmentsId'] ?? '';
      getEnvironment(organization, environment);
      return ok([...organization.store.list('keystore', environment)].map((item) => item.name));
    },
  },
  {
    id: 'organizations.environments.keystores.get',
    handle: ({ organization, path }) => {
      const keystore = getKeystore(organization, path);
      const owner = `${path['environmentsId'] ?? ''}/${textIn(keystore, 'name')}`;
      const aliases = [...organization.store.list('alias', owner)].map((item) => item.name);
      return ok({ ...keystore, ...(aliases.length === 0 ? {} : { aliases }) });
    },
  },
  { id: 'organizations.environments.keystores.create', handle: createKeystore },
  { id: 'organizations.environments.keystores.delete', handle: deleteKeystore },
];

/** The keystore, or 404. */
export function getKeystore(organization: SimulatedOrganization, path: Call['path']): Document {
  const environment = path['environmentsId'] ?? '';
  const name = path['keystoresId'] ?? '';
  getEnvironment(organization, environment);
  const keystore = organization.store.find('keystore', environment, name);
  if (keystore === undefined) throw notFound(`keystore ${name} not found in environment ${environment}`);
  return keystore;
}

function createKeystore({ organization, path, query, body }: Call) {
  const environment = path['environmentsId'] ?? '';
  getActiveEnvironment(organization, environment);
  const checked = checkedBody('Keystore', body);
  const name = query['name'] ?? textIn(checked, 'name');
  assertPresent({ name }, ['name']);
  if (checked['name'] !== undefined && checked['name'] !== name) {
    throw invalidArgument(`name ${name} and body name ${textIn(checked, 'name')} differ`);
  }
  if (!/^[A-Za-z0-9._\-$ %]{1,255}$/.test(name)) throw invalidArgument(`keystore name ${name} is invalid`);
  if (organization.store.has('keystore', environment, name)) {
    throw alreadyExists(`keystore ${name} already exists in environment ${environment}`);
  }
  organization.store.put('keystore', environment, name, { name });
  return ok({ name });
}

function deleteKeystore({ organization, path }: Call) {
  const keystore = getKeystore(organization, path);
  const environment = path['environmentsId'] ?? '';
  for (const reference of organization.store.list('reference', environment)) {
    if (reference.read()['refers'] !== keystore['name']) continue;
    throw failedPrecondition(`keystore ${textIn(keystore, 'name')} is used by reference ${reference.name}`);
  }
  organization.store.delete('keystore', environment, textIn(keystore, 'name'));
  const owner = `${environment}/${textIn(keystore, 'name')}`;
  const aliases = [...organization.store.list('alias', owner)];
  for (const { name } of aliases) organization.store.delete('alias', owner, name);
  return ok(keystore);
}
