import type { Document } from './document.ts';

/** A refusal as the service words it: HTTP status, canonical status, message and typed details. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly httpStatus: number;
  readonly status: string;
  readonly details: readonly Document[];
  readonly retryAfterSeconds: number | undefined;

  constructor(refusal: {
    readonly httpStatus: number;
    readonly status: string;
    readonly message: string;
    readonly details?: readonly Document[];
    readonly retryAfterSeconds?: number;
  }) {
    super(refusal.message);
    this.httpStatus = refusal.httpStatus;
    this.status = refusal.status;
    this.details = refusal.details ?? [];
    this.retryAfterSeconds = refusal.retryAfterSeconds;
  }

  /** The answer's body; RequestInfo closes the details of every error. */
  body(requestId: string): Document {
    const details = [...this.details, { '@type': 'type.googleapis.com/google.rpc.RequestInfo', requestId }];
    return { error: { code: this.httpStatus, message: this.message, status: this.status, details } };
  }
}

/** 404. With `type` (such as `developer.service.AppDoesNotExist`) the violation is named as the service does. */
export function notFound(message: string, type?: string): ApiError {
  const details = type === undefined ? [] : [preconditionFailure([{ type, subject: message, description: message }])];
  return new ApiError({ httpStatus: 404, status: 'NOT_FOUND', message, details });
}

/** 409. */
export function alreadyExists(message: string): ApiError {
  return new ApiError({ httpStatus: 409, status: 'ALREADY_EXISTS', message });
}

/** 400 with a BadRequest detail for each field. */
export function invalidArgument(
  message: string,
  fieldViolations: readonly { readonly field?: string; readonly description: string }[] = [],
): ApiError {
  const details =
    fieldViolations.length === 0 ? [] : [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations }];
  return new ApiError({ httpStatus: 400, status: 'INVALID_ARGUMENT', message, details });
}

/** 400 FAILED_PRECONDITION. */
export function failedPrecondition(
  message: string,
  violations: readonly { readonly type: string; readonly subject: string; readonly description: string }[] = [],
): ApiError {
  const details = violations.length === 0 ? [] : [preconditionFailure(violations)];
  return new ApiError({ httpStatus: 400, status: 'FAILED_PRECONDITION', message, details });
}

/** 400 with the list of files that are wrong, as an import of a bad bundle is answered. */
export function badBundle(
  violations: readonly { readonly filename: string; readonly description: string }[],
): ApiError {
  return new ApiError({
    httpStatus: 400,
    status: 'INVALID_ARGUMENT',
    message: 'bundle contains errors',
    details: [{ '@type': 'type.googleapis.com/edge.configstore.bundle.BadBundle', violations }],
  });
}

/** 501: the API has this method, the simulator does not. */
export function notModelled(methodId: string): ApiError {
  const message = `${methodId} is not modelled by the simulator`;
  return new ApiError({ httpStatus: 501, status: 'UNIMPLEMENTED', message });
}

function preconditionFailure(violations: readonly Document[]): Document {
  return { '@type': 'type.googleapis.com/google.rpc.PreconditionFailure', violations };
}
