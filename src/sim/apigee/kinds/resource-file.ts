import { alreadyExists, failedPrecondition, invalidArgument, notFound } from '../api-error.ts';
import { type Document, isDocument, textIn } from '../document.ts';
import { listAnswer } from '../paging.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { assertProxyEnvironment, getActiveEnvironment, getEnvironment } from './environment.ts';

const types = ['graphql', 'java', 'js', 'jsc', 'oas', 'properties', 'py', 'wsdl', 'xsd', 'xslt'];

/** The published number of files of one environment, and the published size of one. */
const mostFiles = 100;
const largestBytes = 15 * 1024 * 1024;

/** Resource files of environments: bytes under a type and a name, which may have slashes and blanks. */
export const resourceFileRoutes: readonly Route[] = [
  {
    id: 'organizations.environments.resourcefiles.list',
    handle: ({ organization, path, query }) => listed(organization, path, query['type']),
  },
  {
    id: 'organizations.environments.resourcefiles.listEnvironmentResources',
    handle: ({ organization, path }) => listed(organization, path, path['type']),
  },
  {
    id: 'organizations.environments.resourcefiles.get',
    handle: ({ organization, path }) => ({
      status: 200,
      bytes: Uint8Array.from(Buffer.from(textIn(getFile(organization, path), 'content'), 'base64')),
      contentType: 'application/octet-stream',
    }),
  },
  { id: 'organizations.environments.resourcefiles.create', handle: createFile },
  {
    id: 'organizations.environments.resourcefiles.update',
    handle: ({ organization, path, body }) => {
      const before = getFile(organization, path);
      const file = { ...before, content: checkedContent(body) };
      organization.store.put('resourcefile', path['environmentsId'] ?? '', keyOf(before), file);
      return ok(shown(before));
    },
  },
  {
    id: 'organizations.environments.resourcefiles.delete',
    handle: ({ organization, path }) => {
      const file = getFile(organization, path);
      organization.store.delete('resourcefile', path['environmentsId'] ?? '', keyOf(file));
      return ok(shown(file));
    },
  },
];

function listed(organization: SimulatedOrganization, path: Call['path'], type: string | undefined) {
  const environment = path['environmentsId'] ?? '';
  getEnvironment(organization, environment);
  if (type !== undefined && type !== '') assertType(type);
  const files = [...organization.store.list('resourcefile', environment)].map((item) => item.read());
  const wanted = files.filter((file) => type === undefined || type === '' || file['type'] === type);
  return listAnswer(organization.world.switches, 'resourceFile', wanted.map(shown));
}

function shown({ name, type }: Document): Document {
  return { name, type };
}

function keyOf(file: Document): string {
  return `${textIn(file, 'type')}/${textIn(file, 'name')}`;
}

function assertType(type: string): void {
  if (!types.includes(type)) throw invalidArgument(`resource file type "${type}" is not one of ${types.join(', ')}`);
}

function getFile(organization: SimulatedOrganization, path: Call['path']): Document {
  const environment = path['environmentsId'] ?? '';
  const [type = '', name = ''] = [path['type'], path['name']];
  getEnvironment(organization, environment);
  assertType(type);
  const file = organization.store.find('resourcefile', environment, `${type}/${name}`);
  if (file === undefined) throw notFound(`resource file ${name} of type ${type} not found in ${environment}`);
  return file;
}

function createFile({ organization, path, query, body }: Call) {
  const environment = path['environmentsId'] ?? '';
  assertProxyEnvironment(getActiveEnvironment(organization, environment));
  const [type = '', name = ''] = [query['type'], query['name']];
  assertType(type);
  if (!/^[A-Za-z0-9_:/\\!@#$%^&{}[\]()+\-=,.~'` ]{1,255}$/.test(name)) {
    throw invalidArgument(`resource file name "${name}" is invalid`);
  }
  const { store } = organization;
  if (store.has('resourcefile', environment, `${type}/${name}`)) {
    throw alreadyExists(`resource file ${name} of type ${type} already exists in environment ${environment}`);
  }
  const content = checkedContent(body);
  if (store.count('resourcefile', environment) >= mostFiles) {
    throw failedPrecondition(`environment ${environment} already has ${mostFiles} resource files`);
  }
  store.put('resourcefile', environment, `${type}/${name}`, { name, type, content });
  return ok({ name, type });
}

/** The bytes as base64. */
function checkedContent(body: unknown): string {
  const content = isDocument(body) ? textIn(body, 'file') : '';
  if (!isDocument(body) || body['file'] === undefined) throw invalidArgument('the request has no file');
  if (Buffer.byteLength(content, 'base64') > largestBytes) throw invalidArgument('resource file is larger than 15 MB');
  return content;
}
