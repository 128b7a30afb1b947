/**
 * Every failure a user can meet, by stable code. The table is the one place where a code gets its exit status and its
 * fault; `docs/exit-codes.md` and `docs/errors.md` are checked against it.
 */
export const errorCodes = {
  // usage (64)
  USAGE: { exit: 64, fault: 'user' },
  CONFIG_INVALID: { exit: 64, fault: 'user' },
  CONFIRMATION_NEEDED: { exit: 64, fault: 'user' },
  // nothing was changed (1)
  ORGANIZATION_NOT_FOUND: { exit: 1, fault: 'user' },
  ORGANIZATION_MISMATCH: { exit: 1, fault: 'user' },
  POINT_NOT_FOUND: { exit: 1, fault: 'user' },
  POINT_SWEPT: { exit: 1, fault: 'user' },
  RESOURCE_NOT_FOUND: { exit: 1, fault: 'user' },
  ALREADY_EXISTS: { exit: 1, fault: 'user' },
  DISK_FULL: { exit: 1, fault: 'user' },
  CONFIRMATION_REFUSED: { exit: 1, fault: 'user' },
  PLAN_INVALID: { exit: 1, fault: 'user' },
  PLAN_REFUSED: { exit: 1, fault: 'user' },
  ENDPOINT_REFUSED: { exit: 1, fault: 'user' },
  ENDPOINT_NOT_APIGEE: { exit: 1, fault: 'remote' },
  HOOK_FAILED: { exit: 1, fault: 'user' },
  REMOTE_UNREACHABLE: { exit: 1, fault: 'remote' },
  REMOTE_FAILED: { exit: 1, fault: 'remote' },
  REMOTE_DENIED: { exit: 1, fault: 'remote' },
  REMOTE_NOT_FOUND: { exit: 1, fault: 'remote' },
  REMOTE_CONFLICT: { exit: 1, fault: 'remote' },
  REMOTE_INVALID: { exit: 1, fault: 'remote' },
  REMOTE_ANSWER_INVALID: { exit: 1, fault: 'remote' },
  BUNDLE_INVALID: { exit: 1, fault: 'remote' },
  BUNDLE_TOO_LARGE: { exit: 1, fault: 'remote' },
  OPERATION_FAILED: { exit: 1, fault: 'remote' },
  OPERATION_TIMEOUT: { exit: 1, fault: 'remote' },
  ROLE_NOT_EFFECTIVE: { exit: 1, fault: 'remote' },
  BACKUP_JOB_FAILED: { exit: 1, fault: 'remote' },
  PROTECTION_REFUSED: { exit: 1, fault: 'user' },
  AUDIT_NOT_WRITTEN: { exit: 1, fault: 'remote' },
  STORE_UNREACHABLE: { exit: 1, fault: 'remote' },
  STORE_DENIED: { exit: 1, fault: 'remote' },
  STORE_FULL: { exit: 1, fault: 'remote' },
  STORE_FAILED: { exit: 1, fault: 'remote' },
  STORE_UNSUITABLE: { exit: 1, fault: 'user' },
  // partial (3)
  FINISHED_PARTIAL: { exit: 3, fault: 'remote' },
  BACKUP_JOB_INCOMPLETE: { exit: 3, fault: 'remote' },
  HOOK_FAILED_AFTERWARDS: { exit: 3, fault: 'user' },
  // refused by policy (4)
  PRUNE_REFUSED: { exit: 4, fault: 'user' },
  // stale (5)
  PLAN_STALE: { exit: 5, fault: 'user' },
  KEYRING_STALE: { exit: 5, fault: 'user' },
  // vault, run, key, integrity
  VAULT_NOT_FOUND: { exit: 10, fault: 'user' },
  RUN_ACTIVE: { exit: 11, fault: 'user' },
  LEASE_LOST: { exit: 11, fault: 'remote' },
  KEY_MISSING: { exit: 12, fault: 'user' },
  KEY_INVALID: { exit: 12, fault: 'user' },
  KEY_OF_ANOTHER_VAULT: { exit: 12, fault: 'user' },
  KEY_VAULT_REFUSED: { exit: 12, fault: 'remote' },
  NO_CREDENTIALS: { exit: 12, fault: 'user' },
  UNAUTHENTICATED: { exit: 12, fault: 'remote' },
  FEDERATION_REFUSED: { exit: 12, fault: 'user' },
  IMPERSONATION_REFUSED: { exit: 12, fault: 'user' },
  CREDENTIAL_FILE_REFUSED: { exit: 12, fault: 'user' },
  VAULT_DAMAGED: { exit: 13, fault: 'integrity' },
  VAULT_FORMAT_NEWER: { exit: 13, fault: 'integrity' },
  SIGNATURE_INVALID: { exit: 13, fault: 'integrity' },
  SIGNER_REVOKED: { exit: 13, fault: 'integrity' },
  READBACK_DIFFERS: { exit: 13, fault: 'integrity' },
  // ours
  INTERNAL: { exit: 1, fault: 'internal' },
  INTERRUPTED: { exit: 130, fault: 'user' },
  TERMINATED: { exit: 143, fault: 'user' },
} as const satisfies { readonly [code: string]: { readonly exit: number; readonly fault: Fault } };

export type ErrorCode = keyof typeof errorCodes;
export type Fault = 'user' | 'remote' | 'integrity' | 'internal';

/** Codes that say there is no token to be had: nothing more can be asked of the service, whatever was to be asked. */
export const noTokenCodes: ReadonlySet<string> = new Set<ErrorCode>([
  'NO_CREDENTIALS',
  'UNAUTHENTICATED',
  'FEDERATION_REFUSED',
  'IMPERSONATION_REFUSED',
  'CREDENTIAL_FILE_REFUSED',
]);

export interface Failure {
  readonly code: ErrorCode;
  /** What happened, to the one who is paged: names the resource, holds no secret. */
  readonly message: string;
  /** What to do next, as an imperative sentence. */
  readonly next?: string;
  readonly resource?: string;
  readonly cause?: unknown;
}

/** The root of all errors that carry a stable code. Anything else that reaches a face is a bug of ours. */
export class HoldfastError extends Error {
  readonly code: ErrorCode;
  readonly next: string | undefined;
  readonly resource: string | undefined;

  constructor(failure: Failure) {
    super(failure.message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.name = new.target.name;
    this.code = failure.code;
    this.next = failure.next;
    this.resource = failure.resource;
  }

  get fault(): Fault {
    return errorCodes[this.code].fault;
  }

  get exit(): number {
    return errorCodes[this.code].exit;
  }
}

/** The user asked for something that cannot be done as asked. */
export class UserError extends HoldfastError {}

export interface RemoteFailure extends Failure {
  /** The operation in words or as method and path template; never a full URL with credentials. */
  readonly operation: string;
  /** HTTP status; absent when no answer came. */
  readonly status?: number;
  /** Google's canonical status (`FAILED_PRECONDITION`) or Azure's error code. */
  readonly reason?: string;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  /** True when the request may have taken effect although no answer came. */
  readonly ambiguous?: boolean;
}

/** Another system refused or failed. Translated once, at the adapter's edge. */
export class RemoteError extends HoldfastError {
  readonly operation: string;
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly ambiguous: boolean;

  constructor(failure: RemoteFailure) {
    super(failure);
    this.operation = failure.operation;
    this.status = failure.status;
    this.reason = failure.reason;
    this.retryable = failure.retryable ?? false;
    this.retryAfterMs = failure.retryAfterMs;
    this.ambiguous = failure.ambiguous ?? false;
  }
}

export interface IntegrityFailure extends Failure {
  /** The damaged object's name in the vault. */
  readonly damaged: string;
  /** The points that need it, where known. */
  readonly points?: readonly string[];
}

/** Bytes are not what was written: damaged, missing, forged, or of a format we do not read. */
export class IntegrityError extends HoldfastError {
  readonly damaged: string;
  readonly points: readonly string[];

  constructor(failure: IntegrityFailure) {
    super(failure);
    this.damaged = failure.damaged;
    this.points = failure.points ?? [];
  }
}

/** A bug of ours. */
export class InternalError extends HoldfastError {
  constructor(message: string, cause?: unknown) {
    super({
      code: 'INTERNAL',
      message,
      next: 'Report this with the output of the same command under --log-level debug.',
      cause,
    });
  }
}

/** Whether somebody asked the program to end: nothing is learned about what was being looked at. */
export function endsTheRun({ code }: HoldfastError): boolean {
  return code === 'INTERRUPTED' || code === 'TERMINATED';
}
