import type { TokenCredential } from '@azure/core-auth';
import type { HouseSettings, Surroundings } from '../cli/house.ts';

/** How this house signs in: to Azure for the store, the resource manager and Key Vault, to Google for Apigee. */
export class Identities {
  /** The one Azure credential of all adapters, as `identity.azure` chooses it. Nothing is loaded before the first token. */
  readonly azureCredential: TokenCredential;

  constructor(settings: HouseSettings, surroundings: Surroundings) {
    this.azureCredential = lazyAzureCredential(settings, surroundings);
  }
}

function lazyAzureCredential({ identity }: HouseSettings, { environment }: Surroundings): TokenCredential {
  let made: Promise<TokenCredential> | undefined;
  return {
    async getToken(scopes, options) {
      made ??= import('../identity/azure-credential.ts').then(({ createAzureCredential }) =>
        createAzureCredential({ identity: identity?.azure, environment }),
      );
      return (await made).getToken(scopes, options);
    },
  };
}
