import { hostname, userInfo } from 'node:os';
import { resolve } from 'node:path';
import type { CompareTools } from './app/compare.ts';
import type { Examination } from './app/doctor/examination.ts';
import type { LeaseStore } from './app/ports/runs.ts';
import type { SorterFactory } from './app/ports/surroundings.ts';
import type { Vault } from './app/ports/vault.ts';
import type { KeyKeeper } from './app/ports/keys.ts';
import type { SecretSource } from './app/ports/secrets.ts';
import type {
  AzureHouse,
  Compose,
  CreatedVault,
  DemoStorage,
  HookRequest,
  House,
  HouseSettings,
  OpenOrganization,
  PostureSources,
  Simulator,
  SimulatorOptions,
  Surroundings,
} from './cli/house.ts';
import { describeActor } from './compose/audit.ts';
import { AzureParts } from './compose/azure.ts';
import { postureSources } from './compose/posture-sources.ts';
import { Examiner } from './compose/examiner.ts';
import { Foundation } from './compose/foundation.ts';
import { FileKeyKeeper } from './compose/key-keeper.ts';
import { Secrets } from './compose/secrets.ts';
import { Organizations } from './compose/organizations.ts';
import { OutsidePrograms } from './compose/outside-programs.ts';
import { VaultMaker } from './compose/vault-maker.ts';
import type { BundleFile } from './core/entry.ts';
import { UserError } from './core/errors.ts';
import type { Hasher } from './core/hasher.ts';
import type { ProcessOutcome } from './platform/run-process.ts';
import { systemRandom } from './platform/random.ts';
import { findTextFile, writePrivateFile } from './platform/text-file.ts';

/** Puts the adapters together. Every adapter, and the libraries below it, is loaded when it is first asked for. */
export const compose: Compose = (settings, surroundings) => new ComposedHouse(settings, surroundings);

/** The house is put together from parts in `compose/`, which share a foundation. */
class ComposedHouse implements House {
  readonly #base: Foundation;
  readonly #organizations: Organizations;

  constructor(settings: HouseSettings, surroundings: Surroundings) {
    this.#base = new Foundation(settings, surroundings);
    this.#organizations = new Organizations(this.#base);
  }

  createVault(): Promise<CreatedVault> {
    return new VaultMaker(this.#base).createVault();
  }

  async openVault(): Promise<Vault> {
    const { container } = await this.#base.openContainer();
    const vault = await this.#base.openVaultIn(container, await this.#base.readKeys(), await this.#base.openCache());
    // What the trail does not take does not happen: whoever asked gets no vault then.
    await this.#base.surroundings.vaultOpened?.(vault);
    return vault;
  }

  secretSources(): readonly SecretSource[] {
    return new Secrets(this.#base).sources();
  }

  keyKeeper(): KeyKeeper {
    return new FileKeyKeeper(this.#base);
  }

  examine(): Examination {
    return new Examiner(this.#base, this.#organizations).examine();
  }

  async probeStore(): ReturnType<House['probeStore']> {
    const { openStoreProbe } = await import('./vault/blob/store-probe.ts');
    const address = await this.#base.vaultAddress();
    return { probe: openStoreProbe(address, this.#base.storeOptions()), random: systemRandom };
  }

  postureSources(): PostureSources {
    return postureSources(this.#base);
  }

  async openDrillCopy(account: string, container: string): Promise<Vault> {
    const { openDrillCopy } = await import('./compose/drill-copy.ts');
    return openDrillCopy(this.#base, account, container);
  }

  nonce(): string {
    return Buffer.from(systemRandom.bytes(4)).toString('hex');
  }

  azure(): AzureHouse {
    return new AzureParts(this.#base);
  }

  async openLeases(): Promise<LeaseStore> {
    const { openLeaseStore } = await import('./vault/state/open-lease-store.ts');
    const { address } = await this.#base.openContainer();
    return openLeaseStore(await this.#base.apartStateAddress(address), this.#base.storeOptions());
  }

  async openOrganization(
    name: string,
    access: 'read' | 'write',
    hasher: Hasher,
    options?: { readonly waitForDeployments: boolean },
  ): Promise<OpenOrganization> {
    const opened = await this.#organizations.openOrganization(name, access, hasher, options);
    const tokens = await this.#base.identities.tokens(access === 'write' ? 'restore' : 'capture');
    this.#base.surroundings.signedIn?.({
      service: 'apigee',
      identity: opened.identity,
      async origin(asks) {
        // A refusal is told by the call that needs the token.
        if (asks) await tokens.get().catch(() => undefined);
        return tokens.origin?.();
      },
    });
    return opened;
  }

  describeActor(): ReturnType<House['describeActor']> {
    return describeActor(this.#base.surroundings.environment);
  }

  describeHolder(): string {
    return `${userInfo().username}@${hostname()}, process ${process.pid}`;
  }

  sorters(): Promise<SorterFactory> {
    return this.#base.sorters();
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

  ping(url: string, text: string): Promise<void> {
    return new OutsidePrograms(this.#base).ping(url, text);
  }

  runHook(request: HookRequest): Promise<ProcessOutcome> {
    return new OutsidePrograms(this.#base).runHook(request);
  }

  async startSimulator(options: SimulatorOptions): Promise<Simulator> {
    const { startSimulator } = await import('./compose/simulator.ts');
    return startSimulator(options);
  }

  async startDemoStorage(): Promise<DemoStorage | undefined> {
    const { startAzurite } = await import('./sim/azure/azurite.ts');
    return startAzurite();
  }

  async readTextFile(path: string): Promise<string> {
    const text = await findTextFile(resolve(this.#base.surroundings.cwd, path));
    if (text !== undefined) return text;
    throw new UserError({ code: 'USAGE', message: `There is no file ${path}.`, next: 'Check the name.' });
  }

  async writePrivateFile(path: string, text: string): Promise<void> {
    await writePrivateFile(resolve(this.#base.surroundings.cwd, path), text, 'replace');
  }

  with(settings: HouseSettings, environment: Surroundings['environment']): House {
    return new ComposedHouse(settings, { ...this.#base.surroundings, environment });
  }

  async close(): Promise<void> {
    await this.#organizations.close();
    this.#base.close();
  }
}
