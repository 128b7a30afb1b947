import type { AzureIdentity } from '../app/ports/identity.ts';
import { type HoldfastError, RemoteError } from '../core/errors.ts';
import { noCredentials } from './no-credentials.ts';

/** What to do where a host has no such identity at all. */
const absent: Readonly<Record<AzureIdentity['kind'], string>> = {
  managed: 'Assign a managed identity to this machine, app or job; a user-assigned one needs identity.azure.clientId.',
  workload: 'Enable workload identity on the cluster, label the pod and annotate its service account.',
  pipelines: 'Name a service connection with workload identity federation, and map SYSTEM_ACCESSTOKEN in the step.',
  default: 'Say which one in identity.azure (kind: managed, workload or pipelines), or sign in with az login.',
};

/** What Entra's codes ask for, where more is known than that it refused. */
const remedies: Readonly<Record<string, string>> = {
  AADSTS500011: 'Register the application that identity.google.appIdUri names in this tenant, or correct the address.',
  AADSTS700016: 'Check the client id and the tenant: the application is not known there.',
  AADSTS70021: 'Add a federated credential whose issuer, subject and audience are those of this workload.',
  AADSTS700213: 'Add a federated credential whose subject is exactly that of this workload.',
  AADSTS700212: 'Set the audience of the federated credential to api://AzureADTokenExchange.',
  AADSTS700024: 'The assertion has ended: check the clock of this machine and run again.',
  AADSTS501051: 'Assign the identity to the application, or switch off "assignment required" for it.',
};

/** A failed sign-in to Azure as one of ours. What the library says is kept to its first line; tokens are never in it. */
export function azureRefusal(error: unknown, kind: AzureIdentity['kind']): HoldfastError {
  const text = error instanceof Error ? error.message : String(error);
  const status = statusOf(error);
  const [code = ''] = /\bAADSTS\d+\b/.exec(text) ?? [];
  if (code !== '') {
    const said = /AADSTS\d+:[^\r\n]*/.exec(text)?.[0].split(/\s+Trace ID:/)[0] ?? code;
    return noCredentials(
      `Entra ID refused the ${kind} identity: ${said}`,
      remedies[code] ?? `Look up ${code} in the list of Entra ID errors; it names what is missing.`,
      error,
    );
  }
  if (isUnreachable(error, status)) {
    return new RemoteError({
      code: 'REMOTE_UNREACHABLE',
      message: 'The issuer of the Azure identity could not be reached.',
      operation: 'get an Azure token',
      retryable: true,
      next: 'Check the network and try again.',
      cause: error,
      ...(status === undefined ? {} : { status }),
    });
  }
  return noCredentials(`There is no Azure token from the ${kind} identity: ${firstLine(text)}`, absent[kind], error);
}

function firstLine(text: string): string {
  const [line = ''] = text.split(/[\r\n]/);
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}

function isUnreachable(error: unknown, status: number | undefined): boolean {
  if (status !== undefined) return status >= 500 || status === 429;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|REQUEST_SEND_ERROR)/.test(code);
}
