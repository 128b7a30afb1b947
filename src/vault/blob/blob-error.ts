import { IntegrityError, RemoteError, UserError } from '../../core/errors.ts';

const VERIFY = 'Run holdfast verify to see which points need it.';

/** No blob has a name that something else refers to. */
export function blobMissing(name: string, place: string): IntegrityError {
  const message = `The blob ${name} is not in ${place}.`;
  return new IntegrityError({ code: 'VAULT_DAMAGED', message, damaged: name, next: VERIFY });
}

/** A blob does not hold the range that something else refers to. */
export function blobTooShort(name: string, place: string): IntegrityError {
  const message = `The blob ${name} in ${place} is shorter than what was written.`;
  return new IntegrityError({ code: 'VAULT_DAMAGED', message, damaged: name, next: VERIFY });
}

/** The container or folder of the store does not exist. */
export function containerMissing(place: string, cause?: unknown): UserError {
  return new UserError({
    code: 'VAULT_NOT_FOUND',
    message: `There is no vault in ${place}.`,
    next: 'Check HOLDFAST_VAULT, or make a vault there with holdfast init.',
    cause,
  });
}

/** The account keeps folders, as Data Lake Storage does: leases, versions and Azure's vaulted backup work differently there. */
export function hierarchicalNamespace(place: string): UserError {
  return new UserError({
    code: 'STORE_UNSUITABLE',
    message: `The storage account of ${place} has a hierarchical namespace: Azure Backup protects it in another way, and versions of blobs are not kept there.`,
    next: 'Make a general-purpose v2 account without a hierarchical namespace; it cannot be switched off in this one.',
  });
}

export interface StoreTrouble {
  /** What was being done, as a verb with its object: `write orgs/acme/…`. */
  readonly operation: string;
  /** Which store, in words. */
  readonly place: string;
  readonly cause: unknown;
  readonly status?: number | undefined;
  readonly reason?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** The store refused the credentials, or they do not suffice for the operation. */
export function storeDenied(trouble: StoreTrouble): RemoteError {
  return storeError(trouble, {
    code: 'STORE_DENIED',
    what: 'refused access to',
    next: 'Check the credentials and what this identity may do with the container or folder.',
  });
}

/** No room is left where the store keeps its blobs. */
export function storeFull(trouble: StoreTrouble): RemoteError {
  return storeError(trouble, {
    code: 'STORE_FULL',
    what: 'has no room left to',
    next: 'Make room or raise the quota, then run the command again: what was already stored is kept.',
  });
}

/** The store failed in a way that will not pass by itself. */
export function storeFailed(trouble: StoreTrouble, why?: string): RemoteError {
  return storeError(trouble, {
    code: 'STORE_FAILED',
    what: 'failed to',
    next: 'Look at the cause; if the place cannot hold a vault, choose another one in HOLDFAST_VAULT.',
    why,
  });
}

/**
 * The store cannot be reached or is too busy: worth trying again. A put that ends like this may have taken effect, which
 * is what `ambiguous` says.
 */
export function storeUnreachable(trouble: StoreTrouble, ambiguous: boolean): RemoteError {
  return storeError(trouble, {
    code: 'STORE_UNREACHABLE',
    what: 'could not be reached to',
    next: 'Check the network and the address in HOLDFAST_VAULT, then run the command again.',
    retryable: true,
    ambiguous,
  });
}

interface StoreErrorKind {
  readonly code: 'STORE_DENIED' | 'STORE_FULL' | 'STORE_FAILED' | 'STORE_UNREACHABLE';
  readonly what: string;
  readonly next: string;
  readonly why?: string | undefined;
  readonly retryable?: boolean;
  readonly ambiguous?: boolean;
}

function storeError(trouble: StoreTrouble, kind: StoreErrorKind): RemoteError {
  const { operation, place, cause, status, reason, retryAfterMs } = trouble;
  const { code, what, next, why, retryable = false, ambiguous = false } = kind;
  const details = why ?? [status, reason].filter((part) => part !== undefined).join(' ');
  return new RemoteError({
    code,
    message: `The ${place} ${what} ${operation}${details === '' ? '' : ` (${details})`}.`,
    operation,
    next,
    retryable,
    ambiguous,
    cause,
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
