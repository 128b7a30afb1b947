import type { ApigeeOptions, ApigeeOrganization } from '../apigee/create-organization.ts';
import type { OpenOrganization } from '../cli/house.ts';
import type { Hasher } from '../core/hasher.ts';
import { systemRandom } from '../platform/random.ts';
import type { Foundation } from './foundation.ts';

/** Organizations behind the management API, closed together. */
export class Organizations {
  readonly #base: Foundation;
  readonly #open: ApigeeOrganization[] = [];

  constructor(base: Foundation) {
    this.#base = base;
  }

  async openOrganization(
    name: string,
    access: 'read' | 'write',
    hasher: Hasher,
    options = { waitForDeployments: true },
  ): Promise<OpenOrganization> {
    const tokens = await this.#base.identities.tokens(access === 'write' ? 'restore' : 'capture');
    const live = await this.create(name, {
      tokens,
      hasher,
      writable: access === 'write',
      noWait: !options.waitForDeployments,
    });
    return { live, identity: tokens.describe() };
  }

  async create(
    name: string,
    options: Pick<ApigeeOptions, 'tokens' | 'hasher' | 'writable' | 'noWait' | 'retryPolicy'> &
      Partial<Pick<ApigeeOptions, 'pacing'>>,
  ): Promise<ApigeeOrganization> {
    const { clock, signal, logger, conceal } = this.#base.surroundings;
    const { createApigeeOrganization } = await import('../apigee/create-organization.ts');
    const { endpoint, quotaPerMinute, quotaShare } = this.#base.settings;
    const live = createApigeeOrganization({
      pacing: { quotaPerMinute, share: quotaShare },
      ...options,
      name,
      endpoint,
      http: await this.#base.httpClient(),
      clock,
      random: systemRandom,
      sorterFactory: await this.#base.sorters(),
      hide: conceal,
      log: ({ message, ...fields }) => logger.log('debug', message, fields),
      signal,
    });
    this.#open.push(live);
    return live;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((organization) => organization.close()));
  }
}
