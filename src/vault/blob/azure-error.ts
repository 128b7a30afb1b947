import { HoldfastError, RemoteError, UserError } from '../../core/errors.ts';
import { containerMissing, storeDenied, storeFailed, storeFull, storeUnreachable } from './blob-error.ts';

export interface AzureOperation {
  readonly operation: string;
  readonly place: string;
  /** Whether the operation changes something, so that a lost answer leaves its effect unknown. */
  readonly writes?: boolean;
  /** When the shared access signature that is used ends, ISO 8601. */
  readonly signatureEnd?: string | undefined;
}

/** The HTTP status of an answer of Azure, or undefined when the error is not one. */
export function findAzureStatus(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}

/** Azure's own code of an answer (`BlobNotFound`), or Node's of a failed connection (`ECONNRESET`). */
export function findAzureCode(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  // An answer to HEAD has no body, from which the library takes the code.
  return headerOf(error, 'x-ms-error-code');
}

/** What the service's clock said when it answered, or undefined when the error is no answer of it. */
export function findAzureTime(error: unknown): number | undefined {
  const at = Date.parse(headerOf(error, 'date') ?? '');
  return Number.isNaN(at) ? undefined : at;
}

/** Turns an error of the Azure libraries into what the ports of the vault promise; ours come back as they are. */
export function translateAzureError(error: unknown, during: AzureOperation): unknown {
  if (error instanceof HoldfastError) return error;
  const status = findAzureStatus(error);
  const reason = findAzureCode(error);
  const { operation, place } = during;
  const trouble = { operation, place, cause: error, status, reason, retryAfterMs: findRetryAfter(error) };
  if (reason === 'ContainerNotFound') return containerMissing(during.place, error);
  if (isNamed(error, 'CredentialUnavailableError', 'AggregateAuthenticationError')) return noCredentials(during, error);
  if (status === 401 || isNamed(error, 'AuthenticationError', 'AuthenticationRequiredError')) {
    return unauthenticated(during, error);
  }
  if (reason === 'AuthenticationFailed' && hasEnded(error, during)) return signatureEnded(during, error);
  if (status === 403) return storeDenied(trouble);
  if (status === 507 || reason === 'AccountLimitExceeded') return storeFull(trouble);
  const isBusy = status === undefined ? isConnectionTrouble(error) : status === 408 || status === 429 || status >= 500;
  if (isBusy || reason === 'ContainerBeingDeleted') return storeUnreachable(trouble, during.writes ?? false);
  return storeFailed(trouble);
}

function headerOf(error: unknown, name: string): string | undefined {
  if (!(error instanceof Error && 'response' in error)) return undefined;
  // The library's own type; of other errors with a response nothing is known.
  const { headers } = (error.response ?? {}) as { headers?: { get?: (name: string) => string | undefined } };
  return headers?.get?.(name);
}

/** How long the service asks to be left alone: seconds, in one header or milliseconds in another. */
function findRetryAfter(error: unknown): number | undefined {
  const milliseconds = Number(headerOf(error, 'x-ms-retry-after-ms') ?? headerOf(error, 'retry-after-ms'));
  if (milliseconds > 0) return milliseconds;
  const seconds = Number(headerOf(error, 'retry-after'));
  return seconds > 0 ? seconds * 1000 : undefined;
}

/** By the clock of the service, which is the one that counts. */
function hasEnded(error: unknown, { signatureEnd }: AzureOperation): boolean {
  const now = findAzureTime(error);
  return signatureEnd !== undefined && now !== undefined && now >= Date.parse(signatureEnd);
}

function signatureEnded(during: AzureOperation, cause: unknown): RemoteError {
  return new RemoteError({
    code: 'UNAUTHENTICATED',
    message: `The shared access signature with which to ${during.operation} in ${during.place} expired at ${during.signatureEnd ?? ''}.`,
    operation: during.operation,
    status: 403,
    next: 'Make a new one and set HOLDFAST_AZURE_SAS_URL (or the connection string) to it; an identity needs none.',
    cause,
  });
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
