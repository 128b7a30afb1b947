import type { TokenCredential } from '@azure/identity';
import type { ContainerClient, StoragePipelineOptions } from '@azure/storage-blob';
import { UserError } from '../../core/errors.ts';

export interface AzureContainerAddress {
  readonly container: string;
  /** The storage account's name, or its blob host name in another cloud. Not used with a connection string. */
  readonly account?: string | undefined;
  /** Account key or shared access signature. Without it the default Azure credential signs in. */
  readonly connectionString?: string | undefined;
}

/**
 * Makes a client of one container at the first use: the libraries take a third of a second to load, which commands that
 * never reach Azure should not pay. Proxies come from `HTTPS_PROXY` and `NO_PROXY` (the library reads them), private
 * certificate authorities from `NODE_EXTRA_CA_CERTS` (Node reads it).
 */
export function lazyAzureContainer(address: AzureContainerAddress): () => Promise<ContainerClient> {
  let client: Promise<ContainerClient> | undefined;
  return () => {
    client ??= openAzureContainer(address);
    return client;
  };
}

/** Where a container is, in words and without credentials. */
export function describeAzureContainer({ account, container }: AzureContainerAddress): string {
  return account === undefined ? `Azure container ${container}` : `Azure container ${account}/${container}`;
}

async function openAzureContainer(address: AzureContainerAddress): Promise<ContainerClient> {
  // One try only: the retrying decorator repeats calls, because after a repeated put it has to look whose bytes are there.
  const options: StoragePipelineOptions = {
    retryOptions: { maxTries: 1 },
    userAgentOptions: { userAgentPrefix: 'holdfast' },
  };
  const { BlobServiceClient } = await import('@azure/storage-blob');
  const service =
    address.connectionString === undefined
      ? new BlobServiceClient(blobEndpoint(address), await openCredential(), options)
      : readConnectionString(address.connectionString, (text) => BlobServiceClient.fromConnectionString(text, options));
  assertEncrypted(service.url);
  return service.getContainerClient(address.container);
}

async function openCredential(): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}

function blobEndpoint({ account }: AzureContainerAddress): string {
  if (account === undefined) {
    throw new UserError({
      code: 'NO_CREDENTIALS',
      message: 'The vault address names a container but no storage account, and there is no connection string.',
      next: 'Set HOLDFAST_AZURE_CONNECTION_STRING, or name the account: az://ACCOUNT/CONTAINER.',
    });
  }
  return account.includes('.') ? `https://${account}` : `https://${account}.blob.core.windows.net`;
}

function readConnectionString<T>(text: string, read: (text: string) => T): T {
  try {
    return read(text);
  } catch {
    // The library's message may quote the text, which holds the account key; so its error is not kept as the cause.
    throw new UserError({
      code: 'NO_CREDENTIALS',
      message: 'HOLDFAST_AZURE_CONNECTION_STRING is not a connection string of a storage account.',
      next: 'Copy it again from the access keys or the shared access signature of the account.',
    });
  }
}

function assertEncrypted(serviceUrl: string): void {
  const { protocol, hostname } = new URL(serviceUrl);
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
  if (protocol === 'https:' || isLoopback) return;
  throw new UserError({
    code: 'ENDPOINT_REFUSED',
    message: `The storage account at ${hostname} is addressed without encryption.`,
    next: 'Use https in the connection string; plain http is for this machine only.',
  });
}
