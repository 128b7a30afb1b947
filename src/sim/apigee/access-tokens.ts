import { ApiError } from './api-error.ts';

/** Which tokens are good for what. Without lists any bearer token may do everything. */
export interface TokenRule {
  /** The only tokens that are accepted. */
  readonly valid?: readonly string[];
  /** Tokens that may read but get 403 on every change. */
  readonly readOnly?: readonly string[];
}

/** Who may do what, and which tokens have expired by fault. */
export class AccessTokens {
  #rule: TokenRule = {};
  readonly #expired = new Set<string>();

  set(rule: TokenRule): void {
    this.#rule = rule;
    this.#expired.clear();
  }

  expire(token: string): void {
    this.#expired.add(token);
  }

  /** Refuses with 401 without a good token, with 403 when a read-only one is used for a change. */
  check(token: string | undefined, mutating: boolean): void {
    if (token === undefined || token === '' || this.#expired.has(token)) throw unauthenticated();
    const { valid, readOnly } = this.#rule;
    const known = valid === undefined || valid.includes(token) || readOnly?.includes(token) === true;
    if (!known) throw unauthenticated();
    if (mutating && readOnly?.includes(token) === true) {
      throw new ApiError({
        httpStatus: 403,
        status: 'PERMISSION_DENIED',
        message: 'The caller does not have permission',
      });
    }
  }
}

/** 401 in the words of the service. */
export function unauthenticated(): ApiError {
  return new ApiError({
    httpStatus: 401,
    status: 'UNAUTHENTICATED',
    message:
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
  });
}
