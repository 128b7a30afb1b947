import type { SecretSource } from '../app/ports/secrets.ts';
import { storageKeySource } from '../app/secrets/storage-key-source.ts';
import { configuredSource, keyVaultKeySource, vaultKeySource } from '../app/secrets/vault-key-sources.ts';
import { UserError } from '../core/errors.ts';
import { groupId, resourceId } from '../core/protection/arm-id.ts';
import { STORAGE_ACCOUNT } from '../core/protection/settings.ts';
import type { SecretReading } from '../core/secret-age.ts';
import { AzureParts } from './azure.ts';
import type { Foundation } from './foundation.ts';
import { FileKeyKeeper } from './key-keeper.ts';

/** Places where secrets of this set-up live. */
export class Secrets {
  readonly #base: Foundation;

  constructor(base: Foundation) {
    this.#base = base;
  }

  sources(): readonly SecretSource[] {
    const keeper = new FileKeyKeeper(this.#base);
    const readKeyring = (): ReturnType<FileKeyKeeper['read']> => keeper.read();
    const isOnAzure =
      this.#base.settings.vault?.startsWith('az:') === true || this.#base.settings.protect !== undefined;
    return [
      vaultKeySource(readKeyring),
      keyVaultKeySource(readKeyring, this.#base.keyVault()),
      configuredSource(this.#base.settings.secrets ?? {}),
      this.#serviceAccountKeys(),
      ...(isOnAzure ? [this.#storageKeys()] : []),
    ];
  }

  #storageKeys(): SecretSource {
    return storageKeySource(async () => {
      const azure = new AzureParts(this.#base);
      const { subscription, account } = await azure.protection();
      const accountId = resourceId(groupId(subscription, account.resourceGroup), STORAGE_ACCOUNT, account.name);
      return { management: await azure.open(), accountId };
    });
  }

  #serviceAccountKeys(): SecretSource {
    const remedy = 'Name the Google project in identity.trust.projectId.';
    return {
      kind: 'service-account-key',
      name: 'service account keys of the Google project',
      remedy,
      read: async () => {
        const project = this.#project();
        if (project === undefined) {
          throw new UserError({
            code: 'CONFIG_INVALID',
            message: 'No Google project is named, so its service account keys were not looked at.',
            next: remedy,
          });
        }
        return this.#readServiceAccountKeys(project);
      },
    };
  }

  async #readServiceAccountKeys(project: string): Promise<readonly SecretReading[]> {
    const { environment, signal } = this.#base.surroundings;
    const { listServiceAccountKeys } = await import('../identity/service-account-keys.ts');
    const { readGoogleEndpoints } = await import('../identity/google-endpoints.ts');
    const keys = await listServiceAccountKeys({
      project,
      endpoint: readGoogleEndpoints(environment).iam,
      tokens: await this.#base.identities.tokens('capture'),
      http: await this.#base.httpClient(),
      signal,
    });
    const note = `${keys.length} keys that people made for service accounts of ${project}.`;
    return [
      { kind: 'service-account-key', name: `service account keys of ${project}`, note, remedy: '' },
      ...keys.map(({ account, id, madeAt, disabled }): SecretReading => {
        const remedy = `Do without it (workload identity federation), or rotate it: gcloud iam service-accounts keys delete ${id} --iam-account ${account}.`;
        const common = { kind: 'service-account-key', name: `${account} ${id}`, remedy } as const;
        return disabled ? { ...common, note: 'It is disabled.' } : { ...common, madeAt };
      }),
    ];
  }

  /** As the configuration names it, or as the addresses of its service accounts do. */
  #project(): string | undefined {
    const { identity } = this.#base.settings;
    if (identity?.trust?.projectId !== undefined) return identity.trust.projectId;
    const { google } = identity ?? {};
    const all = google === undefined ? [] : google.kind === undefined ? [google.capture, google.restore] : [google];
    for (const one of all) {
      const account = one !== undefined && 'serviceAccount' in one ? one.serviceAccount : '';
      const [, project] = /@([a-z0-9-]+)\.iam\.gserviceaccount\.com$/.exec(account) ?? [];
      if (project !== undefined) return project;
    }
    return undefined;
  }
}
