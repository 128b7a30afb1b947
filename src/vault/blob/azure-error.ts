import { HoldfastError, RemoteError, UserError } from '../../core/errors.ts';
import { containerMissing, storeDenied, storeFailed, storeFull, storeUnreachable } from './blob-error.ts';

export interface AzureOperation {
  readonly operation: string;
  readonly place: string;
  /** Whether the operation changes something, so that a lost answer leaves its effect unknown. */
  readonly writes?: boolean;
}

/** The HTTP status of an answer of Azure, or undefined when the error is not one. */
export function findAzureStatus(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}

/** Azure's own code of an answer (`BlobNotFound`), or Node's of a failed connection (`ECONNRESET`). */
export function findAzureCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Turns an error of the Azure libraries into what the ports of the vault promise; ours come back as they are. */
export function translateAzureError(error: unknown, during: AzureOperation): unknown {
  if (error instanceof HoldfastError) return error;
  const status = findAzureStatus(error);
  const reason = findAzureCode(error);
  const trouble = { operation: during.operation, place: during.place, cause: error, status, reason };
  if (reason === 'ContainerNotFound') return containerMissing(during.place, error);
  if (isNamed(error, 'CredentialUnavailableError', 'AggregateAuthenticationError')) return noCredentials(during, error);
  if (status === 401 || isNamed(error, 'AuthenticationError', 'AuthenticationRequiredError')) {
    return unauthenticated(during, error);
  }
  if (status === 403) return storeDenied(trouble);
  if (status === 507 || reason === 'AccountLimitExceeded') return storeFull(trouble);
  const isBusy = status === undefined ? isConnectionTrouble(error) : status === 408 || status === 429 || status >= 500;
  if (isBusy || reason === 'ContainerBeingDeleted') return storeUnreachable(trouble, during.writes ?? false);
  return storeFailed(trouble);
}

function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

function isConnectionTrouble(error: unknown): boolean {
  // PARSE_ERROR has no status when the answer was cut in the middle of a header; a body that is not Azure's has one.
  return isNamed(error, 'RestError', 'AbortError', 'TimeoutError') || findAzureCode(error)?.startsWith('E') === true;
}

function noCredentials(during: AzureOperation, cause: unknown): UserError {
  return new UserError({
    code: 'NO_CREDENTIALS',
    message: `There is no Azure credential with which to ${during.operation} in ${during.place}.`,
    next: 'Sign in with a managed identity or az login, or set HOLDFAST_AZURE_CONNECTION_STRING.',
    cause,
  });
}

function unauthenticated(during: AzureOperation, cause: unknown): RemoteError {
  return new RemoteError({
    code: 'UNAUTHENTICATED',
    message: `Azure did not accept the credential with which to ${during.operation} in ${during.place}.`,
    operation: during.operation,
    status: 401,
    next: 'Check that the identity exists in the tenant of the storage account and that its secret has not expired.',
    cause,
  });
}
