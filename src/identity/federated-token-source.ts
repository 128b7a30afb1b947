import type { IdentityPoolClient } from 'google-auth-library';
import type { TokenSource } from '../app/ports/organization.ts';
import type { Clock } from '../app/ports/surroundings.ts';
import { HoldfastError, RemoteError } from '../core/errors.ts';
import { federationRefusal, type FederationAttempt } from './federation-refusal.ts';
import type { GoogleEndpoints } from './google-endpoints.ts';
import { impersonationRefusal } from './impersonation-refusal.ts';
import type { SubjectTokenSupplier } from './subject-token.ts';
import { originOf, readClaims, type TokenClaims } from './token-claims.ts';

export interface ExchangeOptions {
  readonly endpoints: GoogleEndpoints;
  readonly clock: Clock;
  readonly conceal: (secret: string) => void;
  readonly expectedSubject?: string | undefined;
}

export interface FederationOptions extends ExchangeOptions {
  readonly audience: string;
  readonly serviceAccount: string;
  readonly supplier: SubjectTokenSupplier;
}

/** A way to come by federated tokens. */
export interface Federation {
  readonly audience: string;
  /** Undefined where the federated token itself is used. */
  readonly serviceAccount: string | undefined;
  readonly who: string;
  /** Makes the client; `note` is told each token before it is exchanged. */
  readonly open: (note: (token: string) => void) => Promise<IdentityPoolClient>;
}

const JWT = 'urn:ietf:params:oauth:token-type:jwt';

/**
 * Tokens of a Google service account for a workload that holds no key: its own token, exchanged at Google's token service,
 * which lets it act as the account. A token is kept until five minutes before it ends and then got anew, however long the
 * run; every token on the way is concealed. Refusals are `FEDERATION_REFUSED` and `IMPERSONATION_REFUSED`, each with what
 * to mend.
 */
export function createFederatedTokenSource(options: FederationOptions): TokenSource {
  const { audience, serviceAccount, supplier } = options;
  const open = (note: (token: string) => void): Promise<IdentityPoolClient> => makeClient(options, note);
  return exchangedTokens({ audience, serviceAccount, who: supplier.describe(), open }, options);
}

/** The same for any way to come by them. */
export function exchangedTokens(federation: Federation, options: ExchangeOptions): TokenSource {
  const { conceal, clock, expectedSubject } = options;
  let client: Promise<IdentityPoolClient> | undefined;
  let claims: TokenClaims | undefined;
  const note = (token: string): void => {
    conceal(token);
    claims = readClaims(token);
  };
  const get = async (
    refresh: boolean,
  ): Promise<{ readonly token: string; readonly expiresAtMs: number | undefined }> => {
    // A token that was refused although it has not ended is forgotten with its client.
    if (refresh) client = undefined;
    client ??= federation.open(note);
    try {
      const found = await client;
      const { token } = await found.getAccessToken();
      if (typeof token !== 'string' || token === '') throw new Error('no token came');
      conceal(token);
      return { token, expiresAtMs: found.credentials.expiry_date ?? undefined };
    } catch (error) {
      client = undefined;
      throw translate(error, { ...federation, claims, expectedSubject, nowMs: clock.epochMs() });
    }
  };
  const { serviceAccount, who, audience } = federation;
  return {
    describe: () => `${serviceAccount ?? audience}, by ${who}`,
    get: async (request) => ({ token: (await get(request?.refresh === true)).token }),
    async life() {
      const { expiresAtMs } = await get(false);
      return expiresAtMs === undefined ? {} : { expiresAtMs };
    },
    // The workload's own token says who vouches for it; Google only exchanges it.
    origin: async () => (claims === undefined ? undefined : originOf(claims)),
  };
}

/** Made directly and not from a file: nothing but what stands here decides where a token is sent. */
async function makeClient(
  { audience, serviceAccount, supplier, endpoints, conceal }: FederationOptions,
  note: (token: string) => void,
): Promise<IdentityPoolClient> {
  const { IdentityPoolClient } = await import('google-auth-library');
  const client = new IdentityPoolClient({
    type: 'external_account',
    audience,
    subject_token_type: JWT,
    token_url: `${endpoints.sts}/v1/token`,
    service_account_impersonation_url: `${endpoints.iamCredentials}/v1/projects/-/serviceAccounts/${serviceAccount}:generateAccessToken`,
    subject_token_supplier: {
      async getSubjectToken() {
        const token = await supplier.getSubjectToken();
        note(token);
        return token;
      },
    },
  });
  client.on('tokens', ({ access_token: token }) => {
    if (typeof token === 'string') conceal(token);
  });
  return client;
}

function translate(error: unknown, attempt: FederationAttempt): unknown {
  if (error instanceof HoldfastError) return error;
  const { status, data, url } = answerIn(error);
  const cause = withoutRequest(error);
  const isTransient = status === undefined || status >= 500 || status === 429;
  if (isTransient) {
    return new RemoteError({
      code: 'REMOTE_UNREACHABLE',
      message: "Google's token service could not be reached.",
      operation: 'get an access token',
      retryable: true,
      next: 'Check the network and try again.',
      cause,
      ...(status === undefined ? {} : { status }),
    });
  }
  const oauth = typeof data['error'] === 'string' ? data['error'] : undefined;
  if (oauth !== undefined && !url.includes(':generateAccessToken')) {
    const description = typeof data['error_description'] === 'string' ? data['error_description'] : '';
    return federationRefusal({ error: oauth, description }, attempt, cause);
  }
  const inner: unknown = data['error'];
  const message =
    typeof inner === 'object' && inner !== null && 'message' in inner && typeof inner.message === 'string'
      ? inner.message
      : 'no reason was given';
  return impersonationRefusal({ status, message }, attempt, cause);
}

interface Answered {
  readonly status: number | undefined;
  readonly data: { readonly [name: string]: unknown };
  readonly url: string;
}

/** The answer that a library's error carries. */
function answerIn(error: unknown): Answered {
  const response = fieldOf(error, 'response');
  const status = fieldOf(response, 'status') ?? fieldOf(error, 'status');
  const data = fieldOf(response, 'data');
  const url = fieldOf(fieldOf(response, 'config'), 'url') ?? fieldOf(response, 'url');
  return {
    status: typeof status === 'number' ? status : undefined,
    data: typeof data === 'object' && data !== null ? { ...data } : {},
    url: url instanceof URL ? url.href : typeof url === 'string' ? url : '',
  };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as { [name: string]: unknown })[name]
    : undefined;
}

/** The library's error holds the request, and with it the token. */
function withoutRequest(error: unknown): Error {
  const kept = new Error(error instanceof Error ? error.message : String(error));
  kept.name = error instanceof Error ? error.name : 'Error';
  return kept;
}
