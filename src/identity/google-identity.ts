import { resolve } from 'node:path';
import type { TokenCredential } from '@azure/core-auth';
import type { TokenSource } from '../app/ports/organization.ts';
import type { GoogleIdentity, GoogleIdentities, IdentitySettings } from '../app/ports/identity.ts';
import type { HttpClient } from '../platform/http.ts';
import { createAzureCredential, describeAzureIdentity } from './azure-credential.ts';
import { createCredentialFileTokenSource } from './credential-file-token-source.ts';
import { createFederatedTokenSource, type ExchangeOptions } from './federated-token-source.ts';
import { createDefaultTokenSource } from './google-token-source.ts';
import { noCredentials } from './no-credentials.ts';
import { azureSubjectTokens, githubSubjectTokens } from './subject-token.ts';

/** What an identity is needed for: captures read, restores write. */
export type Purpose = keyof Omit<GoogleIdentities, 'kind'>;

export interface GoogleIdentityOptions extends Omit<ExchangeOptions, 'expectedSubject'> {
  readonly settings: IdentitySettings | undefined;
  readonly purpose: Purpose;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
  readonly http: HttpClient;
  /** The credential of `identity.azure`. */
  readonly azureCredential: TokenCredential;
}

/** The identity that the configuration names for a purpose. UserError `NO_CREDENTIALS` where it names others only. */
function identityFor(settings: IdentitySettings | undefined, purpose: Purpose): GoogleIdentity {
  const { google } = settings ?? {};
  if (google === undefined) return { kind: 'application-default' };
  if (google.kind !== undefined) return google;
  const own = google[purpose];
  if (own !== undefined) return own;
  const verbs = purpose === 'restore' ? 'apply and restore' : 'backup, diff, drift and plan';
  throw noCredentials(
    `The configuration names no Google identity for ${verbs} (identity.google.${purpose}).`,
    `Run ${verbs} where that identity is configured, or name it here; docs/identity.md says how to keep the two apart.`,
  );
}

/** Tokens of the identity that the configuration names for a purpose. */
export function createGoogleIdentity(options: GoogleIdentityOptions): TokenSource {
  const { settings, purpose, environment, http, conceal, endpoints, cwd } = options;
  const identity = identityFor(settings, purpose);
  const expectedSubject = settings?.trust?.[purpose === 'capture' ? 'captureSubject' : 'restoreSubject'];
  const exchange = { ...options, expectedSubject };
  switch (identity.kind) {
    case 'azure-federation': {
      const { azure, appIdUri, audience, serviceAccount } = identity;
      const credential =
        azure === undefined ? options.azureCredential : createAzureCredential({ identity: azure, environment });
      const who = describeAzureIdentity(azure ?? settings?.azure);
      return createFederatedTokenSource({
        ...exchange,
        audience,
        serviceAccount,
        supplier: azureSubjectTokens(credential, { appIdUri, who }),
      });
    }
    case 'github-oidc': {
      const { audience, serviceAccount, tokenAudience = `https:${audience}` } = identity;
      const supplier = githubSubjectTokens({ environment, http, conceal, endpoints, audience: tokenAudience });
      return createFederatedTokenSource({ ...exchange, audience, serviceAccount, supplier });
    }
    case 'external-account':
      return createCredentialFileTokenSource(resolve(cwd, identity.file), exchange);
    case 'application-default':
      return createDefaultTokenSource({ ...exchange, environment, home: options.home });
  }
}
