import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { builtPackage } from './built-package.ts';
import { type BenchSimulator, startSimulator } from './simulator.ts';
import type { SimulatedSetting } from './simulator-process.ts';

const usage = z.object({ peakBytes: z.number(), cpuMs: z.number() });

/** A finished run of the command line. */
export interface CommandRun {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** From starting the process to its end. */
  readonly elapsedMs: number;
  /** The most memory the process ever had. */
  readonly peakBytes: number;
  readonly cpuMs: number;
}

export const benchOrganization = 'acme-prod';

const REPORTER = new URL('report-process.ts', import.meta.url).pathname;

/** A folder for one row: vault, keys, simulators. Everything is gone when it is closed. */
export class Workplace {
  readonly folder: string;
  readonly isQuick: boolean;
  readonly #simulators: BenchSimulator[] = [];

  private constructor(folder: string, isQuick: boolean) {
    this.folder = folder;
    this.isQuick = isQuick;
  }

  static async create(options: { readonly isQuick: boolean }): Promise<Workplace> {
    return new Workplace(await mkdtemp(join(tmpdir(), 'holdfast-bench-')), options.isQuick);
  }

  async startSimulator(setting: SimulatedSetting): Promise<BenchSimulator> {
    const simulator = await startSimulator(setting);
    this.#simulators.push(simulator);
    return simulator;
  }

  /** Flags in the environment that name this folder's vault and keys and the organization of a simulator. */
  environmentFor(simulator: BenchSimulator): Record<string, string> {
    return {
      HOLDFAST_APIGEE_ENDPOINT: simulator.url,
      HOLDFAST_APIGEE_TOKEN: 'bench',
      HOLDFAST_VAULT: 'file:./vault',
      HOLDFAST_KEYS: './keys',
      HOLDFAST_ORG: benchOrganization,
      HOLDFAST_QUOTA_PER_MINUTE: 'unlimited',
    };
  }

  /** Runs the built `holdfast`; an exit code other than 0 and 2 is an error, with what the program said. */
  async holdfast(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<CommandRun> {
    const report = join(this.folder, 'process.json');
    const program = join(builtPackage(), 'bin', 'holdfast');
    const startedAtMs = performance.now();
    const child = spawn(process.execPath, ['--import', REPORTER, program, ...args], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], ...environment, HOLDFAST_BENCH_REPORT: report },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended: Promise<unknown[]> = once(child, 'exit');
    const [stdout, stderr, outcome] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    const elapsedMs = performance.now() - startedAtMs;
    const [exit] = outcome;
    if (exit !== 0 && exit !== 2)
      throw new Error(`holdfast ${args.join(' ')} ended with ${String(exit)}:\n${stderr.slice(-2000)}`);
    return { exit, stdout, stderr, elapsedMs, ...usage.parse(JSON.parse(await readFile(report, 'utf8'))) };
  }

  /** Sizes of the vault's blobs by name. */
  async blobs(): Promise<ReadonlyMap<string, number>> {
    const root = join(this.folder, 'vault');
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return new Map(
      await Promise.all(files.map(async (file) => [file.slice(root.length + 1), (await stat(file)).size] as const)),
    );
  }

  async vaultBytes(): Promise<number> {
    return [...(await this.blobs()).values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  async close(): Promise<void> {
    await Promise.all(this.#simulators.map((simulator) => simulator.close()));
    await rm(this.folder, { recursive: true, force: true });
  }
}
