import { RemoteError, UserError } from '../core/errors.ts';

/** There is no token to be had; `next` says how to come by one. */
export function noCredentials(message: string, next: string, cause?: unknown): UserError {
  return new UserError({ code: 'NO_CREDENTIALS', message, next, cause });
}

/** The service refused the token (401), and no other one is to be had. */
export function tokenRefused(message: string, next: string): RemoteError {
  return new RemoteError({ code: 'UNAUTHENTICATED', message, next, operation: 'renew the access token', status: 401 });
}
