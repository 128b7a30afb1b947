import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { ApigeeOptions } from '../apigee/create-organization.ts';
import type { Examination, KeyFacts, MachineFacts } from '../app/doctor/examination.ts';
import { keyRoles, keyVariable } from '../core/key-role.ts';
import { systemRandom } from '../platform/random.ts';
import type { RetryPolicy } from '../platform/retry.ts';
import { isThere } from '../platform/text-file.ts';
import type { Foundation } from './foundation.ts';
import { IdentityExaminer } from './identity-examiner.ts';
import type { Organizations } from './organizations.ts';

const LEAST_EXAMINATION_PER_MINUTE = 600;
/** Who asks what is wrong is not kept waiting for what may pass. */
const LITTLE_PATIENCE: RetryPolicy = {
  attempts: 2,
  firstPauseMs: 250,
  longestPauseMs: 1000,
  longestAskedPauseMs: 5000,
};

/** What `doctor` looks at; nothing is reached before a probe is asked for. */
export class Examiner {
  readonly #base: Foundation;
  readonly #organizations: Organizations;

  constructor(base: Foundation, organizations: Organizations) {
    this.#base = base;
    this.#organizations = organizations;
  }

  examine(): Examination {
    const identities = new IdentityExaminer(this.#base);
    return {
      identities: () => identities.facts(),
      openGoogleIam: () => identities.openIam(),
      machine: () => this.#examineMachine(),
      endpoint: async () => {
        const { probeEndpoint } = await import('../apigee/probe-endpoint.ts');
        return probeEndpoint(this.#base.settings.endpoint, await this.#base.httpClient());
      },
      token: async () => {
        const tokens = await this.#base.identities.tokens('capture');
        // A source that cannot tell how long its token lives still has to have one.
        const life = tokens.life === undefined ? await tokens.get().then(() => ({})) : await tokens.life();
        return { source: tokens.describe(), life };
      },
      openOrganization: async (name, vault) => {
        const { createHasher } = await import('../vault/hasher.ts');
        const ids = { equality: systemRandom.bytes(32), id: systemRandom.bytes(32) };
        const canHash = vault?.abilities.compare === true;
        return this.#organizations.create(name, {
          tokens: await this.#base.identities.tokens('capture'),
          hasher: canHash ? vault.hasher : createHasher(ids),
          writable: false,
          noWait: false,
          retryPolicy: LITTLE_PATIENCE,
          pacing: this.#examinationPacing(),
        });
      },
      places: async () => {
        const { describeVaultAddress, isSamePlace } = await import('../vault/blob/vault-address.ts');
        const vault = await this.#base.vaultAddress();
        const state = await this.#base.stateAddress(vault);
        return {
          vault: describeVaultAddress(vault),
          state: describeVaultAddress(state),
          areTheSame: isSamePlace(vault, state),
        };
      },
      keys: () => this.#examineKeys(),
      openVault: async (roles) => {
        const { container } = await this.#base.openContainer(LITTLE_PATIENCE);
        const all = roles.length === 0 ? {} : await this.#base.readKeys(roles);
        return this.#base.openVaultIn(container, all, undefined);
      },
      probeState: async () => {
        const { probeStatePlace } = await import('../vault/state/probe-state-place.ts');
        const state = await this.#base.stateAddress(await this.#base.vaultAddress());
        return probeStatePlace(state, { ...this.#base.storeOptions(), policy: LITTLE_PATIENCE });
      },
    };
  }

  /** A few dozen calls in all: a quota that is set too small, which they are to show, must not hold them up for an hour. */
  #examinationPacing(): ApigeeOptions['pacing'] {
    const { quotaPerMinute, quotaShare } = this.#base.settings;
    if (quotaPerMinute === 'unlimited') return { quotaPerMinute, share: quotaShare };
    return { quotaPerMinute: Math.max(quotaPerMinute * quotaShare, LEAST_EXAMINATION_PER_MINUTE), share: 1 };
  }

  async #examineMachine(): Promise<MachineFacts> {
    const { cwd, environment } = this.#base.surroundings;
    const { examineFolder, measureRoom } = await import('../platform/examine-folder.ts');
    const cache = environment['HOLDFAST_CACHE_DIR'] || undefined;
    const vault = await this.#base.vaultAddress().catch(() => undefined);
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    return {
      nodeVersion: process.versions.node,
      // As `engines` in package.json.
      isNodeSupported: major >= 24 || (major === 22 && minor >= 18),
      temporary: await examineFolder(tmpdir()),
      ...(cache === undefined ? {} : { cache: await examineFolder(resolve(cwd, cache)) }),
      ...(vault?.type === 'folder' ? { vault: { path: vault.path, ...(await measureRoom(vault.path)) } } : {}),
    };
  }

  async #examineKeys(): Promise<KeyFacts[]> {
    const found: KeyFacts[] = [];
    for (const role of keyRoles) {
      const variable = role === 'root' ? undefined : keyVariable(role);
      if (variable !== undefined && this.#base.surroundings.environment[variable]) {
        found.push({ role, source: variable, isOpenToOthers: false });
        continue;
      }
      const source = resolve(this.#base.keysFolder(), `${role}.key`);
      if (!(await isThere(source))) {
        const inKeyVault = this.#base.settings.keyVaultKeys?.find((pointer) => pointer.role === role);
        if (inKeyVault !== undefined) found.push({ role, source: inKeyVault.key, isOpenToOthers: false });
        continue;
      }
      const { mode } = await stat(source);
      found.push({ role, source, isOpenToOthers: process.platform !== 'win32' && (mode & 0o077) !== 0 });
    }
    return found;
  }
}
