import type { TokenSource } from '../app/ports/organization.ts';
import { noCredentials, tokenRefused } from './no-credentials.ts';

/** A token that was given as it is (`HOLDFAST_APIGEE_TOKEN`). Asking for a fresh one throws `UNAUTHENTICATED`. */
export function createStaticTokenSource(token: string): TokenSource {
  const trimmed = token.trim();
  return {
    describe: () => 'token from HOLDFAST_APIGEE_TOKEN',
    async get(options) {
      if (trimmed === '') {
        throw noCredentials('HOLDFAST_APIGEE_TOKEN is set but empty.', 'Set it to an access token, or unset it.');
      }
      if (options?.refresh === true) {
        throw tokenRefused(
          'The token in HOLDFAST_APIGEE_TOKEN is no longer accepted and cannot be renewed.',
          'Set a new one and run the command again, or use HOLDFAST_APIGEE_TOKEN_FILE or application default credentials.',
        );
      }
      return { token: trimmed };
    },
    origin: async () => {
      const { originOf, readClaims } = await import('./token-claims.ts');
      return originOf(readClaims(trimmed));
    },
  };
}
