import type { TokenCredential } from '@azure/core-auth';
import type { ContainerClient, StoragePipelineOptions } from '@azure/storage-blob';
import { UserError } from '../../core/errors.ts';
import { type AzureAccess, endpointOf, findSignedUrl } from './azure-access.ts';

const STORAGE_SCOPE = 'https://storage.azure.com/.default';

export interface AzureContainerAddress extends AzureAccess {
  readonly container: string;
  /** The storage account's name, or its blob host name in another cloud. Not used with a connection string. */
  readonly account?: string | undefined;
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
  const { BlobServiceClient, ContainerClient: Client } = await import('@azure/storage-blob');
  const { connectionString, container } = address;
  if (connectionString !== undefined) {
    const open = (text: string) => BlobServiceClient.fromConnectionString(text, options);
    const service = readConnectionString(connectionString, open);
    assertEncrypted(service.url);
    return service.getContainerClient(container);
  }
  const signed = findSignedUrl(address.signedUrls ?? [], address);
  const url = `${signed?.endpoint ?? endpointOf(accountOf(address), address.endpoint)}/${container}`;
  assertEncrypted(url);
  if (signed !== undefined) return new Client(`${url}?${signed.signature}`, undefined, options);
  const credential = address.credential ?? (await openCredential());
  if (url.startsWith('http:')) return openUnencrypted(url, credential, options);
  return new Client(url, credential, options);
}

/** The library sends tokens over TLS only; services on this machine, where a secret goes nowhere, need none. */
async function openUnencrypted(
  url: string,
  credential: TokenCredential,
  options: StoragePipelineOptions,
): Promise<ContainerClient> {
  const { AnonymousCredential, ContainerClient: Client, newPipeline } = await import('@azure/storage-blob');
  const pipeline = newPipeline(new AnonymousCredential(), options);
  pipeline.factories.push({
    create: (next) => ({
      async sendRequest(request) {
        const token = await credential.getToken(STORAGE_SCOPE);
        if (token !== null) request.headers.set('authorization', `Bearer ${token.token}`);
        return next.sendRequest(request);
      },
    }),
  });
  return new Client(url, pipeline);
}

async function openCredential(): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}

function accountOf({ account }: AzureContainerAddress): string {
  if (account !== undefined) return account;
  throw new UserError({
    code: 'NO_CREDENTIALS',
    message: 'The vault address names a container but no storage account, and there is no connection string.',
    next: 'Set HOLDFAST_AZURE_CONNECTION_STRING, or name the account: az://ACCOUNT/CONTAINER.',
  });
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
