/** A refusal of a Google API in its own shape. */
export class GoogleError extends Error {
  readonly httpStatus: 400 | 401 | 403 | 404;
  readonly status: string;
  readonly details: readonly object[];

  constructor(httpStatus: 400 | 401 | 403 | 404, status: string, message: string, details: readonly object[] = []) {
    super(message);
    this.httpStatus = httpStatus;
    this.status = status;
    this.details = details;
  }

  body(): object {
    const { httpStatus: code, message, status, details } = this;
    return { error: { code, message, status, ...(details.length === 0 ? {} : { details }) } };
  }
}

/** A refusal of the token service: the two fields of OAuth, always 400. */
export class TokenRefusal extends Error {
  readonly error: string;

  constructor(error: string, description: string) {
    super(description);
    this.error = error;
  }
}

export function unauthenticated(): GoogleError {
  return new GoogleError(
    401,
    'UNAUTHENTICATED',
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
  );
}

export function permissionDenied(permission: string): GoogleError {
  return new GoogleError(
    403,
    'PERMISSION_DENIED',
    `Permission '${permission}' denied on resource (or it may not exist).`,
    [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'IAM_PERMISSION_DENIED',
        domain: 'iam.googleapis.com',
        metadata: { permission },
      },
    ],
  );
}
