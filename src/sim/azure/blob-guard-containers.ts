import { assertAllowed, type GuardAnswer, type GuardScene } from './blob-guard-blobs.ts';
import { GuardRefusal } from './blob-guard-error.ts';
import { httpDate, listBlobs, listContainers } from './blob-guard-listing.ts';
import type { GuardedContainer } from './guarded-account.ts';

const xml = { 'content-type': 'application/xml' };

/** What is asked of containers and of the account itself. */
export async function answerForContainer(scene: GuardScene): Promise<GuardAnswer> {
  const { account, request } = scene;
  switch (request.operation) {
    case 'ListContainers':
      assertAllowed(scene, 'list');
      return { status: 200, headers: xml, body: listContainers(account, request) };
    case 'GetBlobServiceProperties':
      assertAllowed(scene, 'account-read');
      return { status: 200, headers: xml, body: serviceProperties(account.settings.softDeleteDays) };
    case 'GetAccountInformation':
      assertAllowed(scene, 'account-read');
      return { status: 200, headers: accountInformation(account.settings.hierarchicalNamespace) };
    case 'CreateContainer':
      return createContainer(scene);
    case 'GetContainerProperties':
      assertAllowed(scene, 'container-read');
      return { status: 200, headers: containerProperties(account.get(request.container)) };
    case 'DeleteContainer':
      return deleteContainer(scene);
    case 'RestoreContainer':
      return restoreContainer(scene);
    case 'ListBlobs': {
      assertAllowed(scene, 'list');
      const container = account.get(request.container);
      account.forgetExpired(container);
      return { status: 200, headers: xml, body: listBlobs(account, container, request) };
    }
    default:
      throw new GuardRefusal('NotModelled', request.operation);
  }
}

async function createContainer(scene: GuardScene): Promise<GuardAnswer> {
  const { account, request, upstream } = scene;
  assertAllowed(scene, 'container-write');
  const container = account.newContainer(request.container);
  const path = `/${container.upstream}`;
  const answer = await upstream.send({
    method: 'PUT',
    path,
    query: new Map([['restype', 'container']]),
    body: Buffer.alloc(0),
  });
  if (answer.status !== 201) throw new GuardRefusal('InternalError', 'The store behind the guard made no container.');
  // Another request may have been faster.
  if (account.containers.has(container.name)) throw new GuardRefusal('ContainerAlreadyExists');
  account.containers.set(container.name, container);
  return { status: 201, headers: { etag: `"${container.upstream}"`, 'last-modified': httpDate(container.createdMs) } };
}

async function deleteContainer(scene: GuardScene): Promise<GuardAnswer> {
  const { account, request, upstream } = scene;
  assertAllowed(scene, 'container-delete');
  const { upstream: name } = account.get(request.container);
  if (account.deleteContainer(request.container)) {
    await upstream.send({ method: 'DELETE', path: `/${name}`, query: new Map([['restype', 'container']]) });
  }
  return { status: 202, headers: {} };
}

function restoreContainer(scene: GuardScene): GuardAnswer {
  const { account, request } = scene;
  assertAllowed(scene, 'container-write');
  const name = request.headers['x-ms-deleted-container-name'];
  const version = request.headers['x-ms-deleted-container-version'];
  if (name !== request.container || version === undefined) {
    throw new GuardRefusal('NotModelled', 'Restoring a container under another name.');
  }
  account.restoreContainer(name, version);
  return { status: 201, headers: {} };
}

function containerProperties(container: GuardedContainer): Record<string, string> {
  return {
    etag: `"${container.upstream}"`,
    'last-modified': httpDate(container.createdMs),
    'x-ms-lease-status': 'unlocked',
    'x-ms-lease-state': 'available',
    'x-ms-has-immutability-policy': String(container.policy !== undefined),
    'x-ms-has-legal-hold': String(container.legalHolds.size > 0),
    'x-ms-immutable-storage-with-versioning-enabled': String(container.versionLevel),
  };
}

function accountInformation(hierarchicalNamespace: boolean): Record<string, string> {
  return {
    'x-ms-sku-name': 'Standard_LRS',
    'x-ms-account-kind': 'StorageV2',
    'x-ms-is-hns-enabled': String(hierarchicalNamespace),
  };
}

function serviceProperties(softDeleteDays: number | undefined): string {
  const days = softDeleteDays === undefined ? '' : `<Days>${softDeleteDays}</Days>`;
  return `<?xml version="1.0" encoding="utf-8"?><StorageServiceProperties><DeleteRetentionPolicy><Enabled>${softDeleteDays !== undefined}</Enabled>${days}</DeleteRetentionPolicy></StorageServiceProperties>`;
}
