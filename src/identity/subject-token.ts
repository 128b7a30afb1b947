import type { TokenCredential } from '@azure/core-auth';
import { RemoteError } from '../core/errors.ts';
import type { HttpClient } from '../platform/http.ts';
import type { GoogleEndpoints } from './google-endpoints.ts';
import { noCredentials } from './no-credentials.ts';

/** Gives the token of the workload that is exchanged at Google's. Asked for whenever an exchange is due. */
export interface SubjectTokenSupplier {
  /** For people: "managed identity of this machine". */
  describe(): string;
  getSubjectToken(): Promise<string>;
}

/** The token that Azure gives this workload for an application. */
export function azureSubjectTokens(
  credential: TokenCredential,
  { appIdUri, who }: { readonly appIdUri: string; readonly who: string },
): SubjectTokenSupplier {
  return {
    describe: () => who,
    async getSubjectToken() {
      const got = await credential.getToken(`${appIdUri.replace(/\/$/, '')}/.default`);
      if (got === null) throw noCredentials(`The ${who} gave no token for ${appIdUri}.`, 'Check identity.azure.');
      return got.token;
    },
  };
}

export interface GithubTokenOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly http: HttpClient;
  readonly conceal: (secret: string) => void;
  /** What the token is to be for. */
  readonly audience: string;
  readonly endpoints: Pick<GoogleEndpoints, 'testOrigin'>;
}

const TIMEOUT_MS = 30_000;
const MOST_BYTES = 64 * 1024;

/** The token that GitHub gives a job of Actions that may have one (`permissions: id-token: write`). */
export function githubSubjectTokens(options: GithubTokenOptions): SubjectTokenSupplier {
  const { environment, http, conceal, audience, endpoints } = options;
  return {
    describe: () => 'GitHub Actions job',
    async getSubjectToken() {
      const { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = environment;
      if (!address || !token) {
        throw noCredentials(
          'This is no job of GitHub Actions that may have an OpenID token.',
          'Give the job permissions: id-token: write, or choose another kind in identity.google.',
        );
      }
      conceal(token);
      const url = requestUrl(address, audience, endpoints.testOrigin);
      const request = {
        method: 'GET' as const,
        url,
        headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
        timeoutMs: TIMEOUT_MS,
        maxBytes: MOST_BYTES,
      };
      const { status, body } = await http.send(request).catch((error: unknown) => {
        throw notGiven('was not reached', undefined, error);
      });
      return tokenIn(status, new TextDecoder().decode(body));
    },
  };
}

function requestUrl(address: string, audience: string, testOrigin: string | undefined): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.origin !== testOrigin)) {
    throw noCredentials(
      'ACTIONS_ID_TOKEN_REQUEST_URL is not an https address.',
      'Leave the variable as GitHub sets it: the token of the job is sent there.',
    );
  }
  url.searchParams.set('audience', audience);
  return url.href;
}

function tokenIn(status: number, text: string): string {
  const isGranted = status === 200;
  let value: unknown;
  try {
    const answer: unknown = JSON.parse(text);
    value = typeof answer === 'object' && answer !== null && 'value' in answer ? answer.value : undefined;
  } catch {
    value = undefined;
  }
  if (isGranted && typeof value === 'string' && value !== '') return value;
  if (status >= 500 || status === 429 || isGranted) throw notGiven(String(status), status);
  throw noCredentials(
    `GitHub refused the job an OpenID token (${status}).`,
    'Give the job permissions: id-token: write; a workflow that a fork started never has it.',
  );
}

function notGiven(why: string, status: number | undefined, cause?: unknown): RemoteError {
  return new RemoteError({
    code: 'REMOTE_UNREACHABLE',
    message: `GitHub gave the job no OpenID token (${why}).`,
    operation: 'get the OpenID token of the job',
    retryable: true,
    next: 'Run the job again.',
    ...(status === undefined ? {} : { status }),
    ...(cause === undefined ? {} : { cause }),
  });
}
