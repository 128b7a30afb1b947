import { HoldfastError, RemoteError, UserError } from '../core/errors.ts';

export interface ArmTrouble {
  /** What was being done, as a verb with its object: `read the Backup vault`. */
  readonly operation: string;
  /** Resource id. */
  readonly resource: string;
  readonly status: number;
  /** Azure's own code: `ResourceGroupNotFound`. */
  readonly reason: string | undefined;
  /** Azure's own words. */
  readonly message: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

const MOST_OF_A_MESSAGE = 400;

/** What a refusal of resource manager means, once and for all. */
export function armError(trouble: ArmTrouble): RemoteError {
  const { operation, resource, status, reason, message, retryAfterMs, cause } = trouble;
  const { code, next, retryable = false } = meaningOf(trouble);
  const words = [reason, cut(message)].filter((word) => word !== undefined && word !== '').join(': ');
  return new RemoteError({
    code,
    message: `Azure refused to ${operation} (${status}${words === '' ? '' : `, ${words}`}).`,
    operation,
    resource,
    status,
    retryable,
    next,
    ...(reason === undefined ? {} : { reason }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(cause === undefined ? {} : { cause }),
  });
}

interface Meaning {
  readonly code: RemoteError['code'];
  readonly next: string;
  readonly retryable?: boolean;
}

function meaningOf({ status, reason = '' }: ArmTrouble): Meaning {
  if (status === 401) {
    return {
      code: 'UNAUTHENTICATED',
      next: 'Check that the identity exists in the tenant of the subscription and can still sign in.',
    };
  }
  if (isMissingPermission(reason)) {
    return {
      code: 'ROLE_NOT_EFFECTIVE',
      next: "Grant the vault's identity Storage Account Backup Contributor on the storage account, and repeat some minutes later.",
    };
  }
  if (status === 403) {
    return {
      code: 'REMOTE_DENIED',
      next: 'Give the identity a role with the action that Azure names; docs/azure-backup.md says which roles do to look and to apply.',
    };
  }
  if (status === 404) return { code: 'REMOTE_NOT_FOUND', next: notFoundNext(reason) };
  if (status === 409 || status === 412) {
    return { code: 'REMOTE_CONFLICT', next: 'See what else changes the resource, then make a new plan.' };
  }
  if (status === 408 || status === 429 || status >= 500) {
    return { code: 'REMOTE_FAILED', next: 'Repeat later; Azure is busy or out of order.', retryable: true };
  }
  return {
    code: 'REMOTE_INVALID',
    next: "Read Azure's own words, correct what they name under `protect` in holdfast.yaml, and make a new plan.",
  };
}

function notFoundNext(reason: string): string {
  if (reason === 'SubscriptionNotFound') return 'Check protect.subscription, and that the identity may see it.';
  if (reason === 'ResourceGroupNotFound')
    return 'Check the resource group under `protect` in holdfast.yaml, or make it: az group create.';
  return 'Check the name under `protect` in holdfast.yaml.';
}

/** The vault's own identity lacks its role, or has had it for too short a time. */
function isMissingPermission(reason: string): boolean {
  return /MissingPermission|MSI.*Permission|Permission.*Missing|InsufficientPermission/i.test(reason);
}

/** What was thrown on the way to resource manager, by the pipeline or by a client library, in our words. */
export function translateArmError(error: unknown, during: Pick<ArmTrouble, 'operation' | 'resource'>): unknown {
  if (error instanceof HoldfastError) return error;
  const { statusCode, code, details } = fieldsOf(error);
  if (typeof statusCode === 'number') {
    const inner = fieldsOf(fieldsOf(details).error);
    return armError({
      ...during,
      status: statusCode,
      reason: firstText(inner.code, fieldsOf(details).code, code),
      message: firstText(inner.message, fieldsOf(details).message, fieldsOf(error).message),
      cause: error,
    });
  }
  if (
    isNamed(
      error,
      'CredentialUnavailableError',
      'AggregateAuthenticationError',
      'AuthenticationError',
      'AuthenticationRequiredError',
    )
  ) {
    return new UserError({
      code: 'NO_CREDENTIALS',
      message: `There is no Azure credential with which to ${during.operation}.`,
      next: 'Sign in with a managed identity, a workload identity or az login; identity.azure in holdfast.yaml chooses.',
      cause: error,
    });
  }
  if (!isNamed(error, 'RestError', 'TimeoutError') && (typeof code !== 'string' || !code.startsWith('E'))) return error;
  return new RemoteError({
    code: 'REMOTE_UNREACHABLE',
    message: `Azure Resource Manager was not reached to ${during.operation}${typeof code === 'string' ? ` (${code})` : ''}.`,
    operation: during.operation,
    resource: during.resource,
    retryable: true,
    next: 'Check the network, the proxy (HTTPS_PROXY) and HOLDFAST_AZURE_MANAGEMENT_ENDPOINT, then repeat.',
    cause: error,
  });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  // Only looked into, field by field.
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function firstText(...candidates: readonly unknown[]): string | undefined {
  return candidates.find((candidate): candidate is string => typeof candidate === 'string' && candidate !== '');
}

function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

function cut(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= MOST_OF_A_MESSAGE) return text?.replace(/\.$/, '');
  return `${text.slice(0, MOST_OF_A_MESSAGE)}…`;
}
