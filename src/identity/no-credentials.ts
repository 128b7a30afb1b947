import { UserError } from '../core/errors.ts';

/** There is no token to be had; `next` says how to come by one. */
export function noCredentials(message: string, next: string, cause?: unknown): UserError {
  return new UserError({ code: 'NO_CREDENTIALS', message, next, cause });
}
