import { failedPrecondition, invalidArgument, notFound, notModelled } from '../api-error.ts';
import type { ArchiveObject } from '../archives.ts';
import { checkedBody } from '../body-check.ts';
import type { ListedDocument } from '../document-store.ts';
import { type Document, documentIn, isDocument, textIn } from '../document.ts';
import { pageCaps, tokenAnswer, tokenPage } from '../paging.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { objectIn, signedUrl } from '../storage.ts';
import { getActiveEnvironment, getEnvironment } from './environment.ts';
import { fieldMask } from './field-mask.ts';

const methods = 'organizations.environments.archiveDeployments';

/** Archives of environments of deployment type ARCHIVE: a zip is put into the storage, and then deployed by an operation. */
export const archiveDeploymentRoutes: readonly Route[] = [
  {
    id: `${methods}.list`,
    paging: { style: 'token', field: 'archiveDeployments' },
    handle: ({ organization, path, query }) => {
      if (query['filter'] !== undefined) throw notModelled(`${methods}.list with a filter`);
      const environment = path['environmentsId'] ?? '';
      getEnvironment(organization, environment);
      const source = {
        from: (name: string) => organization.store.list('archivedeployment', environment, name),
        nameOf: (item: ListedDocument) => item.name,
      };
      const page = tokenPage(source, query, pageCaps.small);
      const items = page.items.map((item) => shown(organization, environment, item.read()));
      return tokenAnswer(organization.world.switches, 'archiveDeployments', { ...page, items });
    },
  },
  {
    id: `${methods}.get`,
    handle: ({ organization, path }) => ok(shownAt(organization, path)),
  },
  {
    id: `${methods}.generateUploadUrl`,
    handle: ({ organization, path, origin }) => {
      getArchiveEnvironment(organization, path['environmentsId'] ?? '');
      const object = `${organization.world.random.uuid()}.zip`;
      return ok({ uploadUri: signedUrl(organization, { http: 'PUT', object, origin }) });
    },
  },
  {
    id: `${methods}.generateDownloadUrl`,
    readOnly: () => true,
    handle: ({ organization, path, origin }) => {
      const archive = getArchive(organization, path);
      return ok({ downloadUri: signedUrl(organization, { http: 'GET', object: textIn(archive, 'object'), origin }) });
    },
  },
  { id: `${methods}.create`, handle: createArchive },
  {
    id: `${methods}.patch`,
    handle: ({ organization, path, query, body }) => {
      const before = getArchive(organization, path);
      fieldMask(query, ['labels']);
      const { labels } = checkedBody('ArchiveDeployment', body);
      const archive = { ...before, labels: labels ?? {}, updatedAt: microseconds(organization) };
      organization.store.put('archivedeployment', path['environmentsId'] ?? '', textIn(before, 'id'), archive);
      return ok(shownAt(organization, path));
    },
  },
  {
    id: `${methods}.delete`,
    handle: ({ organization, path }) => {
      const archive = getArchive(organization, path);
      organization.store.delete('archivedeployment', path['environmentsId'] ?? '', textIn(archive, 'id'));
      organization.store.delete('archiveobject', '', textIn(archive, 'object'));
      return ok({});
    },
  },
];

function getArchiveEnvironment(organization: SimulatedOrganization, name: string): Document {
  const environment = getActiveEnvironment(organization, name);
  if (environment['deploymentType'] === 'ARCHIVE') return environment;
  throw failedPrecondition(`operation not supported for environment ${name}: its deployment type is not ARCHIVE`);
}

function getArchive(organization: SimulatedOrganization, path: Call['path']): Document {
  const [environment = '', id = ''] = [path['environmentsId'], path['archiveDeploymentsId']];
  getEnvironment(organization, environment);
  const archive = organization.store.find('archivedeployment', environment, id);
  if (archive === undefined) throw notFound(`archive deployment ${id} not found in environment ${environment}`);
  return archive;
}

function shownAt(organization: SimulatedOrganization, path: Call['path']): Document {
  return shown(organization, path['environmentsId'] ?? '', getArchive(organization, path));
}

function shown({ name }: SimulatedOrganization, environment: string, archive: Document): Document {
  const { id, object: _, digest: __, ...rest } = archive;
  const labels = documentIn(archive, 'labels');
  return {
    ...rest,
    name: `organizations/${name}/environments/${environment}/archiveDeployments/${String(id)}`,
    labels: Object.keys(labels).length === 0 ? undefined : labels,
  };
}

/** In the unit in which gcloud reads it. */
function microseconds(organization: SimulatedOrganization): string {
  return `${organization.now()}000`;
}

/** A client may write `gcs_uri` or `gcsUri`. */
function createArchive({ organization, path, body }: Call) {
  const environment = path['environmentsId'] ?? '';
  getArchiveEnvironment(organization, environment);
  const { gcs_uri: snake, ...rest } = isDocument(body) ? body : {};
  const sent = snake === undefined ? rest : { ...rest, gcsUri: snake };
  const { gcsUri = '', labels = {} } = checkedBody('ArchiveDeployment', sent);
  const object = objectIn(organization, String(gcsUri));
  const uploaded = object === undefined ? undefined : organization.store.find('archiveobject', '', object);
  if (object === undefined || uploaded === undefined) throw invalidArgument('gcs_uri names no uploaded archive');
  const isArchive = uploaded['isArchive'] === true;
  const record = { object, digest: textIn(uploaded, 'digest'), isArchive, labels };
  return ok(startDeployment(organization, environment, record));
}

/** Deploys an archive as if it had been uploaded; answers the operation. */
export function deployUploaded(
  organization: SimulatedOrganization,
  archive: { readonly environment: string; readonly uploaded: ArchiveObject; readonly labels: unknown },
): Document {
  const { environment, uploaded, labels } = archive;
  getArchiveEnvironment(organization, environment);
  const object = `${organization.world.random.uuid()}.zip`;
  organization.store.put('archiveobject', '', object, uploaded);
  const { digest, isArchive } = uploaded;
  return startDeployment(organization, environment, { object, digest, isArchive, labels });
}

function startDeployment(
  organization: SimulatedOrganization,
  environment: string,
  { isArchive, ...record }: { object: string; digest: string; isArchive: boolean; labels: unknown },
): Document {
  const { store, world } = organization;
  organization.operations.assertUnlocked();
  const id = world.random.text(18, 'abcdefghijklmnopqrstuvwxyz0123456789');
  const newest = Math.max(0, ...[...store.list('archivedeployment', environment)].map(createdAtOf));
  const createdAt = String(Math.max(Number(microseconds(organization)), newest + 1));
  const archive = { id, ...record, createdAt, updatedAt: createdAt };
  const operation = organization.operations.start({
    type: 'INSERT',
    target: `organizations/${organization.name}/environments/${environment}/archiveDeployments/${id}`,
    doing: `an archive is currently being deployed to environment ${environment}`,
    failure: () =>
      isArchive ? undefined : { code: 3, message: 'the archive holds nothing below src/main/apigee', details: [] },
    finish: () => {
      const at = { environmentsId: environment, archiveDeploymentsId: id };
      const type = 'type.googleapis.com/google.cloud.apigee.v1.ArchiveDeployment';
      return { '@type': type, ...shownAt(organization, at) };
    },
  });
  store.put('archivedeployment', environment, id, { ...archive, operation: operation['name'] });
  return operation;
}

function createdAtOf(item: { read(): Document }): number {
  return Number(item.read()['createdAt']);
}
