import type { CompareTools } from '../app/compare.ts';
import type { Examination } from '../app/doctor/examination.ts';
import type { KeyRole } from '../core/key-role.ts';
import type { CredentialOrigin, Organization } from '../app/ports/organization.ts';
import type { LeaseStore } from '../app/ports/runs.ts';
import type { Clock, Progress, SorterFactory } from '../app/ports/surroundings.ts';
import type { Vault } from '../app/ports/vault.ts';
import type { IdentitySettings } from '../app/ports/identity.ts';
import type { AuditOpened } from '../core/audit/audit-record.ts';
import type { StoreProbe } from '../app/ports/store-probe.ts';
import type { KeyKeeper, KeyVaultPointer, WatchedSecrets } from '../app/ports/keys.ts';
import type { SecretSource } from '../app/ports/secrets.ts';
import type { Hasher } from '../core/hasher.ts';
import type { PostureReadings } from '../core/posture/posture-readings.ts';
import type { RandomSource } from '../platform/random.ts';
import type { ProcessOutcome } from '../platform/run-process.ts';
import type { Logger } from '../platform/log.ts';
import type { ProtectionConfig } from '../platform/protection-config.ts';
import type { AzureManagement } from '../app/ports/azure.ts';
import type { ProtectionSettings } from '../core/protection/settings.ts';

/** Which vault, organization API and keys a run works with; the same names as the flags. */
export interface HouseSettings {
  readonly vault: string | undefined;
  readonly state: string | undefined;
  /** ISO 8601: the vault is opened as it was then. */
  readonly vaultAsOf?: string | undefined;
  readonly keys: string | undefined;
  readonly endpoint: string;
  /** `unlimited` sends as fast as the service takes it. */
  readonly quotaPerMinute: number | 'unlimited';
  /** Above 0, at most 1. */
  readonly quotaShare: number;
  /** How to sign in to Azure and Google; what the configuration file says. */
  readonly identity?: IdentitySettings | undefined;
  /** How Azure Backup protects the vault; what the configuration file says. */
  readonly protect?: ProtectionConfig | undefined;
  /** Keys of the vault that stay in Azure Key Vault; what the configuration file says. */
  readonly keyVaultKeys?: readonly KeyVaultPointer[] | undefined;
  /** What `secrets status` watches; what the configuration file says. */
  readonly secrets?: WatchedSecrets | undefined;
}

/** What a run stands on: its process, or what a test puts in its place. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Remembers a secret that must never be shown. */
  readonly conceal: (secret: string) => void;
  readonly logger: Logger;
  /** Told of a vault before whoever opened it gets it; a failure is theirs. Not of one that is only examined. */
  readonly vaultOpened?: (vault: Vault) => Promise<void>;
  /** Told as whom a service is called, whenever it begins to be called as somebody. */
  readonly signedIn?: (signIn: SignIn) => void;
}

/** As whom a service is called. */
export interface SignIn {
  /** `azure`: the store, the resource manager and Key Vault, which share one credential. */
  readonly service: 'apigee' | 'azure';
  /** In words; never a credential. */
  readonly identity: string;
  /** What the newest token says of its issuer; `asks` gets one where there is none yet. Undefined while there is none. */
  origin(asks: boolean): Promise<CredentialOrigin | undefined>;
}

/** Puts the adapters together for one run; nothing is opened or loaded before it is asked for. */
export type Compose = (settings: HouseSettings, surroundings: Surroundings) => House;

export interface CreatedVault {
  readonly id: string;
  readonly description: string;
  readonly state: string;
  /** The key files just written, with what shows a person which key is which. Never the key. */
  readonly keys: readonly { readonly role: KeyRole; readonly file: string; readonly fingerprint: string }[];
}

export interface OpenOrganization {
  readonly live: Organization;
  /** Who the calls are made as, in words; never a credential. */
  readonly identity: string;
}

export interface HookRequest {
  readonly command: readonly string[];
  readonly folder: string;
  readonly timeoutMs: number;
  /** On top of what this process has. */
  readonly environment: Readonly<Record<string, string>>;
  /** False: it runs to its end although this run was interrupted. */
  readonly isInterruptible: boolean;
}

export interface SimulatorOptions {
  readonly organization: string;
  readonly seed: string;
  readonly port: number;
  readonly latencyMs: number;
  readonly quotaPerMinute: number | 'unlimited';
  /** PEM texts: answers over https instead of plain http. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** The simulator with what can be done to it from outside the API. */
export interface Simulator {
  readonly url: string;
  close(): Promise<void>;
  /** Breaks the organization as a botched update would; answers what was done, in words. */
  wreck(): readonly string[];
  /** Clients whose calls get through now. */
  findClients(): readonly ClientCall[];
  /** Asks the simulated gateway; undefined when the call gets through, else why not. */
  refusalOf(client: ClientCall): string | undefined;
}

/** A call as a client makes it; the key is nobody's business. */
export interface ClientCall {
  readonly app: string;
  readonly environment: string;
  readonly proxy: string;
  readonly apiKey: string;
}

/** A blob service for the demo. */
export interface DemoStorage {
  readonly connectionString: string;
  close(): Promise<void>;
}

/** What a posture needs that neither resource manager nor the vault tells. */
export interface PostureSources {
  capture(organization: string | undefined): Promise<PostureReadings['capture']>;
  secrets(): Promise<PostureReadings['secrets']>;
}

/** What protects the vault in Azure. */
export interface AzureHouse {
  /** The section `protect` with its defaults. UserError `CONFIG_INVALID` when there is none, or the vault's place leaves it open. */
  protection(): Promise<ProtectionSettings>;
  /** Resource manager, spoken to as the one Azure identity. UserError `ENDPOINT_REFUSED` for plain http elsewhere. */
  open(options?: {
    /** Ends what is asked, instead of the signal of the run. */
    readonly signal: AbortSignal;
  }): Promise<AzureManagement>;
  /** Hashes plans. */
  digester(): Promise<Pick<Hasher, 'digest'>>;
}

/** The adapters, behind ports, opened when asked for. */
export interface House {
  /** UserError `VAULT_NOT_FOUND`, `KEY_INVALID`, `KEY_OF_ANOTHER_VAULT`; IntegrityError `VAULT_FORMAT_NEWER`. */
  openVault(): Promise<Vault>;
  /** Makes key files, the vault and its state place. UserError `ALREADY_EXISTS` before anything is touched. */
  createVault(): Promise<CreatedVault>;
  /** Who has keys of the vault; nothing is opened before it is asked for. */
  keyKeeper(): KeyKeeper;
  /** Places where secrets live that get old; those that this set-up cannot have are absent. Nothing is read yet. */
  secretSources(): readonly SecretSource[];
  /** What `doctor` looks at; nothing is reached before a probe is asked for. */
  examine(): Examination;
  /** The place of the vault, to be tried out; a vault need not be there. */
  probeStore(): Promise<{ readonly probe: StoreProbe; readonly random: RandomSource }>;
  azure(): AzureHouse;
  postureSources(): PostureSources;
  /** The vault in a container that Azure Backup restored, for reading. */
  openDrillCopy(account: string, container: string): Promise<Vault>;
  /** Eight random characters, for a name that nobody has. */
  nonce(): string;
  /** The leases of running applies, beside the vault. */
  openLeases(): Promise<LeaseStore>;
  /** `access` `read` refuses to send any call that writes. */
  openOrganization(
    name: string,
    access: 'read' | 'write',
    hasher: Hasher,
    options?: { readonly waitForDeployments: boolean },
  ): Promise<OpenOrganization>;
  /** Who runs this and where, for others who are refused meanwhile: `user@host, process 123`. */
  describeHolder(): string;
  /** The same for the audit trail. */
  describeActor(): Pick<AuditOpened, 'principal' | 'host' | 'process'>;
  sorters(): Promise<SorterFactory>;
  compareTools(): Promise<CompareTools>;
  /** Zips a bundle's files as a restore would send them. */
  zip(files: readonly { readonly path: string; readonly bytes: Uint8Array }[]): Promise<Uint8Array>;
  /** Tells a monitor that something happened; a failure is a warning, never an error. */
  ping(url: string, body: string): Promise<void>;
  /** Runs a program without this process's keys, tokens and addresses that are secret. Every end is an outcome. */
  runHook(request: HookRequest): Promise<ProcessOutcome>;
  startSimulator(options: SimulatorOptions): Promise<Simulator>;
  /** Undefined where the blob service that development installs is not there. */
  startDemoStorage(): Promise<DemoStorage | undefined>;
  /** The same adapters with other settings: what a demo needs. */
  with(settings: HouseSettings, environment: Readonly<Record<string, string | undefined>>): House;
  /** Gives connections back. The house can be used again. */
  close(): Promise<void>;
  /** Reads and writes files the user names, relative to the working folder. */
  readTextFile(path: string): Promise<string>;
  /** Writes the file, in the place of one of that name; a new one is readable by its owner only. */
  writePrivateFile(path: string, text: string): Promise<void>;
}
