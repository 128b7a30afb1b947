import { join } from 'node:path';
import type { AuthClient, GoogleAuth } from 'google-auth-library';
import type { TokenSource } from '../app/ports/organization.ts';
import { RemoteError } from '../core/errors.ts';
import { findTextFile } from '../platform/text-file.ts';
import { checkCredentialFile } from './credential-file.ts';
import { sourceOf } from './credential-file-token-source.ts';
import type { ExchangeOptions } from './federated-token-source.ts';
import { noCredentials } from './no-credentials.ts';

/** The scope that the Apigee management API documents for its methods. */
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
/** `iss` of the tokens that Google issues for its own users and service accounts. */
const GOOGLE = 'https://accounts.google.com';
/** Kinds of credentials for which Google itself issues the token; without a file it is the machine's service account. */
const ownKinds: readonly string[] = ['service_account', 'authorized_user', 'impersonated_service_account'];
const DESCRIPTION = 'Google application default credentials';
const NEXT = 'Sign in with gcloud auth application-default login, or set HOLDFAST_APIGEE_TOKEN.';

/**
 * Google's application default credentials: the file of `GOOGLE_APPLICATION_CREDENTIALS`, what `gcloud auth
 * application-default login` left, or the machine's own service account. The quota project comes with the credential
 * where it has one. The library is loaded at the first use.
 */
function createGoogleTokenSource(kind: string | undefined): TokenSource {
  const issuer = kind === undefined || ownKinds.includes(kind) ? GOOGLE : undefined;
  return createAuthTokenSource(async () => {
    const { GoogleAuth } = await import('google-auth-library');
    return new GoogleAuth({ scopes: [SCOPE] });
  }, issuer);
}

/**
 * The same where the credentials may be a file of type `external_account`: that is read here and not by the library, which
 * would send tokens wherever the file says.
 */
export function createDefaultTokenSource(
  options: ExchangeOptions & {
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly home: string;
  },
): TokenSource {
  let chosen: Promise<TokenSource> | undefined;
  const choose = (): Promise<TokenSource> => {
    chosen ??= chooseDefault(options).catch((error: unknown) => {
      chosen = undefined;
      throw error;
    });
    return chosen;
  };
  return {
    describe: () => DESCRIPTION,
    get: async (request) => (await choose()).get(request),
    life: async () => (await (await choose()).life?.()) ?? {},
    origin: async () => (chosen === undefined ? undefined : (await chosen).origin?.()),
  };
}

async function chooseDefault(options: Parameters<typeof createDefaultTokenSource>[0]): Promise<TokenSource> {
  const { environment, home } = options;
  const named = environment['GOOGLE_APPLICATION_CREDENTIALS'] || undefined;
  const folder = environment['CLOUDSDK_CONFIG'] || join(environment['APPDATA'] ?? join(home, '.config'), 'gcloud');
  const file = named ?? join(folder, 'application_default_credentials.json');
  const text = await findTextFile(file);
  const checked = text === undefined ? undefined : checkCredentialFile(text, file, options.endpoints);
  return checked?.type === 'external_account'
    ? sourceOf(checked, file, options)
    : createGoogleTokenSource(checked?.type);
}

/** The part of GoogleAuth that is used. */
export type GoogleAuthLike = Pick<GoogleAuth, 'getClient'>;

/** Tokens of whatever the loader gives; for tests with a client of their own. */
export function createAuthTokenSource(load: () => Promise<GoogleAuthLike>, issuer?: string): TokenSource {
  let account: string | undefined;
  let hasToken = false;
  let client: Promise<AuthClient> | undefined;
  const findClient = async (): Promise<AuthClient> => {
    try {
      client ??= load().then((auth) => auth.getClient());
      return await client;
    } catch (error) {
      client = undefined;
      throw noCredentials('There are no Google application default credentials.', NEXT, error);
    }
  };
  return {
    describe: () => DESCRIPTION,
    async get(options) {
      // The library renews before the expiry that it was told; a token refused earlier only a new client forgets.
      if (options?.refresh === true) client = undefined;
      const found = await findClient();
      const { token } = await requestToken(found);
      if (token === undefined || token === null || token === '') {
        throw noCredentials('The Google credentials gave no access token.', NEXT);
      }
      hasToken = true;
      account = accountOf(found);
      const { quotaProjectId } = found;
      return quotaProjectId === undefined ? { token } : { token, quotaProject: quotaProjectId };
    },
    async life() {
      const found = await findClient();
      await requestToken(found);
      const { expiry_date: expiresAtMs } = found.credentials;
      return expiresAtMs === undefined || expiresAtMs === null ? {} : { expiresAtMs };
    },
    origin: async () => {
      if (!hasToken) return undefined;
      return { ...(issuer === undefined ? {} : { issuer }), ...(account === undefined ? {} : { subject: account }) };
    },
  };
}

/** The service account of a client that has its key; of a user or a machine the library does not know it. */
function accountOf(client: AuthClient): string | undefined {
  return 'email' in client && typeof client.email === 'string' ? client.email : undefined;
}

async function requestToken(client: AuthClient): Promise<{ token?: string | null }> {
  try {
    return await client.getAccessToken();
  } catch (error) {
    const status = findStatus(error);
    const isRefused = status !== undefined && status >= 400 && status < 500 && status !== 429;
    if (isRefused) throw noCredentials('Google refused the application default credentials.', NEXT, error);
    throw new RemoteError({
      code: 'REMOTE_UNREACHABLE',
      message: 'The Google token service could not be reached.',
      operation: 'get an access token',
      retryable: true,
      next: 'Check the network and try again.',
      cause: error,
      ...(status === undefined ? {} : { status }),
    });
  }
}

function findStatus(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('status' in error && typeof error.status === 'number') return error.status;
  if (!('response' in error) || typeof error.response !== 'object' || error.response === null) return undefined;
  return 'status' in error.response && typeof error.response.status === 'number' ? error.response.status : undefined;
}
