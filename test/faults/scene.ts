import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Compose, House } from '../../src/cli/house.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { compose } from '../../src/compose.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { systemRandom } from '../../src/platform/random.ts';
import {
  type ApigeeSimulator,
  type DumpLine,
  type SimulatorOptions,
  startApigeeSimulator,
} from '../../src/sim/apigee/index.ts';
import { createAzureBlobContainer } from '../../src/vault/blob/azure-blob-store.ts';
import type { BlobStore } from '../../src/vault/blob/blob-store.ts';
import { createFaultyBlobStore, type FaultScript } from '../../src/vault/blob/faulty-blob-store.ts';
import { createMemoryBlobStore, type MemoryBlobStore } from '../../src/vault/blob/memory-blob-store.ts';
import { createRetryingBlobStore } from '../../src/vault/blob/retrying-blob-store.ts';
import { createVault, type NewVault } from '../../src/vault/create-vault.ts';
import { openVault } from '../../src/vault/open-vault.ts';
import { createMemoryLeaseStore, type MemoryLeases } from '../../src/vault/state/memory-lease-store.ts';
import { readIndependently } from '../kill/independent-reader.ts';
import { LeapTime } from './leap-time.ts';
import { type Lies, LyingBlobStore } from './lying-blob-store.ts';
import { type AzureWire, startPlainAzure } from './plain-azure.ts';

export const ORGANIZATION = 'acme-prod';

export type WireRequest = Parameters<ApigeeSimulator['handle']>[0];
export type WireAnswer = Awaited<ReturnType<ApigeeSimulator['handle']>>;
export type Handle = (request: WireRequest) => Promise<WireAnswer>;

/** What a command line did; `killed` when it was stopped from outside and said no more. */
export interface Ended {
  readonly exit: number | 'killed';
  readonly stdout: string;
  readonly stderr: string;
}

/** What goes wrong beside the simulator's own faults. */
export interface Sabotage {
  /** In front of the simulator. */
  readonly wire?: (request: WireRequest, handle: Handle) => Promise<WireAnswer>;
  readonly store?: FaultScript;
  readonly lies?: Lies;
  /** Reaches the blobs through a service that speaks as Azure does, with this in between. */
  readonly azure?: AzureWire;
}

/** A resource as the independent reader gives it. */
export interface ReadResource {
  readonly kind: string;
  readonly id: string;
  readonly body?: string;
  readonly files?: readonly { readonly path: string; readonly base64: string }[];
}

const never = new Promise<never>(() => undefined);

let shared: Promise<{ readonly vault: NewVault; readonly home: string }> | undefined;

/** One set of keys for all scenes of a process: making them costs more than a capture of a small organization. */
function sharedVault(): NonNullable<typeof shared> {
  shared ??= (async () => {
    const home = await mkdtemp(join(tmpdir(), 'holdfast-faults-'));
    const vault = await createVault({ clock: systemClock, random: systemRandom });
    await mkdir(join(home, 'keys'));
    for (const [role, key] of Object.entries(vault.keyFiles)) await writeFile(join(home, 'keys', `${role}.key`), key);
    return { vault, home };
  })();
  return shared;
}

/** Removes what the scenes of this process have in common. */
export async function closeShared(): Promise<void> {
  if (shared !== undefined) await rm((await shared).home, { recursive: true, force: true });
  shared = undefined;
}

/**
 * A simulated organization on a port, a vault in memory, and the whole product between them: command lines run through the
 * real `runCli` and `compose`, with leaping time. What sabotage says goes wrong in the command that runs.
 */
export class Scene {
  readonly time = new LeapTime();
  readonly simulator: ApigeeSimulator;
  readonly store: MemoryBlobStore;
  sabotage: Sabotage = {};
  /** Whether a token that was refused is followed by a good one in the file where the next is looked for. */
  renewsTokens = false;
  readonly #url: string;
  readonly #close: () => Promise<void>;
  readonly #home: string;
  readonly #keys: NewVault['keyFiles'];
  readonly #leases: MemoryLeases = new Map();
  readonly #said: string[] = [];
  readonly #deadTokens = new Set<string>();
  readonly #putNames = new Set<string>();
  #tokens = 0;
  readonly #kills = new Set<() => void>();

  private constructor(
    running: Awaited<ReturnType<typeof startApigeeSimulator>>,
    common: { readonly vault: NewVault; readonly home: string },
    store: MemoryBlobStore,
  ) {
    this.simulator = running.simulator;
    this.#url = running.url;
    this.#close = running.close;
    this.#home = common.home;
    this.#keys = common.vault.keyFiles;
    this.store = store;
  }

  static async open(options: SimulatorOptions): Promise<Scene> {
    const timings = { operationMs: 1, deploymentMs: 1, cascadeMs: 1 };
    const running = await startApigeeSimulator({ organization: ORGANIZATION, timings, ...options, port: 0 });
    const common = await sharedVault();
    const store = createMemoryBlobStore({ clock: systemClock });
    await common.vault.write(store);
    const scene = new Scene(running, common, store);
    const handle: Handle = running.simulator.handle.bind(running.simulator);
    running.simulator.handle = (request) => scene.#answer(request, handle);
    return scene;
  }

  /** Of a dead process no request arrives any more, and no answer reaches it. */
  async #answer(request: WireRequest, handle: Handle): Promise<WireAnswer> {
    const isDead = (): boolean => this.#deadTokens.has(request.token ?? '');
    if (isDead()) return never;
    const answer = await (this.sabotage.wire?.(request, handle) ?? handle(request));
    if (isDead()) return never;
    if (answer.status === 401 && this.renewsTokens) await this.#writeToken();
    return answer;
  }

  async #writeToken(): Promise<string> {
    this.#tokens += 1;
    const token = `token-of-the-scene-${this.#tokens}`;
    // In one step: whoever reads it meanwhile finds the one before.
    const path = join(this.#home, token);
    await writeFile(path, token);
    await rename(path, join(this.#home, 'token'));
    return token;
  }

  async close(): Promise<void> {
    await this.#close();
  }

  /** Everything that command lines have printed so far. */
  get said(): string {
    return this.#said.join('\n');
  }

  dump(): readonly DumpLine[] {
    return [...this.simulator.dump()].map((line) => structuredClone(line));
  }

  /** Ends the commands that run as SIGKILL does: nothing of them goes on, and nothing they hold is given back. */
  kill(): void {
    for (const kill of this.#kills) kill();
  }

  /** The names of the vault's blobs, in the order in which they were put. */
  get putNames(): readonly string[] {
    return [...this.#putNames];
  }

  /** Runs a command line; `signal` is what a person's Ctrl-C aborts. */
  async run(argv: readonly string[], signal?: AbortSignal): Promise<Ended> {
    const { clock, stop } = this.time.clock();
    const killed = Promise.withResolvers<'killed'>();
    let isDead = false;
    const token = await this.#writeToken();
    const kill = (): void => {
      isDead = true;
      stop();
      this.#deadTokens.add(token);
      killed.resolve('killed');
    };
    this.#kills.add(kill);
    const { azure: wire } = this.sabotage;
    const azure = wire === undefined ? undefined : await startPlainAzure(this.store, wire);
    const store = azure === undefined ? this.store : createAzureBlobContainer({ container: 'vault', ...azure }).store;
    const output = { stdout: new PassThrough(), stderr: new PassThrough() };
    const collected = [text(output.stdout), text(output.stderr)];
    const exit = await Promise.race([
      killed.promise,
      runCli({
        argv,
        environment: {
          HOLDFAST_APIGEE_ENDPOINT: this.#url,
          ...(this.renewsTokens
            ? { HOLDFAST_APIGEE_TOKEN_FILE: join(this.#home, 'token') }
            : { HOLDFAST_APIGEE_TOKEN: token }),
          HOLDFAST_ORG: ORGANIZATION,
          HOLDFAST_QUOTA_PER_MINUTE: 'unlimited',
        },
        cwd: this.#home,
        clock,
        signal: signal ?? new AbortController().signal,
        compose: this.#compose(store, clock, () => isDead),
        stdin: Object.assign(Readable.from([]), { isTTY: false, setRawMode: () => undefined }),
        ...output,
      }),
    ]);
    this.#kills.delete(kill);
    await azure?.close();
    output.stdout.end();
    output.stderr.end();
    const [stdout = '', stderr = ''] = await Promise.all(collected);
    this.#said.push(stdout, stderr);
    return { exit, stdout, stderr };
  }

  /** Every resource of a point as the independent reader finds it in the vault's blobs. */
  async readPoint(point: string): Promise<readonly ReadResource[]> {
    const folder = await this.exportVault();
    try {
      const { exit, stdout, stderr } = await readIndependently(folder, join(this.#home, 'keys'), point);
      if (exit !== 0) throw new Error(`the independent reader ended with ${exit}: ${stderr}`);
      // The reader prints what its own header comment says.
      return JSON.parse(stdout) as readonly ReadResource[];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** The vault as files in a folder of its own, which the caller removes. */
  async exportVault(): Promise<string> {
    const folder = await mkdtemp(join(this.#home, 'vault-'));
    for await (const { name } of this.store.list('')) {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, await this.store.get(name));
    }
    return folder;
  }

  get keysFolder(): string {
    return join(this.#home, 'keys');
  }

  #compose(inner: BlobStore, clock: ReturnType<LeapTime['clock']>['clock'], isDead: () => boolean): Compose {
    const { store: script = {}, lies = {} } = this.sabotage;
    const frozen = (): Promise<void> | undefined => (isDead() ? never : undefined);
    return (settings, surroundings) => {
      const house = compose(settings, surroundings);
      const faulty = createFaultyBlobStore(new LyingBlobStore(inner, lies), {
        ...script,
        before: async (call) => {
          await frozen();
          await script.before?.(call);
          await frozen();
        },
        after: async (call) => {
          if (call.operation === 'put') this.#putNames.add(call.name);
          await script.after?.(call);
          await frozen();
        },
      });
      const own: Pick<House, 'openVault' | 'openLeases'> = {
        openVault: async () =>
          openVault({
            store: createRetryingBlobStore(faulty, { clock, random: systemRandom }),
            keys: this.#keys,
            clock,
            random: systemRandom,
            sorterFactory: await house.sorters(),
          }),
        openLeases: async () => createMemoryLeaseStore({ clock, leases: this.#leases }),
      };
      return new Proxy(house, {
        get: (target, name) => {
          if (name === 'openVault' || name === 'openLeases') return own[name];
          const member: unknown = Reflect.get(target, name, target);
          return typeof member === 'function' ? member.bind(target) : member;
        },
      });
    };
  }
}
