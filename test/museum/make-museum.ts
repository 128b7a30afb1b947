import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { runCli } from '../../src/cli/run-cli.ts';
import { compose } from '../../src/compose.ts';
import { formatInstant, systemClock } from '../../src/platform/clock.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { startApigeeSimulator } from '../../src/sim/apigee/index.ts';
import { generateSeed } from '../../src/sim/apigee/seeds/generated.ts';

const SEED = 118;
const ORGANIZATION = 'acme-prod';
const NEXT_EPOCH_MS = 40 * 86_400_000;

interface Listed {
  readonly point: string;
  readonly epoch: string;
  readonly grade: string;
  readonly resources: number;
}

interface Place {
  readonly folder: string;
  readonly url: string;
}

/**
 * Makes a museum vault: three points in two epochs of a generated organization, all its keys, and `expected.json` with what
 * the independent reader finds in it. Refuses a folder that is there.
 */
export async function makeMuseum(folder: string): Promise<void> {
  await mkdir(folder);
  const { simulator, url, close } = await startApigeeSimulator({
    organization: ORGANIZATION,
    port: 0,
    seedFunction: (organizationName) => generateSeed({ seed: SEED, organizationName }),
  });
  const place = { folder, url };
  await run(place, ['init']);
  await run(place, ['backup']);
  simulator.mutate({ seed: 5, count: 6 });
  await run(place, ['backup']);
  simulator.mutate({ seed: 6, count: 3 });
  await run(place, ['backup'], NEXT_EPOCH_MS);
  await close();
  await rm(join(folder, 'vault', '.tmp'), { recursive: true, force: true });
  await rm(join(folder, 'vault-state'), { recursive: true, force: true });

  const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');
  // The reader prints what its header comment says.
  const points = (JSON.parse(read(folder)) as Listed[]).map(({ point, epoch, grade, resources }) => {
    return { id: point, epoch, grade, resources, dump: sha256(read(folder, '--point', point)) };
  });
  const vault = sha256(await readFile(join(folder, 'vault', 'vault.json')));
  const expected = { organization: ORGANIZATION, vault, points };
  await writeFile(join(folder, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`);
}

/** Runs one command line in the folder, at a time that is so much later. */
async function run({ folder, url }: Place, argv: readonly string[], laterMs = 0): Promise<void> {
  const now = (): number => systemClock.epochMs() + laterMs;
  const clock: Clock = { ...systemClock, epochMs: now, now: () => formatInstant(now()) };
  const exit = await runCli({
    argv,
    environment: {
      HOLDFAST_VAULT: 'file:./vault',
      HOLDFAST_KEYS: './keys',
      HOLDFAST_ORG: ORGANIZATION,
      HOLDFAST_APIGEE_ENDPOINT: url,
      HOLDFAST_APIGEE_TOKEN: 'museum',
      HOLDFAST_QUOTA_PER_MINUTE: 'unlimited',
    },
    cwd: folder,
    clock,
    signal: new AbortController().signal,
    compose,
    stdin: Object.assign(Readable.from([]), { isTTY: false, setRawMode: () => undefined }),
    stdout: new PassThrough().resume(),
    stderr: Object.assign(new PassThrough().resume(), { isTTY: false }),
  });
  if (exit !== 0) throw new Error(`${argv.join(' ')} ended with ${exit}`);
}

/** What the independent reader prints. */
function read(folder: string, ...args: readonly string[]): string {
  const reader = join(import.meta.dirname, '../independent-reader/reader.mjs');
  const all = [reader, join(folder, 'vault'), '--keys', join(folder, 'keys'), '--json', ...args];
  return execFileSync(process.execPath, all, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

if (process.argv[1] === import.meta.filename) {
  const [, , folder] = process.argv;
  if (folder === undefined) throw new Error('usage: node test/museum/make-museum.ts FOLDER');
  await makeMuseum(resolve(folder));
}
