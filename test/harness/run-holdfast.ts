import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCli } from '../../src/cli/run-cli.ts';
import { documents } from '../../src/cli/schema/documents.ts';
import type { DocumentName, OutputDocument } from '../../src/cli/schema/documents.ts';
import { compose } from '../../src/compose.ts';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import { startApigeeSimulator } from '../../src/sim/apigee/index.ts';
import type { ApigeeSimulator, SimulatorOptions } from '../../src/sim/apigee/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface RunOptions {
  /** Over the workplace's own; undefined takes a variable away. */
  readonly environment?: Environment;
  readonly signal?: AbortSignal;
  /** What a person at a terminal types, with `\r` for the return key; without it there is no terminal. */
  readonly typed?: string;
  /** The machine's own when left out. */
  readonly clock?: Clock;
}

/** What a command line did. */
export interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own with an environment, in which command lines run. */
export interface Workplace {
  readonly folder: string;
  readonly environment: Environment;
  /** Runs the command line in this process through the real `runCli` and `compose`. */
  run(argv: readonly string[], options?: RunOptions): Promise<Outcome>;
  /** Runs with `-o json` and answers the document, checked against the schema of its name. */
  json<Name extends DocumentName>(
    name: Name,
    argv: readonly string[],
    options?: RunOptions,
  ): Promise<Outcome & { readonly document: OutputDocument<Name> }>;
  /** Starts bin/holdfast as a process. */
  spawn(argv: readonly string[], environment?: Environment): SpawnedHoldfast;
}

export interface SpawnedHoldfast {
  kill(signal: NodeJS.Signals): void;
  /** The first line of stdout. */
  firstLine(): Promise<string>;
  /** Resolves when stderr has said something that matches. */
  said(pattern: RegExp): Promise<void>;
  /** Resolves when stdout has something that matches. */
  printed(pattern: RegExp): Promise<void>;
  ended(): Promise<Outcome>;
}

const launcher = fileURLToPath(new URL('../../bin/holdfast', import.meta.url));

/** A workplace that is removed when the test ends. */
export async function createWorkplace(t: TestContext, environment: Environment = {}): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-journey-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const own: Environment = {
    HOLDFAST_VAULT: 'file:./vault',
    HOLDFAST_KEYS: './keys',
    HOLDFAST_QUOTA_PER_MINUTE: 'unlimited',
    HOLDFAST_AUDIT_SPOOL: './audit-spool',
    ...environment,
  };
  const run = (argv: readonly string[], options: RunOptions = {}): Promise<Outcome> =>
    runInProcess(argv, { folder, environment: { ...own, ...options.environment }, ...pick(options) });
  return {
    folder,
    environment: own,
    run,
    async json(name, argv, options) {
      const outcome = await run([...argv, '-o', 'json'], options);
      const parsed = documents[name].parse(parseOutput(outcome));
      // The schema of that very name has accepted it.
      return { ...outcome, document: parsed as OutputDocument<typeof name> };
    },
    spawn: (argv, more = {}) => spawnHoldfast(argv, { folder, environment: { ...own, ...more } }),
  };
}

/** A workplace whose organization is simulated; vault and keys are made. */
export async function createBackedWorkplace(
  t: TestContext,
  options: SimulatorOptions = {},
  environment: Environment = {},
): Promise<Workplace & { readonly simulator: ApigeeSimulator; readonly url: string }> {
  const started = await startApigeeSimulator({ organization: 'acme-prod', seed: 'small', ...options, port: 0 });
  t.after(() => started.close());
  started.simulator.setTimings({ operationMs: 1, deploymentMs: 1, cascadeMs: 1 });
  const workplace = await createWorkplace(t, {
    HOLDFAST_APIGEE_ENDPOINT: started.url,
    HOLDFAST_APIGEE_TOKEN: 'journey-token',
    HOLDFAST_ORG: 'acme-prod',
    ...environment,
  });
  const { exit, stderr } = await workplace.run(['init']);
  if (exit !== 0) throw new Error(`init failed: ${stderr}`);
  return { ...workplace, simulator: started.simulator, url: started.url };
}

function pick({ signal, typed, clock }: RunOptions): Omit<RunOptions, 'environment'> {
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(typed === undefined ? {} : { typed }),
    ...(clock === undefined ? {} : { clock }),
  };
}

function parseOutput({ exit, stdout, stderr }: Outcome): unknown {
  try {
    return JSON.parse(stdout);
  } catch (cause) {
    throw new Error(`no JSON document on stdout, exit ${exit}; stderr: ${stderr}`, { cause });
  }
}

interface Place extends Omit<RunOptions, 'environment'> {
  readonly folder: string;
  readonly environment: Environment;
}

async function runInProcess(argv: readonly string[], place: Place): Promise<Outcome> {
  const isTTY = place.typed !== undefined;
  const stdout = new PassThrough();
  const stderr = Object.assign(new PassThrough(), { isTTY, columns: 80, rows: 24 });
  const collected = [text(stdout), text(stderr)];
  const stdin = Object.assign(Readable.from(isTTY ? [place.typed] : []), { isTTY, setRawMode: () => undefined });
  const exit = await runCli({
    argv,
    environment: place.environment,
    cwd: place.folder,
    clock: place.clock ?? systemClock,
    signal: place.signal ?? new AbortController().signal,
    compose,
    stdin,
    stdout,
    stderr,
  });
  stdout.end();
  stderr.end();
  const [out = '', error = ''] = await Promise.all(collected);
  return { exit, stdout: out, stderr: error };
}

function spawnHoldfast(argv: readonly string[], { folder, environment }: Place): SpawnedHoldfast {
  const child = spawn(process.execPath, [launcher, ...argv], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output.stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output.stderr += chunk;
  });
  const closed = once(child, 'close');
  const until = async (stream: 'stdout' | 'stderr', pattern: RegExp): Promise<void> => {
    while (!pattern.test(output[stream])) {
      if (child.exitCode !== null) throw new Error(`ended without ${String(pattern)}: ${output.stderr}`);
      await Promise.race([once(child[stream], 'data'), closed]);
    }
  };
  return {
    kill: (signal) => void child.kill(signal),
    async firstLine() {
      await until('stdout', /\n/);
      return output.stdout.slice(0, output.stdout.indexOf('\n'));
    },
    said: (pattern) => until('stderr', pattern),
    printed: (pattern) => until('stdout', pattern),
    async ended() {
      await closed;
      return { exit: child.exitCode ?? -1, ...output };
    },
  };
}
