/**
 * Runs the fault campaign: `node test/faults/run.ts --runs 2000`. Each seed is one run; `--seed N` replays one, and
 * `--fault NAME` takes only seeds in which that fault has its turn. Ends with 1 when a run was not right, or when a fault
 * struck in fewer runs than a campaign of this size must see.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { runSeed, type Verdict } from './campaign.ts';
import { faults, turnOf } from './faults.ts';
import { closeShared } from './scene.ts';

const WORKERS_AT_ONCE = 2;
// Killed commands leave behind what nobody waits for, with all they held: a worker takes it along when it ends.
const RUNS_PER_WORKER = 100;
const FULL_CAMPAIGN = 2000;
const LEAST_RUNS_HIT = 20;

interface Shard {
  readonly seeds: readonly number[];
}

async function runShard({ seeds }: Shard): Promise<void> {
  for (const seed of seeds) parentPort?.postMessage(await runSeed(seed));
  await closeShared();
  // Of killed commands sockets and pauses are left that nobody waits for.
  process.exit(0);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: String(FULL_CAMPAIGN) },
      first: { type: 'string', default: '1' },
      seed: { type: 'string' },
      fault: { type: 'string' },
    },
  });
  const first = Number(values.seed ?? values.first);
  const runs = values.seed === undefined ? Number(values.runs) : 1;
  const seeds = seedsFrom(first, { runs, fault: values.fault });
  const startedMs = performance.now();
  const verdicts: Verdict[] = [];
  const judged = (verdict: Verdict): void => {
    verdicts.push(verdict);
    if (verdict.wrongs.length > 0) tellWrong(verdict);
    else if (values.seed !== undefined)
      console.log(`seed ${verdict.seed} is right: ${verdict.what}; exits ${verdict.exits.join(', ')}`);
    if (verdicts.length % 100 === 0) console.log(`${verdicts.length} of ${runs} runs`);
  };
  const shards = shardsOf(seeds).values();
  const lanes = Math.min(WORKERS_AT_ONCE, availableParallelism());
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const shard of shards) await shardIn(shard, judged);
    }),
  );
  tell(verdicts, {
    runs,
    isWhole: runs >= FULL_CAMPAIGN && values.fault === undefined,
    seconds: Math.round((performance.now() - startedMs) / 1000),
  });
}

function seedsFrom(first: number, { runs, fault }: { runs: number; fault: string | undefined }): readonly number[] {
  if (fault !== undefined && !faults.some(({ name }) => name === fault))
    throw new Error(`there is no fault "${fault}"`);
  const seeds: number[] = [];
  for (let seed = first; seeds.length < runs; seed += 1) {
    if (fault === undefined || turnOf(seed).name === fault) seeds.push(seed);
  }
  return seeds;
}

function shardsOf(seeds: readonly number[]): readonly Shard[] {
  const size = Math.min(RUNS_PER_WORKER, Math.ceil(seeds.length / WORKERS_AT_ONCE));
  return Array.from({ length: Math.ceil(seeds.length / size) }, (_, index) => ({
    seeds: seeds.slice(index * size, (index + 1) * size),
  }));
}

function shardIn(shard: Shard, onVerdict: (verdict: Verdict) => void): Promise<void> {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: shard });
  worker.on('message', onVerdict);
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
  });
}

function tellWrong({ seed, what, wrongs }: Verdict): void {
  process.exitCode = 1;
  console.error(`\nseed ${seed} is wrong: ${what}`);
  for (const wrong of wrongs) console.error(`  ${wrong.replaceAll('\n', '\n  ')}`);
  console.error(`  replay: npm run test:faults -- --seed ${seed}`);
}

interface Campaign {
  readonly runs: number;
  /** Whether every fault must have struck often enough. */
  readonly isWhole: boolean;
  readonly seconds: number;
}

function tell(verdicts: readonly Verdict[], { runs, isWhole, seconds }: Campaign): void {
  const struck = new Map(faults.map(({ name }) => [name, { runs: 0, strikes: 0 }]));
  const exits = new Map<string, number>();
  for (const verdict of verdicts) {
    for (const exit of verdict.exits) exits.set(String(exit), (exits.get(String(exit)) ?? 0) + 1);
    for (const [name, strikes] of verdict.struck) {
      const count = struck.get(name);
      if (count === undefined) continue;
      count.runs += 1;
      count.strikes += strikes;
    }
  }
  console.log(`\n${'fault'.padEnd(40)} runs hit  strikes`);
  for (const [name, count] of struck) {
    console.log(`${name.padEnd(40)} ${String(count.runs).padStart(8)} ${String(count.strikes).padStart(8)}`);
    if (isWhole && count.runs < LEAST_RUNS_HIT) {
      process.exitCode = 1;
      console.error(`${name} struck in ${count.runs} runs; a campaign must see it in ${LEAST_RUNS_HIT}.`);
    }
  }
  const codes = [...exits].sort(([a], [b]) => a.localeCompare(b)).map(([exit, count]) => `${exit}: ${count}`);
  const wrong = verdicts.filter(({ wrongs }) => wrongs.length > 0);
  const unjudged = new Set(verdicts.flatMap((verdict) => [...verdict.notJudged]));
  console.log(`\nexit codes under faults  ${codes.join(', ')}`);
  console.log(`not captured, so not judged: ${[...unjudged].join(', ') || 'nothing'}`);
  console.log(
    `${verdicts.length} runs in ${seconds} s, ${wrong.length} wrong${wrong.length === 0 ? '' : `: ${wrong.map(({ seed }) => seed).join(', ')}`}`,
  );
  if (verdicts.length !== runs) process.exitCode = 1;
}

if (isMainThread) await main();
else await runShard(workerData as Shard);
