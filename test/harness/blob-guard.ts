import {
  BlobServiceClient,
  ContainerSASPermissions,
  type ContainerClient,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { type BlobGuard, type BlobGuardOptions, startBlobGuard } from '../../src/sim/azure/blob-guard.ts';
import { startAzurite } from './azurite.ts';

/** A guard with an Azurite of its own behind it. */
export interface GuardedStorage extends BlobGuard {
  /** Every right there is. */
  readonly admin: BlobServiceClient;
  /** A signed URL of one container with these letters. */
  signedUrl(
    container: string,
    letters: string,
    times?: { readonly startsOn?: Date; readonly expiresOn?: Date },
  ): string;
  /** The same signature as a connection string. */
  signedConnection(container: string, letters: string): string;
}

/** Starts Azurite in this process and a guard in front of it. */
export async function startGuardedStorage(options: Omit<BlobGuardOptions, 'upstream'> = {}): Promise<GuardedStorage> {
  const azurite = await startAzurite();
  const guard = await startBlobGuard({ ...options, upstream: azurite });
  const credential = new StorageSharedKeyCredential(guard.key.account, guard.key.key);
  const sign: (container: string, letters: string, times?: { startsOn?: Date; expiresOn?: Date }) => string = (
    containerName,
    letters,
    times = {},
  ) =>
    generateBlobSASQueryParameters(
      {
        containerName,
        permissions: ContainerSASPermissions.parse(letters),
        expiresOn: new Date('2099-01-01T00:00:00Z'),
        protocol: SASProtocol.HttpsAndHttp,
        ...times,
      },
      credential,
    ).toString();
  return Object.assign(guard, {
    admin: new BlobServiceClient(guard.blobEndpoint, credential, { retryOptions: { maxTries: 1 } }),
    signedUrl: (container: string, letters: string, times?: { startsOn?: Date; expiresOn?: Date }) =>
      `${guard.blobEndpoint}/${container}?${sign(container, letters, times)}`,
    signedConnection: (container: string, letters: string) =>
      `BlobEndpoint=${guard.blobEndpoint};SharedAccessSignature=${sign(container, letters)}`,
    close: closeBoth(guard, azurite),
  });
}

function closeBoth(guard: BlobGuard, azurite: { close(): Promise<void> }): () => Promise<void> {
  const close = guard.close.bind(guard);
  return async () => {
    await close();
    await azurite.close();
  };
}

/** The texts of a container's blobs as the admin sees them. */
export async function blobTexts(container: ContainerClient): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for await (const { name } of container.listBlobsFlat()) {
    texts[name] = (await container.getBlobClient(name).downloadToBuffer()).toString();
  }
  return texts;
}
