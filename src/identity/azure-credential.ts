import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import type { AzureIdentity } from '../app/ports/identity.ts';
import { HoldfastError, type UserError } from '../core/errors.ts';
import { azureRefusal } from './azure-refusal.ts';
import { noCredentials } from './no-credentials.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface AzureCredentialOptions {
  /** Without it the default credential signs in. */
  readonly identity: AzureIdentity | undefined;
  readonly environment: Environment;
  /** Sends the requests in the place of the library's own client; for tests against an issuer on this machine. */
  readonly httpClient?: HttpClient | undefined;
}

/**
 * The one credential by which this process signs in to Azure: for storage, the resource manager, Key Vault, and for the
 * token that is exchanged at Google's. It is made at the first use, keeps its tokens and renews them before they end.
 * Refusals are UserError `NO_CREDENTIALS`, or RemoteError `REMOTE_UNREACHABLE` where the issuer gave no answer.
 */
export function createAzureCredential(options: AzureCredentialOptions): TokenCredential {
  const kind = options.identity?.kind ?? 'default';
  let made: Promise<TokenCredential> | undefined;
  return {
    async getToken(scopes, request) {
      try {
        made ??= makeCredential(options);
        return await (await made).getToken(scopes, request);
      } catch (error) {
        made = undefined;
        if (error instanceof HoldfastError || request?.abortSignal?.aborted === true) throw error;
        throw azureRefusal(error, kind);
      }
    },
  };
}

/** Who signs in to Azure, in words. */
export function describeAzureIdentity(identity: AzureIdentity | undefined): string {
  const { kind, clientId } = identity ?? { kind: 'default' as const };
  const who = clientId === undefined ? '' : ` ${clientId}`;
  switch (kind) {
    case 'managed':
      return `managed identity${who === '' ? ' of this machine' : who}`;
    case 'workload':
      return `workload identity${who}`;
    case 'pipelines':
      return `service connection${who}`;
    case 'default':
      return `default Azure credential${who}`;
  }
}

async function makeCredential({ identity, environment, httpClient }: AzureCredentialOptions): Promise<TokenCredential> {
  const azure = await import('@azure/identity');
  const client = httpClient === undefined ? {} : { httpClient, disableInstanceDiscovery: true };
  const { kind, clientId, tenantId, serviceConnectionId } = identity ?? { kind: 'default' as const };
  switch (kind) {
    case 'managed':
      return new azure.ManagedIdentityCredential({ ...given({ clientId }), ...client });
    case 'workload':
      return new azure.WorkloadIdentityCredential({
        tenantId: needed(tenantId ?? environment['AZURE_TENANT_ID'], workload('tenantId', 'AZURE_TENANT_ID')),
        clientId: needed(clientId ?? environment['AZURE_CLIENT_ID'], workload('clientId', 'AZURE_CLIENT_ID')),
        tokenFilePath: needed(environment['AZURE_FEDERATED_TOKEN_FILE'], workload('', 'AZURE_FEDERATED_TOKEN_FILE')),
        ...client,
      });
    case 'pipelines':
      return new azure.AzurePipelinesCredential(
        needed(tenantId ?? environment['AZURESUBSCRIPTION_TENANT_ID'], pipeline('tenantId')),
        needed(clientId ?? environment['AZURESUBSCRIPTION_CLIENT_ID'], pipeline('clientId')),
        needed(
          serviceConnectionId ?? environment['AZURESUBSCRIPTION_SERVICE_CONNECTION_ID'],
          pipeline('serviceConnectionId'),
        ),
        needed(environment['SYSTEM_ACCESSTOKEN'], noAccessToken),
        client,
      );
    case 'default':
      return new azure.DefaultAzureCredential({
        ...given({ tenantId, managedIdentityClientId: clientId, workloadIdentityClientId: clientId }),
        ...client,
      });
  }
}

const noAccessToken = (): UserError =>
  noCredentials(
    'SYSTEM_ACCESSTOKEN is not set: the step of the pipeline cannot ask for its OpenID token.',
    'Map it in the step: env: SYSTEM_ACCESSTOKEN: $(System.AccessToken).',
  );

function pipeline(field: string): () => UserError {
  return () =>
    noCredentials(
      `identity.azure is of kind pipelines and does not say ${field}.`,
      `Write identity.azure.${field}, or run in an AzureCLI@2 step, which sets it.`,
    );
}

function workload(field: string, variable: string): () => UserError {
  const next = 'Label the pod azure.workload.identity/use: "true" and annotate its service account with the client id';
  return () =>
    noCredentials(
      `identity.azure is of kind workload, and ${variable} is not set: this is no pod with a workload identity.`,
      field === '' ? `${next}.` : `${next}, or write identity.azure.${field}.`,
    );
}

function needed(text: string | undefined, missing: () => UserError): string {
  if (text === undefined || text === '') throw missing();
  return text;
}

/** What is known of these, without the rest. */
function given(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}
