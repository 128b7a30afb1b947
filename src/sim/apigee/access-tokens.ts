import { ApiError } from './api-error.ts';
import { permissionsOf } from './method-permissions.ts';

/** Which tokens are good for what. Without lists any bearer token may do everything. */
export interface TokenRule {
  /** The only tokens that are accepted. */
  readonly valid?: readonly string[];
  /** Tokens that may read but get 403 on every change. */
  readonly readOnly?: readonly string[];
  /**
   * Instead of lists: what a token may do in an organization, as `apigee.proxies.get`; undefined for one that nobody holds. Each
   * method then takes its own permissions.
   */
  readonly authority?: (token: string, organization: string) => ReadonlySet<string> | undefined;
}

/** What a token is used for. */
export interface TokenUse {
  readonly methodId: string;
  readonly organization: string;
  readonly mutating: boolean;
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

  /** Whether the caller may see what is in spaces; only permissions one by one can lack that. */
  seesSpaces(token: string | undefined, organization: string): boolean {
    const { authority } = this.#rule;
    return authority === undefined || authority(token ?? '', organization)?.has('apigee.spaces.get') === true;
  }

  /** Refuses with 401 without a good token, with 403 what it may not do: a change by a read-only one, what its permissions lack. */
  check(token: string | undefined, use: TokenUse): void {
    if (token === undefined || token === '' || this.#expired.has(token)) throw unauthenticated();
    const { valid, readOnly, authority } = this.#rule;
    if (authority !== undefined) {
      checkAuthority(authority(token, use.organization), use);
      return;
    }
    const known = valid === undefined || valid.includes(token) || readOnly?.includes(token) === true;
    if (!known) throw unauthenticated();
    if (use.mutating && readOnly?.includes(token) === true) {
      throw new ApiError({
        httpStatus: 403,
        status: 'PERMISSION_DENIED',
        message: 'The caller does not have permission',
      });
    }
  }
}

function checkAuthority(owned: ReadonlySet<string> | undefined, { methodId, organization, mutating }: TokenUse): void {
  if (owned === undefined) throw unauthenticated();
  const lacking = permissionsOf(methodId, mutating).find((permission) => !owned.has(`apigee.${permission}`));
  if (lacking === undefined) return;
  throw new ApiError({
    httpStatus: 403,
    status: 'PERMISSION_DENIED',
    message: `Permission "apigee.${lacking}" denied on resource "organizations/${organization}" (or it may not exist).`,
  });
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
