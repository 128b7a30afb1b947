import { rm, stat } from 'node:fs/promises';
import { hostname, tmpdir, userInfo } from 'node:os';
import { resolve } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { ApigeeOptions, ApigeeOrganization } from './apigee/create-organization.ts';
import type { CompareTools } from './app/compare.ts';
import type { Examination, KeyFacts, KeyRole, MachineFacts } from './app/doctor/examination.ts';
import type { LeaseStore, Sorter, SorterFactory, TokenSource, Vault } from './app/ports.ts';
import type {
  Compose,
  CreatedVault,
  Simulator,
  DemoStorage,
  HookRequest,
  House,
  HouseSettings,
  OpenOrganization,
  SimulatorOptions,
  Surroundings,
} from './cli/house.ts';
import type { BundleFile } from './core/entry.ts';
import { UserError } from './core/errors.ts';
import type { Hasher } from './core/hasher.ts';
import type { HttpClient } from './platform/http.ts';
import type { ProcessOutcome } from './platform/run-process.ts';
import { systemRandom } from './platform/random.ts';
import type { RetryPolicy } from './platform/retry.ts';
import { findTextFile, isThere, writePrivateFile } from './platform/text-file.ts';
import type { BlobContainer, BlobStore } from './vault/blob/blob-store.ts';
import type { OpenBlobStoreOptions } from './vault/blob/open-blob-store.ts';
import type { VaultAddress } from './vault/blob/vault-address.ts';

const keyRoles: readonly KeyRole[] = ['writer', 'reader', 'restorer', 'root'];
const PING_TIMEOUT_MS = 10_000;
/** What a hook has no business with: whoever runs it gives it secrets of its own. */
const SECRET_VARIABLE = /^HOLDFAST_(.+_KEY|.*TOKEN(_FILE)?|.*CONNECTION_STRING|PING_URL)$/;
const HOOK_GRACE_MS = 2000;
// Somewhat more than is shown, so that no secret is cut where it could not be told any more.
const MOST_HOOK_OUTPUT_BYTES = 64 * 1024;
const MOST_CLIENTS = 5_000;
const MOST_PING_ANSWER_BYTES = 64 * 1024;
/** Of each sorter; a capture has a dozen at once. Merging 256 runs takes 16 MiB, of one sorter at a time. */
const SORTER_BYTES = 2 * 1024 * 1024;
const SORTED_RUNS_AT_ONCE = 256;

const LEAST_EXAMINATION_PER_MINUTE = 600;
/** Of `doctor`: who asks what is wrong is not kept waiting for what may pass. */
const LITTLE_PATIENCE: RetryPolicy = {
  attempts: 2,
  firstPauseMs: 250,
  longestPauseMs: 1000,
  longestAskedPauseMs: 5000,
};

/** Puts the adapters together. Every adapter, and the libraries below it, is loaded when it is first asked for. */
export const compose: Compose = (settings, surroundings) => new ComposedHouse(settings, surroundings);

/** What a port that is taken, or not for this user, means to whoever chose it. */
function portError(error: unknown, port: number): UserError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return undefined;
  const why = code === 'EACCES' ? 'is not for this user' : 'is taken by another process';
  return new UserError({
    code: 'USAGE',
    message: `Port ${port} ${why}.`,
    next: 'Give another --port; --port 0 takes a free one.',
    cause: error,
  });
}

class ComposedHouse implements House {
  readonly #settings: HouseSettings;
  readonly #surroundings: Surroundings;
  readonly #organizations: ApigeeOrganization[] = [];
  #http: HttpClient | undefined;

  constructor(settings: HouseSettings, surroundings: Surroundings) {
    this.#settings = settings;
    this.#surroundings = surroundings;
  }

  async createVault(): Promise<CreatedVault> {
    const { clock } = this.#surroundings;
    const folder = this.#keysFolder();
    const { assertEmptyStore, createVault } = await import('./vault/create-vault.ts');
    const { describeVaultAddress } = await import('./vault/blob/vault-address.ts');
    const vault = await createVault({ clock, random: systemRandom });
    const files = vault.fingerprints.map(({ role, recipient, signing }) => ({
      role,
      file: resolve(folder, `${role}.key`),
      fingerprint: signing ?? recipient,
      text: vault.keyFiles[role],
    }));
    for (const { file } of files) {
      if (!(await isThere(file))) continue;
      throw new UserError({
        code: 'ALREADY_EXISTS',
        message: `There is a key already: ${file}.`,
        next: 'Name another folder with --keys. What is there was not touched.',
      });
    }
    const { container, address } = await this.#openContainer();
    const state = await this.#apartStateAddress(address);
    const { assertOutsideVaults } = await import('./vault/assert-outside-vaults.ts');
    for (const place of [address, state]) await assertOutsideVaults(place, this.#storeOptions());
    await container.create();
    await assertEmptyStore(container.store, 'HOLDFAST_VAULT');
    const { openBlobContainer } = await import('./vault/blob/open-blob-store.ts');
    const stateContainer = openBlobContainer(state, this.#storeOptions());
    await stateContainer.create();
    await assertEmptyStore(stateContainer.store, 'HOLDFAST_STATE');
    const written: string[] = [];
    try {
      for (const { file, text } of files) {
        await writePrivateFile(file, text, 'refuse');
        written.push(file);
      }
      await vault.write(container.store);
    } catch (error) {
      // Keys of a vault that does not exist would only be taken for those of the one that is there.
      for (const file of written) await rm(file, { force: true });
      throw error;
    }
    return {
      id: vault.id,
      description: describeVaultAddress(address),
      state: describeVaultAddress(state),
      keys: files.map(({ role, file, fingerprint }) => ({ role, file, fingerprint })),
    };
  }

  async openVault(): Promise<Vault> {
    const { container } = await this.#openContainer();
    return this.#openVaultIn(container, await this.#readKeys(), await this.#openCache());
  }

  examine(): Examination {
    return {
      machine: () => this.#examineMachine(),
      endpoint: async () => {
        const { probeEndpoint } = await import('./apigee/probe-endpoint.ts');
        return probeEndpoint(this.#settings.endpoint, await this.#httpClient());
      },
      token: async () => {
        const tokens = await this.#tokens();
        // A source that cannot tell how long its token lives still has to have one.
        const life = tokens.life === undefined ? await tokens.get().then(() => ({})) : await tokens.life();
        return { source: tokens.describe(), life };
      },
      openOrganization: async (name, vault) => {
        const { createHasher } = await import('./vault/hasher.ts');
        const ids = { equality: systemRandom.bytes(32), id: systemRandom.bytes(32) };
        const canHash = vault?.abilities.readMeta === true;
        return this.#createOrganization(name, {
          tokens: await this.#tokens(),
          hasher: canHash ? vault.hasher : createHasher(ids),
          writable: false,
          noWait: false,
          retryPolicy: LITTLE_PATIENCE,
          pacing: this.#examinationPacing(),
        });
      },
      places: async () => {
        const { describeVaultAddress, isSamePlace } = await import('./vault/blob/vault-address.ts');
        const vault = await this.#vaultAddress();
        const state = await this.#stateAddress(vault);
        return {
          vault: describeVaultAddress(vault),
          state: describeVaultAddress(state),
          areTheSame: isSamePlace(vault, state),
        };
      },
      keys: () => this.#examineKeys(),
      openVault: async (roles) => {
        const { container } = await this.#openContainer(LITTLE_PATIENCE);
        const all = roles.length === 0 ? {} : await this.#readKeys(roles);
        return this.#openVaultIn(container, all, undefined);
      },
      probeState: async () => {
        const { probeStatePlace } = await import('./vault/state/probe-state-place.ts');
        const state = await this.#stateAddress(await this.#vaultAddress());
        return probeStatePlace(state, { ...this.#storeOptions(), policy: LITTLE_PATIENCE });
      },
    };
  }

  async openLeases(): Promise<LeaseStore> {
    const { openLeaseStore } = await import('./vault/state/open-lease-store.ts');
    const { address } = await this.#openContainer();
    const { clock } = this.#surroundings;
    const state = await this.#apartStateAddress(address);
    return openLeaseStore(state, { clock, random: systemRandom, connectionString: this.#connectionString() });
  }

  async openOrganization(
    name: string,
    access: 'read' | 'write',
    hasher: Hasher,
    options = { waitForDeployments: true },
  ): Promise<OpenOrganization> {
    const tokens = await this.#tokens();
    const live = await this.#createOrganization(name, {
      tokens,
      hasher,
      writable: access === 'write',
      noWait: !options.waitForDeployments,
    });
    return { live, identity: tokens.describe() };
  }

  describeHolder(): string {
    return `${userInfo().username}@${hostname()}, process ${process.pid}`;
  }

  /** Sorters that spill into the machine's folder for temporary files, sealed. */
  async sorters(): Promise<SorterFactory> {
    const { createExternalSorter } = await import('./platform/external-sort.ts');
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

  async compareTools(): Promise<CompareTools> {
    const [{ parseXml }, { diffTextLines }] = await Promise.all([
      import('./platform/xml.ts'),
      import('./platform/line-diff.ts'),
    ]);
    return { parseXml, diffLines: diffTextLines };
  }

  async zip(files: readonly BundleFile[]): Promise<Uint8Array> {
    const { writeBundleZip } = await import('./apigee/bundle-zip.ts');
    return await writeBundleZip(files, 'the bundle');
  }

  async ping(url: string, text: string): Promise<void> {
    const { progress, signal } = this.#surroundings;
    try {
      const http = await this.#httpClient();
      const body = new TextEncoder().encode(text);
      const { status } = await http.send({
        method: 'POST',
        url,
        body,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        timeoutMs: PING_TIMEOUT_MS,
        maxBytes: MOST_PING_ANSWER_BYTES,
        // The news of an interruption is sent after the interruption.
        ...(signal.aborted ? {} : { signal }),
      });
      if (status >= 300) progress.warn(`The monitor of HOLDFAST_PING_URL answered ${status}.`);
    } catch (error) {
      signal.throwIfAborted();
      progress.warn(`The monitor of HOLDFAST_PING_URL was not reached: ${error instanceof Error ? error.message : ''}`);
    }
  }

  async runHook({ isInterruptible, environment: facts, ...request }: HookRequest): Promise<ProcessOutcome> {
    const { clock, cwd, environment, signal } = this.#surroundings;
    const { runProcess } = await import('./platform/run-process.ts');
    await this.#concealAll();
    const harmless = Object.entries(environment).filter(([name]) => !SECRET_VARIABLE.test(name));
    return runProcess({
      ...request,
      folder: resolve(cwd, request.folder),
      environment: { ...Object.fromEntries(harmless), ...facts },
      graceMs: HOOK_GRACE_MS,
      mostOutputBytes: MOST_HOOK_OUTPUT_BYTES,
      clock,
      signal: isInterruptible ? signal : undefined,
    });
  }

  async startSimulator(options: SimulatorOptions): Promise<Simulator> {
    const { seedNames, startApigeeSimulator } = await import('./sim/apigee/index.ts');
    const { findWorkingClients } = await import('./sim/apigee/working-clients.ts');
    const seed = seedNames.find((name) => name === options.seed) ?? 'small';
    const { organization, port, latencyMs, quotaPerMinute } = options;
    const { simulator, url, close } = await startApigeeSimulator({
      organization,
      seed,
      port,
      latencyMs,
      ...(quotaPerMinute === 'unlimited' ? {} : { quotaPerMinute }),
    }).catch((error: unknown) => {
      throw portError(error, port) ?? error;
    });
    return {
      url,
      close,
      wreck: () => simulator.wreck(),
      findClients: () => findWorkingClients(simulator, MOST_CLIENTS),
      refusalOf: (client) => {
        const { allowed, reason } = simulator.checkRuntime(client);
        return allowed ? undefined : reason;
      },
    };
  }

  async startDemoStorage(): Promise<DemoStorage | undefined> {
    const { startAzurite } = await import('./sim/azure/azurite.ts');
    return startAzurite();
  }

  async readTextFile(path: string): Promise<string> {
    const text = await findTextFile(resolve(this.#surroundings.cwd, path));
    if (text !== undefined) return text;
    throw new UserError({ code: 'USAGE', message: `There is no file ${path}.`, next: 'Check the name.' });
  }

  async writePrivateFile(path: string, text: string): Promise<void> {
    await writePrivateFile(resolve(this.#surroundings.cwd, path), text, 'replace');
  }

  with(settings: HouseSettings, environment: Surroundings['environment']): House {
    return new ComposedHouse(settings, { ...this.#surroundings, environment });
  }

  async close(): Promise<void> {
    await Promise.all(this.#organizations.splice(0).map((organization) => organization.close()));
    this.#http?.close();
    this.#http = undefined;
  }

  async #createOrganization(
    name: string,
    options: Pick<ApigeeOptions, 'tokens' | 'hasher' | 'writable' | 'noWait' | 'retryPolicy'> &
      Partial<Pick<ApigeeOptions, 'pacing'>>,
  ): Promise<ApigeeOrganization> {
    const { clock, signal, logger, conceal } = this.#surroundings;
    const { createApigeeOrganization } = await import('./apigee/create-organization.ts');
    const { endpoint, quotaPerMinute, quotaShare } = this.#settings;
    const live = createApigeeOrganization({
      pacing: { quotaPerMinute, share: quotaShare },
      ...options,
      name,
      endpoint,
      http: await this.#httpClient(),
      clock,
      random: systemRandom,
      sorterFactory: await this.sorters(),
      hide: conceal,
      log: ({ message, ...fields }) => logger.log('debug', message, fields),
      signal,
    });
    this.#organizations.push(live);
    return live;
  }

  async #tokens(): Promise<TokenSource> {
    const { environment, conceal } = this.#surroundings;
    const { chooseTokenSource } = await import('./identity/choose-token-source.ts');
    const token = environment['HOLDFAST_APIGEE_TOKEN'] || undefined;
    if (token !== undefined) conceal(token);
    return chooseTokenSource({ token, tokenFile: environment['HOLDFAST_APIGEE_TOKEN_FILE'] });
  }

  async #openVaultIn(
    container: BlobContainer,
    keys: Partial<Record<KeyRole, string>>,
    cacheStore: BlobStore | undefined,
  ): Promise<Vault> {
    const { openVault } = await import('./vault/open-vault.ts');
    const { clock } = this.#surroundings;
    const { store } = container;
    return openVault({ store, keys, clock, random: systemRandom, sorterFactory: await this.sorters(), cacheStore });
  }

  /** A few dozen calls in all: a quota that is set too small, which they are to show, must not hold them up for an hour. */
  #examinationPacing(): ApigeeOptions['pacing'] {
    const { quotaPerMinute, quotaShare } = this.#settings;
    if (quotaPerMinute === 'unlimited') return { quotaPerMinute, share: quotaShare };
    return { quotaPerMinute: Math.max(quotaPerMinute * quotaShare, LEAST_EXAMINATION_PER_MINUTE), share: 1 };
  }

  /** Before somebody else's output is shown: what this run has not used yet, it has not hidden yet either. */
  async #concealAll(): Promise<void> {
    const { environment, conceal } = this.#surroundings;
    const file = environment['HOLDFAST_APIGEE_TOKEN_FILE'] || undefined;
    try {
      await this.#tokens();
      this.#connectionString();
      if (file !== undefined) conceal((await findTextFile(file))?.trim() ?? '');
      await this.#readKeys();
    } catch {
      // What cannot be read is said where it is needed.
    }
  }

  async #examineMachine(): Promise<MachineFacts> {
    const { cwd, environment } = this.#surroundings;
    const { examineFolder, measureRoom } = await import('./platform/examine-folder.ts');
    const cache = environment['HOLDFAST_CACHE_DIR'] || undefined;
    const vault = await this.#vaultAddress().catch(() => undefined);
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
      const variable = `HOLDFAST_${role.toUpperCase()}_KEY`;
      if (role !== 'root' && this.#surroundings.environment[variable]) {
        found.push({ role, source: variable, isOpenToOthers: false });
        continue;
      }
      const source = resolve(this.#keysFolder(), `${role}.key`);
      if (!(await isThere(source))) continue;
      const { mode } = await stat(source);
      found.push({ role, source, isOpenToOthers: process.platform !== 'win32' && (mode & 0o077) !== 0 });
    }
    return found;
  }

  #keysFolder(): string {
    return resolve(this.#surroundings.cwd, this.#settings.keys ?? 'keys');
  }

  #connectionString(): string | undefined {
    const { environment, conceal } = this.#surroundings;
    const text = environment['HOLDFAST_AZURE_CONNECTION_STRING'] || undefined;
    for (const [, secret = ''] of text?.matchAll(/(?:AccountKey|SharedAccessSignature)=([^;]+)/g) ?? [])
      conceal(secret);
    return text;
  }

  async #openContainer(
    policy?: RetryPolicy,
  ): Promise<{ readonly container: BlobContainer; readonly address: VaultAddress }> {
    const address = await this.#vaultAddress();
    const { openBlobContainer } = await import('./vault/blob/open-blob-store.ts');
    const options = { ...this.#storeOptions(), ...(policy === undefined ? {} : { policy }) };
    return { container: openBlobContainer(address, options), address };
  }

  async #vaultAddress(): Promise<VaultAddress> {
    const { vault } = this.#settings;
    if (vault !== undefined) return this.#address(vault);
    throw new UserError({
      code: 'VAULT_NOT_FOUND',
      message: 'No vault was named.',
      next: 'Name it with --vault or HOLDFAST_VAULT: file:./vault, or az://ACCOUNT/CONTAINER.',
    });
  }

  async #address(text: string): Promise<VaultAddress> {
    const { parseVaultAddress } = await import('./vault/blob/vault-address.ts');
    const hasConnectionString = this.#connectionString() !== undefined;
    return parseVaultAddress(text, { baseFolder: this.#surroundings.cwd, hasConnectionString });
  }

  async #stateAddress(vault: VaultAddress): Promise<VaultAddress> {
    const { deriveStateAddress } = await import('./vault/blob/vault-address.ts');
    const { state } = this.#settings;
    return state === undefined ? deriveStateAddress(vault) : this.#address(state);
  }

  /** UserError `CONFIG_INVALID` for one that is the vault or lies within it, or the other way round. */
  async #apartStateAddress(vault: VaultAddress): Promise<VaultAddress> {
    const { describeVaultAddress, isSamePlace } = await import('./vault/blob/vault-address.ts');
    const state = await this.#stateAddress(vault);
    if (!isSamePlace(vault, state)) return state;
    throw new UserError({
      code: 'CONFIG_INVALID',
      message: `The state place must be apart from the vault: ${describeVaultAddress(state)} is or shares the place of ${describeVaultAddress(vault)}.`,
      next: 'Name another one with --state or HOLDFAST_STATE, or leave it away: it is then beside the vault.',
    });
  }

  #storeOptions(): OpenBlobStoreOptions {
    const { clock } = this.#surroundings;
    return { clock, random: systemRandom, connectionString: this.#connectionString() };
  }

  /** Sealed blobs that were read, on a disk near by, where the user names a folder for them. */
  async #openCache(): Promise<BlobStore | undefined> {
    const { cwd, environment } = this.#surroundings;
    const folder = environment['HOLDFAST_CACHE_DIR'];
    if (folder === undefined || folder === '') return undefined;
    const { createFolderBlobContainer } = await import('./vault/blob/folder-blob-store.ts');
    const cache = createFolderBlobContainer({ folder: resolve(cwd, folder), random: systemRandom });
    await cache.create();
    return cache.store;
  }

  async #httpClient(): Promise<HttpClient> {
    const { createHttpClient } = await import('./platform/http.ts');
    this.#http ??= createHttpClient({ proxyEnvironment: this.#surroundings.environment });
    return this.#http;
  }

  /** Texts of the key files at hand: those given by value, else those of the folder. */
  async #readKeys(roles: readonly KeyRole[] = keyRoles): Promise<Partial<Record<KeyRole, string>>> {
    const { environment, conceal } = this.#surroundings;
    const keys: Partial<Record<KeyRole, string>> = {};
    for (const role of roles) {
      // The recovery kit has no business in an environment variable.
      const given = role === 'root' ? undefined : environment[`HOLDFAST_${role.toUpperCase()}_KEY`] || undefined;
      const text = given ?? (await findTextFile(resolve(this.#keysFolder(), `${role}.key`)));
      if (text === undefined) continue;
      keys[role] = text;
      for (const [, secret = ''] of text.matchAll(/^(?:identity|signing): (\S+)$/gm)) conceal(secret);
    }
    return keys;
  }
}
