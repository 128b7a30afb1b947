import { alreadyExists, invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, textIn } from '../document.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { getActiveEnvironment, getEnvironment } from './environment.ts';

/** References: what they refer to has to exist in the same environment; PUT replaces everything. */
export const referenceRoutes: readonly Route[] = [
  {
    id: 'organizations.environments.references.list',
    undocumented: 'GET ~/environments/{environmentsId}/references',
    handle: ({ organization, path }) => {
      const environment = path['environmentsId'] ?? '';
      getEnvironment(organization, environment);
      return ok([...organization.store.list('reference', environment)].map((item) => item.name));
    },
  },
  {
    id: 'organizations.environments.references.get',
    handle: ({ organization, path }) => ok(getReference(organization, path)),
  },
  { id: 'organizations.environments.references.create', handle: createReference },
  { id: 'organizations.environments.references.update', handle: replaceReference },
  {
    id: 'organizations.environments.references.delete',
    handle: ({ organization, path }) => {
      const reference = getReference(organization, path);
      organization.store.delete('reference', path['environmentsId'] ?? '', textIn(reference, 'name'));
      return ok(reference);
    },
  },
];

function getReference(organization: SimulatedOrganization, path: Call['path']): Document {
  const environment = path['environmentsId'] ?? '';
  const name = path['referencesId'] ?? '';
  getEnvironment(organization, environment);
  const reference = organization.store.find('reference', environment, name);
  if (reference === undefined) throw notFound(`reference ${name} not found in environment ${environment}`);
  return reference;
}

function createReference({ organization, path, body }: Call) {
  const environment = path['environmentsId'] ?? '';
  getActiveEnvironment(organization, environment);
  const reference = checkedReference(organization, environment, body);
  const name = textIn(reference, 'name');
  if (!/^[A-Za-z0-9._\-$ %]{1,255}$/.test(name)) throw invalidArgument(`reference name ${name} is invalid`);
  if (organization.store.has('reference', environment, name)) {
    throw alreadyExists(`reference ${name} already exists in environment ${environment}`);
  }
  organization.store.put('reference', environment, name, reference);
  return ok(reference);
}

function replaceReference({ organization, path, body }: Call) {
  const before = getReference(organization, path);
  const environment = path['environmentsId'] ?? '';
  const reference = checkedReference(organization, environment, body);
  if (reference['name'] !== before['name']) throw invalidArgument('name is immutable');
  organization.store.put('reference', environment, textIn(before, 'name'), reference);
  return ok(reference);
}

function checkedReference(organization: SimulatedOrganization, environment: string, body: unknown): Document {
  const checked = checkedBody('Reference', body);
  assertPresent(checked, ['name', 'refers']);
  const type = checked['resourceType'];
  if (type !== 'KeyStore' && type !== 'TrustStore')
    throw invalidArgument('resourceType must be KeyStore or TrustStore');
  const refers = textIn(checked, 'refers');
  if (!organization.store.has('keystore', environment, refers)) {
    throw invalidArgument(`keystore ${refers} does not exist in environment ${environment}`);
  }
  return checked;
}
