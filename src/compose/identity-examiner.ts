import type { IdentityExamination, IdentityFacts } from '../app/doctor/examination.ts';
import type { GoogleIam } from '../app/ports/identity.ts';
import type { TokenSource } from '../app/ports/organization.ts';
import type { Purpose } from '../identity/google-identity.ts';
import { systemRandom } from '../platform/random.ts';
import type { Foundation } from './foundation.ts';

/** What `doctor` sees of the Google identities; nothing is reached before a probe is asked for. */
export class IdentityExaminer {
  readonly #base: Foundation;

  constructor(base: Foundation) {
    this.#base = base;
  }

  async facts(): Promise<IdentityFacts> {
    const { settings, surroundings } = this.#base;
    const { google } = settings.identity ?? {};
    const hasToken = ['HOLDFAST_APIGEE_TOKEN', 'HOLDFAST_APIGEE_TOKEN_FILE'].some(
      (name) => surroundings.environment[name],
    );
    const neither = { parted: false, capture: undefined, restore: undefined } as const;
    if (google === undefined) return neither;
    if (hasToken) return { ...neither, unproved: 'token-instead' };
    if (google.kind !== undefined) return { ...neither, unproved: 'one-identity' };
    const open = (purpose: Purpose): Promise<IdentityExamination> | undefined =>
      google[purpose] === undefined ? undefined : this.#open(purpose);
    return { parted: true, capture: await open('capture'), restore: await open('restore') };
  }

  async openIam(purpose: Purpose = 'capture'): Promise<GoogleIam> {
    return this.#iam(await this.#base.identities.tokens(purpose));
  }

  async #open(purpose: Purpose): Promise<IdentityExamination> {
    const tokens = await this.#base.identities.tokens(purpose);
    const { google } = this.#base.settings.identity ?? {};
    const identity = google?.kind === undefined ? google?.[purpose] : google;
    return {
      who: tokens.describe(),
      account: identity !== undefined && 'serviceAccount' in identity ? identity.serviceAccount : undefined,
      signIn: async () => void (await tokens.get()),
      tryWrite: async (organization) => {
        const { probeWrite } = await import('../apigee/probe-write.ts');
        const { endpoint } = this.#base.settings;
        return probeWrite({
          endpoint,
          organization,
          tokens,
          http: await this.#base.httpClient(),
          random: systemRandom,
        });
      },
      ownPermissions: async (organization, permissions) =>
        (await this.#iam(tokens)).ownPermissions(organization, permissions),
    };
  }

  async #iam(tokens: TokenSource): Promise<GoogleIam> {
    const { createGoogleIam } = await import('../identity/google-iam.ts');
    const { readGoogleEndpoints } = await import('../identity/google-endpoints.ts');
    const endpoints = readGoogleEndpoints(this.#base.surroundings.environment);
    return createGoogleIam({ tokens, http: await this.#base.httpClient(), endpoints });
  }
}
