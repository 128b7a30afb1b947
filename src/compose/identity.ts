import { homedir } from 'node:os';
import type { TokenCredential } from '@azure/core-auth';
import type { TokenSource } from '../app/ports/organization.ts';
import type { HouseSettings, Surroundings } from '../cli/house.ts';
import type { Purpose } from '../identity/google-identity.ts';
import type { HttpClient } from '../platform/http.ts';
import { hostSecrets } from './credential-variables.ts';

/** How this house signs in: to Azure for the store, the resource manager and Key Vault, to Google for Apigee. */
export class Identities {
  readonly #settings: HouseSettings;
  readonly #surroundings: Surroundings;
  readonly #httpClient: () => Promise<HttpClient>;
  readonly #tokens = new Map<Purpose, Promise<TokenSource>>();
  /** The one Azure credential of all adapters, as `identity.azure` chooses it. Nothing is loaded before the first token. */
  readonly azureCredential: TokenCredential;

  constructor(settings: HouseSettings, surroundings: Surroundings, httpClient: () => Promise<HttpClient>) {
    this.#settings = settings;
    this.#surroundings = surroundings;
    this.#httpClient = httpClient;
    for (const secret of hostSecrets(surroundings.environment)) surroundings.conceal(secret);
    this.azureCredential = lazyAzureCredential(settings, surroundings);
  }

  /** Tokens for the management API: of the identity that captures, or of the one that restores. One source per run. */
  tokens(purpose: Purpose): Promise<TokenSource> {
    const known = this.#tokens.get(purpose);
    if (known !== undefined) return known;
    const made = this.#openTokens(purpose);
    this.#tokens.set(purpose, made);
    return made;
  }

  async #openTokens(purpose: Purpose): Promise<TokenSource> {
    const { environment, conceal, clock, cwd } = this.#surroundings;
    const { chooseTokenSource } = await import('../identity/choose-token-source.ts');
    const { createGoogleIdentity } = await import('../identity/google-identity.ts');
    const { readGoogleEndpoints } = await import('../identity/google-endpoints.ts');
    const http = await this.#httpClient();
    const token = environment['HOLDFAST_APIGEE_TOKEN'] || undefined;
    if (token !== undefined) conceal(token);
    return chooseTokenSource({
      token,
      tokenFile: environment['HOLDFAST_APIGEE_TOKEN_FILE'],
      otherwise: () =>
        createGoogleIdentity({
          settings: this.#settings.identity,
          purpose,
          environment,
          home: homedir(),
          cwd,
          http,
          conceal,
          clock,
          endpoints: readGoogleEndpoints(environment),
          azureCredential: this.azureCredential,
        }),
    });
  }
}

function lazyAzureCredential(
  { identity }: HouseSettings,
  { environment, signedIn }: Pick<Surroundings, 'environment' | 'signedIn'>,
): TokenCredential {
  let made: TokenCredential | undefined;
  let newest: string | undefined;
  return {
    async getToken(scopes, options) {
      const { createAzureCredential, describeAzureIdentity } = await import('../identity/azure-credential.ts');
      made ??= createAzureCredential({ identity: identity?.azure, environment });
      const got = await made.getToken(scopes, options);
      if (newest === undefined && got !== null) {
        signedIn?.({
          service: 'azure',
          identity: describeAzureIdentity(identity?.azure),
          async origin() {
            const { originOf, readClaims } = await import('../identity/token-claims.ts');
            return originOf(readClaims(newest ?? ''));
          },
        });
      }
      newest = got?.token ?? newest;
      return got;
    },
  };
}
