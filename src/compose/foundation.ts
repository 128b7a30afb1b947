import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Sorter, SorterFactory } from '../app/ports/surroundings.ts';
import type { Vault } from '../app/ports/vault.ts';
import type { HouseSettings, Surroundings } from '../cli/house.ts';
import type { KeyVault } from '../app/ports/key-vault.ts';
import { UserError } from '../core/errors.ts';
import { type KeyRole, keyRoles, keyVariable } from '../core/key-role.ts';
import type { HttpClient } from '../platform/http.ts';
import { systemRandom } from '../platform/random.ts';
import type { RetryPolicy } from '../platform/retry.ts';
import { findTextFile } from '../platform/text-file.ts';
import type { BlobContainer, BlobStore } from '../vault/blob/blob-store.ts';
import { type AzureAccess, parseSignedUrls } from '../vault/blob/azure-access.ts';
import type { OpenBlobStoreOptions } from '../vault/blob/open-blob-store.ts';
import type { VaultAddress } from '../vault/blob/vault-address.ts';
import { auditSpoolFolder } from './audit.ts';
import { Identities } from './identity.ts';

/** Of each sorter; a capture has a dozen at once. Merging 256 runs takes 16 MiB, of one sorter at a time. */
const SORTER_BYTES = 2 * 1024 * 1024;
const SORTED_RUNS_AT_ONCE = 256;

/**
 * What the parts of a composed house share: where the vault is, which keys are at hand, one HTTP client, tokens. Every
 * secret it reads is concealed at once. Nothing is opened before it is asked for.
 */
export class Foundation {
  readonly settings: HouseSettings;
  readonly surroundings: Surroundings;
  readonly identities: Identities;
  #http: HttpClient | undefined;

  constructor(settings: HouseSettings, surroundings: Surroundings) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.identities = new Identities(settings, surroundings, () => this.httpClient());
  }

  keysFolder(): string {
    return resolve(this.surroundings.cwd, this.settings.keys ?? 'keys');
  }

  /** How storage accounts are reached: by a connection string, by signed URLs, or by the one Azure identity. */
  azureAccess(): AzureAccess {
    const { environment, conceal } = this.surroundings;
    const signed = environment['HOLDFAST_AZURE_SAS_URL'] || undefined;
    for (const [, secret = ''] of signed?.matchAll(/[?&]sig=([^&\s]+)/g) ?? []) {
      conceal(secret);
      conceal(decodeURIComponent(secret));
    }
    const connectionString = this.connectionString();
    if (signed !== undefined && connectionString !== undefined) throw twoWaysToAzure();
    return {
      connectionString,
      signedUrls: signed === undefined ? [] : parseSignedUrls(signed),
      credential: this.identities.azureCredential,
      endpoint: environment['HOLDFAST_AZURE_BLOB_ENDPOINT'] || undefined,
    };
  }

  connectionString(): string | undefined {
    const { environment, conceal } = this.surroundings;
    const text = environment['HOLDFAST_AZURE_CONNECTION_STRING'] || undefined;
    for (const [, secret = ''] of text?.matchAll(/(?:AccountKey|SharedAccessSignature)=([^;]+)/g) ?? [])
      conceal(secret);
    return text;
  }

  async openContainer(
    policy?: RetryPolicy,
  ): Promise<{ readonly container: BlobContainer; readonly address: VaultAddress }> {
    const address = await this.vaultAddress();
    const { openBlobContainer } = await import('../vault/blob/open-blob-store.ts');
    const options = { ...this.storeOptions(), ...(policy === undefined ? {} : { policy }) };
    const container = openBlobContainer(address, options);
    const { vaultAsOf } = this.settings;
    if (vaultAsOf === undefined) return { container, address };
    if (container.openAsOf === undefined) {
      const { noVersions } = await import('../vault/blob/as-of-blob-store.ts');
      throw noVersions(container.store.capabilities.description);
    }
    return { container: { ...container, store: container.openAsOf(vaultAsOf) }, address };
  }

  async vaultAddress(): Promise<VaultAddress> {
    const { vault } = this.settings;
    if (vault !== undefined) return this.#address(vault);
    throw new UserError({
      code: 'VAULT_NOT_FOUND',
      message: 'No vault was named.',
      next: 'Name it with --vault or HOLDFAST_VAULT: file:./vault, or az://ACCOUNT/CONTAINER.',
    });
  }

  async #address(text: string): Promise<VaultAddress> {
    const { parseVaultAddress } = await import('../vault/blob/vault-address.ts');
    const hasConnectionString = this.connectionString() !== undefined;
    return parseVaultAddress(text, { baseFolder: this.surroundings.cwd, hasConnectionString });
  }

  async stateAddress(vault: VaultAddress): Promise<VaultAddress> {
    const { deriveStateAddress } = await import('../vault/blob/vault-address.ts');
    const { state } = this.settings;
    return state === undefined ? deriveStateAddress(vault) : this.#address(state);
  }

  /** UserError `CONFIG_INVALID` for one that is the vault or lies within it, or the other way round. */
  async apartStateAddress(vault: VaultAddress): Promise<VaultAddress> {
    const { describeVaultAddress, isSamePlace } = await import('../vault/blob/vault-address.ts');
    const state = await this.stateAddress(vault);
    if (!isSamePlace(vault, state)) return state;
    throw new UserError({
      code: 'CONFIG_INVALID',
      message: `The state place must be apart from the vault: ${describeVaultAddress(state)} is or shares the place of ${describeVaultAddress(vault)}.`,
      next: 'Name another one with --state or HOLDFAST_STATE, or leave it away: it is then beside the vault.',
    });
  }

  storeOptions(): OpenBlobStoreOptions {
    const { clock } = this.surroundings;
    return { clock, random: systemRandom, azure: this.azureAccess() };
  }

  /** Sealed blobs that were read, on a disk near by, where the user names a folder for them. */
  async openCache(): Promise<BlobStore | undefined> {
    const { cwd, environment } = this.surroundings;
    const folder = environment['HOLDFAST_CACHE_DIR'];
    if (folder === undefined || folder === '') return undefined;
    const { createFolderBlobContainer } = await import('../vault/blob/folder-blob-store.ts');
    const cache = createFolderBlobContainer({ folder: resolve(cwd, folder), random: systemRandom });
    await cache.create();
    return cache.store;
  }

  async httpClient(): Promise<HttpClient> {
    const { createHttpClient } = await import('../platform/http.ts');
    this.#http ??= createHttpClient({ proxyEnvironment: this.surroundings.environment });
    return this.#http;
  }

  /** Texts of the key files at hand: those given by value, else those of the folder. */
  async readKeys(roles: readonly KeyRole[] = keyRoles): Promise<Partial<Record<KeyRole, string>>> {
    const { environment } = this.surroundings;
    const keys: Partial<Record<KeyRole, string>> = {};
    for (const role of roles) {
      // The recovery kit has no business in an environment variable.
      const given = role === 'root' ? undefined : environment[keyVariable(role)] || undefined;
      const text = given ?? (await findTextFile(resolve(this.keysFolder(), `${role}.key`)));
      if (text === undefined) continue;
      keys[role] = text;
      this.concealKey(text);
    }
    const { formatKeyFile } = await import('../vault/key-file.ts');
    for (const { role, key, vaultId } of this.settings.keyVaultKeys ?? []) {
      if (keys[role] !== undefined || !roles.includes(role)) continue;
      keys[role] = formatKeyFile({ role, vault: vaultId, recipient: `akv:${key}` });
    }
    return keys;
  }

  /** What a key file holds is shown to nobody. */
  concealKey(text: string): void {
    const { conceal } = this.surroundings;
    for (const [, secret = ''] of text.matchAll(/^(?:identity|signing): (\S+)$/gm)) conceal(secret);
  }

  /** Keys in Azure Key Vault, asked as `identity.azure` says. */
  keyVault(): KeyVault {
    const { environment, signal } = this.surroundings;
    const endpoint = environment['HOLDFAST_KEY_VAULT_ENDPOINT'] || undefined;
    const open = async (): Promise<KeyVault> => {
      const [{ createAzureKeyVault }, { createLoopbackHttpClient }] = await Promise.all([
        import('../azure/key-vault.ts'),
        import('../azure/loopback-http-client.ts'),
      ]);
      return createAzureKeyVault({
        credential: this.identities.azureCredential,
        signal,
        httpClient: endpoint === undefined ? undefined : createLoopbackHttpClient(endpoint),
      });
    };
    return {
      getKey: async (id) => (await open()).getKey(id),
      unwrap: async (id, wrapped) => (await open()).unwrap(id, wrapped),
    };
  }

  async openVaultIn(
    container: BlobContainer,
    keys: Partial<Record<KeyRole, string>>,
    cacheStore: BlobStore | undefined,
  ): Promise<Vault> {
    const { openVault } = await import('../vault/open-vault.ts');
    const { clock } = this.surroundings;
    const { store } = container;
    return openVault({
      store,
      keys,
      clock,
      random: systemRandom,
      sorterFactory: await this.sorters(),
      cacheStore,
      auditSpool: auditSpoolFolder(this.surroundings),
      keyVault: this.keyVault(),
    });
  }

  /** Sorters that spill into the machine's folder for temporary files, sealed. */
  async sorters(): Promise<SorterFactory> {
    const { createExternalSorter } = await import('../platform/external-sort.ts');
    return <Item>(keyOf: (item: Item) => string): Sorter<Item> =>
      createExternalSorter<Item>({
        encode: (item) => serialize(item),
        // What comes back is what this very sorter encoded.
        decode: (bytes) => deserialize(bytes) as Item,
        key: keyOf,
        memoryBytes: SORTER_BYTES,
        fanIn: SORTED_RUNS_AT_ONCE,
        dir: tmpdir(),
        random: systemRandom,
      });
  }

  /** Gives connections back. */
  close(): void {
    this.#http?.close();
    this.#http = undefined;
  }
}

function twoWaysToAzure(): UserError {
  return new UserError({
    code: 'CONFIG_INVALID',
    message: 'HOLDFAST_AZURE_CONNECTION_STRING and HOLDFAST_AZURE_SAS_URL are both set.',
    next: 'Take one of them away: which of the two is to count cannot be told.',
  });
}
